//! The sockets that accept connections: TCP, a Unix socket, or the socket that a service manager passes.

use std::fmt::{self, Display};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
#[cfg(unix)]
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};

use super::socket::Socket;
#[cfg(unix)]
use super::unix_socket::{SocketAccess, SocketFile, UnixSocket};
use crate::config::limits;

/// The address of a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenAddr {
    /// A Unix socket at this path.
    Unix(PathBuf),
    /// A TCP socket.
    Tcp(SocketAddr),
}

impl Display for ListenAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(addr) => addr.fmt(f),
        }
    }
}

/// A text that is neither `unix:PATH` nor an IP address with a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected unix:PATH, or an IP address with a port such as 127.0.0.1:7878")]
pub struct InvalidListenAddr;

impl FromStr for ListenAddr {
    type Err = InvalidListenAddr;

    fn from_str(text: &str) -> Result<Self, InvalidListenAddr> {
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.is_empty() {
                Err(InvalidListenAddr)
            } else {
                Ok(Self::Unix(PathBuf::from(path)))
            };
        }
        text.parse().map(Self::Tcp).map_err(|_| InvalidListenAddr)
    }
}

/// A socket that accepts connections.
pub enum Listener {
    /// A TCP socket.
    Tcp(TcpListener),
    /// A Unix socket.
    #[cfg(unix)]
    Unix(UnixSocket),
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

impl Listener {
    /// Listens on an address, for all clients. Has to be called in the context of the runtime.
    ///
    /// # Errors
    /// When the operating system refuses it, for example because the address is in use.
    pub fn bind(addr: &ListenAddr) -> io::Result<Self> {
        match addr {
            ListenAddr::Tcp(addr) => listen(*addr).map(Self::Tcp),
            #[cfg(unix)]
            ListenAddr::Unix(path) => UnixSocket::bind(path, SocketAccess::Everyone).map(Self::Unix),
            #[cfg(not(unix))]
            ListenAddr::Unix(_) => {
                Err(io::Error::new(ErrorKind::Unsupported, "there are no Unix sockets here"))
            }
        }
    }

    /// Listens on an address; only the user of the process can connect to a Unix socket.
    ///
    /// # Errors
    /// See [`Listener::bind`].
    pub(in crate::http) fn bind_for_owner(addr: &ListenAddr) -> io::Result<Self> {
        match addr {
            #[cfg(unix)]
            ListenAddr::Unix(path) => UnixSocket::bind(path, SocketAccess::Owner).map(Self::Unix),
            _ => Self::bind(addr),
        }
    }

    /// Returns the address, with the port that was picked for port 0. The path of a Unix socket that another process has
    /// bound may be empty.
    ///
    /// # Errors
    /// When the operating system does not tell it.
    pub fn addr(&self) -> io::Result<ListenAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(ListenAddr::Tcp),
            #[cfg(unix)]
            Self::Unix(socket) => Ok(ListenAddr::Unix(socket.path().unwrap_or_default())),
        }
    }

    /// Returns the file of a Unix socket, for a caller that removes it before the listener is dropped.
    #[cfg(unix)]
    pub(in crate::http) fn file(&self) -> Option<Arc<SocketFile>> {
        match self {
            Self::Tcp(_) => None,
            Self::Unix(socket) => socket.file(),
        }
    }

    /// Waits for a connection. Returns it with the address of a TCP client.
    pub(super) async fn accept(&mut self) -> io::Result<(Socket, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // A response is a single write, so waiting for more data (Nagle's algorithm) would only delay it.
                let _ = stream.set_nodelay(true);
                Ok((Socket::Tcp(stream), Some(peer)))
            }
            #[cfg(unix)]
            Self::Unix(socket) => Ok((Socket::Unix(socket.accept().await?), None)),
        }
    }
}

impl ListenAddr {
    /// Returns the IP address of a TCP socket.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp(addr) => Some(addr.ip()),
            Self::Unix(_) => None,
        }
    }
}

/// Returns a socket that listens on an address. What clients do not read is limited: by default, the system would
/// buffer megabytes for each connection.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Lets a restarted service listen while connections of the previous one are still being closed. On Windows,
    // it would allow other processes to listen on the same address.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(limits::SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(limits::MAX_PENDING_CONNECTIONS)
}

/// A socket that the service manager has bound and passed to this process: `LISTEN_FDS` and `LISTEN_PID`.
#[cfg(unix)]
pub struct PassedSocket(PassedListener);

#[cfg(unix)]
enum PassedListener {
    Tcp(std::net::TcpListener),
    Unix(std::os::unix::net::UnixListener),
}

#[cfg(unix)]
impl PassedSocket {
    /// Takes the socket; `None` if none was passed.
    ///
    /// # Errors
    /// When several sockets were passed, or it is not a socket of a known kind.
    pub fn take() -> io::Result<Option<Self>> {
        let mut passed = listenfd::ListenFd::from_env();
        if passed.len() > 1 {
            let message = format!("{} sockets were passed, expected one", passed.len());
            return Err(io::Error::new(ErrorKind::InvalidInput, message));
        }
        if let Ok(listener) = passed.take_tcp_listener(0) {
            return Ok(listener.map(|listener| Self(PassedListener::Tcp(listener))));
        }
        let listener = passed.take_unix_listener(0).map_err(|_| {
            io::Error::new(ErrorKind::InvalidInput, "expected a TCP socket or a Unix stream socket")
        })?;
        Ok(listener.map(|listener| Self(PassedListener::Unix(listener))))
    }

    /// Returns the listener. Has to be called in the context of the runtime.
    ///
    /// # Errors
    /// When the operating system refuses it.
    pub fn listen(self) -> io::Result<Listener> {
        match self.0 {
            PassedListener::Tcp(listener) => {
                let buffer_bytes = limits::SEND_BUFFER_BYTES as usize;
                socket2::SockRef::from(&listener).set_send_buffer_size(buffer_bytes)?;
                listener.set_nonblocking(true)?;
                TcpListener::from_std(listener).map(Listener::Tcp)
            }
            PassedListener::Unix(listener) => {
                listener.set_nonblocking(true)?;
                let listener = tokio::net::UnixListener::from_std(listener)?;
                Ok(Listener::Unix(listener.into()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_paths_or_ip_addresses_with_a_port() {
        for (text, expected) in [
            ("unix:/run/a.sock", ListenAddr::Unix(PathBuf::from("/run/a.sock"))),
            ("127.0.0.1:80", ListenAddr::Tcp(([127, 0, 0, 1], 80).into())),
            ("[::1]:0", ListenAddr::Tcp(([0, 0, 0, 0, 0, 0, 0, 1], 0).into())),
        ] {
            let addr: ListenAddr = text.parse().unwrap();
            assert_eq!((&addr, addr.to_string().as_str()), (&expected, text));
        }
        for text in ["", "unix:", "/run/a.sock", "80", ":80", "localhost:80", "127.0.0.1"] {
            assert_eq!(text.parse::<ListenAddr>(), Err(InvalidListenAddr), "{text}");
        }
    }
}
