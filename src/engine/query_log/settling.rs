//! Queries that are being typed. A search box searches after each letter; only the queries at which a reader stopped are
//! of interest.
//!
//! A query waits for a few seconds. If the same client extends it meanwhile, it is dropped for the longer one. A query
//! from which the client deletes letters is kept, but those in between are dropped. Clients are known only here, and only
//! as long as a query waits.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::logged_query::LoggedQuery;
use crate::config::limits;

/// Time for which a query waits for a longer one.
const SETTLING_TIME: Duration = Duration::from_secs(3);

/// The queries that wait, by client.
#[derive(Default)]
pub(super) struct SettlingQueries(HashMap<u128, WaitingQuery>);

struct WaitingQuery {
    query: LoggedQuery,
    since: Instant,
    /// Whether the client came to it by deleting letters.
    is_shortened: bool,
}

impl SettlingQueries {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a query of a client. Appends to `settled` the queries that will not change any more.
    pub(super) fn add(
        &mut self,
        client: u128,
        query: LoggedQuery,
        now: Instant,
        settled: &mut Vec<LoggedQuery>,
    ) {
        let mut is_shortened = false;
        if let Some(waiting) = self.0.remove(&client) {
            let is_same_search = waiting.since + SETTLING_TIME > now
                && waiting.query.filters == query.filters
                && waiting.query.source == query.source;
            let is_extended = is_same_search && query.query.starts_with(&waiting.query.query);
            is_shortened = is_same_search && !is_extended && waiting.query.query.starts_with(&query.query);
            if !(is_extended || is_shortened && waiting.is_shortened) {
                settled.extend(waiting.settled());
            }
        } else if self.0.len() >= limits::MAX_SETTLING_QUERIES {
            let oldest = self.0.iter().min_by_key(|(_, waiting)| waiting.since).map(|(client, _)| *client);
            let oldest = oldest.and_then(|client| self.0.remove(&client));
            settled.extend(oldest.and_then(WaitingQuery::settled));
        }
        self.0.insert(client, WaitingQuery { query, since: now, is_shortened });
    }

    /// Removes the queries that have waited long enough, and appends them to `settled`.
    pub(super) fn settle(&mut self, now: Instant, settled: &mut Vec<LoggedQuery>) {
        let done = self.0.extract_if(|_, waiting| waiting.since + SETTLING_TIME <= now);
        settled.extend(done.filter_map(|(_, waiting)| waiting.settled()));
    }

    /// Removes all queries, and appends them to `settled`.
    pub(super) fn settle_all(&mut self, settled: &mut Vec<LoggedQuery>) {
        settled.extend(self.0.drain().filter_map(|(_, waiting)| waiting.settled()));
    }
}

impl WaitingQuery {
    /// Returns the query, unless it is blank: that is how search boxes begin and end.
    fn settled(self) -> Option<LoggedQuery> {
        Some(self.query).filter(|query| !query.query.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::super::logged_query::QuerySource;
    use super::*;

    /// The queries that are logged if one client sends these, each so many milliseconds after the previous one.
    fn logged(steps: &[(u64, &str)]) -> Vec<String> {
        let (mut settling, mut settled) = (SettlingQueries::default(), Vec::new());
        let mut now = Instant::now();
        for (delay_ms, text) in steps {
            now += Duration::from_millis(*delay_ms);
            settling.settle(now, &mut settled);
            settling.add(1, LoggedQuery::new(text, QuerySource::Api), now, &mut settled);
        }
        settling.settle(now + SETTLING_TIME, &mut settled);
        assert!(settling.is_empty());
        settled.into_iter().map(|query| query.query).collect()
    }

    #[test]
    fn a_query_that_is_typed_is_logged_once() {
        assert_eq!(logged(&[(0, ""), (100, "k"), (100, "ku"), (100, "kub"), (100, "kube")]), ["kube"]);
        assert_eq!(logged(&[(0, "kube"), (10, "kube")]), ["kube"]);
        assert_eq!(logged(&[(0, "kube"), (2_900, "kube pods")]), ["kube pods"]);
    }

    #[test]
    fn queries_at_which_a_reader_stops_are_all_logged() {
        assert_eq!(logged(&[(0, "kube"), (3_000, "kube pods")]), ["kube", "kube pods"]);
        assert_eq!(logged(&[(0, "kube"), (100, "docker")]), ["kube", "docker"]);
        let corrected = [(0, "kubr"), (100, "kub"), (100, "ku"), (100, "kub"), (100, "kube")];
        assert_eq!(logged(&corrected), ["kubr", "kube"]);
        assert_eq!(logged(&[(0, "rust async"), (500, "rust asyn"), (100, "rust")]), ["rust async", "rust"]);
        assert_eq!(logged(&[(0, "rust"), (100, "rus"), (100, "ru"), (100, "r"), (100, "")]), ["rust"]);
        assert_eq!(logged(&[(0, " "), (5_000, "")]), [""; 0]);
    }

    #[test]
    fn clients_filters_and_sources_are_kept_apart() {
        let (mut settling, mut settled, now) = (SettlingQueries::default(), Vec::new(), Instant::now());
        let query = |text| LoggedQuery::new(text, QuerySource::Api);
        settling.add(1, query("a"), now, &mut settled);
        settling.add(2, query("ab"), now, &mut settled);
        assert!(settled.is_empty());
        let mut filtered = query("abc");
        filtered.add_filter("tag", "x");
        settling.add(1, filtered.clone(), now, &mut settled);
        settling.add(1, LoggedQuery { source: QuerySource::Page, ..filtered }, now, &mut settled);
        assert_eq!(settled.len(), 2);
        settling.settle_all(&mut settled);
        assert!(settled.len() == 4 && settling.is_empty());
    }

    #[test]
    fn the_number_of_waiting_queries_is_bounded() {
        let (mut settling, mut settled, now) = (SettlingQueries::default(), Vec::new(), Instant::now());
        let clients = limits::MAX_SETTLING_QUERIES as u128 + 10;
        for client in 0..clients {
            settling.add(client, LoggedQuery::new("a", QuerySource::Api), now, &mut settled);
        }
        assert_eq!((settling.0.len(), settled.len()), (limits::MAX_SETTLING_QUERIES, 10));
    }
}
