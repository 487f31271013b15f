//! A service's own binary, started in an empty directory and talked to through a socket.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
};

use uuid::Uuid;

/// A running service; it is killed when dropped.
pub struct Process {
    child: Child,
    address: String,
    /// Where it was started.
    pub directory: PathBuf,
}

impl Process {
    /// Starts a binary that is configured by `variables` alone, and waits until it listens.
    pub fn start(binary: &str, variables: &[(&str, &str)]) -> Self {
        let directory = env::temp_dir().join(format!("service-test-{}", Uuid::now_v7()));
        fs::create_dir_all(&directory).expect("a temporary directory can be made");
        let mut child = Command::new(binary)
            .current_dir(&directory)
            .env_clear()
            .envs([("LISTEN", "127.0.0.1:0"), ("NO_COLOR", "1")])
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let log = child.stderr.take().expect("its log is piped");
        let mut log = BufReader::new(log).lines().map_while(Result::ok);
        let address = log
            .by_ref()
            .find_map(|line| {
                let (_, address) = line.split_once("listening on http://")?;
                address.split_whitespace().next().map(str::to_owned)
            })
            .expect("it listens");
        // A log that nobody reads would block the process.
        std::thread::spawn(move || log.for_each(drop));
        Self { child, address, directory }
    }

    /// Opens a connection.
    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).expect("it accepts connections")
    }

    /// The status line that a path answers.
    pub fn status(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
            .expect("it reads requests");
        read_answer(stream).lines().next().unwrap_or_default().to_owned()
    }

    /// Sends the signal that asks it to stop.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal is sent");
    }

    /// Waits until it has stopped.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("a child can be waited for")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both are gone already if the test stopped it.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
        fs::remove_dir_all(&self.directory).unwrap_or_default();
    }
}

/// Everything the service answers until it closes the connection.
pub fn read_answer(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer is text");
    answer
}
