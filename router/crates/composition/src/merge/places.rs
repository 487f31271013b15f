//! From the supergraph back to where subgraphs say the same.

use std::collections::HashMap;

use apollo_compiler::parser::{FileId, SourceSpan};

use crate::diagnostic::Location;
use crate::subgraph::Subgraph;

/// From nodes of the supergraph to the subgraphs they came from.
pub(crate) struct Places<'a> {
    by_file: HashMap<FileId, &'a Subgraph>,
}

impl<'a> Places<'a> {
    /// The places in the sources of subgraphs.
    pub(crate) fn new(subgraphs: &'a [Subgraph]) -> Self {
        let files = subgraphs.iter().flat_map(|s| s.schema.sources.keys().map(move |id| (*id, s)));
        Self { by_file: files.collect() }
    }

    /// The place of a span.
    pub(crate) fn at(&self, span: Option<SourceSpan>) -> Option<Location> {
        let subgraph = self.by_file.get(&span?.file_id())?;
        subgraph.places.at(span)
    }
}
