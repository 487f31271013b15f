//! Field sets: the selections that `@key`, `@requires`, `@provides` and `@fromContext` hold.
//!
//! Parsing is syntax only; whether the fields exist is the business of who walks the set.

use apollo_compiler::ast::{self, FieldDefinition};
use apollo_compiler::{Name, Node, Schema};

/// A parsed field set.
#[derive(Debug, Clone)]
pub struct FieldSet {
    /// The text as written, without surrounding braces added.
    pub text: String,
    /// The selections; fragment spreads do not occur.
    pub selections: Vec<ast::Selection>,
}

/// Why a text is not a field set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSetError {
    /// What is wrong, in words.
    pub message: String,
}

impl FieldSet {
    /// Parses a selection; its outer braces may be left out.
    pub fn parse(text: &str) -> Result<Self, FieldSetError> {
        let braced =
            text.trim_start_matches([' ', '\t', '\n', '\r', ',', '\u{feff}']).starts_with('{');
        let source = if braced { text.to_owned() } else { format!("{{{text}\n}}") };
        let parsed = ast::Document::parser().recursion_limit(100).parse_ast(source, "field set");
        let document = parsed.map_err(|errors| FieldSetError {
            message: errors
                .errors
                .iter()
                .next()
                .map_or_else(|| "syntax error".to_owned(), |e| e.error.to_string()),
        })?;
        let mut definitions = document.definitions.into_iter();
        match (definitions.next(), definitions.next()) {
            (Some(ast::Definition::OperationDefinition(operation)), None)
                if !operation.selection_set.is_empty() =>
            {
                Ok(Self { text: text.to_owned(), selections: operation.selection_set.clone() })
            }
            _ => Err(FieldSetError { message: "expected a selection of fields".to_owned() }),
        }
    }
}

/// A field of a field set, at the type it is selected on.
#[derive(Debug, Clone, Copy)]
pub struct SelectedField<'a> {
    /// The type the field is selected on.
    pub parent: &'a Name,
    /// The definition of the field on that type.
    pub definition: &'a FieldDefinition,
    /// The selection.
    pub field: &'a Node<ast::Field>,
}

impl FieldSet {
    /// Calls `visit` for each field selected on `parent`, at any depth, parents before children.
    /// `__typename` and what the schema does not know is left out.
    pub fn walk<'a>(
        &'a self,
        schema: &'a Schema,
        parent: &'a Name,
        visit: &mut impl FnMut(SelectedField<'a>),
    ) {
        walk(&self.selections, schema, parent, visit);
    }
}

/// The depth of the recursion is that of the field set, which parsing limits.
fn walk<'a>(
    selections: &'a [ast::Selection],
    schema: &'a Schema,
    parent: &'a Name,
    visit: &mut impl FnMut(SelectedField<'a>),
) {
    for selection in selections {
        match selection {
            ast::Selection::Field(field) if field.name == "__typename" => {}
            ast::Selection::Field(field) => {
                let Ok(definition) = schema.type_field(parent, &field.name) else { continue };
                visit(SelectedField { parent, definition, field });
                let child = definition.ty.inner_named_type();
                walk(&field.selection_set, schema, child, visit);
            }
            ast::Selection::InlineFragment(fragment) => {
                let target = fragment.type_condition.as_ref().unwrap_or(parent);
                walk(&fragment.selection_set, schema, target, visit);
            }
            ast::Selection::FragmentSpread(_) => {}
        }
    }
}
