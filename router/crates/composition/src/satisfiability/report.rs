//! From what the walk found to diagnostics.

use supergraph::Supergraph;
use supergraph::graph::QueryGraph;
use supergraph::model::{SubgraphId, TypeId};

use super::example::example;
use super::runtime_types::Difference;
use super::state::{StateId, Step};
use super::step::Stepper;
use super::walk::{Outcomes, SharedMutation, Trace};
use crate::diagnostic::{Code, Location, Report};
use crate::subgraph::Subgraph;

/// Puts what the walk found into words.
pub(super) fn report(
    graph: &QueryGraph<'_>,
    subgraphs: &[Subgraph],
    outcomes: Outcomes<'_, '_>,
) -> Report {
    let Outcomes { main, mutations, stepper } = outcomes;
    let supergraph = graph.supergraph;
    let mut reporter = Reporter { supergraph, subgraphs, stepper, report: Report::default() };
    reporter.report_trace(&main);
    for end in &main.dead_ends {
        let state = main.states.state(end.state);
        let explanation = reporter.stepper.explain(state, end);
        let query = reporter.query(&main, end.state, &end.step);
        let message = format!(
            "this query cannot be answered{}:\n\n{query}\n\n{}",
            while_decided(&state.labels, &end.decided),
            list(&explanation.reasons)
        );
        let locations = reporter.locations(explanation.places, &end.step);
        let error = reporter.report.add(Code::SatisfiabilityError, message).at(locations);
        error.help = explanation.help;
    }
    mutations.iter().for_each(|mutation| reporter.report_mutation(mutation));
    reporter.report
}

struct Reporter<'a, 'g, 's> {
    supergraph: &'s Supergraph,
    subgraphs: &'a [Subgraph],
    stepper: Stepper<'g, 's>,
    report: Report,
}

impl Reporter<'_, '_, '_> {
    /// Reports what does not depend on what else was found.
    fn report_trace(&mut self, trace: &Trace) {
        if trace.overflows {
            let message = "there are too many ways in which queries could be answered to check them all; \
                 this takes very many types without @key that several subgraphs define differently";
            self.report.add(Code::MaxValidationSubgraphPathsExceeded, message);
        }
        for (state, difference) in &trace.differences {
            self.report_difference(trace, *state, difference);
        }
    }

    fn report_difference(&mut self, trace: &Trace, state: StateId, difference: &Difference) {
        let name = |ty: &TypeId| self.supergraph.ty(*ty).name.to_string();
        let each = difference.types.iter().map(|(subgraph, types)| {
            let types: Vec<String> = types.iter().map(|ty| format!("\"{}\"", name(ty))).collect();
            let types = if types.is_empty() { "no type".to_owned() } else { types.join(", ") };
            format!("in subgraph \"{}\": {types}", self.supergraph.subgraph(*subgraph).name)
        });
        let each: Vec<String> = each.collect();
        let field = &difference.field;
        let coordinate = format!("\"{}.{field}\"", name(&difference.parent));
        let step = Step::Field(field.clone());
        let query = self.query(trace, state, &step);
        let (code, what) = if difference.is_disjoint {
            (
                Code::ShareableHasMismatchedRuntimeTypes,
                "no object type in common, so its subgraphs cannot resolve it alike",
            )
        } else {
            (
                Code::InconsistentRuntimeTypesForShareableReturn,
                "different object types, so the answer depends on which subgraph is asked; make \
                 sure that all resolve it alike",
            )
        };
        let message = format!(
            "the shared field {coordinate} can return {what}:\n\n{}\n\nas in the query\n\n{query}",
            list(&each)
        );
        let places = difference.types.keys().map(|subgraph| (*subgraph, difference.parent));
        let locations = self.locations(places, &step);
        self.report.add(code, message).at(locations);
    }

    /// Reports a mutation if none of the subgraphs that could execute it can answer all of it.
    fn report_mutation(&mut self, mutation: &SharedMutation) {
        for (_, trace) in &mutation.traces {
            self.report_trace(trace);
        }
        if mutation.traces.iter().any(|(_, trace)| trace.dead_ends.is_empty()) {
            return;
        }
        let coordinate = format!("{}.{}", self.supergraph.ty(mutation.ty).name, mutation.field);
        let mut message = format!(
            "a mutation is executed by one subgraph only, and none of those that have \
             \"{coordinate}\" leads to all of its result"
        );
        let mut locations = Vec::new();
        for (subgraph, trace) in &mutation.traces {
            let Some(end) = trace.dead_ends.first() else { continue };
            let explanation = self.stepper.explain(trace.states.state(end.state), end);
            let query = self.query(trace, end.state, &end.step);
            let reasons = list(&explanation.reasons);
            let name = &self.supergraph.subgraph(*subgraph).name;
            message += &format!(
                "\n\nexecuted by subgraph \"{name}\", this cannot be answered:\n\n{query}\n\n{reasons}"
            );
            let step = Step::Field(mutation.field.clone());
            locations.extend(self.locations([(*subgraph, mutation.ty)], &step));
        }
        self.report.add(Code::SatisfiabilityError, message).at(locations);
    }

    fn query(&self, trace: &Trace, state: StateId, step: &Step) -> String {
        let mut path = trace.states.path(state);
        path.push((trace.states.state(state).ty, step.clone()));
        let text = example(self.supergraph, &path);
        text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
    }

    fn locations(
        &self,
        places: impl IntoIterator<Item = (SubgraphId, TypeId)>,
        step: &Step,
    ) -> Vec<Location> {
        let places = places.into_iter().filter_map(|(id, ty)| self.location(id, ty, step));
        let mut locations: Vec<Location> = places.collect();
        locations.dedup();
        locations
    }

    fn location(&self, subgraph: SubgraphId, ty: TypeId, step: &Step) -> Option<Location> {
        let name = &self.supergraph.subgraph(subgraph).name;
        let subgraph = self.subgraphs.iter().find(|subgraph| subgraph.name == *name)?;
        let ty = &self.supergraph.ty(ty).name;
        match step {
            Step::Field(field) => subgraph.field_location(ty, field),
            Step::Downcast(_) => subgraph.type_location(ty),
        }
    }
}

fn while_decided(labels: &[(String, bool)], decided: &[(String, bool)]) -> String {
    let labels = labels.iter().chain(decided);
    let labels = labels.map(|(label, on)| {
        format!("the override label \"{label}\" is {}", if *on { "on" } else { "off" })
    });
    let labels: Vec<String> = labels.collect();
    if labels.is_empty() { String::new() } else { format!(" while {}", labels.join(" and ")) }
}

fn list(lines: &[String]) -> String {
    lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
}
