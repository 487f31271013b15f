//! Introspection: `__schema` and `__type` are answered from the schema that clients see.

use apollo_compiler::ast::Type;
use apollo_compiler::collections::HashMap;
use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::introspection::partial_execute;
use apollo_compiler::response::JsonValue;
use apollo_compiler::response::serde_json_bytes::ByteString;
use apollo_compiler::schema::Implementers;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema, name};
use bytes::Bytes;
use executor::Variables;
use supergraph::Supergraph;

use crate::error_code::ErrorCode;
use crate::rejection::Rejection;

/// What introspection needs of a schema, made once.
#[derive(Debug)]
pub(crate) struct Introspection {
    implementers: HashMap<Name, Implementers>,
    /// The schema as it is to whoever gets each answer in one piece: without `@defer`, which then
    /// does nothing.
    pub(crate) undeferred: Valid<Schema>,
}

impl Introspection {
    pub(crate) fn new(supergraph: &Supergraph) -> Self {
        let mut undeferred = supergraph.api_schema.clone().into_inner();
        undeferred.directive_definitions.shift_remove("defer");
        let undeferred = Valid::assume_valid(undeferred);
        Self { implementers: supergraph.api_schema.implementers_map(), undeferred }
    }

    /// The JSON of an operation's introspection fields, one for each of their response keys.
    pub(crate) fn answer(
        &self,
        schema: &Valid<Schema>,
        (document, operation): (&Valid<ExecutableDocument>, &Node<Operation>),
        variables: &Variables,
        response_keys: &[String],
    ) -> Result<Vec<Bytes>, Rejection> {
        let value = |name: &str| serde_json::from_slice(variables.value(name)?).ok();
        let values = operation.variables.iter().map(|it| it.name.as_str());
        let values = values.filter_map(|name| Some((name.into(), value(name)?))).collect();
        let values = Valid::assume_valid(values);
        let answer = partial_execute(schema, &self.implementers, document, operation, &values)
            .map_err(|error| {
                Rejection::new(ErrorCode::BadUserInput, error.message().to_string())
            })?;
        let mut data = answer.data.unwrap_or_default().into();
        answer_one_of(schema, &mut data);
        // A field that is skipped has no value, and none is asked for.
        let json_of = |key: &String| match data.get(key.as_str()) {
            Some(value) => serde_json::to_vec(value).expect("a JSON value is JSON").into(),
            None => Bytes::from_static(b"null"),
        };
        Ok(response_keys.iter().map(json_of).collect())
    }
}

/// Marks the response keys of names that stand for `__Type.isOneOf`: no client can write it.
const MARK: &str = "isOneOf ";

/// Asks for names in place of `__Type.isOneOf`, which the compiler's introspection does not know:
/// they are replaced by what is true of the types.
///
/// <https://spec.graphql.org/draft/#sec-Schema-Introspection.Schema-Introspection-Schema>
pub(crate) fn ask_for_names(
    document: Valid<ExecutableDocument>,
    operation: &mut Node<Operation>,
) -> Valid<ExecutableDocument> {
    let mut document = document.into_inner();
    rename(&mut operation.make_mut().selection_set);
    for fragment in document.fragments.values_mut() {
        rename(&mut fragment.make_mut().selection_set);
    }
    Valid::assume_valid(document)
}

fn rename(set: &mut SelectionSet) {
    let is_of_type = set.ty == "__Type";
    for selection in &mut set.selections {
        match selection {
            Selection::Field(field) if is_of_type && field.name == "isOneOf" => {
                let field = field.make_mut();
                field.alias = Some(Name::new_unchecked(&format!("{MARK}{}", field.response_key())));
                field.name = name!("name");
                field.definition.make_mut().ty = Type::Named(name!("String"));
            }
            Selection::Field(field) => rename(&mut field.make_mut().selection_set),
            Selection::InlineFragment(inner) => rename(&mut inner.make_mut().selection_set),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Puts what is true of types in place of their names.
fn answer_one_of(schema: &Schema, value: &mut JsonValue) {
    match value {
        JsonValue::Array(items) => items.iter_mut().for_each(|item| answer_one_of(schema, item)),
        JsonValue::Object(object) => {
            let answer = |(key, mut value): (ByteString, JsonValue)| {
                let Some(own) = key.as_str().strip_prefix(MARK) else {
                    answer_one_of(schema, &mut value);
                    return (key, value);
                };
                let input = value.as_str().and_then(|name| schema.get_input_object(name));
                (own.into(), input.map(|input| input.directives.has("oneOf")).into())
            };
            *object = std::mem::take(object).into_iter().map(answer).collect();
        }
        _ => {}
    }
}
