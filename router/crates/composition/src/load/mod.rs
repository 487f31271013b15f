//! Stage one: from the text of each subgraph to its completed schema.
//!
//! Of one subgraph only the first step that finds errors reports them, since later ones would
//! only repeat its consequences; subgraphs do not hide each other's errors.

use crate::SubgraphSource;
use crate::diagnostic::{Code, Diagnostic, Errors};
use crate::subgraph::parts::Parts;
use crate::subgraph::{Derived, Subgraph};

pub(crate) mod compatibility;
pub(crate) mod links;
pub(crate) mod parse;

mod complete;
mod graphql;
mod machinery;
mod references;
mod roots;
mod type_parts;

use crate::validate::validate;
use parse::Parsed;

/// Not a name for a subgraph; routers use it for their own.
const RESERVED_NAME: &str = "_";

/// What is wrong with a subgraph taken alone.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Whether its text is not even a GraphQL document.
    pub(crate) is_syntax: bool,
    /// The errors; never empty.
    pub(crate) errors: Vec<Diagnostic>,
}

/// Loads one subgraph.
pub(crate) fn load(source: &SubgraphSource) -> Result<Subgraph, Fault> {
    let parsed = parse::parse(source).map_err(|errors| Fault { is_syntax: true, errors })?;
    load_parsed(parsed).map_err(|errors| Fault { is_syntax: false, errors })
}

/// From the document on: links, completion, GraphQL validation, root names,
/// the rules of federation.
fn load_parsed(parsed: Parsed) -> Result<Subgraph, Vec<Diagnostic>> {
    let Parsed { places, url, mut document } = parsed;
    type_parts::check(&document, &places)?;
    let linked = links::links(&document, &places)?;
    let mut errors = Errors::new(&places);
    if places.subgraph == RESERVED_NAME {
        let message = "`_` cannot be the name of a subgraph: it is reserved.";
        errors.add(Code::InvalidSubgraphName, message, None);
        return Err(errors.list);
    }
    let mut parts = Parts::of(&document);
    complete::complete(&mut document, &linked, &mut errors);
    errors.list.extend(linked.unknown_versions.iter().cloned());
    let mut schema = graphql::build(&document, &places, &linked, errors.list)?;
    let mut errors = Errors::new(&places);
    roots::rename(&mut schema, &mut parts, &mut errors);
    let root_errors = errors.list;
    let mut subgraph = Subgraph {
        name: places.subgraph.clone(),
        url,
        schema,
        links: linked.links,
        version: linked.version,
        was_fed1: linked.is_fed1,
        places,
        parts,
        derived: Derived::default(),
    };
    subgraph.refresh();
    // A federation 1 schema is held to the rules only after its upgrade.
    let errors = if subgraph.was_fed1 { root_errors } else { validate(&subgraph, root_errors) };
    if errors.is_empty() { Ok(subgraph) } else { Err(errors) }
}
