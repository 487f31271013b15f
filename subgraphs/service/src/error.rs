//! Every failure a client can see: one taxonomy, one place that maps a cause to `extensions.code`.
//!
//! What went wrong inside (SQL, drivers) is logged here, once, and never reaches the client.

use async_graphql::{ErrorExtensions, MaybeUndefined, Value, indexmap::IndexMap};
use sea_orm::{DbErr, SqlErr};

/// A failure as the client sees it.
///
/// It must not implement `Display`: async-graphql turns any `Display` into an error without a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppError {
    /// The input breaks rules; all broken rules at once.
    Invalid(Vec<Violation>),
    /// What is to be changed does not exist.
    NotFound {
        /// The type's name, for example `Employee`.
        what: &'static str,
        /// The id asked for.
        id: String,
    },
    /// The change contradicts what is stored, for example a value that must be unique.
    Conflict(String),
    /// Somebody else changed it since the client read it.
    StaleVersion {
        /// The version the client had read.
        expected: i32,
        /// The version stored now.
        actual: i32,
    },
    /// The database can't serve now; the same request may succeed later.
    Unavailable,
    /// A bug or a broken database; the log has the cause.
    Internal,
}

/// One broken rule of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path of the field in the input, in GraphQL spelling.
    pub field: &'static str,
    /// What the rule asks for.
    pub message: String,
}

impl AppError {
    /// A single broken rule.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation { field, message: message.into() }])
    }

    /// Logs a broken invariant of stored data, and hides it from the client.
    pub fn corrupt(what: &str, cause: &str) -> Self {
        tracing::error!(what, cause, "stored data breaks its own rules");
        Self::Internal
    }

    /// The stable name of this kind of failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "BAD_USER_INPUT",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::Conflict(_) => "CONFLICT",
            Self::StaleVersion { .. } => "STALE_VERSION",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL_SERVER_ERROR",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Invalid(violations) => {
                let rules: Vec<_> =
                    violations.iter().map(|v| format!("{}: {}", v.field, v.message)).collect();
                format!("Invalid input: {}", rules.join("; "))
            }
            Self::NotFound { what, id } => format!("{what} {id} does not exist"),
            Self::Conflict(message) => message.clone(),
            Self::StaleVersion { expected, actual } => {
                format!("version {expected} is out of date, the current one is {actual}")
            }
            Self::Unavailable => "the service is busy, try again".to_owned(),
            Self::Internal => "internal error".to_owned(),
        }
    }
}

impl From<AppError> for async_graphql::Error {
    fn from(error: AppError) -> Self {
        Self::new(error.message()).extend_with(|_, extensions| {
            extensions.set("code", error.code());
            match &error {
                AppError::Invalid(violations) => {
                    let violations = violations.iter().map(Violation::to_value).collect();
                    extensions.set("violations", Value::List(violations));
                }
                AppError::StaleVersion { actual, .. } => extensions.set("currentVersion", *actual),
                AppError::Unavailable => extensions.set("retryable", true),
                AppError::NotFound { .. } | AppError::Conflict(_) | AppError::Internal => {}
            }
        })
    }
}

impl Violation {
    fn to_value(&self) -> Value {
        let field = async_graphql::Name::new("field");
        let message = async_graphql::Name::new("message");
        Value::Object(IndexMap::from([
            (field, Value::from(self.field)),
            (message, Value::from(self.message.as_str())),
        ]))
    }
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        if is_transient(&error) {
            tracing::warn!(%error, "the database can't serve now");
            return Self::Unavailable;
        }
        tracing::error!(%error, "the database failed");
        Self::Internal
    }
}

/// Pool exhausted, connection lost, deadlock, serialisation failure, statement timeout, locked file.
fn is_transient(error: &DbErr) -> bool {
    const CODES: [&str; 6] = ["40001", "40P01", "55P03", "57014", "5", "517"];
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(cause) | DbErr::Query(cause) => {
            let sea_orm::RuntimeErr::SqlxError(cause) = cause else { return false };
            match &**cause {
                sea_orm::sqlx::Error::Database(cause) => {
                    cause.code().is_some_and(|code| CODES.contains(&code.as_ref()))
                }
                sea_orm::sqlx::Error::Io(_) | sea_orm::sqlx::Error::PoolTimedOut => true,
                _ => false,
            }
        }
        _ => false,
    }
}

/// The constraint a write ran into, for the service to name in its domain's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The unique constraint `uq_<table>_<column>`.
    Unique,
    /// A foreign key.
    ForeignKey,
}

/// Maps a write's failure: `explain` names the constraints the domain knows, the rest is unexpected.
///
/// PostgreSQL names the constraint and SQLite the columns, so `explain` gets the driver's text and
/// looks for the column's name, which both contain.
pub fn explain_write(
    error: DbErr,
    explain: impl FnOnce(Broken, &str) -> Option<AppError>,
) -> AppError {
    let explained = match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(text)) => explain(Broken::Unique, &text),
        Some(SqlErr::ForeignKeyConstraintViolation(text)) => explain(Broken::ForeignKey, &text),
        _ => None,
    };
    explained.unwrap_or_else(|| AppError::from(error))
}

/// Collects every broken rule of one input, so that a form shows them all.
#[derive(Debug, Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Keeps a parsed value, or notes why it can't be.
    pub fn check<T>(
        &mut self,
        field: &'static str,
        parsed: Result<T, impl Into<String>>,
    ) -> Option<T> {
        parsed.map_err(|message| self.add(field, message)).ok()
    }

    /// Like [`Violations::check`] for a part of a change: what is left out stays as it is, and
    /// what can't be empty can't be set to null.
    pub fn check_change<T, P, M: Into<String>>(
        &mut self,
        field: &'static str,
        change: MaybeUndefined<T>,
        parse: impl FnOnce(T) -> Result<P, M>,
    ) -> Option<P> {
        match change {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => {
                self.add(field, "must not be null");
                None
            }
            MaybeUndefined::Value(value) => self.check(field, parse(value)),
        }
    }

    /// Notes a broken rule.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(Violation { field, message: message.into() });
    }

    /// The value `build` makes of the checked parts, if no rule was broken.
    ///
    /// `build` returns `None` only where [`Violations::check`] did.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, AppError> {
        match build() {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(AppError::Invalid(self.0)),
        }
    }
}
