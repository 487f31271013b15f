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

use crate::diagnostic::{Code, Diagnostic, Errors, Places};
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
    /// The versions that do not exist. They do not hide other errors.
    pub(super) unknown_versions: Vec<Diagnostic>,
    /// The imports that leave other names of the same elements in use.
    pub(super) shadowing: Vec<Diagnostic>,
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
    let reader = read::Reader { bootstrap: &bootstrap, errors: Errors::new(places) };
    let links = reader.links(&applications)?;
    let unknown_versions = unknown_versions(&links, places);
    let shadowing = shadowing::check(document, &links, places);
    let linked = match links.by_identity(identity::FEDERATION).map(|link| link.url.version) {
        Some(version) => DocumentLinks { version, is_fed1: false, ..DocumentLinks::new(links) },
        None => DocumentLinks::federation_1(links),
    };
    Ok(DocumentLinks { unknown_versions, shadowing, ..linked })
}

/// Links to versions of `@link` or of federation that do not exist.
fn unknown_versions(links: &Links, places: &Places) -> Vec<Diagnostic> {
    let mut errors = Errors::new(places);
    for Link { url, location, .. } in &links.links {
        let version = url.version;
        if url.identity == identity::LINK && version != Version::new(1, 0) {
            let message = format!("`@link` {version} is not known.");
            errors.add(Code::UnknownLinkVersion, message, *location);
        }
        if url.identity == identity::FEDERATION && !FEDERATION_VERSIONS.contains(&version) {
            let message = format!("Federation {version} is not known.");
            let newest = FEDERATION_VERSIONS.end();
            errors
                .add(Code::UnknownFederationLinkVersion, message, *location)
                .help(format!("the newest version is {newest}; link that or an older one"));
        }
    }
    errors.list
}

impl DocumentLinks {
    fn new(links: Links) -> Self {
        let (unknown_versions, shadowing) = (Vec::new(), Vec::new());
        Self { links, version: FEDERATION_1, is_fed1: true, unknown_versions, shadowing }
    }

    fn federation_1(mut links: Links) -> Self {
        let directives =
            FEDERATION_1_DIRECTIVES.map(|name| Import::new(ElementKind::Directive, name, name));
        let field_set = Import::new(ElementKind::Type, "FieldSet", "_FieldSet");
        let imports = directives.into_iter().chain([field_set]).collect();
        links.links.push(Link { imports, ..Link::bare(identity::FEDERATION, FEDERATION_1) });
        Self::new(links)
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
    let directives = document.definitions.iter().flat_map(|definition| match definition {
        Definition::SchemaDefinition(schema) => schema.directives.as_slice(),
        Definition::SchemaExtension(schema) => schema.directives.as_slice(),
        _ => &[],
    });
    directives.cloned().collect()
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
        let is_linked = |argument, own_identity: &str, own_name: &str| {
            let url = string_argument(application, argument).map(SpecUrl::parse);
            let local = string_argument(application, "as").unwrap_or(own_name);
            local == name && url.is_some_and(|url| url.is_ok_and(|u| u.identity == own_identity))
        };
        let is_link = is_linked("url", identity::LINK, "link");
        let is_core = is_linked("feature", identity::CORE, "core");
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
