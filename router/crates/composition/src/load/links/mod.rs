//! What a document links: the applications of `@link` (or of its predecessor `@core`) on its
//! schema definition and extensions, read and judged.
//!
//! <https://specs.apollo.dev/link/v1.0/>

use apollo_compiler::Node;
use apollo_compiler::ast::{self, Definition, Directive};
use supergraph::link::url::SpecUrl;
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Import, Link, Links, identity};
use supergraph::spec::federation::FEDERATION_VERSIONS;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;
use crate::subgraph::application::string_argument;

pub(crate) mod rules;

mod read;
mod shadowing;

/// The version whose directives federation 1 shares.
const FEDERATION_1: Version = Version::new(2, 0);

/// What federation 1 has without asking for it.
const FEDERATION_1_DIRECTIVES: [&str; 6] =
    ["key", "requires", "provides", "external", "tag", "extends"];

/// What a document links.
pub(super) struct DocumentLinks {
    /// The links. A federation 1 schema has one to federation, too, under which its own
    /// directives have their plain names.
    pub(super) links: Links,
    /// The federation version.
    pub(super) version: Version,
    /// Whether the schema was written for federation 1.
    pub(super) is_fed1: bool,
    /// The error that the federation version does not exist. It does not hide others.
    pub(super) unknown_version: Option<Diagnostic>,
}

/// Reads what a document links.
pub(super) fn links(
    document: &ast::Document,
    places: &Places,
) -> Result<DocumentLinks, Vec<Diagnostic>> {
    let applications = schema_directives(document);
    let Some(bootstrap) = bootstrap(document, &applications) else {
        return Ok(DocumentLinks::federation_1(Links::default()));
    };
    let reader = read::Reader { bootstrap: &bootstrap, places };
    let links = reader.links(&applications)?;
    rules::check(&links, places)?;
    shadowing::check(document, &links, places)?;
    let Some(federation) = links.by_identity(identity::FEDERATION) else {
        return Ok(DocumentLinks::federation_1(links));
    };
    let version = federation.url.version;
    let unknown_version = (!FEDERATION_VERSIONS.contains(&version)).then(|| {
        let message = format!("Federation {version} is not known.");
        let newest = FEDERATION_VERSIONS.end();
        places
            .diagnostic(Code::UnknownFederationLinkVersion, message, federation.location)
            .help(format!("the newest version is {newest}; link that or an older one"))
    });
    Ok(DocumentLinks { links, version, is_fed1: false, unknown_version })
}

impl DocumentLinks {
    fn federation_1(mut links: Links) -> Self {
        let directives = FEDERATION_1_DIRECTIVES.map(|name| (ElementKind::Directive, name, name));
        let imports = directives.into_iter().chain([(ElementKind::Type, "FieldSet", "_FieldSet")]);
        links.links.push(Link {
            url: SpecUrl::new(identity::FEDERATION, FEDERATION_1),
            alias: None,
            purpose: None,
            imports: imports
                .map(|(kind, element, local)| Import {
                    kind,
                    element: element.to_owned(),
                    local: local.to_owned(),
                })
                .collect(),
            location: None,
        });
        Self { links, version: FEDERATION_1, is_fed1: true, unknown_version: None }
    }
}

/// The directive that links, under its name in the document.
pub(super) struct Bootstrap {
    name: String,
    /// Whether it is `@core`, which has `feature` in place of `url`.
    is_core: bool,
    /// Whether the document links it, or it is only understood to.
    is_linked: bool,
}

impl Bootstrap {
    fn url_argument(&self) -> &'static str {
        if self.is_core { "feature" } else { "url" }
    }
}

/// The directives of the schema definition and its extensions, in source order.
pub(super) fn schema_directives(document: &ast::Document) -> Vec<Node<Directive>> {
    let mut directives = Vec::new();
    for definition in &document.definitions {
        match definition {
            Definition::SchemaDefinition(schema) => directives.extend(schema.directives.0.clone()),
            Definition::SchemaExtension(schema) => directives.extend(schema.directives.0.clone()),
            _ => {}
        }
    }
    directives
}

/// Finds the directive that links: the one that links itself, or else `@link` as soon as it links
/// federation.
fn bootstrap(document: &ast::Document, applications: &[Node<Directive>]) -> Option<Bootstrap> {
    let defines = |name: &str| {
        let mut definitions = document.definitions.iter();
        definitions.any(|d| d.as_directive_definition().is_some_and(|d| d.name == name))
    };
    for application in applications {
        let name = application.name.as_str();
        let linked = |argument, own_identity: &str, own_name: &str| {
            let url = SpecUrl::parse(string_argument(application, argument)?).ok()?;
            let local = string_argument(application, "as").unwrap_or(own_name);
            (url.identity == own_identity && local == name).then_some(())
        };
        let is_link = linked("url", identity::LINK, "link").is_some();
        let is_core = linked("feature", identity::CORE, "core").is_some();
        if (is_link && (name == "link" || defines(name))) || (is_core && defines(name)) {
            return Some(Bootstrap { name: name.to_owned(), is_core, is_linked: true });
        }
    }
    let links_federation = applications.iter().any(|application| {
        let url = string_argument(application, "url").unwrap_or_default();
        application.name == "link" && url.starts_with(identity::FEDERATION)
    });
    let name = "link".to_owned();
    links_federation.then_some(Bootstrap { name, is_core: false, is_linked: false })
}
