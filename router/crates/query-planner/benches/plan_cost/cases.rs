//! Operations that ask much of a planner, with the supergraphs that make them do so.
#![allow(dead_code, reason = "two benches use it, each a part")]

use std::fmt::Write;

/// An operation over a supergraph.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) supergraph: String,
    pub(crate) operation: String,
}

fn case(name: impl Into<String>, supergraph: &str, operation: impl Into<String>) -> Case {
    Case { name: name.into(), supergraph: supergraph.to_owned(), operation: operation.into() }
}

/// What is written for each number, together.
fn each(numbers: std::ops::Range<usize>, text: impl Fn(usize) -> String) -> String {
    numbers.map(text).collect::<Vec<_>>().join(" ")
}

/// A text in itself, so often.
fn nested(depth: usize, open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

/// A supergraph of subgraphs `s0` and so on.
fn supergraph(subgraphs: usize, types: &str) -> String {
    let graph = |i| format!("S{i} @join__graph(name: \"s{i}\", url: \"http://s{i}\")");
    let mut sdl = String::from(HEAD);
    let _ = write!(sdl, "enum join__Graph {{ {} }}\n{types}", each(0..subgraphs, graph));
    sdl
}

const HEAD: &str = r#"
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query }
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
"#;

/// `@join__type` for so many subgraphs.
fn in_all(subgraphs: usize) -> String {
    each(0..subgraphs, |i| format!("@join__type(graph: S{i})"))
}

fn keyed(subgraphs: usize, key: &str) -> String {
    each(0..subgraphs, |i| format!("@join__type(graph: S{i}, key: \"{key}\")"))
}

fn query(subgraphs: usize, fields: &str) -> String {
    format!("type Query {} {{ {fields} }}\n", in_all(subgraphs))
}

/// Entities of which each subgraph has ten fields of its own and the next entity.
fn own_fields(subgraphs: usize) -> String {
    let field = |i| {
        each(0..10, |j| format!("f{i}x{j}: Int @join__field(graph: S{i})"))
            + &format!(" next{i}: T @join__field(graph: S{i})")
    };
    let fields = each(0..subgraphs, field);
    let t = format!("type T {} {{ id: ID! {fields} }}", keyed(subgraphs, "id"));
    supergraph(subgraphs, &(query(subgraphs, "t: T @join__field(graph: S0)") + &t))
}

/// Values of which each subgraph has ten fields of its own, and a directive.
fn values(subgraphs: usize) -> String {
    let field = |i| each(0..10, |j| format!("f{i}x{j}: Int @join__field(graph: S{i})"));
    let t = format!("type T {} {{ {} next: T }}", in_all(subgraphs), each(0..subgraphs, field));
    let directive = "directive @up(by: Int) on FIELD\n";
    supergraph(subgraphs, &(directive.to_owned() + &query(subgraphs, "t: T") + &t))
}

/// Everything is in every subgraph.
fn shared(subgraphs: usize) -> String {
    let fields = each(0..10, |i| format!("f{i}: Int"));
    let t = format!(
        "type T {} {{ id: ID! {fields} next: T {} }}",
        keyed(subgraphs, "id"),
        each(0..10, |i| format!("o{i}: T"))
    );
    supergraph(subgraphs, &(query(subgraphs, "t: T") + &t))
}

/// Each field is in some of the subgraphs, and no two in the same ones.
fn subsets(subgraphs: usize) -> String {
    let field = |i: usize| {
        let is_there = |s: &usize| (i * 31 + s * 17 + i * s) % 7 < 3;
        let joins = (0..subgraphs).filter(is_there);
        let joins: Vec<String> = joins.map(|s| format!("@join__field(graph: S{s})")).collect();
        format!("f{i}: Int {}", joins.join(" "))
    };
    let t =
        format!("type T {} {{ id: ID! {} next: T }}", keyed(subgraphs, "id"), each(0..200, field));
    supergraph(subgraphs, &(query(subgraphs, "t: T") + &t))
}

