//! Permalink patterns, such as `/:year/:month/:title/`, whose tokens are replaced by values of a post.

/// Replaces each `:token` with its value. `value` returns the value of a token, or `None` for an unknown one,
/// which is kept unchanged. The longest known token is used: `:slugorfilename` rather than `:slug`.
#[must_use]
pub fn fill(pattern: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut path = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    while let Some(at) = rest.find(':') {
        path.push_str(&rest[..at]);
        let token = &rest[at + 1..];
        let end = token.find(|c: char| !(c.is_ascii_alphabetic() || c == '_')).unwrap_or(token.len());
        let known = (1..=end).rev().find_map(|end| Some((end, value(&token[..end])?)));
        if let Some((end, text)) = known {
            path.push_str(&text);
            rest = &token[end..];
        } else {
            path.push(':');
            rest = token;
        }
    }
    path.push_str(rest);
    path
}

/// Returns a path with one leading slash and without repeated slashes; a trailing slash is kept.
#[must_use]
pub fn normalize_slashes(path: &str) -> String {
    let mut tidy = String::with_capacity(path.len() + 1);
    tidy.push('/');
    for part in path.split('/').filter(|part| !part.is_empty()) {
        tidy.push_str(part);
        tidy.push('/');
    }
    if !path.ends_with('/') && tidy.len() > 1 {
        tidy.pop();
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_tokens_by_their_values() {
        let value = |token: &str| match token {
            "year" => Some("2024".to_owned()),
            "slug" => Some("a".to_owned()),
            "slugorfilename" => Some("b".to_owned()),
            "categories" => Some(String::new()),
            _ => None,
        };
        let cases = [
            ("/:year/:slug/", "/2024/a/"),
            (":slugorfilename", "b"),
            (":year-:slug.html", "2024-a.html"),
            ("/:unknown/:", "/:unknown/:"),
            ("/:yearly", "/2024ly"),
        ];
        for (pattern, expected) in cases {
            assert_eq!(fill(pattern, value), expected, "{pattern}");
        }
        assert_eq!(normalize_slashes(&fill("/:categories/:year//:slug/", value)), "/2024/a/");
        assert_eq!(normalize_slashes("a.html"), "/a.html");
        assert_eq!(normalize_slashes("/"), "/");
    }
}
