//! Each type of the supergraph has all fields of the interfaces it implements.

use apollo_compiler::Name;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::ExtendedType;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::merge::Merged;
use crate::merge::report::{Report, subgraphs as in_subgraphs};
use crate::subgraph::Subgraph;
use crate::subgraph::output_fields::output_fields;

/// Reports missing fields.
pub(super) fn check(merged: &Merged, subgraphs: &[Subgraph], report: &mut Report) {
    let mut missing: IndexMap<(&Name, &Name), Vec<&Name>> = IndexMap::default();
    for (name, ty) in &merged.schema.types {
        let interfaces = match ty {
            ExtendedType::Object(ty) => &ty.implements_interfaces,
            ExtendedType::Interface(ty) => &ty.implements_interfaces,
            _ => continue,
        };
        let Some(fields) = output_fields(ty) else { continue };
        for interface in interfaces {
            let Some(interface) = merged.schema.get_interface(interface) else { continue };
            for field in interface.fields.keys().filter(|field| !fields.contains_key(*field)) {
                missing.entry((&interface.name, field)).or_default().push(name);
            }
        }
    }
    for ((interface, field), types) in missing {
        for ty in types {
            report.error(missing_field(subgraphs, interface, field, ty));
        }
    }
}

fn missing_field(subgraphs: &[Subgraph], interface: &Name, field: &Name, ty: &Name) -> Diagnostic {
    let declaring: Vec<&Subgraph> =
        subgraphs.iter().filter(|s| s.schema.type_field(interface, field).is_ok()).collect();
    let defining: Vec<&Subgraph> =
        subgraphs.iter().filter(|s| s.schema.types.contains_key(ty)).collect();
    let message = format!(
        "Interface field \"{interface}.{field}\" is declared in {} but type \"{ty}\", which implements \"{interface}\" in {}, does not have field \"{field}\".",
        in_subgraphs(declaring.iter().map(|s| s.name.as_str())),
        in_subgraphs(defining.iter().map(|s| s.name.as_str())),
    );
    let fields = declaring.iter().filter_map(|s| s.field_location(interface, field));
    let types = defining.iter().filter_map(|s| s.type_location(ty));
    Diagnostic::new(Code::InterfaceFieldNoImplem, message)
        .at(fields)
        .at(types)
        .help(format!("add \"{field}\" to \"{ty}\" in some subgraph"))
}