/// Twenty implementations; each subgraph but the first has a field of each of them, and no
/// subgraph has `next` on the interface itself but the last.
fn implementations(subgraphs: usize, kinds: usize) -> String {
    let last = subgraphs - 1;
    let own = each(1..subgraphs, |s| format!("f{s}: Int @join__field(graph: S{s})"));
    let object = |i| {
        let implements =
            each(0..subgraphs, |s| format!("@join__implements(graph: S{s}, interface: \"I\")"));
        let head = keyed(subgraphs, "id");
        format!(
            "type T{i} implements I {implements} {head} {{ id: ID! {own} next: I x: Int only{i}: T{i} }}\n"
        )
    };
    let interface = format!(
        "interface I {} {{ id: ID! next: I @join__field(graph: S{last}) x: Int @join__field(graph: S{last}) {own} }}\n",
        in_all(subgraphs)
    );
    let members = each(0..subgraphs, |s| {
        each(0..kinds, |i| format!("@join__unionMember(graph: S{s}, member: \"T{i}\")"))
    });
    let union = format!(
        "union U {} {members} = {}\n",
        in_all(subgraphs),
        (0..kinds).map(|i| format!("T{i}")).collect::<Vec<_>>().join(" | ")
    );
    let roots = "i: I @join__field(graph: S0) u: U @join__field(graph: S0)";
    supergraph(
        subgraphs,
        &(query(subgraphs, roots) + &interface + &union + &each(0..kinds, object)),
    )
}

/// A chain of requirements through so many subgraphs and back.
fn requirements(length: usize) -> String {
    let field = |i: usize| {
        let here = i % 2;
        let other = 1 - here;
        format!(
            "r{i}: Int @join__field(graph: S{here}, requires: \"r{}\") \
             @join__field(graph: S{other}, external: true)",
            i - 1
        )
    };
    let t = format!(
        "type T {} {{ id: ID! r0: Int @join__field(graph: S1) @join__field(graph: S0, external: true) {} }}",
        keyed(2, "id"),
        each(1..length, field)
    );
    supergraph(2, &(query(2, "t: T @join__field(graph: S0)") + &t))
}

/// Every subgraph has keys of its own, one shared with the next subgraph; all have a field `x`.
fn keys(subgraphs: usize) -> String {
    let head = each(0..subgraphs, |s| {
        let key = |k| format!("@join__type(graph: S{s}, key: \"k{k}\")");
        format!("{} {}", key(s), key((s + 1) % subgraphs))
    });
    let fields = each(0..subgraphs, |k| {
        let before = (k + subgraphs - 1) % subgraphs;
        format!(
            "k{k}: ID! @join__field(graph: S{k}) @join__field(graph: S{before}) \
             f{k}: Int @join__field(graph: S{k}) next{k}: T @join__field(graph: S{k})"
        )
    });
    let t = format!("type T {head} {{ {fields} }}");
    supergraph(subgraphs, &(query(subgraphs, "t: T @join__field(graph: S0)") + &t))
}

/// Fragments of which each spreads the next one twice.
fn bomb(fragments: usize) -> String {
    let next =
        |i| format!("fragment F{i} on T {{ next {{ ...F{} }} next {{ ...F{} }} }}", i + 1, i + 1);
    format!("{{ t {{ ...F0 }} }} {} fragment F{fragments} on T {{ id }}", each(0..fragments, next))
}

/// How planning grows with the operation and with the subgraphs.
pub(crate) fn sizes() -> Vec<Case> {
    let mut cases = Vec::new();
    for subgraphs in [2, 12, 50] {
        let supergraph = own_fields(subgraphs);
        for levels in [1, 5, 50] {
            let fields = each(0..10, |i| format!("f{}x{i}", (i * 7) % subgraphs));
            let inner = each(0..levels, |l| {
                let next = (l * 5 + 1) % subgraphs;
                format!("a{l}: next{next} {{ {fields} next{next} {{ {fields} }} }}")
            });
            let name = format!("{} selections, {subgraphs} subgraphs", levels * 23);
            cases.push(case(name, &supergraph, format!("{{ t {{ {inner} }} }}")));
        }
    }
    let many_plans = Case {
        name: "1600 selections in subsets of 7".to_owned(),
        supergraph: include_str!("../../../../benches/many-plans/supergraph.graphql").to_owned(),
        operation: include_str!("../../../../benches/many-plans/operation.graphql").to_owned(),
    };
    cases.push(many_plans);
    cases
}

