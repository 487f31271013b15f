//! Printing of what is text inside a definition: descriptions and values.

use std::fmt::Write;

use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, Directive, Value};

/// The longest description that is printed on one line.
const LINE_MAX: usize = 70;

/// Prints a description, if there is one, and the line break after it.
pub(crate) fn description(out: &mut String, indent: &str, text: Option<&Node<str>>) {
    let Some(text) = text else { return };
    out.push_str(indent);
    if fits_one_line(text) {
        let _ = write!(out, "\"\"\"{}\"\"\"", escape_block(text));
    } else if fits_block(text) {
        out.push_str("\"\"\"\n");
        for line in escape_block(text).split('\n') {
            if !line.is_empty() {
                out.push_str(indent);
                out.push_str(line);
            }
            out.push('\n');
        }
        out.push_str(indent);
        out.push_str("\"\"\"");
    } else {
        string(out, text);
    }
    out.push('\n');
}

fn escape_block(text: &str) -> String {
    text.replace("\"\"\"", "\\\"\"\"")
}

fn is_printable(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control())
}

fn fits_one_line(text: &str) -> bool {
    text.chars().count() <= LINE_MAX
        && !text.contains('\n')
        && !text.trim().is_empty()
        && !text.ends_with(['"', '\\'])
        && is_printable(text)
}

/// Whether a block string of several lines means exactly this text.
fn fits_block(text: &str) -> bool {
    let blank = |line: &str| line.trim_matches([' ', '\t']).is_empty();
    let lines: Vec<&str> = text.split('\n').collect();
    let edges = lines.first().is_some_and(|l| !blank(l)) && lines.last().is_some_and(|l| !blank(l));
    let unindented = lines.iter().any(|l| !blank(l) && !l.starts_with([' ', '\t']));
    edges && unindented && is_printable(text)
}

/// Prints directive applications with a space before each.
pub(crate) fn directives(out: &mut String, directives: &[Node<Directive>]) {
    for directive in directives {
        out.push(' ');
        application(out, directive);
    }
}

/// Prints a directive application.
pub(crate) fn application(out: &mut String, directive: &Directive) {
    let _ = write!(out, "@{}", directive.name);
    let arguments: &[Node<Argument>] = &directive.arguments;
    if arguments.is_empty() {
        return;
    }
    out.push('(');
    separated(out, ", ", arguments, |out, argument| {
        let _ = write!(out, "{}: ", argument.name);
        value(out, &argument.value);
    });
    out.push(')');
}

/// Prints items with a separator between them.
pub(crate) fn separated<I>(
    out: &mut String,
    separator: &str,
    items: impl IntoIterator<Item = I>,
    print: impl Fn(&mut String, I),
) {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        print(out, item);
    }
}

/// Prints a value on one line. The depth of the recursion is that of the document, which parsing
/// limits.
pub(crate) fn value(out: &mut String, written: &Value) {
    match written {
        Value::String(text) => string(out, text),
        Value::List(items) => {
            out.push('[');
            separated(out, ", ", items, |out, item| value(out, item));
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            separated(out, ", ", fields, |out, (name, field)| {
                let _ = write!(out, "{name}: ");
                value(out, field);
            });
            out.push('}');
        }
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_mean_what_they_say() {
        let long = "x".repeat(80);
        let texts =
            ["a", "a\nb", " a", "a\n  b\n\n c", "\na", "\"q\"", "say \"\"\"", "t\u{7}", &long];
        for text in texts {
            let mut sdl = String::new();
            description(&mut sdl, "", Some(&text.into()));
            sdl.push_str("scalar X");
            let document = apollo_compiler::ast::Document::parse(sdl.clone(), "x").expect(&sdl);
            let scalar = document.definitions[0].as_scalar_type_definition().expect("a scalar");
            assert_eq!(scalar.description.as_deref(), Some(text), "{sdl}");
        }
    }
}
