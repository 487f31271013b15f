//! The text of a request's operation, and how the keys of its answer map to slots.

use std::collections::{HashMap, HashSet};

use apollo_compiler::Node as Shared;
use apollo_compiler::ast::{Argument, Directive, Type};
use apollo_compiler::collections::IndexMap;
use query_plan::{
    ContextVariable, FetchVariable, InputField, InputKind, InputSelection, OnDemand, OperationKind,
};
use supergraph::model::{SubgraphId, TypeId, TypeKind};

use super::Emitter;
use super::fragments::Fragments;
use crate::access::Offer;
use crate::guard::Guard;
use crate::steps::{Context, SelectionId, StepId};
use crate::tree::{FieldId, NodeId, Types, Value};

/// Writes one operation.
pub(super) struct Writer<'e, 'a, 's> {
    pub(super) emitter: &'e mut Emitter<'a, 's>,
    /// When the request is sent at all.
    guard: &'e Guard,
    pub(super) subgraph: SubgraphId,
    /// Those of the operation itself.
    directives: String,
    pub(super) text: String,
    /// The variables in the text, with their definitions.
    pub(super) variables: Vec<(FetchVariable, String)>,
    definitions: Vec<String>,
    fragments: Fragments,
    /// What the arguments of the entities that are being written take from contexts.
    pub(super) contexts: &'e [Context],
    /// Whether entities are being written that are entered as several types, whose fields stand
    /// beside one another.
    enters_several: bool,
}

/// Where the number of a field stands that is added on demand: no text has this character.
pub(super) const NUMBER: char = '\u{1}';

/// An operation, but for its keyword.
pub(super) struct Body {
    directives: String,
    selections: String,
    pub(super) fragments: String,
    definitions: Vec<String>,
    pub(super) variables: Vec<FetchVariable>,
    /// Whether there are fields to be added on demand.
    has_more: bool,
}

impl Body {
    pub(super) fn text(&self, kind: OperationKind) -> String {
        let Self { directives, selections, definitions, has_more, .. } = self;
        let definitions = match *has_more && definitions.is_empty() {
            true => "()".to_owned(),
            false => in_parentheses(definitions),
        };
        match (definitions.is_empty() && directives.is_empty(), kind) {
            (true, OperationKind::Query) => selections.clone(),
            _ => format!("{}{definitions}{directives}{selections}", kind.keyword()),
        }
    }
}

/// One `_entities` field.
#[derive(Default)]
pub(super) struct Group {
    pub(super) response_key: String,
    pub(super) variable: String,
    /// When there is anything to ask for.
    pub(super) guard: Guard,
    text: String,
    /// The types of the variables with values from contexts.
    contexts: Vec<String>,
    /// The variables of what is only there on demand.
    variables: Vec<(FetchVariable, String)>,
    fragments: String,
    instead_of: Option<(usize, usize)>,
    pub(super) sources: Vec<(StepId, InputSelection)>,
    pub(super) on_demand: Option<OnDemand>,
}

impl Group {
    fn is_on_demand(&self) -> bool {
        !self.contexts.is_empty() || self.instead_of.is_some()
    }
}

/// A field as it is asked for: one field may need several response keys, where its types in the
/// subgraph differ by the type of the object.
struct Asked {
    field: FieldId,
    types: Types,
    response_key: String,
}

impl<'e, 'a, 's> Writer<'e, 'a, 's> {
    /// Also writes these directives of the operation.
    pub(super) fn new(
        emitter: &'e mut Emitter<'a, 's>,
        guard: &'e Guard,
        directives: &[Shared<Directive>],
    ) -> Self {
        let mut writer = Self {
            emitter,
            guard,
            subgraph: SubgraphId(0),
            directives: String::new(),
            text: String::new(),
            variables: Vec::new(),
            definitions: Vec::new(),
            fragments: Fragments::default(),
            contexts: &[],
            enters_several: false,
        };
        writer.directives(directives);
        writer.directives = std::mem::take(&mut writer.text);
        writer
    }

