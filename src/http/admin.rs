//! The admin listener, for the owner of the site: the full status and metrics.
//!
//! Behind a web server, all clients have a loopback address, so that the address does not tell the owner from
//! readers. A Unix socket that only its user can open does.

use std::fmt::{self, Display};
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::host_check::AllowedHosts;
use super::middleware;
use super::server::{self, HttpService};
use crate::config::{ConnectionLimits, limits};

/// Interval of the checks that the file of the socket is in place.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The address of the admin listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminAddr {
    /// A Unix socket at this path, which only the user of the process can open.
    Unix(PathBuf),
    /// A TCP socket; whoever reaches it reads the full status.
    Tcp(SocketAddr),
}

impl Display for AdminAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(addr) => addr.fmt(f),
        }
    }
}

/// The routes for the owner, with the limits of the connections over TCP.
#[derive(Clone)]
pub struct AdminService {
    router: Router,
    limits: ConnectionLimits,
    /// Names under which requests may come.
    hosts: Vec<String>,
}

impl AdminService {
    /// Returns a service with the limits of the public one, but for fewer connections.
    pub(super) fn new(router: Router, limits: &ConnectionLimits, hosts: &[String]) -> Self {
        let max_connections =
            server::owner_connection_limit(limits.max_connections.min(limits::MAX_ADMIN_CONNECTIONS));
        let limits = ConnectionLimits { max_connections, ..limits.clone() };
        Self { router, limits, hosts: hosts.to_vec() }
    }

    /// Returns the service over TCP at an address. Connections are not counted in the metrics, which are those of the
    /// public service.
    fn at(self, addr: SocketAddr) -> HttpService {
        let hosts = AllowedHosts::for_listener(addr.ip(), &self.hosts, &[]);
        let router = middleware::check_hosts(self.router, hosts);
        HttpService { limits: self.limits, ..router.into() }
    }
}

/// The running listener; stopped when dropped.
pub struct AdminServer {
    addr: AdminAddr,
    task: JoinHandle<()>,
    /// The file of a Unix socket, removed with the server.
    file: Option<Arc<SocketFile>>,
}

impl AdminServer {
    /// Starts to answer requests for the full status at an address.
    ///
    /// # Errors
    /// If the address cannot be bound.
    pub fn start(runtime: &Runtime, addr: &AdminAddr, service: AdminService) -> io::Result<Self> {
        match addr {
            AdminAddr::Tcp(addr) => {
                let listener = {
                    let _context = runtime.enter();
                    server::listen(*addr)?
                };
                let addr = listener.local_addr()?;
                let task = runtime.spawn(server::serve(listener, service.at(addr), pending()));
                Ok(Self { addr: AdminAddr::Tcp(addr), task, file: None })
            }
            #[cfg(unix)]
            AdminAddr::Unix(path) => {
                let (listener, id) = {
                    let _context = runtime.enter();
                    bind_unix(path)?
                };
                let file = Arc::new(SocketFile { path: path.clone(), id: Mutex::new(Some(id)) });
                let task = runtime.spawn(serve_unix(listener, Arc::clone(&file), service.router));
                Ok(Self { addr: addr.clone(), task, file: Some(file) })
            }
            #[cfg(not(unix))]
            AdminAddr::Unix(_) => {
                Err(io::Error::new(io::ErrorKind::Unsupported, "there are no Unix sockets here"))
            }
        }
    }

    /// Returns the address, with the port that was picked for port 0.
    #[must_use]
    pub fn addr(&self) -> &AdminAddr {
        &self.addr
    }
}

impl Drop for AdminServer {
    fn drop(&mut self) {
        self.task.abort();
        if let Some(file) = &self.file {
            file.remove();
        }
    }
}

/// The file of a Unix socket.
struct SocketFile {
    path: PathBuf,
    /// `None` once the server has stopped.
    id: Mutex<Option<SocketId>>,
}

/// Device and inode of the file, which tell it from the socket of another server.
type SocketId = (u64, u64);

impl SocketFile {
    fn id(&self) -> MutexGuard<'_, Option<SocketId>> {
        self.id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the file, unless another server has replaced it. It is not bound again.
    fn remove(&self) {
        let id = self.id().take();
        if id.is_some_and(|id| self.is_in_place(id)) {
            let _ = std::fs::remove_file(&self.path);
        }
    }

    fn is_in_place(&self, id: SocketId) -> bool {
        socket_id(&self.path).is_ok_and(|current| current == id)
    }

