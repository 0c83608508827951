//! The queries: words, pairs, prefixes, typos and phrases from the titles of a site.

use std::collections::BTreeSet;

use bloghound::content::Post;

use crate::vocabulary::{TitleVocabulary, distinct, evenly_spaced, prefix};

pub(super) const CLASSES: [&str; 5] = ["word", PAIR, "prefix", "typo", "phrase"];
const PAIR: &str = "pair";

#[derive(Clone)]
pub(super) struct ClassifiedQuery {
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// Returns up to `mixed` distinct queries, one class after the other in turn, and then pairs of words up to `total`
/// queries.
pub(super) fn mixed_queries(posts: &[Post], mixed: usize, total: usize) -> Vec<ClassifiedQuery> {
    let vocabulary = TitleVocabulary::new(posts);
    let share = mixed / CLASSES.len();
    let lists: [Vec<String>; CLASSES.len()] = [
        vocabulary.words.clone(),
        vocabulary.ngrams(2),
        prefixes(&vocabulary, share),
        vocabulary.typos(),
        vocabulary.phrases(2),
    ];
    // Longer than its share, so that a list can make up for others that are too short.
    let lists = lists.map(|texts| share_first(&texts, share, mixed));
    let mut queries = DistinctQueries::default();
    for at in 0..mixed {
        for (class, texts) in CLASSES.into_iter().zip(&lists) {
            if let Some(text) = texts.get(at)
                && queries.list.len() < mixed
            {
                queries.add(class, text.clone());
            }
        }
    }
    // Pairs of words with ever more other words between them.
    let words = &vocabulary.words;
    let pairs = (1..words.len()).flat_map(|distance| words.windows(distance + 1));
    for pair in pairs.map(|words| format!("{} {}", words[0], words[words.len() - 1])) {
        if queries.list.len() >= total {
            break;
        }
        queries.add(PAIR, pair);
    }
    queries.list
}

#[derive(Default)]
struct DistinctQueries {
    list: Vec<ClassifiedQuery>,
    seen: BTreeSet<String>,
}

impl DistinctQueries {
    fn add(&mut self, class: &'static str, text: String) {
        if self.seen.insert(text.clone()) {
            self.list.push(ClassifiedQuery { class, text });
        }
    }
}

/// Returns at most `n` texts: first `share` from all over the list, then the others.
fn share_first(texts: &[String], share: usize, n: usize) -> Vec<String> {
    let in_order = evenly_spaced(texts, share).into_iter().chain(texts.iter().cloned());
    distinct(in_order).into_iter().take(n).collect()
}

/// Returns all proper prefixes of `words` long words, as a search box sends them while a reader types.
fn prefixes(vocabulary: &TitleVocabulary, words: usize) -> Vec<String> {
    let long_words: Vec<String> = vocabulary.long_words().map(str::to_owned).collect();
    let prefixes = evenly_spaced(&long_words, words).into_iter().flat_map(|word| {
        let chars = word.chars().count();
        (1..chars).map(move |n| prefix(&word, n))
    });
    distinct(prefixes)
}
