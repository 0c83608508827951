//! Request bodies: JSON whatever the content type, because the clients send it as text or as a form to avoid a
//! preflight; gzip up to the same bound.

use std::io::Read;

use axum::body::Body;
use axum::http::header::CONTENT_ENCODING;
use axum::http::{HeaderMap, StatusCode};
use flate2::read::GzDecoder;
use futures_util::StreamExt;
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::error::AlgoliaError;
use crate::config::limits;
use crate::query::shortened;

/// The bytes that bodies may have together until they are parsed.
static BUDGET: Semaphore = Semaphore::const_new(limits::MAX_ALGOLIA_BODIES_BYTES);

/// Reads the body as a JSON object; an empty body is an empty object.
///
/// # Errors
/// Status 413 if it is too long, 429 if all bodies together are, 415 for an unknown encoding, 400 if it is not a JSON
/// object.
pub(super) async fn read_object(headers: &HeaderMap, body: Body) -> Result<Map<String, Value>, AlgoliaError> {
    let (bytes, _permits) = read_bytes(body).await?;
    let encoding = headers.get(CONTENT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
    match encoding.as_deref().map(str::trim) {
        None | Some("" | "identity") => parse_object(&bytes),
        Some(name) if name.eq_ignore_ascii_case("gzip") => parse_object(&unpack(&bytes)?),
        Some(other) => {
            let other = shortened(other, limits::MAX_QUOTED_BYTES);
            let message = format!("unsupported content encoding {other:?}; expected gzip or none");
            Err(AlgoliaError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
        }
    }
}

/// Reads the bytes of a body, with the permits for them.
async fn read_bytes(body: Body) -> Result<(Vec<u8>, Vec<SemaphorePermit<'static>>), AlgoliaError> {
    let (mut bytes, mut permits) = (Vec::new(), Vec::new());
    let mut stream = body.into_data_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| AlgoliaError::invalid("cannot read the body; send all of it"))?;
        if bytes.len() + chunk.len() > limits::MAX_ALGOLIA_BODY_BYTES {
            return Err(too_long());
        }
        let count = u32::try_from(chunk.len()).map_err(|_| too_long())?;
        permits.push(BUDGET.try_acquire_many(count).map_err(|_| AlgoliaError::overload())?);
        bytes.extend_from_slice(&chunk);
    }
    Ok((bytes, permits))
}

fn too_long() -> AlgoliaError {
    let max = limits::MAX_ALGOLIA_BODY_BYTES;
    let message = format!("the body has more than {max} bytes; send fewer or shorter queries");
    AlgoliaError::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, AlgoliaError> {
    let mut bytes = Vec::new();
    let max = limits::MAX_ALGOLIA_BODY_BYTES;
    let read = GzDecoder::new(packed).take(max as u64 + 1).read_to_end(&mut bytes);
    match read {
        Err(error) => Err(AlgoliaError::invalid(format!("cannot unpack the body: {error}"))),
        Ok(_) if bytes.len() > max => Err(too_long()),
        Ok(_) => Ok(bytes),
    }
}

fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, AlgoliaError> {
    if bytes.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(AlgoliaError::invalid("invalid body; expected a JSON object")),
        Err(error) => Err(AlgoliaError::invalid(format!("invalid body: {error}; expected a JSON object"))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(encoding: Option<&str>, body: Vec<u8>) -> Result<Map<String, Value>, u16> {
        let mut headers = HeaderMap::new();
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, encoding.parse().unwrap());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let object = runtime.block_on(read_object(&headers, Body::from(body)));
        object.map_err(|error| error.status)
    }

    #[test]
    fn reads_plain_and_packed_objects() {
        let body = br#"{"query":"x"}"#;
        for object in [read(None, body.to_vec()), read(Some("GZIP"), packed(body))] {
            assert_eq!(object.unwrap()["query"], "x");
        }
        assert_eq!(read(None, b" \n".to_vec()), Ok(Map::new()));
    }

    #[test]
    fn refuses_long_bodies_before_and_after_unpacking() {
        let long = vec![b' '; limits::MAX_ALGOLIA_BODY_BYTES + 1];
        assert_eq!(read(None, long.clone()), Err(413));
        assert_eq!(read(Some("gzip"), packed(&long)), Err(413));
        let bomb = packed(&vec![0; 64 << 20]);
        assert!(bomb.len() < limits::MAX_ALGOLIA_BODY_BYTES * 2);
        assert_eq!(read(Some("gzip"), bomb), Err(413));
    }

    #[test]
    fn the_permits_of_refused_bodies_return() {
        let long = vec![b' '; limits::MAX_ALGOLIA_BODY_BYTES];
        for _ in 0..=limits::MAX_ALGOLIA_BODIES_BYTES / long.len() {
            assert_eq!(read(Some("gzip"), long.clone()), Err(400));
        }
    }

    #[test]
    fn refuses_other_encodings_and_other_json() {
        assert_eq!(read(Some("br"), b"{}".to_vec()), Err(415));
        assert_eq!(read(Some("gzip"), b"{}".to_vec()), Err(400));
        let deep = "[".repeat(10_000).into_bytes();
        for body in [b"[]".to_vec(), b"1".to_vec(), b"{".to_vec(), vec![0xff, 0xfe], deep] {
            assert_eq!(read(None, body.clone()), Err(400), "{body:?}");
        }
    }
}
