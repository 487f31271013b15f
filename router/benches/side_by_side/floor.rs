//! The least that a router can do: for each client request it sends the requests that the router
//! sent to subgraphs, in the same stages, reads their answers without looking at them, and has the
//! client's answer ready. What it takes is the operating system's part of the figures.

use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::rc::Rc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{LocalSet, spawn_local};

/// What is sent and answered.
#[derive(Serialize, Deserialize)]
pub(crate) struct Script {
    /// The requests of each stage: a subgraph's port and the body.
    pub(crate) stages: Vec<Vec<(u16, String)>>,
    pub(crate) answer: String,
}

impl Script {
    /// Sends what was sent, so many at a time.
    pub(crate) fn new(sent: &[(u16, Bytes)], stages: &[usize], answer: &Value) -> Self {
        let mut sent = sent.iter();
        let text = |body: &Bytes| String::from_utf8(body.to_vec()).unwrap();
        let stage = |count: &usize| {
            sent.by_ref().take(*count).map(|(port, body)| (*port, text(body))).collect()
        };
        let stages = stages.iter().map(stage).collect();
        assert!(sent.next().is_none(), "a scenario's stages are what the router sends");
        Self { stages, answer: answer.to_string() }
    }
}

/// Runs as the process of its own that is measured.
pub(crate) fn run(script: &Path, port: u16) {
    let script: Script = serde_json::from_slice(&std::fs::read(script).unwrap()).unwrap();
    let stage = |stage: &Vec<_>| stage.iter().map(Exchange::new).collect();
    let stages = Rc::new(script.stages.iter().map(stage).collect());
    let (head, body) = ("HTTP/1.1 200 OK\r\ncontent-type: application/json", script.answer);
    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let answer: Rc<str> = answer.into();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        loop {
            let (client, _) = listener.accept().await.unwrap();
            // It ends when the client closes the connection.
            spawn_local(serve(client, Rc::clone(&stages), Rc::clone(&answer)));
        }
    });
}

/// A request, and the idle connections on which it can be sent.
struct Exchange {
    port: u16,
    request: Vec<u8>,
    idle: RefCell<Vec<(TcpStream, Vec<u8>)>>,
}

impl Exchange {
    fn new((port, body): &(u16, String)) -> Self {
        let head = "POST /graphql HTTP/1.1\r\nhost: floor\r\ncontent-type: application/json";
        let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        Self { port: *port, request: request.into(), idle: RefCell::default() }
    }

    async fn send(&self) -> io::Result<(TcpStream, Vec<u8>)> {
        let idle = self.idle.borrow_mut().pop();
        let (mut stream, buffer) = match idle {
            Some(idle) => idle,
            None => {
                let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
                stream.set_nodelay(true)?;
                (stream, Vec::new())
            }
        };
        stream.write_all(&self.request).await?;
        Ok((stream, buffer))
    }

    async fn receive(&self, (mut stream, mut buffer): (TcpStream, Vec<u8>)) -> io::Result<()> {
        read_message(&mut stream, &mut buffer).await?;
        self.idle.borrow_mut().push((stream, buffer));
        Ok(())
    }
}

async fn serve(
    mut client: TcpStream,
    stages: Rc<Vec<Vec<Exchange>>>,
    answer: Rc<str>,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut buffer = Vec::new();
    loop {
        read_message(&mut client, &mut buffer).await?;
        for stage in stages.iter() {
            let mut sent = Vec::with_capacity(stage.len());
            for exchange in stage {
                sent.push(exchange.send().await?);
            }
            for (exchange, sent) in stage.iter().zip(sent) {
                exchange.receive(sent).await?;
            }
        }
        client.write_all(answer.as_bytes()).await?;
    }
}

/// Reads a message whose body has a declared length.
async fn read_message(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    buffer.reserve(256 << 10);
    let mut length = None;
    while length.is_none_or(|length| buffer.len() < length) {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        length = length.or_else(|| message_length(buffer));
    }
    Ok(())
}

fn message_length(start: &[u8]) -> Option<usize> {
    let end = start.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&start[..end]).ok()?.to_ascii_lowercase();
    let body = head.split("content-length:").nth(1)?.lines().next()?.trim().parse::<usize>();
    Some(end + body.ok()?)
}
