//! The admin listener, for the owner of the site: the full status and metrics.
//!
//! Behind a web server, all clients have a loopback address, so that the address does not tell the owner from
//! readers. A Unix socket that only its user can open does.

use std::future::pending;
use std::io;
#[cfg(unix)]
use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::host_check::AllowedHosts;
use super::middleware::{self, WrappedRouters};
#[cfg(unix)]
use super::server::SocketFile;
use super::server::{self, HttpService, ListenAddr, Listener};
use crate::config::{ConnectionLimits, limits};

/// The routes for the owner, with the limits of the connections.
#[derive(Clone)]
pub struct AdminService {
    routers: WrappedRouters,
    limits: ConnectionLimits,
    /// Names under which requests over TCP may come.
    hosts: Vec<String>,
}

impl AdminService {
    /// Returns a service with the limits of the public one, but for fewer connections.
    pub(super) fn new(routers: WrappedRouters, limits: &ConnectionLimits, hosts: &[String]) -> Self {
        let max_connections =
            server::owner_connection_limit(limits.max_connections.min(limits::MAX_ADMIN_CONNECTIONS));
        let limits = ConnectionLimits { max_connections, ..limits.clone() };
        Self { routers, limits, hosts: hosts.to_vec() }
    }

    /// Returns the service at an address. Connections are not counted in the metrics, which are those of the public
    /// service. The owner reaches a Unix socket under any name.
    fn at(self, addr: &ListenAddr) -> HttpService {
        let hosts = addr.ip().and_then(|ip| AllowedHosts::for_listener(Some(ip), &self.hosts, &[]));
        let WrappedRouters { routes, refusals } = self.routers;
        let router = middleware::check_hosts(routes, hosts);
        HttpService { limits: self.limits, refusals, ..router.into() }
    }
}

/// The running listener; stopped when dropped.
pub struct AdminServer {
    addr: ListenAddr,
    task: JoinHandle<()>,
    /// The file of a Unix socket, removed with the server.
    #[cfg(unix)]
    file: Option<Arc<SocketFile>>,
}

impl AdminServer {
    /// Starts to answer requests for the full status at an address. Only the user of the process can connect to a Unix
    /// socket; whoever reaches a TCP socket reads the full status.
    ///
    /// # Errors
    /// If the address cannot be bound.
    pub fn start(runtime: &Runtime, addr: &ListenAddr, service: AdminService) -> io::Result<Self> {
        let listener = {
            let _context = runtime.enter();
            Listener::bind_for_owner(addr)?
        };
        let addr = listener.addr()?;
        Ok(Self {
            #[cfg(unix)]
            file: listener.file(),
            task: runtime.spawn(server::serve(listener, service.at(&addr), pending())),
            addr,
        })
    }

    /// Returns the address, with the port that was picked for port 0.
    #[must_use]
    pub fn addr(&self) -> &ListenAddr {
        &self.addr
    }
}

impl Drop for AdminServer {
    fn drop(&mut self) {
        self.task.abort();
        #[cfg(unix)]
        if let Some(file) = &self.file {
            file.remove();
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_the_socket_is_removed_with_the_server() {
        let runtime = crate::http::runtime().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("admin.sock");
        let routers = WrappedRouters { routes: axum::Router::new(), refusals: axum::Router::new() };
        let service = AdminService::new(routers, &ConnectionLimits::default(), &[]);
        let server = AdminServer::start(&runtime, &ListenAddr::Unix(path.clone()), service).unwrap();
        std::os::unix::net::UnixStream::connect(&path).unwrap();
        drop(server);
        assert!(!path.exists());
    }
}
