//! `@composeDirective`: which directives of subgraphs' own specifications reach the supergraph.
//!
//! <https://www.apollographql.com/docs/graphos/reference/federation/directives#composedirective>

use std::collections::HashSet;

use apollo_compiler::ast::{Directive, DirectiveDefinition, Value};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::{Name, Node};
use supergraph::link::url::SpecUrl;
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Import, Link, identity};
use supergraph::spec::federation::FederationDirective as D;

use super::report::{Report, subgraphs as in_subgraphs};
use super::sources::SubgraphIndex;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::names::closest;
use crate::subgraph::Subgraph;

/// A specification with composed directives.
#[derive(Debug)]
pub(crate) struct ComposedSpec {
    /// The link of the supergraph.
    pub(crate) link: Link,
    /// The composed directives.
    pub(crate) directives: Vec<ComposedDirective>,
}

/// A composed directive.
#[derive(Debug)]
pub(crate) struct ComposedDirective {
    /// The definition of the supergraph.
    pub(crate) definition: Node<DirectiveDefinition>,
    /// The subgraphs that compose it.
    pub(crate) subgraphs: Vec<SubgraphIndex>,
}

/// One valid application.
struct Exported<'a> {
    index: SubgraphIndex,
    subgraph: &'a Subgraph,
    application: &'a Node<Directive>,
    link: &'a Link,
    element: String,
    local: Name,
}

/// The specifications whose directives compose by themselves or not at all.
const OURS: [&str; 13] = [
    identity::CORE,
    identity::JOIN,
    identity::LINK,
    identity::TAG,
    identity::INACCESSIBLE,
    identity::FEDERATION,
    identity::AUTHENTICATED,
    identity::REQUIRES_SCOPES,
    identity::POLICY,
    identity::SOURCE,
    identity::CONTEXT,
    identity::COST,
    identity::CONNECT,
];

/// Collects and checks what subgraphs compose.
pub(crate) fn compose(subgraphs: &[Subgraph], report: &mut Report) -> Vec<ComposedSpec> {
    let reserved = reserved_names(subgraphs);
    let mut exported: Vec<Exported<'_>> = Vec::new();
    for (index, subgraph) in subgraphs.iter().enumerate() {
        let directives = &subgraph.schema.schema_definition.directives;
        for application in subgraph.type_applications(directives, D::ComposeDirective) {
            let index = SubgraphIndex(index);
            match read(index, subgraph, application, &reserved) {
                Ok(Some(item)) => exported.push(item),
                Ok(None) => report.hint(composes_anyway(subgraph, application)),
                Err(error) => report.error(*error),
            }
        }
    }
    let before = report.errors.len();
    let conflicting = check_versions(subgraphs, &exported, report);
    check_names(&exported, report);
    hint_other_names(subgraphs, &exported, report);
    if !conflicting.is_empty() || report.errors.len() > before {
        return Vec::new();
    }
    specs(subgraphs, exported, report)
}

/// The names of `@tag` and `@inaccessible` in any subgraph.
fn reserved_names(subgraphs: &[Subgraph]) -> HashSet<&Name> {
    let names = subgraphs.iter().flat_map(|subgraph| {
        [D::Tag, D::Inaccessible].into_iter().flat_map(|d| subgraph.local_names(d))
    });
    names.collect()
}

