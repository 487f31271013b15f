//! The client's operation to a [`Tree`]: fragments are inlined by type condition, duplicate
//! fields merged, `@skip` and `@include` turned into guards, `@defer` into demands.
//!
//! <https://spec.graphql.org/October2021/#sec-Field-Collection>

use std::rc::Rc;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::{self, Directive, DirectiveList, Value as AstValue};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{Field as ClientField, Operation, Selection, SelectionSet};
use apollo_compiler::{Name, Node as Shared};
use query_plan::DeferId;
use supergraph::Supergraph;
use supergraph::model::TypeId;

use crate::error::PlanError;
use crate::guard::Guard;
use crate::tree::{
    Defer, Demand, Directives, Field, FieldId, NodeId, Place, ROOT, Tree, Types, Value,
    intersection, union,
};

/// What an operation may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Selections, counted as if fragments were expanded; one that stands under several
    /// conditions counts once for each, and one of an interface or union for each object type.
    pub selections_max: usize,
    /// Levels of selections.
    pub depth_max: usize,
    /// Clauses of a field's condition.
    pub conditions_max: usize,
    /// Fragments that are deferred, counted where they are spread; those beyond are not.
    pub defers_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { selections_max: 20_000, depth_max: 64, conditions_max: 64, defers_max: 128 }
    }
}

/// Builds the tree of an operation.
pub(crate) fn normalize(
    supergraph: &Supergraph,
    document: &ExecutableDocument,
    operation: &Operation,
    limits: Limits,
) -> Result<Tree, PlanError> {
    let selections = &operation.selection_set;
    let root = supergraph
        .type_id(&selections.ty)
        .ok_or_else(|| PlanError::Operation(format!("there is no type {}", selections.ty)))?;
    let mut normalizer = Normalizer {
        supergraph,
        document,
        limits,
        tree: Tree::default(),
        selections: 0,
        introspection: 0,
        is_mutation: operation.is_mutation(),
    };
    let types: Types = supergraph.ty(root).possible_types.as_slice().into();
    let node = normalizer.tree.add_node(None, root, types);
    normalizer.collect(node, &[(selections, Guard::always(), None)], 0)?;
    Ok(normalizer.tree)
}

struct Normalizer<'a> {
    supergraph: &'a Supergraph,
    document: &'a ExecutableDocument,
    limits: Limits,
    tree: Tree,
    /// Selections seen so far.
    selections: usize,
    introspection: u16,
    is_mutation: bool,
}

/// A field as the client wrote it, with the types and the guard under which it stands.
#[derive(Clone)]
struct Occurrence<'a> {
    /// How many selections stand before it, at least.
    order: usize,
    field: &'a ClientField,
    types: Types,
    guard: Guard,
    /// The innermost deferred fragment around it.
    defer: Option<DeferId>,
}

/// What is around a selection at a node.
#[derive(Clone)]
struct Around {
    node: NodeId,
    guard: Guard,
    defer: Option<DeferId>,
}

/// Occurrences of one response key that apply to the same object types.
struct Part<'o, 'a> {
    types: Vec<TypeId>,
    occurrences: Vec<&'o Occurrence<'a>>,
    ty: ast::Type,
    /// Where it stands, for which types, and when: `None` whenever it is wanted.
    places: Vec<(usize, Vec<TypeId>, Option<Guard>)>,
}

