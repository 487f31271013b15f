//! Introspection: `__schema` and `__type` are answered from the schema that clients see.

use apollo_compiler::collections::HashMap;
use apollo_compiler::introspection::partial_execute;
use apollo_compiler::response::JsonMap;
use apollo_compiler::schema::Implementers;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};
use bytes::Bytes;
use supergraph::Supergraph;

use crate::error_code::ErrorCode;
use crate::one_of;
use crate::prepared::Source;
use crate::rejection::Rejection;

/// What introspection needs of a schema, made once.
#[derive(Debug)]
pub(crate) struct Introspection {
    implementers: HashMap<Name, Implementers>,
}

impl Introspection {
    pub(crate) fn new(supergraph: &Supergraph) -> Self {
        Self { implementers: supergraph.api_schema.implementers_map() }
    }

    /// The JSON of an operation's introspection fields, one for each of their response keys.
    pub(crate) fn answer(
        &self,
        schema: &Valid<Schema>,
        source: &Source,
        variables: &Valid<JsonMap>,
        response_keys: &[String],
    ) -> Result<Vec<Bytes>, Rejection> {
        let Source { document, operation } = source;
        let answer = partial_execute(schema, &self.implementers, document, operation, variables)
            .map_err(|error| {
                Rejection::new(ErrorCode::BadUserInput, error.message().to_string())
            })?;
        let mut data = answer.data.unwrap_or_default();
        one_of::answer(schema, document, operation, &mut data);
        // A field that is skipped has no value, and none is asked for.
        let json_of = |key: &String| match data.get(key.as_str()) {
            Some(value) => serde_json::to_vec(value).expect("a JSON value is JSON").into(),
            None => Bytes::from_static(b"null"),
        };
        Ok(response_keys.iter().map(json_of).collect())
    }
}
