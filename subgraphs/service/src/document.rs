//! What is refused before the parser or the executor sees it.
//!
//! The parser descends recursively into values and selections, so brackets are counted before it
//! runs. Validation walks fragments once per spread, so the size a document has with all fragments
//! spread out is measured before validation runs.

use std::collections::HashMap;

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

use crate::settings::Limits;

/// The deepest nesting of brackets of any kind.
const NESTING_MAX: usize = 64;
/// The deepest nesting of selections with all fragments spread out.
const SELECTION_NESTING_MAX: usize = 128;
/// The most selections of a document with all fragments spread out.
const SELECTIONS_MAX: usize = 20_000;
/// The most lists of entities one request may ask for, each as long as a list may be.
const ENTITY_LISTS_MAX: usize = 32;

/// Why a document is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong with it, for people.
    pub message: String,
    /// Where, if it is in one place.
    pub position: Option<Pos>,
}

impl Refusal {
    fn new(message: impl Into<String>, position: Option<Pos>) -> Self {
        Self { message: message.into(), position }
    }
}

/// Checks the text of a document, for the parser's sake.
pub fn check_text(text: &str, limits: &Limits) -> Result<(), Refusal> {
    if text.len() > limits.document_bytes_max {
        let message = format!("the document has more than {} bytes", limits.document_bytes_max);
        return Err(Refusal::new(message, None));
    }
    let mut nesting = 0_usize;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        match next {
            '{' | '[' | '(' => nesting += 1,
            '}' | ']' | ')' => nesting = nesting.saturating_sub(1),
            _ => {}
        }
        if nesting > NESTING_MAX {
            let message = format!("brackets are nested deeper than {NESTING_MAX}");
            return Err(Refusal::new(message, Some(position(text, text.len() - rest.len()))));
        }
        rest = &rest[token_length(rest, next)..];
    }
    Ok(())
}

/// The length of the string, comment or character that `text` begins with.
fn token_length(text: &str, first: char) -> usize {
    match first {
        '#' => text.find(['\n', '\r']).unwrap_or(text.len()),
        '"' if text.starts_with("\"\"\"") => block_string_length(text),
        '"' => string_length(text),
        other => other.len_utf8(),
    }
}

fn block_string_length(text: &str) -> usize {
    let mut end = 3;
    while let Some(quotes) = text[end..].find("\"\"\"") {
        let escaped = text[..end + quotes].ends_with('\\');
        end += quotes + 3;
        if !escaped {
            return end;
        }
    }
    text.len()
}

/// A string ends with its line at the latest; the parser reports the missing quote.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\n' | b'\r' => return at,
            b'"' if !escaped => return at + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn position(text: &str, at: usize) -> Pos {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    Pos { line, column }
}

/// Checks a parsed document, for the validation's sake.
pub fn check_document(document: &ExecutableDocument) -> Result<(), Refusal> {
    let mut measure = Measure { fragments: &document.fragments, known: HashMap::new() };
    // The document keeps its definitions in hash maps; what is reported must not depend on that.
    let mut operations: Vec<_> = document.operations.iter().collect();
    operations.sort_unstable_by_key(|(_, operation)| operation.pos);
    let mut fragments: Vec<_> = document.fragments.iter().collect();
    fragments.sort_unstable_by_key(|(_, fragment)| fragment.pos);
    let (mut selections, mut entity_lists) = (0_usize, 0_usize);
    for (_, operation) in operations {
        let extent = measure.selections(&operation.node.selection_set, 0)?;
        selections = selections.saturating_add(extent.selections);
        entity_lists = entity_lists.saturating_add(extent.entity_lists);
    }
    for (name, _) in fragments {
        measure.fragment(name, 0)?;
    }
    if selections > SELECTIONS_MAX {
        let message = format!("the document selects more than {SELECTIONS_MAX} fields");
        return Err(Refusal::new(message, None));
    }
    if entity_lists > ENTITY_LISTS_MAX {
        let message =
            format!("the document selects more than {ENTITY_LISTS_MAX} lists of entities");
        return Err(Refusal::new(message, None));
    }
    Ok(())
}

/// The extent of a selection set with its fragments spread out.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    selections: usize,
    height: usize,
    entity_lists: usize,
}

/// Measures selections, each fragment once.
struct Measure<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// `None` while a fragment is being measured.
    known: HashMap<&'a str, Option<Extent>>,
}

