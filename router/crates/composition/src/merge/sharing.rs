//! A field that several subgraphs resolve must be shareable in all of them.
//!
//! <https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/sharing-types>

use super::context::Context;
use super::overrides::{Overridden, Overrides, override_from};
use super::sources::FieldSource;
use super::wording::{in_subgraphs, places};
use crate::diagnostic::Code;

/// Checks that a field that several subgraphs resolve is shareable in each.
pub(crate) fn check_sharing(
    ctx: &mut Context<'_>,
    coordinate: &str,
    defined: &[FieldSource<'_>],
    stand_ins: &[FieldSource<'_>],
    overrides: &Overrides,
) {
    let overridden = |s: &&FieldSource<'_>| {
        let Overridden { used, unused, .. } = overrides.of(s.of.at.index);
        *used || *unused
    };
    let mut resolvers: Vec<&FieldSource<'_>> =
        defined.iter().filter(|s| !s.is_fully_external() && !overridden(s)).collect();
    resolvers.extend(stand_ins.iter().filter(|s| !s.is_fully_external()));
    let shareable = |s: &FieldSource<'_>| s.subgraph().is_shareable(s.parent(), s.name());
    let exclusive: Vec<_> = resolvers.iter().filter(|s| !shareable(s)).collect();
    if exclusive.is_empty() || resolvers.len() < 2 {
        return;
    }
    let (all, some) = (in_subgraphs(&resolvers), in_subgraphs(&exclusive));
    let whose = if exclusive.len() == resolvers.len() { "all of them" } else { &some };
    let message = format!(
        "Non-shareable field \"{coordinate}\" is resolved from multiple subgraphs: it is resolved from {all} and defined as non-shareable in {whose}."
    );
    let misspelt = resolvers.iter().find_map(|s| {
        let from = override_from(**s)?;
        let unknown = !ctx.subgraphs.iter().any(|subgraph| subgraph.name == from);
        unknown.then(|| format!(" (its @override names an unknown subgraph \"{from}\")"))
    });
    ctx.report
        .add(Code::InvalidFieldSharing, message + &misspelt.unwrap_or_default())
        .at(places(resolvers))
        .help(format!("add @shareable to \"{coordinate}\" in {some}"));
}
