//! The check of the host that a request names.
//!
//! A service on a loopback address is meant for this machine and for the web server in front of it. A page of
//! another origin can reach it nevertheless by DNS rebinding: once the browser has loaded the page, the name of its
//! host resolves to a loopback address, and the browser treats the service as the page's own origin. Such a request
//! names the host of the page.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, Uri, Version, header};

use super::problem::ProblemDetails;
use crate::config::{host_of_url, is_ip_address, limits, split_port};
use crate::query::shortened;

/// The hosts whose requests are answered. `localhost` and IP addresses are always allowed, because no attacker controls
/// their resolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHosts(Arc<BTreeSet<String>>);

impl AllowedHosts {
    /// Returns the hosts for a listener at this address: those of the base URLs and of the setting `hosts`. Returns
    /// `None` if requests for all hosts are answered, because the listener is public anyway, or has no address that a
    /// browser could reach.
    #[must_use]
    pub fn for_listener(address: Option<IpAddr>, hosts: &[String], base_urls: &[String]) -> Option<Self> {
        let is_loopback = address.is_some_and(|address| address.to_canonical().is_loopback());
        if hosts.is_empty() && !is_loopback {
            return None;
        }
        let of_urls = base_urls.iter().filter_map(|url| host_of_url(url));
        let names = hosts.iter().map(String::as_str).chain(of_urls).map(normalized);
        Some(Self(Arc::new(names.collect())))
    }

    fn allows(&self, authority: &str) -> bool {
        let Some((host, _)) = split_port(authority) else { return false };
        if is_ip_address(host) {
            return true;
        }
        let name = normalized(host);
        name == "localhost" || name.ends_with(".localhost") || self.0.contains(&name)
    }

    /// Checks the host of a request.
    ///
    /// # Errors
    /// Status 421 if the request is for another host, 400 if it names none or several.
    pub(super) fn check(
        &self,
        version: Version,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<(), ProblemDetails> {
        let mut named = headers.get_all(header::HOST).iter();
        let host = named.next();
        // In HTTP/2, the target names the host.
        let is_named = version < Version::HTTP_11 || version > Version::HTTP_11 && uri.authority().is_some();
        let is_missing = host.is_none() && !is_named;
        if is_missing || named.next().is_some() {
            return Err(ProblemDetails::new(StatusCode::BAD_REQUEST, "send one `Host` header"));
        }
        let host = host.map(|host| String::from_utf8_lossy(host.as_bytes()));
        let in_uri = uri.authority().map(|authority| authority.as_str().into());
        match host.into_iter().chain(in_uri).find(|authority| !self.allows(authority)) {
            None => Ok(()),
            Some(other) => Err(misdirected(&other)),
        }
    }
}

fn misdirected(authority: &str) -> ProblemDetails {
    let host = shortened(authority, limits::MAX_QUOTED_BYTES);
    let detail = format!(
        "this server does not answer for the host {host:?}; to allow it, add its name to `hosts` in the table [http] \
         of bloghound.toml and restart the server, or let the web server in front of it send the host \"localhost\""
    );
    ProblemDetails::new(StatusCode::MISDIRECTED_REQUEST, detail)
}

/// Returns the name in lower case, without the dot that may end it.
fn normalized(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_loopback() -> AllowedHosts {
        let bases = ["https://Blog.example/path".to_owned(), String::new()];
        AllowedHosts::for_listener(Some([127, 0, 0, 1].into()), &["search.example".to_owned()], &bases)
            .unwrap()
    }

    #[test]
    fn answers_for_local_names_addresses_and_the_sites_hosts() {
        let allowed = on_loopback();
        for host in [
            "localhost",
            "LOCALHOST:7878",
            "localhost.",
            "blog.localhost:80",
            "127.0.0.1:7878",
            "192.168.1.5",
            "[::1]:7878",
            "blog.example",
            "BLOG.example.:443",
            "search.example:8080",
        ] {
            assert!(allowed.allows(host), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "notlocalhost",
            "127.0.0.1.evil.example",
            "blog.example.evil",
            "x.blog.example",
            "blog.example:80:80",
            "blog.example@evil.example",
            "::1",
            "[::1",
            "2130706433",
            "0x7f.1",
            "",
            ":80",
        ] {
            assert!(!allowed.allows(host), "{host}");
        }
    }

    #[test]
    fn checks_loopback_listeners_and_others_only_if_hosts_are_set() {
        let is_checked = |address: &str, hosts: &[String]| {
            AllowedHosts::for_listener(address.parse().ok(), hosts, &[]).is_some()
        };
        for address in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert!(is_checked(address, &[]), "{address}");
        }
        // The last one stands for a Unix socket.
        for address in ["0.0.0.0", "::", "192.168.1.5", "none"] {
            assert!(!is_checked(address, &[]), "{address}");
            assert!(is_checked(address, &["a.example".to_owned()]), "{address}");
        }
    }

    #[test]
    fn a_request_names_one_host_and_the_target_must_not_name_another() {
        let allowed = on_loopback();
        let status = |version, uri: &str, hosts: &[&str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, host.parse().unwrap());
            }
            allowed.check(version, &uri.parse().unwrap(), &headers).map_err(|problem| problem.status)
        };
        assert_eq!(status(Version::HTTP_11, "/", &["localhost"]), Ok(()));
        assert_eq!(status(Version::HTTP_11, "/", &["evil.example"]), Err(421));
        assert_eq!(status(Version::HTTP_10, "/", &[]), Ok(()));
        assert_eq!(status(Version::HTTP_10, "/", &["evil.example"]), Err(421));
        assert_eq!(status(Version::HTTP_11, "/", &[]), Err(400));
        assert_eq!(status(Version::HTTP_11, "http://localhost/", &[]), Err(400));
        assert_eq!(status(Version::HTTP_2, "http://localhost/", &[]), Ok(()));
        assert_eq!(status(Version::HTTP_2, "http://evil.example/", &[]), Err(421));
        assert_eq!(status(Version::HTTP_2, "http://localhost/", &["evil.example"]), Err(421));
        assert_eq!(status(Version::HTTP_2, "/", &[]), Err(400));
        assert_eq!(status(Version::HTTP_11, "/", &["localhost", "evil.example"]), Err(400));
        assert_eq!(status(Version::HTTP_11, "http://evil.example/", &["localhost"]), Err(421));
        assert_eq!(status(Version::HTTP_11, "http://localhost/", &["localhost"]), Ok(()));
    }

    #[test]
    fn a_long_host_is_quoted_in_part() {
        let problem = misdirected(&"é".repeat(10_000));
        assert!(problem.detail.len() < 1_000 && problem.detail.contains("`hosts`"), "{}", problem.detail);
    }
}
