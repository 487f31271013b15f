//! A scanner of JSON text: it validates what it passes and decodes nothing. Knows no plan and no
//! store. Never panics, whatever the bytes; never recurses.

use crate::slot::LeafKind;

/// Why a subgraph's answer can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not JSON, or not UTF-8.
    Syntax,
    /// It is nested deeper than allowed.
    TooDeep,
    /// It holds more than allowed.
    TooLarge,
    /// It is JSON, but no GraphQL answer.
    Shape,
    /// It has fewer entities than were asked for.
    TooFew,
    /// It has more entities than were asked for.
    TooMany,
}

/// A constant text to be found often.
#[derive(Debug)]
pub(crate) struct Expected {
    text: Box<[u8]>,
    /// Its first and its last eight bytes; when it has fewer, the first are masked.
    first: u64,
    mask: u64,
    last: u64,
}

impl Expected {
    pub(crate) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut padded = [0; 8];
        let len = bytes.len().min(8);
        padded.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        Self {
            text: bytes.into(),
            first: u64::from_le_bytes(padded),
            mask: if len == 8 { u64::MAX } else { (1 << (8 * len)) - 1 },
            last: bytes.last_chunk::<8>().map_or(0, |last| u64::from_le_bytes(*last)),
        }
    }

    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether `bytes` start with it: two comparisons for what is usual.
    #[inline]
    fn starts(&self, bytes: &[u8]) -> bool {
        let Some(first) = bytes.first_chunk::<8>() else { return bytes.starts_with(&self.text) };
        if (u64::from_le_bytes(*first) ^ self.first) & self.mask != 0 {
            return false;
        }
        let len = self.text.len();
        if len <= 8 {
            return true;
        }
        let last = bytes.get(len - 8..).and_then(|rest| rest.first_chunk::<8>());
        last.is_some_and(|last| u64::from_le_bytes(*last) == self.last)
            && (len <= 16 || bytes.starts_with(&self.text))
    }
}

/// How deep a value may be nested that no selection directs the walk through.
const NESTING_MAX: u32 = 64;

