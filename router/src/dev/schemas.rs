//! The schema that is served: asks the subgraphs for theirs again and again, and composes when one
//! has changed. What does not compose is told and leaves what is served as it is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use composition::{Options, SubgraphSource, compose};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::{Instant, sleep};

use super::Shared;
use crate::composition_report::{Format, write};
use crate::limits::SubgraphLimits;
use crate::pipeline::Engine;
use crate::sdl_source::{SdlError, introspect, read};
use crate::serving::Serving;
use crate::subgraph_client::SubgraphClient;
use crate::supergraph_yaml::{SchemaSource, Subgraph};

/// How often subgraphs are asked, and how often before the first composition.
const INTERVAL: Duration = Duration::from_secs(1);
const INTERVAL_AT_START: Duration = Duration::from_millis(100);

/// After this long a subgraph that does not answer is composed from its file, if it has one.
const PATIENCE_AT_START: Duration = Duration::from_secs(20);

/// Keeps what is served up to date.
pub(crate) struct Schemas {
    shared: Arc<Shared>,
    serving: Arc<Serving>,
    client: SubgraphClient,
    probe: Client<HttpConnector, Empty<Bytes>>,
    /// What each subgraph last said its schema is.
    sources: BTreeMap<String, SubgraphSource>,
    /// What was last said not to be at hand, so that it is said once.
    missing: BTreeMap<String, String>,
}

impl Schemas {
    pub(crate) fn new(shared: Arc<Shared>, serving: Arc<Serving>) -> Self {
        let client = SubgraphClient::default();
        let probe = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        let (sources, missing) = (BTreeMap::new(), BTreeMap::new());
        Self { shared, serving, client, probe, sources, missing }
    }

    /// Runs until everything stops.
    pub(crate) async fn run(mut self) {
        let mut stopping = self.shared.stopping.clone();
        let started = Instant::now();
        loop {
            let is_late = started.elapsed() > PATIENCE_AT_START;
            let interval =
                if self.serving.is_ready() || is_late { INTERVAL } else { INTERVAL_AT_START };
            tokio::select! {
                () = self.look(is_late) => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
            tokio::select! {
                () = sleep(interval) => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    async fn look(&mut self, is_late: bool) {
        let shared = Arc::clone(&self.shared);
        let mut changed = Vec::new();
        for (name, subgraph) in &shared.federation.subgraphs {
            match self.ask(name, subgraph, is_late).await {
                Ok(source) => {
                    if self.missing.remove(name).is_some() {
                        self.say(&format!("`{name}` answers"));
                    }
                    if self.sources.get(name) != Some(&source) {
                        changed.push(name.as_str());
                        self.sources.insert(name.clone(), source);
                    }
                }
                Err(error) => self.note_missing(name, &error, is_late),
            }
        }
        if !changed.is_empty() && self.sources.len() == shared.federation.subgraphs.len() {
            self.compose(&changed).await;
        }
    }

    /// The schema of one subgraph: of the running service, where it is the developer's.
    async fn ask(
        &self,
        name: &str,
        subgraph: &Subgraph,
        is_late: bool,
    ) -> Result<SubgraphSource, SdlError> {
        let federation = &self.shared.federation;
        let Some(start) = federation.dev.subgraphs.get(name) else {
            return read(federation, name, subgraph, &self.client).await;
        };
        let url = subgraph.url().unwrap_or_default();
        let is_known = self.sources.contains_key(name);
        let outcome = match &start.ready {
            Some(ready) if !is_known && !self.is_ready(ready).await => Err(SdlError::NotAsked {
                subgraph: name.to_owned(),
                url: url.to_owned(),
                reason: "not ready yet".to_owned(),
            }),
            _ => introspect(name, url, &BTreeMap::new(), &self.client).await,
        };
        let file = match &subgraph.schema {
            SchemaSource::File(file) => Some(file.display().to_string()),
            _ => None,
        };
        match outcome {
            Ok(sdl) => Ok(SubgraphSource { name: name.to_owned(), url: url.to_owned(), sdl, file }),
            // Better the schema it had when it last was well than none at all.
            Err(_) if is_late && !is_known && file.is_some() => {
                read(federation, name, subgraph, &self.client).await
            }
            Err(error) => Err(error),
        }
    }

    async fn is_ready(&self, url: &str) -> bool {
        let Ok(url) = url.parse() else { return false };
        match tokio::time::timeout(INTERVAL, self.probe.get(url)).await {
            Ok(Ok(response)) => {
                let is_ready = response.status().is_success();
                // Read, so that the connection can be used again.
                let _ = response.into_body().collect().await;
                is_ready
            }
            _ => false,
        }
    }

    async fn compose(&mut self, changed: &[&str]) {
        let sources: Vec<SubgraphSource> = self.sources.values().cloned().collect();
        let limits = self.serving.limits().clone();
        let work = tokio::task::spawn_blocking(move || {
            let composed = compose(&sources, &Options::default())
                .map_err(|failure| write(Format::Human, &failure.errors, &sources))?;
            Engine::new(&composed.supergraph_sdl, &limits, &SubgraphLimits::default())
                .map_err(|error| error.to_string())
        });
        let changed = changed.join(", ");
        match work.await {
            Ok(Ok(engine)) => {
                self.serving.replace(engine);
                self.say(&format!("composed, with a new schema of {changed}"));
            }
            Ok(Err(report)) => {
                self.say(&report);
                self.say(&self.what_goes_on(&changed));
            }
            Err(panic) => {
                tracing::error!(%panic, "composition");
                self.say(&self.what_goes_on(&changed));
            }
        }
    }

    fn what_goes_on(&self, changed: &str) -> String {
        let rest = match self.serving.is_ready() {
            true => "the last schema that did is served",
            false => "nothing is served yet",
        };
        format!("with the new schema of {changed} it does not compose; {rest}")
    }

    fn note_missing(&mut self, name: &str, error: &SdlError, is_late: bool) {
        // At the start everybody is missing; that is not worth a word. One that answered before
        // has its death told by its supervisor.
        let text = error.to_string();
        let is_news = self.missing.get(name) != Some(&text);
        let is_watched = self.shared.federation.dev.subgraphs.contains_key(name);
        if is_news && (is_late || !is_watched) {
            self.say(&text);
            self.missing.insert(name.to_owned(), text);
        }
    }

    fn say(&self, text: &str) {
        self.shared.console.line("router", text);
    }
}
