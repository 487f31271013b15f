//! The router's HTTP side: which path is answered by what. GraphQL itself is the pipeline's.
//!
//! The request path is short on purpose: one `match`, no stack of layers, one body in and one out.

mod connection;
mod graphql;
mod negotiation;
mod playground;
mod server;

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::vec;

use bytes::Bytes;
use http::header::{
    ALLOW, CONNECTION, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::{Frame, Incoming, SizeHint};

pub use server::serve;

use self::graphql::Question;
use crate::error_code::ErrorCode;
use crate::in_flight::InFlight;
use crate::rejection::Rejection;
use crate::serving::Serving;
use crate::subgraph_transport::Outbound;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const GRAPHQL_RESPONSE: HeaderValue =
    HeaderValue::from_static("application/graphql-response+json; charset=utf-8");

/// The playground's page loads nothing from elsewhere and is not shown inside another page.
const OWN_FILES_ONLY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; \
     frame-ancestors 'none'; base-uri 'none'",
);

/// What is sent: pieces, each of which is let go of as soon as it is written.
struct Body(vec::IntoIter<Bytes>);

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.next().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_slice().is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_slice().iter().map(|piece| piece.len() as u64).sum())
    }
}

/// What one worker needs to answer requests.
struct Front {
    serving: Arc<Serving>,
    outbound: Arc<Outbound>,
    answers: Arc<InFlight<Question, Result<Vec<Bytes>, Rejection>>>,
}

impl Front {
    fn new(serving: Arc<Serving>) -> Self {
        Self { serving, outbound: Arc::default(), answers: Arc::default() }
    }

    async fn respond(&self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let path = request.uri().path();
        Ok(match (request.method(), path) {
            (_, "/graphql") => self.graphql(request).await,
            (&Method::GET | &Method::HEAD, "/health/live") => health(true),
            (&Method::GET | &Method::HEAD, "/health/ready") => health(self.serving.is_ready()),
            (&Method::GET | &Method::HEAD, _) => match playground::asset(path) {
                Some(asset) => page(asset),
                None => rejected(&Rejection::new(ErrorCode::NotFound, "there is no such path")),
            },
            _ => rejected(&Rejection::new(ErrorCode::NotFound, "there is no such path")),
        })
    }
}

fn health(is_well: bool) -> Response<Body> {
    if is_well {
        return json(StatusCode::OK, JSON, vec![Bytes::from_static(br#"{"status":"UP"}"#)]);
    }
    rejected(&Rejection::new(ErrorCode::ServiceUnavailable, "not ready"))
}

fn page(asset: &playground::Asset) -> Response<Body> {
    let content_type = HeaderValue::from_static(asset.content_type);
    let mut response = json(StatusCode::OK, content_type, vec![Bytes::from_static(asset.body)]);
    let headers = response.headers_mut();
    if asset.is_gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers.insert(CONTENT_SECURITY_POLICY, OWN_FILES_ONLY);
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

fn rejected(rejection: &Rejection) -> Response<Body> {
    let mut response = json(rejection.code().status(), JSON, vec![rejection.body()]);
    let (name, value) = match rejection.code() {
        ErrorCode::MethodNotAllowed => (ALLOW, "POST, GET"),
        // What is left of the body is not read.
        ErrorCode::PayloadTooLarge | ErrorCode::RequestTimeout => (CONNECTION, "close"),
        _ => return response,
    };
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}

fn json(status: StatusCode, content_type: HeaderValue, body: Vec<Bytes>) -> Response<Body> {
    let mut response = Response::new(Body(body.into_iter()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
