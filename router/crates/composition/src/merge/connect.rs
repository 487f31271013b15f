//! Connectors: their applications become `@join__directive`; what they mean is not for
//! composition to judge.

use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Link, identity};
use supergraph::spec::core::CORE_SPECS;

use super::merged_directive::MergedDirectives;
use super::sources::At;
use crate::subgraph::Subgraph;

/// The newest version of connectors that is no preview.
const LATEST: Version = Version::new(0, 3);

/// Registers the connector directives of all subgraphs; the link of the supergraph, if any
/// subgraph links connectors.
pub(crate) fn set_up(subgraphs: &[Subgraph], directives: &mut MergedDirectives) -> Option<Link> {
    let mut version = None;
    for at in At::all(subgraphs) {
        let Some(link) = at.subgraph.links.by_identity(identity::CONNECT) else { continue };
        version = version.max(Some(link.url.version));
        for name in at.subgraph.schema.directive_definitions.keys() {
            if link.element(ElementKind::Directive, name).is_some() {
                directives.as_join_directive(at.index, name, name.to_string());
            }
        }
    }
    let version = version?.max(LATEST);
    let spec = CORE_SPECS.iter().find(|s| s.identity == identity::CONNECT)?;
    Some(Link { purpose: spec.purpose, ..Link::bare(identity::CONNECT, version) })
}
