//! A simulated subgraph: a request's body in, a response's body out.

use std::sync::atomic::{AtomicUsize, Ordering};

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::Operation;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::{JsonMap, JsonValue};

use crate::contents::Contents;
use crate::error::LoadError;
use crate::literals::with_variables;
use crate::object::Object;
use crate::rules::Inputs;

/// A subgraph made of an SDL and JSON data.
#[derive(Debug)]
pub struct Subgraph {
    contents: Contents,
    requests: AtomicUsize,
}

impl Subgraph {
    /// A subgraph of this SDL that answers from this data.
    ///
    /// # Errors
    /// [`LoadError`]: the SDL has no schema, or the data does not fit it.
    pub fn new(name: &str, sdl: &str, data: &JsonMap) -> Result<Self, LoadError> {
        Ok(Self { contents: Contents::new(name, sdl, data)?, requests: AtomicUsize::new(0) })
    }

    /// Computes a field (`Type.field`) by a function.
    #[must_use]
    pub fn with_rule(
        mut self,
        field: &str,
        function: impl Fn(Inputs<'_>) -> Result<JsonValue, String> + Send + Sync + 'static,
    ) -> Self {
        self.contents.rules.add(field, Box::new(function));
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.contents.name
    }

    /// Its SDL as it was given.
    #[must_use]
    pub fn sdl(&self) -> &str {
        &self.contents.sdl
    }

    /// How many requests it got since the last call.
    pub fn take_requests(&self) -> usize {
        self.requests.swap(0, Ordering::Relaxed)
    }

    /// What it refused since the last call, with the reasons.
    pub fn take_rejections(&self) -> Vec<String> {
        self.contents.take_rejections()
    }

    /// Checks an operation against its schema, without executing it.
    ///
    /// # Errors
    /// All that is wrong with the operation.
    pub fn check(&self, operation: &str) -> Result<(), String> {
        let schema = &self.contents.schema.schema;
        let checked = ExecutableDocument::parse_and_validate(schema, operation, "query.graphql");
        checked.map(drop).map_err(|invalid| invalid.errors.to_string())
    }

    /// Answers a request: `{"query":…,"variables":…,"operationName":…}`.
    pub fn answer(&self, body: &[u8]) -> Vec<u8> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.execute(body).unwrap_or_else(|reason| {
            let body = String::from_utf8_lossy(body);
            self.contents.note_rejection(&format!("{reason}: {body}"));
            let code = "GRAPHQL_VALIDATION_FAILED";
            let errors = [serde_json::json!({"message": reason, "extensions": {"code": code}})];
            serde_json::json!({ "errors": errors }).to_string().into_bytes()
        })
    }

    fn execute(&self, body: &[u8]) -> Result<Vec<u8>, String> {
        let request: JsonMap = serde_json::from_slice(body).map_err(|e| e.to_string())?;
        let query = request.get("query").and_then(JsonValue::as_str).ok_or("no query")?;
        let schema = &self.contents.schema.schema;
        let document = ExecutableDocument::parse_and_validate(schema, query, "query.graphql")
            .map_err(|invalid| invalid.errors.to_string())?;
        let name = request.get("operationName").and_then(JsonValue::as_str);
        let operation =
            document.operations.get(name).map_err(|_| "no such operation".to_owned())?;
        let variables = variables(&request, operation)?;
        let variables = coerce_variable_values(schema, operation, &variables)
            .map_err(|error| error.message().to_string())?;
        let document = self.contents.narrowing.by_object(with_variables(document, &variables));
        let operation =
            document.operations.get(name).map_err(|_| "no such operation".to_owned())?;
        let type_name = operation.object_type().to_string();
        let fields = self.contents.data.root(&type_name);
        let response = Execution::new(schema, &document)
            .operation(operation)
            .coerced_variable_values(&variables)
            .execute_sync(&Object { contents: &self.contents, type_name, fields })
            .map_err(|error| error.message().to_string())?;
        serde_json::to_vec(&response).map_err(|error| error.to_string())
    }
}

/// The variables of a request; one that the operation does not declare is an error.
fn variables(request: &JsonMap, operation: &Operation) -> Result<JsonMap, String> {
    let variables = match request.get("variables") {
        None | Some(JsonValue::Null) => JsonMap::new(),
        Some(JsonValue::Object(variables)) => variables.clone(),
        Some(_) => return Err("variables have to be an object".to_owned()),
    };
    for name in variables.keys() {
        if !operation.variables.iter().any(|declared| declared.name == name.as_str()) {
            return Err(format!("the operation has no variable ${}", name.as_str()));
        }
    }
    Ok(variables)
}
