//! Two API schemas, and every difference between them.

use apollo_compiler::Schema;
use apollo_compiler::ast::{InputValueDefinition, Type};

use crate::change::{Breaks, Change, Kind};
use crate::elements::{Element, USABLE, What, elements};
use crate::key::{null_key, omitted_key};

/// Every difference, in the order of the old schema, what is new last.
pub(crate) fn compare(old: &Schema, new: &Schema) -> Vec<Change> {
    let (before, after) = (elements(old), elements(new));
    // What is in a type comes and goes with it.
    let is_compared = |element: &Element<'_>| {
        let parents = before.get(&element.parent).zip(after.get(&element.parent));
        element.parent.is_empty() || parents.is_some_and(|(old, new)| old.value == new.value)
    };
    let mut comparison = Comparison { new, changes: Vec::new() };
    for (key, element) in before.iter().filter(|(_, element)| is_compared(element)) {
        match after.get(key) {
            Some(after) => comparison.both(key, element, after),
            None => comparison.removed(key, element),
        }
    }
    for (key, element) in after.iter().filter(|(_, element)| is_compared(element)) {
        if !before.contains_key(key) {
            comparison.added(element);
        }
    }
    comparison.changes
}

struct Comparison<'a> {
    new: &'a Schema,
    changes: Vec<Change>,
}

impl Comparison<'_> {
    fn push(&mut self, kind: Kind, element: &Element<'_>, detail: String, breaks: Vec<Breaks>) {
        let coordinate = element.coordinate.clone();
        self.changes.push(Change { kind, coordinate, detail, used_by: Vec::new(), breaks });
    }

    fn removed(&mut self, key: &str, element: &Element<'_>) {
        let Some((kind, _)) = removed_and_added(element) else { return };
        let breaks = match element.what {
            What::Interface => Breaks::Spreads(element.value.clone()),
            What::Member => Breaks::Spreads(element.parent.clone()),
            What::Repeatable => Breaks::Refused(element.parent.clone()),
            _ => Breaks::Users(key.to_owned()),
        };
        self.push(kind, element, element.value.clone(), vec![breaks]);
    }

    fn added(&mut self, element: &Element<'_>) {
        let Some((_, kind)) = removed_and_added(element) else { return };
        let detail = element.ty.map_or_else(|| element.value.clone(), |ty| format!("`{ty}`"));
        self.push(kind, element, detail, vec![Breaks::Users(element.parent.clone())]);
    }

    fn both(&mut self, key: &str, old: &Element<'_>, new: &Element<'_>) {
        if old.description != new.description {
            self.push(Kind::DESCRIPTION_CHANGED, old, String::new(), Vec::new());
        }
        if old.deprecated != new.deprecated {
            let detail = new.deprecated.map_or("not any more".to_owned(), |d| d.to_string());
            self.push(Kind::DEPRECATION_CHANGED, old, detail, Vec::new());
        }
        if old.value != new.value {
            let kind = match old.what {
                What::Root => Kind::ROOT_TYPE_CHANGED,
                What::Type => Kind::TYPE_KIND_CHANGED,
                What::Directive if old.value == USABLE => Kind::DIRECTIVE_REMOVED,
                What::Directive => Kind::DEFINITION_DIRECTIVE_CHANGED,
                _ => Kind::SPECIFIED_BY_CHANGED,
            };
            let detail = format!("{}, not {}", new.value, old.value);
            self.push(kind, old, detail, vec![Breaks::Users(key.to_owned())]);
        }
        match (old.input.zip(new.input), old.ty.zip(new.ty)) {
            (Some((before, after)), _) => self.input(old, before, after),
            (None, Some((before, after))) if before != after => self.output(old, before, after),
            _ => {}
        }
    }

    fn output(&mut self, field: &Element<'_>, old: &Type, new: &Type) {
        let coordinate = field.coordinate.clone();
        let (kind, breaks) = if new.is_assignable_to(old) {
            // The one way in which this can refuse an operation is that it selects two such fields
            // of different types under one name. Validation of the operations finds it.
            (Kind::FIELD_NEVER_NULL, Vec::new())
        } else if is_narrower(self.new, new, old) {
            (Kind::FIELD_TYPE_NARROWED, vec![Breaks::Refused(coordinate)])
        } else {
            (Kind::FIELD_TYPE_CHANGED, vec![Breaks::Users(coordinate)])
        };
        self.push(kind, field, format!("`{new}`, not `{old}`"), breaks);
    }

    fn input(
        &mut self,
        element: &Element<'_>,
        old: &InputValueDefinition,
        new: &InputValueDefinition,
    ) {
        let is_argument = element.what == What::Argument;
        let kind = |argument, field| if is_argument { argument } else { field };
        let coordinate = element.coordinate.clone();
        let types = format!("`{}`, not `{}`", new.ty, old.ty);
        // Validation cannot tell values of two scalars or input objects from each other.
        let is_same_name = old.ty.inner_named_type() == new.ty.inner_named_type();
        let breaks = if is_same_name { Breaks::Refused } else { Breaks::Users };
        if new.is_required() && !old.is_required() {
            let is_only_null = Type::clone(&old.ty).non_null().is_assignable_to(&new.ty);
            let omitted = Breaks::Users(omitted_key(&coordinate));
            let given = match is_only_null {
                true => Breaks::Users(null_key(&coordinate)),
                false => breaks(coordinate),
            };
            let kind = kind(Kind::ARGUMENT_BECAME_REQUIRED, Kind::INPUT_FIELD_BECAME_REQUIRED);
            self.push(kind, element, format!("`{}`", new.ty), vec![omitted, given]);
            return;
        }
        if !old.ty.is_assignable_to(&new.ty) {
            let kind = kind(Kind::ARGUMENT_TYPE_CHANGED, Kind::INPUT_FIELD_TYPE_CHANGED);
            self.push(kind, element, types, vec![breaks(coordinate)]);
        } else if old.ty != new.ty || (old.is_required() && !new.is_required()) {
            let kind = kind(Kind::ARGUMENT_TYPE_WIDENED, Kind::INPUT_FIELD_TYPE_WIDENED);
            self.push(kind, element, types, Vec::new());
        }
        if old.default_value != new.default_value && !old.is_required() {
            let shown = |value: &InputValueDefinition| match &value.default_value {
                Some(value) => format!("`{}`", value.serialize().no_indent()),
                None => "nothing".to_owned(),
            };
            let kind = kind(Kind::ARGUMENT_DEFAULT_CHANGED, Kind::INPUT_FIELD_DEFAULT_CHANGED);
            self.push(kind, element, format!("{}, not {}", shown(new), shown(old)), Vec::new());
        }
    }
}

