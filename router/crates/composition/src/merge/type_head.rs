//! What all types have: a description, what each subgraph has of it, directives. And each must be
//! defined, not only extended, somewhere.

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::collections::IndexSet;
use apollo_compiler::schema::{ComponentName, DirectiveList, ScalarType};
use apollo_compiler::{Name, Node, name};
use supergraph::implementer::Implementer;
use supergraph::model::TypeKind;
use supergraph::spec::federation::FederationDirective as D;

use super::context::Context;
use super::description::merge_descriptions;
use super::directives::{directive_list, merge_directives};
use super::join::Application;
use super::setup::Setup;
use super::sources::{Applied, Located, TypeEntry, TypeSource};
use crate::diagnostic::Code;
use crate::subgraph::application::Key;

/// What a type of the supergraph is apart from its content.
pub(crate) struct TypeHead {
    pub(crate) description: Option<Node<str>>,
    pub(crate) directives: DirectiveList,
}

/// Merges what all types have.
pub(crate) fn merge_type_head<'a>(
    ctx: &mut Context<'a>,
    name: &Name,
    entry: &TypeEntry<'a>,
) -> TypeHead {
    check_definition(ctx, name, entry);
    let descriptions = entry.sources.iter().map(|s| s.ty.description());
    let description = merge_descriptions(ctx, name, descriptions);
    let mut applications: Vec<Applied<'a>> =
        entry.sources.iter().flat_map(|s| s.directives()).collect();
    applications.extend(ctx.auth.of_type(name));
    let sources = || entry.sources.iter().copied();
    let mut directives: Vec<Node<Directive>> = Vec::new();
    directives.extend(sources().flat_map(|source| join_implements(ctx.setup, source)));
    directives.extend(sources().flat_map(|source| join_type(ctx.setup, source)));
    directives.extend(sources().flat_map(|source| join_members(ctx.setup, source)));
    directives.extend(merge_directives(ctx, name, &applications));
    TypeHead { description, directives: directive_list(directives) }
}

/// Merges a scalar, which has nothing else.
pub(crate) fn merge_scalar<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let TypeHead { description, directives } = merge_type_head(ctx, name, entry);
    ctx.add_type(ScalarType { description, name: name.clone(), directives });
}

/// The interfaces of a type of the supergraph: all that any subgraph says. This comes before
/// fields, because their types are compared by it.
pub(crate) fn merged_interfaces(entry: &TypeEntry<'_>) -> IndexSet<ComponentName> {
    let all = entry.sources.iter().flat_map(|s| interfaces(*s));
    all.map(|name| ComponentName::from(name.clone())).collect()
}

fn interfaces(source: TypeSource<'_>) -> impl Iterator<Item = &Name> {
    let interfaces = Implementer::of(source.ty).into_iter().flat_map(|ty| ty.interfaces);
    interfaces.map(|component| &component.name)
}

fn join_implements(setup: &Setup, source: TypeSource<'_>) -> Vec<Node<Directive>> {
    let join = |interface: &Name| {
        Application::new(name!("join__implements"))
            .graph(setup.graph(source.at))
            .string("interface", interface)
            .node()
    };
    interfaces(source).map(join).collect()
}

fn join_members(setup: &Setup, source: TypeSource<'_>) -> Vec<Node<Directive>> {
    let join = |member: &ComponentName| {
        Application::new(name!("join__unionMember"))
            .graph(setup.graph(source.at))
            .string("member", member)
            .node()
    };
    let members = source.ty.as_union().into_iter().flat_map(|union| &union.members);
    members.map(join).collect()
}

fn join_type(setup: &Setup, source: TypeSource<'_>) -> Vec<Node<Directive>> {
    let (name, subgraph) = (source.ty.name(), source.at.subgraph);
    let keys = subgraph.keys(name);
    let start = || Application::new(name!("join__type")).graph(setup.graph(source.at));
    if keys.is_empty() {
        return vec![start().flag("isInterfaceObject", source.interface_object).node()];
    }
    let extends = subgraph.type_has(name, D::Extends);
    let join_key = |key: &Key| {
        let extension = extends || key.origin.extension_id().is_some();
        let mut application = start().string("key", &key.fields.text).flag("extension", extension);
        if let Some(resolvable) = key.resolvable_written {
            application = application.argument("resolvable", Value::Boolean(resolvable));
        }
        application.flag("isInterfaceObject", source.interface_object).node()
    };
    keys.iter().map(join_key).collect()
}

/// Some subgraph must define the type that others extend.
fn check_definition(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) {
    let is_root = matches!(name.as_str(), "Query" | "Mutation" | "Subscription");
    let is_defined = entry.sources.iter().any(|s| s.at.subgraph.parts.has_definition(name));
    if (is_root && entry.kind == TypeKind::Object) || is_defined {
        return;
    }
    for source in entry.sources.iter().filter(|s| s.at.subgraph.parts.has_extension(name)) {
        let message = format!(
            "[{}] Type \"{name}\" is an extension type, but there is no type definition for \"{name}\" in any subgraph.",
            source.at.subgraph.name
        );
        ctx.report
            .add(Code::ExtensionWithNoBase, message)
            .at(source.location())
            .help(format!("define \"{name}\" without `extend` in some subgraph"));
    }
}
