//! Arguments without a value: the parser drops them silently, so that they are looked for here.
//!
//! Within parentheses a name is that of an argument or input field, and followed by `:`; or it is
//! a type or value, and preceded by `:` or `=`; or it is that of a directive or variable. In
//! lists names follow each other.

use crate::diagnostic::{Code, Errors, Location, Places};

/// Reports every name within parentheses that is none of these.
pub(super) fn check(text: &str, errors: &mut Errors<'_>) {
    let tokens: Vec<Token<'_>> = Tokens { text, at: 0 }.collect();
    let mut open: Vec<&str> = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => open.push(token.text),
            ")" | "]" | "}" => {
                open.pop();
            }
            _ => {}
        }
        let is_among_arguments = open.contains(&"(") && open.last() != Some(&"[");
        if !is_among_arguments || !token.is_name() {
            continue;
        }
        let previous = i.checked_sub(1).and_then(|i| tokens.get(i)).map_or("", |t| t.text);
        let next = tokens.get(i + 1).map_or("", |t| t.text);
        if next != ":" && !matches!(previous, ":" | "=" | "@" | "$") {
            let message = format!("syntax error: expected `:` and a value after `{}`", token.text);
            let location = location(text, token.at, errors.places);
            errors.add(Code::InvalidGraphql, message, None).at([location]);
        }
    }
}

fn location(text: &str, at: usize, places: &Places) -> Location {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Location {
        subgraph: places.subgraph.clone(),
        file: places.file.clone(),
        line: before.matches('\n').count() + 1,
        column: text[line_start..at].chars().count() + 1,
    }
}

/// A piece of the text, and where it starts.
struct Token<'a> {
    text: &'a str,
    at: usize,
}

impl Token<'_> {
    fn is_name(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    }
}

/// The tokens of a text that has been parsed: names, strings as a whole, and single characters.
struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            let length = match first {
                '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
                '"' => string_length(rest),
                c if c.is_ascii_alphanumeric() || c == '_' => {
                    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                    end.unwrap_or(rest.len())
                }
                c => c.len_utf8(),
            };
            let at = self.at;
            self.at += length;
            let is_ignored = first.is_whitespace() || matches!(first, '#' | ',' | '\u{feff}');
            if !is_ignored {
                return Some(Token { text: &rest[..length], at });
            }
        }
    }
}

/// The length of the string that a text starts with.
fn string_length(text: &str) -> usize {
    let (open, escape) = match text.starts_with("\"\"\"") {
        true => ("\"\"\"", "\\\"\"\""),
        false => ("\"", "\\"),
    };
    if text.starts_with("\"\"") && open == "\"" {
        return 2;
    }
    let mut at = open.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(escape) {
            let escaped =
                if open == "\"" { rest.chars().nth(1).map_or(0, char::len_utf8) } else { 0 };
            at += escape.len() + escaped;
        } else if rest.starts_with(open) {
            return at + open.len();
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}
