//! Parts of URLs in settings and requests: origins, hosts and ports.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Returns whether the text is an origin as browsers send it: scheme and host in lower case, a port only if it is not
/// the default one, no path.
pub(super) fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let default_port = match scheme {
        "http" => "80",
        "https" => "443",
        _ => return false,
    };
    let Some((host, port)) = split_port(authority) else { return false };
    let is_port = |port: &str| {
        port != default_port
            && port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port)
    };
    let is_host = is_name(host) || ipv6(host).is_some_and(|address| format!("[{address}]") == host);
    is_host && host == host.to_ascii_lowercase() && port.is_none_or(is_port)
}

/// Returns whether the text is an absolute URL that paths can be appended to.
#[must_use]
pub(crate) fn is_base_url(text: &str) -> bool {
    let has_rest =
        text.contains(['?', '#', '\\']) || text.contains(|c: char| c.is_whitespace() || c.is_control());
    !has_rest && host_of_url(text).is_some()
}

/// Returns whether the text is a path of whole segments that a URL can have as it is, without a slash at its end.
pub(super) fn is_base_path(text: &str) -> bool {
    let is_segment = |segment: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        !matches!(segment, "" | "." | "..") && segment.bytes().all(is_allowed)
    };
    text.strip_prefix('/').is_some_and(|path| path.split('/').all(is_segment))
}

/// Returns whether the text can be the host of a request: a name or an address, without scheme and port.
pub(super) fn is_host(text: &str) -> bool {
    is_name(text)
}

fn is_name(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.split('.').all(is_label)
}

fn ipv6(host: &str) -> Option<Ipv6Addr> {
    host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// Returns the host of an `http:` or `https:` URL.
#[must_use]
pub(crate) fn host_of_url(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().filter(|authority| !authority.contains('@'))?;
    split_port(authority).map(|(host, _)| host)
}

/// Splits `host:port` or `[address]:port`. Returns `None` if there is no host, or the port is no number.
#[must_use]
pub(crate) fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    let end_of_host = if authority.starts_with('[') { authority.find(']')? + 1 } else { 0 };
    let colon = authority[end_of_host..].find(':').map(|at| end_of_host + at);
    let (host, port) = match colon {
        Some(at) => (&authority[..at], Some(&authority[at + 1..])),
        None => (authority, None),
    };
    let is_port = port.is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    (!host.is_empty() && is_port).then_some((host, port))
}

/// Returns whether a host is an IP address, in brackets if it is one of IPv6.
#[must_use]
pub(crate) fn is_ip_address(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok() || ipv6(host).is_some()
}

/// Returns whether a host is this machine: `localhost`, a name below it, or a loopback address.
#[must_use]
pub(crate) fn is_loopback_host(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let is_loopback_v4 = || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    let is_loopback_v6 = || ipv6(host).is_some_and(|address| address.to_canonical().is_loopback());
    name == "localhost" || name.ends_with(".localhost") || is_loopback_v4() || is_loopback_v6()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_paths_are_whole_segments() {
        for path in ["/search", "/blog/search", "/a.b/~c_d-1"] {
            assert!(is_base_path(path), "{path}");
        }
        for text in [
            "", "/", "search", "/search/", "//search", "/a//b", "/../a", "/a/.", "/a?b", "/a b", "/ä", "/%61",
        ] {
            assert!(!is_base_path(text), "{text}");
        }
    }

    #[test]
    fn origins_are_those_that_browsers_send() {
        for origin in [
            "https://example.org",
            "http://localhost:1313",
            "https://xn--bcher-kva.example",
            "http://127.0.0.1:8080",
            "http://[::1]:3000",
            "https://a_b.example:8443",
        ] {
            assert!(is_origin(origin), "{origin}");
        }
        for text in [
            "https://example.org/",
            "https://example.org/blog",
            "https://*.example.org",
            "https://Example.org",
            "HTTPS://example.org",
            "https://example.org:443",
            "http://example.org:80",
            "https://example.org:",
            "https://example.org:0443",
            "https://example.org:99999",
            "https://me@example.org",
            "https://bücher.example",
            "https://example.org?x",
            "https://",
            "https://a..b",
            "https://[0:0:0:0:0:0:0:1]",
            "ftp://example.org",
            "null",
            "example.org",
            " https://example.org",
        ] {
            assert!(!is_origin(text), "{text}");
        }
    }

    #[test]
    fn hosts_have_neither_scheme_nor_port() {
        for host in ["search.example", "localhost", "Search.Example.", "10.0.0.1", "a_b"] {
            assert!(is_host(host), "{host}");
        }
        for text in
            ["https://a.example", "a.example:80", "*.a.example", "a/b", "", ".", "a b", "bücher.example"]
        {
            assert!(!is_host(text), "{text}");
        }
    }

    #[test]
    fn loopback_hosts_are_this_machine() {
        for host in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in [
            "",
            "localhost.example",
            "notlocalhost",
            "10.0.0.1",
            "127.0.0.1.example",
            "[::2]",
            "::1",
            "0.0.0.0",
        ] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }

    #[test]
    fn the_host_of_a_url_is_found() {
        let cases = [
            ("https://blog.example", Some("blog.example")),
            ("HTTP://Blog.example:81/a?b", Some("Blog.example")),
            ("https://[::1]:81/", Some("[::1]")),
            ("https://u@blog.example/", None),
            ("https:///x", None),
            ("/x", None),
        ];
        for (url, host) in cases {
            assert_eq!(host_of_url(url), host, "{url}");
        }
    }
}
