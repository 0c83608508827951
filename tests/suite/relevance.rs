//! Relevance on judged queries that nobody here wrote: what was reached must not be lost.

use std::path::Path;

use serde_json::Value;

use crate::support::{bloghound, corpus};

/// Runs `eval` on a shared blog: nDCG@10 by kind.
fn ndcg_by_kind(site: &Path) -> Vec<(String, f64)> {
    let output = bloghound()
        .arg("--site")
        .arg(site)
        .arg("eval")
        .arg(site.join("queries.jsonl"))
        .arg("--json")
        .output();
    let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let groups = report["groups"].as_array().unwrap().iter();
    groups
        .map(|group| (group["kind"].as_str().unwrap().to_owned(), group["ndcg"].as_f64().unwrap()))
        .collect()
}

#[test]
fn the_seed_blog_is_answered_better_than_by_the_peers() {
    let Some(site) = corpus("devopstoolkit-live") else { return };
    let reached = ndcg_by_kind(&site);
    // The best of six engines: title_words 1.00, heading .981, prefix .929, typo .862.
    let bars = [("title_words", 0.99), ("heading", 0.981), ("prefix", 0.929), ("typo", 0.862)];
    for (kind, bar) in bars {
        let (_, ndcg) = reached.iter().find(|(name, _)| name == kind).unwrap();
        assert!(*ndcg >= bar, "{kind}: {ndcg:.4} is below {bar}");
    }
}
