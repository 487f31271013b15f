//! Stage one: from the text of each subgraph to its completed schema.
//!
//! Of one subgraph only the first step that finds errors reports them, since later ones would
//! only repeat its consequences; subgraphs do not hide each other's errors.

use crate::SubgraphSource;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::parts::Parts;
use crate::subgraph::{Subgraph, SubgraphParts};

pub(crate) mod compatibility;
pub(crate) mod links;
pub(crate) mod parse;

mod arguments_syntax;
mod built_in_scalars;
mod complete;
mod default_values;
mod deprecation;
mod graphql;
mod machinery;
mod references;
mod roots;

use crate::validate::validate;
use parse::Parsed;

/// Not a name for a subgraph; routers use it for their own.
const RESERVED_NAME: &str = "_";

/// Loads all subgraphs; the errors of all count.
pub(crate) fn load(
    sources: &[SubgraphSource],
    parsed: Vec<Parsed>,
) -> Result<Vec<Subgraph>, Vec<Diagnostic>> {
    let mut subgraphs = Vec::with_capacity(parsed.len());
    let mut errors = parse::check_names(sources);
    for parsed in parsed {
        match load_one(parsed) {
            Ok(subgraph) => subgraphs.push(subgraph),
            Err(diagnostics) => errors.extend(diagnostics),
        }
    }
    if errors.is_empty() { Ok(subgraphs) } else { Err(errors) }
}

/// Loads one parsed subgraph: links, completion, GraphQL validation, root names,
/// the rules of federation.
fn load_one(parsed: Parsed) -> Result<Subgraph, Vec<Diagnostic>> {
    let Parsed { places, url, mut document } = parsed;
    let linked = links::links(&document, &places)?;
    let mut parts = Parts::of(&document);
    let mut errors = complete::complete(&mut document, &linked, &places);
    errors.extend(linked.unknown_version.clone());
    let mut schema = graphql::build(&document, &places, &linked, errors)?;
    if places.subgraph == RESERVED_NAME {
        let message = "`_` cannot be the name of a subgraph: it is reserved.";
        return Err(vec![places.diagnostic(Code::InvalidSubgraphName, message, None)]);
    }
    let root_errors = roots::rename(&mut schema, &mut parts, &places);
    let subgraph = Subgraph::new(SubgraphParts {
        places,
        url,
        schema,
        links: linked.links,
        version: linked.version,
        was_fed1: linked.is_fed1,
        parts,
    });
    // A federation 1 schema is held to the rules only after its upgrade.
    let errors = match subgraph.was_fed1 {
        true => root_errors,
        false => validate(&subgraph, root_errors),
    };
    if errors.is_empty() { Ok(subgraph) } else { Err(errors) }
}
