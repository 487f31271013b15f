//! In federation 1 any subgraph could resolve a field that another one resolves. That is said
//! with `@shareable` now.

use apollo_compiler::ast::{Directive, OperationType};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, name};

use super::originals::{About, Upgrade};

pub(super) fn step(Upgrade { subgraph, originals, .. }: &mut Upgrade<'_>) {
    let names: Vec<Name> = subgraph.schema.types.keys().cloned().collect();
    for name in names {
        let is_entity = !originals.own().keys(&name).is_empty();
        let is = |root| subgraph.schema.root_operation(root) == Some(&name);
        let is_root = is(OperationType::Query) || is(OperationType::Mutation);
        let is_subscription = is(OperationType::Subscription);
        let Some(ExtendedType::Object(ty)) = subgraph.schema.types.get_mut(&name) else { continue };
        if ty.is_built_in() || is_subscription {
            continue;
        }
        let ty = ty.make_mut();
        if !is_entity && !is_root {
            let is_shared = originals.ask(&name, About::Presence).is_some();
            if is_shared && !ty.directives.has("shareable") {
                ty.directives.push(Directive::new(name!("shareable")));
            }
            continue;
        }
        for (field_name, field) in &mut ty.fields {
            let is_shared = !originals.own().is_key_field(&name, field_name)
                && originals.ask(&name, About::Resolves(field_name.clone())).is_some();
            if is_shared && !field.directives.has("shareable") {
                field.make_mut().directives.push(Directive::new(name!("shareable")));
            }
        }
    }
}
