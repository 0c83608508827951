//! The cost of a request, estimated before it runs.
//!
//! The estimate is a sum over the parts of the request, in units of about a tenth of the time of a search for one
//! word. The units of each part were measured on a blog of 127 posts (`cargo bench --bench bench -- overload`). The
//! estimate selects the lane. The expected time is the mean time of the latest requests with about the same estimate.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::fair_queue::{JobOrigin, Lane};
use crate::config::limits;
use crate::engine::ApiRequest;
use crate::http::peer::PeerNetwork;
use crate::query::language::parse;
use crate::query::language::syntax_tree::{Filter, Literal, Node};
use crate::query::records::{RecordRequest, RecordUnit};
use crate::query::{FacetRequest, Grouping, SearchRequest};

/// Units of every request: parsing, routing, JSON.
const BASE: u64 = 5;
/// Units of a word of the query: its posting lists and, if it is misspelled, the lookup of similar words.
const WORD: u64 = 3;
/// Units of a word that also matches as a prefix.
const PREFIX: u64 = 3;
/// Units of a word of a phrase, whose positions are compared.
const PHRASE_WORD: u64 = 2;
/// Units of a prefix at the end of a phrase: the positions of up to 48 terms are compared.
const PHRASE_PREFIX: u64 = 12;
/// Units of each post of a page.
const HIT: u64 = 1;
/// Words of the query whose matches in one post cost a unit for each snippet, fragment and section.
const MATCHED_WORDS_PER_UNIT: u64 = 8;
/// Units of each explained hit per word of the query.
const EXPLAINED_WORD: u64 = 1;
/// Units of a grouping or a facet, in addition to those of the posts.
const AGGREGATION: u64 = 5;
/// Posts that cost a unit to be counted, sorted or compared with a filter.
const POSTS_PER_UNIT: u64 = 500;
/// Posts that cost a unit to be grouped by translations.
const GROUPED_POSTS_PER_UNIT: u64 = 200;
/// Posts, times the words of the query, that cost a unit to match their sections.
const SECTION_MATCHES_PER_UNIT: u64 = 16;
/// Units of related posts.
const RELATED: u64 = 30;
/// Units of a post with its text; most are read in a fraction of it.
const POST: u64 = 10;
/// Minimum units of an expensive request: about ten times those of a search for two words.
const HEAVY: u64 = 100;
/// Expected time of a unit before any was measured, in microseconds.
const UNMEASURED_UNIT_US: u64 = 20;
/// Divisor of the newest measurement in the exponentially weighted mean.
const MEAN_DIVISOR: u64 = 8;
/// Classes of requests, by the logarithm of their units.
const CLASSES: usize = 16;

/// Estimates what requests cost.
#[derive(Debug, Default)]
pub(super) struct CostModel {
    /// Mean time of the latest requests of each class, in microseconds; 0 if there were none.
    mean_us: [AtomicU64; CLASSES],
}

/// The estimated cost of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) struct RequestCost {
    units: u64,
}

impl RequestCost {
    /// Returns the cost of a request to an index of this many posts.
    pub(in crate::http) fn of(request: &ApiRequest, posts: u64) -> Self {
        let units = match request {
            ApiRequest::Search { request, .. } => search_units(request, posts),
            ApiRequest::Facets { request, .. } => facet_units(request, posts),
            ApiRequest::Suggest(_) => BASE + WORD + PREFIX,
            ApiRequest::Related(_) => BASE + RELATED,
            ApiRequest::Post(_) => BASE + POST,
        };
        Self { units }
    }

    /// Returns the cost of a request for records to an index of this many posts.
    pub(in crate::http) fn of_records(request: &RecordRequest, posts: u64) -> Self {
        let words = QueryUnits::of(&request.search, posts);
        let conditions = request.conditions.len() as u64;
        let matched_posts = match request.unit {
            RecordUnit::Post => 0,
            RecordUnit::Section => posts.min(limits::MAX_SECTION_POSTS as u64),
        };
        let units = search_units(&request.search, posts)
            + conditions * (WORD + posts / POSTS_PER_UNIT)
            + request.facets.len() as u64 * (AGGREGATION + posts / POSTS_PER_UNIT)
            + matched_posts * (1 + words.limited_words()) / SECTION_MATCHES_PER_UNIT;
        Self { units }
    }

    fn lane(self) -> Lane {
        if self.units < HEAVY { Lane::Light } else { Lane::Heavy }
    }

    fn class(self) -> usize {
        (self.units.max(1).ilog2() as usize).min(CLASSES - 1)
    }
}

impl CostModel {
    /// Returns the origin of a job with this cost.
    pub(super) fn origin(&self, peer: PeerNetwork, cost: RequestCost) -> JobOrigin {
        let mean = self.mean_us[cost.class()].load(Ordering::Relaxed);
        let expected_us = if mean == 0 { cost.units * UNMEASURED_UNIT_US } else { mean };
        JobOrigin { peer, lane: cost.lane(), expected_us }
    }

