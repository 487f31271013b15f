//! Links, specification texts and field sets, as composition and planning read them.

use apollo_compiler::{Schema, name};
use supergraph::field_set::{FieldSet, print};
use supergraph::link::url::{SpecUrl, SpecUrlError};
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Import, Link, Links, identity};
use supergraph::spec::core::{CORE_SPECS, core_spec};
use supergraph::spec::definitions::{elements, elements_of};
use supergraph::spec::federation::{FEDERATION_VERSIONS, FederationDirective};

#[test]
fn urls_of_specifications() {
    let url = SpecUrl::parse("https://user@Specs.apollo.dev/federation/v2.9?x#y");
    assert_eq!(url, Ok(SpecUrl::new(identity::FEDERATION, Version::new(2, 9))));
    let error =
        |text: &str| SpecUrl::parse(text).expect_err("it is not the URL of a specification");
    assert_eq!(error("federation"), SpecUrlError::NotAUrl);
    assert_eq!(error("https://example.com"), SpecUrlError::MissingPath);
    assert_eq!(error("https://example.com/v1.0"), SpecUrlError::MissingName);
    for version in ["v1", "1.0", "v1.0.0", "v1.x", "v1.0/", "v-1.0"] {
        let text = format!("https://example.com/spec/{version}");
        assert_eq!(error(&text), SpecUrlError::BadVersion, "{text}");
    }
}

#[test]
fn a_later_minor_version_satisfies_an_earlier_one() {
    assert!(Version::new(2, 9).satisfies(Version::new(2, 3)));
    assert!(!Version::new(2, 3).satisfies(Version::new(2, 9)));
    assert!(!Version::new(3, 0).satisfies(Version::new(2, 0)));
    assert!(!Version::new(0, 3).satisfies(Version::new(0, 2)), "before 1.0 nothing is compatible");
}

fn federation(alias: Option<&str>, imports: &[(&str, &str)]) -> Link {
    let import = |(element, local): &(&str, &str)| Import {
        kind: ElementKind::Directive,
        element: (*element).to_owned(),
        local: (*local).to_owned(),
    };
    Link {
        alias: alias.map(str::to_owned),
        imports: imports.iter().map(import).collect(),
        ..Link::bare(identity::FEDERATION, Version::new(2, 9))
    }
}

#[test]
fn names_of_elements_go_both_ways() {
    let link = federation(Some("fed"), &[("key", "id")]);
    assert_eq!(link.local_name(ElementKind::Directive, "key"), "id");
    assert_eq!(link.local_name(ElementKind::Directive, "tag"), "fed__tag");
    assert_eq!(link.local_name(ElementKind::Type, "FieldSet"), "fed__FieldSet");
    let tag = Link::bare(identity::TAG, Version::new(0, 3));
    assert_eq!(tag.local_name(ElementKind::Directive, "tag"), "tag");
    let links = Links { links: vec![link, tag] };
    let element = |local| {
        let (link, element) = links.element(ElementKind::Directive, local)?;
        FederationDirective::by_element(&link.url.identity, element)
    };
    assert_eq!(element("id"), Some(FederationDirective::Key));
    assert_eq!(element("fed__shareable"), Some(FederationDirective::Shareable));
    assert_eq!(element("tag"), Some(FederationDirective::Tag));
    assert_eq!(element("key"), None);
    assert_eq!(element("federation__key"), None);
}

#[test]
fn definitions_have_the_names_of_the_link() {
    let link = federation(None, &[("key", "key")]);
    let elements = elements(&link).expect("federation 2.9 is known");
    let text = |element: &str| {
        let found = elements.iter().find(|e| e.name == element).expect("the element exists");
        found.definition.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        text("key"),
        "directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on \
         OBJECT | INTERFACE"
    );
    assert_eq!(text("FieldSet"), "scalar federation__FieldSet");
}

#[test]
fn directives_change_with_the_version() {
    let definition = |directive: FederationDirective, minor| {
        directive.definition(Version::new(2, minor)).unwrap_or_default()
    };
    assert!(!definition(FederationDirective::Shareable, 1).contains("repeatable"));
    assert!(definition(FederationDirective::Shareable, 2).contains("repeatable"));
    assert!(!definition(FederationDirective::Override, 6).contains("label"));
    assert!(definition(FederationDirective::Override, 7).contains("label"));
    assert_eq!(definition(FederationDirective::Cost, 8), "");
}

#[test]
fn every_specification_text_is_graphql() {
    for minor in FEDERATION_VERSIONS.start().minor..=FEDERATION_VERSIONS.end().minor {
        let link = Link::bare(identity::FEDERATION, Version::new(2, minor));
        assert!(elements(&link).is_some_and(|elements| !elements.is_empty()));
    }
    for spec in CORE_SPECS {
        elements_of(&Link::bare(spec.identity, spec.version), spec.definitions);
    }
    let join = core_spec(identity::JOIN, Version::new(2, 7)).expect("there is always one");
    assert_eq!(join.version, Version::new(0, 4));
}

#[test]
fn field_sets() {
    let parse = |text| FieldSet::parse(text).expect("it is a field set");
    assert_eq!(parse("{ a }").canonical(), "a");
    assert_eq!(parse("b a { d c } a { e }").canonical(), "a { c d e } b");
    assert_eq!(
        parse("a(y: 2, x: [1]) ... on T { a }").canonical(),
        "... on T { a } a(x: [1], y: 2)"
    );
    assert_eq!(print(&parse("b  a{ d c }").selections), "b a { d c }");
    for text in ["", "{}", "a {", "a } query { b", "a #", "query {"] {
        assert!(FieldSet::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_walk_ends_where_the_schema_does() {
    let schema = "type Query { a: T } type T { b: Int c: Int }";
    let schema = Schema::parse(schema, "schema").expect("it is a schema");
    let fields = FieldSet::parse("__typename a { b nope c } d").expect("it is a field set");
    let mut seen = Vec::new();
    let query = name!("Query");
    fields.walk(&schema, &query, &mut |selected| {
        seen.push(format!("{}.{}", selected.parent, selected.field.name));
    });
    assert_eq!(seen, ["Query.a", "T.b"]);
}
