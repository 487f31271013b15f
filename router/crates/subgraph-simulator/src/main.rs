//! Serves the subgraphs of a folder over HTTP, on consecutive ports:
//! `subgraph-simulator <folder> <first port>`.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use subgraph_simulator::{Subgraph, load_folder};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (folder, port) = (arguments.next().map(PathBuf::from), arguments.next());
    let (Some(folder), Some(port)) = (folder, port.and_then(|port| port.parse::<u16>().ok()))
    else {
        return Err("usage: subgraph-simulator <folder> <first port>".into());
    };
    let mut servers = JoinSet::new();
    for (subgraph, port) in load_folder(&folder)?.into_iter().zip(port..) {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        println!("{} http://{}/graphql", subgraph.name(), listener.local_addr()?);
        let app = Router::new().route("/graphql", post(answer)).with_state(Arc::new(subgraph));
        servers.spawn(async move { axum::serve(listener, app).await });
    }
    while let Some(ended) = servers.join_next().await {
        ended??;
    }
    Ok(())
}

async fn answer(State(subgraph): State<Arc<Subgraph>>, body: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], subgraph.answer(&body))
}
