//! The binary: starts without configuration, prints its schema, stops when asked to.

use std::process::Command;

use service::testing::process::Process;

const BINARY: &str = env!("CARGO_BIN_EXE_addresses");

#[test]
fn without_configuration_it_serves_its_own_file_until_asked_to_stop() {
    let mut process = Process::start(BINARY, &[("SEED_DEMO", "1")]);
    assert_eq!(process.status("/health/ready"), "HTTP/1.1 200 OK");
    assert!(process.directory.join("data/addresses.db").exists());
    process.terminate();
    assert!(process.wait().success());
}

#[test]
fn it_prints_its_schema_without_a_database() {
    let arguments = ["--print-schema", "--database-url", "postgres://nowhere.invalid/none"];
    let output = Command::new(BINARY).args(arguments).output().unwrap();
    assert!(output.status.success());
    assert!(output.stdout.starts_with(b"\"Where somebody can be found or written to.\"\n"));
}
