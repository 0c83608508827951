//! The header `Accept`: which of two formats a client prefers.

use axum::http::{HeaderMap, header};

/// Returns whether a client prefers Markdown to JSON.
pub(in crate::http) fn prefers_markdown(headers: &HeaderMap) -> bool {
    let quality = |subtype_of: [&str; 3]| {
        let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let ranges =
            values.flat_map(|value| value.split(',')).filter_map(|range| media_range(range, subtype_of));
        // The most specific range counts.
        ranges.min_by_key(|(specificity, _)| *specificity).map_or(0, |(_, quality)| quality)
    };
    quality(["text/markdown", "text/*", "*/*"]) > quality(["application/json", "application/*", "*/*"])
}

/// Returns the index of a media range in `matching`, which begins with the most specific one, and its quality in
/// thousandths; `None` if it is none of them.
fn media_range(text: &str, matching: [&str; 3]) -> Option<(usize, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next()?;
    let specificity = matching.into_iter().position(|name| name.eq_ignore_ascii_case(range))?;
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((specificity, quality.map_or(1_000, thousandths)))
}

/// Returns a quality value in thousandths; 0 if it is invalid.
fn thousandths(quality: &str) -> u16 {
    let quality = quality.parse::<f32>().ok().filter(|quality| (0.0..=1.0).contains(quality));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
    let thousandths = (quality.unwrap_or(0.0) * 1_000.0) as u16;
    thousandths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_preferred_only_if_its_quality_is_higher() {
        let prefers = |accept: &str| {
            let mut headers = HeaderMap::new();
            for value in accept.split('\n').filter(|value| !value.is_empty()) {
                headers.append(header::ACCEPT, value.parse().unwrap());
            }
            prefers_markdown(&headers)
        };
        for accept in [
            "text/markdown",
            "Text/Markdown; charset=utf-8",
            "text/markdown, */*;q=0.5",
            "text/*, application/json;q=0.9",
            "text/markdown;q=0.8, application/json;q=0.7",
            "text/html\ntext/markdown",
        ] {
            assert!(prefers(accept), "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "application/json, text/markdown",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/markdown;q=0",
            "text/markdown;q=x, */*;q=0.1",
            "text/markdown;q=0.5, */*",
            "markdown",
            ",;,=",
        ] {
            assert!(!prefers(accept), "{accept}");
        }
    }
}