/// What somebody would send who wants the planner to work hard.
pub(crate) fn adversaries() -> Vec<Case> {
    let mut cases = fan_out();
    cases.extend(conditions());
    cases.extend(deferred());
    let twelve = own_fields(12);
    let everything = each(0..12, |i| each(0..10, |j| format!("f{i}x{j}")));
    let deep = nested(30, "next3 { next7 { ", &everything, " } }");
    cases.push(case("60 levels over 12 subgraphs", &twelve, format!("{{ t {{ {deep} }} }}")));
    for levels in [2, 10] {
        let deep = nested(levels, "next3 { next7 { ", &everything, " } }");
        let deep = nested(levels, &format!("{everything} next5 {{ "), &deep, " }");
        let name = format!("{} levels over 12 subgraphs", 3 * levels);
        cases.push(case(name, &twelve, format!("{{ t {{ {deep} }} }}")));
    }
    let wide = each(0..8, |i| each(0..12, |n| format!("a{i}x{n}: next{n} {{ {everything} }}")));
    cases.push(case("96 entities of 120 fields", &twelve, format!("{{ t {{ {wide} }} }}")));
    let five = shared(5);
    let aliases = each(0..1024, |i| format!("a{i}: f1"));
    cases.push(case("1,024 aliases, 5 subgraphs", &five, format!("{{ t {{ {aliases} }} }}")));
    let aliases = each(0..1024, |i| format!("a{i}: next {{ f1 }}"));
    cases.push(case("1,024 aliased objects", &five, format!("{{ t {{ {aliases} }} }}")));
    for fragments in [10, 12, 30] {
        let name = format!("fragments that fan out 2^{fragments}");
        cases.push(case(name, &five, bomb(fragments)));
    }
    let fifty = shared(50);
    let fields = each(0..10, |i| format!("f{i}"));
    let all = nested(60, "next { f1 f2 f3 ", &fields, " }");
    cases.push(case("50 subgraphs share all, 60 levels", &fifty, format!("{{ t {{ {all} }} }}")));
    for (name, schema) in [("5", &five), ("50", &fifty)] {
        let all = |next: usize| each(0..10, |i| format!("o{i} {{ ...F{next} }}"));
        let levels = each(0..3, |i| format!("fragment F{i} on T {{ {} }}", all(i + 1)));
        let text = format!("{{ t {{ ...F0 }} }} {levels} fragment F3 on T {{ {fields} }}");
        cases.push(case(format!("12,000 selections that {name} share"), schema, text));
    }
    let roots = each(0..100, |i| format!("r{i}: t {{ {fields} next {{ {fields} }} }}"));
    cases.push(case("100 root fields, 50 subgraphs", &fifty, format!("{{ {roots} }}")));
    let wide = each(0..100, |i| format!("a{i}: next {{ next {{ {fields} }} {fields} }}"));
    cases.push(case("100 objects, 50 subgraphs", &fifty, format!("{{ t {{ {wide} }} }}")));
    let subsets = subsets(50);
    let fields = each(0..200, |i| format!("f{i}"));
    let deep = nested(10, &format!("{fields} next {{"), "id", "}");
    cases.push(case("200 fields in subsets of 50", &subsets, format!("{{ t {{ {deep} }} }}")));
    let chain = requirements(15);
    let all = each(0..15, |i| format!("r{i}"));
    cases.push(case("requirements of requirements", &chain, format!("{{ t {{ {all} }} }}")));
    let all = each(0..90, |i| format!("a{i}: r14"));
    cases.push(case("the same, 90 aliases", &chain, format!("{{ t {{ {all} }} }}")));
    for subgraphs in [12, 16] {
        let keys = keys(subgraphs);
        let all = each(0..subgraphs, |k| format!("f{k}"));
        let deep = each(0..subgraphs, |k| format!("next{k} {{ {all} next{k} {{ {all} }} }}"));
        let name = format!("a chain of {subgraphs} keys");
        cases.push(case(name, &keys, format!("{{ t {{ {all} {deep} }} }}")));
    }
    cases
}

