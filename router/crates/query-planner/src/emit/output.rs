//! The client's answer, written from the records.

use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use query_plan::{Leaf, OutputField, OutputSelection, OutputValue, TypeShape};

use super::Emitter;
use crate::guard::Guard;
use crate::tree::{Field, FieldId, NodeId, ROOT, Types, Value};

/// Most fields that are in the answer once more because what they are in stands in several places.
pub(super) const COPIES_MAX: usize = 4096;

impl<'a> Emitter<'a, '_> {
    pub(super) fn output(&mut self) -> OutputSelection {
        self.output_selection(ROOT, &Guard::always())
    }

    fn output_selection(&mut self, node: NodeId, shown: &Guard) -> OutputSelection {
        let tree = self.tree;
        let all = tree.node(node).fields.iter().map(|id| (*id, tree.field(*id)));
        let all = all.filter_map(|(id, field)| Some((id, field, field.shown.as_ref()?)));
        let places = all.clone().flat_map(|(_, field, _)| &field.places);
        let mut orders: Vec<usize> = places.map(|place| place.order).collect();
        orders.sort_unstable();
        let mut fields = Vec::new();
        for (id, field, own) in all {
            let value = self.output_value(id, field, own);
            let places = self.places(field, own, &value, &orders);
            let values = std::iter::repeat_n(value, places.len());
            for ((order, types, own), value) in places.into_iter().zip(values) {
                let condition = if shown.implies(own) { None } else { self.condition(own) };
                let (response_key, types) = (field.key.to_string(), self.narrowing(node, types));
                let deferred = self.wanted(&field.deferred, own);
                let field = OutputField { response_key, types, condition, deferred, value };
                fields.push((order, field));
            }
        }
        fields.sort_by_key(|(order, _)| *order);
        let fields = fields.into_iter().map(|(_, field)| field).collect();
        OutputSelection { position: Self::position(node), fields }
    }

    /// The places of a field, or the first for all of them: where no other stands between them, there
    /// would be too many copies of its value, or the types may stay unknown because
    /// nothing depends on them. `orders` has all places of all fields, sorted.
    fn places(
        &mut self,
        field: &'a Field,
        shown: &'a Guard,
        value: &OutputValue,
        orders: &[usize],
    ) -> Vec<(usize, &'a Types, &'a Guard)> {
        let node = self.tree.node(field.node);
        let is_typed = node.known_type().is_some() || self.typed.contains(&field.node);
        let places = field.places.iter().map(|place| (place.order, &place.types, &place.shown));
        let places: Vec<_> = places.collect();
        let is_simple = is_typed || places.iter().all(|(_, types, _)| **types == field.types);
        let first = places.iter().map(|place| place.0).min().unwrap_or_default();
        let last = places.iter().map(|place| place.0).max().unwrap_or_default();
        let until = |end| orders.partition_point(|order| *order < end);
        let is_alone = until(last + 1) - until(first) <= places.len();
        let copies = size(value) * places.len().saturating_sub(1);
        if !is_alone && is_simple && copies <= self.copies_left {
            self.copies_left -= copies;
            return places;
        }
        vec![(first, &field.types, shown)]
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

/// How many fields a value has, with all below it, and itself.
fn size(value: &OutputValue) -> usize {
    match value {
        OutputValue::Object { selection, .. } => {
            1 + selection.fields.iter().map(|field| size(&field.value)).sum::<usize>()
        }
        // What is answered from the outside is answered once.
        OutputValue::Introspection(_) => usize::from(u16::MAX),
        OutputValue::Typename | OutputValue::Leaf { .. } => 1,
    }
}

fn shape(ty: &Type) -> TypeShape {
    let non_null = ty.is_non_null();
    match ty {
        Type::Named(_) | Type::NonNullNamed(_) => TypeShape::Named { non_null },
        Type::List(items) | Type::NonNullList(items) => {
            TypeShape::List { non_null, items: Box::new(shape(items)) }
        }
    }
}
