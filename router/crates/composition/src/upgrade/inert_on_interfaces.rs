//! Removes directives where federation 1 ignored them: keys of interfaces, `@requires` and
//! `@provides` on their fields, `@provides` where there is nothing to provide.

use apollo_compiler::Name;
use supergraph::implementer::{ImplementerMut, is_composite};
use supergraph::spec::federation::FederationDirective as D;

use super::originals::Upgrade;

pub(super) fn step(Upgrade { subgraph, .. }: &mut Upgrade<'_>) {
    let named = |directive| -> Vec<Name> { subgraph.local_names(directive).cloned().collect() };
    let (key, requires, provides) = (named(D::Key), named(D::Requires), named(D::Provides));
    let types = &subgraph.schema.types;
    let composites: Vec<Name> =
        types.keys().filter(|name| is_composite(&subgraph.schema, name)).cloned().collect();
    for ty in subgraph.schema.types.values_mut() {
        let is_interface = ty.is_interface();
        let Some(ty) = ImplementerMut::of(ty) else { continue };
        if is_interface {
            ty.directives.0.retain(|d| !key.contains(&d.name));
        }
        for field in ty.fields.values_mut() {
            let provides_nothing =
                is_interface || !composites.contains(field.ty.inner_named_type());
            let is_inert = |name: &Name| {
                (is_interface && requires.contains(name))
                    || (provides_nothing && provides.contains(name))
            };
            field.make_mut().directives.0.retain(|d| !is_inert(&d.name));
        }
    }
}
