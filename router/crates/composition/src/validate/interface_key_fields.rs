//! The keys of entity interfaces and of their implementations can be compared at all. Whether
//! they agree is the next question, and without this it has no answer.

use apollo_compiler::schema::ObjectType;
use supergraph::spec::federation::FederationDirective;

use super::field_set::Invalid;
use super::key_fields::key;
use crate::diagnostic::Errors;
use crate::subgraph::Subgraph;

/// Checks the key fields of each interface that has a key, and of what implements it until the
/// key is found there; the first error ends it.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    let _ = check_interfaces(subgraph, errors);
}

fn check_interfaces(subgraph: &Subgraph, errors: &mut Errors<'_>) -> Result<(), Invalid> {
    for (name, ty, application) in subgraph.on_types(FederationDirective::Key) {
        if ty.is_interface() {
            let wanted = key(subgraph, name, application).valid_fields(errors)?.canonical();
            for object in subgraph.implementations(name) {
                find_key(subgraph, object, &wanted, errors)?;
            }
        }
    }
    Ok(())
}

/// Reads the keys of a type until one has the wanted fields.
fn find_key(
    subgraph: &Subgraph,
    object: &ObjectType,
    wanted: &str,
    errors: &mut Errors<'_>,
) -> Result<(), Invalid> {
    for application in subgraph.applications(&object.directives, FederationDirective::Key) {
        let fields = key(subgraph, &object.name, application).valid_fields(errors)?;
        if fields.canonical() == wanted {
            break;
        }
    }
    Ok(())
}
