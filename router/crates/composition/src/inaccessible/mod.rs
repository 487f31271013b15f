//! `@inaccessible`: what clients do not see must leave a schema that makes sense without it.
//!
//! <https://specs.apollo.dev/inaccessible/v0.2/>

mod children;
mod default_values;
mod disallowed;
mod implemented;
mod references;
mod required;
mod view;

use apollo_compiler::Schema;
use supergraph::link::Links;

use crate::diagnostic::{Diagnostic, Report};
use crate::subgraph::Subgraph;
use view::View;

/// A rule: what it looks at, and where it reports.
type Rule = fn(&View<'_>, &mut Report);

/// The rules, in the order of their reports.
const RULES: &[Rule] = &[
    disallowed::check,
    references::check,
    children::check,
    implemented::check,
    required::check,
    default_values::check,
];

/// Checks what a supergraph hides; all errors count.
pub(crate) fn validate(
    schema: &Schema,
    links: &Links,
    subgraphs: &[Subgraph],
) -> Result<(), Vec<Diagnostic>> {
    let Some(view) = View::new(schema, links, subgraphs) else { return Ok(()) };
    let mut report = Report::default();
    RULES.iter().for_each(|rule| rule(&view, &mut report));
    if report.errors.is_empty() { Ok(()) } else { Err(report.errors) }
}
