//! What must hold of random schemas, changes and operations: a schema does not differ from itself,
//! and an operation that a change makes invalid is named by a breaking change. So what is called
//! dangerous or safe refuses no operation.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write;

use apollo_compiler::ast::{
    Definition, Document, FieldDefinition, InputValueDefinition, Type, Value,
};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node, Schema};
use schema_check::{Criticality, Operation, check};

const BASE: &str = "
directive @mark(level: Int, range: Range) repeatable on FIELD | INLINE_FRAGMENT
type Query { node(id: ID!, kind: Kind = BOOK): Node  found(by: By, limit: Int! = 10): [Found!]  books(range: Range): [Book!]!  nodes: [Node]  first: Found  named: Named  me: Person }
type Mutation { change(by: By!): Book }
interface Node { id: ID!  related(kind: Kind): Node }
interface Named { name: String }
union Found = Book | Person
type Book implements Node & Named { id: ID!  related(kind: Kind): Node  name: String  author(by: By): Person  kind: Kind! }
type Person implements Node { id: ID!  related(kind: Kind): Book  friends(first: Int, levels: [Int!]): [Person] }
type Shelf implements Named { name: String!  books: [Book] }
enum Kind { BOOK PERSON SHELF }
input By { name: String  kind: Kind  range: Range  also: [By!] }
input Range { from: Int! = 0  to: Int }
scalar Date
";

/// A sequence of numbers that is the same for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % bound as u64).expect("it is below a usize")
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

#[test]
fn what_is_refused_was_told() {
    let (mut refused, mut harmless) = (0, 0);
    for seed in 0..200 {
        let mut random = Random(seed);
        let (document, old) =
            changed(&Document::parse(BASE, "base").expect("it parses"), 6, &mut random);
        assert_eq!(check(&old, &old, &[]).changes, []);
        let steps = 1 + random.below(3);
        let (_, new) = changed(&document, steps, &mut random);
        let operations: Vec<Operation> = (0..12).map(|_| operation(&old, &mut random)).collect();
        let report = check(&old, &new, &operations);
        assert_eq!(report.unknown, [], "seed {seed}: the operation is not valid to begin with");
        let breaking = || {
            let is_breaking = |kind: schema_check::Kind| kind.criticality == Criticality::Breaking;
            report.changes.iter().filter(move |change| is_breaking(change.kind))
        };
        harmless += usize::from(!report.changes.is_empty() && breaking().next().is_none());
        for (index, reason) in &report.refused {
            refused += 1;
            let is_told = breaking().any(|change| change.used_by.iter().any(|(i, _)| i == index));
            let text = &operations[*index].document;
            assert!(is_told, "seed {seed}: {reason}\n{text}\n{:#?}\n{}", report.changes, *new);
        }
    }
    assert!(refused > 200 && harmless > 20, "{refused} refused, {harmless} harmless changes");
}

/// The schema after some changes, each of which leaves it valid.
fn changed(document: &Document, steps: usize, random: &mut Random) -> (Document, Valid<Schema>) {
    let mut document = document.clone();
    let mut schema = document.to_schema_validate().expect("it is valid");
    let mut left = steps;
    for _ in 0..1000 {
        if left == 0 {
            break;
        }
        let mut next = document.clone();
        change(&mut next, random);
        // Through text, because a valid schema is one that can be written.
        let text = next.to_string();
        let Ok(next) = Document::parse(text, "changed") else { continue };
        if let Ok(valid) = next.to_schema_validate() {
            (document, schema, left) = (next, valid, left - 1);
        }
    }
    (document, schema)
}

