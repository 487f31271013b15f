//! Composition: subgraph schemas in, a supergraph or every error of the first failing stage out.
//!
//! It is pure: it reads no file, no clock and no environment, and its output depends on nothing
//! but its input. It neither plans nor executes.

pub mod composer;
pub mod contract;
pub mod diagnostic;

mod inaccessible;
mod inputs;
mod load;
mod merge;
mod names;
mod post_merge;
mod print;
mod satisfiability;
mod subgraph;
mod upgrade;
mod validate;
mod values;

use composer::Composer;
use contract::Contract;
use diagnostic::Diagnostic;
use subgraph::Subgraph;

/// A subgraph as it is given to composition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
pub struct Options {
    /// The variant to compose; the whole supergraph by default.
    pub contract: Contract,
}

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
    Composer::default().compose(sources, options)
}

/// All of composition that looks at more than one subgraph.
fn compose_subgraphs(subgraphs: &[Subgraph], options: &Options) -> Result<Composed, Failure> {
    let fail = |errors| Failure { errors };
    let mut merged = merge::merge(subgraphs).map_err(fail)?;
    post_merge::validate(&merged, subgraphs).map_err(fail)?;
    contract::apply(&mut merged, &options.contract);
    let supergraph_sdl = print::print_schema(&merged.schema);
    let merge::Merged { schema, links, mut hints } = merged;
    let schema = post_merge::graphql::validate(schema, subgraphs).map_err(fail)?;
    inaccessible::validate(&schema, &links, subgraphs).map_err(fail)?;
    let supergraph = post_merge::graphql::read(schema).map_err(fail)?;
    let findings = satisfiability::check(&supergraph, subgraphs);
    if !findings.errors.is_empty() {
        return Err(fail(findings.errors));
    }
    hints.extend(findings.hints);
    let api_schema_sdl = print::print_schema(&supergraph.api_schema);
    Ok(Composed { supergraph_sdl, api_schema_sdl, hints })
}