    /// Waits until the file is gone, as after `rsync --delete` into the index directory, and binds the socket again.
    #[cfg(unix)]
    async fn bound_again(&self) -> UnixListener {
        let mut ticks = tokio::time::interval(CHECK_INTERVAL);
        loop {
            ticks.tick().await;
            if let Some(listener) = self.bind_if_gone() {
                return listener;
            }
        }
    }

    /// Binds the socket again if its file is gone. The lock is held meanwhile, so that a server that stops removes the
    /// new file.
    #[cfg(unix)]
    fn bind_if_gone(&self) -> Option<UnixListener> {
        let mut id = self.id();
        if self.is_in_place((*id)?) {
            return None;
        }
        // If another server has the path now, its owner asks that one.
        let (listener, new_id) = bind_unix(&self.path).ok()?;
        *id = Some(new_id);
        Some(listener)
    }
}

#[cfg(unix)]
fn socket_id(path: &Path) -> io::Result<SocketId> {
    use std::os::unix::fs::MetadataExt;
    let metadata = path.symlink_metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn socket_id(_path: &Path) -> io::Result<SocketId> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Serves requests on a Unix socket, which is bound again when its file disappears.
#[cfg(unix)]
async fn serve_unix(mut listener: UnixListener, file: Arc<SocketFile>, router: Router) {
    loop {
        let serving = axum::serve(listener, router.clone()).into_future();
        listener = tokio::select! {
            result = serving => {
                if let Err(error) = result {
                    tracing::error!("the admin listener has stopped: {error}");
                }
                return;
            }
            next = file.bound_again() => next,
        };
    }
}

/// Binds a Unix socket and replaces the file that a server left when it was killed. The socket is bound in a
/// directory that others cannot enter and moved once its permissions are set, so that at no moment another user can
/// connect.
#[cfg(unix)]
fn bind_unix(path: &Path) -> io::Result<(UnixListener, SocketId)> {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    check_unused(path)?;
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let private = tempfile::Builder::new()
        .prefix(".admin-")
        .rand_bytes(4)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(dir)?;
    let bound = private.path().join("s");
    let listener = UnixListener::bind(&bound)?;
    fs::set_permissions(&bound, Permissions::from_mode(0o600))?;
    fs::rename(&bound, path)?;
    Ok((listener, socket_id(path)?))
}

/// Returns an error unless the path is free or has a socket that no process listens to.
#[cfg(unix)]
fn check_unused(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt;
    use std::os::unix::net::UnixStream;

    let Ok(metadata) = path.symlink_metadata() else { return Ok(()) };
    if !metadata.file_type().is_socket() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the file exists and is not a socket"));
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::AddrInUse, "another server listens there")),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::net::UnixStream;

    use super::*;

    fn service() -> AdminService {
        AdminService::new(Router::new(), &ConnectionLimits::default(), &[])
    }

    #[test]
    fn a_stale_socket_is_replaced_and_a_live_one_is_not() {
        let runtime = crate::http::runtime().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("admin.sock");
        // A server that was killed leaves the file of its socket.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        let addr = AdminAddr::Unix(path.clone());
        let first = AdminServer::start(&runtime, &addr, service()).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let second = AdminServer::start(&runtime, &addr, service()).err().unwrap();
        assert_eq!(second.kind(), io::ErrorKind::AddrInUse);
        UnixStream::connect(&path).unwrap();
        assert_eq!(dir.path().read_dir().unwrap().count(), 1);
        drop(first);
        assert!(!path.exists());
        std::fs::write(&path, "a file").unwrap();
        let other = AdminServer::start(&runtime, &addr, service()).err().unwrap();
        assert_eq!(other.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a file");
    }

    #[test]
    fn a_socket_whose_file_was_removed_is_bound_again() {
        let runtime = crate::http::runtime().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("admin.sock");
        let server = AdminServer::start(&runtime, &AdminAddr::Unix(path.clone()), service()).unwrap();
        std::fs::remove_file(&path).unwrap();
        let started = std::time::Instant::now();
        while UnixStream::connect(&path).is_err() {
            assert!(started.elapsed() < Duration::from_mins(1), "the socket is not bound again");
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(server);
        assert!(!path.exists());
    }

    #[test]
    fn the_socket_of_a_successor_is_not_removed() {
        let runtime = crate::http::runtime().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("admin.sock");
        let first = AdminServer::start(&runtime, &AdminAddr::Unix(path.clone()), service()).unwrap();
        let other = dir.path().join("other.sock");
        let _successor = std::os::unix::net::UnixListener::bind(&other).unwrap();
        std::fs::rename(other, &path).unwrap();
        drop(first);
        UnixStream::connect(&path).unwrap();
    }
}
