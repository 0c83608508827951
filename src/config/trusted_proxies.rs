//! The proxies whose header fields about clients are believed, from `http.trusted_proxies`.

use std::net::IpAddr;

use ipnet::IpNet;

/// The name of all peers that connect to a Unix socket, which have no address.
const UNIX_SOCKETS: &str = "unix";

/// Networks of trusted proxies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    has_unix_sockets: bool,
}

impl TrustedProxies {
    /// Parses addresses, networks such as `10.0.0.0/8`, and the word `unix`. Returns `None` if a text is none of these.
    #[must_use]
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut proxies = Self::default();
        for text in texts {
            if text == UNIX_SOCKETS {
                proxies.has_unix_sockets = true;
            } else {
                let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
                proxies.networks.push(network);
            }
        }
        Some(proxies)
    }

    /// Returns whether a peer is a trusted proxy; a peer without an address uses a Unix socket.
    #[must_use]
    pub(crate) fn contains(&self, peer: Option<IpAddr>) -> bool {
        match peer.map(|peer| peer.to_canonical()) {
            None => self.has_unix_sockets,
            Some(peer) => self.networks.iter().any(|network| network.contains(&peer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_networks_and_unix_sockets_are_trusted() {
        let proxies = TrustedProxies::parse(["127.0.0.1", "10.0.0.0/8", "fd00::/8", "::1", "unix"]).unwrap();
        for peer in ["127.0.0.1", "10.255.0.1", "fdff::1", "::1", "::ffff:10.0.0.1"] {
            assert!(proxies.contains(Some(peer.parse().unwrap())), "{peer}");
        }
        for peer in ["127.0.0.2", "11.0.0.1", "fe00::1", "::2", "::ffff:11.0.0.1"] {
            assert!(!proxies.contains(Some(peer.parse().unwrap())), "{peer}");
        }
        assert!(proxies.contains(None) && !TrustedProxies::default().contains(None));
    }

    #[test]
    fn other_texts_are_invalid() {
        for text in
            ["", "localhost", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "fd00::/129", "*", "10.0.0.1:80"]
        {
            assert_eq!(TrustedProxies::parse([text]), None, "{text:?}");
        }
    }
}
