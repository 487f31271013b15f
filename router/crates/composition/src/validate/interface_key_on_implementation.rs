//! An entity interface is only an entity if all its implementations are, by the same key.

use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

/// Checks the keys of the implementations of each entity interface.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    let types = subgraph.schema.types.iter();
    for (interface, _) in types.filter(|(_, ty)| ty.is_interface()) {
        for key in subgraph.keys(interface) {
            let fields = key.fields.canonical();
            for object in subgraph.implementations(interface) {
                let name = &object.name;
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
                errors
                    .add(Code::InterfaceKeyNotOnImplementation, message, key.directive.location())
                    .at(subgraph.type_location(name))
                    .help(format!("add `{}` to `{name}`", key.directive));
            }
        }
    }
}
