//! Reading the bodies of requests, within a limit on each and on the memory of all together.
//!
//! A body takes memory from its first byte until its request is answered. When all of them take too much, the ones that
//! have been arriving for the longest time are refused first: a client that sends slowly does not keep others out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, HttpBody as _};
use axum::http::StatusCode;
use futures_util::StreamExt;
use tokio::sync::Notify;

use super::problem::ProblemDetails;
use crate::config::ConnectionLimits;

/// Why a body is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyError {
    /// It is too long.
    TooLong { max_bytes: usize },
    /// All bodies together take too much memory.
    OutOfMemory,
    /// The client did not send all of it.
    Incomplete,
}

impl From<BodyError> for ProblemDetails {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLong { max_bytes } => {
                let detail = format!("the body of the request has more than {max_bytes} bytes; send less");
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
            }
            BodyError::OutOfMemory => {
                let detail = "the bodies of all requests take too much memory; try again in 1 s";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
            }
            BodyError::Incomplete => {
                Self::new(StatusCode::BAD_REQUEST, "the body of the request is incomplete; send all of it")
            }
        }
    }
}

/// Reads bodies. Clones share the memory.
#[derive(Debug, Clone)]
pub(super) struct BodyReader {
    /// Maximum length of a body, in bytes.
    pub(super) max_bytes: usize,
    memory: Arc<BodyMemory>,
}

impl BodyReader {
    pub(super) fn new(limits: &ConnectionLimits) -> Self {
        let memory = BodyMemory { max_bytes: limits.max_bodies_bytes, usage: Mutex::default() };
        Self { max_bytes: limits.max_body_bytes, memory: Arc::new(memory) }
    }

    /// Reads a body.
    ///
    /// # Errors
    /// If it is too long or incomplete, or all bodies together take too much memory.
    pub(super) async fn read(&self, body: Body) -> Result<ReceivedBody, BodyError> {
        if body.size_hint().lower() > self.max_bytes as u64 {
            return Err(self.too_long());
        }
        let (mut reservation, evicted) = self.memory.begin();
        let mut bytes = Vec::new();
        let mut stream = body.into_data_stream();
        loop {
            let chunk = tokio::select! {
                biased;
                () = evicted.notified() => return Err(BodyError::OutOfMemory),
                chunk = stream.next() => chunk,
            };
            let Some(chunk) = chunk else { break };
            let chunk = chunk.map_err(|_| BodyError::Incomplete)?;
            let length = bytes.len() + chunk.len();
            if length > self.max_bytes {
                return Err(self.too_long());
            }
            if length > bytes.capacity() {
                let capacity = length.max(bytes.capacity() * 2).min(self.max_bytes);
                reservation.grow_to(capacity)?;
                bytes.reserve_exact(capacity - bytes.len());
            }
            bytes.extend_from_slice(&chunk);
        }
        reservation.keep();
        Ok(ReceivedBody { bytes, reservation })
    }

    fn too_long(&self) -> BodyError {
        BodyError::TooLong { max_bytes: self.max_bytes }
    }
}

/// The bytes of a body, with the memory that is reserved for them.
#[derive(Debug)]
pub(super) struct ReceivedBody {
    pub(super) bytes: Vec<u8>,
    pub(super) reservation: BodyReservation,
}

/// The memory of all bodies.
#[derive(Debug)]
struct BodyMemory {
    max_bytes: usize,
    usage: Mutex<MemoryUsage>,
}

#[derive(Debug, Default)]
struct MemoryUsage {
    /// Of all bodies together.
    bytes: usize,
    next_number: u64,
    /// The bodies that are arriving, the oldest first.
    arriving: BTreeMap<u64, ArrivingBody>,
}

#[derive(Debug)]
struct ArrivingBody {
    bytes: usize,
    evicted: Arc<Notify>,
}

impl BodyMemory {
    fn usage(&self) -> MutexGuard<'_, MemoryUsage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a body. Its reading is to end when it is notified.
    fn begin(self: &Arc<Self>) -> (BodyReservation, Arc<Notify>) {
        let evicted = Arc::new(Notify::new());
        let mut usage = self.usage();
        let number = usage.next_number;
        usage.next_number += 1;
        usage.arriving.insert(number, ArrivingBody { bytes: 0, evicted: Arc::clone(&evicted) });
        (BodyReservation { memory: Arc::clone(self), number, kept_bytes: 0 }, evicted)
    }
}

impl MemoryUsage {
    /// Refuses the oldest arriving bodies until all together take at most this much. Fails if that is impossible.
    fn reduce_to(&mut self, max_bytes: usize) -> Result<(), BodyError> {
        while self.bytes > max_bytes {
            let (_, oldest) = self.arriving.pop_first().ok_or(BodyError::OutOfMemory)?;
            self.bytes -= oldest.bytes;
            oldest.evicted.notify_one();
        }
        Ok(())
    }
}

/// The memory that is reserved for a body; released when dropped.
#[derive(Debug)]
pub(super) struct BodyReservation {
    memory: Arc<BodyMemory>,
    number: u64,
    /// The reserved bytes of a body that has arrived.
    kept_bytes: usize,
}

impl BodyReservation {
    /// Reserves this many bytes in all for a body that is arriving.
    ///
    /// # Errors
    /// If others take so much that it is refused.
    fn grow_to(&mut self, bytes: usize) -> Result<(), BodyError> {
        let mut usage = self.memory.usage();
        let arriving = usage.arriving.get_mut(&self.number).ok_or(BodyError::OutOfMemory)?;
        let more = bytes - arriving.bytes;
        arriving.bytes = bytes;
        usage.bytes += more;
        usage.reduce_to(self.memory.max_bytes)?;
        // It may have been the oldest one.
        if usage.arriving.contains_key(&self.number) { Ok(()) } else { Err(BodyError::OutOfMemory) }
    }

