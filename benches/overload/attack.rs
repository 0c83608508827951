//! The most expensive searches that are known.

use crate::client::encoded;
use crate::server::SEARCH_TARGET;
use crate::vocabulary::{TitleVocabulary, evenly_spaced, prefix};

/// Words that nearly every English post contains.
const COMMON_WORDS: &str = "the and to of you is in it that with for as can we not are on this have be so or what if use how one \
                            all there will let more";
const PAGES: [&str; 4] = [
    "&limit=100&fragments=3&sections=3",
    "&limit=100&fragments=3&sections=3&explain=1&group=translations&facets=tag,category,year",
    "&limit=100&group=translations&facets=tag,category,year&sort=newest",
    "&explain=1&page=100&limit=100",
];
const WORDS: usize = 32;
const TYPOS: usize = 8;

/// Returns the paths of searches with all kinds of queries and pages.
pub(super) fn bombs(vocabulary: &TitleVocabulary) -> Vec<String> {
    let words = evenly_spaced(&vocabulary.words, WORDS).join(" ");
    let letters = || ('a'..='z').map(|letter| format!("{letter}*"));
    let prefixes: Vec<String> =
        evenly_spaced(&vocabulary.words, WORDS).iter().map(|word| format!("{}*", prefix(word, 2))).collect();
    let phrases: Vec<String> = ('a'..='p').map(|letter| format!("\"the {letter}*\"")).collect();
    let typos = evenly_spaced(&vocabulary.typos(), TYPOS).join(" ");
    let queries = [
        COMMON_WORDS.to_owned(),
        words,
        letters().collect::<Vec<_>>().join(" "),
        letters().collect::<Vec<_>>().join(" OR "),
        prefixes.join(" "),
        phrases.join(" OR "),
        typos,
        String::new(),
    ];
    let queries = queries.iter();
    queries.flat_map(|query| PAGES.map(|page| format!("{SEARCH_TARGET}{}{page}", encoded(query)))).collect()
}