/// Reads an application; `None` when the directive composes without it.
fn read<'a>(
    index: SubgraphIndex,
    subgraph: &'a Subgraph,
    application: &'a Node<Directive>,
    reserved: &HashSet<&Name>,
) -> Result<Option<Exported<'a>>, Box<Diagnostic>> {
    let fail = |what: String| Box::new(error(subgraph, application, what));
    let name = match application.specified_argument_by_name("name").map(|v| &**v) {
        Some(Value::String(name)) if !name.is_empty() => name.as_str(),
        _ => return Err(fail("Argument to @composeDirective cannot be null or empty".to_owned())),
    };
    let Some(local) = name.strip_prefix('@') else {
        let error =
            fail(format!("Argument to @composeDirective \"{name}\" must have a leading \"@\""));
        return Err(Box::new(error.help(format!("write \"@{name}\""))));
    };
    let definitions = &subgraph.schema.directive_definitions;
    let Some((local, _)) = definitions.get_key_value(local) else {
        let error = fail(format!(
            "Could not find matching directive definition for argument to @composeDirective \"{name}\""
        ));
        let known = definitions.keys().map(Name::as_str);
        let help = closest(local, known).map(|n| format!("did you mean \"@{n}\"?"));
        return Err(match help {
            Some(help) => Box::new(error.help(help)),
            None => error,
        });
    };
    let Some((link, element)) = subgraph.directive_element(local) else {
        let error = fail(format!(
            "Directive \"{name}\" in @composeDirective is not a member of a core feature"
        ));
        let help = "link a specification that has the directive, and import it from there";
        return Err(Box::new(error.help(help)));
    };
    if link.local_name(ElementKind::Directive, element) != local.as_str() {
        return Err(fail(format!(
            "Directive \"{name}\" in @composeDirective is imported under another name"
        )));
    }
    if OURS.contains(&link.url.identity.as_str()) {
        return match subgraph.directive(local) {
            Some(
                D::Tag
                | D::Inaccessible
                | D::Authenticated
                | D::RequiresScopes
                | D::Policy
                | D::Context,
            ) => Ok(None),
            _ => Err(fail(format!("Composing federation directive \"{name}\" is not supported"))),
        };
    }
    if reserved.contains(local) {
        return Err(fail(format!(
            "Directive \"{name}\" in @composeDirective has the name of a federation directive in some subgraph"
        )));
    }
    let (element, local) = (element.to_owned(), local.clone());
    Ok(Some(Exported { index, subgraph, application, link, element, local }))
}

fn error(subgraph: &Subgraph, application: &Node<Directive>, what: String) -> Diagnostic {
    let message = format!("{what} in subgraph \"{}\".", subgraph.name);
    Diagnostic::new(Code::DirectiveCompositionError, message).at(subgraph.location(application))
}

fn composes_anyway(subgraph: &Subgraph, application: &Node<Directive>) -> Diagnostic {
    let name = application.specified_argument_by_name("name").and_then(|v| v.as_str());
    let message = format!(
        "Directive \"{}\" should not be explicitly mentioned in @composeDirective in subgraph \"{}\": it is always composed.",
        name.unwrap_or_default(),
        subgraph.name
    );
    Diagnostic::new(Code::DirectiveCompositionInfo, message)
        .at(subgraph.location(application))
        .help("remove the @composeDirective")
}

