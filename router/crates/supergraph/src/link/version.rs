//! Versions of specifications, as the last path segment of a link URL spells them (`v2.9`).

use std::fmt;

/// A `v<major>.<minor>` version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Versions of different major numbers are different specifications.
    pub major: u32,
    /// A higher minor number adds to a lower one.
    pub minor: u32,
}

impl Version {
    /// The version `v<major>.<minor>`.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// Reads `v<major>.<minor>`; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.strip_prefix('v')?.split_once('.')?;
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(major) || !digits(minor) {
            return None;
        }
        Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
    }

    /// Whether something written for `required` works with this version.
    pub fn satisfies(self, required: Version) -> bool {
        if self.major != required.major {
            return false;
        }
        if self.major == 0 { self.minor == required.minor } else { self.minor >= required.minor }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}", self.major, self.minor)
    }
}
