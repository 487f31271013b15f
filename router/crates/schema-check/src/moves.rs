//! What changed between subgraphs: who has which type and key, and resolves which field. Clients
//! see nothing of it.

use std::collections::BTreeSet;

use apollo_compiler::collections::{IndexMap, IndexSet};
use supergraph::Supergraph;

/// By coordinate, or coordinate and key, the subgraphs that have it, each with its condition; by
/// nothing, all subgraphs.
pub(crate) type Owners = IndexMap<String, BTreeSet<(String, String)>>;

/// What changed between subgraphs, in sentences, in the order of the schemas.
#[must_use]
pub fn moves(old: &Supergraph, new: &Supergraph) -> Vec<String> {
    let (all_old, all_new) = (owners(old), owners(new));
    let none = BTreeSet::new();
    let both =
        |what: &str| (all_old.get(what).unwrap_or(&none), all_new.get(what).unwrap_or(&none));
    let mut moves = Vec::new();
    for what in all_old.keys().chain(all_new.keys()).collect::<IndexSet<_>>() {
        let coordinate = before(what, ' ');
        let (old, new) = both(what);
        let gone: Vec<_> = old.difference(new).collect();
        let came: Vec<_> = new.difference(old).collect();
        let is_field = coordinate.contains('.');
        if let ([(from, _)], [(to, condition)]) = (&*gone, &*came)
            && (is_field && from != to && old.len() == 1 && new.len() == 1)
        {
            moves.push(format!("`{what}` moves from `{from}` to `{to}`{condition}"));
            continue;
        }
        // What is in a type comes and goes with it, and types with their subgraph.
        let is_inner = is_field || what.contains(' ');
        let (outer_old, outer_new) = both(if is_inner { before(coordinate, '.') } else { "" });
        let stays = |(subgraph, _): &&&(String, String)| {
            let has = |owners: &BTreeSet<_>| owners.contains(&(subgraph.clone(), String::new()));
            what.is_empty() || has(outer_old) == has(outer_new)
        };
        for (subgraph, condition) in came.iter().filter(stays) {
            moves.push(match &**what {
                "" => format!("the subgraph `{subgraph}` is new"),
                _ => format!("`{what}` is in `{subgraph}` now{condition}"),
            });
        }
        for (subgraph, _) in gone.iter().filter(stays) {
            match &**what {
                "" => moves.push(format!("the subgraph `{subgraph}` leaves")),
                _ if came.iter().any(|(other, _)| other == subgraph) => {}
                _ => moves.push(format!("`{what}` is in `{subgraph}` no longer")),
            }
        }
    }
    moves
}

/// Who has what.
pub(crate) fn owners(supergraph: &Supergraph) -> Owners {
    let mut owners = Owners::default();
    let mut add = |what: String, subgraph, condition: String| {
        let name = supergraph.subgraph(subgraph).name.clone();
        owners.entry(what).or_default().insert((name, condition));
    };
    for subgraph in supergraph.subgraph_ids() {
        add(String::new(), subgraph, String::new());
    }
    let is_built_in = |name| supergraph.schema.types.get(name).is_some_and(|ty| ty.is_built_in());
    for (_, ty) in supergraph.types().filter(|(_, ty)| !is_built_in(&ty.name)) {
        for join in &ty.joins {
            add(ty.name.to_string(), join.subgraph, String::new());
            for key in &join.keys {
                let fields = key.fields.serialize().no_indent().to_string();
                let fields = fields.trim_matches(['{', '}', ' ']);
                let resolvable = if key.resolvable { "" } else { ", resolvable: false" };
                let what = format!("{} @key(fields: \"{fields}\"{resolvable})", ty.name);
                add(what, join.subgraph, String::new());
            }
        }
        for field in ty.fields.values() {
            for join in field.joins.iter().filter(|join| !join.external) {
                let condition = join.label.as_ref().map(|label| {
                    let when = if label.on { "where" } else { "unless" };
                    format!(", {when} `{}` is on", label.label)
                });
                let what = format!("{}.{}", ty.name, field.name);
                add(what, join.subgraph, condition.unwrap_or_default());
            }
        }
    }
    owners
}

/// What comes before a character, or everything.
pub(crate) fn before(text: &str, end: char) -> &str {
    text.split(end).next().unwrap_or_default()
}
