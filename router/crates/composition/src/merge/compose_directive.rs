//! `@composeDirective`: which directives of subgraphs' own specifications reach the supergraph.

use apollo_compiler::Node;
use apollo_compiler::ast::DirectiveDefinition;
use supergraph::link::Link;

use super::report::Report;
use super::sources::SubgraphIndex;
use crate::subgraph::Subgraph;

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

/// Collects and checks what subgraphs compose.
pub(crate) fn compose(_subgraphs: &[Subgraph], _report: &mut Report) -> Vec<ComposedSpec> {
    Vec::new()
}
