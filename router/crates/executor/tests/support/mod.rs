//! What the tests and the benchmark of this crate share: plans as text, and scripted subgraphs.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::panic, unreachable_pub)]

pub mod plan_text;
pub mod scripted;
