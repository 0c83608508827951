//! The socket of `bloghound serve`: passed by the service manager, or bound at the address of the command line.

use std::io::ErrorKind;

use anyhow::Context;
use tokio::runtime::Runtime;

#[cfg(unix)]
pub(super) use crate::http::PassedSocket;
use crate::http::{ListenAddr, Listener};
/// There are no passed sockets on this system.
#[cfg(not(unix))]
pub(super) use std::convert::Infallible as PassedSocket;

/// Takes the socket that the service manager passes to this process, if it does. Has to be called before other threads
/// are started, because it removes the variables that announce the socket from the environment.
///
/// # Errors
/// If several sockets were passed, or one of another kind.
pub(super) fn passed_socket() -> anyhow::Result<Option<PassedSocket>> {
    #[cfg(unix)]
    {
        PassedSocket::take().context("cannot use the socket of the service manager; pass one stream socket")
    }
    #[cfg(not(unix))]
    Ok(None)
}

/// Returns the passed socket, or listens at the address.
///
/// # Errors
/// If the operating system refuses it; the message says what to do.
pub(super) fn listen(
    runtime: &Runtime,
    passed: Option<PassedSocket>,
    addr: &ListenAddr,
) -> anyhow::Result<Listener> {
    let _entered = runtime.enter();
    #[cfg(unix)]
    if let Some(passed) = passed {
        return passed.listen().context("cannot use the socket of the service manager");
    }
    #[cfg(not(unix))]
    let _ = passed;
    Listener::bind(addr).map_err(|error| match (error.kind(), addr) {
        (ErrorKind::AddrInUse, ListenAddr::Tcp(tcp)) => anyhow::anyhow!(
            "cannot listen on {addr}: the address is in use, perhaps by another `bloghound serve`; stop it, or use \
             another port with --addr {}:{}",
            tcp.ip(),
            tcp.port().wrapping_add(1)
        ),
        _ => anyhow::anyhow!("cannot listen on {addr}: {error}; use another address with --addr"),
    })
}

/// Logs where the service listens.
pub(super) fn log_address(addr: &ListenAddr, scheme: &str) {
    match addr {
        ListenAddr::Tcp(addr) => tracing::info!(
            "listening: search page at {scheme}://{addr}/, API at /api/v1/search?q=; press Ctrl-C to stop"
        ),
        ListenAddr::Unix(path) => tracing::info!(
            "listening at the socket {}: search page at /, API at /api/v1/search?q=; press Ctrl-C to stop",
            path.display()
        ),
    }
}
