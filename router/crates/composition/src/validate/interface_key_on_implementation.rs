//! An entity interface is only an entity if all its implementations are, by the same key.

use apollo_compiler::schema::ExtendedType;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;
use crate::subgraph::application::Key;

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
                let own = subgraph.keys(name);
                let same: Vec<&Key> =
                    own.iter().filter(|k| k.fields.canonical() == fields).collect();
                let problem = if same.is_empty() {
                    "does not have it"
                } else if key.resolvable && !same.iter().any(|k| k.resolvable) {
                    "has it with `resolvable: false`"
                } else {
                    continue;
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
