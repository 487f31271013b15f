//! The executor's way to the subgraphs: one client request's view of the client, the targets of
//! the schema that is being served, and the time that is left.

use bytes::Bytes;
use executor::{FetchError, SubgraphRequest, Transport};
use tokio::time::Instant;

use crate::subgraph_client::{SubgraphClient, Target};

/// Sends the fetches of one client request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SubgraphTransport<'a> {
    client: &'a SubgraphClient,
    targets: &'a [Target],
    deadline: Instant,
}

impl<'a> SubgraphTransport<'a> {
    /// Sends fetches to `targets`, which are in the order of the plan's subgraphs; what is not
    /// done by `deadline` has failed.
    #[must_use]
    pub(crate) fn new(
        client: &'a SubgraphClient,
        targets: &'a [Target],
        deadline: Instant,
    ) -> Self {
        Self { client, targets, deadline }
    }
}

impl Transport for SubgraphTransport<'_> {
    async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
        let target = self
            .targets
            .get(usize::from(request.subgraph.0))
            .expect("a plan's subgraphs are those of the schema it was made for");
        self.client.post(target, request.body, Some(self.deadline)).await.map_err(|fault| {
            tracing::warn!(
                subgraph = target.name(),
                code = fault.error.code(),
                detail = fault.detail,
                "subgraph request failed"
            );
            fault.error
        })
    }
}
