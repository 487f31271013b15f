//! Runs a query plan: [`PreparedPlan`] x [`Request`] x [`Transport`] -> [`Response`].
//!
//! Layout, in the order of a request:
//! - `compiled`: a plan made ready to run, once.
//! - `run`: which fetch can go, and what it sends (`representations`, `contexts`); `execute`
//!   drives it.
//! - `json`, `fill`, `sharing`: a subgraph's body is read once, straight into the `store`: records
//!   whose values (`slot`) are ranges of the body. Objects with the same text become one record.
//! - `answer`, `place`, `settle`: what belongs where, also errors and what did not come.
//! - `complete` (`text`): the client's answer is written from the records in one pass, a long one in
//!   pieces.
//! - `parts`, `delivery`: with `@defer` the answer is written in several passes over the same
//!   records, each of which shows what belongs to one part. A fragment is delivered when all
//!   fetches that it needs are done, whichever finishes first.
//!
//! There is no generic JSON tree: nothing is looked up by name while an answer is put together,
//! and no value is decoded but those of errors. Knows no HTTP, no clock and no runtime.

mod answer;
mod compiled;
mod complete;
mod contexts;
mod decode;
mod delivery;
mod execute;
mod failure;
mod fill;
mod forms;
mod json;
mod known;
mod parts;
mod place;
mod representations;
mod request;
mod run;
mod settle;
mod sharing;
mod slot;
mod store;
mod text;
mod transport;

pub use decode::decode;
pub use execute::{PreparedPlan, Response, execute, execute_event, execute_incremental, subscribe};
pub use request::{Request, Variables};
pub use transport::{Events, FetchError, SubgraphRequest, Transport};
