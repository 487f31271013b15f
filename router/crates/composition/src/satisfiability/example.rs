//! The text of a query that takes given steps from the root: valid GraphQL, to be tried out.

use std::fmt::Write as _;

use apollo_compiler::Schema;
use apollo_compiler::ast::{OperationType, Type};
use apollo_compiler::schema::ExtendedType;
use supergraph::Supergraph;
use supergraph::model::TypeId;

use super::state::Step;

/// The query with these steps, each taken at a type.
pub(super) fn example(supergraph: &Supergraph, path: &[(TypeId, Step)]) -> String {
    let root = path.first().map(|(ty, _)| *ty);
    let mut text = match root {
        root if root == supergraph.root(OperationType::Mutation) => "mutation {\n",
        root if root == supergraph.root(OperationType::Subscription) => "subscription {\n",
        _ => "{\n",
    }
    .to_owned();
    let mut depth = 1;
    for (ty, step) in path {
        indent(&mut text, depth);
        let is_leaf = match step {
            Step::Field(name) => {
                text.push_str(name);
                text.push_str(&arguments(supergraph, *ty, name));
                let field = supergraph.ty(*ty).fields.get(name);
                field.is_none_or(|field| !supergraph.ty(field.base).is_composite())
            }
            Step::Downcast(object) => {
                text.push_str("... on ");
                text.push_str(&supergraph.ty(*object).name);
                false
            }
        };
        if is_leaf {
            text.push('\n');
        } else {
            text.push_str(" {\n");
            depth += 1;
        }
    }
    let is_open = text.ends_with("{\n");
    if is_open {
        indent(&mut text, depth);
        text.push_str("__typename\n");
    }
    for depth in (0..depth).rev() {
        indent(&mut text, depth);
        text.push_str("}\n");
    }
    text.truncate(text.trim_end().len());
    text
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// The arguments that a field cannot do without, with values of their types.
fn arguments(supergraph: &Supergraph, ty: TypeId, field: &str) -> String {
    let schema = &supergraph.api_schema;
    let Ok(field) = schema.type_field(&supergraph.ty(ty).name, field) else { return String::new() };
    let required = field.arguments.iter().filter(|argument| argument.is_required());
    let arguments: Vec<String> = required
        .map(|argument| format!("{}: {}", argument.name, value(schema, &argument.ty)))
        .collect();
    if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) }
}

/// Some value of an input type. Input objects that need themselves are not valid, so this ends.
fn value(schema: &Schema, ty: &Type) -> String {
    let name = match ty {
        Type::List(_) | Type::NonNullList(_) => return "[]".to_owned(),
        Type::Named(name) | Type::NonNullNamed(name) => name,
    };
    match schema.types.get(name) {
        Some(ExtendedType::Enum(definition)) => {
            definition.values.keys().next().map_or_else(|| "null".to_owned(), ToString::to_string)
        }
        Some(ExtendedType::InputObject(input)) => {
            let mut text = "{".to_owned();
            for field in input.fields.values().filter(|field| field.is_required()) {
                let separator = if text.len() > 1 { ", " } else { "" };
                let value = value(schema, &field.ty);
                write!(text, "{separator}{}: {value}", field.name).expect("a String takes it all");
            }
            text + "}"
        }
        _ => match name.as_str() {
            "Int" | "Float" => "1".to_owned(),
            "Boolean" => "true".to_owned(),
            "ID" => "\"1\"".to_owned(),
            _ => "\"a\"".to_owned(),
        },
    }
}
