//! The keys of entity interfaces and of their implementations can be compared at all. Whether
//! they agree is the next question, and without this it has no answer.

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
    let keys = subgraph.on_types(FederationDirective::Key);
    for (name, _, application) in keys.filter(|(_, ty, _)| ty.is_interface()) {
        let wanted = key(subgraph, name, application).valid_fields(errors)?.canonical();
        for object in subgraph.implementations(name) {
            for own in subgraph.applications(&object.directives, FederationDirective::Key) {
                let fields = key(subgraph, &object.name, own).valid_fields(errors)?;
                if fields.canonical() == wanted {
                    break;
                }
            }
        }
    }
    Ok(())
}
