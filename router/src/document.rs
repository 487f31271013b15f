//! Limits on what a client's document may ask for, checked before the work that they bound.
//!
//! [`scan`] looks at the text alone, before the parser, which is recursive, sees it.
//! [`check`] looks at a valid operation and counts what it is after its fragments are expanded,
//! without expanding them: each fragment is counted once. On the way it looks at the variables.

use std::collections::HashMap;

use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::parser::LineColumn;
use apollo_compiler::{ExecutableDocument, Schema};
use apollo_parser::{Lexer, Token, TokenKind};

use crate::error_code::ErrorCode;
use crate::limits::RequestLimits;
use crate::rejection::Rejection;
use crate::variable_usages::Usages;

/// Checks the number of tokens and the nesting of a document's text.
///
/// # Errors
/// A limit is exceeded.
pub(crate) fn scan(text: &str, limits: &RequestLimits) -> Result<(), Rejection> {
    let (mut tokens, mut depth) = (0, 0_usize);
    for token in lexemes(text) {
        // What is no token counts as one; it is the parser's to refuse.
        let start = match &token {
            Ok(token) => token.index(),
            Err(error) => error.index(),
        };
        match token.map(|token| token.kind()) {
            Ok(TokenKind::LCurly | TokenKind::LBracket) => depth += 1,
            Ok(TokenKind::RCurly | TokenKind::RBracket) => depth = depth.saturating_sub(1),
            _ => {}
        }
        tokens += 1;
        let (code, message) = if tokens > limits.tokens_max {
            let message = format!("the document has more than {} tokens", limits.tokens_max);
            (ErrorCode::TokenLimitExceeded, message)
        } else if depth > limits.nesting_max {
            let message = format!("the document is nested deeper than {}", limits.nesting_max);
            (ErrorCode::NestingLimitExceeded, message)
        } else {
            continue;
        };
        return Err(Rejection::at(code, message, Some(place(text, start))));
    }
    Ok(())
}

/// The text of a valid document without comments and needless space, with an empty string in place
/// of every string, and zero in place of every number.
pub(crate) fn without_literals(text: &str) -> String {
    const PUNCTUATION: &str = "!$&()[]{}:=@|";
    let mut result = String::with_capacity(text.len());
    for token in lexemes(text).flatten() {
        let token = match token.kind() {
            TokenKind::StringValue => "\"\"",
            TokenKind::Float => "0.0",
            TokenKind::Int => "0",
            _ => token.data(),
        };
        let touches = |c: char| !PUNCTUATION.contains(c);
        if result.ends_with(touches) && token.starts_with(touches) {
            result.push(' ');
        }
        result.push_str(token);
    }
    result
}

/// The lexical tokens of a text, and what is none.
fn lexemes(text: &str) -> impl Iterator<Item = Result<Token<'_>, apollo_parser::Error>> {
    let is_ignored = |token: &Token<'_>| {
        use TokenKind::{Comma, Comment, Eof, Whitespace};
        matches!(token.kind(), Comma | Comment | Eof | Whitespace)
    };
    Lexer::new(text).filter(move |token| !token.as_ref().is_ok_and(is_ignored))
}

fn place(text: &str, offset: usize) -> LineColumn {
    let before = &text.as_bytes()[..offset];
    let line_start = before.iter().rposition(|b| *b == b'\n').map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    // Continuation bytes of UTF-8 are no characters.
    let column = before[line_start..].iter().filter(|b| **b & 0xC0 != 0x80).count() + 1;
    LineColumn { line, column }
}

/// What an operation, or a fragment, is once all fragments in it are expanded.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    selections: usize,
    aliases: usize,
    depth: usize,
    /// Selections of introspection.
    introspection: usize,
    /// Fields of the outermost selection set.
    fields: usize,
}

impl Size {
    fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.depth = self.depth.max(other.depth);
        self.introspection = self.introspection.saturating_add(other.introspection);
        self.fields = self.fields.saturating_add(other.fields);
    }
}

