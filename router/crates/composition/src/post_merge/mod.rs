//! Validation of the merged supergraph as a whole, before its fields are followed: rules of
//! federation first, then those of GraphQL.

pub(crate) mod graphql;

mod auth_transitive;
mod interface_fields;
mod requires;

use crate::diagnostic::{Diagnostic, Report};
use crate::merge::Merged;
use crate::subgraph::Subgraph;

/// A rule: what it looks at, and where it reports.
type Rule = fn(&Merged, &[Subgraph], &mut Report);

/// The rules of federation, in the order of their reports.
const RULES: &[Rule] = &[interface_fields::check, requires::check, auth_transitive::check];

/// Checks the supergraph; all errors of the first stage that has any.
pub(crate) fn validate(merged: &Merged, subgraphs: &[Subgraph]) -> Result<(), Vec<Diagnostic>> {
    let mut report = Report::default();
    RULES.iter().for_each(|rule| rule(merged, subgraphs, &mut report));
    if report.errors.is_empty() { Ok(()) } else { Err(report.errors) }
}
