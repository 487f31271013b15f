//! An entity interface is only an entity if all its implementations are, by the same key.

use apollo_compiler::schema::ExtendedType;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

/// Checks the keys of the implementations of each entity interface.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (interface, ty) in &subgraph.schema.types {
        if !matches!(ty, ExtendedType::Interface(_)) {
            continue;
        }
        for key in subgraph.keys(interface) {
            let fields = key.fields.canonical();
            for (name, ty) in &subgraph.schema.types {
                let ExtendedType::Object(object) = ty else { continue };
                if !object.implements_interfaces.contains(interface) {
                    continue;
                }
                let mut own = subgraph.keys(name).iter();
                let problem = match own.find(|k| k.fields.canonical() == fields) {
                    None => "does not have it",
                    Some(same) if key.resolvable && !same.resolvable => {
                        "has it with `resolvable: false`"
                    }
                    Some(_) => continue,
                };
                let message = format!(
                    "The interface `{interface}` has the key `{}`, but `{name}`, which implements \
                     it, {problem}.",
                    key.fields.text
                );
                let code = Code::InterfaceKeyNotOnImplementation;
                errors.push(
                    subgraph
                        .diagnostic(code, message, key.directive.location())
                        .at(subgraph.type_location(name))
                        .help(format!("add `{}` to `{name}`", key.directive)),
                );
            }
        }
    }
}
