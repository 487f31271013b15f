//! Random operations on a schema.

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use apollo_compiler::validation::Valid;
use serde_json::{Map, Value, json};

use crate::random::Random;

/// An operation with the values of its variables.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) query: String,
    /// The same without `@defer`.
    pub(crate) whole: String,
    /// The same without what is deferred.
    pub(crate) initial: String,
    pub(crate) variables: Value,
}

struct Generator<'a> {
    schema: &'a Valid<Schema>,
    ids: &'a [String],
    random: &'a mut Random,
    /// How many more selections there may be.
    budget: usize,
    fragments: Vec<String>,
    definitions: Vec<String>,
    variables: Map<String, Value>,
    /// The applications of `@defer`, if there are to be any.
    defers: Option<Vec<String>>,
}

const DEPTH_MAX: usize = 5;

/// Makes an operation, with `@defer` or without; it may be invalid, as aliases can be in conflict.
pub(crate) fn operation(
    schema: &Valid<Schema>,
    ids: &[String],
    random: &mut Random,
    with_defer: bool,
) -> Operation {
    let budget = random.between(4, 80);
    let mut generator = Generator {
        schema,
        ids,
        random,
        budget,
        fragments: Vec::new(),
        definitions: Vec::new(),
        variables: Map::new(),
        defers: with_defer.then(Vec::new),
    };
    let selections = generator.selections("Query", 0);
    let defers = generator.defers.unwrap_or_default();
    let selections = selections + &generator.fragments.concat();
    let with = |other: &str| {
        let replace = |text: String, defer: &String| text.replacen(defer.as_str(), other, 1);
        defers.iter().fold(selections.clone(), replace)
    };
    let (whole, initial) = (with(""), with(" @skip(if: true)"));
    let all: Vec<&String> = generator.definitions.iter().collect();
    let used = generator.definitions.iter().filter(|d| !d.starts_with("$defer")).collect();
    Operation {
        query: format!("query{} {selections}", definitions(&all)),
        whole: format!("query{} {whole}", definitions(&used)),
        initial: format!("query{} {initial}", definitions(&used)),
        variables: Value::Object(generator.variables),
    }
}

fn definitions(all: &Vec<&String>) -> String {
    if all.is_empty() {
        return String::new();
    }
    let all: Vec<&str> = all.iter().map(|definition| definition.as_str()).collect();
    format!("({})", all.join(", "))
}

