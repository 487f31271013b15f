//! The path of a field of the answer, as a list on the stack: it costs nothing unless it is
//! written.

/// A path: its last step, and the path before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Path<'p> {
    pub(crate) parent: Option<&'p Path<'p>>,
    pub(crate) step: Step<'p>,
}

/// A step of a path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'p> {
    /// A response key, as a JSON string.
    Key(&'p [u8]),
    /// The index of a list item.
    Index(usize),
    /// All the steps that come before; there is nothing before this.
    Base(&'p OwnedPath),
}

impl Path<'_> {
    /// Writes the path as a JSON list.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        OwnedPath::new(Some(self)).write(out);
    }
}

/// A path that outlives what it was made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnedPath {
    /// The steps as JSON, with commas between.
    text: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl OwnedPath {
    pub(crate) fn new(path: Option<&Path<'_>>) -> Self {
        let mut steps: Vec<Step<'_>> =
            std::iter::successors(path, |path| path.parent).map(|path| path.step).collect();
        let mut owned = Self::default();
        while let Some(step) = steps.pop() {
            if let Step::Base(base) = step {
                owned.clone_from(base);
                continue;
            }
            if !owned.text.is_empty() {
                owned.text.push(b',');
            }
            match step {
                Step::Key(key) => owned.text.extend_from_slice(key),
                Step::Index(index) => owned.text.extend_from_slice(index.to_string().as_bytes()),
                Step::Base(_) => {}
            }
            owned.ends.push(owned.text.len());
        }
        owned
    }

    /// The first steps, with commas between.
    pub(crate) fn start(&self, len: usize) -> &[u8] {
        let end = len.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0);
        self.text.get(..end).unwrap_or_default()
    }

    /// The steps after the first, with commas between.
    pub(crate) fn rest(&self, len: usize) -> &[u8] {
        let rest = self.text.get(self.start(len).len()..).unwrap_or_default();
        rest.strip_prefix(b",").unwrap_or(rest)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        out.extend_from_slice(&self.text);
        out.push(b']');
    }
}
