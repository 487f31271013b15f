//! `router serve`: serves a supergraph, given as a file or composed at start.

use std::sync::Arc;

use super::compose::composed;
use super::{ServeArguments, Stopped, asked_to_stop, listen, say, stop};
use crate::http::serve;
use crate::limits::{RequestLimits, SubgraphLimits};
use crate::pipeline::Engine;
use crate::serving::Serving;
use crate::supergraph_yaml::Federation;

pub(super) async fn run(arguments: &ServeArguments) -> Result<(), Stopped> {
    let sdl = match &arguments.supergraph {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| stop(&format!("{}: {error}", path.display())))?,
        None => {
            let federation = Federation::read(&arguments.config).map_err(|error| stop(&error))?;
            composed(&federation).await?.supergraph_sdl
        }
    };
    let limits = RequestLimits::default();
    let engine =
        Engine::new(&sdl, &limits, &SubgraphLimits::default()).map_err(|error| stop(&error))?;
    let serving = Arc::new(Serving::new(limits));
    serving.replace(engine);
    let listener = listen(arguments.listen)?;
    say(&format!("serving http://{}/graphql\n", arguments.listen));
    serve(listener, serving, asked_to_stop()).await.map_err(|error| stop(&error))
}
