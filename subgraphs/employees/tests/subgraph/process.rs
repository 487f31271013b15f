//! The binary: starts without configuration, prints its schema, stops without dropping a request.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

const BINARY: &str = env!("CARGO_BIN_EXE_employees");

struct Process {
    child: Child,
    address: String,
    directory: PathBuf,
}

impl Process {
    /// Starts the service in an empty directory, and waits until it listens.
    fn start(name: &str, variables: &[(&str, &str)]) -> Self {
        let directory = env::temp_dir().join(format!("employees-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let mut child = Command::new(BINARY)
            .current_dir(&directory)
            .env_remove("DATABASE_URL")
            .envs([("LISTEN", "127.0.0.1:0"), ("NO_COLOR", "1"), ("RUST_LOG", "info")])
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended before it listened");
            if let Some((_, address)) = line.split_once("listening on http://") {
                break address.split_whitespace().next().unwrap().to_owned();
            }
        };
        std::thread::spawn(move || log.read_to_string(&mut String::new()));
        Self { child, address, directory }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    fn status(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").unwrap();
        read(stream).lines().next().unwrap().to_owned()
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        fs::remove_dir_all(&self.directory).unwrap_or_default();
    }
}

fn read(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn without_configuration_it_serves_its_own_file() {
    let process = Process::start("default", &[("SEED_DEMO", "1")]);
    assert_eq!(process.status("/health/live"), "HTTP/1.1 200 OK");
    assert_eq!(process.status("/health/ready"), "HTTP/1.1 200 OK");
    assert!(process.directory.join("data/employees.db").exists());
}

#[test]
fn it_prints_its_schema_without_a_database() {
    let arguments = ["--print-schema", "--database-url", "postgres://nowhere.invalid/none"];
    let output = Command::new(BINARY).args(arguments).output().unwrap();
    assert!(output.status.success());
    let committed =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql")).unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), committed);
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
    let mut process = Process::start("drain", &[("DRAIN_DELAY_MS", "3000")]);
    let body = r#"{"query":"{ employees { nodes { id } } }"}"#;
    let mut request = process.connect();
    write!(
        request,
        "POST /graphql HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{}",
        body.len(),
        &body[..10]
    )
    .unwrap();
    process.terminate();
    while process.status("/health/ready") != "HTTP/1.1 503 Service Unavailable" {}
    assert_eq!(process.status("/health/live"), "HTTP/1.1 200 OK");
    request.write_all(&body.as_bytes()[10..]).unwrap();
    let answer = read(request);
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with(r#"{"data":{"employees":{"nodes":[]}}}"#), "{answer}");
    assert!(process.child.wait().unwrap().success());
}

#[test]
fn a_request_that_never_ends_does_not_keep_it_alive() {
    let mut process = Process::start("deadline", &[("DRAIN_TIMEOUT_MS", "100")]);
    let mut request = process.connect();
    write!(request, "POST /graphql HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\n").unwrap();
    assert_eq!(process.status("/health/ready"), "HTTP/1.1 200 OK");
    process.terminate();
    assert!(process.child.wait().unwrap().success());
}
