//! Random operations on a schema.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::{OperationType, Type};
use apollo_compiler::schema::{EnumType, ExtendedType, FieldDefinition};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema, name};
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
    /// Names of fields that have different types on different types.
    ambiguous: BTreeSet<&'a str>,
    /// By field and arguments, which variant of the field it is.
    variants: Vec<String>,
    /// How many mutations there are.
    mutations: usize,
    fragments: Vec<String>,
    /// Selections with the types that they are of, to be used again.
    known: Vec<(String, String)>,
    definitions: Vec<String>,
    variables: Map<String, Value>,
    /// The applications of `@defer`, if there are to be any.
    defers: Option<Vec<String>>,
}

const DEPTH_MAX: usize = 6;

/// How long selections may be that are used again.
const KNOWN_MAX: usize = 300;

/// Literals of strings.
const STRINGS: [&str; 6] = [
    r#""x \"y\"""#,
    r#""""#,
    r#""\u00e9\t\\ \u{1F600}""#,
    "\"\"\"\n  block \"text\"\n    \\\"\"\" of lines\n  \"\"\"",
    "\"\u{1f468}\u{200d}\u{1f469} # no comment\"",
    "\"$if0 {__typename}\"",
];

/// Literals of a scalar that may be anything.
const JSONS: [&str; 3] =
    ["\"x \\\"y\\\"\"", "{a: [1, null, {b: \"x\", c: true}], _d: -1.5e3}", "[[], {}, 12345678901]"];

