//! What the routers are asked, and the subgraphs that stand behind them.

use std::path::Path;

use bytes::Bytes;
use composition::{Options, SubgraphSource, compose};
use serde_json::{Value, json};
use subgraph_simulator::{Subgraph, load_folder};

/// A subgraph of a scenario.
pub(crate) enum Source {
    /// Answers what it is asked.
    Simulated(Box<Subgraph>),
    /// Has one answer, whatever it is asked.
    Fixed(&'static str, Bytes),
}

impl Source {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Simulated(subgraph) => subgraph.name(),
            Self::Fixed(name, _) => name,
        }
    }
}

fn simulated(subgraph: Subgraph) -> Source {
    Source::Simulated(Box::new(subgraph))
}

/// An operation over a federation.
pub(crate) struct Scenario {
    pub(crate) supergraph: String,
    pub(crate) sources: Vec<Source>,
    pub(crate) operation: String,
    pub(crate) answer: Value,
    /// How many requests the router sends at a time, where the floor is measured too.
    pub(crate) stages: &'static [usize],
    /// Connections that ask at the same time, one figure after the other.
    pub(crate) connections: &'static [usize],
    /// Requests of a round by router and number of connections, if nothing else is said.
    pub(crate) requests: usize,
}

impl Scenario {
    /// - `store`: the public gateway benchmark: seven requests of the fastest peer, 87 KB.
    /// - `many-plans`: seven subgraphs that have nearly the same; a peer needs 14 requests.
    /// - `large`: one answer of 8 MB.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "store" => store(),
            "many-plans" => many_plans(),
            "large" => large(),
            _ => panic!("the scenarios are store, many-plans and large"),
        }
    }
}

fn store() -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/store");
    Scenario {
        supergraph: include_str!("../store/supergraph.graphql").to_owned(),
        sources: load_folder(&folder).unwrap().into_iter().map(simulated).collect(),
        operation: include_str!("../store/operation.graphql").to_owned(),
        answer: serde_json::from_str(include_str!("../store/answer.json")).unwrap(),
        stages: &[2, 1, 1],
        connections: &[1, 10, 50, 200],
        requests: 4000,
    }
}

/// Which subgraphs have the fields `n0` and `f0`, `n1` and `f1`, and so on.
const OWNERS: [[usize; 4]; 7] = [
    [1, 3, 4, 5],
    [0, 3, 4, 6],
    [0, 2, 5, 6],
    [3, 4, 5, 6],
    [0, 1, 3, 4],
    [0, 1, 4, 5],
    [0, 2, 3, 6],
];
const NODES: usize = 61;

/// The benchmark that Grafbase made of many equal ways; its supergraph and operation as they are
/// in the MIT-licensed sources of Hive Router. All objects are different here.
fn many_plans() -> Scenario {
    let node = |id: usize, fields: &[usize]| {
        let mut object = json!({ "id0": id.to_string() });
        for field in fields {
            let other = (id * 7 + field + 1) % NODES;
            object[format!("n{field}")] = json!({ "$ref": format!("Node/{other}") });
            object[format!("f{field}")] = json!(format!("f{field} of {id}"));
        }
        (id.to_string(), object)
    };
    let subgraph = |name: &str, fields: &[usize]| {
        let mut sdl = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", \
             import: [\"@key\", \"@shareable\"])\n\
             type Query { node: Node @shareable }\n\
             type Node @key(fields: \"id0\") { id0: ID!\n"
            .to_owned();
        for field in fields {
            sdl += &format!("n{field}: Node @shareable\nf{field}: String @shareable\n");
        }
        sdl += "}";
        let nodes: serde_json::Map<_, _> = (0..NODES).map(|id| node(id, fields)).collect();
        let roots = json!({ "Query": { "node": { "$ref": "Node/0" } } });
        let data = json!({ "roots": roots, "objects": { "Node": nodes } });
        let data = serde_json::from_value(data).unwrap();
        Subgraph::new(name, &sdl, &data).unwrap()
    };
    let fields_of = |owner: usize| -> Vec<usize> {
        (0..OWNERS.len()).filter(|field| OWNERS[*field].contains(&owner)).collect()
    };
    let operation = include_str!("../many-plans/operation.graphql").to_owned();
    let all: Vec<usize> = (0..OWNERS.len()).collect();
    let body = json!({ "query": operation }).to_string();
    let answer = subgraph("all", &all).answer(body.as_bytes());
    Scenario {
        supergraph: include_str!("../many-plans/supergraph.graphql").to_owned(),
        sources: (0..7)
            .map(|owner| simulated(subgraph(&format!("sub{owner}"), &fields_of(owner))))
            .collect(),
        operation,
        answer: serde_json::from_slice(&answer).unwrap(),
        stages: &[],
        connections: &[1, 10, 50],
        requests: 1000,
    }
}

/// Lists, objects, strings, floats and integers; nothing occurs twice.
fn large() -> Scenario {
    const BYTES: usize = 8_000_000;
    let sdl = "type Query { orders: [Order!]! }\n\
         type Order { id: ID! customer: String! total: Float! paid: Boolean! notes: [String!]! \
         lines: [Line!]! }\n\
         type Line { sku: String! count: Int! price: Float! weights: [Float!]! }";
    let mut orders: Vec<Value> = Vec::new();
    let mut length = 0;
    while length < BYTES {
        let id = orders.len();
        let line = |n: usize| {
            json!({ "sku": format!("SKU-{id:06}-{n}"), "count": n,
                "price": (id * 7 + n) as f64 / 100.0, "weights": [n as f64 + 0.5, id as f64 + 0.25, 3.5] })
        };
        let lines: Vec<Value> = (0..5).map(line).collect();
        let order = json!({ "id": id.to_string(), "total": id as f64 + 0.75, "paid": true,
            "customer": format!("Customer number {id} of the large answer"),
            "notes": ["first", "second note"], "lines": lines });
        length += order.to_string().len() + 1;
        orders.push(order);
    }
    let answer = json!({ "data": { "orders": orders } });
    let source = SubgraphSource {
        name: "orders".to_owned(),
        url: "http://orders.example/graphql".to_owned(),
        sdl: sdl.to_owned(),
        file: None,
    };
    let composed = compose(&[source], &Options::default());
    Scenario {
        supergraph: composed.unwrap_or_else(|_| panic!("the schema composes")).supergraph_sdl,
        sources: vec![Source::Fixed("orders", answer.to_string().into())],
        operation: "{ orders { id customer total paid notes lines { sku count price weights } } }"
            .to_owned(),
        answer,
        stages: &[],
        connections: &[1, 4],
        requests: 40,
    }
}
