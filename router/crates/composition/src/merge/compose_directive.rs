//! `@composeDirective`: which directives of subgraphs' own specifications reach the supergraph.
//!
//! <https://www.apollographql.com/docs/graphos/reference/federation/directives#composedirective>

use std::collections::HashSet;

use apollo_compiler::ast::DirectiveDefinition;
use apollo_compiler::{Name, Node};
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Import, Link, identity};
use supergraph::spec::core::is_known;
use supergraph::spec::federation::FederationDirective as D;

use super::sources::{Applied, At, Located, SubgraphIndex};
use super::wording::{grouped, in_subgraphs, places};
use crate::diagnostic::{Code, Location, Report};
use crate::names::closest;
use crate::subgraph::Subgraph;
use crate::subgraph::application::string_argument;

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
    application: Applied<'a>,
    link: &'a Link,
    element: &'a str,
    local: &'a Name,
}

impl<'a> Exported<'a> {
    fn identity(&self) -> &'a str {
        &self.link.url.identity
    }

    /// What it exports, whatever subgraphs call it.
    fn element(&self) -> (&'a str, &'a str) {
        (self.identity(), self.element)
    }
}

impl Located for Exported<'_> {
    fn location(&self) -> Option<Location> {
        self.application.location()
    }
}

/// Whether the directives of a specification compose by themselves or not at all.
fn is_ours(identity: &str) -> bool {
    let is_older = matches!(identity, identity::CORE | identity::FEDERATION | identity::SOURCE);
    is_older || (is_known(identity) && identity != identity::CACHE_TAG)
}

/// The directives of these that need no `@composeDirective`.
const COMPOSES_ANYWAY: [D; 6] =
    [D::Tag, D::Inaccessible, D::Authenticated, D::RequiresScopes, D::Policy, D::Context];

/// Collects and checks what subgraphs compose.
pub(crate) fn compose(
    subgraphs: &[Subgraph],
    report: &mut Report,
    late: &mut Report,
) -> Vec<ComposedSpec> {
    let reserved = reserved_names(subgraphs);
    let mut exported: Vec<Exported<'_>> = Vec::new();
    for at in At::all(subgraphs) {
        let directives = &at.subgraph.schema.schema_definition.directives;
        let applications = at.subgraph.applications(directives, D::ComposeDirective);
        for application in at.sources(applications.map(|component| &component.node)) {
            match read(application, &reserved) {
                Ok(Some(item)) => exported.push(item),
                Ok(None) => hint_composes_anyway(application, report),
                Err((what, help)) => {
                    let message = format!("{what} in subgraph \"{}\".", at.subgraph.name);
                    let error = report.add(Code::DirectiveCompositionError, message);
                    error.at(application.location()).help = help;
                }
            }
        }
    }
    let before = report.errors.len();
    check_versions(subgraphs, &exported, report);
    check_names(&exported, report);
    hint_other_names(subgraphs, &exported, report);
    if report.errors.len() > before {
        return Vec::new();
    }
    specs(subgraphs, &exported, late)
}

/// The names of `@tag` and `@inaccessible` in any subgraph.
fn reserved_names(subgraphs: &[Subgraph]) -> HashSet<&Name> {
    let names = subgraphs.iter().flat_map(|subgraph| {
        [D::Tag, D::Inaccessible].into_iter().flat_map(|d| subgraph.local_names(d))
    });
    names.collect()
}

/// What is wrong with an application, and what would fix it.
type Problem = (String, Option<String>);

/// Reads an application; `None` when the directive composes without it.
fn read<'a>(
    application: Applied<'a>,
    reserved: &HashSet<&Name>,
) -> Result<Option<Exported<'a>>, Problem> {
    let subgraph = application.at.subgraph;
    let definitions = &subgraph.schema.directive_definitions;
    let name = string_argument(application.node, "name").unwrap_or_default();
    if name.is_empty() {
        return Err(("Argument to @composeDirective cannot be null or empty".to_owned(), None));
    }
    let Some(local) = name.strip_prefix('@') else {
        let what = format!("Argument to @composeDirective \"{name}\" must have a leading \"@\"");
        return Err((what, Some(format!("write \"@{name}\""))));
    };
    let Some((local, _)) = definitions.get_key_value(local) else {
        let what = format!(
            "Could not find matching directive definition for argument to @composeDirective \"{name}\""
        );
        let known = closest(local, definitions.keys().map(Name::as_str));
        return Err((what, known.map(|known| format!("did you mean \"@{known}\"?"))));
    };
    let Some((link, element)) = subgraph.directive_element(local) else {
        let what =
            format!("Directive \"{name}\" in @composeDirective is not a member of a core feature");
        let help = "link a specification that has the directive, and import it from there";
        return Err((what, Some(help.to_owned())));
    };
    let meaning = subgraph.directive(local);
    let is_ours = is_ours(&link.url.identity);
    let problem = if link.local_name(ElementKind::Directive, element) != local.as_str() {
        format!("Directive \"{name}\" in @composeDirective is imported under another name")
    } else if is_ours && meaning.is_some_and(|meaning| COMPOSES_ANYWAY.contains(&meaning)) {
        return Ok(None);
    } else if is_ours {
        format!("Composing federation directive \"{name}\" is not supported")
    } else if reserved.contains(local) {
        format!(
            "Directive \"{name}\" in @composeDirective has the name of a federation directive in some subgraph"
        )
    } else {
        return Ok(Some(Exported { application, link, element, local }));
    };
    Err((problem, None))
}

