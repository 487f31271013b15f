//! Copies short texts: most of an answer is keys and leaves of a few bytes, for which a call of
//! `memcpy` costs more than a copy of a fixed size, cut to length.

/// Texts of at most so many bytes are copied at a fixed size.
const SHORT: usize = 32;

/// A constant text that is written often.
#[derive(Debug)]
pub(crate) struct Constant {
    pub(crate) text: Box<[u8]>,
    padded: [u8; SHORT],
}

impl Constant {
    pub(crate) fn new(text: &str) -> Self {
        let mut padded = [0; SHORT];
        padded.iter_mut().zip(text.as_bytes()).for_each(|(to, from)| *to = *from);
        Self { text: text.as_bytes().into(), padded }
    }

    #[inline]
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        if self.text.len() <= SHORT {
            append_cut(out, &self.padded, self.text.len());
        } else {
            out.extend_from_slice(&self.text);
        }
    }
}

/// A range of a longer text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) start: usize,
    pub(crate) len: usize,
}

impl<'a> Piece<'a> {
    pub(crate) fn text(self) -> &'a [u8] {
        self.bytes.get(self.start..self.start + self.len).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        let window = self.bytes.get(self.start..).and_then(|rest| rest.first_chunk::<SHORT>());
        match window {
            Some(window) if self.len <= SHORT => append_cut(out, window, self.len),
            _ => out.extend_from_slice(self.text()),
        }
    }
}

#[inline]
fn append_cut(out: &mut Vec<u8>, window: &[u8; SHORT], len: usize) {
    let end = out.len() + len;
    out.extend_from_slice(window);
    out.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let bytes: Vec<u8> = (0..80).collect();
        for start in 0..80 {
            for len in 0..80 - start {
                let mut out = vec![99];
                Piece { bytes: &bytes, start, len }.write(&mut out);
                assert_eq!(out.split_first(), Some((&99, &bytes[start..start + len])));
            }
        }
        for len in 0..80 {
            let text = "x".repeat(len);
            let mut out = Vec::new();
            Constant::new(&text).write(&mut out);
            assert_eq!(out, text.as_bytes());
        }
    }
}