    /// Records how long a request took.
    pub(super) fn record(&self, cost: RequestCost, took: Duration) {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        let mean = &self.mean_us[cost.class()];
        let before = mean.load(Ordering::Relaxed);
        let after =
            if before == 0 { took_us } else { (before * (MEAN_DIVISOR - 1) + took_us) / MEAN_DIVISOR };
        // If two threads record at the same time, one measurement is lost.
        mean.store(after.max(1), Ordering::Relaxed);
    }
}

fn search_units(request: &SearchRequest, posts: u64) -> u64 {
    let query = QueryUnits::of(request, posts);
    let words = query.limited_words();
    let (limit, fragments) = (request.limit as u64, request.fragments as u64);
    let excerpts = fragments + request.sections as u64;
    let hits = limit * (HIT + excerpts * (1 + words) / MATCHED_WORDS_PER_UNIT);
    let explained = if request.explain { limit.min(limits::MAX_EXPLAINED as u64) } else { 0 };
    let facets = request.facets.len() as u64;
    let group = match request.group {
        Grouping::None => 0,
        Grouping::Translations => AGGREGATION + posts / GROUPED_POSTS_PER_UNIT,
    };
    // A facet on a field with a filter repeats the search without that filter.
    let searches = 1 + facets;
    BASE + query.units * searches
        + hits
        + explained * words * EXPLAINED_WORD
        + facets * (AGGREGATION + posts / POSTS_PER_UNIT)
        + group * searches
        + deep_page_units(request)
}

/// Returns the units of counting the values of a facet: those of a search without hits.
fn facet_units(request: &FacetRequest, posts: u64) -> u64 {
    let hits = request.search.limit as u64 * HIT;
    search_units(&request.search, posts) + AGGREGATION + posts / POSTS_PER_UNIT - hits
}

/// Returns the units of the hits before the page, which are sorted.
fn deep_page_units(request: &SearchRequest) -> u64 {
    ((request.page - 1) * request.limit) as u64 / POSTS_PER_UNIT
}

/// The units of finding the posts of a query.
#[derive(Debug, Default)]
struct QueryUnits {
    units: u64,
    words: u64,
    /// Number of posts in the index.
    posts: u64,
}

impl QueryUnits {
    fn of(request: &SearchRequest, posts: u64) -> Self {
        let mut query = Self { posts, ..Self::default() };
        query.add_all(&parse(&request.query).nodes);
        query
    }

    /// Returns the number of words that are searched.
    fn limited_words(&self) -> u64 {
        self.words.min(limits::MAX_QUERY_TERMS as u64)
    }

    fn add_all(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Literal(literal) => self.add_literal(literal),
                Node::Filter(filter) => self.units += WORD + self.filter_units(filter),
                Node::Not(inner) => self.add_all(std::slice::from_ref(inner)),
                Node::All(inner) | Node::Any(inner) => self.add_all(inner),
            }
        }
    }

    /// Returns the units of testing the URL of each post.
    fn filter_units(&self, filter: &Filter) -> u64 {
        if matches!(filter, Filter::Url(_)) { self.posts / POSTS_PER_UNIT } else { 0 }
    }

    fn add_literal(&mut self, literal: &Literal) {
        let words = num_words(&literal.text);
        let is_phrase = literal.is_phrase || words > 1;
        let is_prefix = literal.is_prefix || literal.is_unfinished;
        self.words += words;
        self.units += words * if is_phrase { WORD + PHRASE_WORD } else { WORD };
        self.units += match (is_prefix, is_phrase) {
            (false, _) => 0,
            (true, false) => PREFIX,
            (true, true) => PHRASE_PREFIX,
        };
    }
}

/// Returns the approximate number of words of a text: runs of letters and digits, and pairs of other letters
/// than those of alphabets.
fn num_words(text: &str) -> u64 {
    let runs = text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty());
    let words = |run: &str| 1 + run.chars().filter(|c| *c >= FIRST_IDEOGRAPH).count() as u64 / 2;
    runs.map(words).sum::<u64>().max(1)
}

