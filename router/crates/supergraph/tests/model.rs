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
