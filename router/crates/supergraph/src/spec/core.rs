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

const LINK: &str = r#"
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar link__Import
enum link__Purpose {
  """
  `SECURITY` features provide metadata necessary to securely resolve fields.
  """
  SECURITY
  """
  `EXECUTION` features provide metadata necessary for operation execution.
  """
  EXECUTION
}
"#;

const JOIN_0_3: &str = "
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
scalar join__FieldSet
";

const JOIN_0_4: &str = "
directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
scalar join__DirectiveArguments
scalar join__FieldSet
";

const JOIN_0_5: &str = "
directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String, contextArguments: [join__ContextArgument!]) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
input join__ContextArgument {
  name: String!
  type: String!
  context: String!
  selection: join__FieldValue!
}
scalar join__DirectiveArguments
scalar join__FieldSet
scalar join__FieldValue
";

const TAG_0_1: &str = "
directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
";

const TAG_0_2: &str = "
directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
";

const TAG: &str = "
directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA
";

const INACCESSIBLE_0_1: &str = "
directive @inaccessible on OBJECT | FIELD_DEFINITION | INTERFACE | UNION
";

const INACCESSIBLE: &str = "
directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
";

const AUTHENTICATED: &str = "
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
";

const REQUIRES_SCOPES: &str = "
directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
scalar requiresScopes__Scope
";

const POLICY: &str = "
directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
scalar policy__Policy
";

const CONTEXT: &str = "
directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION
directive @context__fromContext(field: context__ContextFieldValue) on ARGUMENT_DEFINITION
scalar context__ContextFieldValue
";

const COST: &str = "
directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @cost__listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
";
