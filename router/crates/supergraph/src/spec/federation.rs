//! The directives of the federation specification and what each looks like in each version.

use crate::link::version::Version;
use crate::link::{ElementKind, Links, identity};

/// The federation versions that exist.
pub const FEDERATION_VERSIONS: std::ops::RangeInclusive<Version> =
    Version::new(2, 0)..=Version::new(2, 14);

const OF_TYPES: &str = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM";
const ANYWHERE: &str = "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION";
const ANYWHERE_OR_SCHEMA: &str = "SCHEMA | FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION";

/// What a directive looks like from a minor version on: its arguments, and where it may stand.
type Shape = (u32, &'static str, &'static str);

macro_rules! directives {
    ($($variant:ident $name:literal: $($since:literal $arguments:literal on $locations:expr),+;)+) => {
        /// A directive of Apollo Federation, whatever a schema calls it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the variants are the directives' own names")]
        pub enum FederationDirective {
            $($variant,)+
        }

        impl FederationDirective {
            /// Every directive, in the order of the specification.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in the specification, without `@`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Its shapes, the oldest first.
            fn shapes(self) -> &'static [Shape] {
                match self { $(Self::$variant => &[$(($since, $arguments, $locations),)+],)+ }
            }
        }
    };
}

directives! {
    Key "key": 0 "(fields: FieldSet!, resolvable: Boolean = true) repeatable" on "OBJECT | INTERFACE";
    Requires "requires": 0 "(fields: FieldSet!)" on "FIELD_DEFINITION";
    Provides "provides": 0 "(fields: FieldSet!)" on "FIELD_DEFINITION";
    External "external": 0 "(reason: String)" on "OBJECT | FIELD_DEFINITION";
    Tag "tag": 0 "(name: String!) repeatable" on ANYWHERE, 3 "(name: String!) repeatable" on ANYWHERE_OR_SCHEMA;
    Extends "extends": 0 "" on "OBJECT | INTERFACE";
    Shareable "shareable": 0 "" on "OBJECT | FIELD_DEFINITION", 2 " repeatable" on "OBJECT | FIELD_DEFINITION";
    Inaccessible "inaccessible": 0 "" on ANYWHERE;
    Override "override": 0 "(from: String!)" on "FIELD_DEFINITION", 7 "(from: String!, label: String)" on "FIELD_DEFINITION";
    ComposeDirective "composeDirective": 1 "(name: String) repeatable" on "SCHEMA";
    InterfaceObject "interfaceObject": 3 "" on "OBJECT";
    Authenticated "authenticated": 5 "" on OF_TYPES;
    RequiresScopes "requiresScopes": 5 "(scopes: [[Scope!]!]!)" on OF_TYPES;
    Policy "policy": 6 "(policies: [[Policy!]!]!)" on OF_TYPES;
    Context "context": 8 "(name: String!) repeatable" on "INTERFACE | OBJECT | UNION";
    FromContext "fromContext": 8 "(field: ContextFieldValue)" on "ARGUMENT_DEFINITION";
    Cost "cost": 9 "(weight: Int!)" on "ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR";
    ListSize "listSize": 9 "(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true)" on "FIELD_DEFINITION";
    CacheTag "cacheTag": 12 "(format: String!) repeatable" on "OBJECT | FIELD_DEFINITION";
}

/// The scalars of the federation specification, and since which version.
const SCALARS: &[(&str, Version)] = &[
    ("FieldSet", Version::new(2, 0)),
    ("Scope", Version::new(2, 5)),
    ("Policy", Version::new(2, 6)),
    ("ContextFieldValue", Version::new(2, 8)),
];

impl FederationDirective {
    /// The directive that the specification calls `name`.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|d| d.name() == name)
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

    /// The name in a schema that links the directive's own specification.
    pub fn own_name(self, links: &Links) -> Option<String> {
        let link = links.by_identity(self.own_identity()?)?;
        Some(link.local_name(ElementKind::Directive, self.name()))
    }

    /// The first version that has the directive.
    pub fn since(self) -> Version {
        Version::new(2, self.shapes()[0].0)
    }

    /// The definition in a version, as SDL whose types have their unprefixed names.
    pub fn definition(self, version: Version) -> Option<String> {
        let mut shapes = self.shapes().iter();
        let is_there = |shape: &&Shape| Version::new(2, shape.0) <= version;
        let (_, arguments, locations) = shapes.rfind(is_there)?;
        Some(format!("directive @{}{arguments} on {locations}", self.name()))
    }
}

/// The scalars of a federation version.
pub fn federation_scalars(version: Version) -> impl Iterator<Item = &'static str> {
    SCALARS.iter().filter(move |(_, since)| *since <= version).map(|(name, _)| *name)
}
