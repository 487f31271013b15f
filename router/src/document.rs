//! Limits on what a client's document may ask for, checked before the work that they bound.
//!
//! [`scan`] looks at the text alone, before the parser, which is recursive, sees it.
//! [`check`] looks at a valid operation and counts what it is after its fragments are expanded,
//! without expanding them: each fragment is counted once. On the way it looks at the variables.

use std::collections::HashMap;

use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::parser::LineColumn;
use apollo_compiler::{ExecutableDocument, Schema};

use crate::error_code::ErrorCode;
use crate::limits::RequestLimits;
use crate::rejection::Rejection;
use crate::variable_usages::Usages;

/// Checks the number of tokens and the nesting of a document's text.
///
/// # Errors
/// A limit is exceeded.
pub(crate) fn scan(text: &str, limits: &RequestLimits) -> Result<(), Rejection> {
    let (mut at, mut tokens, mut depth) = (0, 0, 0_usize);
    while let Some((start, end)) = token(text.as_bytes(), at) {
        at = end;
        match text.as_bytes()[start] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
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
    let mut at = 0;
    while let Some((start, end)) = token(text.as_bytes(), at) {
        at = end;
        // What is no text of its own is a part of a byte order mark.
        let token = text.get(start..end).unwrap_or_default();
        let token = match token.as_bytes().first() {
            Some(b'"') => "\"\"",
            Some(b'-' | b'0'..=b'9') if token.contains(['.', 'e', 'E']) => "0.0",
            Some(b'-' | b'0'..=b'9') => "0",
            _ => token,
        };
        let touches = |c: char| !PUNCTUATION.contains(c);
        if result.ends_with(touches) && token.starts_with(touches) {
            result.push(' ');
        }
        result.push_str(token);
    }
    result
}

/// Where the next lexical token from `at` on starts and ends.
fn token(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => continue,
            b'#' => {
                at += bytes[at..].iter().take_while(|b| !matches!(b, b'\n' | b'\r')).count();
                continue;
            }
            b'"' => at = end_of_string(bytes, start),
            b'.' => at += bytes[at..].iter().take_while(|b| **b == b'.').count(),
            b'_' | b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                at += bytes[at..].iter().take_while(|b| is_of_word(**b)).count();
            }
            _ => {}
        }
        return Some((start, at));
    }
    None
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-')
}

/// The end of the string that starts at `start`; of a broken one, where the lexer gives up on it.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    if bytes[start..].starts_with(b"\"\"\"") {
        let mut at = start + 3;
        while at < bytes.len() {
            if bytes[at..].starts_with(b"\\\"\"\"") {
                at += 4;
            } else if bytes[at..].starts_with(b"\"\"\"") {
                return at + 3;
            } else {
                at += 1;
            }
        }
        return at;
    }
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
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
