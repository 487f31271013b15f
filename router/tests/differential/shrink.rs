//! Makes a failing case smaller as long as it fails in the same way: fewer selections, subgraphs,
//! types, fields and objects.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use apollo_compiler::ast::{
    Definition, DirectiveList, Document, FieldDefinition, FragmentDefinition, InlineFragment,
    Selection,
};
use apollo_compiler::{Name, Node};
use serde_json::Value;

use crate::case::Case;
use crate::split_data::OVERRIDDEN;

/// How long it may take.
const TIME_MAX: Duration = Duration::from_secs(60);

/// The smallest case that is found.
pub(crate) async fn shrink(case: Case) -> Case {
    let Some(problem) = case.problem().await else { return case };
    let mut shrinker = Shrinker { case, problem, end: Instant::now() + TIME_MAX };
    loop {
        let mut smaller = shrinker.pass(without_selection).await;
        smaller |= shrinker.pass(without_part).await;
        smaller |= shrinker.pass(without_type).await;
        smaller |= shrinker.pass(without_field).await;
        smaller |= shrinker.pass(without_directive).await;
        if !smaller || Instant::now() > shrinker.end {
            break;
        }
    }
    shrinker.pass(without_object).await;
    let tidy = without_unknown(shrinker.case.clone());
    if tidy.problem().await.as_ref() == Some(&shrinker.problem) { tidy } else { shrinker.case }
}

struct Shrinker {
    case: Case,
    problem: String,
    end: Instant,
}

impl Shrinker {
    /// Leaves out whatever can be left out; whether there was anything.
    async fn pass(&mut self, without: fn(&Case, usize) -> Option<Case>) -> bool {
        let (mut number, mut smaller) = (0, false);
        while let Some(candidate) = without(&self.case, number) {
            if Instant::now() > self.end {
                break;
            }
            let is_smaller = !is_same(&candidate, &self.case) && !has_lost_override(&candidate);
            if is_smaller && candidate.problem().await.as_ref() == Some(&self.problem) {
                self.case = candidate;
                smaller = true;
            } else {
                number += 1;
            }
        }
        smaller
    }
}

fn is_same(one: &Case, other: &Case) -> bool {
    let sdl = |case: &Case| -> Vec<String> {
        case.parts.parts.iter().map(|part| part.sdl.clone()).collect()
    };
    one.query == other.query && one.parts.whole == other.parts.whole && sdl(one) == sdl(other)
}

/// Whether data is wrong on purpose, for a field that is not overridden any more.
fn has_lost_override(case: &Case) -> bool {
    let documents = documents(case);
    let names = case.parts.parts.iter().map(|part| &part.name);
    let named: BTreeMap<&String, &Document> = names.zip(&documents).collect();
    let is_overridden = |type_name: &str, name: &str| {
        documents.iter().filter_map(|document| field(document, type_name, name)).any(|field| {
            let by = field.directives.get("override");
            let from = by.and_then(|by| by.specified_argument_by_name("from")?.as_str());
            let from = from.and_then(|from| named.get(&from.to_owned()));
            from.is_some_and(|from| self::field(from, type_name, name).is_some())
        })
    };
    case.parts.parts.iter().zip(&documents).any(|(part, document)| {
        let types = part.data["objects"].as_object().into_iter().flatten();
        types.into_iter().any(|(type_name, objects)| {
            let objects = objects.as_object().into_iter().flatten();
            let mut fields = objects.filter_map(|(_, object)| object.as_object()).flatten();
            fields.any(|(name, value)| {
                value["$error"] == OVERRIDDEN
                    && field(document, type_name, name).is_some()
                    && !is_overridden(type_name, name)
            })
        })
    })
}

/// A field of an object type.
fn field<'d>(document: &'d Document, type_name: &str, name: &str) -> Option<&'d FieldDefinition> {
    let fields = document.definitions.iter().filter_map(|definition| match definition {
        Definition::ObjectTypeDefinition(object) if object.name == type_name => {
            Some(&object.fields)
        }
        Definition::ObjectTypeExtension(object) if object.name == type_name => Some(&object.fields),
        _ => None,
    });
    fields.flatten().find(|field| field.name == name).map(|field| &**field)
}