    /// Writes a fetch from a root type.
    pub(super) fn root(mut self, step: StepId) -> (InputSelection, Body) {
        let step = self.emitter.steps.step(step);
        self.subgraph = step.subgraph;
        let ty = self.emitter.tree.node(step.node).ty;
        let guard = self.guard.clone();
        let selection = self.selection(step.selection, ty, &guard);
        (selection, self.finish())
    }

    /// Writes entity fetches. Places of which the same is asked share one `_entities` field.
    pub(super) fn entities(mut self, steps: &[StepId]) -> (Vec<Group>, Body) {
        let mut groups: Vec<Group> = Vec::new();
        for step in steps {
            let whole = self.group(*step, None, &mut groups);
            for part in &self.emitter.steps.step(*step).parts {
                self.group(*part, Some(whole), &mut groups);
            }
        }
        self.name(&mut groups);
        for group in &mut groups {
            self.put_on_demand(group);
        }
        let has_more = groups.iter().any(|group| group.on_demand.is_some());
        (groups, Body { has_more, ..self.finish() })
    }

    /// Adds an entity fetch to the groups; the index of the group, and of the source in it.
    fn group(
        &mut self,
        step: StepId,
        instead_of: Option<(usize, usize)>,
        groups: &mut Vec<Group>,
    ) -> (usize, usize) {
        let contexts = &self.emitter.steps.step(step).contexts;
        let contexts: Vec<_> = contexts.iter().map(|c| c.argument.ty.clone()).collect();
        let is_on_demand = instead_of.is_some() || !contexts.is_empty();
        let own = Fragments::named(format!("{}_", groups.len()));
        let outside = is_on_demand.then(|| std::mem::replace(&mut self.fragments, own));
        let before = std::mem::take(&mut self.variables);
        let selection = self.entity(step);
        let text = std::mem::take(&mut self.text);
        let text = self.fragments.resolve(&text);
        let mut variables = std::mem::replace(&mut self.variables, before);
        let own = outside.map(|outside| std::mem::replace(&mut self.fragments, outside));
        let fragments = own.map(|own| own.definitions).unwrap_or_default();
        let guard = self.emitter.guards.of_step(step).clone();
        if !is_on_demand {
            variables.drain(..).for_each(|(variable, text)| self.add_variable(variable, text));
        }
        let is_same = |group: &Group| {
            group.text == text
                && group.guard == guard
                && group.contexts == contexts
                && (group.instead_of, instead_of) == (None, None)
        };
        let index = groups.iter().position(is_same).unwrap_or_else(|| {
            groups.push(Group {
                text,
                guard,
                contexts,
                variables,
                fragments,
                instead_of,
                ..Group::default()
            });
            groups.len() - 1
        });
        groups[index].sources.push((step, selection));
        (index, groups[index].sources.len() - 1)
    }

    /// A group that is not always in the request once.
    fn put_on_demand(&mut self, group: &mut Group) {
        if !group.is_on_demand() {
            return;
        }
        let (key, variable) = ("_c".to_owned(), self.unused_start("entities"));
        let start = self.unused_start("context");
        let mut definitions = format!("${variable}{NUMBER}:[_Any!]!");
        let mut contexts = Vec::new();
        for (index, ty) in group.contexts.iter().enumerate() {
            let name = format!("{start}{index}_");
            definitions.push_str(&format!(",${name}{NUMBER}:{ty}"));
            contexts.push(ContextVariable { name, non_null: ty.ends_with('!') });
        }
        let field =
            format!("{key}{NUMBER}:_entities(representations:${variable}{NUMBER}){}", group.text);
        let pieces = |text: String| text.split(NUMBER).map(str::to_owned).collect();
        let (definitions, field) = (pieces(definitions), pieces(field));
        let (mut variables, instead_of) = (std::mem::take(&mut group.variables), group.instead_of);
        variables.retain(|variable| !self.variables.contains(variable));
        let fragments = std::mem::take(&mut group.fragments);
        group.on_demand =
            Some(OnDemand { definitions, field, contexts, variables, fragments, instead_of });
        (group.response_key, group.variable) = (key, variable);
    }