/// Interfaces and unions of twenty types.
fn fan_out() -> Vec<Case> {
    let supergraph = implementations(4, 20);
    let mut cases = Vec::new();
    for depth in [2, 3, 10, 60] {
        let inner = nested(depth, "next { ", "x f1 f2 f3 id", " }");
        let name = format!("20 implementations, {depth} levels");
        cases.push(case(name, &supergraph, format!("{{ i {{ {inner} }} }}")));
    }
    let inner = nested(60, "next { ", "x f1 f2 f3 id", " }");
    for chains in [2, 13] {
        let name = format!("20 implementations, {chains} times 60 levels");
        let roots = each(0..chains, |i| format!("r{i}: i {{ {inner} }}"));
        cases.push(case(name, &supergraph, format!("{{ {roots} }}")));
    }
    let by_type =
        |inner: &str| each(0..20, |i| format!("... on T{i} {{ x f1 next {{ {inner} }} }}"));
    let two = by_type(&by_type("id x"));
    cases.push(case(
        "20 implementations by type, 2 levels",
        &supergraph,
        format!("{{ i {{ {two} }} }}"),
    ));
    let fragments = each(0..9, |i| {
        let next = i + 1;
        format!(
            "fragment F{i} on I {{ ... on T{i} {{ next {{ ...F{next} }} }} ... on T{} {{ next {{ ...F{next} }} }} x }}",
            next
        )
    });
    let text = format!("{{ i {{ ...F0 }} }} {fragments} fragment F9 on I {{ x f: id }}");
    cases.push(case("two types at each of 9 levels", &supergraph, text));
    // The same response key for another field of each type.
    let renamed = each(0..20, |i| format!("... on T{i} {{ a: only{i} {{ x f{}: id }} }}", i % 4));
    let text = each(0..20, |i| format!("... on T{i} {{ b{i}: only{i} {{ {} }} }}", "x f1 f2"));
    cases.push(case(
        "keys that conflict by type",
        &supergraph,
        format!("{{ u {{ {renamed} {text} }} }}"),
    ));
    let aliased = each(0..90, |i| format!("a{i}: next {{ next {{ x f1 f2 f3 }} }}"));
    cases.push(case("90 aliases of an interface", &supergraph, format!("{{ i {{ {aliased} }} }}")));
    let union =
        each(0..20, |i| format!("... on T{i} {{ only{i} {{ next {{ next {{ x f1 }} }} }} id }}"));
    cases.push(case("a union of 20 types", &supergraph, format!("{{ u {{ {union} }} }}")));
    cases
}

