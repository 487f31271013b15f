//! The schemas of a federation's subgraphs as they were last seen, and what they compose to.
//!
//! What is not at hand for the moment leaves what was known of it. A subgraph that never was at
//! hand may have been in an earlier run: see `fallback`.

use std::collections::{BTreeMap, BTreeSet};

use composition::composer::Composer;
use composition::diagnostic::Diagnostic;
use composition::{Composed, Options, SubgraphSource};

use crate::fallback::{Fallback, in_words};
use crate::sdl_source::SdlError;
use crate::supergraph_yaml::{Federation, SchemaSource};

/// What is known of the subgraphs.
#[derive(Debug, Default)]
pub struct Schemas {
    options: Options,
    fallback: Option<Fallback>,
    sources: BTreeMap<String, SubgraphSource>,
    /// Why what is not at hand is not.
    missing: BTreeMap<String, String>,
    /// Whose schema is another than that which was composed last.
    changed: BTreeSet<String>,
    composer: Composer,
}

/// What a look at the subgraphs has shown.
#[derive(Debug, Default)]
pub struct Look {
    /// What is worth telling: lines that begin with `error: `, `warning: ` or `note: `. Nothing is
    /// told twice as long as it stays the same.
    pub notices: Vec<String>,
    /// The subgraphs that made it worth composing.
    pub changed: Vec<String>,
    /// What came of composing. `None` if nothing has changed, or not all schemas are at hand.
    pub outcome: Option<Result<Composed, Vec<Diagnostic>>>,
}

impl Schemas {
    /// Nothing is known yet. Composes with `options`, and with what `fallback` has.
    #[must_use]
    pub fn new(options: Options, fallback: Option<Fallback>) -> Self {
        Self { options, fallback, ..Self::default() }
    }

    /// Whether the schema of a subgraph has ever been at hand.
    #[must_use]
    pub fn is_known(&self, subgraph: &str) -> bool {
        self.sources.contains_key(subgraph)
    }

    /// All schemas.
    #[must_use]
    pub fn sources(&self) -> Vec<SubgraphSource> {
        self.sources.values().cloned().collect()
    }

    /// Has everything composed and told again, changed or not.
    pub fn touch(&mut self) {
        self.missing.clear();
        self.changed.extend(self.sources.keys().cloned());
    }

    /// Takes what came of asking for the schemas of the federation's subgraphs, in their order, and
    /// composes if something has changed. `None` leaves what is known of a subgraph.
    pub async fn take(
        &mut self,
        federation: &Federation,
        read: Vec<Option<Result<SubgraphSource, SdlError>>>,
    ) -> Look {
        self.retain(federation);
        let mut look = Look::default();
        for (name, read) in federation.subgraphs.keys().zip(read) {
            match read {
                Some(Ok(source)) => {
                    if self.missing.remove(name).is_some() {
                        look.notices.push(format!("note: subgraph `{name}` is at hand again"));
                    }
                    self.know(source);
                }
                Some(Err(error)) => look.notices.extend(self.replace(federation, name, &error)),
                None => {}
            }
        }
        if self.changed.is_empty() || self.sources.len() < federation.subgraphs.len() {
            return look;
        }
        look.changed = std::mem::take(&mut self.changed).into_iter().collect();
        let outcome = self.compose().await;
        if outcome.is_ok() {
            look.notices.extend(self.keep(federation));
        }
        look.outcome = Some(outcome);
        look
    }

    /// Forgets what is not part of the federation any more.
    fn retain(&mut self, federation: &Federation) {
        let is_part = |name: &String| federation.subgraphs.contains_key(name);
        self.missing.retain(|name, _| is_part(name));
        self.changed.extend(self.sources.keys().filter(|name| !is_part(name)).cloned());
        self.sources.retain(|name, _| is_part(name));
    }

    fn know(&mut self, source: SubgraphSource) {
        if self.sources.get(&source.name) != Some(&source) {
            self.changed.insert(source.name.clone());
            self.sources.insert(source.name.clone(), source);
        }
    }

    /// Finds a replacement for a schema that is not at hand; what there is to tell about it.
    fn replace(&mut self, federation: &Federation, name: &str, error: &SdlError) -> Option<String> {
        let reason = error.to_string();
        let is_news = self.missing.insert(name.to_owned(), reason.clone()) != Some(reason);
        let url = running(federation, name);
        let told = match self.fallback.as_ref().zip(url) {
            _ if self.is_known(name) => format!("warning: {error}; its last schema stays"),
            None => format!("error: {error}"),
            Some((fallback, url)) => {
                let file = fallback.file(name);
                match fallback.read(name) {
                    Ok((sdl, age)) => {
                        let (name, url) = (name.to_owned(), url.to_owned());
                        self.know(SubgraphSource { name, url, sdl, file: None });
                        let (age, file) = (in_words(age), file.display());
                        format!("warning: {error}; its schema of {age} ago is used ({file})")
                    }
                    Err(reason) => {
                        let file = file.display();
                        format!("error: {error}; no schema to fall back to: {file}: {reason}")
                    }
                }
            }
        };
        is_news.then_some(told)
    }

    /// Keeps the schemas of running subgraphs that have answered, now that they are good.
    fn keep(&self, federation: &Federation) -> Vec<String> {
        let Some(fallback) = &self.fallback else { return Vec::new() };
        let is_fresh = |name: &str| !self.missing.contains_key(name);
        let running = self.sources.values().filter(|s| running(federation, &s.name).is_some());
        let failures = running.filter(|source| is_fresh(&source.name)).filter_map(|source| {
            let error = fallback.keep(&source.name, &source.sdl).err()?;
            Some(format!("warning: {}: {error}", fallback.file(&source.name).display()))
        });
        failures.collect()
    }

    /// Composes, elsewhere, because it may take long.
    async fn compose(&mut self) -> Result<Composed, Vec<Diagnostic>> {
        let (sources, options) = (self.sources(), self.options.clone());
        let mut composer = std::mem::take(&mut self.composer);
        let work = tokio::task::spawn_blocking(move || {
            let composed = composer.compose(&sources, &options);
            (composer, composed)
        });
        match work.await {
            Ok((composer, composed)) => {
                self.composer = composer;
                composed.map_err(|failure| failure.errors)
            }
            Err(panic) => {
                tracing::error!(%panic, "composition");
                Err(Vec::new())
            }
        }
    }
}

/// Where requests to a subgraph go that says its schema itself.
fn running<'a>(federation: &'a Federation, name: &str) -> Option<&'a str> {
    let subgraph = federation.subgraphs.get(name)?;
    let is_running = matches!(subgraph.schema, SchemaSource::Introspect { .. });
    subgraph.url().filter(|_| is_running)
}
