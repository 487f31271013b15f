//! Content types: what a client sends, and which kind of answer it accepts.
//!
//! See <https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types>.

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

use crate::error_code::ErrorCode;
use crate::rejection::Rejection;

/// The media type of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/json`: well-formed requests get status 200.
    Json,
    /// `application/graphql-response+json`: the status tells rejected requests from others.
    GraphqlResponse,
}

/// Chooses the answer's media type; of two that are accepted alike the client's first.
pub(super) fn accepted(headers: &HeaderMap) -> Result<MediaType, Rejection> {
    let mut best: Option<(MediaType, u32)> = None;
    let mut is_empty = true;
    for value in headers.get_all(ACCEPT) {
        let value = value.as_bytes();
        match value {
            b"application/json" | b"*/*" if is_empty => {
                best = Some((MediaType::Json, 1000));
                is_empty = false;
                continue;
            }
            _ => {}
        }
        for range in value.split(|byte| *byte == b',') {
            is_empty = is_empty && range.trim_ascii().is_empty();
            let Some(candidate) = understand(range) else { continue };
            if candidate.1 > best.map_or(0, |(_, weight)| weight) {
                best = Some(candidate);
            }
        }
    }
    match best {
        Some((media_type, _)) => Ok(media_type),
        None if is_empty => Ok(MediaType::Json),
        None => {
            let message = "answers are application/graphql-response+json or application/json";
            Err(Rejection::new(ErrorCode::NotAcceptable, message))
        }
    }
}

/// A media range and its weight in thousandths, if it is one that an answer can have.
fn understand(range: &[u8]) -> Option<(MediaType, u32)> {
    let mut parts = range.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let media_type = parts.next()?.to_ascii_lowercase();
    let media_type = match media_type.as_slice() {
        b"application/graphql-response+json" => MediaType::GraphqlResponse,
        b"application/json" | b"application/*" | b"*/*" => MediaType::Json,
        _ => return None,
    };
    let mut weight = 1000;
    for part in parts {
        let part = part.to_ascii_lowercase();
        if let Some(quality) = part.strip_prefix(b"q=") {
            let quality = std::str::from_utf8(quality).ok()?;
            let quality: f32 = quality.trim().parse().ok()?;
            // Out of range is the client's mistake; a float cast saturates.
            weight = (quality * 1000.0) as u32;
        } else if let Some(charset) = part.strip_prefix(b"charset=") {
            is_utf8(charset).then_some(())?;
        }
    }
    (weight > 0).then_some((media_type, weight))
}

/// Checks that a body is declared as JSON in UTF-8.
///
/// No other type is let through, so that no form and no script of a foreign page can send a
/// request without being asked for permission first.
pub(super) fn check_content_type(headers: &HeaderMap) -> Result<(), Rejection> {
    let value = headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes).unwrap_or_default();
    if value == b"application/json" {
        return Ok(());
    }
    let mut parts = value.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let is_json = parts.next().is_some_and(|t| t.eq_ignore_ascii_case(b"application/json"));
    let is_in_utf8 = parts.all(|part| match part.to_ascii_lowercase().strip_prefix(b"charset=") {
        Some(charset) => is_utf8(charset),
        None => true,
    });
    if is_json && is_in_utf8 {
        return Ok(());
    }
    let message = "the content type has to be application/json, in UTF-8";
    Err(Rejection::new(ErrorCode::UnsupportedMediaType, message))
}

fn is_utf8(charset: &[u8]) -> bool {
    let charset = charset.strip_prefix(b"\"").unwrap_or(charset);
    let charset = charset.strip_suffix(b"\"").unwrap_or(charset);
    charset.eq_ignore_ascii_case(b"utf-8") || charset.eq_ignore_ascii_case(b"utf8")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn accept(value: &'static str) -> Result<MediaType, ErrorCode> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(value));
        accepted(&headers).map_err(|rejection| rejection.code())
    }

    #[test]
    fn the_heavier_type_wins_and_the_first_of_equals() {
        assert_eq!(accepted(&HeaderMap::new()), Ok(MediaType::Json));
        assert_eq!(accept("*/*"), Ok(MediaType::Json));
        assert_eq!(accept("application/graphql-response+json"), Ok(MediaType::GraphqlResponse));
        let both = "application/graphql-response+json, application/json;q=0.9";
        assert_eq!(accept(both), Ok(MediaType::GraphqlResponse));
        let both = "application/graphql-response+json;q=0.1, application/json";
        assert_eq!(accept(both), Ok(MediaType::Json));
        assert_eq!(accept("text/html, application/*;q=0.1"), Ok(MediaType::Json));
        assert_eq!(accept("text/html"), Err(ErrorCode::NotAcceptable));
        assert_eq!(accept("application/json;q=0"), Err(ErrorCode::NotAcceptable));
        assert_eq!(accept("application/json;charset=utf-16"), Err(ErrorCode::NotAcceptable));
    }

    #[test]
    fn only_json_in_utf8_is_taken() {
        let check = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(value));
            check_content_type(&headers).is_ok()
        };
        assert!(check("application/json"));
        assert!(check("Application/JSON; charset=\"UTF-8\""));
        assert!(!check("application/json; charset=utf-32be"));
        assert!(!check("text/plain"));
        assert!(!check("application/x-www-form-urlencoded"));
        assert!(check_content_type(&HeaderMap::new()).is_err());
    }
}
