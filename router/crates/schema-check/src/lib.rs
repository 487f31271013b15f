//! What a change of a supergraph means for its clients.
//!
//! [`check`] compares what clients saw with what they would see, and finds for every breaking
//! change the operations that it breaks. [`moves`] says what changed between subgraphs, and
//! [`Places`] where in a subgraph's schema a change comes from.
//!
//! Nothing here composes, reads files or knows a format of reports.

mod key;

mod change;

mod compare;
mod elements;
mod usage;

mod moves;
mod places;

use apollo_compiler::ast::Document;
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{Name, Schema};

pub use change::{Change, Criticality, Kind};
pub use key::Certainty;
pub use moves::moves;
pub use places::{Place, Places};

use change::Breaks;
use compare::compare;
use usage::Uses;

/// An operation that clients send.
#[derive(Debug, Clone)]
pub struct Operation {
    /// A document with this operation and all fragments that it needs.
    pub document: Document,
    /// Which of the document's operations.
    pub name: Option<String>,
}

/// What a change of a schema means for its clients.
#[derive(Debug, Default)]
pub struct Report {
    /// Every difference between the API schemas.
    pub changes: Vec<Change>,
    /// Operations that were valid and are not any more, by index, each with the first reason.
    pub refused: Vec<(usize, String)>,
    /// Operations that were not valid before: nothing is known of what they use.
    pub unknown: Vec<(usize, String)>,
}

/// Compares two API schemas, and looks for the operations that their difference breaks.
#[must_use]
pub fn check(old: &Valid<Schema>, new: &Valid<Schema>, operations: &[Operation]) -> Report {
    let mut report = Report { changes: compare(old, new), ..Report::default() };
    let overlap = |outer: &Name, on: &Name| can_apply(new, outer, on);
    for (index, operation) in operations.iter().enumerate() {
        let uses = match uses(old, operation) {
            Ok(uses) => uses,
            Err(reason) => {
                report.unknown.push((index, reason));
                continue;
            }
        };
        let refused = operation.document.to_executable_validate(new).err();
        let is_breaking = |change: &Change| change.kind.criticality == Criticality::Breaking;
        for change in report.changes.iter_mut().filter(|change| is_breaking(change)) {
            let certainty = change.breaks.iter().filter_map(|breaks| match breaks {
                Breaks::Users(key) => uses.element(key, true),
                Breaks::Refused(key) => uses.element(key, refused.is_some()),
                Breaks::Spreads(ty) => uses.spreads(ty, overlap).then_some(Certainty::Certain),
            });
            change.used_by.extend(certainty.max().map(|certainty| (index, certainty)));
        }
        report.refused.extend(refused.map(|refused| (index, first(&refused.errors))));
    }
    report
}

fn uses(schema: &Valid<Schema>, operation: &Operation) -> Result<Uses, String> {
    let document = operation.document.to_executable_validate(schema);
    let document = document.map_err(|invalid| first(&invalid.errors))?;
    let chosen = document.operations.get(operation.name.as_deref());
    let chosen = chosen.map_err(|error| error.message().to_string())?;
    Ok(Uses::of(schema, &document, chosen))
}

fn first(errors: &DiagnosticList) -> String {
    errors.iter().next().map(|error| error.error.to_string()).unwrap_or_default()
}

/// Whether an object can be of both types.
fn can_apply(schema: &Schema, outer: &Name, on: &Name) -> bool {
    let is_of = |ty: &Name, object: &Name| ty == object || schema.is_subtype(ty, object);
    let mut objects = schema.types.values().filter(|ty| ty.is_object());
    objects.any(|object| is_of(outer, object.name()) && is_of(on, object.name()))
}
