//! The socket of a connection, as hyper reads and writes it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::activity::Activity;
use super::socket::Socket;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;

/// A socket with the bytes that have been read from it already; records the progress of writes.
pub(super) struct ConnectionIo {
    socket: TokioIo<Socket>,
    received: Vec<u8>,
    /// Number of bytes of `received` that have been passed on.
    consumed: usize,
    activity: Arc<Activity>,
}

impl ConnectionIo {
    /// Returns a reader of `received` and then of the socket.
    pub(super) fn new(socket: Socket, received: Vec<u8>, activity: Arc<Activity>) -> Self {
        Self { socket: TokioIo::new(socket), received, consumed: 0, activity }
    }

    /// Returns the socket and the bytes that have not been passed on.
    pub(super) fn into_parts(mut self) -> (Socket, Vec<u8>) {
        self.received.drain(..self.consumed);
        (self.socket.into_inner(), self.received)
    }

    fn record_write(&self, result: &Poll<io::Result<usize>>) {
        self.activity.record_write(result.is_pending());
    }
}

impl Read for ConnectionIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.received.is_empty() {
            return Pin::new(&mut self.socket).poll_read(context, buffer);
        }
        let unread = &self.received[self.consumed..];
        let length = unread.len().min(buffer.remaining());
        buffer.put_slice(&unread[..length]);
        self.consumed += length;
        if self.consumed == self.received.len() {
            (self.received, self.consumed) = (Vec::new(), 0);
        }
        Poll::Ready(Ok(()))
    }
}

impl Write for ConnectionIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.record_write(&result);
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write_vectored(context, bytes);
        self.record_write(&result);
        result
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    /// hyper calls this when its buffers are empty.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.activity.record_flush();
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
