//! The open connections, by client and age: which one is closed when there are too many.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;

use super::activity::{Activity, Phase, PhaseStart};
use super::head_memory::HeadMemory;
use crate::config::ConnectionLimits;
use crate::http::metrics::ClosingReason;
use crate::http::peer::PeerNetwork;

/// The number of a connection.
pub(super) type ConnectionId = u64;

struct ListedConnection {
    peer: PeerNetwork,
    /// The start of its phase by which it is listed in `ages`.
    listed_us: u64,
    activity: Arc<Activity>,
    /// Ends the connection's task; `None` until the task is started.
    abort: Option<AbortHandle>,
}

/// A connection that is no longer listed, whose task has to be ended.
pub(super) struct RemovedConnection {
    pub(super) reason: ClosingReason,
    /// `None` if the task has not started.
    pub(super) abort: Option<AbortHandle>,
}

/// The open connections.
#[derive(Default)]
pub(super) struct Registry {
    connections: HashMap<ConnectionId, ListedConnection>,
    /// For each client, the start of the phase of its connections. Starts are updated only when a connection to
    /// close is looked for.
    ages: HashMap<PeerNetwork, BTreeSet<(u64, ConnectionId)>>,
    /// The number of connections of each client.
    counts: BTreeSet<(usize, PeerNetwork)>,
    next_id: ConnectionId,
}

impl Registry {
    /// Returns the number of connections.
    pub(super) fn len(&self) -> usize {
        self.connections.len()
    }

    /// Returns whether a request is in progress.
    pub(super) fn has_requests(&self) -> bool {
        self.connections.values().any(|connection| connection.activity.phase().phase == Phase::Busy)
    }

    /// Adds a connection.
    pub(super) fn insert(&mut self, peer: PeerNetwork, activity: Arc<Activity>) -> ConnectionId {
        let id = self.next_id;
        self.next_id += 1;
        let listed_us = activity.phase().since_us;
        let ages = self.ages.entry(peer).or_default();
        self.counts.remove(&(ages.len(), peer));
        ages.insert((listed_us, id));
        self.counts.insert((ages.len(), peer));
        self.connections.insert(id, ListedConnection { peer, listed_us, activity, abort: None });
        id
    }

    /// Sets the handle that ends a connection's task. Returns `false` if the connection is closed already.
    pub(super) fn set_abort(&mut self, id: ConnectionId, abort: &AbortHandle) -> bool {
        let connection = self.connections.get_mut(&id);
        connection.map(|connection| connection.abort = Some(abort.clone())).is_some()
    }

    /// Removes a connection. Returns `false` if it is not listed.
    pub(super) fn remove(&mut self, id: ConnectionId) -> bool {
        self.take(id).is_some()
    }

    fn take(&mut self, id: ConnectionId) -> Option<ListedConnection> {
        let connection = self.connections.remove(&id)?;
        let ListedConnection { peer, listed_us, .. } = connection;
        if let Some(ages) = self.ages.get_mut(&peer) {
            self.counts.remove(&(ages.len(), peer));
            ages.remove(&(listed_us, id));
            if ages.is_empty() {
                self.ages.remove(&peer);
            } else {
                self.counts.insert((ages.len(), peer));
            }
        }
        Some(connection)
    }

    /// Removes the connection that a new one replaces: of the client with the most connections, the one that has
    /// been without a complete request for the longest time. If all of them have a request, it is the one whose
    /// response has not been read for the longest time, and if all are read, the next client is considered.
    pub(super) fn evict(&mut self) -> Option<RemovedConnection> {
        let mut before = Bound::Unbounded;
        let mut least_needed = None;
        while let Some(&(count, peer)) = self.counts.range((Bound::Unbounded, before)).next_back()
            && least_needed.is_none()
        {
            least_needed = self.oldest_idle(peer).or_else(|| self.longest_blocked(peer));
            before = Bound::Excluded((count, peer));
        }
        Some(RemovedConnection { reason: ClosingReason::Limit, abort: self.take(least_needed?)?.abort })
    }

