//! Federation 1 schemas become federation 2 schemas that mean the same.
//!
//! What was implied is said (`@shareable`), what meant nothing is removed (`@external` on the key
//! of an extension, external fields nothing needs), and what stood for "elsewhere" (`extend type`)
//! becomes a definition. Federation 2 schemas are left alone.

use crate::diagnostic::Diagnostic;
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
mod references;
mod shareable;
mod unused_external;

/// A step changes one schema; it may look at how all were before the upgrade.
type Step = fn(&mut Subgraph, &Originals<'_>, &mut Vec<Diagnostic>);

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

/// The subgraphs before the upgrade.
struct Originals<'a> {
    all: &'a [Subgraph],
    /// Which of them is being upgraded.
    own: usize,
}

impl<'a> Originals<'a> {
    /// The subgraph being upgraded, as it was.
    fn own(&self) -> &'a Subgraph {
        &self.all[self.own]
    }

    /// All the other subgraphs.
    fn others(&self) -> impl Iterator<Item = &'a Subgraph> {
        let own = self.own;
        self.all.iter().enumerate().filter(move |(i, _)| *i != own).map(|(_, s)| s)
    }
}

/// Upgrades the federation 1 schemas among the subgraphs and holds them to the rules.
pub(crate) fn upgrade(subgraphs: Vec<Subgraph>) -> Result<Vec<Subgraph>, Vec<Diagnostic>> {
    if !subgraphs.iter().any(|subgraph| subgraph.was_fed1) {
        return Ok(subgraphs);
    }
    let mut upgraded = Vec::with_capacity(subgraphs.len());
    let mut errors = Vec::new();
    for (own, subgraph) in subgraphs.iter().enumerate() {
        if !subgraph.was_fed1 {
            upgraded.push(subgraph.clone());
            continue;
        }
        match upgrade_one(&Originals { all: &subgraphs, own }) {
            Ok(subgraph) => upgraded.push(subgraph),
            Err(diagnostics) => errors.extend(diagnostics),
        }
    }
    if errors.is_empty() {
        interface_object_keys::check(&subgraphs, &mut errors);
    }
    if errors.is_empty() { Ok(upgraded) } else { Err(errors) }
}

fn upgrade_one(originals: &Originals<'_>) -> Result<Subgraph, Vec<Diagnostic>> {
    let mut subgraph = originals.own().clone();
    let mut errors = Vec::new();
    for step in STEPS {
        step(&mut subgraph, originals, &mut errors);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    subgraph.refresh();
    let errors = validate(&subgraph, Vec::new());
    if errors.is_empty() { Ok(subgraph) } else { Err(errors) }
}
