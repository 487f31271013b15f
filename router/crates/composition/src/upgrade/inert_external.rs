//! Removes `@external` where federation 1 gave it no meaning: on types, on fields of interfaces,
//! and on the fields by which an extension is keyed.

use apollo_compiler::Name;
use supergraph::implementer::ImplementerMut;
use supergraph::spec::federation::FederationDirective;

use super::originals::{About, Originals, Upgrade, is_extension, top_level};
use crate::subgraph::Subgraph;

pub(super) fn step(Upgrade { subgraph, originals, .. }: &mut Upgrade<'_>) {
    // The field sets have just become strings.
    subgraph.refresh();
    let external: Vec<Name> =
        subgraph.local_names(FederationDirective::External).cloned().collect();
    let names: Vec<Name> = subgraph.schema.types.keys().cloned().collect();
    for name in names {
        let key_fields = extension_key_fields(subgraph, originals, &name);
        let Some(ty) = subgraph.schema.types.get_mut(&name) else { continue };
        let is_interface = ty.is_interface();
        let Some(ty) = ImplementerMut::of(ty) else { continue };
        if !is_interface {
            ty.directives.0.retain(|d| !external.contains(&d.name));
        }
        for (field, definition) in ty.fields {
            if is_interface || key_fields.contains(field) {
                definition.make_mut().directives.0.retain(|d| !external.contains(&d.name));
            }
        }
    }
}

/// The fields that an extension has only because they are its key: its own, or else those of the
/// first key that another subgraph has.
fn extension_key_fields(subgraph: &Subgraph, originals: &Originals<'_>, name: &Name) -> Vec<Name> {
    if !is_extension(subgraph, name) {
        return Vec::new();
    }
    if subgraph.type_has(name, FederationDirective::Key) {
        // Keys that were not written as strings never had this effect.
        let written = originals.own().keys(name).iter();
        return written.flat_map(|key| top_level(&key.fields)).collect();
    }
    originals.ask(name, About::KeyFields).unwrap_or_default()
}
