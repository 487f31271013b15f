//! `router check`: a change of subgraph schemas in, what it means for clients out; without any
//! registry.

use std::path::Path;

use composition::diagnostic::Level;
use composition::{Options, SubgraphSource, compose};
use supergraph::Supergraph;

use super::compose::report;
use super::{CheckArguments, REJECTED, Stopped, has_colours, plan, print, stop};
use crate::composition_report::{Format, write};
use crate::operation_files::read_operations;
use crate::pipeline::EngineError;
use crate::schema_report::{Policy, check, summary};
use crate::sdl_source::read;
use crate::subgraph_client::SubgraphClient;
use crate::supergraph_yaml::Federation;

pub(super) async fn run(arguments: &CheckArguments) -> Result<(), Stopped> {
    let baseline = supergraph(&arguments.baseline, &plan::read(&arguments.baseline)?)?;
    let operations = read_operations(&arguments.operations).map_err(|error| stop(&error))?;
    let sources = sources(arguments).await?;
    let format = arguments.format;
    let composed = match compose(&sources, &Options::default()) {
        Ok(composed) => composed,
        Err(failure) => {
            report(format, &failure.errors, &sources)?;
            return Err(Stopped(REJECTED));
        }
    };
    let proposed = supergraph(&arguments.config, &composed.supergraph_sdl)?;
    let policy = Policy {
        allowed: &arguments.allow,
        refuses_dangerous: arguments.fail_on == "dangerous",
        // A log that is empty says nothing of who uses what.
        operations: (!operations.is_empty()).then_some(&operations),
    };
    let findings = check(&baseline, &proposed, &sources, &policy);
    let is_refused = findings.iter().any(|finding| finding.code.level == Level::Error);
    let summary = if format == Format::Human { summary(&findings) } else { String::new() };
    let text = write(format, has_colours(&std::io::stdout()), findings, &sources);
    print(&(text + &summary))?;
    if is_refused { Err(Stopped(REJECTED)) } else { Ok(()) }
}

fn supergraph(path: &Path, sdl: &str) -> Result<Supergraph, Stopped> {
    let because =
        |errors| stop(&format!("{}: {}", path.display(), EngineError::Supergraph(errors)));
    Supergraph::parse(sdl).map_err(because)
}

/// The schemas of the subgraphs; those that are given are not looked for elsewhere.
async fn sources(arguments: &CheckArguments) -> Result<Vec<SubgraphSource>, Stopped> {
    let federation = Federation::read(&arguments.config).map_err(|error| stop(&error))?;
    let client = SubgraphClient::default();
    let mut sources = Vec::new();
    for (name, file) in &arguments.subgraph {
        let url = federation.subgraphs.get(name).and_then(|subgraph| subgraph.url());
        let url = url.unwrap_or_default().to_owned();
        let (sdl, file) = (plan::read(file)?, Some(file.display().to_string()));
        sources.push(SubgraphSource { name: name.clone(), url, sdl, file });
    }
    for (name, subgraph) in &federation.subgraphs {
        if sources.iter().all(|source| source.name != *name) {
            let source = read(&federation, name, subgraph, &client).await;
            sources.push(source.map_err(|error| stop(&error))?);
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}
