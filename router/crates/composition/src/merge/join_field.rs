//! `@join__field`: what each subgraph has to do with a field.
//!
//! <https://specs.apollo.dev/join/v0.5/#@join__field>

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::{Name, Node, name};
use supergraph::spec::federation::FederationDirective as D;

use super::join::Application;
use super::overrides::{Overridden, Overrides, override_from};
use super::setup::Setup;
use super::sources::{FieldSource, FieldSources};
use crate::subgraph::application::string_argument;
use crate::subgraph::context::ContextSelection;

/// The `@join__field`s of a field; none when all subgraphs of the type have it on equal terms.
pub(crate) fn join_fields(
    setup: &Setup,
    sources: &FieldSources<'_, '_>,
    overrides: &Overrides,
    all_equal: bool,
) -> Vec<Node<Directive>> {
    if all_equal && !is_needed(sources, overrides) {
        return Vec::new();
    }
    let mut applications = Vec::new();
    for source in &sources.defined {
        let at = source.of.at;
        let Overridden { used, unused, label } = overrides.of(at.index);
        if label.is_none() && *unused {
            continue;
        }
        let text = |d| string_argument(source.application(d)?, "fields");
        let requires = at.subgraph.requires(source.parent(), source.name());
        let provides = at.subgraph.provides(source.parent(), source.name());
        let ty = (!all_equal).then(|| source.node.ty.to_string());
        let mut application = Application::new(name!("join__field"))
            .graph(setup.graph(at))
            .optional("requires", requires.map(|r| &*r.fields.text).or_else(|| text(D::Requires)))
            .optional("provides", provides.map(|p| &*p.fields.text).or_else(|| text(D::Provides)))
            .optional("override", override_from(*source))
            .optional("type", ty.as_deref())
            .flag("external", source.is_external())
            .flag("usedOverridden", *used)
            .optional("overrideLabel", label.as_deref());
        let contexts = context_arguments(*source);
        if !contexts.is_empty() {
            application = application.argument("contextArguments", Value::List(contexts));
        }
        applications.push(application.node());
    }
    applications
}

fn is_needed(sources: &FieldSources<'_, '_>, overrides: &Overrides) -> bool {
    let special = |source: &FieldSource<'_>| {
        let overridden = overrides.of(source.of.at.index);
        let mut arguments = source.node.arguments.iter();
        source.is_external()
            || source.has(D::Requires)
            || source.has(D::Provides)
            || overridden.used
            || overridden.label.is_some()
            || arguments.any(|a| source.subgraph().has(&a.directives, D::FromContext))
    };
    let present = sources.defined.iter().filter(|s| !overrides.of(s.of.at.index).unused).count();
    present < sources.parents.len() || sources.defined.iter().any(special)
}

/// The arguments that the subgraph takes from a context.
fn context_arguments(source: FieldSource<'_>) -> Vec<Node<Value>> {
    let mut contexts = Vec::new();
    for argument in &source.node.arguments {
        let subgraph = source.subgraph();
        let directive = subgraph.applications(&argument.directives, D::FromContext).next();
        let value = directive.and_then(|d| string_argument(d, "field"));
        let Some(selection) = value.and_then(ContextSelection::read) else { continue };
        let string = |text: &str| Node::new(Value::String(text.to_owned()));
        let field = |name, text: &str| (Name::new_unchecked(name), string(text));
        contexts.push(Node::new(Value::Object(vec![
            field("context", &format!("{}__{}", subgraph.name, selection.context)),
            field("name", &argument.name),
            field("type", &argument.ty.to_string()),
            field("selection", selection.text),
        ])));
    }
    contexts
}