impl Generator<'_> {
    fn selections(&mut self, type_name: &str, depth: usize) -> String {
        let mut text = "{ ".to_owned();
        for _ in 0..self.random.between(1, 5) {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            text.push_str(&self.selection(type_name, depth));
            text.push(' ');
        }
        if text.len() < 3 {
            text.push_str("__typename ");
        }
        text + "}"
    }

    fn selection(&mut self, type_name: &str, depth: usize) -> String {
        match self.random.below(20) {
            0 | 1 => self.aliased("__typename".to_owned()),
            2..=5 => self.fragment(type_name, depth),
            _ => self.field(type_name, depth),
        }
    }

    fn aliased(&mut self, field: String) -> String {
        match self.random.below(12) {
            0 => format!("a: {field}"),
            1 => format!("b: {field}"),
            _ => field,
        }
    }

    fn field(&mut self, type_name: &str, depth: usize) -> String {
        let fields: Vec<&FieldDefinition> = match &self.schema.types[type_name] {
            ExtendedType::Object(object) => object.fields.values().map(|f| &***f).collect(),
            ExtendedType::Interface(interface) => {
                interface.fields.values().map(|f| &***f).collect()
            }
            _ => return self.fragment(type_name, depth),
        };
        let field = *self.random.pick(&fields);
        let inner = field.ty.inner_named_type();
        let composite = !self.schema.types[inner].is_leaf();
        if composite && depth >= DEPTH_MAX {
            return self.aliased("__typename".to_owned());
        }
        let name = field.name.to_string();
        let mut text = self.aliased(name) + &self.arguments(field) + &self.directives();
        if composite {
            text.push_str(&self.selections(inner, depth + 1));
        }
        text
    }

    fn fragment(&mut self, type_name: &str, depth: usize) -> String {
        let all: Vec<&str> = self
            .schema
            .types
            .iter()
            .filter(|(_, definition)| !definition.is_leaf() && !definition.is_input_object())
            .map(|(name, _)| name.as_str())
            .filter(|name| !name.starts_with("__") && self.may_be(type_name, name))
            .collect();
        let condition = (*self.random.pick(&all)).to_owned();
        if depth > DEPTH_MAX {
            return "__typename".to_owned();
        }
        let directives = self.directives() + &self.defer();
        let selections = self.selections(&condition, depth + 1);
        if self.random.percent(25) {
            let name = format!("F{}", self.fragments.len());
            self.fragments.push(format!(" fragment {name} on {condition} {selections}"));
            return format!("...{name}{directives}");
        }
        format!("... on {condition}{directives} {selections}")
    }

    /// Whether an object can be of both types.
    fn may_be(&self, left: &str, right: &str) -> bool {
        let right = self.possible(right);
        self.possible(left).iter().any(|ty| right.contains(ty))
    }

    fn possible(&self, type_name: &str) -> Vec<String> {
        match &self.schema.types[type_name] {
            ExtendedType::Union(union) => union.members.iter().map(ToString::to_string).collect(),
            ExtendedType::Interface(_) => {
                let map = self.schema.implementers_map();
                let objects = map.get(type_name).map(|i| i.objects.iter());
                objects.into_iter().flatten().map(ToString::to_string).collect()
            }
            _ => vec![type_name.to_owned()],
        }
    }

    fn directives(&mut self) -> String {
        if !self.random.percent(12) {
            return String::new();
        }
        let name = *self.random.pick(&["skip", "include"]);
        let value = self.random.percent(50);
        if self.random.percent(20) {
            return format!(" @{name}(if: {value})");
        }
        // Few variables, so that guards meet.
        let variable = format!("if{}", self.random.below(3));
        if !self.variables.contains_key(&variable) {
            self.definitions.push(format!("${variable}: Boolean!"));
            self.variables.insert(variable.clone(), json!(value));
        }
        format!(" @{name}(if: ${variable})")
    }

    fn defer(&mut self) -> String {
        let Some(defers) = &self.defers else { return String::new() };
        if self.random.percent(30) {
            return String::new();
        }
        let mut arguments = format!("label: \"{}\"", defers.len());
        if self.random.percent(30) {
            let variable = format!("defer{}", self.random.below(2));
            if !self.variables.contains_key(&variable) {
                self.definitions.push(format!("${variable}: Boolean! = true"));
                let value = self.random.percent(60);
                self.variables.insert(variable.clone(), json!(value));
            }
            arguments.push_str(&format!(", if: ${variable}"));
        }
        let defer = format!(" @defer({arguments})");
        self.defers.get_or_insert_default().push(defer.clone());
        defer
    }

    fn arguments(&mut self, field: &FieldDefinition) -> String {
        let mut all = Vec::new();
        for argument in &field.arguments {
            let optional = !argument.is_required();
            if optional && self.random.percent(50) {
                continue;
            }
            let value = match argument.ty.inner_named_type().as_str() {
                "ID" => json!(self.random.pick(self.ids)),
                "Int" => json!(self.random.below(9)),
                _ => json!("x \"y\""),
            };
            let value = if self.random.percent(40) {
                self.variable(&argument.ty, value)
            } else {
                value.to_string()
            };
            all.push(format!("{}: {value}", argument.name));
        }
        if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) }
    }

    fn variable(&mut self, ty: &Type, value: Value) -> String {
        let name = format!("v{}", self.variables.len());
        self.definitions.push(match self.random.percent(25) {
            true => format!("${name}: {ty} = {value}"),
            false => format!("${name}: {ty}"),
        });
        if self.random.percent(80) || !self.definitions.last().is_some_and(|d| d.contains('=')) {
            self.variables.insert(name.clone(), value);
        } else {
            self.variables.remove(&name);
        }
        format!("${name}")
    }
}
