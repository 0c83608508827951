//! Judged queries: queries with their relevant posts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Kind or language of a query that does not name it.
pub(super) const UNKNOWN: &str = "-";

/// A query and its relevant posts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JudgedQuery {
    /// Id of the query, unique within the set.
    pub(crate) qid: String,
    /// Text of the query.
    pub(crate) query: String,
    /// Kind of the query, to group the report; `-` if the file does not name it.
    pub(crate) kind: String,
    /// Language of the query; `-` if the file does not name it.
    pub(crate) lang: String,
    /// Grades of the relevant posts, by id; 0 means irrelevant.
    pub(crate) relevant: BTreeMap<String, u32>,
    /// The file of the query.
    pub(crate) path: Arc<Path>,
    /// Line of the query in the file, from 1.
    pub(crate) line: usize,
}

/// One half of the queries: weights are tuned on one half and reported on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    /// Queries whose qid ends in an even digit.
    Even,
    /// Queries whose qid ends in an odd digit.
    Odd,
}

impl Half {
    /// Returns whether the query belongs to this half. If the qid does not end in a digit, its hash decides,
    /// so that a query stays in its half when others are added.
    #[must_use]
    pub(crate) fn contains(self, query: &JudgedQuery) -> bool {
        let last = query.qid.bytes().next_back().filter(u8::is_ascii_digit);
        let number = last.unwrap_or_else(|| blake3::hash(query.qid.as_bytes()).as_bytes()[0]);
        (number % 2 == 1) == (self == Self::Odd)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Returns a judged query with the relevant post `a`.
    pub(in super::super) fn query(qid: &str, kind: &str, lang: &str) -> JudgedQuery {
        JudgedQuery {
            qid: qid.into(),
            query: format!("query {qid}"),
            kind: kind.into(),
            lang: lang.into(),
            relevant: [("a".into(), 1)].into(),
            path: Path::new("q.jsonl").into(),
            line: 1,
        }
    }

    #[test]
    fn every_query_is_in_one_half() {
        assert!(Half::Odd.contains(&query("x-0001", "k", "-")));
        assert!(!Half::Even.contains(&query("x-0001", "k", "-")));
        assert!(Half::Even.contains(&query("x-0010", "k", "-")));
        let named: Vec<_> = (0..100).map(|n| query(&format!("{n} words"), "k", "-")).collect();
        let even = named.iter().filter(|query| Half::Even.contains(query)).count();
        let odd = named.iter().filter(|query| Half::Odd.contains(query)).count();
        assert_eq!(even + odd, 100);
        assert!((30..=70).contains(&even), "{even} of 100 are even");
    }
}
