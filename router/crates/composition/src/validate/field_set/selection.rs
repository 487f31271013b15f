//! Whether a field set selects what the schema has.
//!
//! A type condition need not be possible in this subgraph: another one may have a member or an
//! implementation that this one lacks.

use apollo_compiler::ast::{self, FieldDefinition};
use apollo_compiler::{Name, Schema};
use supergraph::implementer::{fields_of, is_composite};

use crate::names;
use crate::values;

/// What a field set is checked against.
pub(super) struct Check<'a> {
    pub(super) schema: &'a Schema,
    /// Whether fields of interface and union type are refused.
    pub(super) no_abstract: bool,
    /// Whether aliases are refused, and selections that end too early or go on below a leaf.
    pub(super) is_strict: bool,
}

/// The first thing wrong with a field set.
pub(super) struct Problem {
    /// Whether it is a field of interface or union type.
    pub(super) is_abstract: bool,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Problem {
    fn new(message: String) -> Self {
        Self { is_abstract: false, message, help: None }
    }
}

impl Check<'_> {
    /// Checks the selections on a type. The depth is that of the field set, which parsing limits.
    pub(super) fn selections(
        &self,
        selections: &[ast::Selection],
        parent: &Name,
    ) -> Result<(), Problem> {
        for selection in selections {
            match selection {
                ast::Selection::Field(field) => self.field(field, parent)?,
                ast::Selection::InlineFragment(fragment) => self.fragment(fragment, parent)?,
                ast::Selection::FragmentSpread(spread) => {
                    let message = format!("`{spread}` names a fragment, but there are none here.");
                    return Err(Problem::new(message));
                }
            }
        }
        Ok(())
    }

    fn fragment(&self, fragment: &ast::InlineFragment, parent: &Name) -> Result<(), Problem> {
        self.directives(&fragment.directives)?;
        let target = fragment.type_condition.as_ref().unwrap_or(parent);
        if !is_composite(self.schema, target) {
            return Err(Problem::new(format!("`{target}` is not a type with fields.")));
        }
        self.selections(&fragment.selection_set, target)
    }

    fn field(&self, field: &ast::Field, parent: &Name) -> Result<(), Problem> {
        if let Some(alias) = field.alias.as_ref().filter(|_| self.is_strict) {
            let message = format!("`{alias}` is an alias, which has no use here.");
            let help = Some(format!("write `{}`", field.name));
            return Err(Problem { help, ..Problem::new(message) });
        }
        self.directives(&field.directives)?;
        let Ok(definition) = self.schema.type_field(parent, &field.name) else {
            return Err(self.unknown_field(field, parent));
        };
        if self.no_abstract && self.is_abstract(definition.ty.inner_named_type()) {
            return Err(Problem {
                is_abstract: true,
                message: format!("`{parent}.{}` is of interface or union type.", field.name),
                help: Some("select fields of object and leaf types only".to_owned()),
            });
        }
        self.arguments(field, definition, parent)?;
        let target = definition.ty.inner_named_type();
        match (is_composite(self.schema, target), field.selection_set.is_empty()) {
            (true, true) if self.is_strict => Err(Problem::new(format!(
                "`{parent}.{}` is of type `{}`: some of its fields must be selected.",
                field.name, definition.ty
            ))),
            (false, false) if self.is_strict => Err(Problem::new(format!(
                "`{parent}.{}` is of type `{}`, which has no fields to select.",
                field.name, definition.ty
            ))),
            _ => self.selections(&field.selection_set, target),
        }
    }

    fn unknown_field(&self, field: &ast::Field, parent: &Name) -> Problem {
        let mut problem = Problem::new(format!("`{parent}` has no field `{}`.", field.name));
        let fields = self.schema.types.get(parent).into_iter().flat_map(fields_of);
        problem.help = Some(
            match names::closest(&field.name, fields.map(|field| field.name.as_str())) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!(
                    "if another subgraph resolves `{0}`, add it to `{parent}` here with `@external`",
                    field.name
                ),
            },
        );
        problem
    }

    fn arguments(
        &self,
        field: &ast::Field,
        definition: &FieldDefinition,
        parent: &Name,
    ) -> Result<(), Problem> {
        let name = &field.name;
        for argument in &field.arguments {
            let Some(expected) = definition.argument_by_name(&argument.name) else {
                let message = format!("`{parent}.{name}` has no argument `{}`.", argument.name);
                return Err(Problem::new(message));
            };
            if !values::is_value_of(self.schema, &expected.ty, &argument.value) {
                return Err(Problem::new(format!(
                    "`{}` is not a value for the argument `{}` of `{parent}.{name}`, which is of \
                     type `{}`.",
                    argument.value, argument.name, expected.ty
                )));
            }
        }
        let given = |name: &Name| field.arguments.iter().any(|a| a.name == *name);
        match definition.arguments.iter().find(|a| a.is_required() && !given(&a.name)) {
            None => Ok(()),
            Some(missing) => Err(Problem::new(format!(
                "`{parent}.{name}` needs its argument `{}`.",
                missing.name
            ))),
        }
    }

    fn directives(&self, directives: &ast::DirectiveList) -> Result<(), Problem> {
        let defined = &self.schema.directive_definitions;
        match directives.iter().find(|d| !defined.contains_key(&d.name)) {
            None => Ok(()),
            Some(unknown) => {
                Err(Problem::new(format!("There is no directive `@{}`.", unknown.name)))
            }
        }
    }

    fn is_abstract(&self, ty: &Name) -> bool {
        self.schema.types.get(ty).is_some_and(|ty| ty.is_interface() || ty.is_union())
    }
}
