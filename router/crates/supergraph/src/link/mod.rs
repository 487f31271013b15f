//! `@link`: which specifications a schema uses, and what their elements are called in it.
//!
//! A [`Links`] answers both ways: from a name used in the schema to the element of a
//! specification, and from an element to the name it has in the schema. It does not judge
//! whether the links of a schema are well-formed.
//!
//! <https://specs.apollo.dev/link/v1.0/>

use apollo_compiler::ast::Directive;
use apollo_compiler::parser::SourceSpan;

pub mod url;
pub mod version;

use url::SpecUrl;
use version::Version;

/// The identities of the specifications a federation knows.
pub mod identity {
    /// `@link` itself.
    pub const LINK: &str = "https://specs.apollo.dev/link";
    /// The predecessor of `@link`.
    pub const CORE: &str = "https://specs.apollo.dev/core";
    /// What subgraphs say.
    pub const FEDERATION: &str = "https://specs.apollo.dev/federation";
    /// What supergraphs say.
    pub const JOIN: &str = "https://specs.apollo.dev/join";
    /// `@tag`.
    pub const TAG: &str = "https://specs.apollo.dev/tag";
    /// `@inaccessible`.
    pub const INACCESSIBLE: &str = "https://specs.apollo.dev/inaccessible";
    /// `@authenticated`.
    pub const AUTHENTICATED: &str = "https://specs.apollo.dev/authenticated";
    /// `@requiresScopes`.
    pub const REQUIRES_SCOPES: &str = "https://specs.apollo.dev/requiresScopes";
    /// `@policy`.
    pub const POLICY: &str = "https://specs.apollo.dev/policy";
    /// `@context` and `@fromContext`.
    pub const CONTEXT: &str = "https://specs.apollo.dev/context";
    /// `@cost` and `@listSize`.
    pub const COST: &str = "https://specs.apollo.dev/cost";
    /// `@cacheTag`.
    pub const CACHE_TAG: &str = "https://specs.apollo.dev/cacheTag";
    /// Connectors: `@connect` and `@source`.
    pub const CONNECT: &str = "https://specs.apollo.dev/connect";
    /// An older name of connectors.
    pub const SOURCE: &str = "https://specs.apollo.dev/source";
}

/// What a specification is for; a router must know every feature it is told to be for security
/// or execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Needed to resolve fields securely.
    Security,
    /// Needed to execute operations.
    Execution,
}

impl Purpose {
    /// The `for` argument of a `@link`.
    pub fn of(link: &Directive) -> Option<Self> {
        let name = link.specified_argument_by_name("for")?.as_enum()?;
        [Self::Security, Self::Execution].into_iter().find(|purpose| name == purpose.name())
    }

    /// The value of the `for` argument.
    pub fn name(self) -> &'static str {
        match self {
            Self::Security => "SECURITY",
            Self::Execution => "EXECUTION",
        }
    }
}

/// What kind of element an import names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ElementKind {
    /// A directive; in an import its name starts with `@`.
    Directive,
    /// A type.
    Type,
}

/// One entry of `import`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Import {
    /// Directive or type.
    pub kind: ElementKind,
    /// The name the specification gives, without `@`.
    pub element: String,
    /// The name in the schema, without `@`.
    pub local: String,
}

impl Import {
    /// An import of an element under a name.
    pub fn new(kind: ElementKind, element: &str, local: &str) -> Self {
        Self { kind, element: element.to_owned(), local: local.to_owned() }
    }
}

/// One application of `@link`.
#[derive(Debug, Clone)]
pub struct Link {
    /// The specification.
    pub url: SpecUrl,
    /// The `as` argument, if given.
    pub alias: Option<String>,
    /// The `for` argument, if given.
    pub purpose: Option<Purpose>,
    /// The `import` argument.
    pub imports: Vec<Import>,
    /// Where the application stands; `None` when it was added by composition.
    pub location: Option<SourceSpan>,
}

impl Link {
    /// A link with no argument but the URL, as composition adds it itself.
    pub fn bare(identity: &str, version: Version) -> Self {
        Self {
            url: SpecUrl::new(identity, version),
            alias: None,
            purpose: None,
            imports: Vec::new(),
            location: None,
        }
    }

    /// The prefix of the names that are not imported.
    pub fn prefix(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.url.name)
    }

    /// The name in the schema of the element that the specification calls `element`.
    pub fn local_name(&self, kind: ElementKind, element: &str) -> String {
        let imported = self.imports.iter().find(|i| i.kind == kind && i.element == element);
        match imported {
            Some(import) => import.local.clone(),
            None => self.namespaced(kind, element),
        }
    }

    /// The name the element has without an import.
    pub fn namespaced(&self, kind: ElementKind, element: &str) -> String {
        let prefix = self.prefix();
        if kind == ElementKind::Directive && element == self.url.name {
            prefix.to_owned()
        } else {
            format!("{prefix}__{element}")
        }
    }

    /// The element that `local` stands for, if it is one of this specification.
    pub fn element<'n>(&'n self, kind: ElementKind, local: &'n str) -> Option<&'n str> {
        if let Some(import) = self.imports.iter().find(|i| i.kind == kind && i.local == local) {
            return Some(&import.element);
        }
        if kind == ElementKind::Directive && local == self.prefix() {
            return Some(&self.url.name);
        }
        local.strip_prefix(self.prefix())?.strip_prefix("__").filter(|e| !e.is_empty())
    }
}

/// The links of one schema, in source order.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// Every link; no identity occurs twice.
    pub links: Vec<Link>,
}

impl Links {
    /// The link to the specification, if there is one.
    pub fn by_identity(&self, identity: &str) -> Option<&Link> {
        self.links.iter().find(|l| l.url.identity == identity)
    }

    /// The link and element that a name in the schema stands for. Imported names come before
    /// namespaced ones.
    pub fn element<'n>(&'n self, kind: ElementKind, local: &'n str) -> Option<(&'n Link, &'n str)> {
        let imported = self.links.iter().find_map(|link| {
            let import = link.imports.iter().find(|i| i.kind == kind && i.local == local)?;
            Some((link, import.element.as_str()))
        });
        imported
            .or_else(|| self.links.iter().find_map(|link| Some((link, link.element(kind, local)?))))
    }
}
