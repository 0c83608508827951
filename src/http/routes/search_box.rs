//! The search box that pages of other origins embed: `GET /bloghound.{file}`.
//!
//! `bloghound.js` is the current element. A file whose name has a hash never changes: pages may load it with an integrity
//! hash, and the lazy parts of the element are referred to by such names.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::page::{ANY_ORIGIN, JS};
use crate::config::limits;
use crate::http::caching::{CacheConditions, text_tag};
use crate::http::middleware::security_headers::{CROSS_ORIGIN, RESOURCE_POLICY};
use crate::http::problem::ProblemDetails;
use crate::query::shortened;

/// The files of the box: names and texts. `src/http/assets/box/build.js` writes them.
const FILES: &[(&str, &str)] = &include!("../assets/box/dist/files.rs.in");
const TYPESCRIPT: &str = "application/typescript; charset=utf-8";
/// A name with a hash always has the same text.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Names without a hash are loaded again soon, so that an update reaches readers.
const BRIEF: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// Number of digits of the hash in a name.
const HASH_DIGITS: usize = 10;

/// A file of the box as it is served.
struct BoxFile {
    text: &'static str,
    tag: HeaderValue,
    content_type: &'static str,
    cache_control: HeaderValue,
}

static BOX: LazyLock<BTreeMap<&'static str, BoxFile>> = LazyLock::new(|| {
    let file = |&(name, text): &(&'static str, &'static str)| {
        let content_type = if name.ends_with(".ts") { TYPESCRIPT } else { JS };
        let cache_control = if has_hash(name) { IMMUTABLE } else { BRIEF };
        (name, BoxFile { text, tag: text_tag(text), content_type, cache_control })
    };
    FILES.iter().map(file).collect()
});

/// Returns whether a part of the name is a hash.
fn has_hash(name: &str) -> bool {
    name.split('.').any(|part| part.len() == HASH_DIGITS && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Responds with a file of the search box. Pages of every origin may load it, even if only some may call the API.
pub(super) async fn file(
    conditions: CacheConditions,
    file: Result<Path<String>, PathRejection>,
) -> Result<Response, ProblemDetails> {
    let name = file.map_or_else(|_| String::new(), |Path(file)| format!("bloghound.{file}"));
    let Some(file) = BOX.get(name.as_str()) else {
        let name = shortened(&name, limits::MAX_QUOTED_BYTES);
        let detail = format!(
            "the search box of this version has no file {name:?}; load bloghound.js, which names its other files"
        );
        return Err(ProblemDetails::new(StatusCode::NOT_FOUND, detail));
    };
    let mut response = Response::new(Body::from(file.text));
    if conditions.have(&file.tag) || conditions.match_any() {
        response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    response.headers_mut().extend([
        (CONTENT_TYPE, HeaderValue::from_static(file.content_type)),
        (CACHE_CONTROL, file.cache_control.clone()),
        (ETAG, file.tag.clone()),
        (ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN),
        (RESOURCE_POLICY, CROSS_ORIGIN),
    ]);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_immutable() {
        assert!(has_hash("bloghound.0123456789.js") && has_hash("bloghound.core.abcdefabcd.js"));
        for name in [
            "bloghound.js",
            "bloghound.client.js",
            "bloghound.d.ts",
            "bloghound.0123.js",
            "bloghound.notahash10.js",
        ] {
            assert!(!has_hash(name), "{name}");
        }
    }

    #[test]
    fn the_element_and_its_hashed_copy_are_the_same_and_name_files_that_exist() {
        let entry = BOX["bloghound.js"].text;
        let copies = BOX.iter().filter(|(name, file)| has_hash(name) && file.text == entry);
        assert_eq!(copies.count(), 1);
        let lazy = entry.split("import(\"./").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(has_hash(lazy) && BOX.contains_key(lazy), "{lazy}");
    }
}
