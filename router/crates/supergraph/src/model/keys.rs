//! The fields of keys that stand on extensions.
//!
//! Federation 1 wrote the keys of an extended type with `@external` fields, which the subgraph has
//! all the same. This also holds for one that another subgraph overrides.

use apollo_compiler::Name;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{Selection, SelectionSet};

use super::{SubgraphId, Type, TypeId};

/// Makes the fields of these keys fields that the subgraph resolves.
pub(super) fn own_keys_of_extensions(types: &mut [Type], ids: &IndexMap<Name, TypeId>) {
    let mut selections: Vec<(TypeId, SubgraphId, SelectionSet)> = Vec::new();
    for (ty, id) in types.iter().zip(ids.values()) {
        for join in &ty.joins {
            let keys = join.keys.iter().filter(|key| key.on_extension);
            selections.extend(keys.map(|key| (*id, join.subgraph, key.fields.clone())));
        }
    }
    while let Some((id, subgraph, set)) = selections.pop() {
        for selection in &set.selections {
            let (on, below) = match selection {
                Selection::Field(field) => {
                    let fields = &mut types[id.0 as usize].fields;
                    let Some(definition) = fields.get_mut(&field.name) else { continue };
                    for join in definition.joins.iter_mut().filter(|j| j.subgraph == subgraph) {
                        join.external = false;
                    }
                    (definition.base, &field.selection_set)
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.type_condition.as_ref();
                    let on = on.and_then(|name| ids.get(name).copied()).unwrap_or(id);
                    (on, &fragment.selection_set)
                }
                Selection::FragmentSpread(_) => continue,
            };
            selections.push((on, subgraph, below.clone()));
        }
    }
}