/// Start of the blocks of scripts without spaces.
const FIRST_IDEOGRAPH: char = '\u{2e80}';

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::RawRequest;
    use crate::query::conditions::{Condition, ConditionClause, Conditions};
    use crate::query::records::RecordFacet;
    use crate::query::related::RelatedRequest;
    use crate::query::suggest::SuggestRequest;

    fn units(raw: RawRequest, posts: u64) -> u64 {
        RequestCost::of(&ApiRequest::search(raw.validate().unwrap(), Vec::new()), posts).units
    }

    fn query(q: &str) -> RawRequest {
        RawRequest { q: q.to_owned(), ..RawRequest::default() }
    }

    #[test]
    fn what_readers_type_is_cheap() {
        let long = "how do i install and configure crossplane on a new kubernetes cluster in the cloud";
        for q in ["", "k", "kubernetes", "gitops argo cd", "\"to be or not\"", "tag:rust -java", long] {
            let cost = RequestCost { units: units(query(q), 127) };
            assert_eq!(cost.lane(), Lane::Light, "{q}: {cost:?}");
        }
        let page = RawRequest {
            facets: Some("tag,category,year".to_owned()),
            sections: Some("2".to_owned()),
            ..query("git ops")
        };
        assert_eq!(RequestCost { units: units(page, 127) }.lane(), Lane::Light);
        let suggest = ApiRequest::Suggest(SuggestRequest { query: "k".into(), limit: 8 });
        let related = ApiRequest::Related(RelatedRequest { id: "a".into(), limit: 5 });
        for request in [suggest, related] {
            assert_eq!(RequestCost::of(&request, 20_000).lane(), Lane::Light, "{request:?}");
        }
    }

    #[test]
    fn query_bombs_are_expensive() {
        let words: Vec<String> = (0..32).map(|at| format!("word{at}")).collect();
        let prefixes: Vec<String> = ('a'..='z').map(|letter| format!("{letter}*")).collect();
        let phrases: Vec<String> = ('a'..='p').map(|letter| format!("\"the {letter}*\"")).collect();
        let most = |q: String| RawRequest {
            limit: Some("100".to_owned()),
            fragments: Some("3".to_owned()),
            sections: Some("3".to_owned()),
            ..query(&q)
        };
        for raw in [
            most(words.join(" ")),
            most(prefixes.join(" ")),
            most(phrases.join(" OR ")),
            query(&phrases.join(" OR ")),
            RawRequest { limit: Some("100".to_owned()), ..query(&words.join(" ")) },
            RawRequest {
                limit: Some("100".to_owned()),
                explain: Some("1".to_owned()),
                ..query(&prefixes.join(" "))
            },
        ] {
            let cost = RequestCost { units: units(raw.clone(), 127) };
            assert_eq!(cost.lane(), Lane::Heavy, "{raw:?}: {cost:?}");
        }
        let groups = RawRequest {
            facets: Some("tag,category,year".to_owned()),
            group: Some("translations".to_owned()),
            ..query("a")
        };
        assert_eq!(RequestCost { units: units(groups, 20_000) }.lane(), Lane::Heavy);
    }

    #[test]
    fn every_demand_raises_the_cost() {
        let base = units(query("two words "), 1_000);
        let raised = [
            query("two other words "),
            query("two words"),
            query("\"two words\" "),
            RawRequest { page: Some("90".to_owned()), ..query("two words ") },
            RawRequest { limit: Some("100".to_owned()), ..query("two words ") },
            RawRequest { explain: Some("1".to_owned()), ..query("two words ") },
            RawRequest { facets: Some("tag".to_owned()), ..query("two words ") },
            RawRequest { group: Some("translations".to_owned()), ..query("two words ") },
            RawRequest {
                fragments: Some("3".to_owned()),
                sections: Some("3".to_owned()),
                ..query("two words ")
            },
        ];
        for raw in raised {
            assert!(units(raw.clone(), 1_000) > base, "{raw:?}");
        }
    }

    fn record_units(change: impl FnOnce(&mut RecordRequest)) -> u64 {
        let search = SearchRequest { query: "git ops".to_owned(), limit: 20, ..SearchRequest::default() };
        let mut request = RecordRequest {
            search,
            unit: RecordUnit::Post,
            conditions: Conditions::default(),
            facets: Vec::new(),
            max_values: 10,
            value_prefix: None,
            snippet_chars: None,
        };
        change(&mut request);
        RequestCost::of_records(&request, 1_000).units
    }

    #[test]
    fn every_demand_on_records_raises_the_cost() {
        let clause = ConditionClause { condition: Condition::Tag("x".to_owned()), is_excluded: false };
        let base = record_units(|_| {});
        assert!(base < HEAVY);
        assert!(record_units(|request| request.unit = RecordUnit::Section) > base);
        assert!(record_units(|request| request.facets = vec![RecordFacet::Year]) > base);
        assert!(record_units(|request| request.conditions.groups = vec![vec![clause]]) > base);
        assert!(record_units(|request| request.search.limit = 0) < base);
    }

    #[test]
    fn expected_times_follow_the_measured_ones() {
        let model = CostModel::default();
        let (peer, cost) = (PeerNetwork::default(), RequestCost { units: 20 });
        assert_eq!(model.origin(peer, cost).expected_us, 20 * UNMEASURED_UNIT_US);
        for _ in 0..50 {
            model.record(cost, Duration::from_millis(3));
        }
        assert!(model.origin(peer, cost).expected_us.abs_diff(3_000) < 100);
        let other = RequestCost { units: 200 };
        assert_eq!(model.origin(peer, other).expected_us, 200 * UNMEASURED_UNIT_US);
    }
}
