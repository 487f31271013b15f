//! Connections to subgraphs that are kept for the next request. HTTP/1.1, one request at a time on
//! each; a pool belongs to one worker, so that a connection is driven where it is used.
//!
//! It is smaller than the general pool of hyper-util and does less for each request: no task is
//! spawned to see when a connection can be used again, that is looked at when one is taken.
//!
//! A subgraph may close an idle connection just as a request comes. So a connection is not kept as
//! long as the subgraph says that it does (`Keep-Alive`), and a query is sent once more.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use query_plan::OperationKind;
use rustc_hash::FxHashMap;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::limits::SubgraphLimits;

/// Idle connections that are kept to one address.
const IDLE_MAX: usize = 256;

/// What a connection reads at a time, and so the longest head of an answer. It is kept while the
/// connection is idle.
const BUFFER_LEN_MAX: usize = 64 << 10;

/// An address: a host name or an IP address, and a port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// A connection that can be used for one request at a time.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    idle_since: Instant,
    idle_duration_max: Duration,
}

/// Idle connections, by address; the last that was used comes first.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    idle: Mutex<FxHashMap<Address, Vec<Connection>>>,
}

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectionError {
    /// No connection could be made.
    #[error("not connected: {0}")]
    Connect(#[from] io::Error),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(#[from] hyper::Error),
}

impl Connections {
    /// Makes a request and sends it on an idle connection or a new one. When the answer's body has
    /// been read to its end the connection is to be given back.
    pub(crate) async fn send(
        &self,
        address: &Address,
        kind: OperationKind,
        make: impl Fn() -> Request<Full<Bytes>>,
        limits: &SubgraphLimits,
    ) -> Result<(Response<Incoming>, Connection), ConnectionError> {
        let mut request = make();
        while let Some(mut connection) = self.take(address) {
            if connection.sender.ready().await.is_err() {
                // The subgraph has closed it.
                continue;
            }
            match connection.sender.try_send_request(request).await {
                Ok(response) => return Ok((response, connection)),
                Err(mut error) => match error.take_message() {
                    // It was closed before anything was sent; another one may serve.
                    Some(unsent) => request = unsent,
                    // The subgraph may have done what it was asked for.
                    None if kind != OperationKind::Query || error.error().is_parse() => {
                        return Err(error.into_error().into());
                    }
                    None => {
                        request = make();
                        break;
                    }
                },
            }
        }
        let mut sender = connect(address, limits.connect_duration_max).await?;
        let response = sender.send_request(request).await?;
        let kept = keep_alive(response.headers()).unwrap_or(limits.idle_duration_max);
        let idle_duration_max = kept.min(limits.idle_duration_max);
        Ok((response, Connection { sender, idle_since: Instant::now(), idle_duration_max }))
    }

    /// Keeps a connection for the next request.
    pub(crate) fn give_back(&self, address: &Address, mut connection: Connection) {
        if connection.sender.is_closed() {
            return;
        }
        connection.idle_since = Instant::now();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        match idle.get_mut(address) {
            Some(connections) if connections.len() >= IDLE_MAX => {}
            Some(connections) => connections.push(connection),
            None => {
                idle.insert(address.clone(), vec![connection]);
            }
        }
    }

    fn take(&self, address: &Address) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = idle.get_mut(address)?;
        let connection = connections.pop()?;
        if connection.idle_since.elapsed() < connection.idle_duration_max {
            return Some(connection);
        }
        // The last that was used is too old, so are all others.
        connections.clear();
        None
    }
}

/// How long an idle connection can be used, by what the server says: it closes it a second later.
fn keep_alive(headers: &HeaderMap) -> Option<Duration> {
    let mut parameters = headers.get("keep-alive")?.to_str().ok()?.split(',');
    let seconds = parameters.find_map(|one| one.trim().strip_prefix("timeout=")?.parse().ok());
    seconds.map(|seconds: u64| Duration::from_secs(seconds.saturating_sub(1)))
}

async fn connect(
    address: &Address,
    duration_max: Duration,
) -> Result<SendRequest<Full<Bytes>>, ConnectionError> {
    let stream = TcpStream::connect((address.host.as_str(), address.port));
    let stream = tokio::time::timeout(duration_max, stream)
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    stream.set_nodelay(true)?;
    let (sender, connection) =
        Builder::new().max_buf_size(BUFFER_LEN_MAX).handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        // Whoever waits for an answer is told of the error, too.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection to a subgraph ended");
        }
    });
    Ok(sender)
}
