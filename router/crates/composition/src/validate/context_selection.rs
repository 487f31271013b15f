//! What a `@fromContext` selects: one value, of a fitting type, on every type that sets the
//! context.

use apollo_compiler::Name;
use apollo_compiler::ast::{self, Type};
use supergraph::field_set::FieldSet;
use supergraph::implementer::is_composite;

use crate::subgraph::Subgraph;
use crate::subgraph::context::ContextSelection;

/// What a selection is checked against.
pub(super) struct Selection<'a> {
    pub(super) subgraph: &'a Subgraph,
    /// The type of the argument that gets the value.
    pub(super) expected: &'a Type,
}

type Outcome<T> = Result<T, String>;

impl Selection<'_> {
    /// Checks a selection on each type that sets the context.
    pub(super) fn check(&self, selection: &ContextSelection<'_>, types: &[&Name]) -> Outcome<()> {
        let fields = FieldSet::parse(selection.text).map_err(|e| e.message)?;
        match fields.selections.as_slice() {
            [ast::Selection::Field(field)] => {
                for ty in types {
                    self.fits(&self.field(field, ty)?, self.expected)?;
                }
                Ok(())
            }
            selections => self.fragments(&fragments(selections)?, types),
        }
    }

    /// Each fragment is for one object type, and together they are for all that set the context.
    fn fragments(&self, fragments: &[(&Name, &ast::Field)], types: &[&Name]) -> Outcome<()> {
        let possible: Vec<(&Name, Vec<&Name>)> =
            types.iter().map(|ty| (*ty, self.subgraph.possible_types(ty))).collect();
        for (condition, field) in fragments {
            if self.subgraph.schema.get_object(condition).is_none() {
                return Err(format!("`{condition}` is not an object type."));
            }
            if !possible.iter().any(|(_, possible)| possible.contains(condition)) {
                return Err(format!("no type that sets the context can be a `{condition}`."));
            }
            self.fits(&all_nullable(&self.field(field, condition)?), self.expected)?;
        }
        let uncovered = possible.iter().find(|(_, possible)| {
            !fragments.iter().any(|(condition, _)| possible.contains(condition))
        });
        match uncovered {
            Some((ty, _)) => Err(format!("nothing is selected on `{ty}`, which sets the context.")),
            None => Ok(()),
        }
    }

    /// The type of the value that a field selection gives on a type.
    fn field(&self, field: &ast::Field, parent: &Name) -> Outcome<Type> {
        if field.alias.is_some() {
            return Err(format!("`{}` has an alias.", field.name));
        }
        if !field.directives.is_empty() {
            return Err(format!("`{}` has directives.", field.name));
        }
        if self.subgraph.is_interface_object(parent) {
            return Err(format!("`{parent}` is an interface object."));
        }
        let Ok(definition) = self.subgraph.schema.type_field(parent, &field.name) else {
            return Err(format!("`{parent}` has no field `{}`.", field.name));
        };
        let target = definition.ty.inner_named_type();
        match (is_composite(&self.subgraph.schema, target), field.selection_set.as_slice()) {
            (false, []) => Ok(definition.ty.clone()),
            (true, [ast::Selection::Field(inner)]) => {
                Ok(lists_around(&definition.ty, all_nullable(&self.field(inner, target)?)))
            }
            (true, []) => Err(format!("`{parent}.{}` is not a single value.", field.name)),
            (true, _) => Err(format!("`{parent}.{}` must select one field.", field.name)),
            (false, _) => Err(format!("`{parent}.{}` has no fields.", field.name)),
        }
    }

    fn fits(&self, result: &Type, expected: &Type) -> Outcome<()> {
        if is_usable(result, expected) {
            return Ok(());
        }
        Err(format!("it gives a `{result}`, but the argument is of type `{}`.", self.expected))
    }
}

/// The fragments of a selection that has nothing else; each holds one field.
fn fragments(selections: &[ast::Selection]) -> Outcome<Vec<(&Name, &ast::Field)>> {
    let mut fragments: Vec<(&Name, &ast::Field)> = Vec::new();
    for selection in selections {
        let ast::Selection::InlineFragment(fragment) = selection else {
            return Err("it must be a single field, or one fragment for each type.".to_owned());
        };
        if !fragment.directives.is_empty() {
            return Err("a fragment has directives.".to_owned());
        }
        let Some(condition) = &fragment.type_condition else {
            return Err("a fragment has no type condition.".to_owned());
        };
        if fragments.iter().any(|(other, _)| *other == condition) {
            return Err(format!("there is more than one fragment for `{condition}`."));
        }
        let [ast::Selection::Field(field)] = fragment.selection_set.as_slice() else {
            return Err(format!("the fragment for `{condition}` must select one field."));
        };
        fragments.push((condition, field));
    }
    Ok(fragments)
}

/// A value that is only found on some path may be missing at any level.
fn all_nullable(ty: &Type) -> Type {
    match ty {
        Type::Named(name) | Type::NonNullNamed(name) => Type::Named(name.clone()),
        Type::List(item) | Type::NonNullList(item) => all_nullable(item).list(),
    }
}

/// A field below a list gives a list.
fn lists_around(outer: &Type, inner: Type) -> Type {
    match outer {
        Type::Named(_) | Type::NonNullNamed(_) => inner,
        Type::List(item) | Type::NonNullList(item) => lists_around(item, inner).list(),
    }
}

/// Whether a value of one type can be given where the other is expected.
fn is_usable(result: &Type, expected: &Type) -> bool {
    match (result, expected) {
        (Type::Named(a) | Type::NonNullNamed(a), Type::Named(b))
        | (Type::NonNullNamed(a), Type::NonNullNamed(b)) => a == b,
        (Type::List(a) | Type::NonNullList(a), Type::List(b))
        | (Type::NonNullList(a), Type::NonNullList(b)) => is_usable(a, b),
        _ => false,
    }
}
