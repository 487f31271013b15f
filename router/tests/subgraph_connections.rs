//! Connections to subgraphs, used again and closed by the other side; and what a subgraph says with
//! a status that is no success.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use executor::FetchError;
use http::HeaderMap;
use query_plan::OperationKind;
use router::limits::SubgraphLimits;
use router::subgraph_client::{SubgraphClient, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const QUERY: (OperationKind, Bytes) =
    (OperationKind::Query, Bytes::from_static(br#"{"query":"{x}"}"#));
const MUTATION: (OperationKind, Bytes) =
    (OperationKind::Mutation, Bytes::from_static(br#"{"query":"mutation{x}"}"#));

/// A subgraph that answers the first request of each connection and closes it at the second; and
/// how many requests it has got.
async fn closing_subgraph(header: &'static str) -> (Target, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let count = Arc::clone(&counted);
            tokio::spawn(async move {
                let mut request = [0; 4096];
                if stream.read(&mut request).await.unwrap() == 0 {
                    return;
                }
                count.fetch_add(1, Ordering::Relaxed);
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{header}\
                     content-length: 2\r\n\r\n{{}}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
                if stream.read(&mut request).await.unwrap() > 0 {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let target = Target::new("a".to_owned(), &url, HeaderMap::new(), SubgraphLimits::default());
    (target.unwrap(), count)
}

/// Sends a query and then this, on the connection of the first if that is kept; and how many
/// requests came.
async fn second(
    header: &'static str,
    request: (OperationKind, Bytes),
) -> (Result<Bytes, FetchError>, usize) {
    let (target, count) = closing_subgraph(header).await;
    let client = SubgraphClient::default();
    client.post(&target, QUERY, None).await.unwrap();
    let answer = client.post(&target, request, None).await.map_err(|fault| fault.error);
    (answer, count.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_query_is_sent_again_where_the_connection_was_closed() {
    assert_eq!(second("", QUERY).await, (Ok(Bytes::from_static(b"{}")), 3));
}

#[tokio::test]
async fn a_mutation_is_never_sent_again() {
    assert_eq!(second("", MUTATION).await, (Err(FetchError::Unreachable), 2));
}

#[tokio::test]
async fn a_connection_is_not_used_when_the_subgraph_is_about_to_close_it() {
    let header = "keep-alive: max=100, timeout=1\r\n";
    assert_eq!(second(header, MUTATION).await, (Ok(Bytes::from_static(b"{}")), 2));
}

/// What is made of an answer of this status, media type and body.
async fn answered(status: u16, media_type: &str, body: &str) -> Result<Bytes, FetchError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(answer.as_bytes()).await.unwrap();
        // Until the client is gone.
        while stream.read(&mut request).await.unwrap_or_default() > 0 {}
    });
    let target = Target::new("a".to_owned(), &url, HeaderMap::new(), SubgraphLimits::default());
    let answer = SubgraphClient::default().post(&target.unwrap(), QUERY, None).await;
    answer.map_err(|fault| fault.error)
}

#[tokio::test]
async fn errors_are_read_whatever_the_status_is() {
    let bodies = [
        r#"{"errors":[{"message":"no"}],"data":null}"#,
        "\u{feff}{\"errors\":[{\"message\":\"no\"}]}",
        r#"{"errors":[{"message":"no \ud83d","extensions":{"most":1e999}}]}"#,
    ];
    for body in bodies {
        for media_type in ["application/json", "application/graphql-response+json"] {
            for status in [200, 400, 500] {
                assert_eq!(answered(status, media_type, body).await, Ok(Bytes::from(body)));
            }
        }
    }
}

#[tokio::test]
async fn json_of_somebody_in_between_is_no_answer() {
    let bodies =
        ["", "{}", r#"{"message":"gone"}"#, r#"{"errors":[]}"#, r#"{"errors":["gone"]}"#, "[1"];
    for body in bodies {
        let answer = answered(502, "application/json", body).await;
        assert_eq!(answer, Err(FetchError::Status(502)), "{body}");
    }
}
