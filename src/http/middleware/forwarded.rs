//! The address of a client behind proxies, from `X-Forwarded-For` or `Forwarded` (RFC 7239).
//!
//! Every proxy appends the address from which it received the request, and a client can send the header field itself.
//! Therefore the list is read from its end, and only as long as the addresses are those of trusted proxies.

use std::net::IpAddr;

use axum::http::header::{FORWARDED, HeaderName};
use axum::http::{HeaderMap, HeaderValue};

use crate::config::{TrustedProxies, split_port};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Returns the address of the client of a request that a peer sent; `None` if it is unknown, because the peer uses a
/// Unix socket and does not name it.
///
/// If the list ends in something that is not an address, the client is the proxy that reported it: all clients whose
/// addresses it does not tell count as one.
pub(super) fn client_address(
    proxies: &TrustedProxies,
    peer: Option<IpAddr>,
    headers: &HeaderMap,
) -> Option<IpAddr> {
    if !proxies.contains(peer) {
        return peer;
    }
    // Most proxies append to this header field; one that uses the other has to remove it.
    let is_x_forwarded_for = headers.contains_key(X_FORWARDED_FOR);
    let name = if is_x_forwarded_for { X_FORWARDED_FOR } else { FORWARDED };
    let lines = headers.get_all(name).iter().rev();
    let mut client = peer;
    for element in lines.flat_map(elements) {
        let address =
            if is_x_forwarded_for { address(element) } else { for_parameter(element).and_then(address) };
        let Some(address) = address else { return client };
        client = Some(address);
        if !proxies.contains(client) {
            return client;
        }
    }
    client
}

/// Returns the elements of a list from its end. Those that proxies append contain no comma, so that a quotation mark of
/// the client cannot hide them.
fn elements(line: &HeaderValue) -> impl Iterator<Item = &str> {
    line.to_str().unwrap_or_default().rsplit(',')
}

/// Returns the value of the parameter `for` of an element of `Forwarded`.
fn for_parameter(element: &str) -> Option<&str> {
    element.split(';').find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        name.eq_ignore_ascii_case("for").then_some(value)
    })
}

/// Parses an address with or without a port; one of IPv6 may be in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let parsed = text.parse().ok().or_else(|| {
        let (host, _) = split_port(text)?;
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
    });
    parsed.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(texts: &[&str]) -> TrustedProxies {
        TrustedProxies::parse(texts.iter().copied()).unwrap()
    }

    /// The client of a request from 127.0.0.1 with these header fields, if that and 10.0.0.0/8 are proxies.
    fn client(fields: &[(HeaderName, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let proxies = proxies(&["127.0.0.1", "10.0.0.0/8"]);
        client_address(&proxies, Some([127, 0, 0, 1].into()), &headers).unwrap().to_string()
    }

    #[test]
    fn the_client_is_the_last_address_that_is_not_of_a_proxy() {
        for (value, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1, 10.1.2.3", "192.0.2.1"),
            // What the client sends itself comes first.
            ("198.51.100.7, 192.0.2.1", "192.0.2.1"),
            ("10.9.9.9, 192.0.2.1, 10.1.2.3,127.0.0.1", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("192.0.2.1:80", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            // Only proxies.
            ("10.1.2.3", "10.1.2.3"),
            ("", "127.0.0.1"),
            ("unknown", "127.0.0.1"),
            ("192.0.2.1, _hidden, 10.1.2.3", "10.1.2.3"),
            ("192.0.2.1, 256.1.1.1", "127.0.0.1"),
            ("192.0.2.1, é", "127.0.0.1"),
        ] {
            assert_eq!(client(&[(X_FORWARDED_FOR, value)]), expected, "{value}");
        }
    }

    #[test]
    fn forwarded_is_read_if_it_is_alone() {
        for (value, expected) in [
            ("for=192.0.2.1", "192.0.2.1"),
            ("For=\"[2001:db8:cafe::17]:4711\";proto=https;by=10.0.0.1", "2001:db8:cafe::17"),
            ("for=198.51.100.7, proto=http; for=192.0.2.1:5000 ,for=10.0.0.1", "192.0.2.1"),
            ("for=\"198.51.100.7, for=192.0.2.1", "192.0.2.1"),
            ("by=192.0.2.1", "127.0.0.1"),
            ("for=_secret", "127.0.0.1"),
            ("for=", "127.0.0.1"),
        ] {
            assert_eq!(client(&[(FORWARDED, value)]), expected, "{value}");
        }
        let both = [(FORWARDED, "for=198.51.100.7"), (X_FORWARDED_FOR, "192.0.2.1")];
        assert_eq!(client(&both), "192.0.2.1");
    }

    #[test]
    fn several_lines_are_one_list() {
        let lines = [
            (X_FORWARDED_FOR, "198.51.100.7"),
            (X_FORWARDED_FOR, "192.0.2.1"),
            (X_FORWARDED_FOR, "10.1.1.1"),
        ];
        assert_eq!(client(&lines), "192.0.2.1");
    }

    #[test]
    fn nobody_else_is_believed() {
        let headers = HeaderMap::from_iter([(X_FORWARDED_FOR, HeaderValue::from_static("192.0.2.1"))]);
        let peer = |address: &str| Some(address.parse::<IpAddr>().unwrap());
        for (proxies, peer) in [
            (proxies(&[]), peer("127.0.0.1")),
            (proxies(&["127.0.0.1"]), peer("127.0.0.2")),
            (proxies(&["10.0.0.0/8"]), peer("11.0.0.1")),
            (proxies(&["10.0.0.0/8"]), None),
        ] {
            assert_eq!(client_address(&proxies, peer, &headers), peer);
        }
        let client = Some([192, 0, 2, 1].into());
        assert_eq!(client_address(&proxies(&["10.0.0.0/8"]), peer("::ffff:10.0.0.1"), &headers), client);
        assert_eq!(client_address(&proxies(&["unix"]), None, &headers), client);
        assert_eq!(client_address(&proxies(&["fd00::/8"]), peer("fd00::1"), &headers), client);
    }
}
