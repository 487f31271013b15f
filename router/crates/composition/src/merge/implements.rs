//! Which interfaces a type of the supergraph implements: all that any subgraph says. This comes
//! before fields, because their types are compared by it.

use apollo_compiler::Name;
use apollo_compiler::ast::Directive;
use apollo_compiler::collections::IndexSet;
use apollo_compiler::schema::{Component, ComponentName, ExtendedType};

use super::join::Application;
use super::setup::Setup;
use super::sources::{TypeEntry, TypeSource};

/// The interfaces of a type of the supergraph.
pub(crate) fn merged_interfaces(entry: &TypeEntry<'_>) -> IndexSet<ComponentName> {
    let all = entry.sources.iter().flat_map(|s| interfaces(*s));
    all.map(|name| ComponentName::from(name.clone())).collect()
}

/// `@join__implements` for each subgraph and interface.
pub(crate) fn join_implements(setup: &Setup, entry: &TypeEntry<'_>) -> Vec<Component<Directive>> {
    let join = |source: TypeSource<'_>, interface: &Name| {
        Application::new("join__implements")
            .graph(setup.graph(source.index))
            .string("interface", interface)
            .component()
    };
    let sources = entry.sources.iter();
    sources.flat_map(|s| interfaces(*s).map(move |i| join(*s, i))).collect()
}

fn interfaces(source: TypeSource<'_>) -> impl Iterator<Item = &Name> {
    let names = match source.ty {
        ExtendedType::Object(ty) => Some(&ty.implements_interfaces),
        ExtendedType::Interface(ty) => Some(&ty.implements_interfaces),
        _ => None,
    };
    names.into_iter().flatten().map(|component| &component.name)
}
