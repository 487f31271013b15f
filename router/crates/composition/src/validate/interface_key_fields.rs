//! The keys of entity interfaces and of their implementations can be compared at all. Whether
//! they agree is the next question, and without this it has no answer.

use apollo_compiler::Name;
use apollo_compiler::schema::ExtendedType;
use supergraph::spec::federation::FederationDirective;

use super::key_fields::key;
use crate::diagnostic::Diagnostic;
use crate::subgraph::Subgraph;

/// Checks the key fields of each interface that has a key, and of what implements it until the
/// key is found there.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (name, ty) in &subgraph.schema.types {
        let ExtendedType::Interface(interface) = ty else { continue };
        for application in subgraph.type_applications(&interface.directives, KEY) {
            let fields = match key(subgraph, name, application).valid_fields() {
                Ok(fields) => fields,
                Err(error) => return errors.push(*error),
            };
            let wanted = fields.canonical();
            for (name, ty) in &subgraph.schema.types {
                let ExtendedType::Object(object) = ty else { continue };
                if !object.implements_interfaces.contains(&interface.name) {
                    continue;
                }
                if let Err(error) = find_key(subgraph, name, ty, &wanted) {
                    return errors.push(*error);
                }
            }
        }
    }
}

const KEY: FederationDirective = FederationDirective::Key;

/// Reads the keys of a type until one has the wanted fields.
fn find_key(
    subgraph: &Subgraph,
    name: &Name,
    ty: &ExtendedType,
    wanted: &str,
) -> Result<(), Box<Diagnostic>> {
    for application in subgraph.type_applications(ty.directives(), KEY) {
        if key(subgraph, name, application).valid_fields()?.canonical() == wanted {
            break;
        }
    }
    Ok(())
}
