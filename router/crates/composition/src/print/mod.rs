//! Printing schemas as SDL: definitions sorted by name, everything else as it is in the schema, so
//! that the same schema is always the same text.

use std::fmt::Write;

use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::schema::{
    ComponentName, DirectiveDefinition, DirectiveList, ExtendedType, SchemaDefinition,
};
use apollo_compiler::{Node, Schema};
use supergraph::implementer::Implementer;

mod order;
mod text;

/// Prints a schema.
pub(crate) fn print_schema(schema: &Schema) -> String {
    let mut out = String::new();
    if !is_implied(schema) {
        print_schema_definition(&mut out, &schema.schema_definition);
    }
    let directives = schema.directive_definitions.values().filter(|d| !d.is_built_in());
    let mut directives: Vec<&Node<DirectiveDefinition>> = directives.collect();
    directives.sort_by(|a, b| order::compare(&a.name, &b.name));
    for definition in directives {
        separate(&mut out);
        print_directive_definition(&mut out, definition);
    }
    let mut types: Vec<&ExtendedType> =
        schema.types.values().filter(|ty| !ty.is_built_in()).collect();
    types.sort_by(|a, b| order::compare(a.name(), b.name()));
    for ty in types {
        separate(&mut out);
        print_type(&mut out, ty);
    }
    out
}

/// Whether the schema definition says no more than the names of types do.
///
/// <https://spec.graphql.org/draft/#sec-Root-Operation-Types.Default-Root-Operation-Type-Names>
fn is_implied(schema: &Schema) -> bool {
    let definition = &schema.schema_definition;
    let is_default = |(name, root): (&str, &Option<ComponentName>)| match root {
        Some(root) => root.name == name,
        None => !schema.types.contains_key(name),
    };
    let roots = [
        ("Query", &definition.query),
        ("Mutation", &definition.mutation),
        ("Subscription", &definition.subscription),
    ];
    definition.description.is_none()
        && definition.directives.is_empty()
        && roots.into_iter().all(is_default)
}

fn separate(out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
}

fn print_schema_definition(out: &mut String, definition: &SchemaDefinition) {
    text::description(out, "", definition.description.as_ref());
    out.push_str("schema");
    print_block_start(out, &definition.directives);
    for (kind, root) in definition.iter_root_operations() {
        let _ = writeln!(out, "  {}: {}", kind.name(), root.name);
    }
    out.push_str("}\n");
}

/// Prints the directives of a type, each on its line, and the opening brace.
fn print_block_start(out: &mut String, directives: &DirectiveList) {
    if directives.is_empty() {
        out.push_str(" {\n");
    } else {
        print_type_directives(out, directives);
        out.push_str("\n{\n");
    }
}

fn print_type_directives(out: &mut String, directives: &DirectiveList) {
    for directive in directives.iter() {
        out.push_str("\n  ");
        text::application(out, directive);
    }
}

fn print_directive_definition(out: &mut String, definition: &DirectiveDefinition) {
    text::description(out, "", definition.description.as_ref());
    let _ = write!(out, "directive @{}", definition.name);
    print_arguments(out, "", &definition.arguments);
    if definition.repeatable {
        out.push_str(" repeatable");
    }
    let locations: Vec<&str> = definition.locations.iter().map(|l| l.name()).collect();
    let _ = writeln!(out, " on {}", locations.join(" | "));
}

fn print_type(out: &mut String, ty: &ExtendedType) {
    text::description(out, "", ty.description());
    match ty {
        ExtendedType::Scalar(ty) => {
            let _ = write!(out, "scalar {}", ty.name);
            print_type_directives(out, &ty.directives);
            out.push('\n');
        }
        ExtendedType::Object(_) | ExtendedType::Interface(_) => {
            let keyword = if ty.is_object() { "type" } else { "interface" };
            let _ = write!(out, "{keyword} {}", ty.name());
            Implementer::of(ty).into_iter().for_each(|ty| print_implementer(out, ty));
        }
        ExtendedType::Union(ty) => {
            let _ = write!(out, "union {}", ty.name);
            print_type_directives(out, &ty.directives);
            let members: Vec<&str> = ty.members.iter().map(|m| m.name.as_str()).collect();
            out.push_str(if ty.directives.is_empty() { " =" } else { "\n  =" });
            let _ = writeln!(out, " {}", members.join(" | "));
        }
        ExtendedType::Enum(ty) => {
            let _ = write!(out, "enum {}", ty.name);
            print_block_start(out, &ty.directives);
            for (index, value) in ty.values.values().enumerate() {
                print_member_description(out, index, value.description.as_ref());
                let _ = write!(out, "  {}", value.value);
                text::directives(out, &value.directives);
                out.push('\n');
            }
            out.push_str("}\n");
        }
        ExtendedType::InputObject(ty) => {
            let _ = write!(out, "input {}", ty.name);
            print_block_start(out, &ty.directives);
            for (index, field) in ty.fields.values().enumerate() {
                print_member_description(out, index, field.description.as_ref());
                out.push_str("  ");
                print_input_value(out, field);
                out.push('\n');
            }
            out.push_str("}\n");
        }
    }
}

/// Prints the description of a field or value, set off from what is above.
fn print_member_description(out: &mut String, index: usize, description: Option<&Node<str>>) {
    if description.is_some() && index > 0 {
        out.push('\n');
    }
    text::description(out, "  ", description);
}

fn print_implementer(out: &mut String, ty: Implementer<'_>) {
    if !ty.interfaces.is_empty() {
        out.push_str(" implements ");
        text::separated(out, " & ", ty.interfaces, |out, interface| out.push_str(interface));
    }
    print_block_start(out, ty.directives);
    for (index, field) in ty.fields.values().enumerate() {
        print_member_description(out, index, field.description.as_ref());
        let _ = write!(out, "  {}", field.name);
        print_arguments(out, "  ", &field.arguments);
        let _ = write!(out, ": {}", field.ty);
        text::directives(out, &field.directives);
        out.push('\n');
    }
    out.push_str("}\n");
}

fn print_arguments(out: &mut String, indent: &str, arguments: &[Node<InputValueDefinition>]) {
    if arguments.is_empty() {
        return;
    }
    out.push('(');
    if arguments.iter().all(|argument| argument.description.is_none()) {
        text::separated(out, ", ", arguments, |out, argument| print_input_value(out, argument));
    } else {
        let inner = format!("{indent}  ");
        for (index, argument) in arguments.iter().enumerate() {
            out.push('\n');
            if argument.description.is_some() && index > 0 {
                out.push('\n');
            }
            text::description(out, &inner, argument.description.as_ref());
            out.push_str(&inner);
            print_input_value(out, argument);
        }
        out.push('\n');
        out.push_str(indent);
    }
    out.push(')');
}

fn print_input_value(out: &mut String, input: &InputValueDefinition) {
    let _ = write!(out, "{}: {}", input.name, input.ty);
    if let Some(default) = &input.default_value {
        out.push_str(" = ");
        text::value(out, default);
    }
    text::directives(out, &input.directives);
}