fn change(document: &mut Document, random: &mut Random) {
    let index = random.below(document.definitions.len());
    if random.below(12) == 0 {
        document.definitions.remove(index);
        return;
    }
    match &mut document.definitions[index] {
        Definition::ObjectTypeDefinition(ty) => {
            let ty = ty.make_mut();
            if random.below(4) == 0 {
                change_names(&mut ty.implements_interfaces, &["Node", "Named"], random);
            } else {
                change_fields(&mut ty.fields, random);
            }
        }
        Definition::InterfaceTypeDefinition(ty) => change_fields(&mut ty.make_mut().fields, random),
        Definition::UnionTypeDefinition(ty) => {
            change_names(&mut ty.make_mut().members, &["Book", "Person", "Shelf"], random);
        }
        Definition::EnumTypeDefinition(ty) => {
            let values = &mut ty.make_mut().values;
            let at = random.below(values.len());
            if random.coin() {
                values.remove(at);
            } else {
                let mut value = values[at].clone();
                value.make_mut().value = fresh(random);
                values.push(value);
            }
        }
        Definition::InputObjectTypeDefinition(ty) => {
            change_inputs(&mut ty.make_mut().fields, random)
        }
        Definition::DirectiveDefinition(directive) => {
            let directive = directive.make_mut();
            match random.below(3) {
                0 => directive.repeatable = !directive.repeatable,
                1 => drop(directive.locations.pop()),
                _ => change_inputs(&mut directive.arguments, random),
            }
        }
        _ => {}
    }
}

fn fresh(random: &mut Random) -> Name {
    Name::new(&format!("new{}", random.below(1000))).expect("it is a name")
}

