//! `router serve`: serves a supergraph, given as a file or composed at start. On SIGHUP it is read
//! or composed anew; when that fails, what is served stays.

use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::compose::composed;
use super::{ServeArguments, Stopped, asked_to_stop, listen, say, stop};
use crate::http::serve;
use crate::limits::{RequestLimits, SubgraphLimits};
use crate::pipeline::Engine;
use crate::serving::Serving;
use crate::supergraph_yaml::Federation;

pub(super) async fn run(arguments: &ServeArguments) -> Result<(), Stopped> {
    let hangups = signal(SignalKind::hangup()).map_err(|error| stop(&error))?;
    let serving = Arc::new(Serving::new(RequestLimits::default(), arguments.share));
    serving.replace(load(arguments, serving.limits()).await?);
    let listener = listen(arguments.listen)?;
    let address = listener.local_addr().map_err(|error| stop(&error))?;
    say(&format!("serving http://{address}/graphql\n"));
    let served = serve(listener, Arc::clone(&serving), asked_to_stop());
    tokio::select! {
        outcome = served => outcome.map_err(|error| stop(&error)),
        () = reload(arguments, &serving, hangups) => Ok(()),
    }
}

async fn load(arguments: &ServeArguments, limits: &RequestLimits) -> Result<Engine, Stopped> {
    let sdl = match &arguments.supergraph {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| stop(&format!("{}: {error}", path.display())))?,
        None => {
            let federation = Federation::read(&arguments.config).map_err(|error| stop(&error))?;
            composed(&federation).await?.supergraph_sdl
        }
    };
    let engine = Engine::new(&sdl, limits, &SubgraphLimits::default());
    let engine = engine.map_err(|error| stop(&error))?;
    Ok(engine.with_override_labels(arguments.overrides.labels()))
}

/// Serves anew at each hangup; never done.
async fn reload(arguments: &ServeArguments, serving: &Serving, mut hangups: Signal) {
    loop {
        if hangups.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        match load(arguments, serving.limits()).await {
            Ok(engine) => {
                serving.replace(engine);
                say("a new schema is served\n");
            }
            // It has been said why.
            Err(_) => say("the last schema is still served\n"),
        }
    }
}
