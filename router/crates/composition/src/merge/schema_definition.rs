//! Merging what the schemas say of themselves: description, directives, roots.

use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, Directive, OperationType, Value};
use apollo_compiler::schema::{Component, ComponentName, DirectiveList, SchemaDefinition};
use supergraph::link::url::SpecUrl;
use supergraph::link::{ElementKind, Import, Link, identity};

use super::applied::{Applied, applied_on_type};
use super::context::Context;
use super::description::merge_descriptions;
use super::directives::merge_type_directives;
use super::join::Application;
use super::sources::SubgraphIndex;

/// Merges the schema definitions.
pub(crate) fn merge_schema_definition(ctx: &mut Context<'_>) {
    let subgraphs = ctx.subgraphs;
    let definitions = || subgraphs.iter().map(|s| &s.schema.schema_definition);
    let descriptions = definitions().map(|d| d.description.as_ref());
    let description = merge_descriptions(ctx, "schema", descriptions);
    let applications: Vec<Applied<'_>> = subgraphs
        .iter()
        .enumerate()
        .flat_map(|(i, s)| {
            applied_on_type(SubgraphIndex(i), s, &s.schema.schema_definition.directives)
        })
        .collect();
    let mut directives: Vec<Component<Directive>> =
        ctx.setup.links.links.iter().map(link_application).collect();
    directives.extend(connect_links(ctx, &applications));
    directives.extend(merge_type_directives(ctx, "schema", &applications));
    let mut definition = SchemaDefinition {
        description,
        directives: DirectiveList(directives),
        ..SchemaDefinition::default()
    };
    definition.query = root(ctx, OperationType::Query);
    definition.mutation = root(ctx, OperationType::Mutation);
    definition.subscription = root(ctx, OperationType::Subscription);
    ctx.schema.schema_definition = Node::new(definition);
}

/// A root, if some subgraph has a field of its own there.
fn root(ctx: &Context<'_>, operation: OperationType) -> Option<ComponentName> {
    ctx.subgraphs.iter().enumerate().find_map(|(index, subgraph)| {
        let name = subgraph.schema.root_operation(operation)?;
        let source = ctx.index.get(name)?.in_subgraph(SubgraphIndex(index))?;
        source.fields().next()?;
        Some(ComponentName::from(name.clone()))
    })
}

/// The application of `@link` that a link is.
pub(crate) fn link_application(link: &Link) -> Component<Directive> {
    let mut application = Application::new("link")
        .string("url", &link.url.to_string())
        .optional("as", link.alias.as_deref());
    if let Some(purpose) = link.purpose {
        let name = apollo_compiler::Name::new_unchecked(purpose.name());
        application = application.argument("for", Value::Enum(name));
    }
    if !link.imports.is_empty() {
        let imports = link.imports.iter().map(import_value).collect();
        application = application.argument("import", Value::List(imports));
    }
    application.component()
}

fn import_value(import: &Import) -> Node<Value> {
    let spelt = |name: &str| {
        let sign = if import.kind == ElementKind::Directive { "@" } else { "" };
        Node::new(Value::String(format!("{sign}{name}")))
    };
    if import.element == import.local {
        return spelt(&import.element);
    }
    let field = |name, value| (apollo_compiler::Name::new_unchecked(name), value);
    Node::new(Value::Object(vec![
        field("name", spelt(&import.element)),
        field("as", spelt(&import.local)),
    ]))
}

/// The links to connectors, which routers with connectors read per subgraph.
fn connect_links(ctx: &Context<'_>, applications: &[Applied<'_>]) -> Vec<Component<Directive>> {
    let is_connect = |a: &&Applied<'_>| {
        let url = a.directive.specified_argument_by_name("url").and_then(|url| url.as_str());
        let url = url.and_then(|url| SpecUrl::parse(url).ok());
        url.is_some_and(|url| url.identity == identity::CONNECT)
    };
    let join = |a: &Applied<'_>| {
        let graph = Node::new(Value::Enum(ctx.setup.graph(a.index).clone()));
        let pair = |argument: &Node<Argument>| (argument.name.clone(), argument.value.clone());
        Application::new("join__directive")
            .argument("graphs", Value::List(vec![graph]))
            .string("name", "link")
            .argument("args", Value::Object(a.directive.arguments.iter().map(pair).collect()))
            .component()
    };
    applications.iter().filter(is_connect).map(join).collect()
}
