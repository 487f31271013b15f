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
}

impl Path<'_> {
    /// Writes the path as a JSON list.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut steps: Vec<Step<'_>> =
            std::iter::successors(Some(self), |path| path.parent).map(|path| path.step).collect();
        out.push(b'[');
        while let Some(step) = steps.pop() {
            match step {
                Step::Key(key) => out.extend_from_slice(key),
                Step::Index(index) => out.extend_from_slice(index.to_string().as_bytes()),
            }
            if !steps.is_empty() {
                out.push(b',');
            }
        }
        out.push(b']');
    }
}