    /// Returns the connection of a client that has been without a complete request for the longest time.
    fn oldest_idle(&mut self, peer: PeerNetwork) -> Option<ConnectionId> {
        let ages = self.ages.get_mut(&peer)?;
        let mut busy = Vec::new();
        let mut oldest = None;
        while let Some((listed_us, id)) = ages.pop_first() {
            let Some(connection) = self.connections.get_mut(&id) else { continue };
            let PhaseStart { phase, since_us } = connection.activity.phase();
            connection.listed_us = since_us;
            if phase == Phase::Busy {
                busy.push((since_us, id));
            } else {
                ages.insert((since_us, id));
                if since_us == listed_us {
                    oldest = Some(id);
                    break;
                }
            }
        }
        ages.extend(busy);
        oldest
    }

    /// Returns the connection of a client whose response has not been read for the longest time.
    fn longest_blocked(&self, peer: PeerNetwork) -> Option<ConnectionId> {
        let blocked = self.ages.get(&peer)?.iter().filter_map(|(_, id)| {
            let activity = &self.connections.get(id)?.activity;
            Some((activity.write_blocked_for()?, *id))
        });
        blocked.max().map(|(_, id)| id)
    }

    /// Removes the connections that `select` gives a reason for.
    pub(super) fn take_matching(
        &mut self,
        select: impl Fn(&Activity) -> Option<ClosingReason>,
    ) -> Vec<RemovedConnection> {
        let matching =
            |(id, connection): (&ConnectionId, &ListedConnection)| Some((*id, select(&connection.activity)?));
        let matching: Vec<_> = self.connections.iter().filter_map(matching).collect();
        let mut remove = |(id, reason)| Some(RemovedConnection { reason, abort: self.take(id)?.abort });
        matching.into_iter().filter_map(&mut remove).collect()
    }

    /// Removes the connections with the oldest incomplete heads, until all heads together take at most `max_bytes`.
    pub(super) fn take_oldest_heads(
        &mut self,
        memory: &HeadMemory,
        max_bytes: usize,
    ) -> Vec<RemovedConnection> {
        let incomplete =
            self.connections.iter().filter(|(_, connection)| connection.activity.head_bytes() > 0);
        let mut oldest: Vec<_> =
            incomplete.map(|(id, connection)| (connection.activity.phase().since_us, *id)).collect();
        oldest.sort_unstable();
        let mut removed = Vec::new();
        for (_, id) in oldest {
            if memory.total() <= max_bytes {
                break;
            }
            if let Some(connection) = self.take(id) {
                memory.record(&connection.activity, 0);
                let reason = ClosingReason::PartialHeads;
                removed.push(RemovedConnection { reason, abort: connection.abort });
            }
        }
        removed
    }

