//! Relevance on judged queries of independent origin must not fall below what was reached.
//!
//! The bars are nDCG@10 of the best of six other engines for each row (Meilisearch 1.50, bm25s plain
//! and with CJK bigrams, Tantivy's parser, `MiniSearch`, Lunr), measured on the same files.

use std::path::Path;

use serde_json::Value;

use crate::support::{bloghound, corpus};

/// Runs `eval` on a shared blog. Returns nDCG@10 by kind of query.
fn ndcg_by_kind(site: &Path, options: &[&str]) -> Vec<(String, f64)> {
    let output = bloghound()
        .arg("--site")
        .arg(site)
        .arg("eval")
        .arg(site.join("queries.jsonl"))
        .arg("--json")
        .args(options)
        .output();
    let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let groups = report["groups"].as_array().unwrap().iter();
    groups
        .map(|group| (group["kind"].as_str().unwrap().to_owned(), group["ndcg"].as_f64().unwrap()))
        .collect()
}

/// Asserts that each kind of query reaches its bar.
fn expect(name: &str, options: &[&str], bars: &[&[(&str, f64)]]) {
    let Some(site) = corpus(name) else { return };
    let reached = ndcg_by_kind(&site, options);
    for (kind, bar) in bars.iter().copied().flatten() {
        let (_, ndcg) = reached.iter().find(|(name, _)| name == kind).unwrap();
        assert!(ndcg >= bar, "{name}, {kind}: {ndcg:.4} is below {bar}");
    }
}

#[test]
fn beats_its_peers_on_the_seed_blog() {
    // One title_words query expects the home page, which is a list and not indexed: 127 of 128 corresponds to the
    // peers' 1.00.
    let bars = [("anchor_title", 1.0), ("title_words", 0.992), ("heading", 0.981)];
    expect("devopstoolkit-live", &[], &[&bars, &[("prefix", 0.95), ("typo", 0.92)]]);
}

#[test]
fn beats_its_peers_on_a_zola_blog() {
    let bars = [("anchor", 0.850), ("anchor_hard", 0.540), ("anchor_title", 0.985), ("title_words", 0.995)];
    expect("rust-blog", &[], &[&bars, &[("heading", 0.926), ("prefix", 0.871), ("typo", 0.78)]]);
}

#[test]
fn beats_its_peers_on_a_multilingual_blog() {
    let bars = [("anchor", 0.795), ("anchor_hard", 0.52), ("anchor_title", 0.975), ("title_words", 0.928)];
    expect("ruby-lang", &[], &[&bars, &[("heading", 0.879), ("prefix", 0.861), ("typo", 0.782)]]);
}

#[test]
fn beats_its_peers_on_small_blogs() {
    let bars = [("anchor_hard", 0.926), ("anchor_title", 1.0), ("title_words", 1.0), ("heading", 0.982)];
    expect("burntsushi", &[], &[&bars, &[("prefix", 1.0), ("typo", 0.903)]]);
    // One of anchor_hard's eleven queries has its post one rank lower than the best peer, whose nDCG is .744.
    let bars = [("anchor", 1.0), ("anchor_hard", 0.73), ("anchor_title", 1.0), ("title_words", 1.0)];
    expect("spf13-json", &[], &[&bars, &[("heading", 0.978), ("prefix", 0.983), ("typo", 0.877)]]);
}

#[test]
fn beats_its_peers_on_long_questions() {
    expect("cranfield", &[], &[&[("judged", 0.380)]]);
}

#[test]
fn beats_its_peers_on_questions_in_twelve_languages() {
    let bars = [
        ("judged_ar", 0.863),
        ("judged_de", 0.887),
        ("judged_el", 0.881),
        ("judged_en", 0.951),
        ("judged_es", 0.933),
        ("judged_hi", 0.793),
        ("judged_ro", 0.887),
        ("judged_ru", 0.852),
        ("judged_th", 0.921),
        ("judged_tr", 0.864),
        ("judged_vi", 0.949),
        ("judged_zh", 0.890),
    ];
    // Half of the 14,280 questions shows any regression.
    expect("xquad", &["--half", "odd"], &[&bars]);
}
