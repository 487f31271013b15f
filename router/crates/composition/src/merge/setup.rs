//! What is decided before anything is merged: the specification versions of the supergraph, which
//! directives are merged under which names, and the definitions that these need.

use std::collections::HashSet;

use apollo_compiler::ast::{self, Definition, DirectiveDefinition};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::{Name, Node, Schema, name};
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Import, Link, Links, identity};
use supergraph::spec::core::{CORE_SPECS, CoreSpec, core_spec, federation_min};
use supergraph::spec::definitions::elements_of;
use supergraph::spec::federation::FederationDirective as D;

use super::compose_directive::{self, ComposedSpec};
use super::graph_names::graph_names;
use super::join::Application;
use super::merged_directive::{MergedDirective, MergedDirectives, applied};
use super::sources::At;
use super::wording::said;
use crate::diagnostic::{Code, Report};
use crate::subgraph::Subgraph;

/// What merging is set up with.
#[derive(Debug)]
pub(crate) struct Setup {
    /// The `join__Graph` value of each subgraph.
    pub(crate) graphs: Vec<Name>,
    /// The directives that are merged.
    pub(crate) directives: MergedDirectives,
    /// What the supergraph links, in order.
    pub(crate) links: Links,
    /// The names of directives that `@composeDirective` composes.
    pub(crate) composed: HashSet<Name>,
}

impl Setup {
    /// The `join__Graph` value of a subgraph.
    pub(crate) fn graph(&self, at: At<'_>) -> &Name {
        &self.graphs[at.index.0]
    }
}

/// The newest version of connectors that is no preview.
const CONNECTORS_LATEST: Version = Version::new(0, 3);

/// The directives that are merged as such when a subgraph applies them.
const COMPOSING: [D; 8] = [
    D::Tag,
    D::Inaccessible,
    D::Authenticated,
    D::RequiresScopes,
    D::Policy,
    D::Context,
    D::Cost,
    D::ListSize,
];

/// Sets up merging; the schema holds the definitions of the linked specifications.
pub(crate) fn set_up(
    subgraphs: &[Subgraph],
    report: &mut Report,
    late: &mut Report,
) -> (Setup, Schema) {
    let federation = supergraph_version(subgraphs, report);
    let mut builder = Builder {
        federation,
        directives: MergedDirectives::new(subgraphs.len()),
        links: Vec::new(),
    };
    builder.link(identity::LINK);
    builder.link(identity::JOIN);
    builder.core_directives(subgraphs, report);
    builder.connectors(subgraphs);
    let composed = compose_directive::compose(subgraphs, report, late);
    let names = builder.composed(&composed);
    let links = builder.finish_links();
    let graphs = graph_names(&subgraphs.iter().map(|s| s.name.as_str()).collect::<Vec<_>>());
    let schema = base_schema(subgraphs, &links, federation, &graphs, composed);
    (Setup { graphs, directives: builder.directives, links, composed: names }, schema)
}

/// The federation version of the supergraph: the highest any subgraph needs.
fn supergraph_version(subgraphs: &[Subgraph], report: &mut Report) -> Version {
    let mut highest = Version::new(2, 0);
    for subgraph in subgraphs {
        let min = |link: &Link| federation_min(&link.url.identity, link.url.version);
        let links = subgraph.links.links.iter();
        let needed = links.filter_map(|link| Some((min(link)?, link))).max_by_key(|(min, _)| *min);
        let mut version = subgraph.version;
        if let Some((min, link)) = needed
            && min > version
        {
            let message = format!(
                "Subgraph \"{}\" links federation {version}, and is treated as {min} because it links {}.",
                subgraph.name, link.url
            );
            report
                .add(Code::ImplicitlyUpgradedFederationVersion, message)
                .at(subgraph.places.at(link.location))
                .help(format!("link federation {min} in \"{}\"", subgraph.name));
            version = min;
        }
        highest = highest.max(version);
    }
    highest
}

struct Builder {
    federation: Version,
    directives: MergedDirectives,
    links: Vec<Link>,
}

/// A directive in use: who calls it what.
struct Use<'a> {
    names: Vec<(At<'a>, &'a Name)>,
    repeatable: bool,
}

