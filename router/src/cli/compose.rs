//! `router compose`: subgraph schemas in, a supergraph schema or all the errors out.

use std::path::Path;

use composition::{Composed, Options, SubgraphSource, compose};

use super::{ComposeArguments, REJECTED, Stopped, print, say, stop};
use crate::composition_report::{Format, write};
use crate::sdl_source::read_all;
use crate::supergraph_yaml::Federation;

pub(super) async fn run(arguments: &ComposeArguments) -> Result<(), Stopped> {
    let federation = Federation::read(&arguments.config).map_err(|error| stop(&error))?;
    let sources = sources(&federation).await?;
    let format = arguments.format;
    match compose(&sources, &Options::default()) {
        Ok(composed) => {
            report(format, &write(format, &composed.hints, &sources))?;
            match &arguments.output {
                Some(path) => write_file(path, &composed.supergraph_sdl),
                None if format == Format::Human => print(&composed.supergraph_sdl),
                None => Ok(()),
            }
        }
        Err(failure) => {
            report(format, &write(format, &failure.errors, &sources))?;
            Err(Stopped(REJECTED))
        }
    }
}

/// A report for people stands beside the schema; one for programs is the output.
fn report(format: Format, text: &str) -> Result<(), Stopped> {
    if format == Format::Human {
        say(text);
        return Ok(());
    }
    print(text)
}

/// Composes a federation for another command, and says what is wrong when that fails.
pub(super) async fn composed(federation: &Federation) -> Result<Composed, Stopped> {
    let sources = sources(federation).await?;
    compose(&sources, &Options::default()).map_err(|failure| {
        say(&write(Format::Human, &failure.errors, &sources));
        Stopped(REJECTED)
    })
}

async fn sources(federation: &Federation) -> Result<Vec<SubgraphSource>, Stopped> {
    read_all(federation).await.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        stop(&lines.join("\nerror: "))
    })
}

fn write_file(path: &Path, text: &str) -> Result<(), Stopped> {
    std::fs::write(path, text).map_err(|error| stop(&format!("{}: {error}", path.display())))
}
