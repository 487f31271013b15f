//! Directives that may stand in operations.

use apollo_compiler::ast::DirectiveLocation;

/// Whether a directive with this location may stand in operations.
#[must_use]
pub fn is_executable(location: DirectiveLocation) -> bool {
    use DirectiveLocation as L;
    matches!(
        location,
        L::Query
            | L::Mutation
            | L::Subscription
            | L::Field
            | L::FragmentDefinition
            | L::FragmentSpread
            | L::InlineFragment
            | L::VariableDefinition
    )
}
