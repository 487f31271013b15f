//! What all types have: a description, `@join__type` for each subgraph, directives. And each must
//! be defined, not only extended, somewhere.

use apollo_compiler::ast::Directive;
use apollo_compiler::schema::Component;
use apollo_compiler::{Name, Node};
use supergraph::spec::federation::FederationDirective as D;

use super::applied::{Applied, applied_on_type};
use super::context::Context;
use super::description::merge_descriptions;
use super::directives::merge_type_directives;
use super::join::Application;
use super::setup::Setup;
use super::sources::{Kind, TypeEntry, TypeSource};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;

/// What a type of the supergraph is apart from its content.
pub(crate) struct TypeHead {
    pub(crate) description: Option<Node<str>>,
    /// The directives of the join specification that say who has the type.
    pub(crate) joins: Vec<Component<Directive>>,
    /// The other directives.
    pub(crate) directives: Vec<Component<Directive>>,
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
    let joins = entry.sources.iter().flat_map(|s| join_type(ctx.setup, *s)).collect();
    let mut applications: Vec<Applied<'a>> = entry
        .sources
        .iter()
        .flat_map(|s| applied_on_type(s.index, s.subgraph, s.directives()))
        .collect();
    applications.extend(ctx.auth.of_type(name));
    let directives = merge_type_directives(ctx, name, &applications);
    TypeHead { description, joins, directives }
}

fn join_type(setup: &Setup, source: TypeSource<'_>) -> Vec<Component<Directive>> {
    let name = source.ty.name();
    let keys = source.subgraph.keys(name);
    let start = || Application::new("join__type").graph(setup.graph(source.index));
    if keys.is_empty() {
        let plain = start().flag("isInterfaceObject", source.interface_object);
        return vec![plain.component()];
    }
    let extends = source.subgraph.type_has(name, D::Extends);
    let join_key = |key: &crate::subgraph::application::Key| {
        let extension = extends || key.origin.extension_id().is_some();
        let mut application = start().string("key", &key.fields.text).flag("extension", extension);
        if let Some(resolvable) = key.resolvable_written {
            let value = apollo_compiler::ast::Value::Boolean(resolvable);
            application = application.argument("resolvable", value);
        }
        application.flag("isInterfaceObject", source.interface_object).component()
    };
    keys.iter().map(join_key).collect()
}

/// Some subgraph must define the type that others extend.
fn check_definition(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) {
    let is_root = matches!(name.as_str(), "Query" | "Mutation" | "Subscription");
    let is_defined = entry.sources.iter().any(|s| s.subgraph.has_definition(name));
    if (is_root && entry.kind == Kind::Object) || is_defined {
        return;
    }
    for source in entry.sources.iter().filter(|s| s.subgraph.has_extension(name)) {
        let message = format!(
            "[{}] Type \"{name}\" is an extension type, but there is no type definition for \"{name}\" in any subgraph.",
            source.subgraph.name
        );
        ctx.report.error(
            Diagnostic::new(Code::ExtensionWithNoBase, message)
                .at(source.location())
                .help(format!("define \"{name}\" without `extend` in some subgraph")),
        );
    }
}