/// What kind of change it is that an element is removed, or added.
fn removed_and_added(element: &Element<'_>) -> Option<(Kind, Kind)> {
    let is_required = element.input.is_some_and(InputValueDefinition::is_required);
    Some(match element.what {
        What::Root => (Kind::ROOT_TYPE_CHANGED, Kind::ROOT_TYPE_ADDED),
        What::Type => (Kind::TYPE_REMOVED, Kind::TYPE_ADDED),
        What::Interface => (Kind::INTERFACE_REMOVED, Kind::INTERFACE_ADDED),
        What::Member => (Kind::UNION_MEMBER_REMOVED, Kind::UNION_MEMBER_ADDED),
        What::Value => (Kind::ENUM_VALUE_REMOVED, Kind::ENUM_VALUE_ADDED),
        What::Field => (Kind::FIELD_REMOVED, Kind::FIELD_ADDED),
        What::Argument if is_required => (Kind::ARGUMENT_REMOVED, Kind::REQUIRED_ARGUMENT_ADDED),
        What::Argument => (Kind::ARGUMENT_REMOVED, Kind::OPTIONAL_ARGUMENT_ADDED),
        What::InputField if is_required => {
            (Kind::INPUT_FIELD_REMOVED, Kind::REQUIRED_INPUT_FIELD_ADDED)
        }
        What::InputField => (Kind::INPUT_FIELD_REMOVED, Kind::OPTIONAL_INPUT_FIELD_ADDED),
        What::OneOf => (Kind::ONE_OF_REMOVED, Kind::ONE_OF_ADDED),
        // It is there, or not, with its scalar.
        What::SpecifiedBy => return None,
        What::Directive if element.value == USABLE => {
            (Kind::DIRECTIVE_REMOVED, Kind::DIRECTIVE_ADDED)
        }
        What::Directive => (Kind::DEFINITION_DIRECTIVE_CHANGED, Kind::DIRECTIVE_ADDED),
        What::Location => (Kind::DIRECTIVE_LOCATION_REMOVED, Kind::DIRECTIVE_LOCATION_ADDED),
        What::Repeatable => (Kind::DIRECTIVE_REPEATABLE_REMOVED, Kind::DIRECTIVE_REPEATABLE_ADDED),
    })
}

/// Whether every value of `new` is one of `old`.
fn is_narrower(schema: &Schema, new: &Type, old: &Type) -> bool {
    if old.is_non_null() && !new.is_non_null() {
        return false;
    }
    match (new.is_list(), old.is_list()) {
        (true, true) => is_narrower(schema, new.item_type(), old.item_type()),
        (false, false) => {
            let (new, old) = (new.inner_named_type(), old.inner_named_type());
            new == old || schema.is_subtype(old, new)
        }
        _ => false,
    }
}
