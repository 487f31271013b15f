//! The client's answer, written from the records.

use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use query_plan::{Leaf, OutputField, OutputSelection, OutputValue, TypeShape};

use super::Emitter;
use crate::guard::Guard;
use crate::tree::{Field, FieldId, NodeId, ROOT, Types, Value};

impl<'a> Emitter<'a, '_> {
    pub(super) fn output(&mut self) -> OutputSelection {
        self.output_selection(ROOT, &Guard::always())
    }

    fn output_selection(&mut self, node: NodeId, shown: &Guard) -> OutputSelection {
        let tree = self.tree;
        let mut fields = Vec::new();
        for (types, own, id) in self.in_order(node) {
            let field = tree.field(id);
            let condition = if shown.implies(own) { None } else { self.condition(own) };
            fields.push(OutputField {
                response_key: field.key.to_string(),
                types: self.narrowing(node, types),
                condition,
                value: self.output_value(id, field, own),
            });
        }
        OutputSelection { position: Self::position(node), fields }
    }

    /// The fields to show, for which types and when. Where the types may stay unknown, because
    /// nothing that is shown depends on them, their order does not either.
    fn in_order(&self, node: NodeId) -> Vec<(&'a Types, &'a Guard, FieldId)> {
        let tree = self.tree;
        let is_typed = tree.node(node).types.len() == 1 || self.typed.contains(&node);
        let mut all = Vec::new();
        for id in &tree.node(node).fields {
            let Field { places, types, shown, .. } = tree.field(*id);
            let first = places.iter().map(|place| place.order).min();
            if let (Some(order), Some(shown), false) = (first, shown, is_typed) {
                all.push((order, types, shown, *id));
                continue;
            }
            all.extend(places.iter().map(|place| (place.order, &place.types, &place.shown, *id)));
        }
        all.sort_by_key(|(order, ..)| *order);
        all.into_iter().map(|(_, types, shown, id)| (types, shown, id)).collect()
    }

    fn output_value(&mut self, id: FieldId, field: &Field, shown: &Guard) -> OutputValue {
        match field.value {
            Value::Typename => OutputValue::Typename,
            Value::Introspection(index) => OutputValue::Introspection(index),
            Value::Leaf => OutputValue::Leaf {
                slot: self.slots[&id],
                shape: shape(&field.ty),
                leaf: self.leaf(field.ty.inner_named_type()),
            },
            Value::Object(child) => OutputValue::Object {
                slot: self.slots[&id],
                shape: shape(&field.ty),
                selection: self.output_selection(child, shown),
            },
        }
    }

    fn leaf(&self, name: &str) -> Leaf {
        match name {
            "Int" => Leaf::Int,
            "Float" => Leaf::Float,
            "String" => Leaf::String,
            "Boolean" => Leaf::Boolean,
            "ID" => Leaf::Id,
            _ => match self.supergraph().api_schema.types.get(name) {
                Some(ExtendedType::Enum(definition)) => {
                    let mut values: Vec<_> =
                        definition.values.keys().map(ToString::to_string).collect();
                    values.sort_unstable();
                    Leaf::Enum(values)
                }
                _ => Leaf::Any,
            },
        }
    }
}

fn shape(ty: &Type) -> TypeShape {
    match ty {
        Type::Named(_) => TypeShape::Named { non_null: false },
        Type::NonNullNamed(_) => TypeShape::Named { non_null: true },
        Type::List(items) => TypeShape::List { non_null: false, items: Box::new(shape(items)) },
        Type::NonNullList(items) => {
            TypeShape::List { non_null: true, items: Box::new(shape(items)) }
        }
    }
}
