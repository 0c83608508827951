//! Example queries: the most frequent tags of a blog, and distinctive words of its newest titles.

use std::collections::{BTreeMap, BTreeSet};

use super::results_view::ResultsView;

/// Maximum number of tags.
const MAX_TAGS: usize = 4;
/// Maximum number of words.
const MAX_WORDS: usize = 3;
/// Length of a tag that is an example, in characters.
const MAX_TAG_CHARS: usize = 32;
/// Lengths of words that are examples, in characters; shorter ones are often words of grammar.
const WORD_CHARS: std::ops::RangeInclusive<usize> = 5..=24;

/// Returns the examples for a response with the newest posts and the facet `tag`.
pub(super) fn example_queries(view: &ResultsView) -> Vec<String> {
    let tags = view.facets.get("tag").map_or(&[][..], Vec::as_slice);
    let is_short = |tag: &&str| (1..=MAX_TAG_CHARS).contains(&tag.chars().count());
    let tags = tags.iter().map(|tag| tag.value.as_str()).filter(is_short).take(MAX_TAGS);
    let mut examples: Vec<String> = tags.map(str::to_owned).collect();
    let titles: Vec<Vec<&str>> = view.hits.iter().map(|hit| words_of(&hit.title)).collect();
    let frequencies = title_frequencies(&titles);
    let limit = examples.len() + MAX_WORDS;
    for words in &titles {
        let known: BTreeSet<String> = examples.iter().flat_map(|example| words_of_lower(example)).collect();
        let new = words.iter().filter(|word| !known.contains(&word.to_lowercase()));
        // Of the rarest words, the longest one says most.
        let rank = |word: &&&str| (frequencies[&word.to_lowercase()], usize::MAX - word.chars().count());
        examples.extend(new.min_by_key(rank).map(|word| (*word).to_owned()));
        if examples.len() == limit {
            break;
        }
    }
    examples
}

fn words_of(text: &str) -> Vec<&str> {
    let is_example =
        |word: &&str| WORD_CHARS.contains(&word.chars().count()) && word.chars().all(char::is_alphabetic);
    text.split(|c: char| !c.is_alphanumeric()).filter(is_example).collect()
}

fn words_of_lower(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase)
}

/// Returns the number of titles with each word, in lower case.
fn title_frequencies(titles: &[Vec<&str>]) -> BTreeMap<String, usize> {
    let mut frequencies = BTreeMap::new();
    for words in titles {
        let distinct: BTreeSet<String> = words.iter().map(|word| word.to_lowercase()).collect();
        for word in distinct {
            *frequencies.entry(word).or_insert(0) += 1;
        }
    }
    frequencies
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples(tags: &[&str], titles: &[&str]) -> Vec<String> {
        let hit = |title: &&str| {
            serde_json::json!({
                "id": "", "url": "", "title": title, "title_html": "", "description": "", "categories": [], "tags": [],
                "date": null, "updated": null, "authors": [], "lang": "en", "snippet": {"text": "", "html": ""},
                "section": null,
            })
        };
        let tags: Vec<_> = tags.iter().map(|tag| serde_json::json!({"value": tag, "count": 1})).collect();
        let view = serde_json::json!({
            "total": 1, "page": 1, "limit": 1, "warnings": [], "corrected": null, "facets": {"tag": tags},
            "hits": titles.iter().map(hit).collect::<Vec<_>>(),
        });
        example_queries(&serde_json::from_value(view).unwrap())
    }

    #[test]
    fn examples_are_tags_and_rare_words_of_titles() {
        let titles = [
            "Kubernetes Operators in Practice",
            "Kubernetes Networking, Explained",
            "On the go",
            "KUBERNETES",
            "Tracing",
        ];
        let expected = ["Kubernetes", "go", "Operators", "Networking", "Tracing"];
        assert_eq!(examples(&["Kubernetes", "go"], &titles), expected);
        assert_eq!(examples(&[], &titles), ["Operators", "Networking", "KUBERNETES"]);
    }

    #[test]
    fn examples_are_few_and_short_and_may_be_none() {
        let many = ["Alpha1", "Bravo", "Charlie", "Foxtrot", "Hotel", "Juliett"];
        assert_eq!(examples(&many, &many).len(), MAX_TAGS + MAX_WORDS - 1);
        assert_eq!(
            examples(&[&"x".repeat(33), ""], &[&"y".repeat(25), "a b c", "1234567", "🦀🦀🦀🦀🦀", ""]),
            [""; 0]
        );
        assert_eq!(examples(&[], &["Übermäßig lang"]), ["Übermäßig"]);
    }
}
