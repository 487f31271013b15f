//! Stage one: from the text of each subgraph to its completed schema.
//!
//! Of one subgraph only the first step that finds errors reports them, since later ones would
//! only repeat its consequences; subgraphs do not hide each other's errors.

use crate::diagnostic::Diagnostic;
use crate::subgraph::parts::Parts;
use crate::subgraph::{Subgraph, SubgraphParts};

pub(crate) mod parse;

mod compatibility;
mod complete;
mod graphql;
mod links;
mod references;
mod roots;

use parse::Parsed;

/// Loads one parsed subgraph: links, completion, GraphQL validation, root names.
pub(crate) fn load(parsed: Parsed) -> Result<Subgraph, Vec<Diagnostic>> {
    let Parsed { places, url, mut document } = parsed;
    let linked = links::links(&document, &places)?;
    let parts = Parts::of(&document);
    let incompatible = complete::complete(&mut document, &linked, &places);
    let mut schema = graphql::build(&document, &places, incompatible)?;
    let mut parts = parts;
    roots::rename(&mut schema, &mut parts, &places)?;
    Ok(Subgraph::new(SubgraphParts {
        places,
        url,
        schema,
        links: linked.links,
        version: linked.version,
        was_fed1: linked.is_fed1,
        parts,
    }))
}
