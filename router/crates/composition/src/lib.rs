//! Composition: subgraph schemas in, a supergraph or every error of the first failing stage out.
//!
//! It is pure: it reads no file, no clock and no environment, and its output depends on nothing
//! but its input. It neither plans nor executes.

pub mod diagnostic;
pub mod satisfiability;
pub mod subgraph;

mod load;
mod merge;
mod names;
mod print;
mod upgrade;
mod validate;
mod values;

use diagnostic::Diagnostic;

/// A subgraph as it is given to composition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubgraphSource {
    /// The name of the subgraph, unique among all.
    pub name: String,
    /// Where it is served; may be empty.
    pub url: String,
    /// Its schema.
    pub sdl: String,
    /// The file the schema came from, for messages.
    pub file: Option<String>,
}

/// What may be asked of composition beyond the subgraphs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {}

/// The result of composition that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// The supergraph, for routers.
    pub supergraph_sdl: String,
    /// The schema clients see.
    pub api_schema_sdl: String,
    /// What is worth knowing although it composes.
    pub hints: Vec<Diagnostic>,
}

/// Every error of the first stage that had errors; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The errors, in the order of subgraphs and rules.
    pub errors: Vec<Diagnostic>,
}

/// Composes subgraphs into a supergraph.
pub fn compose(sources: &[SubgraphSource], options: &Options) -> Result<Composed, Failure> {
    let _ = options;
    let parsed = load::parse::parse(sources).map_err(Failure::new)?;
    let subgraphs = load::load(sources, parsed).map_err(Failure::new)?;
    let subgraphs = upgrade::upgrade(subgraphs).map_err(Failure::new)?;
    let merged = merge::merge(&subgraphs).map_err(Failure::new)?;
    Ok(Composed {
        supergraph_sdl: print::print_schema(&merged.schema),
        api_schema_sdl: String::new(),
        hints: merged.hints,
    })
}

impl Failure {
    fn new(errors: Vec<Diagnostic>) -> Self {
        Self { errors }
    }
}
