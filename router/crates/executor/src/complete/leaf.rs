//! Result coercion of leaf values: <https://spec.graphql.org/October2021/#sec-Scalars.Result-Coercion>.
//!
//! A value is text that was found to be valid JSON; it is copied, not decoded.

use query_plan::Leaf;

use crate::decode::unescape;
use crate::slot::LeafKind;
use crate::text::Piece;

/// Writes a value that is not null, if it is of the right kind.
#[inline]
pub(crate) fn write_leaf(out: &mut Vec<u8>, piece: Piece<'_>, kind: LeafKind, leaf: &Leaf) -> bool {
    let good = match (leaf, kind) {
        (Leaf::String | Leaf::Id, LeafKind::String)
        | (Leaf::Int | Leaf::Float, LeafKind::SmallInt)
        | (Leaf::Float, LeafKind::Number)
        | (Leaf::Any, _) => true,
        (Leaf::Id, LeafKind::SmallInt | LeafKind::Other) if is_integer(piece.text()) => {
            out.push(b'"');
            piece.write(out);
            out.push(b'"');
            return true;
        }
        (Leaf::Int, LeafKind::Number | LeafKind::Other) => {
            let int = whole(piece.text());
            out.extend(int.iter().flat_map(|int| int.to_string().into_bytes()));
            return int.is_some();
        }
        (Leaf::Float, LeafKind::Other) => is_float(piece.text()),
        (Leaf::Boolean, LeafKind::Other) => matches!(piece.text(), b"true" | b"false"),
        (Leaf::Enum(values), LeafKind::String) => is_enum(piece.text(), values),
        _ => false,
    };
    if good {
        piece.write(out);
    }
    good
}

/// Whether a JSON value is a number without fraction and exponent.
fn is_integer(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// The integer that a JSON value is: its fraction may be written if there is none, as in `1.0`.
fn whole(text: &[u8]) -> Option<i32> {
    let number: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let int = number as i32;
    (f64::from(int) == number).then_some(int)
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
    use crate::json::Scanner;

    fn write(text: &str, leaf: &Leaf) -> Option<String> {
        let kind = Scanner::new(text.as_bytes()).leaf().expect("the test has valid JSON");
        let text = text.as_bytes();
        let mut out = Vec::new();
        let piece = Piece { bytes: text, start: 0, len: text.len() };
        write_leaf(&mut out, piece, kind, leaf).then(|| String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn kinds() {
        let colours = Leaf::Enum(vec!["BLUE".to_owned(), "RED".to_owned()]);
        let cases: &[(&Leaf, &[&str], &[&str])] = &[
            (
                &Leaf::Int,
                &["0", "-0", "2147483647", "-2147483648"],
                &["2147483648", "-2147483649", "1.5", "1e10", "\"1\"", "true", "[]", "{}"],
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
                assert_eq!(write(text, leaf).as_deref(), Some(*text), "{leaf:?}");
            }
            for text in *bad {
                assert_eq!(write(text, leaf), None, "{text} as {leaf:?}");
            }
        }
        let long = "12345678901234567890";
        assert_eq!(write(long, &Leaf::Id), Some(format!("\"{long}\"")));
        assert_eq!(write("7", &Leaf::Id).as_deref(), Some("\"7\""));
        for (whole, int) in [("1.0", "1"), ("-12.00", "-12"), ("1e3", "1000"), ("0.1E1", "1")] {
            assert_eq!(write(whole, &Leaf::Int).as_deref(), Some(int));
        }
    }
}
