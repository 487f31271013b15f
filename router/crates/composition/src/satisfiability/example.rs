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
    let start = match root {
        root if root == supergraph.root(OperationType::Mutation) => "mutation {",
        root if root == supergraph.root(OperationType::Subscription) => "subscription {",
        _ => "{",
    };
    let step = |(ty, step): &(TypeId, Step)| match step {
        Step::Field(name) => {
            let field = supergraph.ty(*ty).fields.get(name);
            let is_leaf = field.is_none_or(|field| !supergraph.ty(field.base).is_composite());
            let brace = if is_leaf { "" } else { " {" };
            format!("{name}{}{brace}", arguments(supergraph, *ty, name))
        }
        Step::Downcast(object) => format!("... on {} {{", supergraph.ty(*object).name),
    };
    let mut lines: Vec<String> =
        std::iter::once(start.to_owned()).chain(path.iter().map(step)).collect();
    if lines.last().is_some_and(|line| line.ends_with('{')) {
        lines.push("__typename".to_owned());
    }
    // All but the last line have opened a brace.
    let depth = lines.len() - 1;
    lines.extend(std::iter::repeat_n("}".to_owned(), depth));
    for (index, line) in lines.iter_mut().enumerate() {
        line.insert_str(0, &"  ".repeat(index.min(2 * depth - index)));
    }
    lines.join("\n")
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
