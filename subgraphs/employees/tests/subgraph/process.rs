//! The binary: starts without configuration, prints its schema, stops without dropping a request.

use std::{io::Write, process::Command};

use service::testing::process::{Process, read_answer};

const BINARY: &str = env!("CARGO_BIN_EXE_employees");

#[test]
fn without_configuration_it_serves_its_own_file() {
    let process = Process::start(BINARY, &[("SEED_DEMO", "1")]);
    assert_eq!(process.status("/health/live"), "HTTP/1.1 200 OK");
    assert_eq!(process.status("/health/ready"), "HTTP/1.1 200 OK");
    assert!(process.directory.join("data/employees.db").exists());
}

#[test]
fn it_prints_its_schema_without_a_database() {
    let arguments = ["--print-schema", "--database-url", "postgres://nowhere.invalid/none"];
    let output = Command::new(BINARY).args(arguments).output().unwrap();
    assert!(output.status.success());
    assert!(output.stdout.starts_with(b"\"An employee to be created.\"\n"));
}

#[test]
fn a_database_that_can_not_be_reached_is_reported() {
    let arguments = ["--listen", "127.0.0.1:0", "--database-url", "sqlite:/proc/none/none.db"];
    let output = Command::new(BINARY).args(arguments).env("NO_COLOR", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("database"));
}

#[test]
fn a_request_in_flight_is_answered_after_the_signal_to_stop() {
    let mut process = Process::start(BINARY, &[("DRAIN_DELAY_MS", "3000")]);
    let (begin, end) = (r#"{"query":"{ employees "#, r#"{ nodes { id } } }"}"#);
    let mut request = process.connect();
    write!(
        request,
        "POST /graphql HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{begin}",
        begin.len() + end.len(),
    )
    .unwrap();
    process.terminate();
    while process.status("/health/ready") != "HTTP/1.1 503 Service Unavailable" {}
    assert_eq!(process.status("/health/live"), "HTTP/1.1 200 OK");
    request.write_all(end.as_bytes()).unwrap();
    let answer = read_answer(request);
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with(r#"{"data":{"employees":{"nodes":[]}}}"#), "{answer}");
    assert!(process.wait().success());
}

#[test]
fn a_request_that_never_ends_does_not_keep_it_alive() {
    let mut process = Process::start(BINARY, &[("DRAIN_TIMEOUT_MS", "100")]);
    let mut request = process.connect();
    write!(request, "POST /graphql HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\n").unwrap();
    assert_eq!(process.status("/health/ready"), "HTTP/1.1 200 OK");
    process.terminate();
    assert!(process.wait().success());
}