impl Builder {
    /// Links a specification in the version that goes with the federation version.
    fn link(&mut self, identity: &str) -> Option<&'static CoreSpec> {
        let spec = core_spec(identity, self.federation)?;
        if !self.links.iter().any(|link| link.url.identity == identity) {
            let link = Link::bare(spec.identity, spec.version);
            self.links.push(Link { purpose: spec.purpose, ..link });
        }
        Some(spec)
    }

    fn core_directives(&mut self, subgraphs: &[Subgraph], report: &mut Report) {
        let mut mismatch = false;
        for (directive, used) in directives_in_use(subgraphs) {
            let name = used.names[0].1;
            if used.names.iter().any(|(_, other)| *other != name) {
                if !mismatch {
                    report_mismatch(directive, &used, report);
                }
                mismatch = true;
                continue;
            }
            if directive == D::CacheTag {
                self.link(identity::CACHE_TAG);
                for (at, local) in used.names {
                    let written = "federation__cacheTag".to_owned();
                    self.directives.as_join_directive(at.index, local, written);
                }
                continue;
            }
            let Some(identity) = directive.own_identity() else { continue };
            self.link(identity);
            if let Some(link) = self.links.iter_mut().find(|l| l.url.identity == identity)
                && link.local_name(ElementKind::Directive, directive.name()) != name.as_str()
            {
                let import = Import::new(ElementKind::Directive, directive.name(), name);
                link.imports.push(import);
            }
            let id = self.directives.add(MergedDirective {
                name: Name::new_unchecked(name),
                meaning: Some(directive),
                repeatable: used.repeatable,
            });
            for (at, local) in used.names {
                self.directives.name_in(at.index, local, id);
            }
        }
    }

    /// The applications of connectors become `@join__directive`; what they mean is not for
    /// composition to judge.
    fn connectors(&mut self, subgraphs: &[Subgraph]) {
        let mut version = None;
        for at in At::all(subgraphs) {
            let Some(link) = at.subgraph.links.by_identity(identity::CONNECT) else { continue };
            version = version.max(Some(link.url.version));
            for name in at.subgraph.schema.directive_definitions.keys() {
                if link.element(ElementKind::Directive, name).is_some() {
                    self.directives.as_join_directive(at.index, name, name.to_string());
                }
            }
        }
        let spec = CORE_SPECS.iter().find(|s| s.identity == identity::CONNECT);
        self.links.extend(version.zip(spec).map(|(version, spec)| {
            let link = Link::bare(identity::CONNECT, version.max(CONNECTORS_LATEST));
            Link { purpose: spec.purpose, ..link }
        }));
    }

    /// Adds the directives of `@composeDirective`; their names in the supergraph.
    fn composed(&mut self, specs: &[ComposedSpec]) -> HashSet<Name> {
        let mut names = HashSet::new();
        for spec in specs {
            self.links.push(spec.link.clone());
            for directive in &spec.directives {
                let id = self.directives.add(MergedDirective {
                    name: directive.definition.name.clone(),
                    meaning: None,
                    repeatable: directive.definition.repeatable,
                });
                names.insert(directive.definition.name.clone());
                for subgraph in &directive.subgraphs {
                    self.directives.name_in(*subgraph, &directive.definition.name, id);
                }
            }
        }
        names
    }

    /// Gives an alias to each link whose name is taken by another link or by an import.
    fn finish_links(&mut self) -> Links {
        let mut links = std::mem::take(&mut self.links);
        for at in 0..links.len() {
            let taken = |name: &str| {
                links.iter().enumerate().any(|(other, link)| {
                    let is_it = |i: &Import| i.kind == ElementKind::Directive && i.local == name;
                    let imported = link.imports.iter().any(is_it);
                    (other < at && link.prefix() == name) || (other != at && imported)
                })
            };
            let name = links[at].url.name.clone();
            if taken(&name) {
                let mut aliases = (0..).map(|n| format!("_{n}{name}"));
                links[at].alias = aliases.find(|alias| !taken(alias));
            }
        }
        Links { links }
    }
}

/// The core directives that subgraphs apply, in the order of first use.
fn directives_in_use(subgraphs: &[Subgraph]) -> IndexMap<D, Use<'_>> {
    let mut uses: IndexMap<D, Use<'_>> = IndexMap::default();
    for at in At::all(subgraphs) {
        let schema = &at.subgraph.schema;
        let applied = applied(schema);
        for (name, definition) in &schema.directive_definitions {
            let Some(directive) = at.subgraph.directive(name) else { continue };
            let composes = COMPOSING.contains(&directive) || directive == D::CacheTag;
            if composes && applied.contains(name) {
                let repeatable = definition.repeatable;
                let new = || Use { names: Vec::new(), repeatable };
                uses.entry(directive).or_insert_with(new).names.push((at, name));
            }
        }
    }
    uses.sort_by_key(|_, used| used.names[0].0.index);
    uses
}

fn report_mismatch(directive: D, used: &Use<'_>, report: &mut Report) {
    let names = used.names.iter().map(|(at, name)| (format!("\"@{name}\""), *at));
    let message = format!(
        "The \"@{}\" directive (from {}) is imported under different names: it is {}.",
        directive.name(),
        directive.own_identity().unwrap_or(identity::FEDERATION),
        said(names, " and "),
    );
    let links = used.names.iter().filter_map(|(At { subgraph, .. }, name)| {
        let (link, _) = subgraph.directive_element(name)?;
        subgraph.places.at(link.location)
    });
    report
        .add(Code::LinkImportNameMismatch, message)
        .at(links)
        .help(format!("import \"@{}\" under one name in all subgraphs", directive.name()));
}

/// A schema with the definitions of what the supergraph links.
fn base_schema(
    subgraphs: &[Subgraph],
    links: &Links,
    federation: Version,
    graphs: &[Name],
    composed: Vec<ComposedSpec>,
) -> Schema {
    let mut document = ast::Document::new();
    for link in &links.links {
        if let Some(spec) = core_spec(&link.url.identity, federation) {
            let elements = elements_of(link, spec.definitions).into_iter();
            document.definitions.extend(elements.map(|element| element.definition));
        }
    }
    document.definitions.push(graph_enum(subgraphs, graphs));
    let mut schema = document.to_schema().unwrap_or_else(|invalid| invalid.partial);
    for directive in composed.into_iter().flat_map(|spec| spec.directives) {
        let definition: Node<DirectiveDefinition> = directive.definition;
        schema.directive_definitions.insert(definition.name.clone(), definition);
    }
    schema
}

fn graph_enum(subgraphs: &[Subgraph], graphs: &[Name]) -> Definition {
    let value = |(subgraph, graph): (&Subgraph, &Name)| {
        let application = Application::new(name!("join__graph"))
            .string("name", &subgraph.name)
            .string("url", &subgraph.url);
        Node::new(ast::EnumValueDefinition {
            description: None,
            value: graph.clone(),
            directives: ast::DirectiveList(vec![application.node()]),
        })
    };
    Definition::EnumTypeDefinition(Node::new(ast::EnumTypeDefinition {
        description: None,
        name: name!("join__Graph"),
        directives: ast::DirectiveList::new(),
        values: subgraphs.iter().zip(graphs).map(value).collect(),
    }))
}
