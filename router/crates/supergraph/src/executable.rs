//! Directives that may stand in operations.

use apollo_compiler::ast::DirectiveLocation;

/// Whether a directive with this location may stand in operations.
#[must_use]
pub fn is_executable(location: DirectiveLocation) -> bool {
    const EXECUTABLE: &str = "QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION \
                              FRAGMENT_SPREAD INLINE_FRAGMENT VARIABLE_DEFINITION";
    EXECUTABLE.split(' ').any(|name| name == location.name())
}