/// Checks an operation of a valid document.
///
/// # Errors
/// A limit is exceeded, or a variable is not allowed where it is used.
pub(crate) fn check(
    schema: &Schema,
    document: &ExecutableDocument,
    operation: &Operation,
    limits: &RequestLimits,
) -> Result<(), Rejection> {
    let mut measure = Measure {
        usages: Usages { schema, document, operation },
        directives_max: limits.directives_max,
        fragments: HashMap::new(),
    };
    let directives = measure.check_directives(operation.directives.len());
    let size = directives.and_then(|()| measure.selection_set(&operation.selection_set))?;
    let bounds = [
        (size.selections, limits.selections_max, ErrorCode::SelectionLimitExceeded, "selections"),
        (size.fields, limits.root_fields_max, ErrorCode::RootFieldLimitExceeded, "root fields"),
        (size.aliases, limits.aliases_max, ErrorCode::AliasLimitExceeded, "aliases"),
        (size.depth, limits.nesting_max, ErrorCode::NestingLimitExceeded, "levels"),
        (
            size.introspection,
            limits.introspection_selections_max,
            ErrorCode::SelectionLimitExceeded,
            "selections of introspection",
        ),
    ];
    for (count, max, code, what) in bounds {
        if count > max {
            let message = format!("the operation has more than {max} {what}");
            return Err(Rejection::new(code, message));
        }
    }
    Ok(())
}

struct Measure<'a> {
    usages: Usages<'a>,
    directives_max: usize,
    fragments: HashMap<&'a str, Size>,
}

impl<'a> Measure<'a> {
    fn selection_set(&mut self, set: &'a SelectionSet) -> Result<Size, Rejection> {
        let mut size = Size::default();
        for selection in &set.selections {
            size.add(match selection {
                Selection::Field(field) => {
                    self.check_directives(field.directives.len())?;
                    self.usages.check(&field.arguments, &field.definition.arguments)?;
                    let inner = self.selection_set(&field.selection_set)?;
                    let is_introspection = matches!(field.name.as_str(), "__schema" | "__type");
                    Size {
                        selections: inner.selections.saturating_add(1),
                        introspection: if is_introspection { inner.selections } else { 0 },
                        aliases: inner.aliases.saturating_add(usize::from(field.alias.is_some())),
                        depth: inner.depth.saturating_add(1),
                        fields: 1,
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.check_directives(fragment.directives.len())?;
                    let inner = self.selection_set(&fragment.selection_set)?;
                    Size { selections: inner.selections.saturating_add(1), ..inner }
                }
                Selection::FragmentSpread(spread) => {
                    self.check_directives(spread.directives.len())?;
                    let inner = self.fragment(&spread.fragment_name)?;
                    Size { selections: inner.selections.saturating_add(1), ..inner }
                }
            });
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &'a str) -> Result<Size, Rejection> {
        if let Some(size) = self.fragments.get(name) {
            return Ok(*size);
        }
        let Some(fragment) = self.usages.document.fragments.get(name) else {
            return Ok(Size::default());
        };
        self.check_directives(fragment.directives.len())?;
        let size = self.selection_set(&fragment.selection_set)?;
        self.fragments.insert(name, size);
        Ok(size)
    }

    fn check_directives(&self, count: usize) -> Result<(), Rejection> {
        if count <= self.directives_max {
            return Ok(());
        }
        let message =
            format!("a part of the document has more than {} directives", self.directives_max);
        Err(Rejection::new(ErrorCode::DirectiveLimitExceeded, message))
    }
}

#[cfg(test)]
mod tests {
    use super::without_literals;

    #[test]
    fn documents_are_written_without_literals() {
        let document = "\u{feff}query Q($a: [String!]! = [\"x\", \"\"], $b: Float = -1.5e+3) @d(a: 12) {
          # nobody's business
          a: f(s: \"\"\"block \\\"\"\" text\"\"\", n: -7, e: RED, o: {k: true, l: null}) ...on T { g ...F } }";
        let expected = "query Q($a:[String!]!=[\"\" \"\"]$b:Float=0.0)@d(a:0){\
                        a:f(s:\"\" n:0 e:RED o:{k:true l:null})... on T{g ... F}}";
        assert_eq!(without_literals(document), expected);
    }
}
