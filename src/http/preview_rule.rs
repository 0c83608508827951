//! Which requests get previews of posts from the index instead of links to the blog.
//!
//! The blog of somebody who tries bloghound on their own machine may not be published yet, or not with the newest
//! posts. A service for readers links to the blog. It may listen on a loopback address, too, behind a web server, so
//! that an address alone does not tell the two apart.

use std::net::IpAddr;

use axum::http::header::{FORWARDED, HOST, HeaderName, VIA};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, Version};

use crate::config::{Config, TrustedProxies, host_of_url, is_loopback_host, split_port};

/// Header fields that web servers add to requests that they pass on.
const OF_PROXIES: [HeaderName; 6] = [
    FORWARDED,
    VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];

/// Which requests get links to previews, and the previews.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PreviewRule {
    Never,
    /// Those of browsers on the same machine.
    Local,
    Always,
}

impl PreviewRule {
    /// Returns the rule of a service with this address. Unless the setting `preview` decides, only requests from the same
    /// machine get previews, and only if the service listens on a loopback address, has none of the settings of one
    /// behind a web server, and neither the settings nor the generator name a server of the blog on this machine.
    pub(super) fn new(config: &Config, base_urls: &[String], address: Option<IpAddr>) -> Self {
        let is_behind_proxy = config.public_url.is_some()
            || config.base_path.is_some()
            || !config.hosts.is_empty()
            || config.trusted_proxies != TrustedProxies::default();
        let is_loopback = address.is_some_and(|address| address.to_canonical().is_loopback());
        let mut hosts = base_urls.iter().filter_map(|url| host_of_url(url));
        let has_known_blog = config.base_url.is_some() || hosts.any(is_loopback_host);
        match config.preview {
            Some(true) => Self::Always,
            None if is_loopback && !is_behind_proxy && !has_known_blog => Self::Local,
            Some(false) | None => Self::Never,
        }
    }

    /// Returns whether a request gets links to previews, and the previews.
    pub(super) fn applies_to(self, request: &Parts) -> bool {
        match self {
            Self::Never => false,
            Self::Local => is_from_this_machine(request.version, &request.uri, &request.headers),
            Self::Always => true,
        }
    }
}

/// Returns whether a browser on this machine seems to have sent a request: it names a local host, and no web server has
/// passed it on. nginx adds no header field by default, but speaks HTTP/1.0.
fn is_from_this_machine(version: Version, uri: &Uri, headers: &HeaderMap) -> bool {
    let named = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = uri.authority().map(axum::http::uri::Authority::as_str).or(named);
    let host = authority.and_then(split_port).map(|(host, _)| host);
    version >= Version::HTTP_11
        && host.is_some_and(is_loopback_host)
        && !OF_PROXIES.iter().any(|name| headers.contains_key(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    fn rule(settings: &str, base_url: &str, address: &str) -> PreviewRule {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("bloghound.toml"), settings).unwrap();
        let config = Config::load(Overrides { site: dir.path().to_owned(), ..Overrides::default() }).unwrap();
        PreviewRule::new(&config, &[base_url.to_owned()], address.parse().ok())
    }

    #[test]
    fn only_a_service_on_loopback_without_settings_for_readers_has_previews_by_default() {
        const BLOG: &str = "https://blog.example";
        for (base_url, address) in
            [(BLOG, "127.0.0.1"), (BLOG, "::1"), (BLOG, "::ffff:127.0.0.1"), ("", "127.0.0.1")]
        {
            assert_eq!(rule("", base_url, address), PreviewRule::Local, "{base_url} {address}");
        }
        for (settings, base_url, address) in [
            ("", BLOG, "0.0.0.0"),
            ("", BLOG, "192.168.1.5"),
            ("", BLOG, "a Unix socket"),
            ("", "http://localhost:1313", "127.0.0.1"),
            ("", "http://127.0.0.1:4000/blog", "127.0.0.1"),
            ("base_url = 'https://blog.example'", BLOG, "127.0.0.1"),
            ("[http]\npublic_url = 'https://search.example'", BLOG, "127.0.0.1"),
            ("[http]\nhosts = ['search.example']", BLOG, "127.0.0.1"),
            ("[http]\nbase_path = '/search'", BLOG, "127.0.0.1"),
            ("[http]\ntrusted_proxies = ['127.0.0.1']", BLOG, "127.0.0.1"),
            ("[http]\npreview = false", BLOG, "127.0.0.1"),
        ] {
            assert_eq!(
                rule(settings, base_url, address),
                PreviewRule::Never,
                "{settings} {base_url} {address}"
            );
        }
        assert_eq!(rule("[http]\npreview = true", BLOG, "0.0.0.0"), PreviewRule::Always);
    }

    #[test]
    fn requests_that_a_web_server_passes_on_are_not_from_this_machine() {
        let is_local = |version, uri: &str, fields: &[(&str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
            }
            is_from_this_machine(version, &uri.parse().unwrap(), &headers)
        };
        let local = ("host", "localhost:7878");
        assert!(is_local(Version::HTTP_11, "/", &[local]));
        assert!(is_local(Version::HTTP_11, "/", &[("host", "[::1]:7878")]));
        assert!(is_local(Version::HTTP_2, "http://127.0.0.1:7878/", &[]));
        assert!(!is_local(Version::HTTP_10, "/", &[local]));
        assert!(!is_local(Version::HTTP_11, "/", &[("host", "search.example")]));
        assert!(!is_local(Version::HTTP_11, "/", &[("host", "192.168.1.5:7878")]));
        assert!(!is_local(Version::HTTP_11, "/", &[]));
        for name in OF_PROXIES {
            assert!(!is_local(Version::HTTP_11, "/", &[local, (name.as_str(), "x")]), "{name}");
        }
    }
}
