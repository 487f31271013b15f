//! A federation that is looked at again and again, and composed anew when something of it has
//! changed: its own file, the file of a schema, what a running subgraph says.

use std::path::{Path, PathBuf};
use std::time::Duration;

use composition::SubgraphSource;

use crate::schemas::{Look, Schemas};
use crate::sdl_source::read_all;
use crate::subgraph_client::SubgraphClient;
use crate::supergraph_yaml::Federation;

/// How often it is worth looking.
pub const INTERVAL: Duration = Duration::from_secs(1);

/// A federation and what is known of it.
#[derive(Debug)]
pub struct LiveFederation {
    config: PathBuf,
    client: SubgraphClient,
    /// As the file was last understood.
    federation: Option<Federation>,
    /// What was wrong with the file when it was last read.
    trouble: Option<String>,
    schemas: Schemas,
}

impl LiveFederation {
    /// The federation of the file at `config`.
    #[must_use]
    pub fn new(config: &Path, schemas: Schemas) -> Self {
        let client = SubgraphClient::default();
        Self { config: config.to_owned(), client, federation: None, trouble: None, schemas }
    }

    /// The schemas that were last at hand.
    #[must_use]
    pub fn sources(&self) -> Vec<SubgraphSource> {
        self.schemas.sources()
    }

    /// Has the next look compose and tell everything, changed or not.
    pub fn touch(&mut self) {
        self.trouble = None;
        self.schemas.touch();
    }

    /// Looks at everything, and composes if something has changed.
    pub async fn look(&mut self) -> Look {
        let trouble = match Federation::read(&self.config) {
            Ok(federation) => {
                self.federation = Some(federation);
                None
            }
            Err(error) => Some(format!("error: {error}")),
        };
        let notices: Vec<_> =
            trouble.clone().filter(|_| trouble != self.trouble).into_iter().collect();
        self.trouble = trouble;
        let Some(federation) = &self.federation else {
            return Look { notices, ..Look::default() };
        };
        let read = read_all(federation, &self.client).await;
        let mut look = self.schemas.take(federation, read).await;
        look.notices.splice(0..0, notices);
        look
    }
}
