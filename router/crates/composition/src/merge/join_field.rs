//! `@join__field`: what each subgraph has to do with a field.
//!
//! <https://specs.apollo.dev/join/v0.5/#@join__field>

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::{Name, Node};
use supergraph::spec::federation::FederationDirective as D;

use super::join::Application;
use super::overrides::{Overrides, override_from};
use super::setup::Setup;
use super::sources::{FieldSource, TypeSource};
use crate::subgraph::application::string_argument;
use crate::subgraph::context::ContextSelection;

/// What decides the `@join__field`s of a field.
pub(crate) struct JoinFields<'a, 's> {
    pub(crate) parents: &'s [TypeSource<'a>],
    pub(crate) defined: &'s [FieldSource<'a>],
    pub(crate) overrides: &'s Overrides,
    pub(crate) all_equal: bool,
}

/// The `@join__field`s of a field; none when all subgraphs of the type have it on equal terms.
pub(crate) fn join_fields(setup: &Setup, fields: &JoinFields<'_, '_>) -> Vec<Node<Directive>> {
    if !is_needed(fields) {
        return Vec::new();
    }
    let mut applications = Vec::new();
    for source in fields.defined {
        let overridden = fields.overrides.of(source.at.index);
        let label = fields.overrides.label(source.at.index);
        if label.is_none() && fields.overrides.is_unused(source.at.index) {
            continue;
        }
        let subgraph = source.subgraph();
        let (parent, name) = (source.parent(), &source.field.name);
        let text = |d| {
            let directive = subgraph.applications(&source.field.directives, d).next()?;
            string_argument(directive, "fields")
        };
        let requires = subgraph.requires(parent, name).map(|r| r.fields.text.as_str());
        let provides = subgraph.provides(parent, name).map(|p| p.fields.text.as_str());
        let ty = (!fields.all_equal).then(|| source.field.ty.to_string());
        let mut application = Application::new("join__field")
            .graph(setup.graph(source.at.index))
            .optional("requires", requires.or_else(|| text(D::Requires)))
            .optional("provides", provides.or_else(|| text(D::Provides)))
            .optional("override", override_from(*source))
            .optional("type", ty.as_deref())
            .flag("external", source.is_external())
            .flag("usedOverridden", overridden.is_some_and(|o| o.used))
            .optional("overrideLabel", label);
        let contexts = context_arguments(*source);
        if !contexts.is_empty() {
            application = application.argument("contextArguments", Value::List(contexts));
        }
        applications.push(application.node());
    }
    applications
}

fn is_needed(fields: &JoinFields<'_, '_>) -> bool {
    let special = |source: &FieldSource<'_>| {
        let overridden = fields.overrides.of(source.at.index);
        source.is_external()
            || source.has(D::Requires)
            || source.has(D::Provides)
            || overridden.is_some_and(|o| o.used || o.label.is_some())
            || has_context(*source)
    };
    let present = fields.defined.iter().filter(|s| !fields.overrides.is_unused(s.at.index)).count();
    !fields.all_equal || present < fields.parents.len() || fields.defined.iter().any(special)
}

fn has_context(source: FieldSource<'_>) -> bool {
    let mut arguments = source.field.arguments.iter();
    arguments
        .any(|a| source.subgraph().applications(&a.directives, D::FromContext).next().is_some())
}

/// The arguments that the subgraph takes from a context.
fn context_arguments(source: FieldSource<'_>) -> Vec<Node<Value>> {
    let mut contexts = Vec::new();
    for argument in &source.field.arguments {
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