/// `@skip` and `@include` with many variables.
fn conditions() -> Vec<Case> {
    let supergraph = own_fields(12);
    let operation = |body: String| {
        let used = |i: &usize| body.contains(&format!("$v{i})"));
        let variables: Vec<String> =
            (0..400).filter(used).map(|i| format!("$v{i}: Boolean!")).collect();
        format!("query Q({}) {{ t {{ {body} }} }}", variables.join(" ")).replace("()", "")
    };
    let field = |i: usize| format!("f{}x{}", i % 12, i / 12 % 10);
    let mut cases = Vec::new();
    let one = each(0..300, |i| format!("f1x1 @include(if: $v{i})"));
    cases.push(case("one field on 300 conditions", &supergraph, operation(one)));
    let pairs = each(0..700, |i| {
        format!("f1x1 @include(if: $v{}) @skip(if: $v{})", i % 40, 40 + i / 40 % 40)
    });
    cases.push(case("one field on 700 pairs of conditions", &supergraph, operation(pairs)));
    let many = each(0..700, |i| {
        format!("a{i}: {} @include(if: $v{}) @skip(if: $v{})", field(i), i % 40, 40 + i / 40)
    });
    cases.push(case("700 fields, each on its own condition", &supergraph, operation(many)));
    let many = each(0..90, |i| {
        format!(
            "a{i}: next{} @include(if: $v{i}) {{ f1x1 f2x2 @skip(if: $v{}) }}",
            i % 12,
            (i * 7) % 90
        )
    });
    cases.push(case("90 objects on conditions", &supergraph, operation(many)));
    let deep = (0..30).rev().fold("f1x1 f2x2".to_owned(), |inner, i| {
        format!("next{} @include(if: $v{i}) {{ {inner} }} f3x3 @skip(if: $v{i})", i % 12)
    });
    cases.push(case("30 levels of conditions", &supergraph, operation(deep)));
    let either = (0..9).rev().fold("f1x1".to_owned(), |inner, i| {
        let (a, b) = (2 * i, 2 * i + 1);
        format!("next1 @include(if: $v{a}) {{ {inner} }} next1 @include(if: $v{b}) {{ {inner} }}")
    });
    cases.push(case("9 levels of either", &supergraph, operation(either)));
    let all_eight = each(0..250, |i| {
        let directive = |j: usize| format!("@include(if: $v{})", (i * (j + 3) + j * 11) % 60);
        format!("f1x1 {}", directive(0)) + &format!(" @skip(if: $v{})", 60 + i % 60)
    });
    cases.push(case("one field on 250 mixed conditions", &supergraph, operation(all_eight)));
    let values = values(12);
    let on = |i: usize| format!("@include(if: $v{}) @skip(if: $v{})", i % 60, 60 + i / 60);
    let deep = (0..50).fold(String::new(), |inner, level| {
        let fields = each(0..12, |i| format!("f{i}x1 {}", on(12 * level + i)));
        format!("{fields} next {{ f0x0 {} {inner} }}", on(level))
    });
    cases.push(case("50 levels of values, on conditions", &values, operation(deep)));
    let wide = each(0..80, |i| {
        format!("a{i}: next {{ {} }}", each(0..12, |f| format!("f{f}x0 {}", on(12 * i + f))))
    });
    let all = each(0..12, |i| each(0..10, |j| format!("f{i}x{j}")));
    for levels in [20, 40] {
        let deep = nested(levels, &format!("{all} next {{ "), "f0x0", " }");
        cases.push(case(format!("{levels} levels of values"), &values, operation(deep)));
    }
    cases.push(case("80 values, on conditions", &values, operation(wide)));
    let chain = (0..25).fold("f0x0".to_owned(), |inner, i| {
        format!("next @include(if: $v{i}) {{ {inner} }} f0x0 next {{ f1x1 }}")
    });
    let places = each(0..100, |i| format!("a{i}: next {{ {chain} }}"));
    cases.push(case("100 chains of objects in two places", &values, operation(places)));
    let directives = each(0..600, |i| format!("f1x1 @up(by: {i}) {}", on(i % 50)));
    cases.push(case("600 directives of a field", &values, operation(directives)));
    let directives = each(0..400, |i| format!("next @up(by: {i}) {{ f{}x1 }}", i % 12));
    cases.push(case("400 directives of an object", &values, operation(directives)));
    cases
}

