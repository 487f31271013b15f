//! Field sets: the selections that `@key`, `@requires`, `@provides` and `@fromContext` hold.
//!
//! Parsing is syntax only; whether the fields exist is the business of who walks the set.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

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
        let source = if braced { text.to_owned() } else { format!("{{{text}}}") };
        let parsed = ast::Document::parser().recursion_limit(100).parse_ast(source, "field set");
        let document = parsed.map_err(|broken| {
            let first = broken.errors.iter().next().map(|first| first.error.to_string());
            FieldSetError { message: first.unwrap_or_else(|| "syntax error".to_owned()) }
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
    /// A text that is the same for field sets that select the same fields, whatever their order.
    pub fn canonical(&self) -> String {
        canonical(&[&self.selections])
    }

    /// Calls `visit` for each field selected on `parent`, at any depth, parents before children.
    /// `__typename` is left out. The walk ends at the first field the schema does not know.
    pub fn walk<'a>(
        &'a self,
        schema: &'a Schema,
        parent: &'a Name,
        visit: &mut impl FnMut(SelectedField<'a>),
    ) {
        // Whether the walk came to its end is of no interest here.
        let _ = walk(&self.selections, schema, parent, visit);
    }
}

/// The depth of the recursion is that of the field set, which parsing limits.
fn walk<'a>(
    selections: &'a [ast::Selection],
    schema: &'a Schema,
    parent: &'a Name,
    visit: &mut impl FnMut(SelectedField<'a>),
) -> ControlFlow<()> {
    for selection in selections {
        match selection {
            ast::Selection::Field(field) if field.name == "__typename" => {}
            ast::Selection::Field(field) => {
                let Ok(definition) = schema.type_field(parent, &field.name) else {
                    return ControlFlow::Break(());
                };
                visit(SelectedField { parent, definition, field });
                let child = definition.ty.inner_named_type();
                walk(&field.selection_set, schema, child, visit)?;
            }
            ast::Selection::InlineFragment(fragment) => {
                let target = fragment.type_condition.as_ref().unwrap_or(parent);
                walk(&fragment.selection_set, schema, target, visit)?;
            }
            ast::Selection::FragmentSpread(_) => {}
        }
    }
    ControlFlow::Continue(())
}

/// Writes selections in their order, on one line, without outer braces.
pub fn print(selections: &[ast::Selection]) -> String {
    let texts = selections.iter().map(|selection| selection.serialize().no_indent().to_string());
    texts.collect::<Vec<_>>().join(" ")
}

/// The text of selections on one type, merged and sorted by field with arguments, or by type
/// condition. The depth of the recursion is that of the field set, which parsing limits.
fn canonical(sets: &[&[ast::Selection]]) -> String {
    let mut below: BTreeMap<String, Vec<&[ast::Selection]>> = BTreeMap::new();
    let mut open = sets.to_vec();
    while let Some(set) = open.pop() {
        for selection in set {
            match selection {
                ast::Selection::Field(field) => {
                    below.entry(canonical_head(field)).or_default().push(&field.selection_set);
                }
                ast::Selection::InlineFragment(fragment) => match &fragment.type_condition {
                    None => open.push(&fragment.selection_set),
                    Some(ty) => {
                        let key = format!("... on {ty}");
                        below.entry(key).or_default().push(&fragment.selection_set);
                    }
                },
                ast::Selection::FragmentSpread(_) => {}
            }
        }
    }
    let texts = below.into_iter().map(|(head, sets)| match canonical(&sets) {
        inner if inner.is_empty() => head,
        inner => format!("{head} {{ {inner} }}"),
    });
    texts.collect::<Vec<_>>().join(" ")
}

/// A field without what is selected below it.
fn canonical_head(field: &ast::Field) -> String {
    let argument =
        |a: &Node<ast::Argument>| format!("{}: {}", a.name, a.value.serialize().no_indent());
    let mut arguments: Vec<String> = field.arguments.iter().map(argument).collect();
    arguments.sort();
    let alias = field.alias.as_ref().map(|alias| format!("{alias}: "));
    let mut head = format!("{}{}", alias.unwrap_or_default(), field.name);
    if !arguments.is_empty() {
        head = format!("{head}({})", arguments.join(", "));
    }
    for directive in field.directives.iter() {
        head = format!("{head} {}", directive.serialize().no_indent());
    }
    head
}
