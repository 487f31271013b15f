//! Result coercion of leaf values: <https://spec.graphql.org/October2021/#sec-Scalars.Result-Coercion>.
//!
//! A value is text that was found to be valid JSON; it is copied, not decoded.

use query_plan::Leaf;

use crate::json::unescape;

/// Writes a value that is not null, if it is of the right kind.
#[inline]
pub(crate) fn write_leaf(out: &mut Vec<u8>, text: &[u8], leaf: &Leaf) -> bool {
    let good = match leaf {
        Leaf::String => text.first() == Some(&b'"'),
        Leaf::Int => is_int(text),
        Leaf::Float => is_float(text),
        Leaf::Boolean => matches!(text, b"true" | b"false"),
        Leaf::Any => true,
        Leaf::Enum(values) => is_enum(text, values),
        Leaf::Id if is_integer(text) => {
            out.push(b'"');
            out.extend_from_slice(text);
            out.push(b'"');
            return true;
        }
        Leaf::Id => text.first() == Some(&b'"'),
    };
    if good {
        out.extend_from_slice(text);
    }
    good
}

/// Whether a JSON value is a number without fraction and exponent.
fn is_integer(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn is_int(text: &[u8]) -> bool {
    if text.len() < 10 {
        return is_integer(text);
    }
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<i32>().is_ok())
}

/// A finite number. Only many digits or an exponent can make one infinite.
fn is_float(text: &[u8]) -> bool {
    let is_number = matches!(text.first(), Some(b'-' | b'0'..=b'9'));
    if !is_number || (text.len() < 300 && !text.iter().any(|byte| matches!(byte, b'e' | b'E'))) {
        return is_number;
    }
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
    number.is_some_and(f64::is_finite)
}

fn is_enum(text: &[u8], values: &[String]) -> bool {
    let [b'"', raw @ .., b'"'] = text else { return false };
    let known = |name: &[u8]| values.binary_search_by(|value| value.as_bytes().cmp(name)).is_ok();
    known(raw) || (raw.contains(&b'\\') && known(unescape(raw).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let colours = Leaf::Enum(vec!["BLUE".to_owned(), "RED".to_owned()]);
        let cases: &[(&Leaf, &[&str], &[&str])] = &[
            (
                &Leaf::Int,
                &["0", "-0", "2147483647", "-2147483648"],
                &["2147483648", "-2147483649", "1.0", "1e3", "\"1\"", "true", "[]", "{}"],
            ),
            (&Leaf::Float, &["1", "1.5", "-1e3", "1e308"], &["1e309", "\"1\"", "true", "[]"]),
            (&Leaf::String, &["\"\"", "\"1\""], &["1", "true", "[]", "{}"]),
            (&Leaf::Boolean, &["true", "false"], &["0", "\"true\"", "[]"]),
            (&Leaf::Id, &["\"a\""], &["1.0", "1e3", "true", "[]"]),
            (&colours, &["\"RED\"", "\"BLU\\u0045\""], &["\"GREEN\"", "\"\"", "1", "[]"]),
            (&Leaf::Any, &["1", "[1, 2]", "{}", "\"a\"", "true"], &[]),
        ];
        for (leaf, good, bad) in cases {
            for text in *good {
                let mut out = Vec::new();
                assert!(write_leaf(&mut out, text.as_bytes(), leaf), "{text} as {leaf:?}");
                assert_eq!(out, text.as_bytes());
            }
            for text in *bad {
                assert!(!write_leaf(&mut Vec::new(), text.as_bytes(), leaf), "{text} as {leaf:?}");
            }
        }
        let mut out = Vec::new();
        assert!(write_leaf(&mut out, b"12345678901234567890", &Leaf::Id));
        assert_eq!(out, b"\"12345678901234567890\"");
    }
}
