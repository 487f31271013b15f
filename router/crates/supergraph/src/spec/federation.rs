//! The directives of the federation specification and what each looks like in each version.

use crate::link::identity;
use crate::link::version::Version;

/// A directive of Apollo Federation, whatever a schema calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are the directives' own names")]
pub enum FederationDirective {
    Key,
    Requires,
    Provides,
    External,
    Tag,
    Extends,
    Shareable,
    Inaccessible,
    Override,
    ComposeDirective,
    InterfaceObject,
    Authenticated,
    RequiresScopes,
    Policy,
    Context,
    FromContext,
    Cost,
    ListSize,
    CacheTag,
}

/// The federation versions that exist.
pub const FEDERATION_VERSIONS: std::ops::RangeInclusive<Version> =
    Version::new(2, 0)..=Version::new(2, 14);

const AUTH_LOCATIONS: &str = "on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM";
const TAG_LOCATIONS: &str = "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION";

/// A directive's shape, and since which version it has it.
struct Row {
    directive: FederationDirective,
    since: Version,
    signature: &'static str,
    locations: &'static str,
}

const fn row(
    directive: FederationDirective,
    minor: u32,
    signature: &'static str,
    locations: &'static str,
) -> Row {
    Row { directive, since: Version::new(2, minor), signature, locations }
}

/// In the order of the specification; of two rows for one directive the later one holds from its
/// version on.
const ROWS: &[Row] = {
    use FederationDirective as D;
    &[
        row(
            D::Key,
            0,
            "(fields: FieldSet!, resolvable: Boolean = true) repeatable",
            "on OBJECT | INTERFACE",
        ),
        row(D::Requires, 0, "(fields: FieldSet!)", "on FIELD_DEFINITION"),
        row(D::Provides, 0, "(fields: FieldSet!)", "on FIELD_DEFINITION"),
        row(D::External, 0, "(reason: String)", "on OBJECT | FIELD_DEFINITION"),
        row(D::Tag, 0, "(name: String!) repeatable on", TAG_LOCATIONS),
        row(D::Tag, 3, "(name: String!) repeatable on SCHEMA |", TAG_LOCATIONS),
        row(D::Extends, 0, "", "on OBJECT | INTERFACE"),
        row(D::Shareable, 0, "", "on OBJECT | FIELD_DEFINITION"),
        row(D::Shareable, 2, "repeatable", "on OBJECT | FIELD_DEFINITION"),
        row(D::Inaccessible, 0, "on", TAG_LOCATIONS),
        row(D::Override, 0, "(from: String!)", "on FIELD_DEFINITION"),
        row(D::Override, 7, "(from: String!, label: String)", "on FIELD_DEFINITION"),
        row(D::ComposeDirective, 1, "(name: String) repeatable", "on SCHEMA"),
        row(D::InterfaceObject, 3, "", "on OBJECT"),
        row(D::Authenticated, 5, "", AUTH_LOCATIONS),
        row(D::RequiresScopes, 5, "(scopes: [[Scope!]!]!)", AUTH_LOCATIONS),
        row(D::Policy, 6, "(policies: [[Policy!]!]!)", AUTH_LOCATIONS),
        row(D::Context, 8, "(name: String!) repeatable", "on INTERFACE | OBJECT | UNION"),
        row(D::FromContext, 8, "(field: ContextFieldValue)", "on ARGUMENT_DEFINITION"),
        row(
            D::Cost,
            9,
            "(weight: Int!)",
            "on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR",
        ),
        row(
            D::ListSize,
            9,
            "(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true)",
            "on FIELD_DEFINITION",
        ),
        row(D::CacheTag, 12, "(format: String!) repeatable", "on OBJECT | FIELD_DEFINITION"),
    ]
};

/// The scalars of the federation specification, and since which version.
const SCALARS: &[(&str, Version)] = &[
    ("FieldSet", Version::new(2, 0)),
    ("Scope", Version::new(2, 5)),
    ("Policy", Version::new(2, 6)),
    ("ContextFieldValue", Version::new(2, 8)),
];

impl FederationDirective {
    /// Every directive, in the order of the specification.
    pub fn all() -> impl Iterator<Item = Self> {
        let mut last = None;
        ROWS.iter().map(|row| row.directive).filter(move |d| last.replace(*d) != Some(*d))
    }

    /// The name in the specification, without `@`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Requires => "requires",
            Self::Provides => "provides",
            Self::External => "external",
            Self::Tag => "tag",
            Self::Extends => "extends",
            Self::Shareable => "shareable",
            Self::Inaccessible => "inaccessible",
            Self::Override => "override",
            Self::ComposeDirective => "composeDirective",
            Self::InterfaceObject => "interfaceObject",
            Self::Authenticated => "authenticated",
            Self::RequiresScopes => "requiresScopes",
            Self::Policy => "policy",
            Self::Context => "context",
            Self::FromContext => "fromContext",
            Self::Cost => "cost",
            Self::ListSize => "listSize",
            Self::CacheTag => "cacheTag",
        }
    }

    /// The directive that the specification calls `name`.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::all().find(|d| d.name() == name)
    }

    /// The directive that an element of the specification `identity` means: some directives of
    /// federation have a specification of their own that a schema may link instead.
    pub fn by_element(identity: &str, element: &str) -> Option<Self> {
        let directive = Self::by_name(element)?;
        let own = directive.own_identity();
        (identity == identity::FEDERATION || own == Some(identity)).then_some(directive)
    }

    /// The specification that defines the directive outside of federation.
    pub fn own_identity(self) -> Option<&'static str> {
        match self {
            Self::Tag => Some(identity::TAG),
            Self::Inaccessible => Some(identity::INACCESSIBLE),
            Self::Authenticated => Some(identity::AUTHENTICATED),
            Self::RequiresScopes => Some(identity::REQUIRES_SCOPES),
            Self::Policy => Some(identity::POLICY),
            Self::Context | Self::FromContext => Some(identity::CONTEXT),
            Self::Cost | Self::ListSize => Some(identity::COST),
            Self::CacheTag => Some(identity::CACHE_TAG),
            _ => None,
        }
    }

    /// The first version that has the directive.
    pub fn since(self) -> Version {
        let first = ROWS.iter().find(|row| row.directive == self);
        first.map_or(Version::new(2, 0), |row| row.since)
    }

    /// The definition in a version, as SDL whose types have their unprefixed names.
    pub fn definition(self, version: Version) -> Option<String> {
        let row = ROWS.iter().rfind(|row| row.directive == self && row.since <= version)?;
        Some(format!("directive @{}{} {}", self.name(), row.signature_spaced(), row.locations))
    }
}

impl Row {
    fn signature_spaced(&self) -> String {
        if self.signature.is_empty() || self.signature.starts_with('(') {
            self.signature.to_owned()
        } else {
            format!(" {}", self.signature)
        }
    }
}

/// The scalars of a federation version.
pub fn federation_scalars(version: Version) -> impl Iterator<Item = &'static str> {
    SCALARS.iter().filter(move |(_, since)| *since <= version).map(|(name, _)| *name)
}
