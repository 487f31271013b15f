//! Federation 1 has no entity interfaces: its keys on interfaces are ignored, which does not go
//! together with an `@interfaceObject` elsewhere that relies on them.

use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Code, Report};
use crate::subgraph::Subgraph;

/// Checks the subgraphs as they were before the upgrade.
pub(super) fn check(originals: &[Subgraph], report: &mut Report) {
    for old in originals.iter().filter(|subgraph| subgraph.was_fed1) {
        for (name, ty) in &old.schema.types {
            if !ty.is_interface() || !old.type_has(name, FederationDirective::Key) {
                continue;
            }
            let Some(other) = originals.iter().find(|other| other.is_interface_object(name)) else {
                continue;
            };
            let message = format!(
                "[{}] `{name}` is an `@interfaceObject`, but `{}` is a federation 1 schema, where \
                 the key of the interface `{name}` has no meaning.",
                other.name, old.name
            );
            report
                .add(Code::InterfaceObjectUsageError, message)
                .at(other.type_location(name))
                .at(old.type_location(name))
                .help(format!("link federation v2.3 or newer in `{}`", old.name));
        }
    }
}
