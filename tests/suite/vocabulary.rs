//! The vocabulary that a commit derives from its predecessor equals the one in its dictionaries.

use std::collections::BTreeSet;
use std::path::PathBuf;

use bloghound::content::Site;
use bloghound::index::Snapshot;
use bloghound::reindex::{Indexer, OpenMode};

use crate::support::{TestSite, post};

/// All words with their document frequencies, in order.
fn words(snapshot: &Snapshot) -> Vec<(String, u32, u32, u32)> {
    let words = snapshot.vocabulary().unwrap();
    let counts =
        words.with_prefix("").map(|word| (word.word.to_owned(), word.posts, word.titles, word.headings));
    let mut counts: Vec<_> = counts.collect();
    counts.sort();
    counts
}

/// A post with different words for each number; every other post also has special words.
fn text(number: usize) -> String {
    let body = match number % 4 {
        0 => format!(
            "Words number{number} of prose.\n\n## Part {number} für Müller\n\n```sh\nrun_it{number} --now\n```"
        ),
        1 => format!("日本語の文章{number}と word{}.", number / 2),
        2 => format!(
            "See [here](/x{number}/) for C++ and node.js, don't.\n\n## The HTTPServer{number}\n\nEnd."
        ),
        _ => "The same prose in many posts.".to_owned(),
    };
    let search = "[search]\nkeywords = ['findme']\n";
    let day = number % 28 + 1;
    let text = post(&format!("Title {number} of Ärzte"), &format!("2024-01-{day:02}"), &body);
    if number.is_multiple_of(3) { text.replacen("\n+++\n\n", &format!("\n{search}+++\n\n"), 1) } else { text }
}

#[test]
fn the_vocabulary_follows_saves_and_deletions() {
    let site = TestSite::new();
    for number in 0..40 {
        site.write_post(&format!("p{number}"), &text(number));
    }
    let config = site.config();
    let mut indexer = Indexer::open(&config, &Site::detect(&config).unwrap(), OpenMode::Update).unwrap();
    indexer.reconcile(&mut |_, _| {}).unwrap();
    let mut last = indexer.snapshot().unwrap();
    assert!(words(&last).len() > 60);
    let mut random = 7_usize;
    for step in 0..60 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let folder = format!("p{}", (random >> 33) % 50);
        let path = site.content().join(&folder).join("_index.md");
        if step % 5 == 4 {
            let _ = std::fs::remove_file(&path);
        } else {
            site.write_post(&folder, &text(1_000 + step));
        }
        indexer.update(&BTreeSet::<PathBuf>::from([path])).unwrap();
        let derived = indexer.snapshot().unwrap();
        assert!(derived.derive_vocabulary_from(&last).unwrap(), "step {step}: one post is a small change");
        let read = indexer.snapshot().unwrap();
        assert_eq!(words(&derived), words(&read), "step {step}");
        last = derived;
    }
}

#[test]
fn rereads_the_dictionaries_after_a_large_change() {
    let site = TestSite::new();
    let config = site.config();
    let mut indexer = Indexer::open(&config, &Site::detect(&config).unwrap(), OpenMode::Update).unwrap();
    indexer.reconcile(&mut |_, _| {}).unwrap();
    let empty = indexer.snapshot().unwrap();
    assert_eq!(words(&empty), []);
    for number in 0..300 {
        site.write_post(&format!("p{number}"), &text(number));
    }
    indexer.reconcile(&mut |_, _| {}).unwrap();
    let full = indexer.snapshot().unwrap();
    assert!(!full.derive_vocabulary_from(&empty).unwrap());
    assert!(words(&full).len() > 300);
}
