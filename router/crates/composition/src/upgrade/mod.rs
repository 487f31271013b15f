//! Federation 1 schemas become federation 2 schemas that mean the same.
//!
//! What was implied is said (`@shareable`), what meant nothing is removed (`@external` on the key
//! of an extension, external fields nothing needs), and what stood for "elsewhere" (`extend type`)
//! becomes a definition. Federation 2 schemas are left alone.

use crate::diagnostic::{Diagnostic, Errors, Report};
use crate::subgraph::Subgraph;
use crate::validate::validate;

mod duplicate_tags;
mod extension_base;
mod extensions;
mod field_set_values;
mod inert_external;
mod inert_on_interfaces;
mod interface_object_keys;
mod link;
mod local_leaves;
mod originals;
mod shareable;
mod unused_external;

use originals::{Asked, Originals, Upgrade, owners};

/// A step changes one schema; it may ask how all were before the upgrade.
type Step = fn(&mut Upgrade<'_>);

/// The steps of the upgrade, in order. Each may build on what those before it did.
const STEPS: &[Step] = &[
    link::step,
    extension_base::step,
    field_set_values::step,
    inert_external::step,
    local_leaves::step,
    extensions::step,
    inert_on_interfaces::step,
    unused_external::step,
    shareable::step,
    duplicate_tags::step,
];

/// What became of a subgraph, and what had to be known of the others for that.
#[derive(Debug)]
pub(crate) struct Upgraded {
    outcome: Result<Subgraph, Vec<Diagnostic>>,
    asked: Vec<Asked>,
}

/// Upgrades the federation 1 schemas among the subgraphs and holds them to the rules. `known` is
/// what became of each the last time, and holds while the others answer as they did then.
pub(crate) fn upgrade(
    subgraphs: Vec<Subgraph>,
    known: &mut [&mut Option<Upgraded>],
) -> Result<Vec<Subgraph>, Vec<Diagnostic>> {
    if !subgraphs.iter().any(|subgraph| subgraph.was_fed1) {
        return Ok(subgraphs);
    }
    let owners = owners(&subgraphs);
    let mut upgraded = Vec::with_capacity(subgraphs.len());
    let mut report = Report::default();
    for (own, (subgraph, known)) in subgraphs.iter().zip(known).enumerate() {
        if !subgraph.was_fed1 {
            upgraded.push(subgraph.clone());
            continue;
        }
        let originals = Originals::new(&subgraphs, &owners, own);
        let valid = known.take().filter(|known| originals.still_answer(&known.asked));
        let valid = known.insert(valid.unwrap_or_else(|| upgrade_one(originals)));
        match &valid.outcome {
            Ok(subgraph) => upgraded.push(subgraph.clone()),
            Err(diagnostics) => report.errors.extend_from_slice(diagnostics),
        }
    }
    if report.errors.is_empty() {
        interface_object_keys::check(&subgraphs, &mut report);
    }
    if report.errors.is_empty() { Ok(upgraded) } else { Err(report.errors) }
}

fn upgrade_one(originals: Originals<'_>) -> Upgraded {
    let subgraph = originals.own().clone();
    let errors = Errors::new(&originals.own().places);
    let mut upgrade = Upgrade { subgraph, originals, errors };
    STEPS.iter().for_each(|step| step(&mut upgrade));
    let Upgrade { mut subgraph, originals, errors } = upgrade;
    let mut errors = errors.list;
    if errors.is_empty() {
        subgraph.refresh();
        errors = validate(&subgraph, Vec::new());
    }
    let outcome = if errors.is_empty() { Ok(subgraph) } else { Err(errors) };
    Upgraded { outcome, asked: originals.into_asked() }
}
