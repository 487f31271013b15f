//! The URL of a specification: identity and version.

use std::fmt;

use super::version::Version;

/// Where a specification lives: `https://specs.apollo.dev/federation/v2.9`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SpecUrl {
    /// The URL without version, query, fragment and user info.
    pub identity: String,
    /// The path segment before the version.
    pub name: String,
    /// The last path segment.
    pub version: Version,
}

/// Why a text is not the URL of a specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpecUrlError {
    /// Not an absolute URL.
    NotAUrl,
    /// There is nothing after the host.
    MissingPath,
    /// The path has no segment before the version.
    MissingName,
    /// The last segment is not `v<major>.<minor>`.
    BadVersion,
}

impl SpecUrl {
    /// The URL of a specification known by identity.
    pub fn new(identity: &str, version: Version) -> Self {
        let name = identity.rsplit('/').next().unwrap_or(identity).to_owned();
        Self { identity: identity.to_owned(), name, version }
    }

    /// Reads an absolute URL whose path ends in `<name>/<version>`.
    pub fn parse(text: &str) -> Result<Self, SpecUrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(SpecUrlError::NotAUrl)?;
        if scheme.is_empty()
            || !scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        {
            return Err(SpecUrlError::NotAUrl);
        }
        let rest = rest.split(['?', '#']).next().unwrap_or(rest);
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit('@').next().unwrap_or(authority);
        if host.is_empty() {
            return Err(SpecUrlError::NotAUrl);
        }
        if path.is_empty() {
            return Err(SpecUrlError::MissingPath);
        }
        let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
        let version = Version::parse(last).ok_or(SpecUrlError::BadVersion)?;
        let name = before.rsplit('/').next().unwrap_or(before);
        if name.is_empty() {
            return Err(SpecUrlError::MissingName);
        }
        let scheme = scheme.to_ascii_lowercase();
        Ok(Self {
            identity: format!("{scheme}://{}/{before}", host.to_ascii_lowercase()),
            name: name.to_owned(),
            version,
        })
    }
}

impl fmt::Display for SpecUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.identity, self.version)
    }
}