/// Without one selection (or without its directives, or with what is in it instead), without a
/// variable.
fn without_selection(case: &Case, number: usize) -> Option<Case> {
    let mut document = Document::parse(&case.query, "op").ok()?;
    inline_fragments(&mut document);
    let Some(Definition::OperationDefinition(operation)) = document.definitions.first_mut() else {
        return None;
    };
    let operation = operation.make_mut();
    let mut left = number;
    if !remove(&mut operation.selection_set, &mut left) {
        if left >= operation.variables.len() {
            return None;
        }
        operation.variables.remove(left);
    }
    let text = document.to_string();
    let mut variables = case.variables.clone();
    if let Some(all) = variables.as_object_mut() {
        all.retain(|name, _| text.contains(&format!("${name}")));
    }
    Some(Case { query: text, variables, ..case.clone() })
}

/// Puts what fragments select where they are spread.
fn inline_fragments(document: &mut Document) {
    let mut fragments = BTreeMap::new();
    for definition in &document.definitions {
        if let Definition::FragmentDefinition(fragment) = definition {
            fragments.insert(fragment.name.clone(), fragment.clone());
        }
    }
    document.definitions.retain(|d| matches!(d, Definition::OperationDefinition(_)));
    for definition in &mut document.definitions {
        if let Definition::OperationDefinition(operation) = definition {
            inline(&mut operation.make_mut().selection_set, &fragments);
        }
    }
}

type Fragments = BTreeMap<Name, Node<FragmentDefinition>>;

