//! The admin listener: its address on the command line, and its start.

use std::path::Path;

use anyhow::Context;
use tokio::runtime::Runtime;

use crate::http::{AdminServer, ListenAddr, Services};

/// Name of the socket in the index directory.
const SOCKET_NAME: &str = "admin.sock";

/// The value of `--admin-addr`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AdminArg {
    Off,
    At(ListenAddr),
}

impl AdminArg {
    /// Parses `unix:PATH`, `IP:PORT` or `off`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let invalid =
            |_| "expected unix:PATH, an address with a port such as 127.0.0.1:7879, or off".to_owned();
        text.parse().map(Self::At).map_err(invalid)
    }
}

/// Returns the default address: a Unix socket in the index directory, if the system has Unix sockets.
pub(super) fn default_addr(index_dir: &Path) -> Option<ListenAddr> {
    cfg!(unix).then(|| ListenAddr::Unix(index_dir.join(SOCKET_NAME)))
}

/// Starts the listener unless it is off. A failure at the default address is only logged, because its path may be too
/// long or not writable.
///
/// # Errors
/// If the listener at the given address cannot be started.
pub(super) fn start(
    runtime: &Runtime,
    given: Option<&AdminArg>,
    default: Option<&ListenAddr>,
    services: &Services,
) -> anyhow::Result<Option<AdminServer>> {
    let (addr, is_default) = match (given, default) {
        (Some(AdminArg::At(addr)), _) => (addr, false),
        (None, Some(addr)) => (addr, true),
        (Some(AdminArg::Off), _) | (None, None) => return Ok(None),
    };
    match AdminServer::start(runtime, addr, services.admin.clone()) {
        Ok(server) => {
            tracing::info!("serving the full status and metrics at {}", server.addr());
            Ok(Some(server))
        }
        Err(error) if is_default => {
            tracing::warn!(
                "cannot serve the full status: cannot listen on {addr}: {error}; choose another address with --admin-addr"
            );
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| {
            format!("cannot listen on {addr}, the admin address; choose another one with --admin-addr")
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn addresses_are_sockets_addresses_or_off() {
        assert_eq!(AdminArg::parse("off"), Ok(AdminArg::Off));
        let unix = ListenAddr::Unix(PathBuf::from("/run/bloghound.sock"));
        assert_eq!(AdminArg::parse("unix:/run/bloghound.sock"), Ok(AdminArg::At(unix)));
        let tcp = ListenAddr::Tcp(([127, 0, 0, 1], 7879).into());
        assert_eq!(AdminArg::parse("127.0.0.1:7879"), Ok(AdminArg::At(tcp)));
        for text in ["", "unix:", "/run/x.sock", "7879", "localhost:7879", "on"] {
            assert!(AdminArg::parse(text).unwrap_err().contains("unix:PATH"), "{text}");
        }
    }
}
