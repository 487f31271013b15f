//! Merging what the schemas say of themselves: description, directives, roots.

use apollo_compiler::ast::{Directive, OperationType, Value};
use apollo_compiler::schema::{ComponentName, SchemaDefinition};
use apollo_compiler::{Name, Node, name};
use supergraph::link::url::SpecUrl;
use supergraph::link::{ElementKind, Import, Link, identity};

use super::context::Context;
use super::description::merge_descriptions;
use super::directives::{directive_list, join_directive, merge_directives};
use super::join::Application;
use super::sources::{Applied, At};

/// Merges the schema definitions.
pub(crate) fn merge_schema_definition(ctx: &mut Context<'_>) {
    let definitions = ctx.subgraphs.iter().map(|s| &s.schema.schema_definition);
    let description =
        merge_descriptions(ctx, "schema", definitions.map(|d| d.description.as_ref()));
    let applications: Vec<Applied<'_>> = At::all(ctx.subgraphs)
        .flat_map(|at| {
            let directives = &at.subgraph.schema.schema_definition.directives;
            at.sources(directives.iter().map(|component| &component.node))
        })
        .collect();
    let mut directives: Vec<Node<Directive>> =
        ctx.setup.links.links.iter().map(link_application).collect();
    // The links to connectors, which routers with connectors read per subgraph.
    for link in applications.iter().filter(|a| is_connect_link(a.node)) {
        directives.push(join_directive(ctx.setup, "link", [link.at], link.node).node());
    }
    directives.extend(merge_directives(ctx, "schema", &applications));
    ctx.schema.schema_definition = Node::new(SchemaDefinition {
        description,
        directives: directive_list(directives),
        query: root(ctx, OperationType::Query),
        mutation: root(ctx, OperationType::Mutation),
        subscription: root(ctx, OperationType::Subscription),
    });
}

/// A root, if some subgraph has a field of its own there.
fn root(ctx: &Context<'_>, operation: OperationType) -> Option<ComponentName> {
    At::all(ctx.subgraphs).find_map(|at| {
        let name = at.subgraph.schema.root_operation(operation)?;
        let source = ctx.index.get(name)?.in_subgraph(at.index)?;
        source.fields().next()?;
        Some(ComponentName::from(name.clone()))
    })
}

/// The application of `@link` that a link is.
pub(crate) fn link_application(link: &Link) -> Node<Directive> {
    let mut application = Application::new(name!("link"))
        .string("url", &link.url.to_string())
        .optional("as", link.alias.as_deref());
    if let Some(purpose) = link.purpose {
        let purpose = Name::new_unchecked(purpose.name());
        application = application.argument("for", Value::Enum(purpose));
    }
    if !link.imports.is_empty() {
        let imports = link.imports.iter().map(import_value).collect();
        application = application.argument("import", Value::List(imports));
    }
    application.node()
}

fn import_value(import: &Import) -> Node<Value> {
    let spelt = |name: &str| {
        let sign = if import.kind == ElementKind::Directive { "@" } else { "" };
        Node::new(Value::String(format!("{sign}{name}")))
    };
    if import.element == import.local {
        return spelt(&import.element);
    }
    let (element, local) = (spelt(&import.element), spelt(&import.local));
    Node::new(Value::Object(vec![(name!("name"), element), (name!("as"), local)]))
}

fn is_connect_link(directive: &Directive) -> bool {
    let url = directive.specified_argument_by_name("url").and_then(|url| url.as_str());
    let url = url.and_then(|url| SpecUrl::parse(url).ok());
    url.is_some_and(|url| url.identity == identity::CONNECT)
}