/// A specification must have one major version; the identities for which it has not.
fn check_versions(
    subgraphs: &[Subgraph],
    exported: &[Exported<'_>],
    report: &mut Report,
) -> HashSet<String> {
    let mut conflicting = HashSet::new();
    let mut composing: IndexMap<&str, Vec<&Exported<'_>>> = IndexMap::default();
    for item in exported {
        composing.entry(&item.link.url.identity).or_default().push(item);
    }
    for (identity, items) in composing {
        let major = items[0].link.url.version.major;
        if items.iter().any(|item| item.link.url.version.major != major) {
            let message = format!(
                "Core feature \"{identity}\" requested to be merged has major version mismatch across subgraphs."
            );
            let locations = items.iter().filter_map(|i| i.subgraph.location(i.application));
            let error = Diagnostic::new(Code::DirectiveCompositionError, message);
            report.error(
                error
                    .at(locations)
                    .help("link the same major version in all subgraphs that compose it"),
            );
            conflicting.insert(identity.to_owned());
            continue;
        }
        for (index, subgraph) in subgraphs.iter().enumerate() {
            let Some(link) = subgraph.links.by_identity(identity) else { continue };
            let composes = items.iter().any(|item| item.index.0 == index);
            if !composes && link.url.version.major != major {
                let message = format!(
                    "Non-composed core feature \"{identity}\" has major version mismatch across subgraphs: {} in subgraph \"{}\".",
                    link.url.version, subgraph.name
                );
                let hint = Diagnostic::new(Code::DirectiveCompositionInfo, message);
                report.hint(hint.at(subgraph.span_location(link.location)));
            }
        }
    }
    conflicting
}

/// A name must mean one directive, and a directive have one name.
fn check_names(exported: &[Exported<'_>], report: &mut Report) {
    let mut by_name: IndexMap<&Name, Vec<&Exported<'_>>> = IndexMap::default();
    let mut by_element: IndexMap<(&str, &str), Vec<&Exported<'_>>> = IndexMap::default();
    for item in exported {
        by_name.entry(&item.local).or_default().push(item);
        let element = (item.link.url.identity.as_str(), item.element.as_str());
        by_element.entry(element).or_default().push(item);
    }
    let mut conflict = |what: String, items: &[&Exported<'_>]| {
        let error = Diagnostic::new(Code::DirectiveCompositionError, what);
        report.error(error.at(items.iter().filter_map(|i| i.subgraph.location(i.application))));
    };
    for (name, items) in by_name {
        let same = |item: &&Exported<'_>| {
            item.element == items[0].element && item.link.url.identity == items[0].link.url.identity
        };
        if !items.iter().all(same) {
            let what = format!(
                "Composed directive \"@{name}\" does not refer to the same directive in every subgraph."
            );
            conflict(what, &items);
        }
    }
    for ((_, element), items) in by_element {
        if items.iter().any(|item| item.local != items[0].local) {
            let names: Vec<String> = items
                .iter()
                .map(|i| format!("\"@{}\" in \"{}\"", i.local, i.subgraph.name))
                .collect();
            let what = format!(
                "Composed directive \"@{element}\" has different names in subgraphs: {}.",
                names.join(", ")
            );
            conflict(what, &items);
        }
    }
}

/// A subgraph that does not compose a directive may call it otherwise; its applications are lost.
fn hint_other_names(subgraphs: &[Subgraph], exported: &[Exported<'_>], report: &mut Report) {
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    for item in exported {
        let identity = item.link.url.identity.as_str();
        if !seen.insert((identity, &item.element)) {
            continue;
        }
        let other = subgraphs.iter().enumerate().filter(|(index, subgraph)| {
            let composes = exported.iter().any(|e| {
                e.index.0 == *index && e.link.url.identity == identity && e.element == item.element
            });
            let link = subgraph.links.by_identity(identity);
            let import = link.and_then(|link| {
                let mut imports = link.imports.iter();
                imports.find(|i| i.kind == ElementKind::Directive && i.element == item.element)
            });
            !composes && import.is_some_and(|import| import.local != item.local.as_str())
        });
        let names: Vec<&str> = other.map(|(_, subgraph)| subgraph.name.as_str()).collect();
        if !names.is_empty() {
            let message = format!(
                "Composed directive \"@{}\" is named differently in {}, which does not compose it.",
                item.local,
                in_subgraphs(names)
            );
            report.hint(Diagnostic::new(Code::DirectiveCompositionWarn, message));
        }
    }
}

fn specs(
    subgraphs: &[Subgraph],
    exported: Vec<Exported<'_>>,
    report: &mut Report,
) -> Vec<ComposedSpec> {
    let mut by_identity: IndexMap<String, Vec<Exported<'_>>> = IndexMap::default();
    for item in exported {
        by_identity.entry(item.link.url.identity.clone()).or_default().push(item);
    }
    let spec = |(identity, items): (String, Vec<Exported<'_>>)| {
        let versions = items.iter().map(|item| item.link.url.version);
        let version = versions.max().unwrap_or(Version::new(1, 0));
        let mut link = Link {
            url: SpecUrl::new(&identity, version),
            alias: None,
            purpose: None,
            imports: Vec::new(),
            location: None,
        };
        let mut by_element: IndexMap<&str, Vec<&Exported<'_>>> = IndexMap::default();
        for item in &items {
            by_element.entry(&item.element).or_default().push(item);
        }
        let mut directives = Vec::new();
        for (element, exporting) in by_element {
            // Whoever links the newest version has its definitions, composing or not.
            let mut definitions = subgraphs.iter().rev().filter_map(|subgraph| {
                let link = subgraph.links.by_identity(&identity)?;
                let local = link.local_name(ElementKind::Directive, element);
                let definitions = &subgraph.schema.directive_definitions;
                definitions.get(local.as_str()).filter(|_| link.url.version == version)
            });
            let Some(definition) = definitions.next() else {
                let message = format!(
                    "Core feature \"{identity}\" in the version {version} that is composed has no directive \"@{element}\" in any subgraph that links this version."
                );
                let error = Diagnostic::new(Code::DirectiveCompositionError, message);
                let places = exporting.iter();
                let places = places.filter_map(|i| i.subgraph.location(i.application));
                report.late_errors.push(error.at(places));
                continue;
            };
            let local = exporting[0].local.clone();
            link.imports.push(Import {
                kind: ElementKind::Directive,
                element: element.to_owned(),
                local: local.to_string(),
            });
            let mut definition = definition.clone();
            definition.make_mut().name = local;
            let mut subgraphs: Vec<SubgraphIndex> = exporting.iter().map(|i| i.index).collect();
            subgraphs.dedup();
            directives.push(ComposedDirective { definition, subgraphs });
        }
        ComposedSpec { link, directives }
    };
    by_identity.into_iter().map(spec).collect()
}
