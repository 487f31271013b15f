//! Composing again and again, as schemas change.
//!
//! What was loaded, upgraded and held to the rules of a subgraph is kept with its source, and used
//! again as long as that stays the same. Everything that looks at all subgraphs runs each time. The
//! outcome is that of composing anew, byte for byte.

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::load::{self, Fault, parse};
use crate::subgraph::Subgraph;
use crate::upgrade::{Upgraded, upgrade};
use crate::{Composed, Failure, Options, SubgraphSource, compose_subgraphs};

/// Composes, and remembers the subgraphs of the last time.
#[derive(Debug, Default)]
pub struct Composer {
    known: HashMap<SubgraphSource, Known>,
}

/// What came of a subgraph.
#[derive(Debug)]
struct Known {
    loaded: Result<Subgraph, Fault>,
    /// Of a federation 1 schema, once it was upgraded.
    upgraded: Option<Upgraded>,
}

impl Composer {
    /// Composes subgraphs into a supergraph.
    ///
    /// # Errors
    /// All errors of the first stage that had any.
    pub fn compose(
        &mut self,
        sources: &[SubgraphSource],
        options: &Options,
    ) -> Result<Composed, Failure> {
        let mut sorted: Vec<&SubgraphSource> = sources.iter().collect();
        // By UTF-16 code units; every later stage goes through the subgraphs in this order.
        sorted.sort_by(|a, b| a.name.encode_utf16().cmp(b.name.encode_utf16()));
        let mut known: Vec<Known> = Vec::with_capacity(sorted.len());
        for source in &sorted {
            known.push(self.known.remove(*source).unwrap_or_else(|| Known::new(source)));
        }
        let subgraphs = subgraphs(sources, &mut known);
        self.known = sorted.into_iter().cloned().zip(known).collect();
        compose_subgraphs(&subgraphs.map_err(|errors| Failure { errors })?, options)
    }
}

impl Known {
    fn new(source: &SubgraphSource) -> Self {
        Self { loaded: load::load(source), upgraded: None }
    }
}

/// The subgraphs, each complete and right by itself. A text that is not GraphQL at all hides
/// everything else that is wrong.
fn subgraphs(
    sources: &[SubgraphSource],
    known: &mut [Known],
) -> Result<Vec<Subgraph>, Vec<Diagnostic>> {
    let faults = || known.iter().filter_map(|known| known.loaded.as_ref().err());
    let syntax = faults().filter(|fault| fault.is_syntax);
    let mut errors: Vec<Diagnostic> = syntax.flat_map(|fault| fault.errors.clone()).collect();
    if errors.is_empty() {
        errors = parse::check_names(sources);
        errors.extend(faults().flat_map(|fault| fault.errors.clone()));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let subgraphs = known.iter().filter_map(|known| known.loaded.as_ref().ok().cloned()).collect();
    upgrade(subgraphs, &mut known.iter_mut().map(|known| &mut known.upgraded).collect::<Vec<_>>())
}
