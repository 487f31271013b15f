//! Values of what a scanner passes, where they are needed: of errors. What cannot be held is
//! replaced: half of a pair of surrogates that is alone by U+FFFD, a number that is too large by
//! null.

use memchr::memchr;
use serde_json::{Map, Value};

use crate::json::{Fault, Scanner, code_unit};

/// The value of a subgraph's answer, as leniently as its data is read; nothing if it is not JSON,
/// or nested too deep.
#[must_use]
pub fn decode(body: &[u8]) -> Option<Value> {
    let mut json = Scanner::of_body(body);
    let start = json.at();
    json.value().and_then(|_| json.end()).ok()?;
    json.jump(start);
    decode_value(&mut json).ok()
}

/// Passes a value that has been passed before, and so is not nested too deep, and decodes it.
pub(crate) fn decode_value(json: &mut Scanner<'_>) -> Result<Value, Fault> {
    match json.peek()? {
        b'{' => {
            let mut members = Map::new();
            let mut more = json.enter(b'{', b'}')?;
            while more {
                members.insert(unescape(json.key()?), decode_value(json)?);
                more = json.more(b'}')?;
            }
            Ok(Value::Object(members))
        }
        b'[' => {
            let mut items = Vec::new();
            let mut more = json.enter(b'[', b']')?;
            while more {
                items.push(decode_value(json)?);
                more = json.more(b']')?;
            }
            Ok(Value::Array(items))
        }
        _ => Ok(serde_json::from_slice(&with_whole_pairs(json.value()?)).unwrap_or_default()),
    }
}

/// The text of a string without its quotes and escapes; `raw` is what is between the quotes.
pub(crate) fn unescape(raw: &[u8]) -> String {
    let quoted = [b"\"", raw, b"\""].concat();
    serde_json::from_slice(&with_whole_pairs(&quoted)).unwrap_or_default()
}

/// JSON text that has U+FFFD in place of each half of a pair of surrogates that is alone.
pub(crate) fn with_whole_pairs(mut text: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(text.len());
    while !text.is_empty() {
        let (len, lone) = match (code_unit(text), text.get(6..).and_then(code_unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (12, false),
            (Some(0xD800..=0xDFFF), _) => (6, true),
            _ if text.starts_with(b"\\") => (2, false),
            _ => (memchr(b'\\', text).unwrap_or(text.len()), false),
        };
        let (first, rest) = text.split_at_checked(len).unwrap_or((text, b""));
        whole.extend_from_slice(if lone { b"\\ufffd" } else { first });
        text = rest;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::{decode, unescape};
    use serde_json::json;

    #[test]
    fn halves_of_pairs() {
        for (raw, text) in [
            (r"a\ud83d", "a\u{fffd}"),
            (r"\ud83d\ude00", "\u{1f600}"),
            (r"\ude00\ud83d\ud83d\uDE00", "\u{fffd}\u{fffd}\u{1f600}"),
            (r"\ud83d\n\ude00é", "\u{fffd}\n\u{fffd}é"),
            (r"\\ud83d\\\ud83d", "\\ud83d\\\u{fffd}"),
        ] {
            assert_eq!(unescape(raw.as_bytes()), text, "{raw}");
        }
    }

    #[test]
    fn what_cannot_be_held() {
        let text = r#" {"a": [1e999, -1.5, {}, []], "\ud83d": true, "b": "\u0041" } "#;
        let value = json!({ "a": [null, -1.5, {}, []], "\u{fffd}": true, "b": "A" });
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()), Some(value));
        assert_eq!(decode(b"{} {}"), None);
    }
}