fn inline(selections: &mut [Selection], fragments: &Fragments) {
    for selection in selections {
        if let Selection::FragmentSpread(spread) = selection
            && let Some(fragment) = fragments.get(&spread.fragment_name)
        {
            *selection = Selection::InlineFragment(Node::new(InlineFragment {
                type_condition: Some(fragment.type_condition.clone()),
                directives: spread.directives.clone(),
                selection_set: fragment.selection_set.clone(),
            }));
        }
        match selection {
            Selection::Field(field) => inline(&mut field.make_mut().selection_set, fragments),
            Selection::InlineFragment(fragment) => {
                inline(&mut fragment.make_mut().selection_set, fragments);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Makes one change to selections, after so many others that could be made.
fn remove(selections: &mut Vec<Selection>, number: &mut usize) -> bool {
    let mut is_next = |possible: bool| {
        let next = possible && *number == 0;
        *number -= usize::from(possible && !next);
        next
    };
    for index in 0..selections.len() {
        if is_next(selections.len() > 1) {
            selections.remove(index);
            return true;
        }
        if let Selection::InlineFragment(fragment) = &selections[index]
            && is_next(true)
        {
            let inner = fragment.selection_set.clone();
            selections.splice(index..=index, inner);
            return true;
        }
        let directives = match &mut selections[index] {
            Selection::Field(field) => &mut field.make_mut().directives,
            Selection::InlineFragment(fragment) => &mut fragment.make_mut().directives,
            Selection::FragmentSpread(_) => continue,
        };
        if is_next(!directives.is_empty()) {
            directives.clear();
            return true;
        }
    }
    for selection in selections {
        let below = match selection {
            Selection::Field(field) => &mut field.make_mut().selection_set,
            Selection::InlineFragment(fragment) => &mut fragment.make_mut().selection_set,
            Selection::FragmentSpread(_) => continue,
        };
        if remove(below, number) {
            return true;
        }
    }
    false
}

fn without_part(case: &Case, number: usize) -> Option<Case> {
    let mut case = case.clone();
    if number >= case.parts.parts.len() {
        return None;
    }
    case.parts.parts.remove(number);
    Some(case)
}

fn documents(case: &Case) -> Vec<Document> {
    let parts = case.parts.parts.iter();
    parts.map(|part| Document::parse(&part.sdl, "sdl").unwrap_or_default()).collect()
}

fn with_documents(case: &Case, documents: &[Document]) -> Case {
    let mut case = case.clone();
    for (part, document) in case.parts.parts.iter_mut().zip(documents) {
        part.sdl = document.to_string();
        prune(&mut part.data, document);
    }
    case
}

/// Leaves out the rules of fields that are not there.
fn prune(data: &mut Value, document: &Document) {
    let has = |path: &str| {
        let Some((type_name, field)) = path.split_once('.') else { return false };
        document.definitions.iter().any(|definition| match definition {
            Definition::ObjectTypeDefinition(object) => {
                object.name == type_name && object.fields.iter().any(|f| f.name == field)
            }
            Definition::ObjectTypeExtension(object) => {
                object.name == type_name && object.fields.iter().any(|f| f.name == field)
            }
            _ => false,
        })
    };
    if let Some(rules) = data.get_mut("rules").and_then(Value::as_object_mut) {
        rules.retain(|path, _| has(path));
    }
}

/// Without a type, in all subgraphs or in one.
fn without_type(case: &Case, number: usize) -> Option<Case> {
    let mut all = documents(case);
    let mut names: Vec<(Option<usize>, String)> = Vec::new();
    for (part, document) in all.iter().enumerate() {
        for definition in &document.definitions {
            let Some(name) = definition.name().map(|name| name.to_string()) else { continue };
            if !names.contains(&(None, name.clone())) {
                names.push((None, name.clone()));
            }
            names.push((Some(part), name));
        }
    }
    let (only, name) = names.get(number)?;
    for (part, document) in all.iter_mut().enumerate() {
        if only.is_none_or(|only| only == part) {
            document.definitions.retain(|d| d.name().is_none_or(|n| n != name.as_str()));
            for definition in &mut document.definitions {
                without_name(definition, name);
            }
        }
    }
    Some(with_documents(case, &all))
}

/// Leaves out where a definition names a type.
fn without_name(definition: &mut Definition, name: &str) {
    match definition {
        Definition::ObjectTypeDefinition(object) => {
            let object = object.make_mut();
            object.implements_interfaces.retain(|interface| interface != name);
            object.fields.retain(|field| field.ty.inner_named_type() != name);
        }
        Definition::ObjectTypeExtension(object) => {
            let object = object.make_mut();
            object.implements_interfaces.retain(|interface| interface != name);
            object.fields.retain(|field| field.ty.inner_named_type() != name);
        }
        Definition::InterfaceTypeDefinition(interface) => {
            interface.make_mut().fields.retain(|field| field.ty.inner_named_type() != name);
        }
        Definition::UnionTypeDefinition(union) => {
            union.make_mut().members.retain(|member| member != name);
        }
        _ => {}
    }
}

/// Without a field, in all subgraphs or in one.
fn without_field(case: &Case, number: usize) -> Option<Case> {
    let mut all = documents(case);
    let mut names: Vec<(Option<usize>, String, String)> = Vec::new();
    for (part, document) in all.iter().enumerate() {
        for definition in &document.definitions {
            let type_name = definition.name().map(ToString::to_string).unwrap_or_default();
            for field in fields(definition) {
                let everywhere = (None, type_name.clone(), field.clone());
                if !names.contains(&everywhere) {
                    names.push(everywhere);
                }
                names.push((Some(part), type_name.clone(), field));
            }
        }
    }
    let (only, type_name, field) = names.get(number)?;
    for (part, document) in all.iter_mut().enumerate() {
        if only.is_some_and(|only| only != part) {
            continue;
        }
        for definition in &mut document.definitions {
            match definition {
                Definition::ObjectTypeDefinition(object) if object.name == type_name.as_str() => {
                    object.make_mut().fields.retain(|f| f.name != field.as_str());
                }
                Definition::ObjectTypeExtension(object) if object.name == type_name.as_str() => {
                    object.make_mut().fields.retain(|f| f.name != field.as_str());
                }
                Definition::InterfaceTypeDefinition(interface)
                    if interface.name == type_name.as_str() =>
                {
                    interface.make_mut().fields.retain(|f| f.name != field.as_str());
                }
                _ => {}
            }
        }
    }
    Some(with_documents(case, &all))
}

/// Without a directive of a type or of a field.
fn without_directive(case: &Case, mut number: usize) -> Option<Case> {
    let mut all = documents(case);
    let mut take = |directives: &mut DirectiveList| {
        // Without others the data would be wrong.
        let may_go = ["key", "provides", "shareable", "inaccessible"];
        let all = directives.iter().enumerate();
        let all: Vec<usize> =
            all.filter(|(_, d)| may_go.contains(&d.name.as_str())).map(|(i, _)| i).collect();
        match all.get(number) {
            Some(index) => drop(directives.remove(*index)),
            None => {
                number -= all.len();
                return false;
            }
        }
        true
    };
    let done = all.iter_mut().flat_map(|document| &mut document.definitions).any(|definition| {
        match definition {
            Definition::ObjectTypeDefinition(object) => {
                let object = object.make_mut();
                take(&mut object.directives)
                    || object.fields.iter_mut().any(|f| take(&mut f.make_mut().directives))
            }
            Definition::InterfaceTypeDefinition(interface) => {
                take(&mut interface.make_mut().directives)
            }
            _ => false,
        }
    });
    done.then(|| with_documents(case, &all))
}

fn fields(definition: &Definition) -> Vec<String> {
    let names = |fields: &[Node<FieldDefinition>]| {
        fields.iter().map(|field| field.name.to_string()).collect()
    };
    match definition {
        Definition::ObjectTypeDefinition(object) => names(&object.fields),
        Definition::ObjectTypeExtension(object) => names(&object.fields),
        Definition::InterfaceTypeDefinition(interface) => names(&interface.fields),
        _ => Vec::new(),
    }
}

/// Without an object, wherever it is: the subgraphs have what the monolith has.
fn without_object(case: &Case, number: usize) -> Option<Case> {
    let types = case.parts.whole.get("objects").and_then(Value::as_object)?;
    let ids = |(name, objects): (&String, &Value)| -> Vec<(String, String)> {
        let objects = objects.as_object().into_iter().flatten();
        objects.map(|(id, _)| (name.clone(), id.clone())).collect()
    };
    let (type_name, id) = types.iter().flat_map(ids).nth(number)?;
    let mut case = case.clone();
    let parts = case.parts.parts.iter_mut().map(|part| &mut part.data);
    for data in std::iter::once(&mut case.parts.whole).chain(parts) {
        let objects = data["objects"].get_mut(&type_name).and_then(Value::as_object_mut);
        objects.and_then(|objects| objects.remove(&id));
    }
    Some(case)
}

/// Leaves out of the data what the schemas do not have.
fn without_unknown(mut case: Case) -> Case {
    let documents = documents(&case);
    for (part, document) in case.parts.parts.iter_mut().zip(&documents) {
        let known = |name: &str| -> Option<Vec<String>> {
            let definitions = document.definitions.iter();
            let mut definitions = definitions.filter(|d| d.name().is_some_and(|n| n == name));
            definitions.next().map(fields)
        };
        for section in ["objects", "roots"] {
            let Some(types) = part.data[section].as_object_mut() else { continue };
            types.retain(|name, _| known(name).is_some());
            for (name, value) in types {
                let known = known(name).unwrap_or_default();
                let has = |field: &str| known.iter().any(|k| k == field) || field == "$absent";
                if section == "roots" {
                    value.as_object_mut().into_iter().for_each(|o| o.retain(|f, _| has(f)));
                    continue;
                }
                for object in value.as_object_mut().into_iter().flatten() {
                    object.1.as_object_mut().into_iter().for_each(|o| o.retain(|f, _| has(f)));
                }
            }
        }
    }
    case
}
