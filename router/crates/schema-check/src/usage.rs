//! What an operation uses of a schema, by coordinate.

use std::collections::BTreeSet;

use apollo_compiler::ast::{Argument, Directive, DirectiveLocation, InputValueDefinition, Value};
use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

use crate::key::{Certainty, location_key, null_key, omitted_key, root_key};

/// What an operation uses.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    certain: BTreeSet<String>,
    /// What variables may carry.
    possible: BTreeSet<String>,
    /// Each fragment: the type it stands in, and the type it is on.
    spreads: BTreeSet<(Name, Name)>,
}

impl Uses {
    /// What an operation of a valid document uses.
    pub(crate) fn of(
        schema: &Schema,
        document: &ExecutableDocument,
        operation: &Operation,
    ) -> Self {
        let fragments = BTreeSet::new();
        let mut walk = Walk { schema, document, operation, fragments, uses: Self::default() };
        let kind = operation.operation_type;
        walk.uses.add(root_key(kind));
        walk.directives(&operation.directives, kind.into());
        for variable in &operation.variables {
            let ty = variable.ty.inner_named_type();
            walk.carried(ty);
            walk.directives(&variable.directives, DirectiveLocation::VariableDefinition);
            if let Some(value) = &variable.default_value {
                walk.value(ty, value);
            }
        }
        walk.selections(&operation.selection_set);
        walk.uses
    }

    /// Whether it uses the element; what its document says counts only if `says`.
    pub(crate) fn element(&self, key: &str, says: bool) -> Option<Certainty> {
        let is_certain = says && self.certain.contains(key);
        let is_possible = || self.possible.contains(key).then_some(Certainty::Possible);
        is_certain.then_some(Certainty::Certain).or_else(is_possible)
    }

    /// Whether it has a fragment on `ty`, or in it, of which `can_apply` says that it cannot.
    pub(crate) fn spreads(&self, ty: &str, can_apply: impl Fn(&Name, &Name) -> bool) -> bool {
        let concerned = self.spreads.iter().filter(|(outer, on)| outer == ty || on == ty);
        concerned.into_iter().any(|(outer, on)| !can_apply(outer, on))
    }

    fn add(&mut self, key: String) {
        self.certain.insert(key);
    }
}

struct Walk<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    operation: &'a Operation,
    /// Those that were walked.
    fragments: BTreeSet<Name>,
    uses: Uses,
}

impl Walk<'_> {
    fn selections(&mut self, set: &SelectionSet) {
        self.uses.add(set.ty.to_string());
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let coordinate = format!("{}.{}", set.ty, field.name);
                    self.uses.add(field.definition.ty.inner_named_type().to_string());
                    self.directives(&field.directives, DirectiveLocation::Field);
                    let definitions = &field.definition.arguments;
                    self.arguments(&coordinate, definitions, &field.arguments);
                    self.uses.add(coordinate);
                    if !field.selection_set.selections.is_empty() {
                        self.selections(&field.selection_set);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let inner = &fragment.selection_set;
                    self.uses.spreads.insert((set.ty.clone(), inner.ty.clone()));
                    self.directives(&fragment.directives, DirectiveLocation::InlineFragment);
                    self.selections(inner);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives, DirectiveLocation::FragmentSpread);
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    let fragment = fragment.expect("a valid document has its fragments");
                    let inner = &fragment.selection_set;
                    self.uses.spreads.insert((set.ty.clone(), inner.ty.clone()));
                    if self.fragments.insert(spread.fragment_name.clone()) {
                        let location = DirectiveLocation::FragmentDefinition;
                        self.directives(&fragment.directives, location);
                        self.selections(inner);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &[Node<Directive>], location: DirectiveLocation) {
        for directive in directives {
            let coordinate = format!("@{}", directive.name);
            if let Some(definition) = self.schema.directive_definitions.get(&directive.name) {
                self.arguments(&coordinate, &definition.arguments, &directive.arguments);
            }
            self.uses.add(coordinate);
            self.uses.add(location_key(&directive.name, location));
        }
    }

    fn arguments(
        &mut self,
        owner: &str,
        definitions: &[Node<InputValueDefinition>],
        arguments: &[Node<Argument>],
    ) {
        for definition in definitions {
            let argument = arguments.iter().find(|argument| argument.name == definition.name);
            let coordinate = format!("{owner}({}:)", definition.name);
            self.input(coordinate, definition, argument.map(|argument| &argument.value));
        }
    }

    fn input(
        &mut self,
        coordinate: String,
        definition: &InputValueDefinition,
        given: Option<&Node<Value>>,
    ) {
        let Some(value) = given else { return self.uses.add(omitted_key(&coordinate)) };
        if self.may_be_null(value) {
            self.uses.add(null_key(&coordinate));
        }
        self.uses.add(coordinate);
        self.value(definition.ty.inner_named_type(), value);
    }

    fn may_be_null(&self, value: &Value) -> bool {
        let Some(name) = value.as_variable() else { return value.is_null() };
        let variable = self.operation.variables.iter().find(|variable| variable.name == *name);
        variable.is_some_and(|variable| {
            let default = variable.default_value.as_ref();
            !variable.ty.is_non_null() && default.is_none_or(|value| value.is_null())
        })
    }

    fn value(&mut self, ty: &Name, value: &Value) {
        match value {
            // Its type is that of its definition.
            Value::Variable(_) => return,
            Value::List(items) => return items.iter().for_each(|item| self.value(ty, item)),
            _ => self.uses.add(ty.to_string()),
        }
        match (value, self.schema.types.get(ty)) {
            (Value::Enum(name), Some(ExtendedType::Enum(_))) => {
                self.uses.add(format!("{ty}.{name}"));
            }
            (Value::Object(fields), Some(ExtendedType::InputObject(definition))) => {
                for (name, field) in &definition.fields {
                    let given = fields.iter().find(|(given, _)| given == name);
                    self.input(format!("{ty}.{name}"), field, given.map(|(_, value)| value));
                }
            }
            _ => {}
        }
    }

    /// All that a variable of a type may carry.
    fn carried(&mut self, ty: &Name) {
        let mut open = vec![ty.clone()];
        let mut seen = BTreeSet::new();
        while let Some(ty) = open.pop() {
            if !seen.insert(ty.clone()) {
                continue;
            }
            self.uses.possible.insert(ty.to_string());
            match self.schema.types.get(&ty) {
                Some(ExtendedType::Enum(definition)) => {
                    let values = definition.values.keys().map(|value| format!("{ty}.{value}"));
                    self.uses.possible.extend(values);
                }
                Some(ExtendedType::InputObject(definition)) => {
                    for (name, field) in &definition.fields {
                        let key = format!("{ty}.{name}");
                        self.uses.possible.extend([omitted_key(&key), null_key(&key), key]);
                        open.push(field.ty.inner_named_type().clone());
                    }
                }
                _ => {}
            }
        }
    }
}
