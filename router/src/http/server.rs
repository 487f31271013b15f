//! The listening socket and the workers: one thread and one runtime a core, so that a request,
//! its connection and its fetches stay on one core.

use std::io;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

use super::Front;
use super::connection::{PatientReader, Progress};
use crate::limits::RequestLimits;
use crate::serving::Serving;

/// Connections that are accepted but not yet taken by their worker.
const HANDED_OVER_MAX: usize = 256;

/// After an error of `accept`, such as too many open files, it is not tried again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Answers requests on `listener` until `stop` is done; then lets those that are being answered
/// finish, within the limit of `serving`.
///
/// # Errors
/// The workers cannot be started.
pub async fn serve(
    listener: TcpListener,
    serving: Arc<Serving>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let count = available_parallelism().map_or(1, usize::from);
    let workers = (0..count).map(|number| Worker::start(number, &serving));
    let workers = workers.collect::<io::Result<Vec<_>>>()?;
    tokio::select! {
        () = accept(&listener, &workers) => {}
        () = stop => {}
    }
    serving.drain();
    drop(listener);
    let ends: Vec<_> = workers.into_iter().map(|worker| worker.end).collect();
    for end in ends {
        // An error says that the worker is gone, which is what is waited for.
        let _ = end.await;
    }
    Ok(())
}

async fn accept(listener: &TcpListener, workers: &[Worker]) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "connection not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let least = workers.iter().min_by_key(|worker| Arc::strong_count(&worker.connected));
        let Some(worker) = least else { return };
        let Ok(stream) = stream.into_std() else { continue };
        let connected = Arc::clone(&worker.connected);
        if worker.streams.send((stream, connected)).await.is_err() {
            return;
        }
    }
}

/// A connection that is handed over, with what it holds as long as it is there.
type HandedOver = (std::net::TcpStream, Arc<()>);

/// A worker as the acceptor sees it; it ends when `streams` is dropped.
struct Worker {
    streams: mpsc::Sender<HandedOver>,
    /// Each of its connections holds this: how many there are tells how busy it is.
    connected: Arc<()>,
    end: oneshot::Receiver<()>,
}

impl Worker {
    fn start(number: usize, serving: &Arc<Serving>) -> io::Result<Self> {
        let (streams, taken) = mpsc::channel(HANDED_OVER_MAX);
        let (at_end, end) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let serving = Arc::clone(serving);
        std::thread::Builder::new().name(format!("worker-{number}")).spawn(move || {
            runtime.block_on(work(taken, serving));
            // The receiver is gone when the process is about to end anyway.
            let _ = at_end.send(());
        })?;
        Ok(Self { streams, connected: Arc::default(), end })
    }
}

async fn work(mut streams: mpsc::Receiver<HandedOver>, serving: Arc<Serving>) {
    let front = Arc::new(Front::new(serving));
    let builder = builder(front.serving.limits());
    let graceful = GracefulShutdown::new();
    while let Some((stream, connected)) = streams.recv().await {
        let Ok(stream) = TcpStream::from_std(stream) else { continue };
        // Without it answers may wait for an acknowledgement; a failure costs only speed.
        let _ = stream.set_nodelay(true);
        let progress = Arc::new(Progress::default());
        let (reader, writer) = stream.into_split();
        let reader = PatientReader::new(reader, Arc::clone(&progress), front.serving.limits());
        let stream = tokio::io::join(reader, writer);
        let front = Arc::clone(&front);
        let service = service_fn(move |request| {
            let (front, progress) = (Arc::clone(&front), Arc::clone(&progress));
            async move {
                let _answering = progress.start();
                front.respond(request).await
            }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _connected = connected;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
        });
    }
    let drain = front.serving.limits().drain_duration_max;
    if tokio::time::timeout(drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still being answered when time was up");
    }
}

/// A client that closes its connection is gone: what is done for it is dropped, its fetches too.
fn builder(limits: &RequestLimits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.max_header_size(limits.head_bytes_max);
    builder
}
