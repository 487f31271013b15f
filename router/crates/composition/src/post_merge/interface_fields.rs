//! Each type of the supergraph has all fields of the interfaces it implements.

use apollo_compiler::Name;
use apollo_compiler::collections::IndexMap;
use supergraph::implementer::Implementer;

use crate::diagnostic::{Code, Report};
use crate::merge::Merged;
use crate::merge::sources::At;
use crate::merge::wording::in_subgraphs;
use crate::subgraph::Subgraph;

/// Reports missing fields.
pub(super) fn check(merged: &Merged, subgraphs: &[Subgraph], report: &mut Report) {
    let mut missing: IndexMap<(&Name, &Name), Vec<&Name>> = IndexMap::default();
    for (name, ty) in &merged.schema.types {
        let Some(ty) = Implementer::of(ty) else { continue };
        for interface in ty.interfaces {
            let Some(interface) = merged.schema.get_interface(interface) else { continue };
            for field in interface.fields.keys().filter(|field| !ty.fields.contains_key(*field)) {
                missing.entry((&interface.name, field)).or_default().push(name);
            }
        }
    }
    for ((interface, field), types) in missing {
        for ty in types {
            report_missing(subgraphs, (interface, field), ty, report);
        }
    }
}

fn report_missing(
    subgraphs: &[Subgraph],
    (interface, field): (&Name, &Name),
    ty: &Name,
    report: &mut Report,
) {
    let declares = |at: &At<'_>| at.subgraph.schema.type_field(interface, field).is_ok();
    let defines = |at: &At<'_>| at.subgraph.schema.types.contains_key(ty);
    let declaring: Vec<At<'_>> = At::all(subgraphs).filter(declares).collect();
    let defining: Vec<At<'_>> = At::all(subgraphs).filter(defines).collect();
    let message = format!(
        "Interface field \"{interface}.{field}\" is declared in {} but type \"{ty}\", which implements \"{interface}\" in {}, does not have field \"{field}\".",
        in_subgraphs(&declaring),
        in_subgraphs(&defining),
    );
    report
        .add(Code::InterfaceFieldNoImplem, message)
        .at(declaring.iter().filter_map(|at| at.subgraph.field_location(interface, field)))
        .at(defining.iter().filter_map(|at| at.subgraph.type_location(ty)))
        .help(format!("add \"{field}\" to \"{ty}\" in some subgraph"));
}
