//! Searches of readers in the log of queries.
//!
//! Only the first page of results counts. A response that the client already has (304) takes no search, and its number of
//! results is not known; a refused or failed search has none.

use serde::Deserialize;

use super::peer::PeerNetwork;
use super::state::AppState;
use crate::engine::ApiRequest;
use crate::engine::query_log::{LoggedQuery, QueryLog, QuerySource};
use crate::query::SearchRequest;
use crate::query::conditions::{Condition, ConditionClause, Conditions};
use crate::query::records::RecordRequest;

/// A search whose response is being computed.
pub(super) struct QueryRecorder {
    log: QueryLog,
    peer: PeerNetwork,
    query: LoggedQuery,
}

impl QueryRecorder {
    /// Returns the recorder of a request; `None` if queries are not logged or it is no search.
    pub(super) fn of(
        state: &AppState,
        peer: PeerNetwork,
        request: &ApiRequest,
        source: QuerySource,
    ) -> Option<Self> {
        let log = state.query_log.clone()?;
        let ApiRequest::Search { request, .. } = request else { return None };
        (request.page == 1).then(|| Self { log, peer, query: logged_search(request, source) })
    }

    /// Returns the recorder of a query of Algolia's protocol; `None` if queries are not logged.
    pub(super) fn of_records(state: &AppState, peer: PeerNetwork, request: &RecordRequest) -> Option<Self> {
        let log = state.query_log.clone()?;
        let mut query = logged_search(&request.search, QuerySource::Algolia);
        add_conditions(&mut query, &request.conditions);
        Some(Self { log, peer, query })
    }

    /// Records the search with the JSON of its response.
    pub(super) fn record_response(self, json: &[u8]) {
        #[derive(Deserialize)]
        struct Counted {
            total: u64,
            took_us: u64,
        }
        if let Ok(Counted { total, took_us }) = serde_json::from_slice(json) {
            self.record(total, took_us);
        }
    }

    /// Records the search with its number of results and its time in microseconds.
    pub(super) fn record(self, total: u64, took_us: u64) {
        self.log.add(self.peer.into(), LoggedQuery { total, took_us, ..self.query });
    }
}

fn logged_search(request: &SearchRequest, source: QuerySource) -> LoggedQuery {
    let SearchRequest { query, category, tag, author, lang, series, year, after, before, .. } = request;
    let mut logged = LoggedQuery::new(query, source);
    for (name, value) in
        [("category", category), ("tag", tag), ("author", author), ("lang", lang), ("series", series)]
    {
        if let Some(value) = value {
            logged.add_filter(name, value);
        }
    }
    if let Some(year) = year {
        logged.add_filter("year", &year.to_string());
    }
    for (name, time) in [("after", after), ("before", before)] {
        if let Some(time) = time {
            logged.add_filter(name, &time.to_string());
        }
    }
    logged
}

/// Adds the conditions of a front end. A `-` marks an excluded value.
fn add_conditions(logged: &mut LoggedQuery, conditions: &Conditions) {
    for ConditionClause { condition, is_excluded } in conditions.groups.iter().flatten() {
        let mark = if *is_excluded { "-" } else { "" };
        match condition {
            Condition::Category(name) | Condition::CategoryPath(name) => {
                logged.add_filter("category", &format!("{mark}{name}"));
            }
            Condition::Tag(name) => logged.add_filter("tag", &format!("{mark}{name}")),
            Condition::Author(name) => logged.add_filter("author", &format!("{mark}{name}")),
            Condition::Series(name) => logged.add_filter("series", &format!("{mark}{name}")),
            Condition::Lang(name) => logged.add_filter("lang", &format!("{mark}{name}")),
            Condition::Dates(seconds) | Condition::WrittenDates(seconds) => {
                logged.add_filter("date", &format!("{mark}{}..{}", seconds.start(), seconds.end()));
            }
        }
    }
}
