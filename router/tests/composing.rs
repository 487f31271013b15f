//! `router compose` and `router serve` over subgraphs that run, fail and change: what is told, what
//! is written, and the code they end with.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use support::{Answer, FakeSubgraph, send};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Long enough for a machine with much to do; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(60);

const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", \
     import: [\"@key\", \"@tag\"])\n";
const NAMES: &str = "type Query { name: String }";

/// A folder of the test's own.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("composing").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes a federation's file: names of subgraphs, and where their schemas are.
fn write_config(folder: &Path, subgraphs: &[(&str, &str)]) {
    let mut yaml = "subgraphs:\n".to_owned();
    for (name, schema) in subgraphs {
        yaml += &match schema.starts_with("http:") {
            true => format!("  {name}: {{ schema: {{ subgraph_url: '{schema}' }} }}\n"),
            false => format!(
                "  {name}: {{ routing_url: 'http://{name}.test', schema: {{ file: {schema} }} }}\n"
            ),
        };
    }
    write(&folder.join("supergraph.yaml"), &yaml);
}

/// In one step: the router may be reading it.
fn write(path: &Path, text: &str) {
    let new = path.with_extension("written");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}

fn router(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_router"));
    command.args(arguments).current_dir(folder).kill_on_drop(true);
    command
}

/// Runs the router to its end; its exit code, standard output and standard error.
async fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = router(folder, arguments).output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A router that runs, and what it has told and nobody has waited for yet.
struct Running {
    process: Child,
    told: Arc<Mutex<String>>,
}

