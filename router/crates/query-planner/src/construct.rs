//! Putting the fetches together, by the choices of the evaluation.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use apollo_compiler::collections::IndexMap;
use query_plan::OperationKind;
use supergraph::model::{FieldJoin, SubgraphId, TypeId, TypeKind};

use crate::access::{Access, Offer};
use crate::cost::Target;
use crate::entry::{Entry, child_entry};
use crate::error::PlanError;
use crate::evaluate::{Choice, Effort, Evaluator};
use crate::steps::{StandId, StepId, Steps};
use crate::tree::{FieldId, NodeId, ROOT, Tree, Types, Value, Wanted};

/// Why an entity is entered: by what the field needs beyond the key.
type Requirement = Option<*const FieldJoin>;

/// What an entity is entered as, where it is not its own type: an interface object.
type Guise = Option<TypeId>;

pub(crate) struct Constructor<'a, 's> {
    pub(crate) access: &'a Access<'s>,
    pub(crate) tree: Tree,
    pub(crate) steps: Steps<'s>,
    evaluator: Evaluator,
    jumps: HashMap<(NodeId, SubgraphId, Requirement, Guise), StandId>,
    /// Where objects stand of which the client has been given what it wants.
    served: HashSet<StandId>,
    /// The entity fetches that are being entered, one for the sake of another: each will wait for
    /// those after it.
    entering: Vec<StepId>,
}

/// A chain of keys and requirements longer than this is given up. Each link takes a few kilobytes
/// of stack where nothing is optimised.
const ENTERING_MAX: usize = 64;

impl<'a, 's> Constructor<'a, 's> {
    pub(crate) fn new(access: &'a Access<'s>, tree: Tree, evaluator: Evaluator) -> Self {
        let (steps, jumps, served) = (Steps::default(), HashMap::new(), HashSet::new());
        Self { access, tree, steps, evaluator, jumps, served, entering: Vec::new() }
    }

    /// What it took to decide.
    pub(crate) fn effort(&self) -> Effort {
        self.evaluator.effort
    }

    /// Fetches all that the client asked for.
    pub(crate) fn run(&mut self, kind: OperationKind) -> Result<(), PlanError> {
        let evaluation = self.evaluator.evaluate_root(self.access, &self.tree);
        // To answer with null what the operation has a right to would be silent: it is refused.
        if let Some(missing) = evaluation.missing.first() {
            return Err(self.unsatisfiable(Some(*missing)));
        }
        let mut last: Option<(SubgraphId, StandId)> = None;
        for choice in &evaluation.choices {
            if kind == OperationKind::Query {
                for (target, wanted) in &choice.targets {
                    let Target::Root(subgraph) = *target else { continue };
                    let stand = self.query_root(ROOT, None, subgraph);
                    self.take_here(stand, choice, wanted.as_ref())?;
                }
                continue;
            }
            let Some((Target::Root(subgraph), _)) = choice.targets.first() else { continue };
            let stand = self.serial_root(*subgraph, last);
            self.take_here(stand, choice, None)?;
            last = Some((*subgraph, stand));
        }
        self.check_complete()
    }

    /// The fetch of the next root field of a mutation: the last one if nothing else hangs on it,
    /// otherwise one that comes after all that did.
    fn serial_root(
        &mut self,
        subgraph: SubgraphId,
        last: Option<(SubgraphId, StandId)>,
    ) -> StandId {
        if let Some((previous, stand)) = last {
            let is_newest = self.steps.stand(stand).step.0 as usize + 1 == self.steps.steps.len();
            if previous == subgraph && is_newest {
                return stand;
            }
        }
        let earlier = self.steps.ids();
        let stand = self.add_root(ROOT, subgraph);
        let step = self.steps.stand(stand).step;
        self.steps.step_mut(step).after.extend(earlier);
        stand
    }

    fn add_root(&mut self, node: NodeId, subgraph: SubgraphId) -> StandId {
        let types = Rc::clone(&self.tree.node(node).types);
        let entry = Entry { subgraph, types, provides: Vec::new(), depth: 0 };
        let stand = self.steps.add_step(node, entry, None);
        self.steps.open(stand);
        stand
    }

