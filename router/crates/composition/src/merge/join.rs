//! Applications of directives that composition makes: mostly those of the join specification.
//!
//! <https://specs.apollo.dev/join/v0.5/>

use apollo_compiler::ast::{Argument, Directive, Value};
use apollo_compiler::{Name, Node};

/// An application under construction; arguments are written in the order they are added.
#[derive(Debug)]
pub(crate) struct Application(Directive);

impl Application {
    /// An application without arguments.
    pub(crate) fn new(directive: Name) -> Self {
        Self(Directive::new(directive))
    }

    /// Adds an argument.
    pub(crate) fn argument(mut self, name: &'static str, value: Value) -> Self {
        let name = Name::new_unchecked(name);
        self.0.arguments.push(Node::new(Argument { name, value: Node::new(value) }));
        self
    }

    /// Adds the subgraph.
    pub(crate) fn graph(self, graph: &Name) -> Self {
        self.argument("graph", Value::Enum(graph.clone()))
    }

    /// Adds a string.
    pub(crate) fn string(self, name: &'static str, text: &str) -> Self {
        self.argument(name, Value::String(text.to_owned()))
    }

    /// Adds a string when there is one.
    pub(crate) fn optional(self, name: &'static str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.string(name, text),
            None => self,
        }
    }

    /// Adds a boolean when it differs from what its absence means.
    pub(crate) fn flag(self, name: &'static str, value: bool) -> Self {
        if value { self.argument(name, Value::Boolean(true)) } else { self }
    }

    /// The application.
    pub(crate) fn node(self) -> Node<Directive> {
        Node::new(self.0)
    }
}
