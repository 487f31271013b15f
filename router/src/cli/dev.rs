//! `router dev`: a federation on one machine, with one command.

use super::{DevArguments, Stopped, asked_to_stop, has_colours, listen, stop};
use crate::dev::console::Console;
use crate::supergraph_yaml::Federation;

pub(super) async fn run(arguments: &DevArguments) -> Result<(), Stopped> {
    let federation = Federation::read(&arguments.config).map_err(|error| stop(&error))?;
    let listener = listen(arguments.listen)?;
    let names = federation.subgraphs.keys().cloned().collect();
    let out = std::io::stdout();
    let has_colours = has_colours(&out);
    let console = Console::new(Box::new(out), has_colours, names);
    let own_program = std::env::current_exe().map_err(|error| stop(&error))?;
    crate::dev::run(federation, console, own_program, listener, asked_to_stop())
        .await
        .map_err(|error| stop(&error))
}