    /// Fetches what is wanted at a place, standing there.
    fn descend(
        &mut self,
        node: NodeId,
        stand: StandId,
        wanted: Option<&Rc<Wanted>>,
    ) -> Result<(), PlanError> {
        let entry = self.steps.stand(stand).entry.clone();
        let evaluation = self.evaluator.evaluate(self.access, &self.tree, node, &entry);
        self.served.insert(stand);
        let is_here = |target: &Target| *target == Target::Here;
        for pass_here in [true, false] {
            for choice in &evaluation.choices {
                if !self.is_wanted(choice.field, wanted) {
                    continue;
                }
                for (target, part) in &choice.targets {
                    if is_here(target) == pass_here {
                        let wanted = self.narrow(part.as_ref(), wanted);
                        self.take(node, stand, choice, *target, wanted.as_ref())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Goes one way for a field.
    fn take(
        &mut self,
        node: NodeId,
        stand: StandId,
        choice: &Choice,
        target: Target,
        wanted: Option<&Rc<Wanted>>,
    ) -> Result<(), PlanError> {
        match target {
            Target::Here => self.take_here(stand, choice, wanted),
            Target::Jump(subgraph) | Target::Root(subgraph) => {
                let Some(field) = choice.field else { return Ok(()) };
                for (there, types) in
                    self.jump(node, stand, subgraph, &choice.types, Some(field))?
                {
                    let choice = Choice { types, ..choice.clone() };
                    self.take_here(there, &choice, wanted)?;
                }
                Ok(())
            }
            Target::Gateway(subgraph) => {
                let there = self.gateway(node, stand, subgraph, &choice.types)?;
                let Some(field) = choice.field else { return Ok(()) };
                let only = match wanted {
                    Some(wanted) => Rc::clone(wanted),
                    None => Rc::new(Wanted::new(&self.tree, std::iter::once(field))),
                };
                self.descend(node, there, Some(&only))
            }
        }
    }

    /// Selects a field where we stand, and all that is wanted below it.
    fn take_here(
        &mut self,
        stand: StandId,
        choice: &Choice,
        wanted: Option<&Rc<Wanted>>,
    ) -> Result<(), PlanError> {
        let Some(field) = choice.field else { return Ok(()) };
        if self.tree.field(field).value == Value::Typename {
            let selection = self.steps.stand(stand).selection;
            self.steps.selection_mut(selection).typename = true;
            return Ok(());
        }
        let below = self.select(stand, field, &choice.types);
        match (self.tree.field(field).value, below) {
            (Value::Object(child), Some(below)) => {
                // Where the whole field is wanted, so is everything below it.
                let inside = wanted.filter(|wanted| !wanted.has(&self.tree, field));
                self.descend(child, below, inside)
            }
            _ => Ok(()),
        }
    }

    /// Selects a field for some types; where we stand below it, if it has objects.
    pub(crate) fn select(
        &mut self,
        stand: StandId,
        field: FieldId,
        types: &Types,
    ) -> Option<StandId> {
        let below = self.steps.select(stand, field, types);
        let Value::Object(child) = self.tree.field(field).value else { return None };
        let entry = self.steps.stand(stand).entry.clone();
        let data = self.tree.field(field);
        let offer = |ty: &TypeId| self.access.offer(*ty, &data.name, entry.subgraph);
        let offers: Vec<Offer<'s>> = types.iter().filter_map(offer).collect();
        let possible = &self.tree.node(child).types;
        let inner = child_entry(self.access, data, possible, &offers, Some(&entry));
        let below = match below {
            Some(below) => {
                let known = &mut self.steps.stand_mut(below).entry;
                known.types = crate::tree::union(&known.types, &inner.types);
                below
            }
            None => self.steps.add_below((stand, field), child, inner),
        };
        let unknown = |ty: &TypeId| self.access.supergraph.ty(*ty).kind == TypeKind::Interface;
        if self.tree.node(child).known_type().is_none()
            && !self.steps.stand(below).entry.types.iter().any(unknown)
        {
            let selection = self.steps.stand(below).selection;
            self.steps.selection_mut(selection).typename = true;
        }
        Some(below)
    }

    /// Stands at the same place as an entity in another subgraph, or in the same one with what a
    /// field requires or takes from contexts; by type, where that differs.
    pub(crate) fn jump(
        &mut self,
        node: NodeId,
        from: StandId,
        subgraph: SubgraphId,
        types: &Types,
        field: Option<FieldId>,
    ) -> Result<Vec<(StandId, Types)>, PlanError> {
        let name = field.map(|field| self.tree.field(field).name.clone());
        let mut there: IndexMap<StandId, Types> = IndexMap::default();
        for ty in types.iter() {
            let offer = name.as_ref().and_then(|name| self.access.offer(*ty, name, subgraph));
            let join = offer.map(|offer| offer.join);
            let join = join.filter(|j| j.requires.is_some() || !j.contexts.is_empty());
            let via = offer.map_or(*ty, |offer| offer.via);
            let stand = self.enter((node, from), subgraph, (*ty, via), join)?;
            let types = there.entry(stand).or_insert_with(|| Rc::from([]));
            *types = crate::tree::union(types, &[*ty]);
        }
        Ok(there.into_iter().collect())
    }

    /// Stands at a place in a subgraph that knows the runtime types of an interface object.
    pub(crate) fn gateway(
        &mut self,
        node: NodeId,
        from: StandId,
        subgraph: SubgraphId,
        types: &Types,
    ) -> Result<StandId, PlanError> {
        let there = self.jump(node, from, subgraph, types, None)?;
        let Some(&(there, _)) = there.first() else { return Err(self.unsatisfiable(None)) };
        let possible = Rc::clone(&self.tree.node(node).types);
        let mut known: Types = Rc::from([]);
        for ty in types.iter() {
            let runtime = self.access.runtime_types(*ty, subgraph, &possible);
            known = crate::tree::union(&known, &runtime);
        }
        self.steps.stand_mut(there).entry.types = known;
        let selection = self.steps.stand(there).selection;
        self.steps.selection_mut(selection).typename = true;
        Ok(there)
    }

    /// Adds the objects of a type to the fetch of the entities of a place from a subgraph.
    fn enter(
        &mut self,
        (node, from): (NodeId, StandId),
        subgraph: SubgraphId,
        (ty, via): (TypeId, TypeId),
        requiring: Option<&'s FieldJoin>,
    ) -> Result<StandId, PlanError> {
        if self.access.is_query_root(ty) {
            return Ok(self.query_root(node, Some(from), subgraph));
        }
        let guise = (via != ty).then_some(via);
        let key = (node, subgraph, requiring.map(std::ptr::from_ref), guise);
        let origin = self.steps.stand(from).step;
        let known = self.jumps.get(&key).copied();
        let known = known.filter(|known| !self.waits(self.steps.stand(*known).step));
        if let Some(stand) = known
            && self.covers(stand, from, ty)
        {
            return Ok(stand);
        }
        let is_later =
            |known: &StandId| self.steps.depends_on(origin, self.steps.stand(*known).step);
        let known = known.filter(|known| !is_later(known));
        let stand = match known {
            Some(stand) => stand,
            None => {
                let (types, provides) = (Rc::from([]), Vec::new());
                let entry = Entry { subgraph, types, provides, depth: 0 };
                let stand = self.steps.add_step(node, entry, Some(Vec::new()));
                self.jumps.insert(key, stand);
                stand
            }
        };
        let step = self.steps.stand(stand).step;
        if origin != step {
            self.steps.step_mut(step).after.insert(origin);
        }
        self.entering.push(step);
        if self.entering.len() > ENTERING_MAX {
            return Err(self.unsatisfiable(None));
        }
        self.add_input(stand, from, (ty, via), requiring)?;
        if let Some(join) = requiring {
            self.need_contexts(step, &join.contexts)?;
        }
        self.entering.pop();
        self.steps.step_mut(step).origins.push((from, ty));
        let depth = self.steps.depth(step);
        let entry = &mut self.steps.stand_mut(stand).entry;
        entry.types = crate::tree::union(&entry.types, &[ty]);
        entry.depth = depth;
        if known.is_none() {
            self.steps.open(stand);
        }
        Ok(stand)
    }

    /// Whether a fetch is, or waits for, one that is being entered.
    pub(crate) fn waits(&self, step: StepId) -> bool {
        self.entering.iter().any(|entered| self.steps.depends_on(step, *entered))
    }

    /// Stands at the root of queries in a subgraph, where a field of another one may have led to.
    fn query_root(&mut self, node: NodeId, from: Option<StandId>, to: SubgraphId) -> StandId {
        let key = (node, to, None, None);
        if let Some(stand) = self.jumps.get(&key) {
            return *stand;
        }
        let stand = self.add_root(node, to);
        let step = self.steps.stand(stand).step;
        let origin = from.filter(|_| node != ROOT).map(|from| self.steps.stand(from).step);
        self.steps.step_mut(step).after.extend(origin);
        self.steps.stand_mut(stand).entry.depth = self.steps.depth(step);
        self.jumps.insert(key, stand);
        stand
    }

    fn is_wanted(&self, field: Option<FieldId>, wanted: Option<&Rc<Wanted>>) -> bool {
        let (Some(field), Some(wanted)) = (field, wanted) else { return wanted.is_none() };
        wanted.has_some(&self.tree, field)
    }

    /// What is wanted of a part, when only some fields are wanted of the whole.
    fn narrow(&self, part: Option<&Rc<Wanted>>, whole: Option<&Rc<Wanted>>) -> Option<Rc<Wanted>> {
        let (Some(part), Some(whole)) = (part, whole) else { return part.or(whole).cloned() };
        let both = part.iter().filter(|field| whole.has_some(&self.tree, *field));
        Some(Rc::new(Wanted::new(&self.tree, both)))
    }

    /// Every field that the client asked for is selected somewhere, by a fetch whose turn comes.
    fn check_complete(&self) -> Result<(), PlanError> {
        if self.steps.have_circle() {
            return Err(self.unsatisfiable(None));
        }
        let selections = self.steps.selections.iter();
        let selected: HashSet<&FieldId> = selections.flat_map(|s| s.fields.keys()).collect();
        for node in self.tree.node_ids() {
            for field in &self.tree.node(node).fields {
                let data = self.tree.field(*field);
                let above = self.tree.node(node).parent.is_none_or(|f| selected.contains(&f));
                let needs = matches!(data.value, Value::Leaf | Value::Object(_));
                if above && needs && !selected.contains(field) && self.is_reachable(node, *field) {
                    return Err(self.unsatisfiable(Some(*field)));
                }
            }
        }
        Ok(())
    }

    /// Whether an object of a type that the field applies to can be there at all: below objects of
    /// some type, all who are asked for it can have it there.
    fn is_reachable(&self, node: NodeId, field: FieldId) -> bool {
        let types = &self.tree.field(field).types;
        let Some(parent) = self.tree.node(node).parent else { return true };
        // Those that stand elsewhere for the sake of requirements are the same objects.
        let stands = self.steps.stands_at(node).into_iter().filter(|at| self.served.contains(at));
        let below: Vec<_> = stands
            .filter_map(|at| {
                let stand = self.steps.stand(at);
                let selection = self.steps.stand(stand.above?.0).selection;
                let selected = self.steps.selection(selection).fields.get(&parent)?;
                Some((&selected.types, &stand.entry.types))
            })
            .collect();
        self.tree.field(parent).types.iter().any(|above| {
            let is_below = |(from, _): &&(&Types, &Types)| from.binary_search(above).is_ok();
            let here: Vec<_> = below.iter().filter(is_below).map(|(_, here)| here).collect();
            let is_had = |ty: &TypeId| here.iter().all(|here| here.binary_search(ty).is_ok());
            !here.is_empty() && types.iter().any(is_had)
        })
    }

    pub(crate) fn unsatisfiable(&self, field: Option<FieldId>) -> PlanError {
        let path = field.map_or_else(String::new, |field| self.tree.path(field));
        PlanError::Unsatisfiable { path }
    }
}
