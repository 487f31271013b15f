//! Fields that depend on arguments or on other fields: tables in the data, or functions.
//!
//! A table is a list of cases; the first whose `arguments` and `object` (what it says of the
//! object's fields) fit gives the `value`. When none fits, the field fails: so a requirement that
//! was not sent, or sent wrongly, shows.

use std::collections::HashMap;

use apollo_compiler::response::{JsonMap, JsonValue};

/// What a field may depend on.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The fields of the object; of an entity also the external ones its representation brought.
    pub object: &'a JsonMap,
    /// The arguments, coerced.
    pub arguments: &'a JsonMap,
}

/// How a field is computed by a function.
pub(crate) type Function = dyn Fn(Inputs<'_>) -> Result<JsonValue, String> + Send + Sync;

#[derive(Debug)]
struct Case {
    arguments: JsonMap,
    object: JsonMap,
    value: JsonValue,
}

enum Rule {
    Table(Vec<Case>),
    Function(Box<Function>),
}

/// The rules of a subgraph, by `Type.field`.
#[derive(Default)]
pub(crate) struct Rules {
    rules: HashMap<String, Rule>,
}

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rules.keys()).finish()
    }
}

impl Rules {
    /// Takes the tables out of a subgraph's data.
    pub(crate) fn parse(data: &JsonMap) -> Result<Self, String> {
        let mut rules = HashMap::new();
        let tables = data.get("rules").and_then(JsonValue::as_object);
        for (field, cases) in tables.into_iter().flatten() {
            let field = field.as_str().to_owned();
            let cases = cases.as_array().ok_or(format!("{field}: a rule is a list of cases"))?;
            let cases = cases.iter().map(|case| Case::parse(&field, case));
            rules.insert(field.clone(), Rule::Table(cases.collect::<Result<_, _>>()?));
        }
        Ok(Self { rules })
    }

    /// Adds a function for `Type.field`.
    pub(crate) fn add(&mut self, field: &str, function: Box<Function>) {
        self.rules.insert(field.to_owned(), Rule::Function(function));
    }

    /// The fields that have a rule.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.rules.keys().map(String::as_str)
    }

    /// The value of a field, if it has a rule.
    pub(crate) fn value(
        &self,
        type_name: &str,
        field: &str,
        inputs: Inputs<'_>,
    ) -> Option<Result<JsonValue, String>> {
        let name = format!("{type_name}.{field}");
        Some(match self.rules.get(&name)? {
            Rule::Function(function) => function(inputs),
            Rule::Table(cases) => {
                let case = cases.iter().find(|case| {
                    fits_object(&case.arguments, inputs.arguments)
                        && fits_object(&case.object, inputs.object)
                });
                case.map(|case| case.value.clone()).ok_or_else(|| {
                    let object = JsonValue::Object(inputs.object.clone());
                    let arguments = JsonValue::Object(inputs.arguments.clone());
                    format!("no case of {name} fits {object} with {arguments}")
                })
            }
        })
    }
}

impl Case {
    fn parse(field: &str, case: &JsonValue) -> Result<Self, String> {
        let case = case.as_object().ok_or(format!("{field}: a case is an object"))?;
        let known = ["arguments", "object", "value"];
        if let Some(unknown) = case.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("{field}: a case has no \"{}\"", unknown.as_str()));
        }
        let map = |name| case.get(name).and_then(JsonValue::as_object).cloned();
        Ok(Self {
            arguments: map("arguments").unwrap_or_default(),
            object: map("object").unwrap_or_default(),
            value: case.get("value").cloned().ok_or(format!("{field}: a case has a value"))?,
        })
    }
}

fn fits_object(pattern: &JsonMap, object: &JsonMap) -> bool {
    pattern.iter().all(|(key, pattern)| match object.get(key.as_str()) {
        Some(value) => fits(pattern, value),
        None => pattern.is_null(),
    })
}

fn fits(pattern: &JsonValue, value: &JsonValue) -> bool {
    match (pattern, value) {
        (JsonValue::Object(pattern), JsonValue::Object(value)) => fits_object(pattern, value),
        (JsonValue::Array(patterns), JsonValue::Array(values)) => {
            patterns.len() == values.len()
                && patterns.iter().zip(values).all(|(pattern, value)| fits(pattern, value))
        }
        (JsonValue::Number(pattern), JsonValue::Number(value)) => {
            pattern.as_f64() == value.as_f64()
        }
        (pattern, value) => pattern == value,
    }
}