impl<'a> Measure<'a> {
    /// The recursion ends: nesting is bounded, through fragments as well.
    fn selections(
        &mut self,
        set: &'a Positioned<SelectionSet>,
        nesting: usize,
    ) -> Result<Extent, Refusal> {
        let mut extent = Extent::default();
        for selection in &set.node.items {
            let inner = match &selection.node {
                Selection::Field(field) => {
                    let inner = self.selections(&field.node.selection_set, nesting + 1)?;
                    let is_entity_list = field.node.name.node == "_entities";
                    let entity_lists =
                        inner.entity_lists.saturating_add(usize::from(is_entity_list));
                    Extent { entity_lists, ..inner }
                }
                Selection::InlineFragment(inline) => {
                    self.selections(&inline.node.selection_set, nesting + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node, nesting + 1)?
                }
            };
            extent = Extent {
                selections: extent.selections.saturating_add(1).saturating_add(inner.selections),
                height: extent.height.max(inner.height + 1),
                entity_lists: extent.entity_lists.saturating_add(inner.entity_lists),
            };
        }
        if nesting + extent.height > SELECTION_NESTING_MAX {
            let message = format!("selections are nested deeper than {SELECTION_NESTING_MAX}");
            return Err(Refusal::new(message, Some(set.pos)));
        }
        Ok(extent)
    }

    fn fragment(&mut self, name: &'a Name, nesting: usize) -> Result<Extent, Refusal> {
        // An unknown fragment is for the validation to report.
        let Some(fragment) = self.fragments.get(name) else { return Ok(Extent::default()) };
        if let Some(known) = self.known.get(name.as_str()) {
            let message = || format!("fragment {name} spreads itself");
            return known.ok_or_else(|| Refusal::new(message(), Some(fragment.pos)));
        }
        if nesting > SELECTION_NESTING_MAX {
            let message = format!("fragments are nested deeper than {SELECTION_NESTING_MAX}");
            return Err(Refusal::new(message, Some(fragment.pos)));
        }
        self.known.insert(name.as_str(), None);
        let extent = self.selections(&fragment.node.selection_set, nesting)?;
        self.known.insert(name.as_str(), Some(extent));
        Ok(extent)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn check(text: &str) -> Result<(), Refusal> {
        check_text(text, &Limits::default())?;
        check_document(&parse_query(text).unwrap())
    }

    #[test]
    fn deep_brackets_never_reach_the_parser() {
        for bracket in ["[", "{a:", "(", "{a", "{a(b:["] {
            let text = format!("{{\n f(v: {}", bracket.repeat(1500));
            let refusal = check_text(&text, &Limits::default()).unwrap_err();
            assert_eq!(refusal.position.unwrap().line, 2, "{bracket}");
        }
        let shallow = "{ a(v: [1]) }\n".repeat(1000);
        assert_eq!(check_text(&shallow, &Limits::default()), Ok(()));
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "[".repeat(100);
        for text in [
            format!("{{ a(v: \"{many}\") }}"),
            format!("{{ a(v: \"\\\"{many}\\\\\") }}"),
            format!("{{ a(v: \"\"\"{many}\n\\\"\"\"{many}\"\"\") }}"),
            format!("# {many}\n{{ a }}"),
        ] {
            assert_eq!(check(&text), Ok(()), "{text}");
        }
        // What looks like a string must not hide brackets after its end.
        for text in [
            format!("{{ a(v: \"\", {many}"),
            format!("{{ a(v: \"x\\\\\" {many}"),
            format!("{{ a(v: \"open\n {many}"),
            format!("{{ a(v: \"\"\"x\"\"\" {many}"),
            format!("# comment\r{{ a {many}"),
        ] {
            assert!(check_text(&text, &Limits::default()).is_err(), "{text}");
        }
    }

    #[test]
    fn exponential_fragments_are_measured_in_linear_time() {
        let mut text = "query { ...F0 }".to_owned();
        for i in 0..100 {
            let next = i + 1;
            text += &format!(" fragment F{i} on Query {{ ...F{next} ...F{next} }}");
        }
        text += " fragment F100 on Query { __typename }";
        assert!(check(&text).unwrap_err().message.contains("selects more than"));
    }

    #[test]
    fn lists_of_entities_are_counted_through_fragments() {
        let lists = |n: usize| {
            let aliases: String = (0..n).map(|i| format!("a{i}: _entities {{ x }} ")).collect();
            format!("{{ ...A ... {{ ...A }} }} fragment A on Query {{ {aliases} }}")
        };
        assert_eq!(check(&lists(16)), Ok(()));
        assert!(check(&lists(17)).unwrap_err().message.contains("lists of entities"));
    }

    #[test]
    fn fragments_that_spread_themselves_or_run_deep_are_refused() {
        let cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { a { ...A } }";
        assert!(check(cycle).unwrap_err().message.contains("spreads itself"));
        let unused = "{ a } fragment A on Query { ...A }";
        assert!(check(unused).is_err());
        let mut chain = "query { ...F0 }".to_owned();
        for i in 0..5000 {
            chain += &format!(" fragment F{i} on Query {{ ...F{} }}", i + 1);
        }
        assert!(check(&chain).unwrap_err().message.contains("nested deeper"));
        assert_eq!(check("{ ...A ...A ...Unknown } fragment A on Query { a }"), Ok(()));
    }
}