    /// A start of a name that no variable of the client has.
    pub(super) fn unused_start(&self, name: &str) -> String {
        let mut name = name.to_owned();
        while self.emitter.operation.variables.iter().any(|v| v.name.starts_with(&name)) {
            name.push('_');
        }
        name
    }

    fn name(&mut self, groups: &mut [Group]) {
        let mut groups: Vec<_> = groups.iter_mut().filter(|group| !group.is_on_demand()).collect();
        let is_only = groups.len() == 1;
        self.text.push('{');
        for (index, group) in groups.iter_mut().enumerate() {
            let number = if is_only { String::new() } else { index.to_string() };
            let variable = self.unused(format!("representations{number}"));
            group.response_key =
                if is_only { "_entities".to_owned() } else { format!("_e{number}") };
            if !is_only {
                self.separate(1);
                self.text.push_str(&format!("{}:", group.response_key));
            }
            self.text.push_str(&format!("_entities(representations:${variable}){}", group.text));
            self.definitions.push(format!("${variable}:[_Any!]!"));
            group.variable = variable;
        }
        self.text.push('}');
    }

    /// A name that no variable of the client has.
    pub(super) fn unused(&self, mut name: String) -> String {
        while self.emitter.operation.variables.iter().any(|v| v.name == name.as_str()) {
            name.push('_');
        }
        name
    }

    fn finish(self) -> Body {
        let Self { directives, text, definitions, variables, mut fragments, .. } = self;
        let selections = fragments.resolve(&text);
        let (variables, mut all): (_, Vec<String>) = variables.into_iter().unzip();
        all.extend(definitions);
        let (definitions, fragments) = (all, fragments.definitions);
        Body { directives, selections, fragments, definitions, variables, has_more: false }
    }

    fn entity(&mut self, step: StepId) -> InputSelection {
        let step = self.emitter.steps.step(step);
        (self.subgraph, self.contexts) = (step.subgraph, &step.contexts);
        let guard = self.guard.clone();
        let asked = self.asked(step.selection);
        let mut entered: IndexMap<TypeId, Vec<TypeId>> = IndexMap::default();
        for input in step.inputs.iter().flatten() {
            entered.entry(input.via).or_default().push(input.ty);
        }
        self.enters_several = entered.len() > 1;
        self.text.push('{');
        let mut below = HashMap::new();
        for (via, mut types) in entered {
            types.sort_unstable();
            types.dedup();
            let name = self.emitter.supergraph().ty(via).name.clone();
            self.text.push_str(&format!("...on {name}"));
            let is_object = self.is_object(via);
            let types = match is_object {
                true => types.into(),
                false => self.runtime_types(via, step.node),
            };
            self.fields(step.selection, &asked, (via, &types), &guard, &mut below);
        }
        self.text.push('}');
        self.enters_several = false;
        self.input(step.selection, &asked, below)
    }

    /// Whether the subgraph has the type as an object type.
    fn is_object(&self, ty: TypeId) -> bool {
        self.emitter.supergraph().ty(ty).kind == TypeKind::Object
            || self.emitter.access.is_interface_object(ty, self.subgraph)
    }

    fn runtime_types(&self, ty: TypeId, node: NodeId) -> Types {
        let possible = &self.emitter.tree.node(node).types;
        self.emitter.access.runtime_types(ty, self.subgraph, possible)
    }

    /// Writes what is selected of objects that the subgraph says are of type `ty`.
    fn selection(&mut self, id: SelectionId, ty: TypeId, guard: &Guard) -> InputSelection {
        let node = self.emitter.steps.selection(id).node;
        let asked = self.asked(id);
        let mut below = HashMap::new();
        let types = self.runtime_types(ty, node);
        self.fields(id, &asked, (ty, &types), guard, &mut below);
        self.input(id, &asked, below)
    }