impl<'a> Normalizer<'a> {
    fn collect(
        &mut self,
        node: NodeId,
        selections: &[(&'a SelectionSet, Guard, Option<DeferId>)],
        depth: usize,
    ) -> Result<(), PlanError> {
        if depth > self.limits.depth_max {
            return Err(PlanError::TooDeep { limit: self.limits.depth_max });
        }
        let types = Rc::clone(&self.tree.node(node).types);
        let mut found: IndexMap<Name, Vec<Occurrence<'a>>> = IndexMap::default();
        for (set, guard, defer) in selections {
            let around = Around { node, guard: guard.clone(), defer: *defer };
            self.collect_set(set, &types, &around, &mut found, depth)?;
        }
        let is_serial = node == ROOT && self.is_mutation;
        let found = if is_serial { in_order(&found) } else { found.into_iter().collect() };
        for (key, occurrences) in &found {
            for part in self.parts(occurrences) {
                self.add(node, key, &part, depth)?;
            }
        }
        Ok(())
    }

    fn collect_set(
        &mut self,
        set: &'a SelectionSet,
        types: &Types,
        around: &Around,
        found: &mut IndexMap<Name, Vec<Occurrence<'a>>>,
        depth: usize,
    ) -> Result<(), PlanError> {
        if depth > self.limits.depth_max * 4 {
            return Err(PlanError::TooDeep { limit: self.limits.depth_max });
        }
        for selection in &set.selections {
            // What is done for a selection is done for each clause of its guard.
            let is_field = matches!(selection, Selection::Field(_));
            let types_count = if is_field { types.len().max(1) } else { 1 };
            let conditions: usize = around.guard.clauses().iter().map(Vec::len).sum();
            self.selections += conditions.max(1) * types_count;
            if self.selections > self.limits.selections_max {
                return Err(PlanError::TooManySelections { limit: self.limits.selections_max });
            }
            let guard = guarded(&around.guard, selection.directives());
            if guard.is_never() {
                continue;
            }
            let around = Around { guard, ..around.clone() };
            let inner = match selection {
                Selection::Field(field) => {
                    let (types, Around { guard, defer, .. }) = (Rc::clone(types), around);
                    let order = self.selections;
                    let occurrence = Occurrence { order, field, types, guard, defer };
                    found.entry(field.response_key().clone()).or_default().push(occurrence);
                    continue;
                }
                Selection::InlineFragment(fragment) => &fragment.selection_set,
                Selection::FragmentSpread(spread) => match spread.fragment_def(self.document) {
                    Some(fragment) => &fragment.selection_set,
                    None => continue,
                },
            };
            let types = self.narrowed(types, &inner.ty);
            if !types.is_empty() {
                let around = self.deferred(around, selection.directives());
                self.collect_set(inner, &types, &around, found, depth + 1)?;
            }
        }
        Ok(())
    }

    /// What is around the selections of a fragment with these directives.
    fn deferred(&mut self, around: Around, directives: &DirectiveList) -> Around {
        let Some(directive) = directives.get("defer") else { return around };
        let argument = |name| directive.specified_argument_by_name(name).map(|value| &**value);
        let guard = match argument("if") {
            Some(AstValue::Boolean(false)) => return around,
            Some(AstValue::Variable(variable)) => Guard::always().and(variable, true),
            _ => Guard::always(),
        };
        let label = argument("label").and_then(AstValue::as_str).map(str::to_owned);
        let defers = &mut self.tree.defers;
        let id = u16::try_from(defers.len()).ok().map(DeferId);
        let Some(id) = id.filter(|_| defers.len() < self.limits.defers_max) else { return around };
        defers.push(Defer { node: around.node, parent: around.defer, guard, label });
        Around { defer: Some(id), ..around }
    }

    fn narrowed(&self, types: &Types, condition: &str) -> Types {
        match self.supergraph.type_id(condition) {
            Some(ty) => intersection(types, &self.supergraph.ty(ty).possible_types),
            None => Rc::from([]),
        }
    }

    /// Splits the occurrences of a key by the object types they apply to.
    fn parts<'o>(&self, occurrences: &'o [Occurrence<'a>]) -> Vec<Part<'o, 'a>> {
        let mut all: Types = Rc::from([]);
        for occurrence in occurrences {
            all = union(&all, &occurrence.types);
        }
        let mut parts: Vec<Part<'o, 'a>> = Vec::new();
        for ty in all.iter() {
            let here: Vec<_> =
                occurrences.iter().filter(|o| o.types.binary_search(ty).is_ok()).collect();
            let field_ty = self.field_type(*ty, &here[0].field.name);
            let same = |part: &&mut Part<'_, '_>| part.ty == field_ty && part.is_like(&here);
            match parts.iter_mut().find(same) {
                Some(part) => part.add_type(*ty, here[0].order),
                None => {
                    let places = places(&here);
                    let places = places.into_iter().map(|(order, g)| (order, vec![*ty], g));
                    let (types, places) = (vec![*ty], places.collect());
                    parts.push(Part { types, occurrences: here, ty: field_ty, places });
                }
            }
        }
        parts
    }

    fn field_type(&self, object: TypeId, name: &str) -> ast::Type {
        match self.supergraph.ty(object).fields.get(name) {
            Some(field) => field.ty.clone(),
            None => ast::Type::NonNullNamed(apollo_compiler::name!("String")),
        }
    }

    fn add(
        &mut self,
        node: NodeId,
        key: &Name,
        part: &Part<'_, 'a>,
        depth: usize,
    ) -> Result<(), PlanError> {
        let first = part.occurrences[0];
        let guard = self.guard(part)?;
        let value = match first.field.name.as_str() {
            "__typename" => Value::Typename,
            "__schema" | "__type" => {
                self.introspection += 1;
                Value::Introspection(self.introspection - 1)
            }
            _ => Value::Leaf,
        };
        let field = self.tree.add_field(Field {
            node,
            key: key.clone(),
            name: first.field.name.clone(),
            arguments: first.field.arguments.clone(),
            directives: part.directives(),
            types: part.types.as_slice().into(),
            deferred: self.demand(part, &guard)?,
            shown: Some(guard.clone()),
            places: part.places(&guard),
            guard,
            ty: part.ty.clone(),
            value,
        });
        if value == Value::Leaf {
            self.add_object(field, part, depth)?;
        }
        Ok(())
    }

    /// When any of the occurrences is wanted.
    fn guard(&self, part: &Part<'_, 'a>) -> Result<Guard, PlanError> {
        let mut guards = part.occurrences.iter().map(|occurrence| &occurrence.guard);
        if guards.clone().any(Guard::is_always) {
            return Ok(Guard::always());
        }
        guards.try_fold(Guard::never(), |known, guard| self.either(&known, guard))
    }

    fn either(&self, one: &Guard, other: &Guard) -> Result<Guard, PlanError> {
        let limit = self.limits.conditions_max;
        let either = one.or(other);
        let is_small = either.clauses().len() <= limit;
        is_small.then_some(either).ok_or(PlanError::TooManyConditions { limit })
    }

    /// By which fragments a part is wanted, unless it is wanted at once whenever it is.
    fn demand(&self, part: &Part<'_, 'a>, shown: &Guard) -> Result<Demand, PlanError> {
        let mut demand = Demand::new();
        if part.occurrences.iter().all(|occurrence| occurrence.defer.is_none()) {
            return Ok(demand);
        }
        for Occurrence { guard, defer, .. } in &part.occurrences {
            let known = demand.entry(*defer).or_insert_with(Guard::never);
            *known = self.either(known, guard)?;
        }
        match demand.get(&None) {
            Some(at_once) if shown.implies(at_once) => Ok(Demand::new()),
            _ => Ok(demand),
        }
    }

    fn add_object(
        &mut self,
        field: FieldId,
        part: &Part<'_, 'a>,
        depth: usize,
    ) -> Result<(), PlanError> {
        let Some(base) = self.supergraph.type_id(part.ty.inner_named_type()) else { return Ok(()) };
        let ty = self.supergraph.ty(base);
        if !ty.is_composite() {
            return Ok(());
        }
        let visible = ty.possible_types.iter().filter(|t| !self.supergraph.ty(**t).inaccessible);
        let visible: Types = visible.copied().collect();
        let hides_types = visible.len() < ty.possible_types.len();
        let child = self.tree.add_node(Some(field), base, visible);
        if hides_types {
            self.tree.hide_types(child);
        }
        self.tree.set_object(field, child);
        let set = |o: &&'_ Occurrence<'a>| (&o.field.selection_set, o.guard.clone(), o.defer);
        let sets: Vec<_> = part.occurrences.iter().map(set).collect();
        self.collect(child, &sets, depth + 1)
    }
}

/// The root fields of a mutation, in the order in which they run. That is the order in which they
/// stand, which may depend on variables: one that has several places is a field of its own at each,
/// and wanted at only one of them.
fn in_order<'a>(found: &IndexMap<Name, Vec<Occurrence<'a>>>) -> Vec<(Name, Vec<Occurrence<'a>>)> {
    let mut fields = Vec::new();
    for (key, occurrences) in found {
        for (_, place) in places(&occurrences.iter().collect::<Vec<_>>()) {
            let there = |o: &Occurrence<'a>| {
                let guard = place.as_ref().map_or_else(|| o.guard.clone(), |p| o.guard.both(p));
                (!guard.is_never()).then(|| Occurrence { guard, ..o.clone() })
            };
            fields.push((key.clone(), occurrences.iter().filter_map(there).collect::<Vec<_>>()));
        }
    }
    fields.sort_by_key(|(_, occurrences)| occurrences[0].order);
    fields
}

