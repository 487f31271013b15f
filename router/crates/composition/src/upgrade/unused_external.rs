//! Removes external fields that nothing needs, and types that had no other fields.

use apollo_compiler::Name;
use apollo_compiler::collections::IndexMap;

use super::originals::Upgrade;
use super::references::is_referenced;
use crate::diagnostic::code::Code;
use crate::subgraph::output_fields::output_fields_mut;

pub(super) fn step(Upgrade { subgraph, errors, .. }: &mut Upgrade<'_>) {
    subgraph.refresh();
    let mut unused: IndexMap<Name, Vec<Name>> = IndexMap::default();
    for (name, _, field) in subgraph.fields() {
        if subgraph.is_external(name, &field.name) && !subgraph.is_used(name, &field.name) {
            unused.entry(name.clone()).or_default().push(field.name.clone());
        }
    }
    let before = subgraph.schema.clone();
    for (name, unused) in unused {
        let fields = subgraph.schema.types.get_mut(&name).and_then(output_fields_mut);
        let Some(fields) = fields else { continue };
        fields.retain(|field, _| !unused.contains(field));
        if !fields.is_empty() {
            continue;
        }
        if is_referenced(&before, &name) {
            let message = format!(
                "All fields of `{name}` are `@external` and nothing here needs them, yet the type \
                 is referred to."
            );
            let code = Code::TypeWithOnlyUnusedExternal;
            let error = subgraph.diagnostic(code, message, None);
            errors.push(error.at(subgraph.type_location(&name)));
        } else {
            subgraph.schema.types.shift_remove(&name);
        }
    }
}
