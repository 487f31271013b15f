//! Where in the schema of a subgraph a coordinate is defined.

use apollo_compiler::Schema;
use apollo_compiler::collections::IndexMap;
use supergraph::Supergraph;

use crate::elements::elements;
use crate::moves::{Owners, before, owners};

/// A place in the schema of a subgraph: its name, and line and column, from 1; nothing when nothing
/// is left there.
pub type Place<'a> = (&'a str, Option<(usize, usize)>);

/// The places in the schemas of the subgraphs, and what they had.
#[derive(Debug)]
pub struct Places {
    subgraphs: IndexMap<String, IndexMap<String, (usize, usize)>>,
    before: Owners,
}

impl Places {
    /// Reads the schemas of subgraphs by their names. What cannot be read has no places.
    pub fn new<'a>(
        baseline: &Supergraph,
        schemas: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let read = |(name, sdl): (&str, &str)| {
            let builder =
                Schema::builder().adopt_orphan_extensions().ignore_builtin_redefinitions();
            let schema = builder.parse(sdl, name).build().unwrap_or_else(|broken| broken.partial);
            let places = elements(&schema).into_iter().filter_map(|(key, element)| {
                let at = element.name?.line_column_range(&schema.sources)?.start;
                Some((key, (at.line, at.column)))
            });
            (name.to_owned(), places.collect())
        };
        Self { subgraphs: schemas.into_iter().map(read).collect(), before: owners(baseline) }
    }

    /// Where a coordinate is defined; if it is not any more, what is left around it in the
    /// subgraphs that had it in the baseline.
    #[must_use]
    pub fn of(&self, coordinate: &str) -> Vec<Place<'_>> {
        let outwards = [coordinate, before(coordinate, '('), before(coordinate, '.')];
        let is_there = self.subgraphs.values().any(|places| places.contains_key(coordinate));
        let had = outwards.iter().find_map(|outer| self.before.get(*outer)).filter(|_| !is_there);
        let places = self.subgraphs.iter().map(|(name, places)| {
            let place = |key: &&str| places.get(*key).copied();
            (&**name, if is_there { place(&coordinate) } else { outwards.iter().find_map(place) })
        });
        let places = places.filter(|(name, at)| match had {
            Some(had) => had.iter().any(|(subgraph, _)| subgraph == name),
            None => at.is_some(),
        });
        places.collect()
    }
}
