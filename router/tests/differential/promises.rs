//! Promises of subgraphs that a field is not null, where the supergraph says that it may be. What
//! is null there against the promise makes more null in such a subgraph than in a monolith.

use std::collections::BTreeMap;

use apollo_compiler::ast::{Definition, Document, FieldDefinition, Type};
use apollo_compiler::{Name, Node};

use crate::part::Part;

/// The schema that clients see with the promises of the subgraphs; `None` if it has them all.
pub(crate) fn with_promises(api_schema: &str, parts: &[Part]) -> Option<String> {
    let documents: Vec<Document> =
        parts.iter().map(|part| Document::parse(&part.sdl, "part").unwrap_or_default()).collect();
    let mut promised: BTreeMap<(&Name, &Name), Vec<&Type>> = BTreeMap::new();
    for (type_name, fields) in documents.iter().flat_map(|d| &d.definitions).filter_map(object) {
        for field in fields {
            promised.entry((type_name, &field.name)).or_default().push(&field.ty);
        }
    }
    let mut schema = Document::parse(api_schema, "api").ok()?;
    let mut is_other = false;
    for definition in &mut schema.definitions {
        let Definition::ObjectTypeDefinition(object) = definition else { continue };
        let type_name = object.name.clone();
        for field in &mut object.make_mut().fields {
            let promised = promised.get(&(&type_name, &field.name)).into_iter().flatten();
            let ty = promised.fold(field.ty.clone(), |ty, promised| narrower(ty, promised));
            if ty != field.ty {
                field.make_mut().ty = ty;
                is_other = true;
            }
        }
    }
    is_other.then(|| schema.to_string())
}

fn object(definition: &Definition) -> Option<(&Name, &[Node<FieldDefinition>])> {
    match definition {
        Definition::ObjectTypeDefinition(object) => Some((&object.name, &object.fields)),
        Definition::ObjectTypeExtension(object) => Some((&object.name, &object.fields)),
        _ => None,
    }
}

/// A type that is not null wherever one of both is not.
fn narrower(ty: Type, other: &Type) -> Type {
    let ty = match ty {
        Type::List(item) => Type::List(Box::new(narrower(*item, other.item_type()))),
        Type::NonNullList(item) => Type::NonNullList(Box::new(narrower(*item, other.item_type()))),
        named => named,
    };
    if other.is_non_null() { ty.non_null() } else { ty }
}
