//! A plan as JSON, in the form that plan viewers understand: a tree of `Sequence`, `Parallel`,
//! `Flatten`, `Condition` and `Fetch`, which is drawn from the DAG: fetches that wait for the same
//! number of others before them stand side by side. `when` says what the form has no place for: on
//! which condition a fetch is sent, and for which deferred fragments.

use query_plan::{
    EntityGroup, Fetch, FetchKind, QueryPlan, RepresentationField, RepresentationValue,
};
use serde_json::{Value, json};

/// Writes `plan` as JSON.
#[must_use]
pub fn write(plan: &QueryPlan) -> String {
    let levels = levels(plan);
    let stage = |level| {
        let fetches = plan.fetches.iter().zip(&levels).filter(|(_, at)| **at == level);
        together("Parallel", fetches.flat_map(|(fetch, _)| fetch_nodes(plan, fetch)).collect())
    };
    let stages = (0..=levels.iter().copied().max().unwrap_or(0)).filter_map(stage);
    let node = together("Sequence", stages.collect());
    let text = serde_json::to_string_pretty(&json!({ "kind": "QueryPlan", "node": node }));
    text.expect("a value is JSON") + "\n"
}

/// A node of others, where there are several.
fn together(kind: &str, mut nodes: Vec<Value>) -> Option<Value> {
    if nodes.len() > 1 { Some(json!({ "kind": kind, "nodes": nodes })) } else { nodes.pop() }
}

/// For each fetch the length of the longest chain of fetches before it.
fn levels(plan: &QueryPlan) -> Vec<usize> {
    let mut levels: Vec<usize> = Vec::with_capacity(plan.fetches.len());
    for fetch in &plan.fetches {
        let before = fetch.after.iter().filter_map(|id| levels.get(id.0 as usize));
        let level = before.map(|level| level + 1).max().unwrap_or(0);
        levels.push(level);
    }
    levels
}

fn fetch_nodes(plan: &QueryPlan, fetch: &Fetch) -> Vec<Value> {
    let mut node = json!({
        "kind": "Fetch",
        "serviceName": plan.subgraphs[usize::from(fetch.subgraph.0)],
        "operationKind": fetch.kind.keyword(),
        "variableUsages": fetch.variables.iter().map(|v| v.name.as_str()).collect::<Vec<_>>(),
        "operation": fetch.text(),
    });
    let occasion = plan.occasion(fetch);
    if !occasion.is_empty() {
        node["when"] = occasion.trim_start().into();
    }
    match &fetch.target {
        FetchKind::Root(_) => vec![node],
        FetchKind::Entities(groups) => {
            groups.iter().flat_map(|group| flatten_nodes(plan, group, &node)).collect()
        }
    }
}

/// One request that serves several places is shown at each of them.
fn flatten_nodes(plan: &QueryPlan, group: &EntityGroup, fetch: &Value) -> Vec<Value> {
    let mut nodes = Vec::new();
    for source in &group.sources {
        let requires: Vec<Value> = source
            .representations
            .iter()
            .map(|representation| {
                let mut selections = vec![json!({ "kind": "Field", "name": "__typename" })];
                selections.extend(representation.fields.iter().map(requirement));
                json!({
                    "kind": "InlineFragment",
                    "typeCondition": representation.typename,
                    "selections": selections,
                })
            })
            .collect();
        let mut fetch = fetch.clone();
        fetch["requires"] = Value::Array(requires);
        let path = plan.path(source.position);
        nodes.push(json!({ "kind": "Flatten", "path": path, "node": fetch }));
    }
    nodes
}

fn requirement(field: &RepresentationField) -> Value {
    match &field.value {
        RepresentationValue::Leaf => json!({ "kind": "Field", "name": field.name }),
        RepresentationValue::Object { fields, .. } => json!({
            "kind": "Field",
            "name": field.name,
            "selections": fields.iter().map(requirement).collect::<Vec<_>>(),
        }),
    }
}
