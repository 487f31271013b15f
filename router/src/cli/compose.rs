//! `router compose`: subgraph schemas in, a supergraph schema or all the errors out; once, or again
//! whenever something has changed.

use composition::contract::Contract;
use composition::diagnostic::Diagnostic;
use composition::{Composed, Options, SubgraphSource};
use tokio::time::sleep;

use super::{
    ComposeArguments, Format, NOT_RUN, REJECTED, Stopped, asked_to_stop, has_colours, print, say,
    stop,
};
use crate::composition_report::write;
use crate::fallback::Fallback;
use crate::live_federation::{INTERVAL, LiveFederation};
use crate::schemas::Schemas;
use crate::whole_file;

pub(super) async fn run(arguments: &ComposeArguments) -> Result<(), Stopped> {
    let ComposeArguments { config, fallback_dir, contract, .. } = arguments;
    let mut options = Options::default();
    options.contract = Contract {
        include_tags: contract.include_tag.clone(),
        exclude_tags: contract.exclude_tag.clone(),
        hides_unreachable: contract.hide_unreachable_types,
    };
    let fallback = fallback_dir.as_deref().map(Fallback::new);
    let mut live = LiveFederation::new(config, Schemas::new(options, fallback));
    if !arguments.watch {
        return write_out(arguments, &composed(&mut live, arguments.format).await?).map(drop);
    }
    let watch = async {
        loop {
            if let Ok(Some(composed)) = look(&mut live, arguments.format).await
                && let Ok(has_changed) = write_out(arguments, &composed)
            {
                say(if has_changed {
                    "written\n"
                } else {
                    "composed, to what is written already\n"
                });
            }
            // Otherwise it has been said what is wrong; the next look may be a better one.
            sleep(INTERVAL).await;
        }
    };
    tokio::select! {
        () = watch => Ok(()),
        () = asked_to_stop() => Ok(()),
    }
}

/// Writes what was asked for; whether that was a change.
fn write_out(arguments: &ComposeArguments, composed: &Composed) -> Result<bool, Stopped> {
    let text = match arguments.api_schema {
        true => &composed.api_schema_sdl,
        false => &composed.supergraph_sdl,
    };
    match &arguments.output {
        Some(path) => whole_file::write(path, text)
            .map_err(|error| stop(&format!("{}: {error}", path.display()))),
        None if arguments.format == Format::Human => print(text).map(|()| true),
        None => Ok(false),
    }
}

/// Looks at a federation and says all there is to say; what it composes to, if there is something
/// new.
pub(super) async fn look(
    live: &mut LiveFederation,
    format: Format,
) -> Result<Option<Composed>, Stopped> {
    let look = live.look().await;
    for notice in look.notices {
        say(&format!("{notice}\n"));
    }
    match look.outcome {
        None => Ok(None),
        Some(Ok(composed)) => {
            report(format, &composed.hints, &live.sources())?;
            Ok(Some(composed))
        }
        Some(Err(errors)) => {
            report(format, &errors, &live.sources())?;
            Err(Stopped(REJECTED))
        }
    }
}

/// Composes once, and says what is wrong when that fails.
pub(super) async fn composed(
    live: &mut LiveFederation,
    format: Format,
) -> Result<Composed, Stopped> {
    look(live, format).await?.ok_or(Stopped(NOT_RUN))
}

/// A report for people stands beside the schema; one for programs is the output.
pub(super) fn report(
    format: Format,
    diagnostics: &[Diagnostic],
    sources: &[SubgraphSource],
) -> Result<(), Stopped> {
    if format != Format::Human {
        return print(&write(format, false, diagnostics, sources));
    }
    say(&write(format, has_colours(&std::io::stderr()), diagnostics, sources));
    Ok(())
}
