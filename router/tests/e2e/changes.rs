//! Create, update and delete in each domain, through the router.

use serde_json::{Value, json};

use crate::database::SERVICES;
use crate::federation::Federation;

/// What a domain calls its operations.
struct Domain {
    service: &'static str,
    create: &'static str,
    update: &'static str,
    delete: &'static str,
    read: &'static str,
    /// The object that each of the first three returns, and what `read` returns.
    fields: [&'static str; 4],
}

const DOMAINS: [Domain; 4] = [
    Domain {
        service: "employees",
        create: "mutation($text: String!) { createEmployee(input: { name: $text,
            email: \"e2e@example.org\", title: \"Tester\", department: \"Quality\",
            hiredOn: \"2026-01-31\", salary: { amount: \"100.00\", currency: \"EUR\" } })
            { id version text: name } }",
        update: "mutation($id: ID!, $version: Int!, $text: String!) { updateEmployee(input: {
            id: $id, expectedVersion: $version, name: $text }) { id version text: name } }",
        delete: "mutation($id: ID!, $version: Int!) {
            deleteEmployee(id: $id, expectedVersion: $version) }",
        read: "query($id: ID!) { employee(id: $id) { text: name } }",
        fields: ["createEmployee", "updateEmployee", "deleteEmployee", "employee"],
    },
    Domain {
        service: "customers",
        create: "mutation($text: String!) { createCustomer(input: { name: $text,
            email: \"e2e@example.org\" }) { id version text: name } }",
        update: "mutation($id: ID!, $version: Int!, $text: String!) { updateCustomer(input: {
            id: $id, expectedVersion: $version, name: $text }) { id version text: name } }",
        delete: "mutation($id: ID!, $version: Int!) {
            deleteCustomer(id: $id, expectedVersion: $version) }",
        read: "query($id: ID!) { customer(id: $id) { text: name } }",
        fields: ["createCustomer", "updateCustomer", "deleteCustomer", "customer"],
    },
    Domain {
        service: "courses",
        create: "mutation($text: String!) { createCourse(input: { title: $text,
            description: \"Made by a test.\", capacity: 3,
            price: { amount: \"10.00\", currency: \"EUR\" } }) { id version text: title } }",
        update: "mutation($id: ID!, $version: Int!, $text: String!) { updateCourse(input: {
            id: $id, expectedVersion: $version, title: $text }) { id version text: title } }",
        delete: "mutation($id: ID!, $version: Int!) {
            deleteCourse(id: $id, expectedVersion: $version) }",
        read: "query($id: ID!) { course(id: $id) { text: title } }",
        fields: ["createCourse", "updateCourse", "deleteCourse", "course"],
    },
    Domain {
        service: "addresses",
        create: "mutation($text: String!, $owner: ID!) { createAddress(input: {
            owner: { kind: EMPLOYEE, id: $owner }, lines: [\"1 Test Street\"], city: $text,
            postalCode: \"12345\", country: \"DE\", kind: WORK }) { id version text: city } }",
        update: "mutation($id: ID!, $version: Int!, $text: String!) { updateAddress(input: {
            id: $id, expectedVersion: $version, city: $text }) { id version text: city } }",
        delete: "mutation($id: ID!, $version: Int!) {
            deleteAddress(id: $id, expectedVersion: $version) }",
        read: "query($id: ID!) { address(id: $id) { text: city } }",
        fields: ["createAddress", "updateAddress", "deleteAddress", "address"],
    },
];

pub(crate) fn each_domain_is_written_in_its_own_database(federation: &Federation) {
    let employees = federation.data("{ employees(first: 1) { nodes { id } } }", json!({}));
    let owner = &employees["employees"]["nodes"][0]["id"];
    for domain in &DOMAINS {
        check(federation, domain, owner);
    }
}

fn check(federation: &Federation, domain: &Domain, owner: &Value) {
    let [created, updated, deleted, read] = domain.fields;
    let (first, second) = (format!("Zq{read}First"), format!("Zq{read}Second"));

    let variables = match domain.service {
        "addresses" => json!({"text": first, "owner": owner}),
        _ => json!({"text": first}),
    };
    let data = federation.data(domain.create, variables);
    assert_eq!(data[created]["text"], first);
    let id = &data[created]["id"];
    assert_eq!(federation.data(domain.read, json!({"id": id}))[read]["text"], first);
    is_only_in(federation, domain.service, &first);

    let version = &data[created]["version"];
    let variables = json!({"id": id, "version": version, "text": second});
    let data = federation.data(domain.update, variables.clone());
    assert_eq!(data[updated]["text"], second);
    assert_eq!(federation.data(domain.read, json!({"id": id}))[read]["text"], second);
    is_only_in(federation, domain.service, &second);

    let stale = federation.ask_with(domain.update, variables);
    assert_eq!(stale["errors"][0]["extensions"]["code"], "STALE_VERSION", "{stale:#}");

    let variables = json!({"id": id, "version": data[updated]["version"]});
    let data = federation.data(domain.delete, variables);
    assert_eq!(&data[deleted], id);
    assert!(federation.data(domain.read, json!({"id": id}))[read].is_null());
    let query = format!("{{ {read}(id: {id}) {{ id }} }}");
    assert!(federation.ask_service(domain.service, &query)["data"][read].is_null());
}

fn is_only_in(federation: &Federation, service: &str, text: &str) {
    for other in SERVICES {
        assert_eq!(federation.databases.contain(other, text), other == service, "{other}: {text}");
    }
}
