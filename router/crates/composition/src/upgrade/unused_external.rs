//! Removes external fields that nothing needs, and types that had no other fields.

use apollo_compiler::Name;
use apollo_compiler::collections::IndexMap;
use supergraph::implementer::ImplementerMut;

use super::originals::Upgrade;
use super::references::is_referenced;
use crate::diagnostic::Code;
use crate::subgraph::FieldOf;

pub(super) fn step(Upgrade { subgraph, errors, .. }: &mut Upgrade<'_>) {
    subgraph.refresh();
    let mut unused: IndexMap<Name, Vec<Name>> = IndexMap::default();
    for FieldOf { parent, definition, .. } in subgraph.unused_externals() {
        unused.entry(parent.clone()).or_default().push(definition.name.clone());
    }
    let before = subgraph.schema.clone();
    for (name, unused) in unused {
        let ty = subgraph.schema.types.get_mut(&name).and_then(ImplementerMut::of);
        let Some(ImplementerMut { fields, .. }) = ty else { continue };
        fields.retain(|field, _| !unused.contains(field));
        if !fields.is_empty() {
            continue;
        }
        if is_referenced(&before, &name) {
            let message = format!(
                "All fields of `{name}` are `@external` and nothing here needs them, yet the type \
                 is referred to."
            );
            let error = errors.add(Code::TypeWithOnlyUnusedExternal, message, None);
            error.at(subgraph.type_location(&name));
        } else {
            subgraph.schema.types.shift_remove(&name);
        }
    }
}
