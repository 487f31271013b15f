//! `router serve`: serves a supergraph, given as a file or composed at start. On SIGHUP it is read
//! or composed anew, and with `--watch` whenever something of it has changed; when that fails, what
//! is served stays.

use std::path::PathBuf;
use std::sync::Arc;

use composition::Options;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

use super::compose::look;
use super::{Format, ServeArguments, Stopped, asked_to_stop, listen, say, stop};
use crate::fallback::Fallback;
use crate::http::serve;
use crate::limits::RequestLimits;
use crate::live_federation::{INTERVAL, LiveFederation};
use crate::operation_log::OperationLog;
use crate::schemas::Schemas;
use crate::serving::Serving;

/// Where operations are recorded, if they are.
type Log = Option<Arc<OperationLog>>;

/// Where the supergraph comes from.
enum Source {
    /// A file, and what came of reading it last.
    File(PathBuf, Option<Result<String, String>>),
    Federation(Box<LiveFederation>),
}

pub(super) async fn run(arguments: &ServeArguments) -> Result<(), Stopped> {
    let hangups = signal(SignalKind::hangup()).map_err(|error| stop(&error))?;
    let serving = Arc::new(Serving::new(RequestLimits::default(), arguments.share));
    let mut source = Source::new(arguments);
    let incomplete = "nothing is served: at the start all schemas have to be at hand";
    let sdl = source.look().await?.ok_or_else(|| stop(&incomplete))?;
    let log = arguments.record_operations.as_deref().and_then(OperationLog::open);
    load(arguments, &serving, &log, sdl).await?;
    let listener = listen(arguments.listen)?;
    let address = listener.local_addr().map_err(|error| stop(&error))?;
    say(&format!("serving http://{address}/graphql\n"));
    let served = serve(listener, Arc::clone(&serving), asked_to_stop());
    let outcome = tokio::select! {
        outcome = served => outcome.map_err(|error| stop(&error)),
        () = reload(arguments, source, &serving, &log, hangups) => Ok(()),
        () = OperationLog::keep(log.as_ref()) => Ok(()),
    };
    if let Some(log) = &log {
        log.write().await;
    }
    outcome
}

async fn load(
    arguments: &ServeArguments,
    serving: &Serving,
    log: &Log,
    sdl: String,
) -> Result<(), Stopped> {
    let (labels, log) = (arguments.overrides.labels(), log.clone());
    let loaded =
        serving.load(sdl, |engine| engine.with_override_labels(labels).with_log(log)).await;
    loaded.map_err(|error| stop(&error))
}

/// Serves anew at each hangup, and what has changed if that is watched; never done.
async fn reload(
    arguments: &ServeArguments,
    mut source: Source,
    serving: &Serving,
    log: &Log,
    mut hangups: Signal,
) {
    loop {
        tokio::select! {
            Some(()) = hangups.recv() => source.touch(),
            () = sleep(INTERVAL), if arguments.watch => {}
            else => std::future::pending().await,
        }
        let loaded = match source.look().await {
            Ok(None) => continue,
            Ok(Some(sdl)) => load(arguments, serving, log, sdl).await,
            Err(stopped) => Err(stopped),
        };
        match loaded {
            Ok(()) => say("a new schema is served\n"),
            // It has been said why.
            Err(_) => say("the last schema is still served\n"),
        }
    }
}

impl Source {
    fn new(arguments: &ServeArguments) -> Self {
        if let Some(path) = &arguments.supergraph {
            return Self::File(path.clone(), None);
        }
        let fallback = arguments.fallback_dir.as_deref().map(Fallback::new);
        let schemas = Schemas::new(Options::default(), fallback);
        Self::Federation(Box::new(LiveFederation::new(&arguments.config, schemas)))
    }

    /// Has the next look find something new.
    fn touch(&mut self) {
        match self {
            Self::File(_, last) => *last = None,
            Self::Federation(live) => live.touch(),
        }
    }

    /// The supergraph, if it is another than the last time.
    async fn look(&mut self) -> Result<Option<String>, Stopped> {
        match self {
            Self::File(path, last) => {
                let read = std::fs::read_to_string(&*path);
                let read = read.map_err(|error| format!("{}: {error}", path.display()));
                if last.as_ref() == Some(&read) {
                    return Ok(None);
                }
                *last = Some(read.clone());
                read.map(Some).map_err(|error| stop(&error))
            }
            Self::Federation(live) => {
                let composed = look(live, Format::Human).await?;
                Ok(composed.map(|composed| composed.supergraph_sdl))
            }
        }
    }
}
