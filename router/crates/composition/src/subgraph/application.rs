//! Applications of federation directives with their arguments parsed.

use apollo_compiler::Node;
use apollo_compiler::ast::Directive;
use apollo_compiler::schema::ComponentOrigin;
use supergraph::field_set::FieldSet;

/// A `@key`.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// The fields of the key.
    pub(crate) fields: FieldSet,
    /// Whether the subgraph resolves the entity by this key.
    pub(crate) resolvable: bool,
    /// The `resolvable` argument as written.
    pub(crate) resolvable_written: Option<bool>,
    /// The definition or extension the application stands on.
    pub(crate) origin: ComponentOrigin,
    /// The application itself.
    pub(crate) directive: Node<Directive>,
}

/// A `@requires` or `@provides`.
#[derive(Debug, Clone)]
pub(crate) struct FieldSetApplication {
    /// The fields required or provided.
    pub(crate) fields: FieldSet,
    /// The application itself.
    pub(crate) directive: Node<Directive>,
}

impl Key {
    /// Reads an application of `@key`; `None` when its field set cannot be parsed.
    pub(crate) fn read(directive: &Node<Directive>, origin: &ComponentOrigin) -> Option<Self> {
        let FieldSetApplication { fields, directive } = FieldSetApplication::read(directive)?;
        let resolvable = directive.specified_argument_by_name("resolvable");
        let resolvable_written = resolvable.and_then(|v| v.to_bool());
        Some(Self {
            fields,
            resolvable: resolvable_written.unwrap_or(true),
            resolvable_written,
            origin: origin.clone(),
            directive,
        })
    }
}

impl FieldSetApplication {
    /// Reads an application with a `fields` argument; `None` when it cannot be parsed.
    pub(crate) fn read(directive: &Node<Directive>) -> Option<Self> {
        let fields = FieldSet::parse(string_argument(directive, "fields")?).ok()?;
        Some(Self { fields, directive: directive.clone() })
    }
}

/// A string argument of an application, when it is given as a string.
pub(crate) fn string_argument<'a>(directive: &'a Directive, name: &str) -> Option<&'a str> {
    directive.specified_argument_by_name(name)?.as_str()
}
