//! From text to document. A text that is not GraphQL at all ends composition before anything
//! else is looked at.

use std::collections::HashSet;

use apollo_compiler::ast;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_parser::{Lexer, Token, TokenKind as Kind};

use crate::SubgraphSource;
use crate::diagnostic::{Code, Diagnostic, Errors, Location, Places};
use crate::subgraph::context::is_ignored;

/// How deep selections, values and types may nest.
const RECURSION_LIMIT: usize = 200;

/// A subgraph whose text is a GraphQL document.
pub(crate) struct Parsed {
    /// The name and text, for messages.
    pub(crate) places: Places,
    /// Where the subgraph is served.
    pub(crate) url: String,
    /// The document.
    pub(crate) document: ast::Document,
}

/// Subgraphs are told apart by their names.
pub(crate) fn check_names(sources: &[SubgraphSource]) -> Vec<Diagnostic> {
    let mut names = HashSet::new();
    let mut duplicates: Vec<&str> = Vec::new();
    for SubgraphSource { name, .. } in sources {
        if !names.insert(name) && !duplicates.contains(&name.as_str()) {
            duplicates.push(name);
        }
    }
    let duplicates = duplicates
        .into_iter()
        .map(|name| format!("[{name}] More than one subgraph is called `{name}`."));
    let nameless = sources.iter().any(|source| source.name.is_empty());
    let nameless = nameless.then(|| "A subgraph needs a name.".to_owned());
    let messages = nameless.into_iter().chain(duplicates);
    messages.map(|message| Diagnostic::new(Code::InvalidSubgraphName, message)).collect()
}

/// Parses one subgraph.
pub(crate) fn parse(source: &SubgraphSource) -> Result<Parsed, Vec<Diagnostic>> {
    let path = source.file.as_deref().unwrap_or(&source.name);
    let mut parser = ast::Document::parser().recursion_limit(RECURSION_LIMIT);
    let result = parser.parse_ast(source.sdl.as_str(), path);
    let (document, failures) = match result {
        Ok(document) => (document, None),
        Err(failure) => (failure.partial, Some(failure.errors)),
    };
    let places = Places {
        subgraph: source.name.clone(),
        file: source.file.clone(),
        sources: document.sources.clone(),
    };
    let mut errors = Errors::new(&places);
    // What is found after the first error is a consequence, and may be misplaced.
    if let Some(error) = failures.as_ref().and_then(|list| list.iter().next()) {
        errors.add(Code::InvalidGraphql, error.error, error.error.location());
    } else {
        arguments_without_value(&source.sdl, &mut errors);
        rootless_schemas(&document, &mut errors);
    }
    if document.definitions.is_empty() && errors.list.is_empty() {
        errors.add(Code::InvalidGraphql, "The schema is empty.", None);
    }
    errors.into_result()?;
    Ok(Parsed { places, url: source.url.clone(), document })
}

/// A schema definition names at least one root; only an extension need not. The parser is laxer.
fn rootless_schemas(document: &ast::Document, errors: &mut Errors<'_>) {
    let definitions = document.definitions.iter().filter_map(|d| d.as_schema_definition());
    for schema in definitions.filter(|schema| schema.root_operations.is_empty()) {
        let message = "syntax error: expected the root types of the schema in `{ … }`";
        errors
            .add(Code::InvalidGraphql, message, schema.location())
            .help("write `extend schema` to add directives only");
    }
}

/// Reports arguments without a value, which the parser drops silently. The text has been parsed.
///
/// Within parentheses a name is that of an argument or input field, and followed by `:`; or it is
/// a type or value, and preceded by `:` or `=`; or it is that of a directive or variable. In
/// lists names follow each other.
fn arguments_without_value(text: &str, errors: &mut Errors<'_>) {
    let tokens = Lexer::new(text).flatten().filter(|token| !is_ignored(token));
    let tokens: Vec<Token<'_>> = tokens.collect();
    let mut open: Vec<Kind> = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        match token.kind() {
            Kind::LParen | Kind::LBracket | Kind::LCurly => open.push(token.kind()),
            Kind::RParen | Kind::RBracket | Kind::RCurly => {
                open.pop();
            }
            _ => {}
        }
        let is_among_arguments =
            open.contains(&Kind::LParen) && open.last() != Some(&Kind::LBracket);
        if !is_among_arguments || token.kind() != Kind::Name {
            continue;
        }
        let previous = i.checked_sub(1).map(|i| tokens[i].kind());
        let is_other = matches!(previous, Some(Kind::Colon | Kind::Eq | Kind::At | Kind::Dollar));
        if !is_other && tokens.get(i + 1).map(Token::kind) != Some(Kind::Colon) {
            let message =
                format!("syntax error: expected `:` and a value after `{}`", token.data());
            let location = location(text, token.index(), errors);
            errors.add(Code::InvalidGraphql, message, None).at([location]);
        }
    }
}

fn location(text: &str, at: usize, errors: &Errors<'_>) -> Location {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Location {
        subgraph: errors.places.subgraph.clone(),
        file: errors.places.file.clone(),
        line: before.matches('\n').count() + 1,
        column: text[line_start..at].chars().count() + 1,
    }
}