fn change_names(names: &mut Vec<Name>, known: &[&'static str], random: &mut Random) {
    let name = Name::new_unchecked(random.pick::<&'static str>(known));
    match names.iter().position(|other| *other == name) {
        Some(at) => drop(names.remove(at)),
        None => names.push(name),
    }
}

fn change_fields(fields: &mut Vec<Node<FieldDefinition>>, random: &mut Random) {
    let at = random.below(fields.len());
    match random.below(6) {
        0 => drop(fields.remove(at)),
        1 => {
            let mut field = fields[at].clone();
            field.make_mut().name = fresh(random);
            fields.push(field);
        }
        2 | 3 => {
            let field = fields[at].make_mut();
            field.ty = changed_type(&field.ty, &["Book", "Person", "Node", "Found"], random);
        }
        _ => change_inputs(&mut fields[at].make_mut().arguments, random),
    }
}

fn changed_type(ty: &Type, names: &[&'static str], random: &mut Random) -> Type {
    match random.below(5) {
        0 => Type::Named(Name::new_unchecked(random.pick::<&'static str>(names))),
        1 => ty.clone().list(),
        2 => ty.item_type().clone(),
        3 => ty.clone().nullable(),
        _ => ty.clone().non_null(),
    }
}

fn change_inputs(inputs: &mut Vec<Node<InputValueDefinition>>, random: &mut Random) {
    if inputs.is_empty() || random.below(4) == 0 {
        let text = ["Int", "Int!", "Int! = 1", "By", "[Kind!]", "Range!"];
        let text = format!("input I {{ {}: {} }}", fresh(random), random.pick(&text));
        let document = Document::parse(text, "input").expect("it parses");
        let input = document.definitions[0].as_input_object_type_definition();
        inputs.push(input.expect("it is one").fields[0].clone());
        return;
    }
    let at = random.below(inputs.len());
    let input = match random.below(3) {
        0 => return drop(inputs.remove(at)),
        _ => inputs[at].make_mut(),
    };
    if random.coin() {
        input.ty = changed_type(&input.ty, &["Int", "Kind", "By", "Range", "ID"], random).into();
        input.default_value = None;
    } else if input.default_value.take().is_none() {
        input.default_value = match input.ty.inner_named_type().as_str() {
            "Int" if !input.ty.is_list() => Some(Node::new(Value::Int(3.into()))),
            _ => Some(Node::new(Value::Null)),
        };
    }
}

/// A random operation that is valid for a schema. Every field has an alias of its own, because two
/// fields of one name may conflict.
fn operation(schema: &Valid<Schema>, random: &mut Random) -> Operation {
    let mut writer = Writer { schema, variables: Vec::new(), aliases: 0 };
    let mutation = schema.schema_definition.mutation.as_ref().filter(|_| random.below(5) == 0);
    let (kind, root) = match mutation {
        Some(root) => ("mutation", root.name.clone()),
        None => ("query", Name::new("Query").expect("it is a name")),
    };
    let mut selections = String::new();
    writer.selections(&root, 0, &mut selections, random);
    let variables = match writer.variables.is_empty() {
        true => String::new(),
        false => format!("({})", writer.variables.join(", ")),
    };
    let text = format!("{kind} {variables} {selections}");
    let document = Document::parse(&*text, "operation").unwrap_or_else(|_| panic!("{text}"));
    Operation { document, name: None }
}

struct Writer<'a> {
    schema: &'a Valid<Schema>,
    variables: Vec<String>,
    aliases: usize,
}

impl Writer<'_> {
    fn selections(&mut self, ty: &Name, depth: usize, text: &mut String, random: &mut Random) {
        *text += "{ __typename ";
        let fields: Vec<Node<FieldDefinition>> = match &self.schema.types[ty] {
            ExtendedType::Object(ty) => {
                ty.fields.values().map(|field| field.node.clone()).collect()
            }
            ExtendedType::Interface(ty) => ty.fields.values().map(|f| f.node.clone()).collect(),
            _ => Vec::new(),
        };
        for field in &fields {
            if random.below(3) == 0 {
                continue;
            }
            let base = field.ty.inner_named_type();
            let is_leaf = self.schema.types[base].is_leaf();
            if !is_leaf && depth > 2 {
                continue;
            }
            self.aliases += 1;
            let _ = write!(text, "a{}: {}", self.aliases, field.name);
            self.arguments(&field.arguments, text, random);
            self.mark("FIELD", text, random);
            *text += " ";
            if !is_leaf {
                self.selections(base, depth + 1, text, random);
            }
        }
        let types: Vec<Name> = self.schema.types.keys().cloned().collect();
        // An interface that nothing implements has none.
        let fitting: Vec<&Name> = types.iter().filter(|on| self.can_apply(ty, on)).collect();
        if depth < 3 && random.coin() && !fitting.is_empty() {
            let on = (*random.pick(&fitting)).clone();
            let _ = write!(text, "... on {on}");
            self.mark("INLINE_FRAGMENT", text, random);
            *text += " ";
            self.selections(&on, depth + 1, text, random);
        }
        *text += "} ";
    }

    fn can_apply(&self, outer: &Name, on: &Name) -> bool {
        let is_of = |ty: &Name, object: &Name| ty == object || self.schema.is_subtype(ty, object);
        let mut objects = self.schema.types.values().filter(|ty| ty.is_object());
        objects.any(|object| is_of(outer, object.name()) && is_of(on, object.name()))
    }

    fn mark(&mut self, location: &str, text: &mut String, random: &mut Random) {
        let Some(mark) = self.schema.directive_definitions.get("mark") else { return };
        if !mark.locations.iter().any(|l| l.to_string() == location) {
            return;
        }
        let mark = mark.clone();
        let count = if mark.repeatable { random.below(3) } else { random.below(2) };
        for _ in 0..count {
            *text += " @mark";
            self.arguments(&mark.arguments, text, random);
        }
    }

    fn arguments(
        &mut self,
        definitions: &[Node<InputValueDefinition>],
        text: &mut String,
        random: &mut Random,
    ) {
        let given = self.inputs(definitions, 0, random);
        if !given.is_empty() {
            let _ = write!(text, "({given})");
        }
    }

    fn inputs(
        &mut self,
        definitions: &[Node<InputValueDefinition>],
        depth: usize,
        random: &mut Random,
    ) -> String {
        let mut given = Vec::new();
        for definition in definitions {
            if definition.is_required() || (depth < 3 && random.coin()) {
                let value = self.value(&definition.ty, depth, random);
                given.push(format!("{}: {value}", definition.name));
            }
        }
        given.join(", ")
    }

    fn value(&mut self, ty: &Type, depth: usize, random: &mut Random) -> String {
        if random.below(3) == 0 || depth > 4 {
            let name = format!("$v{}", self.variables.len());
            self.variables.push(format!("{name}: {ty}"));
            return name;
        }
        if !ty.is_non_null() && random.below(6) == 0 {
            return "null".to_owned();
        }
        if ty.is_list() {
            return format!("[{}]", self.value(ty.item_type(), depth + 1, random));
        }
        match &self.schema.types[ty.inner_named_type()] {
            ExtendedType::Enum(ty) => {
                let values: Vec<&Name> = ty.values.keys().collect();
                random.pick(&values).to_string()
            }
            ExtendedType::InputObject(ty) => {
                let fields: Vec<_> = ty.fields.values().map(|field| field.node.clone()).collect();
                format!("{{{}}}", self.inputs(&fields, depth + 1, random))
            }
            ty if ty.name() == "String" => "\"\"".to_owned(),
            _ => "1".to_owned(),
        }
    }
}