    fn input(
        &self,
        id: SelectionId,
        asked: &[Asked],
        mut below: HashMap<String, InputSelection>,
    ) -> InputSelection {
        let selection = self.emitter.steps.selection(id);
        let mut fields = Vec::new();
        // An interface object names itself there, which is no runtime type.
        let place = self.emitter.tree.node(selection.node).ty;
        let names_itself = self.emitter.access.is_interface_object(place, self.subgraph);
        if selection.typename || (asked.is_empty() && !names_itself) {
            let response_key = "__typename".to_owned();
            fields.push(InputField { response_key, kind: InputKind::Typename });
        }
        for field in asked {
            let slot = self.emitter.slots[&field.field];
            let kind = match self.emitter.tree.field(field.field).value {
                Value::Object(_) => match below.remove(&field.response_key) {
                    Some(inner) => InputKind::Object(slot, inner),
                    None => continue,
                },
                _ => InputKind::Leaf(slot),
            };
            fields.push(InputField { response_key: field.response_key.clone(), kind });
        }
        InputSelection { position: Emitter::position(selection.node), fields }
    }

    /// The fields of a selection with their response keys, all of them different.
    fn asked(&self, id: SelectionId) -> Vec<Asked> {
        let selection = self.emitter.steps.selection(id);
        let mut taken = HashSet::from(["__typename".to_owned()]);
        let mut asked = Vec::new();
        for (field, selected) in &selection.fields {
            let key = self.emitter.tree.field(*field).key.as_str();
            for types in self.by_shape(*field, &selected.types) {
                let mut response_key = key.to_owned();
                let mut number = 1;
                while taken.contains(&response_key) || response_key.starts_with("__") {
                    response_key = format!("{}_{number}", key.trim_start_matches('_'));
                    number += 1;
                }
                taken.insert(response_key.clone());
                asked.push(Asked { field: *field, types, response_key });
            }
        }
        asked
    }

    /// Splits types by the shape that the field has on them in the subgraph: values of different
    /// shapes must not have the same response key.
    ///
    /// <https://spec.graphql.org/October2021/#SameResponseShape()>
    fn by_shape(&self, field: FieldId, types: &Types) -> Vec<Types> {
        let data = self.emitter.tree.field(field);
        let mut shapes: IndexMap<String, Vec<TypeId>> = IndexMap::default();
        for ty in types.iter() {
            let offer = self.emitter.access.offer(*ty, &data.name, self.subgraph);
            let shape = offer.map_or_else(String::new, |o| shape(&o.join.ty, data.value));
            shapes.entry(shape).or_default().push(*ty);
        }
        shapes.into_values().map(Into::into).collect()
    }

    /// Writes the fields for objects of a type: those that all objects there have at once, and
    /// the others by object type.
    fn fields(
        &mut self,
        id: SelectionId,
        asked: &[Asked],
        (ty, types): (TypeId, &Types),
        guard: &Guard,
        below: &mut HashMap<String, InputSelection>,
    ) {
        self.text.push('{');
        let start = self.text.len();
        if self.emitter.steps.selection(id).typename {
            self.text.push_str("__typename");
        }
        let is_object = self.is_object(ty);
        let mut others = Vec::new();
        for field in asked {
            let mut found = types.iter().map(|t| field.types.binary_search(t));
            let here = match is_object {
                true => self.applies_to_object(field, types, ty),
                false => found.all(|at| at.is_ok()) && self.is_of_interface(field, ty),
            };
            if here {
                self.field(id, field, ty, guard, (start, below));
            } else if !is_object {
                others.push(field);
            }
        }
        for object in types.iter().filter(|_| !is_object) {
            let here = |field: &&&Asked| field.types.binary_search(object).is_ok();
            let fields: Vec<&Asked> = others.iter().filter(here).copied().collect();
            if fields.is_empty() {
                continue;
            }
            self.separate(start);
            let name = &self.emitter.supergraph().ty(*object).name;
            self.text.push_str(&format!("...on {name}{{"));
            let start = self.text.len();
            for field in fields {
                self.field(id, field, *object, guard, (start, below));
            }
            self.text.push('}');
        }
        if self.text.len() == start {
            self.text.push_str("__typename");
        }
        self.text.push('}');
    }

    fn applies_to_object(&self, field: &Asked, types: &Types, ty: TypeId) -> bool {
        let is_among = |t: &TypeId| field.types.binary_search(t).is_ok();
        let interface = self.emitter.access.is_interface_object(ty, self.subgraph);
        is_among(&ty)
            || (interface && types.iter().any(is_among))
            || (interface && types[..] == [ty])
    }

