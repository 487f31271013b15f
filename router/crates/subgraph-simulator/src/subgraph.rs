//! A simulated subgraph: a request's body in, a response's body out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::Operation;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::{JsonMap, JsonValue};

use crate::data::Data;
use crate::error::LoadError;
use crate::keys::{self, Key};
use crate::object::Object;
use crate::rules::{Inputs, Rules};
use crate::schema::{self, SubgraphSchema};

/// A subgraph made of an SDL and JSON data.
#[derive(Debug)]
pub struct Subgraph {
    name: String,
    sdl: String,
    schema: SubgraphSchema,
    data: Data,
    keys: Vec<Key>,
    rules: Rules,
    requests: AtomicUsize,
    rejections: Mutex<Vec<String>>,
}

impl Subgraph {
    /// A subgraph of this SDL that answers from this data.
    ///
    /// # Errors
    /// [`LoadError`]: the SDL has no schema, or the data does not fit it.
    pub fn new(name: &str, sdl: &str, data: &JsonMap) -> Result<Self, LoadError> {
        let subgraph = || name.to_owned();
        let in_schema = |reason| LoadError::Schema { subgraph: subgraph(), reason };
        let in_data = |reason| LoadError::Data { subgraph: subgraph(), reason };
        let schema = schema::complete(name, sdl).map_err(in_schema)?;
        let rules = Rules::parse(data).map_err(in_data)?;
        for field in rules.fields() {
            let known = field.split_once('.');
            let known = known.and_then(|(t, f)| schema.schema.type_field(t, f).ok());
            known.ok_or_else(|| in_data(format!("there is a rule for {field}, but no field")))?;
        }
        let data = Data::parse(data).map_err(in_data)?;
        let keys = keys::index(&schema, &data).map_err(in_schema)?;
        Ok(Self {
            name: subgraph(),
            sdl: sdl.to_owned(),
            schema,
            data,
            keys,
            rules,
            requests: AtomicUsize::new(0),
            rejections: Mutex::default(),
        })
    }

    /// Computes a field (`Type.field`) by a function.
    #[must_use]
    pub fn with_rule(
        mut self,
        field: &str,
        function: impl Fn(Inputs<'_>) -> Result<JsonValue, String> + Send + Sync + 'static,
    ) -> Self {
        self.rules.add(field, Box::new(function));
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its SDL as it was given.
    #[must_use]
    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    /// How many requests it got since the last call.
    pub fn take_requests(&self) -> usize {
        self.requests.swap(0, Ordering::Relaxed)
    }

    /// What it refused since the last call, with the reasons.
    pub fn take_rejections(&self) -> Vec<String> {
        std::mem::take(&mut *self.rejections.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers a request: `{"query":…,"variables":…,"operationName":…}`.
    pub fn answer(&self, body: &[u8]) -> Vec<u8> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.execute(body).unwrap_or_else(|reason| {
            self.note_rejection(&format!("{reason}: {}", String::from_utf8_lossy(body)));
            let code = "GRAPHQL_VALIDATION_FAILED";
            let errors = [serde_json::json!({"message": reason, "extensions": {"code": code}})];
            serde_json::json!({ "errors": errors }).to_string().into_bytes()
        })
    }

    fn execute(&self, body: &[u8]) -> Result<Vec<u8>, String> {
        let request: JsonMap = serde_json::from_slice(body).map_err(|e| e.to_string())?;
        let query = request.get("query").and_then(JsonValue::as_str).ok_or("no query")?;
        let schema = &self.schema.schema;
        let document = ExecutableDocument::parse_and_validate(schema, query, "query.graphql")
            .map_err(|invalid| invalid.errors.to_string())?;
        let name = request.get("operationName").and_then(JsonValue::as_str);
        let operation =
            document.operations.get(name).map_err(|_| "no such operation".to_owned())?;
        let variables = variables(&request, operation)?;
        let variables = coerce_variable_values(schema, operation, &variables)
            .map_err(|error| error.message().to_string())?;
        let type_name = operation.object_type().to_string();
        let fields = self.data.root(&type_name);
        let response = Execution::new(schema, &document)
            .operation(operation)
            .coerced_variable_values(&variables)
            .execute_sync(&Object { subgraph: self, type_name, fields })
            .map_err(|error| error.message().to_string())?;
        serde_json::to_vec(&response).map_err(|error| error.to_string())
    }

    /// The entity that a representation names. What the representation has of external fields,
    /// the entity has as well.
    pub(crate) fn entity(&self, representation: &JsonMap) -> Result<Option<Object<'_>>, String> {
        let Some((type_name, handle)) = keys::look_up(&self.keys, representation, &self.data)?
        else {
            return Ok(None);
        };
        let object = self.data.object(type_name, handle).ok_or("an object has gone")?;
        let mut fields = object.clone();
        let named = representation.get("__typename").and_then(JsonValue::as_str);
        for (field, value) in representation {
            let is_external = |(t, f): &(apollo_compiler::Name, apollo_compiler::Name)| {
                (t == type_name.as_str() || Some(t.as_str()) == named) && f == field.as_str()
            };
            if self.schema.external.iter().any(is_external) {
                fields.insert(field.clone(), value.clone());
            }
        }
        Ok(Some(Object { subgraph: self, type_name: type_name.clone(), fields }))
    }

    pub(crate) fn is_composite(&self, type_name: &str) -> bool {
        let definition = self.schema.schema.types.get(type_name);
        definition.is_some_and(|d| d.is_object() || d.is_interface() || d.is_union())
    }

    pub(crate) fn data(&self) -> &Data {
        &self.data
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(crate) fn note_rejection(&self, reason: &str) {
        let mut rejections = self.rejections.lock().unwrap_or_else(PoisonError::into_inner);
        rejections.push(format!("{}: {reason}", self.name));
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
