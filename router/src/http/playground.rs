//! The playground at `/`: assets built into the binary, see `build.rs`.

/// A file of the playground.
pub(super) struct Asset {
    /// The path it is served at.
    path: &'static str,
    pub(super) content_type: &'static str,
    /// Whether `body` is compressed; every browser takes it so.
    pub(super) is_gzip: bool,
    pub(super) body: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/playground.rs"));

/// The asset at `path`.
pub(super) fn asset(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}
