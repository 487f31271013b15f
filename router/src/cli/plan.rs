//! `router plan`: how an operation would be answered.

use std::io::Read;
use std::path::Path;

use super::compose::composed;
use super::{Format, PlanArguments, PlanFormat, REJECTED, Stopped, print, say, stop};
use crate::limits::{RequestLimits, SubgraphLimits};
use crate::live_federation::LiveFederation;
use crate::pipeline::Engine;
use crate::schemas::Schemas;

pub(super) async fn run(arguments: &PlanArguments) -> Result<(), Stopped> {
    let sdl = match &arguments.supergraph {
        Some(path) => read(path)?,
        None => {
            let mut live = LiveFederation::new(&arguments.config, Schemas::default());
            composed(&mut live, Format::Human).await?.supergraph_sdl
        }
    };
    let operation = read(&arguments.operation)?;
    let engine = Engine::new(&sdl, &RequestLimits::default(), &SubgraphLimits::default())
        .map_err(|error| stop(&error))?;
    let operation_name = arguments.operation_name.as_deref();
    let labels = arguments.override_labels.iter().cloned().collect();
    let plan = engine.plan(&operation, operation_name, &labels).map_err(|rejection| {
        say(&format!("{}\n", String::from_utf8_lossy(&rejection.body())));
        Stopped(REJECTED)
    })?;
    match arguments.format {
        PlanFormat::Text => print(&plan.to_string()),
        PlanFormat::Json => print(&crate::plan_json::write(&plan)),
    }
}

/// Reads a file; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<String, Stopped> {
    let mut text = String::new();
    let outcome = if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    outcome.map_err(|error| stop(&format!("{}: {error}", path.display())))
}