fn hint_composes_anyway(application: Applied<'_>, report: &mut Report) {
    let message = format!(
        "Directive \"{}\" should not be explicitly mentioned in @composeDirective in subgraph \"{}\": it is always composed.",
        string_argument(application.node, "name").unwrap_or_default(),
        application.at.subgraph.name
    );
    report
        .add(Code::DirectiveCompositionInfo, message)
        .at(application.location())
        .help("remove the @composeDirective");
}

/// A specification must have one major version.
fn check_versions(subgraphs: &[Subgraph], exported: &[Exported<'_>], report: &mut Report) {
    for (identity, items) in grouped(exported.iter().map(|item| (item.identity(), item))) {
        let major = items[0].link.url.version.major;
        if items.iter().any(|item| item.link.url.version.major != major) {
            let message = format!(
                "Core feature \"{identity}\" requested to be merged has major version mismatch across subgraphs."
            );
            report
                .add(Code::DirectiveCompositionError, message)
                .at(places(items))
                .help("link the same major version in all subgraphs that compose it");
            continue;
        }
        for At { index, subgraph } in At::all(subgraphs) {
            let Some(link) = subgraph.links.by_identity(identity) else { continue };
            let composes = items.iter().any(|item| item.application.at.index == index);
            if !composes && link.url.version.major != major {
                let message = format!(
                    "Non-composed core feature \"{identity}\" has major version mismatch across subgraphs: {} in subgraph \"{}\".",
                    link.url.version, subgraph.name
                );
                report
                    .add(Code::DirectiveCompositionInfo, message)
                    .at(subgraph.places.at(link.location));
            }
        }
    }
}

/// A name must mean one directive, and a directive have one name.
fn check_names(exported: &[Exported<'_>], report: &mut Report) {
    for (name, items) in grouped(exported.iter().map(|item| (item.local, item))) {
        if items.iter().any(|item| item.element() != items[0].element()) {
            let what = format!(
                "Composed directive \"@{name}\" does not refer to the same directive in every subgraph."
            );
            report.add(Code::DirectiveCompositionError, what).at(places(items));
        }
    }
    for ((_, element), items) in grouped(exported.iter().map(|item| (item.element(), item))) {
        if items.iter().any(|item| item.local != items[0].local) {
            let name = |item: &&Exported<'_>| {
                format!("\"@{}\" in \"{}\"", item.local, item.application.at.subgraph.name)
            };
            let names: Vec<String> = items.iter().map(name).collect();
            let what = format!(
                "Composed directive \"@{element}\" has different names in subgraphs: {}.",
                names.join(", ")
            );
            report.add(Code::DirectiveCompositionError, what).at(places(items));
        }
    }
}

/// A subgraph that does not compose a directive may call it otherwise; its applications are lost.
fn hint_other_names(subgraphs: &[Subgraph], exported: &[Exported<'_>], report: &mut Report) {
    for ((identity, element), items) in grouped(exported.iter().map(|item| (item.element(), item)))
    {
        let name = items[0].local;
        let is_other = |at: &At<'_>| {
            let composes = items.iter().any(|item| item.application.at.index == at.index);
            let link = at.subgraph.links.by_identity(identity);
            let import = link.and_then(|link| {
                let mut imports = link.imports.iter();
                imports.find(|i| i.kind == ElementKind::Directive && i.element == element)
            });
            !composes && import.is_some_and(|import| import.local != name.as_str())
        };
        let others: Vec<At<'_>> = At::all(subgraphs).filter(is_other).collect();
        if !others.is_empty() {
            let message = format!(
                "Composed directive \"@{name}\" is named differently in {}, which does not compose it.",
                in_subgraphs(&others)
            );
            report.add(Code::DirectiveCompositionWarn, message);
        }
    }
}

fn specs(
    subgraphs: &[Subgraph],
    exported: &[Exported<'_>],
    report: &mut Report,
) -> Vec<ComposedSpec> {
    let spec = |(identity, items): (&str, Vec<&Exported<'_>>)| {
        let versions = items.iter().map(|item| item.link.url.version);
        let version = versions.max().unwrap_or(Version::new(1, 0));
        let mut link = Link::bare(identity, version);
        let mut directives = Vec::new();
        for (element, exporting) in grouped(items.iter().map(|item| (item.element, item))) {
            // Whoever links the newest version has its definitions, composing or not.
            let mut definitions = subgraphs.iter().rev().filter_map(|subgraph| {
                let link = subgraph.links.by_identity(identity)?;
                let local = link.local_name(ElementKind::Directive, element);
                let definitions = &subgraph.schema.directive_definitions;
                definitions.get(local.as_str()).filter(|_| link.url.version == version)
            });
            let Some(definition) = definitions.next() else {
                let message = format!(
                    "Core feature \"{identity}\" in the version {version} that is composed has no directive \"@{element}\" in any subgraph that links this version."
                );
                report.add(Code::DirectiveCompositionError, message).at(places(exporting));
                continue;
            };
            let local = exporting[0].local;
            link.imports.push(Import::new(ElementKind::Directive, element, local));
            let mut definition = definition.clone();
            definition.make_mut().name = local.clone();
            let mut subgraphs: Vec<SubgraphIndex> =
                exporting.iter().map(|i| i.application.at.index).collect();
            subgraphs.dedup();
            directives.push(ComposedDirective { definition, subgraphs });
        }
        ComposedSpec { link, directives }
    };
    let by_identity = grouped(exported.iter().map(|item| (item.identity(), item)));
    by_identity.into_iter().map(spec).collect()
}
