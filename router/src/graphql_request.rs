//! A GraphQL request as it comes in a JSON body or in a query string. It knows nothing of HTTP.
//!
//! See <https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters>.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error_code::ErrorCode;
use crate::rejection::Rejection;

/// A GraphQL request, borrowed from the bytes it came in wherever that is possible.
#[derive(Debug)]
pub struct GraphqlRequest<'a> {
    /// The document.
    pub query: Cow<'a, str>,
    /// Which of the document's operations to run.
    pub operation_name: Option<Cow<'a, str>>,
    /// The variables, as the JSON of an object.
    pub variables: Option<Cow<'a, str>>,
}

impl<'a> GraphqlRequest<'a> {
    /// Reads a request from a JSON body.
    ///
    /// # Errors
    /// The body is not JSON, or is not the JSON of one GraphQL request.
    pub fn from_json(body: &'a [u8]) -> Result<Self, Rejection> {
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
        if first == Some(&b'[') {
            let message = "a list of requests in one body is not supported";
            return Err(Rejection::new(ErrorCode::BatchingNotSupported, message));
        }
        let wire: Wire<'a> = serde_json::from_slice(body).map_err(|error| {
            bad(&format!("the body is not the JSON of a GraphQL request: {error}"))
        })?;
        let variables = object(wire.variables, "variables")?;
        let extensions = object(wire.extensions, "extensions")?;
        let Some(query) = wire.query else {
            return Err(no_document(extensions, "the body has no `query`, or it is null"));
        };
        let variables = variables.map(Cow::Borrowed);
        Ok(Self { query: query.0, operation_name: wire.operation_name.map(|n| n.0), variables })
    }

    /// Reads a request from the query string of a URL.
    ///
    /// # Errors
    /// A parameter is missing, repeated, or not what it has to be.
    pub fn from_query_string(query: &'a str) -> Result<Self, Rejection> {
        let mut document = None;
        let mut operation_name = None;
        let mut variables = None;
        let mut extensions = None;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let parameter = match name.as_ref() {
                "query" => &mut document,
                "operationName" => &mut operation_name,
                "variables" => &mut variables,
                "extensions" => &mut extensions,
                _ => continue,
            };
            if parameter.replace(value).is_some() {
                return Err(bad(&format!("the parameter `{name}` is given twice")));
            }
        }
        let Some(query) = document else {
            return Err(no_document(extensions.as_deref(), "the URL has no parameter `query`"));
        };
        let operation_name = operation_name.filter(|name| !name.is_empty());
        let variables = variables.filter(|json| !json.is_empty() && json != "null");
        Ok(Self { query, operation_name, variables })
    }
}

/// Why a request without a document is not executed. Clients that send the hash of a document first
/// are told, in the words that they know, to send its text.
fn no_document(extensions: Option<&str>, message: &str) -> Rejection {
    if extensions.is_some_and(|json| json.contains("\"persistedQuery\"")) {
        let message = "PersistedQueryNotSupported";
        return Rejection::new(ErrorCode::PersistedQueryNotSupported, message);
    }
    bad(message)
}

/// The JSON of an object, or nothing; `extensions`, too, are checked, although they are not used.
fn object<'a>(value: Option<&'a RawValue>, what: &str) -> Result<Option<&'a str>, Rejection> {
    match value.map(RawValue::get) {
        Some(json) if !json.starts_with('{') => Err(bad(&format!("`{what}` is not an object"))),
        json => Ok(json),
    }
}

fn bad(message: &str) -> Rejection {
    Rejection::new(ErrorCode::BadRequest, message)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with a `query`")]
struct Wire<'a> {
    #[serde(borrow)]
    query: Option<Text<'a>>,
    #[serde(borrow)]
    operation_name: Option<Text<'a>>,
    #[serde(borrow)]
    variables: Option<&'a RawValue>,
    #[serde(borrow)]
    extensions: Option<&'a RawValue>,
}

/// A string that borrows from its source unless it is escaped there; in an `Option`, a `Cow` of
/// serde's own would always be copied.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
