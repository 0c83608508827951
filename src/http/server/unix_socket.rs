//! Unix sockets: bound with their permissions, replaced if their server was killed, and bound again if their file
//! disappears.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::time::{Instant, interval_at};

/// Interval of the checks that the file of a socket is in place.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Who can connect to a Unix socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum SocketAccess {
    /// The user of the process.
    Owner,
    /// All users who can enter its folder, as on a loopback address.
    Everyone,
}

impl SocketAccess {
    fn mode(self) -> u32 {
        match self {
            Self::Owner => 0o600,
            Self::Everyone => 0o666,
        }
    }
}

/// A Unix socket that accepts connections. Its file is removed when it is dropped.
pub struct UnixSocket {
    listener: UnixListener,
    /// `None` if another process has bound the socket.
    file: Option<Arc<SocketFile>>,
}

impl From<UnixListener> for UnixSocket {
    /// Returns a socket that another process has bound, and whose file belongs to that process.
    fn from(listener: UnixListener) -> Self {
        Self { listener, file: None }
    }
}

impl UnixSocket {
    /// Binds a socket at a path.
    ///
    /// # Errors
    /// When another server listens there, the path has a file of another kind, or it cannot be written.
    pub(super) fn bind(path: &Path, access: SocketAccess) -> io::Result<Self> {
        let (listener, id) = bind(path, access)?;
        let file = SocketFile { path: path.to_owned(), access, id: Mutex::new(Some(id)) };
        Ok(Self { listener, file: Some(Arc::new(file)) })
    }

    /// Returns the path of the socket, if it has one.
    pub(super) fn path(&self) -> Option<PathBuf> {
        match &self.file {
            // The system knows only the path at which the socket was bound before it was moved.
            Some(file) => Some(file.path.clone()),
            None => self.listener.local_addr().ok()?.as_pathname().map(Path::to_owned),
        }
    }

    /// Returns the file of the socket, for a caller that removes it before the socket is dropped.
    pub(in crate::http) fn file(&self) -> Option<Arc<SocketFile>> {
        self.file.clone()
    }

    /// Waits for a connection. Meanwhile, the socket is bound again if its file disappears, as after `rsync --delete`
    /// into the index directory.
    pub(super) async fn accept(&mut self) -> io::Result<UnixStream> {
        loop {
            let Some(file) = &self.file else {
                return self.listener.accept().await.map(|(stream, _)| stream);
            };
            tokio::select! {
                accepted = self.listener.accept() => return accepted.map(|(stream, _)| stream),
                next = file.bound_again() => self.listener = next,
            }
        }
    }
}

impl Drop for UnixSocket {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            file.remove();
        }
    }
}

/// The file of a Unix socket.
pub(in crate::http) struct SocketFile {
    path: PathBuf,
    access: SocketAccess,
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
    pub(in crate::http) fn remove(&self) {
        let id = self.id().take();
        if id.is_some_and(|id| self.is_in_place(id)) {
            let _ = fs::remove_file(&self.path);
        }
    }

    fn is_in_place(&self, id: SocketId) -> bool {
        socket_id(&self.path).is_ok_and(|current| current == id)
    }

    /// Waits until the file is gone, and binds the socket again.
    async fn bound_again(&self) -> UnixListener {
        let mut ticks = interval_at(Instant::now() + CHECK_INTERVAL, CHECK_INTERVAL);
        loop {
            ticks.tick().await;
            if let Some(listener) = self.bind_if_gone() {
                return listener;
            }
        }
    }

    /// Binds the socket again if its file is gone. The lock is held meanwhile, so that a server that stops removes the
    /// new file.
    fn bind_if_gone(&self) -> Option<UnixListener> {
        let mut id = self.id();
        if self.is_in_place((*id)?) {
            return None;
        }
        // If another server has the path now, its clients ask that one.
        let (listener, new_id) = bind(&self.path, self.access).ok()?;
        *id = Some(new_id);
        Some(listener)
    }
}

fn socket_id(path: &Path) -> io::Result<SocketId> {
    let metadata = path.symlink_metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Binds a Unix socket and replaces the file that a server left when it was killed. The socket is bound in a
/// directory that others cannot enter and moved once its permissions are set, so that at no moment another user can
/// connect.
fn bind(path: &Path, access: SocketAccess) -> io::Result<(UnixListener, SocketId)> {
    check_unused(path)?;
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let private = tempfile::Builder::new()
        .prefix(".socket-")
        .rand_bytes(4)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(dir)?;
    let bound = private.path().join("s");
    let listener = UnixListener::bind(&bound)?;
    fs::set_permissions(&bound, Permissions::from_mode(access.mode()))?;
    fs::rename(&bound, path)?;
    Ok((listener, socket_id(path)?))
}

/// Returns an error unless the path is free or has a socket that no process listens to.
fn check_unused(path: &Path) -> io::Result<()> {
    let Ok(metadata) = path.symlink_metadata() else { return Ok(()) };
    if !metadata.file_type().is_socket() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the file exists and is not a socket"));
    }
    match StdUnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::AddrInUse, "another server listens there")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stale_socket_is_replaced_and_a_live_one_or_another_file_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.sock");
        // A server that was killed leaves the file of its socket.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        for (access, mode) in [(SocketAccess::Owner, 0o600), (SocketAccess::Everyone, 0o666)] {
            let first = UnixSocket::bind(&path, access).unwrap();
            assert_eq!(first.path().as_deref(), Some(&*path));
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, mode);
            let second = UnixSocket::bind(&path, access).err().unwrap();
            assert_eq!(second.kind(), io::ErrorKind::AddrInUse);
            StdUnixStream::connect(&path).unwrap();
            assert_eq!(dir.path().read_dir().unwrap().count(), 1);
            drop(first);
            assert!(!path.exists());
        }
        fs::write(&path, "a file").unwrap();
        let other = UnixSocket::bind(&path, SocketAccess::Owner).err().unwrap();
        assert_eq!(other.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "a file");
    }

    #[tokio::test]
    async fn a_socket_whose_file_was_removed_is_bound_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.sock");
        let mut socket = UnixSocket::bind(&path, SocketAccess::Owner).unwrap();
        fs::remove_file(&path).unwrap();
        let connecting = path.clone();
        let client = tokio::spawn(async move {
            loop {
                if let Ok(stream) = UnixStream::connect(&connecting).await {
                    return stream;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        tokio::time::timeout(Duration::from_mins(1), socket.accept()).await.unwrap().unwrap();
        client.await.unwrap();
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn the_socket_of_a_successor_is_not_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.sock");
        let first = UnixSocket::bind(&path, SocketAccess::Owner).unwrap();
        let other = dir.path().join("other.sock");
        let _successor = std::os::unix::net::UnixListener::bind(&other).unwrap();
        fs::rename(other, &path).unwrap();
        drop(first);
        StdUnixStream::connect(&path).unwrap();
    }
}