    /// Whether a field can be asked for on an interface, without naming object types. Beside these
    /// it has to have the shape that it has on them.
    fn is_of_interface(&self, field: &Asked, ty: TypeId) -> bool {
        let access = self.emitter.access;
        let data = self.emitter.tree.field(field.field);
        let known = self.emitter.supergraph().ty(ty).fields.get(&data.name);
        let Some(join) = known.and_then(|known| known.join(self.subgraph)) else { return false };
        let of_object = field.types.first();
        let of_object = of_object.and_then(|o| access.offer(*o, &data.name, self.subgraph));
        let is_like =
            |object: &Offer<'_>| shape(&join.ty, data.value) == shape(&object.join.ty, data.value);
        let fits = !self.enters_several || of_object.as_ref().is_some_and(is_like);
        let supergraph = self.emitter.supergraph();
        let declared = supergraph.schema.type_field(&supergraph.ty(ty).name, &data.name);
        // An implementation may take more arguments.
        let takes = |argument: &Shared<Argument>| {
            declared.as_ref().is_ok_and(|field| field.argument_by_name(&argument.name).is_some())
        };
        fits && data.arguments.iter().all(takes) && access.all_have(ty, &data.name, self.subgraph)
    }

    fn separate(&mut self, start: usize) {
        if self.text.len() > start {
            self.text.push(' ');
        }
    }

    /// Writes a field of a type, and what is selected below it.
    fn field(
        &mut self,
        id: SelectionId,
        asked: &Asked,
        on: TypeId,
        outer: &Guard,
        (start, below): (usize, &mut HashMap<String, InputSelection>),
    ) {
        let data = self.emitter.tree.field(asked.field);
        let selected = self.emitter.steps.selection(id).fields.get(&asked.field);
        let number = selected.and_then(|selected| selected.below).map(|stand| {
            let inner = self.emitter.steps.stand(stand).selection;
            let offer = self.emitter.access.offer(on, &data.name, self.subgraph);
            let base = offer
                .and_then(|o| self.emitter.supergraph().type_id(o.join.ty.inner_named_type()))
                .unwrap_or_else(|| {
                    self.emitter.tree.node(self.emitter.steps.selection(inner).node).ty
                });
            let guard = if outer.implies(&data.guard) { outer } else { &data.guard };
            self.below(inner, base, guard)
        });
        let plain = (Vec::new(), data.guard.clone());
        let once = data.directives.is_empty().then_some(&plain);
        for (directives, guard) in data.directives.iter().chain(once) {
            self.separate(start);
            if asked.response_key != data.name.as_str() {
                self.text.push_str(&format!("{}:", asked.response_key));
            }
            self.text.push_str(&data.name);
            self.arguments(data, on);
            self.directives(directives);
            self.condition(outer, guard);
            if let Some(number) = number {
                let place = self.fragments.place(number);
                self.text.push_str(&place);
            }
        }
        if let Some(number) = number.filter(|_| !below.contains_key(&asked.response_key)) {
            below.insert(asked.response_key.clone(), self.fragments.input(number).clone());
        }
    }

    /// The number of what is selected below a field, which may be in many places.
    fn below(&mut self, id: SelectionId, ty: TypeId, guard: &Guard) -> usize {
        if let Some(number) = self.fragments.number(id, ty) {
            return number;
        }
        let outside = std::mem::take(&mut self.text);
        let input = self.selection(id, ty, guard);
        let text = std::mem::replace(&mut self.text, outside);
        let on = self.emitter.supergraph().ty(ty).name.to_string();
        self.fragments.add((id, ty), on, text, input)
    }
}

/// What stands behind a name.
pub(super) fn in_parentheses(all: &[String]) -> String {
    if all.is_empty() { String::new() } else { format!("({})", all.join(",")) }
}

/// What two values must have in common to have the same response key.
fn shape(ty: &Type, value: Value) -> String {
    let text = ty.to_string();
    match value {
        Value::Object(_) => text.replace(ty.inner_named_type().as_str(), ""),
        _ => text,
    }
}
