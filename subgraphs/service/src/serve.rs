//! The process: listens, serves, and stops without dropping a request.

use std::{future::IntoFuture, io, net::SocketAddr, process::ExitCode, time::Duration};

use async_graphql::Executor;
use axum::serve::ListenerExt;
use sea_orm::DbErr;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};

use crate::{
    database::Database,
    error::AppError,
    http::{self, Readiness},
    settings::{Service, Settings},
};

/// Why a service did not start, or stopped badly.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database can't be opened, migrated or closed.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// The demo data can't be written.
    #[error("demo data: {}", .0.code())]
    Seed(AppError),
    /// The address can't be listened on.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        cause: io::Error,
    },
    /// The operating system failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl From<AppError> for StartError {
    fn from(error: AppError) -> Self {
        Self::Seed(error)
    }
}

/// What the process tells its parent; a failure is logged first.
pub fn exit_code(outcome: Result<(), StartError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "stopped");
            ExitCode::FAILURE
        }
    }
}

/// Serves until SIGTERM or SIGINT, finishes what is in flight, and closes the database.
pub async fn serve<E: Executor>(
    service: Service,
    settings: &Settings,
    database: Database,
    schema: E,
) -> Result<(), StartError> {
    let stop = StopSignal::listen()?;
    let address = settings.listen(service);
    let listener =
        TcpListener::bind(address).await.map_err(|cause| StartError::Listen { address, cause })?;
    let readiness = Readiness::new(database.clone());
    let timeout = Duration::from_millis(settings.request_timeout_ms);
    let routes = http::routes(schema, settings.limits, timeout, readiness.clone());
    tracing::info!(service = service.name, "listening on http://{}", listener.local_addr()?);

    let (stopping, stopped) = oneshot::channel::<()>();
    let drain_delay = Duration::from_millis(settings.drain_delay_ms);
    let stop = async move {
        stop.received().await;
        tracing::info!("stopping");
        readiness.drain();
        tokio::time::sleep(drain_delay).await;
        // The deadline starts as this end is dropped.
        drop(stopping);
    };
    // An answer is written whole; waiting for more to send would only delay it.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let server = axum::serve(listener, routes).with_graceful_shutdown(stop).into_future();
    let deadline = async move {
        let _ = stopped.await;
        tokio::time::sleep(Duration::from_millis(settings.drain_timeout_ms)).await;
    };
    tokio::select! {
        served = server => served?,
        () = deadline => tracing::warn!("gave up on requests that did not finish"),
    }
    database.close().await?;
    tracing::info!("stopped");
    Ok(())
}

/// The signals that ask a process to stop.
struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    /// From now on a signal no longer kills the process.
    fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn received(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
