//! Request bodies: JSON whatever the content type, because the clients send it as text or as a form to avoid a
//! preflight; gzip up to the same bound.

use std::io::Read;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_ENCODING;
use axum::http::{HeaderMap, StatusCode};
use flate2::read::GzDecoder;
use serde_json::{Map, Value};

use super::error::AlgoliaError;
use crate::config::limits;
use crate::http::problem::ProblemDetails;
use crate::http::request_body::{BodyError, BodyReader, BodyReservation, ReceivedBody};
use crate::http::state::AppState;
use crate::query::shortened;

/// The fields of a body, with the memory that is reserved until the request is answered.
#[derive(Debug)]
pub(super) struct AlgoliaBody {
    pub(super) fields: Map<String, Value>,
    pub(super) reservation: BodyReservation,
}

impl FromRequest<AppState> for AlgoliaBody {
    type Rejection = AlgoliaError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, AlgoliaError> {
        let (parts, body) = request.into_parts();
        read_object(&parts.headers, body, &state.bodies).await
    }
}

/// Reads the body as a JSON object; an empty body is an empty object.
///
/// # Errors
/// Status 415 for an unknown encoding, 400 if it is not a JSON object, 429 if all bodies together take too much memory,
/// and the other ones of [`BodyReader::read`].
async fn read_object(
    headers: &HeaderMap,
    body: Body,
    bodies: &BodyReader,
) -> Result<AlgoliaBody, AlgoliaError> {
    let ReceivedBody { bytes, mut reservation } = bodies.read(body).await.map_err(ProblemDetails::from)?;
    let encoding = headers.get(CONTENT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let fields = match encoding.as_deref().map(str::trim) {
        None | Some("" | "identity") => parse_object(&bytes)?,
        Some(name) if name.eq_ignore_ascii_case("gzip") => {
            let unpacked = unpack(&bytes, bodies.max_bytes)?;
            reservation.add(unpacked.len()).map_err(ProblemDetails::from)?;
            parse_object(&unpacked)?
        }
        Some(other) => {
            let other = shortened(other, limits::MAX_QUOTED_BYTES);
            let message = format!("unsupported content encoding {other:?}; expected gzip or none");
            return Err(AlgoliaError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
    };
    Ok(AlgoliaBody { fields, reservation })
}

fn unpack(packed: &[u8], max_bytes: usize) -> Result<Vec<u8>, AlgoliaError> {
    let mut bytes = Vec::new();
    let read = GzDecoder::new(packed).take(max_bytes as u64 + 1).read_to_end(&mut bytes);
    match read {
        Err(error) => Err(AlgoliaError::invalid(format!("cannot unpack the body: {error}"))),
        Ok(_) if bytes.len() > max_bytes => {
            Err(ProblemDetails::from(BodyError::TooLong { max_bytes }).into())
        }
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

    const MAX_BYTES: usize = 64 << 10;

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
        let bodies = BodyReader::with_limits(MAX_BYTES, 4 * MAX_BYTES);
        let object = runtime.block_on(read_object(&headers, Body::from(body), &bodies));
        object.map(|object| object.fields).map_err(|error| error.status)
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
        let long = vec![b' '; MAX_BYTES + 1];
        assert_eq!(read(None, long.clone()), Err(413));
        assert_eq!(read(Some("gzip"), packed(&long)), Err(413));
        let bomb = packed(&vec![0; 64 << 20]);
        assert!(bomb.len() < MAX_BYTES * 2);
        assert_eq!(read(Some("gzip"), bomb), Err(413));
    }

    #[test]
    fn an_unpacked_body_counts_until_its_request_is_answered() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let headers = HeaderMap::from_iter([(CONTENT_ENCODING, "gzip".parse().unwrap())]);
        let bodies = BodyReader::with_limits(MAX_BYTES, 2 * MAX_BYTES);
        let long = packed(&[b"{", vec![b' '; MAX_BYTES - 2].as_slice(), b"}"].concat());
        let read = || runtime.block_on(read_object(&headers, Body::from(long.clone()), &bodies));
        let first = read().unwrap();
        assert_eq!(read().unwrap_err().status, 429);
        drop(first);
        assert!(read().is_ok());
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
