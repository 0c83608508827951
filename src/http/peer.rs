//! Peers: the clients of the service, by network address.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

/// The network of a client, among which the service divides connections and the time of the search pool: an IPv4
/// address, or the first 64 bits of an IPv6 address, because a single host can have all addresses of such a
/// network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PeerNetwork(u128);

/// Bits of an IPv6 address that identify the host in its network.
const HOST_BITS: u32 = 64;

impl From<PeerNetwork> for u128 {
    fn from(PeerNetwork(bits): PeerNetwork) -> Self {
        bits
    }
}

impl From<IpAddr> for PeerNetwork {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.to_ipv6_mapped().to_bits()),
            IpAddr::V6(address) => Self(Ipv6Addr::to_bits(address) >> HOST_BITS << HOST_BITS),
        }
    }
}

/// The middleware records the client that a trusted proxy reports. Requests without a known address belong to one peer.
impl<S: Sync> FromRequestParts<S> for PeerNetwork {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if let Some(client) = parts.extensions.get() {
            return Ok(*client);
        }
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(connection.map_or_else(Self::default, |ConnectInfo(address)| Self::from(address.ip())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> PeerNetwork {
        PeerNetwork::from(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_peer() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }

    #[test]
    fn each_ipv4_address_is_a_peer_however_it_is_written() {
        assert_ne!(network("127.0.0.1"), network("127.0.0.2"));
        assert_eq!(network("127.0.0.1"), network("::ffff:127.0.0.1"));
        assert_ne!(network("127.0.0.1"), network("::ffff:127.0.0.2"));
        assert_ne!(network("0.0.0.0"), PeerNetwork::default());
    }
}