/// Makes an operation, with `@defer` or without; it may be invalid, as aliases can be in conflict.
pub(crate) fn operation(
    schema: &Valid<Schema>,
    ids: &[String],
    random: &mut Random,
    with_defer: bool,
) -> Operation {
    let budget = random.between(4, 60);
    let has_mutations = schema.root_operation(OperationType::Mutation).is_some();
    let mutation = has_mutations && !with_defer && random.percent(15);
    let mut generator = Generator {
        schema,
        ids,
        random,
        budget,
        ambiguous: ambiguous(schema),
        variants: Vec::new(),
        mutations: 0,
        fragments: Vec::new(),
        known: Vec::new(),
        definitions: Vec::new(),
        variables: Map::new(),
        defers: with_defer.then(Vec::new),
    };
    let selections = generator.selections(if mutation { "Mutation" } else { "Query" }, 0);
    let defers = generator.defers.unwrap_or_default();
    let selections = selections + &generator.fragments.concat();
    let with = |other: &str| {
        let replace = |text: String, defer: &String| text.replacen(defer.as_str(), other, 1);
        defers.iter().fold(selections.clone(), replace)
    };
    let (whole, initial) = (with(""), with(" @skip(if: true)"));
    let all: Vec<&String> = generator.definitions.iter().collect();
    let used = generator.definitions.iter().filter(|d| !d.starts_with("$defer")).collect();
    let keyword = if mutation { "mutation" } else { "query" };
    Operation {
        query: format!("{keyword}{} {selections}", definitions(&all)),
        whole: format!("{keyword}{} {whole}", definitions(&used)),
        initial: format!("{keyword}{} {initial}", definitions(&used)),
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

fn ambiguous(schema: &Valid<Schema>) -> BTreeSet<&str> {
    let mut types: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for definition in schema.types.values() {
        let fields = match definition {
            ExtendedType::Object(object) => &object.fields,
            ExtendedType::Interface(interface) => &interface.fields,
            _ => continue,
        };
        for (name, field) in fields {
            types.entry(name.as_str()).or_default().insert(field.ty.to_string());
        }
    }
    types.into_iter().filter(|(_, types)| types.len() > 1).map(|(name, _)| name).collect()
}

impl Generator<'_> {
    /// Selections of a type: some that there were before, so that the same of an object is wanted
    /// at several places, or others.
    fn selections(&mut self, type_name: &str, depth: usize) -> String {
        if depth > 0 && self.random.percent(20) {
            // About two spaces stand for a selection.
            let size = |text: &str| text.matches(' ').count() / 2;
            let fits =
                |(of, text): &&(String, String)| of == type_name && size(text) <= self.budget;
            let all: Vec<String> =
                self.known.iter().filter(fits).map(|(_, text)| text.clone()).collect();
            if !all.is_empty() {
                let text = self.random.pick(&all).clone();
                self.budget -= size(&text);
                return text;
            }
        }
        let text = self.new_selections(type_name, depth);
        // A fragment that is deferred has a label of its own.
        if text.len() <= KNOWN_MAX && (self.defers.is_none() || !text.contains(['@', '.'])) {
            self.known.push((type_name.to_owned(), text.clone()));
        }
        text
    }

    fn new_selections(&mut self, type_name: &str, depth: usize) -> String {
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
        let arguments = self.arguments(field);
        let mut text = self.keyed(type_name, field, &arguments) + &arguments + &self.directives();
        if composite {
            text.push_str(&self.selections(inner, depth + 1));
        }
        text
    }

    /// A field with a response key that mostly is in conflict with no other.
    fn keyed(&mut self, type_name: &str, field: &FieldDefinition, arguments: &str) -> String {
        let name = field.name.as_str();
        if type_name == "Mutation" {
            // One that is selected twice would be run where the first one stands that is included.
            self.mutations += 1;
            return format!("m_{}: {name}", self.mutations);
        }
        if self.random.percent(12) {
            return self.aliased(name.to_owned());
        }
        let mut key = name.to_owned();
        if self.ambiguous.contains(name) && self.random.percent(90) {
            key = format!("{name}_{type_name}");
        }
        if !field.arguments.is_empty() && self.random.percent(90) {
            let variant = format!("{name}{arguments}");
            let known = self.variants.iter().position(|known| *known == variant);
            let number = known.unwrap_or_else(|| {
                self.variants.push(variant);
                self.variants.len() - 1
            });
            key = format!("{key}_{number}");
        }
        if key == name { key } else { format!("{key}: {name}") }
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
        // Clients may see no type that an interface could have.
        if depth > DEPTH_MAX || all.is_empty() {
            return "__typename".to_owned();
        }
        let condition = (*self.random.pick(&all)).to_owned();
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
        let mut names = Vec::new();
        if self.random.percent(12) {
            names.push(*self.random.pick(&["skip", "include"]));
        } else if self.random.percent(3) {
            names.extend(["include", "skip"]);
        }
        names.into_iter().map(|name| self.directive(name)).collect()
    }

    fn directive(&mut self, name: &str) -> String {
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
            let value = self.input(&argument.ty, argument.default_value.is_some(), 0);
            all.push(format!("{}: {value}", argument.name));
        }
        if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) }
    }

    /// A value of an input type: a literal, a variable, or a literal with variables in it.
    fn input(&mut self, ty: &Type, has_default: bool, depth: usize) -> String {
        if self.random.percent(30) {
            return self.variable(ty, has_default);
        }
        if !ty.is_non_null() && self.random.percent(10) {
            return "null".to_owned();
        }
        if ty.is_list() {
            let items = self.random.below(3);
            let items: Vec<String> =
                (0..items).map(|_| self.input(ty.item_type(), false, depth + 1)).collect();
            return format!("[{}]", items.join(", "));
        }
        match self.schema.types.get(ty.inner_named_type()) {
            Some(ExtendedType::InputObject(input)) => {
                let mut fields = Vec::new();
                for (name, field) in &input.fields {
                    let optional = !field.is_required();
                    if optional && (depth > 2 || self.random.percent(60)) {
                        continue;
                    }
                    let value = self.input(&field.ty, field.default_value.is_some(), depth + 1);
                    fields.push(format!("{name}: {value}"));
                }
                format!("{{{}}}", fields.join(", "))
            }
            Some(ExtendedType::Enum(values)) => self.value_of(values),
            Some(ExtendedType::Scalar(scalar)) if scalar.name == "String" => {
                (*self.random.pick(&STRINGS)).to_owned()
            }
            Some(ExtendedType::Scalar(scalar)) if !scalar.is_built_in() => {
                self.anything(Some(ty), depth)
            }
            _ => self.scalar(ty.inner_named_type()).to_string(),
        }
    }

    /// A literal for what may be anything, with variables in it: in a list they are of its type,
    /// if there is one, and in an object they are of any type.
    fn anything(&mut self, ty: Option<&Type>, depth: usize) -> String {
        let count = self.random.below(3);
        match self.random.below(6) {
            0 if depth < 4 => {
                let items: Vec<String> = (0..count).map(|_| self.anything(ty, depth + 1)).collect();
                format!("[{}]", items.join(", "))
            }
            1 | 2 if depth < 4 => {
                let field = |n| format!("k{n}: {}", self.anything(None, depth + 1));
                let fields: Vec<String> = (0..=count).map(field).collect();
                format!("{{{}}}", fields.join(", "))
            }
            3 if depth > 0 => {
                let any = if self.random.percent(50) { name!("String") } else { name!("Int") };
                let any = Type::Named(any);
                self.variable(ty.unwrap_or(&any), false)
            }
            _ => (*self.random.pick(&JSONS)).to_owned(),
        }
    }

    fn value_of(&mut self, of: &EnumType) -> String {
        let values: Vec<&Name> = of.values.keys().collect();
        self.random.pick(&values).to_string()
    }

    fn scalar(&mut self, name: &str) -> Value {
        match name {
            "ID" => json!(self.random.pick(self.ids)),
            "Int" => json!(self.random.below(9)),
            "Float" => json!(self.random.below(9) as f64 + 0.25),
            "Boolean" => json!(self.random.percent(50)),
            _ => json!("x \"y\""),
        }
    }

    /// A value of an input type, as JSON.
    fn json(&mut self, ty: &Type, depth: usize) -> Value {
        if !ty.is_non_null() && self.random.percent(10) {
            return Value::Null;
        }
        if ty.is_list() {
            let items = self.random.below(3);
            return (0..items).map(|_| self.json(ty.item_type(), depth + 1)).collect();
        }
        match self.schema.types.get(ty.inner_named_type()) {
            Some(ExtendedType::InputObject(input)) => {
                let mut fields = Map::new();
                for (name, field) in &input.fields {
                    let optional = !field.is_required();
                    if optional && (depth > 2 || self.random.percent(60)) {
                        continue;
                    }
                    fields.insert(name.to_string(), self.json(&field.ty, depth + 1));
                }
                Value::Object(fields)
            }
            Some(ExtendedType::Enum(values)) => json!(self.value_of(values)),
            Some(ExtendedType::Scalar(scalar)) if !scalar.is_built_in() => {
                json!({ "any": [1, null, "x", { "deep": true }] })
            }
            _ => self.scalar(ty.inner_named_type()),
        }
    }

    /// A variable for a place of this type; `has_default`: the place has a default.
    fn variable(&mut self, ty: &Type, has_default: bool) -> String {
        let name = format!("v{}", self.definitions.len());
        let value = self.json(ty, 0);
        let is_simple = !value.is_object() && !value.is_array() && !ty.is_list();
        let is_enum =
            matches!(self.schema.types.get(ty.inner_named_type()), Some(ExtendedType::Enum(_)));
        let literal = match &value {
            Value::String(text) if is_enum => text.clone(),
            other => other.to_string(),
        };
        let with_default = is_simple && self.random.percent(25);
        let strict = !ty.is_non_null() && !value.is_null() && self.random.percent(20);
        let loose = ty.is_non_null() && (has_default || with_default) && self.random.percent(40);
        let declared = match (strict, loose) {
            (true, _) => format!("{ty}!"),
            (_, true) => ty.to_string().trim_end_matches('!').to_owned(),
            _ => ty.to_string(),
        };
        let default = if with_default { format!(" = {literal}") } else { String::new() };
        self.definitions.push(format!("${name}: {declared}{default}"));
        let may_miss = with_default || !declared.ends_with('!');
        if !may_miss || self.random.percent(75) {
            self.variables.insert(name.clone(), value);
        }
        format!("${name}")
    }
}
