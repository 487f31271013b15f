//! What `@fromContext` says: the context it reads and what it selects there.

use std::collections::BTreeMap;

use apollo_compiler::ast::{Directive, InputValueDefinition};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node};
use apollo_parser::{Lexer, Token, TokenKind};
use supergraph::field_set::FieldSet;
use supergraph::spec::federation::FederationDirective as D;

use super::application::string_argument;
use super::{FieldOf, Subgraph};

/// The `field` argument of a `@fromContext`, taken apart.
#[derive(Debug, Clone)]
pub(crate) struct ContextSelection<'a> {
    /// The name of the context, without `$`.
    pub(crate) context: &'a str,
    /// Everything after the name, as written.
    pub(crate) text: &'a str,
}

impl<'a> ContextSelection<'a> {
    /// Reads `$name selection`; `None` when either part is missing.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let mut tokens = Lexer::new(text).filter(|token| !token.as_ref().is_ok_and(is_ignored));
        let mut next = |kind| tokens.next()?.ok().filter(|token: &Token<'_>| token.kind() == kind);
        next(TokenKind::Dollar)?;
        let name = next(TokenKind::Name)?;
        let text = &text[name.index() + name.data().len()..];
        next(TokenKind::Eof).is_none().then_some(Self { context: name.data(), text })
    }

    /// The selection, when it can be parsed.
    pub(crate) fn fields(&self) -> Option<FieldSet> {
        FieldSet::parse(self.text).ok()
    }
}

/// Whether a token is one that GraphQL does not look at.
pub(crate) fn is_ignored(token: &Token<'_>) -> bool {
    matches!(token.kind(), TokenKind::Whitespace | TokenKind::Comment | TokenKind::Comma)
}

/// An argument whose value comes from a context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContextualArgument<'a> {
    /// The field.
    pub(crate) field: FieldOf<'a>,
    /// The argument.
    pub(crate) argument: &'a Node<InputValueDefinition>,
    /// The `@fromContext`.
    pub(crate) directive: &'a Node<Directive>,
}

impl<'a> ContextualArgument<'a> {
    /// The text of the `field` argument, when it is a string.
    pub(crate) fn text(&self) -> Option<&'a str> {
        string_argument(self.directive, "field")
    }

    /// What the argument selects, when it can be read.
    pub(crate) fn selection(&self) -> Option<ContextSelection<'a>> {
        ContextSelection::read(self.text()?)
    }
}

impl Subgraph {
    /// The types that set each context, by the name of the context.
    pub(crate) fn contexts(&self) -> BTreeMap<&str, Vec<&Name>> {
        let mut contexts: BTreeMap<&str, Vec<&Name>> = BTreeMap::new();
        for (name, _, application) in self.on_types(D::Context) {
            let Some(context) = string_argument(application, "name") else { continue };
            contexts.entry(context).or_default().push(name);
        }
        contexts
    }

    /// Every argument of a field that comes from a context.
    pub(crate) fn contextual_arguments(&self) -> impl Iterator<Item = ContextualArgument<'_>> {
        self.fields().flat_map(move |field| {
            field.definition.arguments.iter().flat_map(move |argument| {
                let applications = self.applications(&argument.directives, D::FromContext);
                applications.map(move |directive| ContextualArgument { field, argument, directive })
            })
        })
    }

    /// The object types that a value of a type can have in this subgraph.
    pub(crate) fn possible_types(&self, ty: &str) -> Vec<&Name> {
        match self.schema.types.get(ty) {
            Some(ExtendedType::Object(object)) => vec![&object.name],
            Some(ExtendedType::Union(union_)) => {
                union_.members.iter().map(|member| &member.name).collect()
            }
            Some(ExtendedType::Interface(_)) => self.implementations(ty).map(|o| &o.name).collect(),
            _ => Vec::new(),
        }
    }
}
