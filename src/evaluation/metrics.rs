//! Measures of a ranking, as defined by `trec_eval`.

use std::collections::BTreeMap;

use serde::Serialize;

/// Number of hits that are measured.
pub(crate) const DEPTH: usize = 10;

/// Measures of one query, or means over several; each from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct Measures {
    /// Normalized discounted cumulative gain. The gain is the grade, the discount is log2(rank + 1), and the
    /// ideal has all judged posts in their best order (Järvelin, Kekäläinen, TOIS 2002).
    pub(crate) ndcg: f64,
    /// Reciprocal rank of the first relevant hit.
    pub(crate) mrr: f64,
    /// Fraction of the relevant posts that are among the hits.
    pub(crate) recall: f64,
    /// 1 if the first hit is relevant, else 0.
    pub(crate) success_at_1: f64,
}

/// Returns the measures of the hits of one query, given the grades of its relevant posts. A repeated hit
/// counts only at its first rank.
#[must_use]
pub(crate) fn measure(hits: &[String], relevant: &BTreeMap<String, u32>) -> Measures {
    let mut seen: Vec<&String> = Vec::new();
    for hit in hits {
        if !seen.contains(&hit) {
            seen.push(hit);
        }
    }
    seen.truncate(DEPTH);
    let grade = |hit: &String| relevant.get(hit).copied().unwrap_or(0);
    let gains: Vec<u32> = seen.iter().map(|hit| grade(hit)).collect();
    let mut ideal: Vec<u32> = relevant.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    ideal.truncate(DEPTH);
    let relevant_count = relevant.values().filter(|grade| **grade > 0).count();
    let found = gains.iter().filter(|gain| **gain > 0).count();
    let first = gains.iter().position(|gain| *gain > 0);
    Measures {
        ndcg: ratio(discounted(&gains), discounted(&ideal)),
        mrr: first.map_or(0.0, |at| 1.0 / real(at + 1)),
        recall: ratio(real(found), real(relevant_count)),
        success_at_1: if first == Some(0) { 1.0 } else { 0.0 },
    }
}

/// Returns the means; zeros if there are no measures.
#[must_use]
pub(crate) fn mean(measures: impl IntoIterator<Item = Measures>) -> Measures {
    let measures: Vec<Measures> = measures.into_iter().collect();
    let of = |pick: fn(&Measures) -> f64| ratio(measures.iter().map(pick).sum(), real(measures.len()));
    Measures {
        ndcg: of(|m| m.ndcg),
        mrr: of(|m| m.mrr),
        recall: of(|m| m.recall),
        success_at_1: of(|m| m.success_at_1),
    }
}

fn discounted(gains: &[u32]) -> f64 {
    gains.iter().enumerate().map(|(at, gain)| f64::from(*gain) / real(at + 2).log2()).sum()
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "ranks and counts are small")]
fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(hits: &[&str], relevant: &[(&str, u32)]) -> Measures {
        let hits: Vec<String> = hits.iter().map(|hit| (*hit).to_owned()).collect();
        measure(&hits, &relevant.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect())
    }

    #[test]
    fn known_rankings_have_the_expected_measures() {
        let best = measured(&["a", "b"], &[("a", 2), ("b", 1)]);
        assert_eq!(best, Measures { ndcg: 1.0, mrr: 1.0, recall: 1.0, success_at_1: 1.0 });
        let second = measured(&["x", "a"], &[("a", 2)]);
        assert!((second.ndcg - 1.0 / 3_f64.log2()).abs() < 1e-12);
        assert!((second.mrr - 0.5).abs() < 1e-12 && second.success_at_1.abs() < 1e-12);
        assert_eq!(measured(&[], &[("a", 2)]), Measures::default());
        let half = measured(&["b", "b", "x"], &[("a", 1), ("b", 1)]);
        assert!((half.recall - 0.5).abs() < 1e-12);
    }

    #[test]
    fn ignores_hits_after_the_tenth() {
        let hits: Vec<String> = (0..11).map(|n| n.to_string()).collect();
        let relevant = [("10".to_owned(), 1)].into();
        assert_eq!(measure(&hits, &relevant), Measures::default());
    }
}