impl Running {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut process = router(folder, arguments).stderr(Stdio::piped()).spawn().unwrap();
        let told = Arc::new(Mutex::new(String::new()));
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let teller = Arc::clone(&told);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                teller.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        Self { process, told }
    }

    /// Waits until it tells `text`; all it has told up to there.
    async fn until_told(&self, text: &str) -> String {
        let outcome = tokio::time::timeout(PATIENCE, async {
            loop {
                let mut told = self.told.lock().unwrap().clone();
                if let Some(at) = told.find(text) {
                    told.truncate(at + text.len());
                    self.told.lock().unwrap().drain(..told.len());
                    return told;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        let outcome = outcome.await;
        outcome.unwrap_or_else(|_| panic!("never told: {text}\n{}", self.told.lock().unwrap()))
    }

    /// Stops it as a developer does.
    async fn stop(mut self) {
        let id = i32::try_from(self.process.id().unwrap()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), Signal::INT).unwrap();
        let status = tokio::time::timeout(PATIENCE, self.process.wait()).await.unwrap().unwrap();
        assert_eq!(status.code(), Some(0));
    }
}

/// A subgraph that says its schema as a library for subgraphs does, until it is told to be silent.
struct Subgraph {
    sdl: Arc<Mutex<Option<String>>>,
    url: String,
}

impl Subgraph {
    async fn start(sdl: &str) -> Self {
        let sdl = Arc::new(Mutex::new(Some(sdl.to_owned())));
        let said = Arc::clone(&sdl);
        let fake = FakeSubgraph::start(move |request| {
            let query = request["query"].as_str().unwrap_or_default();
            match &*said.lock().unwrap() {
                Some(sdl) if query.contains("_service") => service(sdl),
                Some(_) => Answer::Json(json!({ "data": { "name": "Ada", "size": 7 } })),
                None => Answer::Raw(StatusCode::BAD_GATEWAY, "text/plain", Bytes::new()),
            }
        });
        Self { sdl, url: fake.await.url }
    }

    fn say(&self, sdl: &str) {
        *self.sdl.lock().unwrap() = Some(sdl.to_owned());
    }

    fn be_silent(&self) {
        *self.sdl.lock().unwrap() = None;
    }
}

fn service(sdl: &str) -> Answer {
    Answer::Json(json!({ "data": { "_service": { "sdl": sdl } } }))
}

#[tokio::test]
async fn what_subgraphs_add_for_the_router_is_not_part_of_the_graph() {
    let folder = folder("machinery");
    let users = Subgraph::start(
        "type Query { me: User _service: _Service! _entities(representations: [_Any!]!): [_Entity]! }
         type User @key(fields: \"id\") { id: ID! name: String }
         scalar _Any
         union _Entity = User
         type _Service { sdl: String! }
         directive @key(fields: String!) on OBJECT | INTERFACE",
    );
    let scores = format!("{LINK}type User @key(fields: \"id\") {{ id: ID! score: Int }}");
    let scores = Subgraph::start(&scores).await;
    write_config(&folder, &[("users", &users.await.url), ("scores", &scores.url)]);
    let (code, supergraph, told) = run(&folder, &["compose"]).await;
    assert_eq!((code, &*told), (0, ""));
    assert!(supergraph.contains(&scores.url));
    assert!(!supergraph.contains("_service") && !supergraph.contains("_Entity"), "{supergraph}");
    let (code, api_schema, _) = run(&folder, &["compose", "--api-schema"]).await;
    let expected = "type Query {\n  me: User\n}\n\n\
                    type User {\n  id: ID!\n  score: Int\n  name: String\n}\n";
    assert_eq!((code, &*api_schema), (0, expected));
}

#[tokio::test]
async fn subgraphs_that_do_not_say_their_schema_are_named_with_the_reason() {
    let folder = folder("answers");
    let raw = |status, body: &'static str| Answer::Raw(status, "application/json", body.into());
    type Case = (&'static str, &'static str, fn() -> Answer);
    let cases: Vec<Case> = vec![
        ("html", "the answer is not a GraphQL response: content type `text/html`", || {
            Answer::Raw(StatusCode::OK, "text/html", "<html>".into())
        }),
        ("status", "500 Internal Server Error", || {
            Answer::Raw(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", Bytes::new())
        }),
        ("plain", "(Cannot query field \"_service\" on type \"Query\".)", || {
            let message = "Cannot query field \"_service\" on type \"Query\".";
            Answer::Json(json!({ "errors": [{ "message": message }] }))
        }),
        ("nothing", "it has no `_service { sdl }` to say its schema with", || {
            Answer::Json(json!({ "data": { "_service": null } }))
        }),
        ("number", "it has no `_service { sdl }` to say its schema with", || {
            Answer::Json(json!({ "data": { "_service": { "sdl": 1 } } }))
        }),
        ("large", "the body is larger than the limit", || {
            service(&format!("type Query {{ a: Int }} # {}", "x".repeat(8 << 20)))
        }),
        ("silent", "no answer in time", || Answer::Never),
    ];
    let garbled = FakeSubgraph::start(move |_| raw(StatusCode::OK, "{\"data\": tru")).await;
    let mut subgraphs = vec![("garbled", garbled.url)];
    for (name, _, answer) in &cases {
        let answer = *answer;
        subgraphs.push((name, FakeSubgraph::start(move |_| answer()).await.url));
    }
    subgraphs.push(("absent", "http://127.0.0.1:1/graphql".to_owned()));
    let config: Vec<_> = subgraphs.iter().map(|(name, url)| (*name, url.as_str())).collect();
    write_config(&folder, &config);
    let (code, printed, told) = run(&folder, &["compose"]).await;
    assert_eq!((code, &*printed), (2, ""));
    assert_eq!(told.lines().count(), subgraphs.len(), "{told}");
    let garbled = ("garbled", "the answer is not a GraphQL response: EOF while parsing");
    let absent = ("absent", "refused");
    let expected = cases.iter().map(|(name, reason, _)| (*name, *reason));
    for (name, reason) in expected.chain([garbled, absent]) {
        let head = format!("error: subgraph `{name}`: http://127.0.0.1:");
        let line = told.lines().find(|line| line.starts_with(&head));
        assert!(line.is_some_and(|line| line.contains(reason)), "{name}: {reason}\n{told}");
    }
}

#[tokio::test]
async fn a_schema_that_is_no_graphql_is_rejected() {
    let folder = folder("garbage");
    write_config(&folder, &[("a", &Subgraph::start("type Query {").await.url)]);
    let (code, _, told) = run(&folder, &["compose"]).await;
    assert_eq!(code, 1);
    assert!(told.starts_with("error[INVALID_GRAPHQL]: [a] "), "{told}");
    assert!(
        told.contains("  --> (no file):1:13 (subgraph a)\n   |\n 1 | type Query {\n"),
        "{told}"
    );
}

#[tokio::test]
async fn a_subgraph_that_cannot_be_asked_falls_back_to_its_last_good_schema() {
    let folder = folder("fallback");
    let (names, sizes) =
        (Subgraph::start(NAMES).await, Subgraph::start("type Query { size: Int }").await);
    // Whatever a name has in it, it leads out of no folder.
    write_config(&folder, &[("a/names", &names.url), ("sizes", &sizes.url)]);
    let compose = ["compose", "--fallback-dir", "good/schemas"];
    let (code, supergraph, told) = run(&folder, &compose).await;
    assert_eq!((code, &*told), (0, ""));
    assert_eq!(fs::read_to_string(folder.join("good/schemas/a%2Fnames.graphql")).unwrap(), NAMES);

    names.be_silent();
    let (code, _, told) = run(&folder, &["compose"]).await;
    let reason = format!("subgraph `a/names`: {}: 502 Bad Gateway", names.url);
    assert_eq!((code, told), (2, format!("error: {reason}\n")));
    let (code, fallen_back, told) = run(&folder, &compose).await;
    assert_eq!((code, fallen_back), (0, supergraph));
    assert!(told.starts_with(&format!("warning: {reason}; its schema of ")), "{told}");
    assert!(told.ends_with(" ago is used (good/schemas/a%2Fnames.graphql)\n"), "{told}");

    // A schema that does not compose is not good, and replaces none that is.
    sizes.say("type Query { size: Size }");
    assert_eq!(run(&folder, &compose).await.0, 1);
    sizes.be_silent();
    assert_eq!(run(&folder, &compose).await.0, 0);

    fs::remove_file(folder.join("good/schemas/sizes.graphql")).unwrap();
    let (code, _, told) = run(&folder, &compose).await;
    assert_eq!(code, 2);
    let expected =
        "502 Bad Gateway; no schema to fall back to: good/schemas/sizes.graphql: No such";
    assert!(told.contains(expected), "{told}");
}

#[tokio::test]
async fn the_age_of_a_fallback_is_said() {
    let folder = folder("age");
    let names = Subgraph::start(NAMES).await;
    write_config(&folder, &[("names", &names.url)]);
    let compose = ["compose", "--fallback-dir", "good"];
    assert_eq!(run(&folder, &compose).await.0, 0);
    names.be_silent();
    let file = fs::File::options().write(true).open(folder.join("good/names.graphql")).unwrap();
    let days_ago = std::time::SystemTime::now() - Duration::from_secs(3 * 86_400);
    file.set_modified(days_ago).unwrap();
    let (_, _, told) = run(&folder, &compose).await;
    assert!(told.contains("; its schema of 3 days ago is used"), "{told}");
}

#[tokio::test]
async fn serving_starts_with_a_fallback_and_takes_new_schemas() {
    let folder = folder("serve");
    let names = Subgraph::start(NAMES).await;
    write_config(&folder, &[("names", &names.url)]);
    assert_eq!(run(&folder, &["compose", "--fallback-dir", "good"]).await.0, 0);
    names.be_silent();
    let listen = ["serve", "--listen", "127.0.0.1:0"];
    let (code, _, told) = run(&folder, &[&listen[..], &["--watch"]].concat()).await;
    let reason = format!("error: subgraph `names`: {}: 502 Bad Gateway", names.url);
    let nothing = "error: nothing is served: at the start all schemas have to be at hand";
    assert_eq!((code, told), (2, format!("{reason}\n{nothing}\n")));
    let watching = [&listen[..], &["--watch", "--fallback-dir", "good"]].concat();
    let router = Running::start(&folder, &watching);
    router.until_told("warning: subgraph `names`").await;
    let told = router.until_told("/graphql\n").await;
    let url = told.lines().find_map(|line| line.strip_prefix("serving ")).unwrap();
    let ask = async |query: &str| {
        let body = json!({ "query": query }).to_string();
        send(Method::POST, url, &[("content-type", "application/json")], body).await.unwrap()
    };
    assert_eq!(ask("{ size }").await.code(), "GRAPHQL_VALIDATION_FAILED");

    names.say("type Query { name: String size: Int }");
    router.until_told("note: subgraph `names` is at hand again").await;
    router.until_told("a new schema is served").await;
    assert_eq!(ask("{ size }").await.text(), r#"{"data":{"size":7}}"#);
    names.say("type Query { size: Size }");
    router.until_told("error[INVALID_GRAPHQL]").await;
    router.until_told("the last schema is still served").await;
    assert_eq!(ask("{ size }").await.text(), r#"{"data":{"size":7}}"#);
    names.say(NAMES);
    router.until_told("a new schema is served").await;
    assert_eq!(ask("{ size }").await.code(), "GRAPHQL_VALIDATION_FAILED");
    router.stop().await;
}

#[tokio::test]
async fn a_supergraph_that_is_a_file_is_watched_too() {
    let folder = folder("file");
    fs::write(folder.join("a.graphql"), NAMES).unwrap();
    write_config(&folder, &[("a", "a.graphql")]);
    let supergraph = run(&folder, &["compose"]).await.1;
    let file = folder.join("supergraph.graphql");
    write(&file, &supergraph);
    let arguments =
        ["serve", "--supergraph", "supergraph.graphql", "--watch", "--listen", "127.0.0.1:0"];
    let router = Running::start(&folder, &arguments);
    router.until_told("serving http://").await;
    write(&file, "type Query { name: String }");
    router.until_told("the last schema is still served").await;
    write(&file, &supergraph);
    router.until_told("a new schema is served").await;
    fs::remove_file(&file).unwrap();
    router.until_told("error: supergraph.graphql: No such file").await;
    router.until_told("the last schema is still served").await;
    router.stop().await;
}

#[tokio::test]
async fn composing_goes_on_as_schemas_change() {
    let folder = folder("watch");
    let (a, output) = (folder.join("a.graphql"), folder.join("out/supergraph.graphql"));
    fs::create_dir(folder.join("out")).unwrap();
    fs::write(&a, NAMES).unwrap();
    let sizes = Subgraph::start("type Query { size: Int }").await;
    write_config(&folder, &[("a", "a.graphql"), ("sizes", &sizes.url)]);
    let arguments = ["compose", "--watch", "--output", "out/supergraph.graphql"];
    let router = Running::start(&folder, &arguments);
    let written = "written\n";
    let read = || fs::read_to_string(&output).unwrap();
    router.until_told(written).await;
    assert!(read().contains("size: Int"));

    // A file and a running subgraph change.
    write(&a, "type Query { name: String nick: String }");
    router.until_told(written).await;
    assert!(read().contains("nick: String"));
    sizes.say("type Query { size: Int weight: Int }");
    router.until_told(written).await;
    let last = read();
    assert!(last.contains("weight: Int"));

    // What is broken is said, once, and what was written stays.
    write(&a, "type Query { name: Name }");
    let told = router.until_told("1 | type Query { name: Name }").await;
    assert!(told.contains("  --> a.graphql:1:20 (subgraph a)"), "{told}");
    sizes.be_silent();
    router.until_told("502 Bad Gateway; its last schema stays").await;
    fs::remove_file(&a).unwrap();
    router.until_told("warning: subgraph `a`: a.graphql: No such file").await;
    assert_eq!(read(), last);
    write(&a, "type Query { name: String nick: String }");
    let told = router.until_told("composed, to what is written already").await;
    assert!(!told.contains("502"), "{told}");

    // The federation's own file changes.
    write(&folder.join("supergraph.yaml"), "subgraph:\n");
    router.until_told("error: supergraph.yaml:1:1: unknown key `subgraph`").await;
    assert_eq!(read(), last);
    write_config(&folder, &[("a", "a.graphql")]);
    router.until_told(written).await;
    assert!(!read().contains("weight") && read().contains("nick"));
    router.stop().await;
    assert_eq!(fs::read_dir(folder.join("out")).unwrap().count(), 1, "nothing is left over");
}

#[tokio::test]
async fn watching_waits_for_what_is_not_there_yet() {
    let folder = folder("late");
    let arguments = ["compose", "--watch", "--output", "supergraph.graphql"];
    let router = Running::start(&folder, &arguments);
    router.until_told("error: supergraph.yaml: No such file").await;
    write_config(&folder, &[("a", "a.graphql")]);
    router.until_told("error: subgraph `a`: a.graphql: No such file").await;
    write(&folder.join("a.graphql"), NAMES);
    router.until_told("written\n").await;
    router.stop().await;
    let (code, _, _) = run(&folder, &["compose", "--watch"]).await;
    assert_eq!(code, 2, "there is nowhere to write to");
}

#[tokio::test]
async fn an_output_is_replaced_as_a_whole_or_not_at_all() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let folder = folder("output");
    fs::write(folder.join("a.graphql"), NAMES).unwrap();
    write_config(&folder, &[("a", "a.graphql")]);
    let (real, link) = (folder.join("real.graphql"), folder.join("link.graphql"));
    fs::write(&real, "old").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real.graphql", &link).unwrap();
    let reader = fs::File::open(&real).unwrap();
    let compose = ["compose", "--output", "link.graphql"];
    assert_eq!(run(&folder, &compose).await.0, 0);
    assert_eq!(std::io::read_to_string(reader).unwrap(), "old", "who reads it reads on");
    assert!(link.is_symlink());
    let first = real.metadata().unwrap();
    assert_eq!(first.permissions().mode() & 0o777, 0o640);
    assert_eq!(run(&folder, &compose).await.0, 0);
    let second = real.metadata().unwrap();
    let identity = |file: &fs::Metadata| (file.ino(), file.mtime_nsec());
    assert_eq!(identity(&first), identity(&second), "the same is not written again");
    let (code, printed, _) = run(&folder, &["compose", "--output", "/dev/stdout"]).await;
    assert_eq!((code, printed), (0, fs::read_to_string(&real).unwrap()));
    let (code, _, told) = run(&folder, &["compose", "--output", "nowhere/out.graphql"]).await;
    assert_eq!(code, 2);
    assert!(told.starts_with("error: nowhere/out.graphql: No such file"), "{told}");
}

#[tokio::test]
async fn contracts_leave_out_by_tags() {
    let folder = folder("contract");
    let schema = "type Query { a: A @tag(name: \"public\") b: B s: String @tag(name: \"secret\") }
        type A @tag(name: \"public\") { x: Int y: Int @tag(name: \"secret\") }
        type B { z: Int }\n";
    fs::write(folder.join("a.graphql"), format!("{LINK}{schema}")).unwrap();
    write_config(&folder, &[("a", "a.graphql")]);
    let api = async |arguments: &[&str]| {
        let (code, schema, told) =
            run(&folder, &[&["compose", "--api-schema"], arguments].concat()).await;
        assert_eq!((code, &*told), (0, ""));
        schema.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let all = "type A { x: Int y: Int } type B { z: Int } type Query { a: A b: B s: String }";
    assert_eq!(api(&[]).await, all);
    let exclude = api(&["--exclude-tag", "secret"]).await;
    assert_eq!(exclude, "type A { x: Int } type B { z: Int } type Query { a: A b: B }");
    let both = api(&["--include-tag", "public", "--exclude-tag", "secret"]).await;
    assert_eq!(both, "type A { x: Int } type Query { a: A }");
    let several = api(&["--include-tag", "public", "--include-tag", "secret"]).await;
    assert_eq!(several, "type A { x: Int y: Int } type Query { a: A s: String }");
    let (code, _, told) = run(&folder, &["compose", "--include-tag", "pubic"]).await;
    assert_eq!(code, 1);
    assert!(told.starts_with("error[QUERY_ROOT_TYPE_INACCESSIBLE]"), "{told}");
}

/// Of a subgraph in a file with a peculiar name.
async fn report(format: &str) -> String {
    let folder = folder(&format!("format-{format}"));
    let sdl = "type Query {\n  \"\u{e4}\u{1f600}\" a(b: Int): Nothing, c: C\n}\ntype C @key(fields: \"d\") { e: Int }\n";
    fs::write(folder.join("a, b:100%.graphql"), format!("{LINK}{sdl}")).unwrap();
    let yaml =
        "subgraphs:\n  a: { routing_url: 'http://a', schema: { file: 'a, b:100%.graphql' } }\n";
    fs::write(folder.join("supergraph.yaml"), yaml).unwrap();
    let (code, printed, told) = run(&folder, &["compose", "--format", format]).await;
    assert_eq!((code, &*told), (1, ""));
    printed
}

#[tokio::test]
async fn annotations_escape_what_has_a_meaning() {
    let expected = "::error file=a%2C b%3A100%25.graphql,line=3,col=";
    assert!(report("github").await.starts_with(expected), "{}", report("github").await);
}

/// What <https://json.schemastore.org/sarif-2.1.0.json> asks of the parts that are used.
#[tokio::test]
async fn sarif_is_as_its_schema_says() {
    let report: Value = serde_json::from_str(&report("sarif").await).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&report), ["$schema", "version", "runs"]);
    assert_eq!(report["version"], "2.1.0");
    let [run] = report["runs"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!(keys(run), ["tool", "results", "columnKind"]);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(keys(&run["tool"]), ["driver"]);
    assert_eq!(keys(&run["tool"]["driver"]), ["name", "version", "rules"]);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
    for rule in rules {
        assert_eq!(keys(rule), ["id", "shortDescription"]);
        assert!(!rule["shortDescription"]["text"].as_str().unwrap().is_empty());
    }
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        assert_eq!(keys(result), ["ruleId", "level", "message", "locations"]);
        assert!(ids.contains(&&result["ruleId"]), "{result}");
        assert_eq!(result["level"], "error");
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        for location in result["locations"].as_array().unwrap() {
            assert_eq!(keys(location), ["physicalLocation"]);
            let place = &location["physicalLocation"];
            assert_eq!(keys(place), ["artifactLocation", "region"]);
            assert_eq!(place["artifactLocation"], json!({ "uri": "a%2C%20b%3A100%25.graphql" }));
            let region = [&place["region"]["startLine"], &place["region"]["startColumn"]];
            assert!(region.iter().all(|count| count.as_u64().unwrap() >= 1), "{place}");
        }
    }
}

/// What is told to somebody at a terminal.
async fn told_at_a_terminal(folder: &Path, no_color: Option<&str>) -> String {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use std::io::Read;
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
    let inside = fs::File::options().read(true).write(true).open(name).unwrap();
    let mut command = router(folder, &["compose"]);
    command.env_remove("NO_COLOR").envs(no_color.map(|value| ("NO_COLOR", value)));
    assert_eq!(command.stderr(inside).status().await.unwrap().code(), Some(1));
    drop(command);
    let mut told = Vec::new();
    // Where the other end is closed, Linux reports an error after the last byte.
    let _ = fs::File::from(terminal).read_to_end(&mut told);
    String::from_utf8(told).unwrap().replace("\r\n", "\n")
}

#[tokio::test]
async fn people_at_a_terminal_see_colours_unless_they_do_not_want_to() {
    let folder = folder("colours");
    fs::write(folder.join("a.graphql"), format!("{LINK}type Query {{ a: Int @kay }}\n")).unwrap();
    write_config(&folder, &[("a", "a.graphql")]);
    let (_, _, plain) = run(&folder, &["compose"]).await;
    assert!(!plain.contains('\x1b'), "{plain}");
    let coloured = told_at_a_terminal(&folder, None).await;
    assert!(coloured.starts_with("\x1b[1;31merror[INVALID_GRAPHQL]\x1b[0m: "), "{coloured}");
    assert!(
        coloured.contains("\n \x1b[1;34m2 |\x1b[0m type Query { a: Int @kay }\n"),
        "{coloured}"
    );
    assert!(coloured.contains("\x1b[0m                     \x1b[1;31m^\x1b[0m\n"), "{coloured}");
    assert_eq!(told_at_a_terminal(&folder, Some("")).await, coloured);
    assert_eq!(told_at_a_terminal(&folder, Some("1")).await, plain);
}
