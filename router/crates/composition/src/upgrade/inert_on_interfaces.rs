//! Removes directives where federation 1 ignored them: keys of interfaces, `@requires` and
//! `@provides` on their fields, `@provides` where there is nothing to provide.

use apollo_compiler::Name;
use apollo_compiler::schema::ExtendedType;
use supergraph::spec::federation::FederationDirective as D;

use super::originals::Upgrade;

pub(super) fn step(Upgrade { subgraph, .. }: &mut Upgrade<'_>) {
    let named = |directive| -> Vec<Name> { subgraph.local_names(directive).cloned().collect() };
    let (key, requires, provides) = (named(D::Key), named(D::Requires), named(D::Provides));
    let composites: Vec<Name> = subgraph
        .schema
        .types
        .iter()
        .filter(|(_, ty)| ty.is_object() || ty.is_interface() || ty.is_union())
        .map(|(name, _)| name.clone())
        .collect();
    for ty in subgraph.schema.types.values_mut() {
        match ty {
            ExtendedType::Interface(ty) => {
                let ty = ty.make_mut();
                ty.directives.0.retain(|d| !key.contains(&d.name));
                for field in ty.fields.values_mut() {
                    let directives = &mut field.make_mut().directives.0;
                    directives
                        .retain(|d| !requires.contains(&d.name) && !provides.contains(&d.name));
                }
            }
            ExtendedType::Object(ty) if !ty.is_built_in() => {
                for field in ty.make_mut().fields.values_mut() {
                    if !composites.contains(field.ty.inner_named_type()) {
                        let directives = &mut field.make_mut().directives.0;
                        directives.retain(|d| !provides.contains(&d.name));
                    }
                }
            }
            _ => {}
        }
    }
}
