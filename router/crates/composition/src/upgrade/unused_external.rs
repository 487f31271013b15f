//! Removes external fields that nothing needs, and types that had no other fields.

use apollo_compiler::Name;
use apollo_compiler::schema::ExtendedType;

use super::originals::Upgrade;
use super::references::is_referenced;
use crate::diagnostic::code::Code;

pub(super) fn step(Upgrade { subgraph, errors, .. }: &mut Upgrade<'_>) {
    subgraph.refresh();
    let unused: Vec<(Name, Name)> = subgraph
        .fields()
        .filter(|(name, _, field)| {
            subgraph.is_external(name, &field.name) && !subgraph.is_used(name, &field.name)
        })
        .map(|(name, _, field)| (name.clone(), field.name.clone()))
        .collect();
    let mut emptied: Vec<Name> = Vec::new();
    for (name, field) in unused {
        let fields = match subgraph.schema.types.get_mut(&name) {
            Some(ExtendedType::Object(ty)) => &mut ty.make_mut().fields,
            Some(ExtendedType::Interface(ty)) => &mut ty.make_mut().fields,
            _ => continue,
        };
        fields.shift_remove(&field);
        if fields.is_empty() {
            emptied.push(name);
        }
    }
    for name in emptied {
        if is_referenced(&subgraph.schema, &name) {
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
