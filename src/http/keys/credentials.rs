//! The key that a request presents.

use std::borrow::Cow;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;

/// Name of the header field and of the parameter with which Algolia's clients send a key.
pub(in crate::http) const ALGOLIA_API_KEY: HeaderName = HeaderName::from_static("x-algolia-api-key");

/// What a request presents.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::http) enum Credentials<'a> {
    /// Nothing.
    Missing,
    /// Several keys, or something that cannot be read.
    Unreadable,
    /// A key, which need not be valid.
    Key(Cow<'a, [u8]>),
}

impl<'a> Credentials<'a> {
    /// Returns the key in `Authorization`: a `Bearer` token, or the password of `Basic`, with any user name.
    pub(in crate::http) fn of_headers(headers: &'a HeaderMap) -> Self {
        let mut fields = headers.get_all(AUTHORIZATION).iter();
        let Some(field) = fields.next() else { return Self::Missing };
        if fields.next().is_some() {
            return Self::Unreadable;
        }
        let field = field.as_bytes().trim_ascii();
        let Some(blank) = field.iter().position(|byte| *byte == b' ') else { return Self::Unreadable };
        let (scheme, value) = (&field[..blank], field[blank..].trim_ascii());
        if scheme.eq_ignore_ascii_case(b"bearer") && !value.is_empty() {
            return Self::Key(value.into());
        }
        if !scheme.eq_ignore_ascii_case(b"basic") {
            return Self::Unreadable;
        }
        let Ok(mut decoded) = STANDARD_PAD_INDIFFERENT.decode(value) else { return Self::Unreadable };
        match decoded.iter().position(|byte| *byte == b':') {
            Some(colon) => Self::Key(decoded.split_off(colon + 1).into()),
            None => Self::Unreadable,
        }
    }

    /// Returns the key as Algolia's clients send it, in a header field or in the URL; otherwise that in `Authorization`.
    pub(in crate::http) fn of_algolia(headers: &'a HeaderMap, uri: &'a Uri) -> Self {
        let in_headers = headers.get_all(ALGOLIA_API_KEY).iter().map(|value| Cow::from(value.as_bytes()));
        let parameters = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let in_url = parameters.filter(|(name, _)| name.eq_ignore_ascii_case(ALGOLIA_API_KEY.as_str()));
        let in_url = in_url.map(|(_, value)| Cow::from(value.into_owned().into_bytes()));
        let mut keys = in_headers.chain(in_url);
        match (keys.next(), keys.next()) {
            (None, _) => Self::of_headers(headers),
            (Some(key), None) => Self::Key(key),
            (Some(_), Some(_)) => Self::Unreadable,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(fields: &[(HeaderName, &[u8])]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name.clone(), HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    fn key(text: &str) -> Credentials<'_> {
        Credentials::Key(text.as_bytes().into())
    }

    #[test]
    fn keys_are_bearer_tokens_or_passwords_of_any_user() {
        for (value, expected) in [
            (&b"Bearer abc"[..], key("abc")),
            (b"bearer   abc ", key("abc")),
            (b"Basic dXNlcjphYmM=", key("abc")),
            (b"BASIC dXNlcjphYmM", key("abc")),
            (b"Basic OmFiYw==", key("abc")),
            (b"Basic YTpiOmM=", key("b:c")),
            (b"Bearer ", Credentials::Unreadable),
            (b"Bearer", Credentials::Unreadable),
            (b"Basic YWJj", Credentials::Unreadable),
            (b"Basic %%%", Credentials::Unreadable),
            (b"Basic \xff\xfe", Credentials::Unreadable),
            (b"Digest abc", Credentials::Unreadable),
            (b"abc", Credentials::Unreadable),
            (b"", Credentials::Unreadable),
        ] {
            let headers = headers(&[(AUTHORIZATION, value)]);
            assert_eq!(Credentials::of_headers(&headers), expected, "{}", String::from_utf8_lossy(value));
        }
        let invalid = headers(&[(AUTHORIZATION, b"Bearer \xff")]);
        assert_eq!(Credentials::of_headers(&invalid), Credentials::Key(b"\xff".into()));
        let both = headers(&[(AUTHORIZATION, b"Bearer abc"), (AUTHORIZATION, b"Bearer abc")]);
        assert_eq!(Credentials::of_headers(&both), Credentials::Unreadable);
        assert_eq!(Credentials::of_headers(&HeaderMap::new()), Credentials::Missing);
    }

    #[test]
    fn clients_of_algolia_send_keys_in_a_field_or_in_the_url() {
        let (none, field) = (HeaderMap::new(), headers(&[(ALGOLIA_API_KEY, b"abc")]));
        let bearer = headers(&[(AUTHORIZATION, b"Bearer abc")]);
        for (headers, uri, expected) in [
            (&none, "/1/x", Credentials::Missing),
            (&none, "/1/x?x-algolia-agent=a&x-algolia-api-key=a%62c", key("abc")),
            (&none, "/1/x?X-Algolia-API-Key=abc", key("abc")),
            (&none, "/1/x?x-algolia-api-key=a&x-algolia-api-key=a", Credentials::Unreadable),
            (&field, "/1/x", key("abc")),
            (&field, "/1/x?x-algolia-api-key=abc", Credentials::Unreadable),
            (&bearer, "/1/x", key("abc")),
            (&bearer, "/1/x?x-algolia-api-key=d", key("d")),
        ] {
            assert_eq!(Credentials::of_algolia(headers, &uri.parse().unwrap()), expected, "{uri}");
        }
    }
}
