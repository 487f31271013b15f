//! Why a step leads nowhere, subgraph by subgraph.

use apollo_compiler::Name;
use apollo_compiler::executable::{Selection, SelectionSet};
use supergraph::Supergraph;
use supergraph::graph::NodeId;
use supergraph::model::{FieldJoin, Key, SubgraphId, TypeId};

use super::place::{Place, can_resume};
use super::state::{State, Step};
use super::step::{Asked, Outcome, Stepper};
use super::walk::DeadEnd;

/// What is said about a step that leads nowhere.
#[derive(Debug, Default)]
pub(super) struct Explanation {
    /// One reason for each subgraph that matters.
    pub(super) reasons: Vec<String>,
    /// What would change it.
    pub(super) help: Option<String>,
    /// The types and fields that are the matter, by subgraph.
    pub(super) places: Vec<(SubgraphId, TypeId)>,
}

impl<'s> Stepper<'_, 's> {
    /// Explains a dead end.
    pub(super) fn explain(&mut self, state: &State, end: &DeadEnd) -> Explanation {
        match &end.step {
            Step::Field(field) => self.explain_field(Asked { field, state, decided: &end.decided }),
            Step::Downcast(object) => self.explain_downcast(state, *object),
        }
    }

    fn explain_field(&mut self, asked: Asked<'_>) -> Explanation {
        let Asked { field, state, .. } = asked;
        let graph = self.graph;
        let mut explanation = Explanation::default();
        let mut standing: Vec<SubgraphId> = Vec::new();
        for id in &state.at {
            let node = graph.node(*id);
            if standing.contains(&node.subgraph) {
                continue;
            }
            standing.push(node.subgraph);
            let why = self.why_not_at(Place::standing(*id), asked);
            explanation.reasons.push(format!("{} {why}", self.subgraph(node.subgraph)));
            if node.fields.contains_key(field) {
                explanation.places.push((node.subgraph, node.ty));
            }
        }
        for (ty, join) in self.resolvers(state.ty, field) {
            if !standing.contains(&join.subgraph) {
                let why = self.why_not_in(ty, join.subgraph, asked);
                explanation.reasons.push(format!("{} {why}", self.subgraph(join.subgraph)));
                explanation.places.push((join.subgraph, ty));
                let is_entered = state.at.iter().any(|id| {
                    let entered = self.reach.entered(*id);
                    entered.iter().any(|node| graph.node(*node).subgraph == join.subgraph)
                });
                if !is_entered && explanation.help.is_none() {
                    explanation.help = Some(self.help(ty, join));
                }
            }
        }
        explanation
    }

    /// The subgraphs that resolve a field, on the type itself or on one that stands in for it.
    fn resolvers(&self, ty: TypeId, field: &Name) -> Vec<(TypeId, &'s FieldJoin)> {
        let supergraph = self.supergraph();
        let itself = std::iter::once(ty);
        let types = itself.chain(supergraph.ty(ty).interfaces.iter().copied());
        let mut found: Vec<(TypeId, &FieldJoin)> = Vec::new();
        for candidate in types {
            let Some(field) = supergraph.ty(candidate).fields.get(field) else { continue };
            for join in field.joins.iter().filter(|join| !join.external) {
                let there = supergraph.ty(candidate).join(join.subgraph);
                let stands_in = there.is_some_and(|there| there.is_interface_object);
                if (candidate == ty || stands_in)
                    && self.graph.base(candidate, join.subgraph).is_some()
                {
                    found.push((candidate, join));
                }
            }
        }
        found.sort_by_key(|(_, join)| join.subgraph);
        found
    }

    /// Why a field cannot be asked at a node, said of its subgraph.
    fn why_not_at(&mut self, place: Place, asked: Asked<'_>) -> String {
        let graph = self.graph;
        let Asked { field, state, .. } = asked;
        let node = graph.node(place.node);
        let coordinate = self.coordinate(node.ty, field);
        let Some((name, edge)) = node.fields.get_key_value(field) else {
            let definition = graph.supergraph.ty(node.ty).fields.get(field);
            let is_external = definition.is_some_and(|f| f.join(node.subgraph).is_some());
            return if is_external {
                format!("has {coordinate} only as @external")
            } else {
                format!("has no field {coordinate}")
            };
        };
        let join = edge.join;
        if let Some(label) = &join.label
            && asked.label(&label.label) != Some(label.on)
        {
            let on = if label.on { "on" } else { "off" };
            let label = &label.label;
            return format!("resolves {coordinate} only while the label \"{label}\" is {on}");
        }
        if let Some(requires) = &join.requires
            && !self.reach.required(place.node, name)
        {
            let missing = self.missing_requirement(requires, place.node);
            return format!("has {coordinate}, but it @requires {missing}");
        }
        let unset = join.contexts.iter().find(|c| !self.contexts.is_set(c, &state.contexts));
        if let Some(argument) = unset {
            return format!(
                "has {coordinate}, but the query sets no context from which its argument \"{}\" \
                 could be taken",
                argument.name
            );
        }
        if !place.entered && !can_resume(graph, place.node) {
            let ty = &graph.supergraph.ty(node.ty).name;
            return format!(
                "has {coordinate}, but no @key on \"{ty}\" by which it could be entered again with \
                 what the field needs"
            );
        }
        format!("does not lead to {coordinate}")
    }

    /// Why a field cannot be asked in a subgraph where the query does not stand.
    fn why_not_in(&mut self, ty: TypeId, subgraph: SubgraphId, asked: Asked<'_>) -> String {
        let graph = self.graph;
        let Asked { field, state, .. } = asked;
        for id in &state.at {
            let entered = self.reach.entered(*id);
            let there = entered.iter().find(|node| graph.node(**node).subgraph == subgraph);
            if let Some(node) = there {
                return self.why_not_at(Place::entered(*node), asked);
            }
        }
        let coordinate = self.coordinate(ty, field);
        let why = self.why_not_entered(ty, subgraph, &state.at);
        format!("has {coordinate}, but cannot be entered: {why}")
    }

    fn why_not_entered(&mut self, ty: TypeId, subgraph: SubgraphId, at: &[NodeId]) -> String {
        let keys = self.keys(ty, subgraph);
        let name = &self.supergraph().ty(ty).name;
        if keys.is_empty() {
            return format!("it has no @key on \"{name}\"");
        }
        let resolvable: Vec<&Key> = keys.iter().filter(|key| key.resolvable).collect();
        if resolvable.is_empty() {
            return format!("every @key it has on \"{name}\" is \"resolvable: false\"");
        }
        let mut why = Vec::new();
        for key in resolvable {
            let text = key.fields.serialize().no_indent().to_string();
            let key_text = format!("its @key(fields: \"{}\")", bare(&text));
            if self.reach.selectable(&key.fields, at) {
                why.push(format!("{key_text} can only be had by way of itself"));
            } else {
                let missing = self.missing(&key.fields, at).text;
                why.push(format!("{key_text} needs {missing}, which cannot be had"));
            }
        }
        why.join("; ")
    }

    fn keys(&self, ty: TypeId, subgraph: SubgraphId) -> &'s [Key] {
        self.supergraph().ty(ty).join(subgraph).map_or(&[], |join| &join.keys)
    }

    /// The first field of a selection that cannot be resolved from nodes.
    fn missing(&mut self, set: &SelectionSet, at: &[NodeId]) -> Missing {
        let mut set = set.clone();
        let mut at = at.to_vec();
        while let Some(selection) = self.first_missing(&set, &at) {
            let Selection::Field(field) = &selection else { break };
            let below = State::root(self.graph.node(at[0]).ty, at);
            let open = self.open(&below.at);
            let asked = Asked { field: &field.name, state: &below, decided: &[] };
            match self.field(&open, asked) {
                Outcome::To(targets) => {
                    at = targets;
                    set = field.selection_set.clone();
                }
                _ => {
                    let text = format!("\"{}.{}\"", set.ty, field.name);
                    return Missing { text, field: Some(field.name.clone()), at: below.at };
                }
            }
        }
        let text = format!("\"{}\"", bare(&set.serialize().no_indent().to_string()));
        Missing { text, field: None, at }
    }

    /// What is missing of what a field requires, and why the subgraphs that have it do not help.
    fn missing_requirement(&mut self, set: &SelectionSet, node: NodeId) -> String {
        let missing = self.missing(set, &[node]);
        let mut text = format!("{}, which cannot be had", missing.text);
        let Some(field) = missing.field else { return text };
        let here: Vec<_> = missing.at.iter().map(|id| self.graph.node(*id).subgraph).collect();
        for (ty, join) in self.resolvers(self.graph.node(missing.at[0]).ty, &field) {
            if here.contains(&join.subgraph) {
                continue;
            }
            let subgraph = self.subgraph(join.subgraph);
            text.push_str(&match &join.label {
                Some(label) => {
                    format!("; {subgraph} has it, but only by the label \"{}\"", label.label)
                }
                None => {
                    let why = self.why_not_entered(ty, join.subgraph, &missing.at);
                    format!("; {subgraph} has it, but cannot be entered: {why}")
                }
            });
        }
        text
    }

    fn first_missing(&mut self, set: &SelectionSet, at: &[NodeId]) -> Option<Selection> {
        let missing = set.selections.iter().find(|selection| {
            let mut single = SelectionSet::new(set.ty.clone());
            single.selections.push((*selection).clone());
            !self.reach.selectable(&single, at)
        });
        missing.cloned()
    }

    fn explain_downcast(&mut self, state: &State, object: TypeId) -> Explanation {
        let graph = self.graph;
        let supergraph = graph.supergraph;
        let mut explanation = Explanation::default();
        for id in &state.at {
            let node = graph.node(*id);
            let name = &supergraph.ty(node.ty).name;
            let subgraph = self.subgraph(node.subgraph);
            explanation.reasons.push(format!(
                "{subgraph} has the interface \"{name}\" as an object (@interfaceObject) and cannot \
                 tell whether it is a \"{}\"",
                supergraph.ty(object).name
            ));
            explanation.places.push((node.subgraph, node.ty));
            let joins = supergraph.ty(node.ty).joins.iter();
            for join in joins.filter(|j| j.subgraph != node.subgraph && !j.is_interface_object) {
                let why = self.why_not_entered(node.ty, join.subgraph, &[*id]);
                let subgraph = self.subgraph(join.subgraph);
                let reason = format!("{subgraph} can tell, but cannot be entered: {why}");
                explanation.reasons.push(reason);
            }
        }
        explanation
    }

    /// How a subgraph that cannot be entered could be.
    fn help(&self, ty: TypeId, join: &FieldJoin) -> String {
        let keys = self.keys(ty, join.subgraph);
        let subgraph = self.subgraph(join.subgraph);
        let name = &self.supergraph().ty(ty).name;
        if !keys.is_empty() && keys.iter().all(|key| !key.resolvable) {
            return format!("let {subgraph} resolve a @key of \"{name}\"");
        }
        let a_key = if keys.is_empty() { "a @key" } else { "another @key" };
        format!(
            "give \"{name}\" {a_key} in {subgraph}, of fields that can be had where the query comes \
             from"
        )
    }

    fn supergraph(&self) -> &'s Supergraph {
        self.graph.supergraph
    }

    fn subgraph(&self, id: SubgraphId) -> String {
        format!("subgraph \"{}\"", self.supergraph().subgraph(id).name)
    }

    fn coordinate(&self, ty: TypeId, field: &Name) -> String {
        format!("\"{}.{field}\"", self.supergraph().ty(ty).name)
    }
}

/// What cannot be had of a selection.
struct Missing {
    text: String,
    /// The field, when it is one.
    field: Option<Name>,
    /// Where it was looked for.
    at: Vec<NodeId>,
}

/// A selection without its outer braces.
fn bare(text: &str) -> &str {
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    inner.unwrap_or(text).trim()
}
