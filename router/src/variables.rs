//! The values of an operation's variables, coerced to their types. They stay text, so that a number
//! keeps all digits that the client gave it.
//!
//! <https://spec.graphql.org/October2021/#sec-Coercing-Variable-Values>

use std::borrow::Cow;

use apollo_compiler::ast::{Type, Value};
use apollo_compiler::executable::Operation;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node, Schema};
use executor::Variables;
use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::error_code::ErrorCode;
use crate::rejection::Rejection;

/// Values as they were given, by name.
type Given<'a> = IndexMap<Cow<'a, str>, &'a RawValue>;

/// A variable or a field of an input object: its name, type and default value.
type Place<'a> = (&'a Name, &'a Type, Option<&'a Node<Value>>);

/// Coerces what stands in the JSON of an object to the types of an operation's variables.
///
/// # Errors
/// It is not the JSON of an object, or nested too deep; a value is missing, or not of its type.
pub(crate) fn coerce_variable_values(
    schema: &Schema,
    operation: &Operation,
    json: Option<&str>,
    nesting_max: usize,
) -> Result<Variables, Rejection> {
    let json = json.unwrap_or("{}");
    if json_nesting(json.as_bytes()) > nesting_max {
        let message = format!("the variables are nested deeper than {nesting_max}");
        return Err(Rejection::new(ErrorCode::NestingLimitExceeded, message));
    }
    let given = serde_json::from_str(json).map_err(|error| {
        let message = format!("`variables` is not the JSON of an object: {error}");
        Rejection::new(ErrorCode::BadRequest, message)
    })?;
    let places =
        operation.variables.iter().map(|it| (&it.name, &*it.ty, it.default_value.as_ref()));
    let values = coerce_all(schema, places, &given);
    values.map(Variables::from_iter).map_err(|why| {
        Rejection::new(ErrorCode::BadUserInput, format!("the value of `variables{why}"))
    })
}

/// The values of those that have one. What is wrong begins with the way to it.
fn coerce_all<'a>(
    schema: &Schema,
    places: impl Iterator<Item = Place<'a>>,
    given: &Given<'_>,
) -> Result<Vec<(&'a str, String)>, String> {
    let mut values = Vec::new();
    for (name, ty, default) in places {
        let value = match (given.get(name.as_str()), default) {
            (Some(value), _) => coerce_value(schema, ty, value),
            (None, Some(default)) => Ok(json_of(default)),
            (None, None) if ty.is_non_null() => Err(format!("` of type `{ty}` is missing")),
            (None, None) => continue,
        };
        values.push((name.as_str(), value.map_err(|why| format!(".{name}{why}"))?));
    }
    Ok(values)
}

