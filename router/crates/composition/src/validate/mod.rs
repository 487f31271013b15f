//! The rules of federation for one subgraph, one a file, in the order they report.
//!
//! <https://specs.apollo.dev/federation/v2.9/>

use crate::diagnostic::{Diagnostic, Errors};
use crate::subgraph::Subgraph;

mod auth_on_interface;
mod context_name;
mod context_selection;
mod cost_on_interface;
mod external_on_interface;
mod external_unused;
mod field_set;
mod from_context;
mod interface_key_fields;
mod interface_key_on_implementation;
mod interface_object_usage;
mod key_fields;
mod list_size_usage;
mod provides_fields;
mod provides_target;
mod requires_fields;
mod shareable_usage;

/// A rule looks at one subgraph and reports all that is wrong by it.
type Rule = fn(&Subgraph, &mut Errors<'_>);

/// Rules that the others build on: when one of these fails, what the others would find is not
/// reliable, and its errors are the only ones.
const PRECONDITIONS: &[Rule] = &[provides_target::check, interface_key_fields::check];

/// All other rules; their errors add up.
const RULES: &[Rule] = &[
    key_fields::check,
    requires_fields::check,
    provides_fields::check,
    context_name::check,
    from_context::check,
    external_on_interface::check,
    external_unused::check,
    interface_key_on_implementation::check,
    interface_object_usage::check,
    shareable_usage::check,
    cost_on_interface::check,
    list_size_usage::check,
    auth_on_interface::check,
];

/// Checks a subgraph against all rules of federation. `already` are errors that were found before
/// and count like those of the rules.
pub(crate) fn validate(subgraph: &Subgraph, already: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut errors = Errors::new(&subgraph.places);
    for precondition in PRECONDITIONS {
        precondition(subgraph, &mut errors);
        if !errors.list.is_empty() {
            return errors.list;
        }
    }
    errors.list = already;
    RULES.iter().for_each(|rule| rule(subgraph, &mut errors));
    errors.list
}