    /// Keeps what is reserved: the body has arrived, and is refused no more.
    fn keep(&mut self) {
        let arrived = self.memory.usage().arriving.remove(&self.number);
        self.kept_bytes = arrived.map_or(0, |arrived| arrived.bytes);
    }

    /// Reserves more for a body that has arrived.
    ///
    /// # Errors
    /// If others take too much.
    pub(super) fn add(&mut self, bytes: usize) -> Result<(), BodyError> {
        let mut usage = self.memory.usage();
        usage.bytes += bytes;
        self.kept_bytes += bytes;
        usage.reduce_to(self.memory.max_bytes)
    }
}

impl Drop for BodyReservation {
    fn drop(&mut self) {
        let mut usage = self.memory.usage();
        let arriving = usage.arriving.remove(&self.number).map_or(0, |arriving| arriving.bytes);
        usage.bytes -= arriving + self.kept_bytes;
    }
}

#[cfg(test)]
impl BodyReader {
    /// Returns a reader with these limits.
    pub(super) fn with_limits(max_body_bytes: usize, max_bodies_bytes: usize) -> Self {
        Self::new(&ConnectionLimits { max_body_bytes, max_bodies_bytes, ..ConnectionLimits::default() })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use futures_util::stream;

    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    fn used(reader: &BodyReader) -> usize {
        reader.memory.usage().bytes
    }

    /// A body that sends so many bytes in chunks, and does not end.
    fn endless(chunks: usize, chunk_bytes: usize) -> Body {
        let sent =
            stream::iter((0..chunks).map(move |_| Ok::<_, BodyError>(Bytes::from(vec![0; chunk_bytes]))));
        Body::from_stream(sent.chain(stream::pending()))
    }

    impl std::fmt::Display for BodyError {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{self:?}")
        }
    }
    impl std::error::Error for BodyError {}

    #[test]
    fn a_body_has_its_memory_until_its_request_is_answered() {
        let reader = BodyReader::with_limits(100, 1_000);
        let read = |body: Vec<u8>| block_on(reader.read(Body::from(body)));
        let first = read(vec![1; 60]).unwrap();
        let second = read(vec![2; 100]).unwrap();
        assert_eq!((first.bytes.len(), second.bytes.len(), used(&reader)), (60, 100, 160));
        drop(first);
        assert_eq!(used(&reader), 100);
        assert_eq!(read(vec![0; 101]).unwrap_err(), BodyError::TooLong { max_bytes: 100 });
        assert_eq!(read(Vec::new()).unwrap().bytes, b"");
        drop(second);
        assert_eq!(used(&reader), 0);
    }

    #[test]
    fn small_chunks_are_joined_within_the_limits() {
        let reader = BodyReader::with_limits(100, 1_000);
        let chunks = |count: usize| {
            Body::from_stream(stream::iter(
                (0..count).map(|number| Ok::<_, BodyError>(Bytes::from(vec![u8::try_from(number).unwrap()]))),
            ))
        };
        let body = block_on(reader.read(chunks(100))).unwrap();
        assert_eq!(body.bytes, (0..100).collect::<Vec<u8>>());
        assert!(body.bytes.capacity() <= 100 && used(&reader) == 100, "{}", body.bytes.capacity());
        assert!(matches!(block_on(reader.read(chunks(101))), Err(BodyError::TooLong { .. })));
        let broken = Body::from_stream(stream::iter([Ok(Bytes::from("{")), Err(BodyError::Incomplete)]));
        assert_eq!(block_on(reader.read(broken)).unwrap_err(), BodyError::Incomplete);
        drop(body);
        assert_eq!(used(&reader), 0);
    }

    #[test]
    fn the_oldest_bodies_that_do_not_end_make_room() {
        let reader = BodyReader::with_limits(400, 1_000);
        block_on(async {
            let mut slow = Vec::new();
            for _ in 0..20 {
                let of_task = reader.clone();
                slow.push(tokio::spawn(async move { of_task.read(endless(3, 100)).await.map(|_| ()) }));
                tokio::time::sleep(Duration::from_millis(1)).await;
                assert!(used(&reader) <= 1_000);
            }
            let newest = reader.read(Body::from(vec![0; 400])).await.unwrap();
            assert!(used(&reader) <= 1_000);
            tokio::time::sleep(Duration::from_millis(10)).await;
            let ended: Vec<bool> = slow.iter().map(tokio::task::JoinHandle::is_finished).collect();
            // Each has 400 bytes for the 300 that have arrived.
            assert_eq!(ended, [vec![true; 19], vec![false]].concat());
            let first = slow.remove(0).await.unwrap();
            assert_eq!(first, Err(BodyError::OutOfMemory));
            drop(newest);
            slow.iter().for_each(tokio::task::JoinHandle::abort);
        });
        assert_eq!(used(&reader), 0);
    }

    #[test]
    fn bodies_that_have_arrived_are_kept_and_further_ones_refused() {
        let reader = BodyReader::with_limits(400, 1_000);
        let read = |length: usize| block_on(reader.read(Body::from(vec![0; length])));
        let mut kept = vec![read(400).unwrap(), read(400).unwrap()];
        assert_eq!(read(201).unwrap_err(), BodyError::OutOfMemory);
        assert_eq!(used(&reader), 800);
        kept.push(read(200).unwrap());
        assert_eq!(read(1).unwrap_err(), BodyError::OutOfMemory);
        assert_eq!(kept[0].reservation.add(1), Err(BodyError::OutOfMemory));
        kept.remove(0);
        assert_eq!(used(&reader), 600);
        assert_eq!(kept[0].reservation.add(400), Ok(()));
        drop(kept);
        assert_eq!(used(&reader), 0);
    }
}