/// Most places of a key, by what is wanted; beyond that, it stands where it is named first.
const PLACES_MAX: usize = 8;

/// Where a key stands that has these occurrences, and when: at the first that is wanted.
fn places(occurrences: &[&Occurrence<'_>]) -> Vec<(usize, Option<Guard>)> {
    let first = occurrences[0];
    let whole = vec![(first.order, None)];
    if occurrences.iter().all(|o| o.guard == first.guard) {
        return whole;
    }
    let (mut places, mut before) = (Vec::new(), Guard::never());
    for occurrence in occurrences {
        if occurrence.guard.implies(&before) {
            continue;
        }
        let shown = occurrence.guard.and_not(&before, PLACES_MAX);
        before = before.or(&occurrence.guard);
        match shown {
            Some(shown) if !shown.is_never() => places.push((occurrence.order, Some(shown))),
            Some(_) => {}
            None => return whole,
        }
        if places.len() > PLACES_MAX || before.clauses().len() > PLACES_MAX {
            return whole;
        }
    }
    if places.len() == 1 { whole } else { places }
}

impl Part<'_, '_> {
    /// Adds a type with occurrences like those of the part, of which the first is the `order`th.
    fn add_type(&mut self, ty: TypeId, order: usize) {
        self.types.push(ty);
        if self.occurrences[0].order == order {
            let first = self.types[0];
            let of_first = self.places.iter_mut().filter(|(_, types, _)| types[0] == first);
            of_first.for_each(|(_, types, _)| types.push(ty));
            return;
        }
        match self.places.iter_mut().find(|(place, ..)| *place == order) {
            Some((_, types, _)) => types.push(ty),
            None => self.places.push((order, vec![ty], None)),
        }
    }

    fn places(&self, guard: &Guard) -> Vec<Place> {
        let place = |(order, types, shown): &(usize, Vec<TypeId>, Option<Guard>)| Place {
            order: *order,
            types: types.as_slice().into(),
            shown: shown.as_ref().unwrap_or(guard).clone(),
        };
        self.places.iter().map(place).collect()
    }

    fn directives(&self) -> Directives {
        let mut all = Directives::new();
        if self.occurrences.iter().all(|o| for_subgraphs(o.field).next().is_none()) {
            return all;
        }
        for Occurrence { field, guard, .. } in &self.occurrences {
            let own: Vec<_> = for_subgraphs(field).cloned().collect();
            match all.iter_mut().find(|(known, _)| *known == own) {
                Some((_, known)) => *known = known.or_wider(guard),
                None => all.push((own, guard.clone())),
            }
        }
        all
    }

    /// Whether these occurrences make the same value: they are the very same, or leaves that ask
    /// for the same under the same guard.
    fn is_like(&self, occurrences: &[&Occurrence<'_>]) -> bool {
        let same = self.occurrences.len() == occurrences.len()
            && self.occurrences.iter().zip(occurrences).all(|(a, b)| std::ptr::eq(*a, *b));
        same || self.occurrences.iter().chain(occurrences).all(|o| self.is_leaf_like(o))
    }

    fn is_leaf_like(&self, occurrence: &Occurrence<'_>) -> bool {
        let first = self.occurrences[0];
        occurrence.field.selection_set.is_empty()
            && occurrence.field.name == first.field.name
            && occurrence.field.arguments == first.field.arguments
            && for_subgraphs(occurrence.field).eq(for_subgraphs(first.field))
            && occurrence.guard == first.guard
            && occurrence.defer == first.defer
    }
}

/// The directives of a field that are not the router's own.
fn for_subgraphs(field: &ClientField) -> impl Iterator<Item = &Shared<Directive>> {
    field.directives.iter().filter(|directive| !["skip", "include"].contains(&&*directive.name))
}

/// A guard with the `@skip` and `@include` of a selection added.
fn guarded(guard: &Guard, directives: &DirectiveList) -> Guard {
    let mut guard = guard.clone();
    for (name, wanted) in [("skip", false), ("include", true)] {
        for directive in directives.get_all(name) {
            match directive.specified_argument_by_name("if").map(|value| &**value) {
                Some(AstValue::Boolean(value)) if *value != wanted => return Guard::never(),
                Some(AstValue::Variable(variable)) => guard = guard.and(variable, wanted),
                _ => {}
            }
        }
    }
    guard
}
