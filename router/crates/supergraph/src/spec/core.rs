//! The specifications a supergraph links, as SDL for the printer, and which federation version
//! asks for which.

use crate::link::version::Version;
use crate::link::{Purpose, identity};

/// A version of a specification that a supergraph may link.
#[derive(Debug, Clone, Copy)]
pub struct CoreSpec {
    /// The specification.
    pub identity: &'static str,
    /// Its version.
    pub version: Version,
    /// The lowest federation version that links this version.
    pub federation_min: Version,
    /// What `for` says in a supergraph.
    pub purpose: Option<Purpose>,
    /// The definitions a supergraph holds, under the names they have without imports of another
    /// name.
    pub definitions: &'static str,
}

const fn v(major: u32, minor: u32) -> Version {
    Version::new(major, minor)
}

const fn spec(
    identity: &'static str,
    version: Version,
    federation_min: Version,
    purpose: Option<Purpose>,
    definitions: &'static str,
) -> CoreSpec {
    CoreSpec { identity, version, federation_min, purpose, definitions }
}

/// Every specification version a supergraph may link, ascending by version.
pub const CORE_SPECS: &[CoreSpec] = &[
    spec(identity::LINK, v(1, 0), v(2, 0), None, LINK),
    spec(identity::JOIN, v(0, 3), v(2, 0), Some(Purpose::Execution), JOIN_0_3),
    spec(identity::JOIN, v(0, 4), v(2, 7), Some(Purpose::Execution), JOIN_0_4),
    spec(identity::JOIN, v(0, 5), v(2, 8), Some(Purpose::Execution), JOIN_0_5),
    spec(identity::TAG, v(0, 1), v(1, 0), None, TAG_0_1),
    spec(identity::TAG, v(0, 2), v(1, 0), None, TAG_0_2),
    spec(identity::TAG, v(0, 3), v(2, 0), None, TAG),
    spec(identity::INACCESSIBLE, v(0, 1), v(1, 0), Some(Purpose::Security), INACCESSIBLE_0_1),
    spec(identity::INACCESSIBLE, v(0, 2), v(2, 0), Some(Purpose::Security), INACCESSIBLE),
    spec(identity::AUTHENTICATED, v(0, 1), v(2, 5), Some(Purpose::Security), AUTHENTICATED),
    spec(identity::REQUIRES_SCOPES, v(0, 1), v(2, 5), Some(Purpose::Security), REQUIRES_SCOPES),
    spec(identity::POLICY, v(0, 1), v(2, 6), Some(Purpose::Security), POLICY),
    spec(identity::CONTEXT, v(0, 1), v(2, 8), Some(Purpose::Security), CONTEXT),
    spec(identity::COST, v(0, 1), v(2, 9), None, COST),
    spec(identity::CACHE_TAG, v(0, 1), v(2, 12), Some(Purpose::Execution), ""),
    spec(identity::CONNECT, v(0, 1), v(2, 10), Some(Purpose::Execution), ""),
    spec(identity::CONNECT, v(0, 2), v(2, 11), Some(Purpose::Execution), ""),
    spec(identity::CONNECT, v(0, 3), v(2, 12), Some(Purpose::Execution), ""),
    spec(identity::CONNECT, v(0, 4), v(2, 13), Some(Purpose::Execution), ""),
];

/// The version of a specification that goes with a federation version.
pub fn core_spec(identity: &str, federation: Version) -> Option<&'static CoreSpec> {
    CORE_SPECS.iter().rfind(|s| s.identity == identity && s.federation_min <= federation)
}

/// A version of a specification that is known as such, whether or not a supergraph would link it.
pub fn known_spec(identity: &str, version: Version) -> Option<&'static CoreSpec> {
    CORE_SPECS.iter().find(|s| s.identity == identity && s.version == version)
}

/// Whether some version of a specification is known.
pub fn is_known(identity: &str) -> bool {
    CORE_SPECS.iter().any(|s| s.identity == identity)
}

/// The lowest federation version that knows the given version of a specification.
pub fn federation_min(identity: &str, version: Version) -> Option<Version> {
    let known = CORE_SPECS.iter().filter(|s| s.identity == identity);
    known.filter(|s| s.version.satisfies(version)).map(|s| s.federation_min).min()
}

const LINK: &str = include_str!("sdl/link_v1.0.graphql");
const JOIN_0_3: &str = include_str!("sdl/join_v0.3.graphql");
const JOIN_0_4: &str = include_str!("sdl/join_v0.4.graphql");
const JOIN_0_5: &str = include_str!("sdl/join_v0.5.graphql");
const TAG_0_1: &str = include_str!("sdl/tag_v0.1.graphql");
const TAG_0_2: &str = include_str!("sdl/tag_v0.2.graphql");
const TAG: &str = include_str!("sdl/tag_v0.3.graphql");
const INACCESSIBLE_0_1: &str = include_str!("sdl/inaccessible_v0.1.graphql");
const INACCESSIBLE: &str = include_str!("sdl/inaccessible_v0.2.graphql");
const AUTHENTICATED: &str = include_str!("sdl/authenticated_v0.1.graphql");
const REQUIRES_SCOPES: &str = include_str!("sdl/requiresScopes_v0.1.graphql");
const POLICY: &str = include_str!("sdl/policy_v0.1.graphql");
const CONTEXT: &str = include_str!("sdl/context_v0.1.graphql");
const COST: &str = include_str!("sdl/cost_v0.1.graphql");
