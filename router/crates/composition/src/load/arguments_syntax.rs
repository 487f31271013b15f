//! Arguments without a value: the parser drops them silently, so that they are looked for here.
//!
//! Within parentheses a name is that of an argument or input field, and followed by `:`; or it is
//! a type or value, and preceded by `:` or `=`; or it is that of a directive or variable. In
//! lists names follow each other.

use apollo_parser::{Lexer, Token, TokenKind as Kind};

use crate::diagnostic::{Code, Errors, Location};
use crate::subgraph::context::is_ignored;

/// Reports every name within parentheses that is none of these. The text has been parsed.
pub(super) fn check(text: &str, errors: &mut Errors<'_>) {
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
