//! Reading supergraphs, through the public function.

use apollo_compiler::ast::OperationType;
use supergraph::Supergraph;

#[test]
fn reads_what_each_subgraph_has() {
    let supergraph = Supergraph::parse(include_str!("supergraphs/store.graphql")).unwrap();
    let names: Vec<_> = supergraph.subgraphs.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["accounts", "inventory", "products", "reviews"]);
    let product = supergraph.ty(supergraph.type_id("Product").unwrap());
    let inventory = product.joins[0].subgraph;
    assert_eq!(product.join(inventory).unwrap().keys.len(), 1);
    let shipping = product.fields["shippingEstimate"].join(inventory).unwrap();
    assert_eq!(shipping.requires.as_ref().unwrap().selections.len(), 2);
    assert!(product.fields["price"].join(inventory).unwrap().external);
    assert!(supergraph.root(OperationType::Query).is_some());
    assert!(supergraph.api_schema.types.get("join__Graph").is_none());
}

#[test]
fn refuses_what_is_not_a_supergraph() {
    let errors = Supergraph::parse("type Query { a: Int }").unwrap_err();
    assert_eq!(errors[0].code, "INVALID_FEDERATION_SUPERGRAPH");
    let errors = Supergraph::parse("type Query { a: Unknown }").unwrap_err();
    assert_eq!(errors[0].code, "INVALID_GRAPHQL");
    assert_eq!(errors[0].location, Some((1, 17)));
}

/// A supergraph as composers wrote it before join v0.3, with these links beside that of join.
fn old_supergraph(links: &str) -> String {
    format!(
        r#"
        schema @link(url: "https://specs.apollo.dev/link/v1.0")
          @link(url: "https://specs.apollo.dev/join/v0.2", for: EXECUTION) {links} {{ query: Query }}
        directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
        directive @join__graph(name: String!, url: String!) on ENUM_VALUE
        directive @join__type(graph: join__Graph!) repeatable on OBJECT | UNION
        enum join__Graph {{ A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }}
        enum link__Purpose {{ SECURITY EXECUTION }}
        scalar link__Import
        type Query @join__type(graph: A) @join__type(graph: B) {{ u: U }}
        union U @join__type(graph: A) @join__type(graph: B) = X | Z
        type X @join__type(graph: A) {{ id: ID }}
        type Z @join__type(graph: B) {{ id: ID }}
        "#
    )
}

#[test]
fn before_join_v0_3_a_union_has_what_its_subgraph_has() {
    let supergraph = Supergraph::parse(&old_supergraph("")).unwrap();
    let union = supergraph.ty(supergraph.type_id("U").unwrap());
    let members = union.joins.iter().map(|join| join.possible_types.clone());
    let id = |name| supergraph.type_id(name).unwrap();
    assert_eq!(members.collect::<Vec<_>>(), [[id("X")], [id("Z")]]);
}

#[test]
fn what_is_linked_for_security_is_known_or_refused() {
    let link = |url| format!(r#"@link(url: "https://specs.apollo.dev/{url}", for: SECURITY)"#);
    for unknown in ["inaccessible/v9.1", "authenticated/v9.1", "vault/v0.1"] {
        let errors = Supergraph::parse(&old_supergraph(&link(unknown))).unwrap_err();
        assert_eq!(errors[0].code, "UNSUPPORTED_LINKED_FEATURE", "{unknown}");
    }
    for not_enforced in ["authenticated/v0.1", "requiresScopes/v0.1", "policy/v0.1"] {
        let supergraph = Supergraph::parse(&old_supergraph(&link(not_enforced))).unwrap();
        let reasons = supergraph.not_enforced();
        assert_eq!(reasons[0].code, "UNSUPPORTED_LINKED_FEATURE", "{not_enforced}");
    }
    let supergraph = Supergraph::parse(&old_supergraph(&link("inaccessible/v0.2"))).unwrap();
    assert_eq!(supergraph.not_enforced(), []);
}
