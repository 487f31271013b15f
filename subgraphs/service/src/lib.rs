//! What the services share and no domain knows.
//!
//! A service hands over a schema; this crate gives it settings, a database, an HTTP face, limits,
//! batching, paging and error codes. Nothing here may name a table, a type of a schema, or a
//! federation router: whatever only one service needs belongs to that service.
//!
//! In the order a request meets them:
//!
//! - [`settings`] what can be configured, and how much is too much ([`settings::Limits`])
//! - [`telemetry`] logging
//! - [`database`] the pool, and the few differences between SQLite and PostgreSQL
//! - [`serve`] the process: listens, drains, stops
//! - [`http`] the routes: `/graphql`, `/health/live`, `/health/ready`
//! - [`document`] what is refused before the parser or the executor sees it
//! - [`variables`] arguments that a request leaves out
//! - [`batch`] many loads of one kind in one request become one SQL statement
//! - [`entity`] entities asked for by other subgraphs, each with its own error path
//! - [`page`] Relay connections by keyset
//! - [`error`] every failure a client can see, with its `extensions.code`
//! - [`id`], [`money`], [`text`], [`time`] values that can't be wrong

pub mod batch;
pub mod database;
pub mod document;
pub mod entity;
pub mod error;
pub mod http;
pub mod id;
pub mod money;
pub mod page;
pub mod schema;
pub mod serve;
pub mod settings;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
pub mod time;
pub mod variables;

pub use database::Database;
pub use entity::EntityAt;
pub use error::{AppError, Violations};
pub use money::{Money, MoneyInput};
pub use page::{Page, PageArguments};
pub use schema::Schema;
pub use serve::{StartError, exit_code, serve};
pub use settings::{Limits, Service, Settings};
pub use time::{Clock, Date, Timestamp};
