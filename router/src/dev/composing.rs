//! The schema that is served: asks the subgraphs for theirs again and again, and composes when one
//! has changed. What does not compose is told and leaves what is served as it is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use composition::SubgraphSource;
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::{Instant, sleep};

use super::Shared;
use crate::composition_report::{Format, write};
use crate::schemas::Schemas;
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
pub(crate) struct Composing {
    shared: Arc<Shared>,
    serving: Arc<Serving>,
    client: SubgraphClient,
    probe: Client<HttpConnector, Empty<Bytes>>,
    schemas: Schemas,
}

impl Composing {
    pub(crate) fn new(shared: Arc<Shared>, serving: Arc<Serving>) -> Self {
        let client = SubgraphClient::default();
        let probe = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        Self { shared, serving, client, probe, schemas: Schemas::default() }
    }

    /// Runs until everything stops.
    pub(crate) async fn run(mut self) {
        let mut stopping = self.shared.stopping.clone();
        let started = Instant::now();
        loop {
            let is_late = started.elapsed() > PATIENCE_AT_START;
            let interval =
                if self.serving.is_ready() || is_late { INTERVAL } else { INTERVAL_AT_START };
            let look = async {
                self.look(is_late).await;
                sleep(interval).await;
            };
            tokio::select! {
                () = look => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    async fn look(&mut self, is_late: bool) {
        let federation = &self.shared.federation;
        let mut read = Vec::new();
        for (name, subgraph) in &federation.subgraphs {
            let outcome = self.ask(name, subgraph, is_late).await;
            // At the start everybody is missing; that is not worth a word. One that answered before
            // has its death told by its supervisor.
            let is_worth_it = is_late || !federation.dev.subgraphs.contains_key(name);
            read.push(Some(outcome).filter(|outcome| is_worth_it || outcome.is_ok()));
        }
        let look = self.schemas.take(federation, read).await;
        look.notices.iter().for_each(|notice| self.say(notice));
        let changed = look.changed.join(", ");
        let failure = match look.outcome {
            None => return,
            Some(Ok(composed)) => {
                let loaded = self.serving.load(composed.supergraph_sdl, |engine| engine).await;
                loaded.err().map(|error| error.to_string())
            }
            Some(Err(errors)) => {
                Some(write(Format::Human, false, &errors, &self.schemas.sources()))
            }
        };
        let Some(failure) = failure else {
            return self.say(&format!("composed, with a new schema of {changed}"));
        };
        let rest = match self.serving.is_ready() {
            true => "the last schema that did is served",
            false => "nothing is served yet",
        };
        self.say(&failure);
        self.say(&format!("with the new schema of {changed} it does not compose; {rest}"));
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
        let is_known = self.schemas.is_known(name);
        let outcome = match &start.ready {
            Some(ready) if !is_known && !self.is_ready(ready).await => {
                Err(SdlError::new(name, url, "not ready yet"))
            }
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

    fn say(&self, text: &str) {
        self.shared.console.line("router", text);
    }
}