/// A position in JSON text.
#[derive(Debug, Clone)]
pub(crate) struct Scanner<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Scanner<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// At the start of a body. A byte order mark may be ignored:
    /// <https://www.rfc-editor.org/rfc/rfc8259#section-8.1>.
    pub(crate) fn of_body(bytes: &'b [u8]) -> Self {
        let at = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        Self { bytes, at }
    }

    /// The offset of the next byte.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes to an offset where it has been before, or which it knows by other means.
    pub(crate) fn jump(&mut self, at: usize) {
        self.at = at;
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The text from `start` up to here.
    pub(crate) fn since(&self, start: usize) -> &'b [u8] {
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte that is no white space; it stays there.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<u8, Fault> {
        match self.bytes.get(self.at) {
            Some(&byte) if byte > b' ' => Ok(byte),
            _ => {
                self.skip_space();
                self.bytes.get(self.at).copied().ok_or(Fault::Syntax)
            }
        }
    }

    /// Passes `byte`, and white space before it.
    #[inline]
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.peek()? == byte {
            self.at += 1;
            Ok(())
        } else {
            Err(Fault::Syntax)
        }
    }

    /// Passes `text` if it is next.
    #[inline]
    pub(crate) fn eat(&mut self, text: &Expected) -> bool {
        let found = text.starts(self.rest());
        if found {
            self.at += text.text.len();
        }
        found
    }

    /// The end: only white space may be left.
    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        self.skip_space();
        if self.at == self.bytes.len() { Ok(()) } else { Err(Fault::Syntax) }
    }

    /// After an item of a list or object that ends with `close`: whether there is another.
    #[inline]
    pub(crate) fn more(&mut self, close: u8) -> Result<bool, Fault> {
        match self.peek()? {
            b',' => {
                self.at += 1;
                self.skip_space();
                Ok(true)
            }
            byte if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(Fault::Syntax),
        }
    }

    /// Enters a list or object: whether it has an item.
    #[inline]
    pub(crate) fn enter(&mut self, open: u8, close: u8) -> Result<bool, Fault> {
        self.expect(open)?;
        if self.peek()? == close {
            self.at += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// Passes a key and its colon; returns the text between the quotes, as it is.
    pub(crate) fn key(&mut self) -> Result<&'b [u8], Fault> {
        if self.peek()? != b'"' {
            return Err(Fault::Syntax);
        }
        let start = self.at + 1;
        self.string()?;
        let key = self.bytes.get(start..self.at - 1).unwrap_or_default();
        self.expect(b':')?;
        Ok(key)
    }

    /// Passes a value of any kind; returns its text.
    #[inline]
    pub(crate) fn value(&mut self) -> Result<&'b [u8], Fault> {
        self.peek()?;
        let start = self.at;
        self.leaf()?;
        Ok(self.since(start))
    }

    /// Passes a value that starts here; returns what is known of its text.
    #[inline]
    pub(crate) fn leaf(&mut self) -> Result<LeafKind, Fault> {
        match self.peek()? {
            b'{' => self.nested(),
            b'[' => self.list(),
            first => self.scalar(first),
        }
    }

    #[inline]
    fn scalar(&mut self, first: u8) -> Result<LeafKind, Fault> {
        match first {
            b'"' => self.string().map(|()| LeafKind::String),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.literal(b"true").map(|()| LeafKind::Other),
            b'f' => self.literal(b"false").map(|()| LeafKind::Other),
            b'n' => self.literal(b"null").map(|()| LeafKind::Null),
            _ => Err(Fault::Syntax),
        }
    }

    /// Passes a list: one of scalars on a short way.
    fn list(&mut self) -> Result<LeafKind, Fault> {
        let start = self.at;
        if !self.enter(b'[', b']')? {
            return Ok(LeafKind::Other);
        }
        let mut kind = None;
        loop {
            let first = self.peek()?;
            if matches!(first, b'{' | b'[') {
                self.at = start;
                return self.nested();
            }
            let item = self.scalar(first)?;
            kind = Some(kind.map_or(item, |kind: LeafKind| kind.or(item)));
            if !self.more(b']')? {
                return Ok(kind.map_or(LeafKind::Other, LeafKind::list));
            }
        }
    }

    fn literal(&mut self, text: &[u8]) -> Result<(), Fault> {
        if !self.rest().starts_with(text) {
            return Err(Fault::Syntax);
        }
        self.at += text.len();
        Ok(())
    }

    /// Passes an object or a list. What is open is a stack of bits: 1 is an object.
    fn nested(&mut self) -> Result<LeafKind, Fault> {
        let (mut depth, mut open) = (0u32, 0u64);
        loop {
            let first = self.peek()?;
            let (close, object) = if first == b'{' { (b'}', 1) } else { (b']', 0) };
            if matches!(first, b'{' | b'[') {
                if depth == NESTING_MAX {
                    return Err(Fault::TooDeep);
                }
                if self.enter(first, close)? {
                    (depth, open) = (depth + 1, open << 1 | object);
                    if object == 1 {
                        self.key()?;
                    }
                    continue;
                }
            } else {
                self.scalar(first)?;
            }
            loop {
                if depth == 0 {
                    return Ok(LeafKind::Other);
                }
                if self.more(if open & 1 == 1 { b'}' } else { b']' })? {
                    break;
                }
                (depth, open) = (depth - 1, open >> 1);
            }
            if open & 1 == 1 {
                self.key()?;
            }
        }
    }

    #[inline]
    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(word) = self.rest().first_chunk::<8>() {
            let stop = non_digits(u64::from_le_bytes(*word));
            if stop != 0 {
                self.at += (stop.trailing_zeros() / 8) as usize;
                return if self.at > start { Ok(()) } else { Err(Fault::Syntax) };
            }
            self.at += 8;
        }
        while let Some(b'0'..=b'9') = self.bytes.get(self.at) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Fault::Syntax) }
    }

    fn number(&mut self) -> Result<LeafKind, Fault> {
        let start = self.at;
        let mut kind = LeafKind::SmallInt;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
            kind = LeafKind::Number;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
            kind = LeafKind::Other;
        }
        let is_short = match kind {
            LeafKind::SmallInt => self.at - start < 10,
            _ => self.at - start < 100,
        };
        Ok(if is_short { kind } else { LeafKind::Other })
    }

    /// Passes a string; stands at its opening quote.
    fn string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        let start = self.at;
        let mut high = 0u64;
        loop {
            high |= self.plain();
            match self.bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                _ => return Err(Fault::Syntax),
            }
        }
        if high & HIGH != 0 && std::str::from_utf8(self.since(start)).is_err() {
            return Err(Fault::Syntax);
        }
        self.at += 1;
        Ok(())
    }

    /// Passes bytes that mean themselves; the result has a high bit if one of them may have it.
    #[inline]
    fn plain(&mut self) -> u64 {
        let mut high = 0;
        let mut words = 0;
        while let Some(word) = self.rest().first_chunk::<8>() {
            let word = u64::from_le_bytes(*word);
            high |= word;
            let stop = stops(word);
            if stop != 0 {
                self.at += (stop.trailing_zeros() / 8) as usize;
                return high;
            }
            self.at += 8;
            words += 1;
            if words == 4 {
                high |= self.plain_chunks();
            }
        }
        while let Some(&byte) = self.bytes.get(self.at) {
            high |= u64::from(byte);
            if byte == b'"' || byte == b'\\' || byte < b' ' {
                break;
            }
            self.at += 1;
        }
        high
    }

    /// The same for long strings, by chunks that the compiler checks with vector instructions.
    fn plain_chunks(&mut self) -> u64 {
        let mut high = 0u8;
        while let Some(chunk) = self.rest().first_chunk::<32>() {
            let mut stop = false;
            let mut bits = 0u8;
            for &byte in chunk {
                stop |= (byte == b'"') | (byte == b'\\') | (byte < b' ');
                bits |= byte;
            }
            if stop {
                break;
            }
            high |= bits;
            self.at += 32;
        }
        u64::from(high)
    }

    /// Passes an escape. Half of a pair of surrogates may be alone:
    /// <https://www.rfc-editor.org/rfc/rfc8259#section-8.2>.
    fn escape(&mut self) -> Result<(), Fault> {
        self.at += match self.rest() {
            [_, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            rest if code_unit(rest).is_some() => 6,
            _ => return Err(Fault::Syntax),
        };
        Ok(())
    }
}