fn coerce_value(schema: &Schema, ty: &Type, given: &RawValue) -> Result<String, String> {
    let text = given.get();
    let name = ty.inner_named_type();
    let is_good = match (name.as_str(), schema.types.get(name)) {
        _ if text == "null" => !ty.is_non_null(),
        _ if ty.is_list() => {
            // What is no list stands for a list of one.
            let items = serde_json::from_str(text).unwrap_or_else(|_| vec![given]);
            let items = items.into_iter().map(|item| coerce_value(schema, ty.item_type(), item));
            return Ok(format!("[{}]", items.collect::<Result<Vec<_>, _>>()?.join(",")));
        }
        (_, Some(ExtendedType::InputObject(input))) if text.starts_with('{') => {
            let given: Given<'_> = serde_json::from_str(text).map_err(|e| format!("`: {e}"))?;
            let is_unknown = |name: &&Cow<'_, str>| !input.fields.contains_key(name.as_ref());
            if let Some(unknown) = given.keys().find(is_unknown) {
                return Err(format!(".{unknown}` is not a field of `{name}`"));
            }
            // As they were given, then those that have only a default value.
            let named = given.keys().filter_map(|name| input.fields.get(name.as_ref()));
            let others = input.fields.values().filter(|it| !given.contains_key(it.name.as_str()));
            let places = named.chain(others);
            let places = places.map(|it| (&it.name, &*it.ty, it.default_value.as_ref()));
            return Ok(object(coerce_all(schema, places, &given)?));
        }
        (_, Some(ExtendedType::Enum(definition))) => serde_json::from_str(text)
            .is_ok_and(|value: Cow<'_, str>| definition.values.contains_key(value.as_ref())),
        ("Int", _) => match whole(text) {
            Some(int) => return Ok(int.to_string()),
            None => false,
        },
        ("Float", _) => text.parse().is_ok_and(f64::is_finite),
        ("String", _) => text.starts_with('"'),
        ("Boolean", _) => matches!(text, "true" | "false"),
        ("ID", _) => {
            text.starts_with('"') || !text.contains(|c: char| c != '-' && !c.is_ascii_digit())
        }
        (_, kind) => kind.is_some_and(ExtendedType::is_scalar),
    };
    if is_good { Ok(text.to_owned()) } else { Err(format!("` is not of type `{ty}`")) }
}

/// The integer that a number is: JSON does not tell `1.0` from `1`.
fn whole(text: &str) -> Option<i32> {
    let number: f64 = text.parse().ok()?;
    let int = number as i32;
    (f64::from(int) == number).then_some(int)
}

/// The JSON of a default value.
fn json_of(value: &Value) -> String {
    match value {
        Value::Enum(name) => format!("\"{name}\""),
        Value::String(text) => serde_json::Value::from(text.as_str()).to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| json_of(item)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(fields) => {
            object(fields.iter().map(|(name, value)| (name.as_str(), json_of(value))))
        }
        number_or_word => number_or_word.to_string(),
    }
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let members = members.into_iter().map(|(name, value)| format!("\"{name}\":{value}"));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// How deep the objects and lists of a JSON text are nested.
fn json_nesting(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use apollo_compiler::{ExecutableDocument, Schema};

    use super::coerce_variable_values;

    /// What `v` of a type is coerced to when the variables are `json`, or why it is not.
    fn coerced(ty: &str, json: &str) -> Result<Option<String>, String> {
        let schema = "type Query { f: Int } scalar Any enum E { A B }
            input I { n: Int! = 1 e: E a: Any i: I l: [[E]!] r: Boolean! = true s: String! }";
        let schema = Schema::parse_and_validate(schema, "schema").expect("it is valid");
        let query = format!("query($v: {ty}) {{ f @skip(if: $v) }}");
        let document = ExecutableDocument::parse(&schema, query, "query");
        let document = document.unwrap_or_else(|invalid| invalid.partial);
        let operation = document.operations.anonymous.as_ref().expect("there is one");
        match coerce_variable_values(&schema, operation, Some(json), 8) {
            Ok(variables) => {
                Ok(variables.value("v").map(|json| String::from_utf8_lossy(json).into_owned()))
            }
            Err(rejection) => Err(rejection.message().to_owned()),
        }
    }

    #[test]
    fn values_of_their_types() {
        for (ty, given, value) in [
            ("Int", "-2147483648", "-2147483648"),
            ("Int", "1.0", "1"),
            ("Int!", "1e3", "1000"),
            ("Float", "1", "1"),
            ("Float", "0.1234567890123456789", "0.1234567890123456789"),
            ("String", r#""\ud83d\u0041""#, r#""\ud83d\u0041""#),
            ("ID", "123456789012345678901", "123456789012345678901"),
            ("ID", r#""a""#, r#""a""#),
            ("Boolean", "true", "true"),
            ("E", r#""\u0041""#, r#""\u0041""#),
            ("Any", r#"{"a" : [1e999, null]}"#, r#"{"a" : [1e999, null]}"#),
            ("Any", "null", "null"),
            ("[Int]", "1.0", "[1]"),
            ("[[E!]]!", r#"[ "A", ["B"], null, [] ]"#, r#"[["A"],["B"],null,[]]"#),
            ("I", r#"{"s": ""}"#, r#"{"s":"","n":1,"r":true}"#),
            (
                "I",
                r#"{"l": ["A"], "a": 1.50, "s": "", "n": 2.0, "n": 3.0, "i": null}"#,
                r#"{"l":[["A"]],"a":1.50,"s":"","n":3,"i":null,"r":true}"#,
            ),
        ] {
            let json = format!("{{\"v\": {given}, \"unknown\": 1}}");
            assert_eq!(coerced(ty, &json), Ok(Some(value.to_owned())), "{given} as {ty}");
        }
        assert_eq!(coerced("Int", "{}"), Ok(None));
        assert_eq!(coerced("[Int] = [1]", "{}"), Ok(Some("[1]".to_owned())));
        let default = "I = {s: \"\"\"a\nb\"\"\", e: A, a: {n: 1.5e400, l: [null, -7]}}";
        let value = r#"{"s":"a\nb","e":"A","a":{"n":1.5e400,"l":[null,-7]}}"#;
        assert_eq!(coerced(default, "{}"), Ok(Some(value.to_owned())));
    }

    #[test]
    fn values_of_other_types() {
        for (ty, given) in [
            ("Int", "1.5"),
            ("Int", "2147483648"),
            ("Int", "\"1\""),
            ("Int", "[1]"),
            ("Float", "1e999"),
            ("Float", "true"),
            ("String", "1"),
            ("ID", "1.0"),
            ("ID", "true"),
            ("Boolean", "1"),
            ("E", "\"C\""),
            ("E", "1"),
            ("Any!", "null"),
            ("[Int!]", "[null]"),
            ("I", "[]"),
            ("I", "\"\""),
        ] {
            let wrong = coerced(ty, &format!("{{\"v\":{given}}}"));
            let wrong = wrong.expect_err(&format!("{given} as {ty}"));
            assert!(wrong.starts_with("the value of `variables.v` is not of type"), "{wrong}");
        }
        for (json, wrong) in [
            ("{}", "the value of `variables.v` of type `I!` is missing"),
            (r#"{"v":{}}"#, "the value of `variables.v.s` of type `String!` is missing"),
            (r#"{"v":{"x":1}}"#, "the value of `variables.v.x` is not a field of `I`"),
            (
                r#"{"v":{"i":{"n":"1","s":""},"s":""}}"#,
                "the value of `variables.v.i.n` is not of type `Int!`",
            ),
            (r#"{"v":{"a":[[[[[[[[[]]]]]]]]]}}"#, "the variables are nested deeper than 8"),
        ] {
            assert_eq!(coerced("I!", json).expect_err(json), wrong);
        }
    }
}