    /// Removes the connections that have exceeded a time limit, and asks those that have been idle for
    /// `park_after` to release hyper's buffers.
    pub(super) fn take_timed_out(
        &mut self,
        limits: &ConnectionLimits,
        park_after: Duration,
    ) -> Vec<RemovedConnection> {
        self.take_matching(|activity| {
            let reason = activity.timeout(limits);
            if reason.is_none() && activity.phase().phase == Phase::Idle && activity.phase_age() >= park_after
            {
                activity.request_park();
            }
            reason
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::Instant;

    use super::*;

    fn peer(last: u8) -> PeerNetwork {
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)).into()
    }

    struct Fixture {
        registry: Registry,
        clock: Instant,
        activities: HashMap<ConnectionId, Arc<Activity>>,
    }

    impl Fixture {
        fn new() -> Self {
            Self { registry: Registry::default(), clock: Instant::now(), activities: HashMap::new() }
        }

        fn open(&mut self, last: u8) -> ConnectionId {
            std::thread::sleep(Duration::from_micros(2));
            let activity = Arc::new(Activity::new(self.clock));
            let id = self.registry.insert(peer(last), Arc::clone(&activity));
            self.activities.insert(id, activity);
            id
        }

        fn answer(&self, id: ConnectionId) {
            std::thread::sleep(Duration::from_micros(2));
            let activity = &self.activities[&id];
            activity.begin_request();
            activity.record_response_taken();
            activity.record_flush();
        }

        /// The number of the connection that is closed, if any.
        fn evicted(&mut self) -> Option<ConnectionId> {
            let before: BTreeSet<ConnectionId> = self.registry.connections.keys().copied().collect();
            self.registry.evict()?;
            before.into_iter().find(|id| !self.registry.connections.contains_key(id))
        }
    }

    #[test]
    fn the_oldest_idle_connection_of_the_client_with_the_most_is_closed_first() {
        let mut fixture = Fixture::new();
        let ids = [1, 2, 2, 2, 3, 3].map(|last| fixture.open(last));
        fixture.answer(ids[1]);
        // The second client has three: its second is the oldest, since its first got a response later.
        assert_eq!(fixture.evicted(), Some(ids[2]));
        // Now two clients have two each.
        let next = [fixture.evicted(), fixture.evicted()];
        assert!(next.contains(&Some(ids[4])) && next.contains(&Some(ids[3])), "{next:?}");
        let last = [fixture.evicted(), fixture.evicted(), fixture.evicted()];
        assert!(last.contains(&Some(ids[0])) && last.contains(&Some(ids[1])), "{last:?}");
        assert_eq!(fixture.evicted(), None);
        assert!(fixture.registry.ages.is_empty() && fixture.registry.counts.is_empty());
    }

    #[test]
    fn connections_with_a_request_are_kept_unless_their_client_does_not_read() {
        let mut fixture = Fixture::new();
        let ids = [1, 1, 1].map(|last| fixture.open(last));
        fixture.activities[&ids[0]].begin_request();
        fixture.activities[&ids[1]].begin_request();
        assert_eq!(fixture.evicted(), Some(ids[2]));
        assert_eq!(fixture.evicted(), None);
        fixture.activities[&ids[1]].record_write(true);
        assert_eq!(fixture.evicted(), Some(ids[1]));
        assert_eq!(fixture.evicted(), None);
        fixture.activities[&ids[0]].record_response_taken();
        fixture.activities[&ids[0]].record_flush();
        assert_eq!(fixture.evicted(), Some(ids[0]));
    }

    #[test]
    fn the_oldest_incomplete_heads_are_closed_when_all_together_take_too_much() {
        let mut fixture = Fixture::new();
        let memory = HeadMemory::default();
        let ids = [1, 2, 3, 4, 5].map(|last| fixture.open(last));
        for id in &ids[1..] {
            memory.record(&fixture.activities[id], 100);
        }
        // A later request.
        fixture.answer(ids[1]);
        fixture.activities[&ids[1]].record_head();
        assert!(fixture.registry.take_oldest_heads(&memory, 400).is_empty());
        assert_eq!(fixture.registry.take_oldest_heads(&memory, 250).len(), 2);
        let mut left: Vec<_> = fixture.registry.connections.keys().copied().collect();
        left.sort_unstable();
        assert_eq!((left, memory.total()), (vec![ids[0], ids[1], ids[4]], 200));
        // The task of a closed connection ends later.
        memory.record(&fixture.activities[&ids[2]], 0);
        memory.record(&fixture.activities[&ids[1]], 50);
        assert_eq!(memory.total(), 150);
    }

    #[test]
    fn unread_responses_of_the_client_with_the_most_connections_go_before_idle_connections_of_others() {
        let mut fixture = Fixture::new();
        let ids = [1, 2, 2].map(|last| fixture.open(last));
        for id in &ids[1..] {
            fixture.activities[id].begin_request();
        }
        fixture.activities[&ids[2]].record_write(true);
        assert_eq!(fixture.evicted(), Some(ids[2]));
        assert_eq!(fixture.evicted(), Some(ids[0]));
        assert_eq!(fixture.evicted(), None);
    }
}