/// Documents that are hard to validate, or to answer without any subgraph.
pub(crate) fn documents() -> Vec<Case> {
    let schema = shared(5);
    let mut cases = Vec::new();
    let mut add = |name: &str, text: String| cases.push(case(name, &schema, text));
    let in_t = |inner: &str| format!("{{ t {{ {inner} }} }}");
    add("one object 2,000 times", in_t(&"next { f1 } ".repeat(2000)));
    add(
        "one object 150 times 14 times",
        in_t(&format!("next {{ {} }} ", "next { f1 f2 } ".repeat(14)).repeat(150)),
    );
    add("one key for 3,000 other fields", in_t(&each(0..3000, |i| format!("a: f{}", i % 10))));
    add("9,000 unknown fields", in_t(&each(0..9000, |i| format!("x{i}"))));
    add("4,900 fields in two orders", in_t(&each(0..4900, |i| format!("f{}", i * 7 % 10))));
    let all_later = |count: usize| {
        each(0..count, |i| {
            let later = each(i + 1..count + 1, |j| format!("...F{j}"));
            format!("fragment F{i} on T {{ {later} id }}")
        }) + &format!(" fragment F{count} on T {{ id }}")
    };
    add("95 fragments, each with all later ones", in_t("...F0") + &all_later(95));
    let nested_later = all_later(60).replace("...F", "next { ...F").replace(" next", " } next");
    let nested_later = nested_later.replace(" id }", " } id }").replace("{ } id", "{ id");
    let nested_later = nested_later.replace("{ } next", "{ next").replace("T { }", "T {");
    add("60 fragments, each below all before", in_t("...F0") + &nested_later);
    add("fragments that fan out 2^400", bomb(400));
    let circle = each(0..1500, |i| format!("fragment F{i} on T {{ ...F{} }}", (i + 1) % 1500));
    add("a circle of 1,500 fragments", in_t("...F0") + &circle);
    let operations = each(0..600, |i| format!("query Q{i} {{ t {{ ...F0 }} }}"));
    let chain = each(0..500, |i| format!("fragment F{i} on T {{ f1 ...F{} }}", i + 1));
    add(
        "600 operations with 500 fragments",
        format!("{operations} {chain} fragment F500 on T {{ id }}"),
    );
    let unused = each(0..1900, |i| format!("$v{i}: Int"));
    add("1,900 unused variables", format!("query({unused}) {{ t {{ id }} }}"));
    let used = each(0..600, |i| format!("f1 @skip(if: $v{i})"));
    let used = format!("fragment F0 on T {{ {used} }}");
    add("600 variables that are not defined", format!("{} {used}", in_t("...F0")));
    let deep = nested(12, "ofType { ", &"name kind ".repeat(300), "}");
    let types = "fields { name args { name type { name } } type { name kind ofType { name } } } ";
    add(
        "introspection 250 times",
        format!("{{ __schema {{ types {{ {} }} }} }}", types.repeat(250)),
    );
    add(
        "introspection in depth",
        format!("{{ __schema {{ types {{ fields {{ type {{ {deep} }} }} }} }} }}"),
    );
    add(
        "isOneOf 2,000 times",
        format!("{{ __schema {{ types {{ {} }} }} }}", "fields { type { isOneOf } } ".repeat(1200)),
    );
    let roots =
        each(0..50, |i| format!("a{i}: __schema {{ types {{ {types} {types} isOneOf }} }}"));
    add("introspection under 50 keys", format!("{{ {roots} }}"));
    cases
}

/// Many deferred fragments.
fn deferred() -> Vec<Case> {
    let supergraph = own_fields(12);
    let everything = each(0..12, |i| each(0..10, |j| format!("f{i}x{j}")));
    let operation = |body: &str| {
        let used = |i: &usize| body.contains(&format!("$v{i})"));
        let variables: Vec<String> =
            (0..200).filter(used).map(|i| format!("$v{i}: Boolean!")).collect();
        let variables = match variables.is_empty() {
            true => String::new(),
            false => format!("query({})", variables.join(" ")),
        };
        format!("{variables} {{ t {{ {body} }} }} fragment F on T {{ {everything} }}")
    };
    let mut cases = Vec::new();
    let all = each(0..150, |_| "...F @defer".to_owned());
    cases.push(case("deferred 150 times", &supergraph, operation(&all)));
    let all = each(0..100, |i| format!("...F @defer(if: $v{i}) @include(if: $v{})", 199 - i));
    cases.push(case("deferred 100 times on conditions", &supergraph, operation(&all)));
    let deep = (0..100).fold("...F".to_owned(), |inner, i| {
        format!("... @defer(if: $v{i}) {{ f{}x1 {inner} }}", i % 12)
    });
    cases.push(case("100 deferred fragments, one in another", &supergraph, operation(&deep)));
    let deep = nested(50, "next3 { f1x1 ... @defer { f2x2 ", "...F", " } }");
    cases.push(case("50 levels of deferred objects", &supergraph, operation(&deep)));
    let wide = each(0..96, |i| format!("a{i}: next{} {{ f1x1 ...F @defer }}", i % 12));
    cases.push(case("96 deferred entities", &supergraph, operation(&wide)));
    cases
}
