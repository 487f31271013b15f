//! The directive applications that an element has in subgraphs.

use apollo_compiler::Node;
use apollo_compiler::ast::Directive;
use apollo_compiler::schema::DirectiveList;

use super::sources::SubgraphIndex;
use crate::subgraph::Subgraph;

/// A directive application in a subgraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Applied<'a> {
    pub(crate) index: SubgraphIndex,
    pub(crate) subgraph: &'a Subgraph,
    pub(crate) directive: &'a Node<Directive>,
}

/// The applications of an element in a subgraph.
pub(crate) fn applied<'a>(
    index: SubgraphIndex,
    subgraph: &'a Subgraph,
    directives: &'a [Node<Directive>],
) -> impl Iterator<Item = Applied<'a>> {
    directives.iter().map(move |directive| Applied { index, subgraph, directive })
}

/// The applications of a type or schema in a subgraph.
pub(crate) fn applied_on_type<'a>(
    index: SubgraphIndex,
    subgraph: &'a Subgraph,
    directives: &'a DirectiveList,
) -> impl Iterator<Item = Applied<'a>> {
    directives.iter().map(move |component| Applied { index, subgraph, directive: component })
}
