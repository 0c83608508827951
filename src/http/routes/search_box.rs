//! The search box that pages of other origins embed: `GET /bloghound.{file}`.
//!
//! `bloghound.js` is the current element. A file whose name has a hash never changes: pages may load it with an integrity
//! hash, and the lazy parts of the element are referred to by such names.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::response::Response;

use super::assets::{ANY_ORIGIN, JS};
use crate::config::limits;
use crate::http::caching::{CacheConditions, CachePolicy, TaggedText};
use crate::http::middleware::security_headers::{CROSS_ORIGIN, RESOURCE_POLICY};
use crate::http::problem::ProblemDetails;
use crate::query::shortened;

/// The files of the box: names and texts. `src/http/assets/box/build.js` writes them.
const FILES: &[(&str, &str)] = &include!("../assets/box/dist/files.rs.in");
const TYPESCRIPT: &str = "application/typescript; charset=utf-8";
/// Names without a hash are loaded again soon, so that an update reaches readers.
const BRIEF: Duration = Duration::from_mins(5);
/// Number of digits of the hash in a name.
const HASH_DIGITS: usize = 10;

/// A file of the box as it is served.
struct BoxFile {
    text: TaggedText,
    policy: CachePolicy,
}

static BOX: LazyLock<BTreeMap<&'static str, BoxFile>> = LazyLock::new(|| {
    let file = |&(name, text): &(&'static str, &'static str)| {
        let content_type = if name.split('.').next_back() == Some("ts") { TYPESCRIPT } else { JS };
        // A name with a hash always has the same text.
        let policy = if has_hash(name) { CachePolicy::immutable() } else { CachePolicy::new(BRIEF) };
        (name, BoxFile { text: TaggedText::new(content_type, text), policy })
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
    let mut response = file.text.respond(&file.policy, &conditions);
    response
        .headers_mut()
        .extend([(ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN), (RESOURCE_POLICY, CROSS_ORIGIN)]);
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
        let text_of = |name| FILES.iter().find(|(known, _)| *known == name).unwrap().1;
        let entry = text_of("bloghound.js");
        let copies = FILES.iter().filter(|(name, text)| has_hash(name) && *text == entry);
        assert_eq!(copies.count(), 1);
        let lazy = entry.split("import(\"./").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(has_hash(lazy) && BOX.contains_key(lazy), "{lazy}");
    }
}