/// The code unit that `text` starts with as an escape of six bytes.
pub(crate) fn code_unit(text: &[u8]) -> Option<u32> {
    let [b'\\', b'u', hex @ ..] = text.first_chunk::<6>()? else { return None };
    hex.iter().try_fold(0, |unit, byte| Some(unit << 4 | char::from(*byte).to_digit(16)?))
}

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The high bits of the bytes of `word` that end plain text: quotes, backslashes, control
/// characters. The lowest is exact, those above it may be wrong.
#[inline]
fn stops(word: u64) -> u64 {
    let zero = |x: u64| x.wrapping_sub(LOW) & !x;
    let control = word.wrapping_sub(LOW * 0x20) & !word;
    (control | zero(word ^ (LOW * 0x22)) | zero(word ^ (LOW * 0x5C))) & HIGH
}

/// The high bits of the bytes of `word` that are no digits; the lowest is exact.
#[inline]
fn non_digits(word: u64) -> u64 {
    (word.wrapping_add(LOW * 0x46) | word.wrapping_sub(LOW * u64::from(b'0'))) & HIGH
}

#[cfg(test)]
mod tests {
    use super::Scanner;
    use crate::decode::with_whole_pairs;
    use proptest::prelude::*;
    use serde_json::Value;

    fn accepts(bytes: &[u8]) -> bool {
        let mut scanner = Scanner::new(bytes);
        scanner.value().is_ok() && scanner.end().is_ok()
    }

    fn reference(bytes: &[u8]) -> bool {
        let list = with_whole_pairs(&[b"[", bytes, b"]"].concat());
        serde_json::from_slice(&list).is_ok_and(|items: Vec<Value>| items.len() == 1)
    }

    #[test]
    fn grammar() {
        for good in [
            "0",
            "-0",
            "1.5e+3",
            "\"\"",
            "\"\\u00e9\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\ude00\\ud83d\\ud83d\\n\"",
            "[]",
            "{}",
            " [ 1 , { } ] ",
            "{\"a\":{\"b\":[null,true,false]}}",
            "\"0123456789012345678901234567890123456789é\"",
        ] {
            assert!(accepts(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            "01",
            "1.",
            ".5",
            "-",
            "1e",
            "+1",
            "\"\n\"",
            "\"\\x\"",
            "\"\\ud83\"",
            "\"\\ud83d",
            "[1,]",
            "[1",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "nul",
            "[}",
            "{]",
            "{\"a\":1]",
            "\"abc",
            "1 2",
        ] {
            assert!(!accepts(bad.as_bytes()), "{bad}");
        }
        assert!(!accepts(b"\"\xff\""));
        assert!(!accepts(b"\"0123456789012345678901234567890123456789\xff\""));
        assert!(accepts([&[b'['; 64][..], &[b']'; 64]].concat().as_slice()));
        assert!(!accepts([&[b'['; 65][..], &[b']'; 65]].concat().as_slice()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn agrees_with_a_reference(
            parts in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\", "\\u12", "\\ud83d", "é", " ",
                "1", "0", "-", ".", "e", "true", "null", "\t", "abcdefgh", "\u{1}", "\"b\":1",
            ]), 0..12)
        ) {
            let text = parts.concat();
            prop_assert_eq!(accepts(text.as_bytes()), reference(text.as_bytes()), "{}", text);
        }

        #[test]
        fn random_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if accepts(&bytes) {
                prop_assert!(reference(&bytes));
            }
        }
    }
}
