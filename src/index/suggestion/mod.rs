//! Suggestions that a post offers while a reader types: its title, headings, tags, categories and repeated
//! phrases, as terms of one field of the index.
//!
//! [`term`] describes the format of the terms.

pub mod key;
pub mod term;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use foldhash::fast::RandomState;

use self::term::{SuggestionKind, SuggestionTerm};
use crate::analysis::{Analysis, Lexicon, TermId, Token, TokenKind};
use crate::config::limits;
use crate::content::Post;
use crate::content::language_tag::primary_subtag;
use crate::index::schema::TextField;
use crate::index::text_layout::TextLayout;

/// Minimum number of occurrences of a phrase in a post's headings and prose.
const MIN_OCCURRENCES: u32 = 2;
/// Maximum length of lower-case words that cannot begin or end a phrase, in languages without a list of stop
/// words: articles and prepositions are short.
const SHORT_WORD_CHARS: usize = 3;
/// Parts of web addresses, which neither begin nor end a phrase.
const ADDRESS_WORDS: [&str; 4] = ["com", "http", "https", "www"];

/// Returns the suggestion terms of a post without duplicates; `title` is the analysis of its title.
#[must_use]
pub(crate) fn suggestion_terms(
    post: &Post,
    title: &Analysis,
    layout: &TextLayout,
    lexicon: &Lexicon,
) -> Vec<String> {
    let mut terms = SuggestionTerms::default();
    terms.add(SuggestionKind::Title, &post.title, "");
    for category in &post.categories {
        terms.add(SuggestionKind::Category, &category.name, "");
    }
    for tag in &post.tags {
        terms.add(SuggestionKind::Tag, tag, "");
    }
    for section in &layout.sections {
        terms.add(SuggestionKind::Heading, &layout.text[section.heading.clone()], &section.anchor);
    }
    let mut words = PhraseWords { lang: primary_subtag(&post.lang), lexicon, list: Vec::new() };
    words.add(&post.title, &title.positions, title.tokens.iter(), MIN_OCCURRENCES);
    let tokens = layout.tokens.iter().filter(|(field, _)| *field != TextField::Code);
    words.add(&layout.text, &layout.positions, tokens.map(|(_, token)| token), 1);
    for phrase in phrases(&words.list) {
        terms.add(SuggestionKind::Phrase, phrase, "");
    }
    // Tags and categories are phrases too, so that their posts are counted with those that mention them.
    for label in post.tags.iter().chain(post.categories.iter().map(|category| &category.name)) {
        terms.add(SuggestionKind::Phrase, label, "");
    }
    terms.terms
}

#[derive(Default)]
struct SuggestionTerms {
    terms: Vec<String>,
    /// Keys and kinds of the terms.
    seen: HashSet<String, RandomState>,
}

impl SuggestionTerms {
    fn add(&mut self, kind: SuggestionKind, text: &str, anchor: &str) {
        // Control characters are delimiters in terms.
        let is_fit =
            |text: &str| text.len() <= limits::MAX_SUGGESTION_BYTES && !text.contains(char::is_control);
        if !is_fit(text) || !is_fit(anchor) {
            return;
        }
        let Some(mut term) = SuggestionTerm::begin(kind, text) else { return };
        if self.seen.insert(term.clone()) {
            SuggestionTerm::finish(&mut term, text, anchor);
            self.terms.push(term);
        }
    }
}

/// A word of a post's title, headings or prose.
struct PhraseWord<'a> {
    /// Folded word.
    term: TermId,
    /// Text that contains the word, and its byte range.
    text: &'a str,
    range: Range<usize>,
    /// Whether it can begin and end a phrase.
    is_boundary: bool,
    /// The separator before the word.
    separator: WordSeparator,
    /// Number of occurrences for which it counts: a word of the title counts as repeated.
    count: u32,
}

/// Separator between two words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WordSeparator {
    /// Nothing, a space or a hyphen.
    Blank,
    /// Punctuation that may join words; two or more indicate an address or a path.
    Mark,
    /// Punctuation that ends a phrase.
    Break,
}

struct PhraseWords<'a> {
    /// The primary subtag of the post's language.
    lang: &'a str,
    lexicon: &'a Lexicon,
    list: Vec<PhraseWord<'a>>,
}

impl<'a> PhraseWords<'a> {
    fn add(
        &mut self,
        text: &'a str,
        positions: &[Range<usize>],
        tokens: impl Iterator<Item = &'a Token>,
        count: u32,
    ) {
        let mut end = None;
        for token in tokens.filter(|token| token.kind == TokenKind::Folded) {
            let Some(range) = positions.get(token.position as usize).cloned() else { continue };
            let separator = match end.and_then(|end: usize| text.get(end..range.start)) {
                Some("" | " " | "-") => WordSeparator::Blank,
                Some("/" | "." | "_" | "::") => WordSeparator::Mark,
                _ => WordSeparator::Break,
            };
            end = Some(range.end);
            let term = token.term;
            let is_boundary = is_boundary(term, &text[range.clone()], self.lang, self.lexicon);
            self.list.push(PhraseWord { term, text, range, is_boundary, separator, count });
        }
    }
}

/// Start of a phrase, which is extended by one word per round.
struct PhraseStart {
    /// Index of the first word.
    first: usize,
    /// Index of the group of phrases with the same words.
    group: usize,
    /// Number of joining punctuation marks in the phrase.
    marks: usize,
}

/// Phrases with the same words.
#[derive(Default)]
struct PhraseGroup {
    /// Number of occurrences, whether or not they may end here.
    reached: u32,
    /// Number of occurrences that may end here.
    count: u32,
    /// First word of the first occurrence that may end here.
    first: Option<usize>,
}

/// Returns the phrases that a post repeats, as written at their first occurrence: one to four words that
/// neither begin nor end with a stop word, limited to the most frequent ones.
fn phrases<'a>(words: &[PhraseWord<'a>]) -> Vec<&'a str> {
    let mut occurrences: HashMap<TermId, u32, RandomState> = HashMap::default();
    for word in words {
        *occurrences.entry(word.term).or_default() += word.count;
    }
    let mut frequent: Vec<(u32, usize, usize)> = Vec::new();
    let begins = words.iter().enumerate().filter(|(_, word)| word.is_boundary);
    let mut starts: Vec<PhraseStart> =
        begins.map(|(first, _)| PhraseStart { first, group: 0, marks: 0 }).collect();
    for length in 0..limits::MAX_PHRASE_SUGGESTION_WORDS {
        let mut ids: HashMap<(usize, TermId), usize, RandomState> = HashMap::default();
        let mut groups: Vec<PhraseGroup> = Vec::new();
        starts.retain_mut(|phrase| {
            let Some(word) = words.get(phrase.first + length) else { return false };
            let separator = if length == 0 { WordSeparator::Blank } else { word.separator };
            phrase.marks += usize::from(separator == WordSeparator::Mark);
            if separator == WordSeparator::Break
                || phrase.marks > 1
                || occurrences[&word.term] < MIN_OCCURRENCES
            {
                return false;
            }
            phrase.group = *ids.entry((phrase.group, word.term)).or_insert_with(|| {
                groups.push(PhraseGroup::default());
                groups.len() - 1
            });
            let group = &mut groups[phrase.group];
            group.reached += word.count;
            let is_suggestible_alone = length > 0 || is_suggestible(&word.text[word.range.clone()]);
            if word.is_boundary && is_suggestible_alone {
                group.first.get_or_insert(phrase.first);
                group.count += word.count;
            }
            true
        });
        // A phrase that occurs once occurs at most once when extended.
        starts.retain(|phrase| groups[phrase.group].reached >= MIN_OCCURRENCES);
        let repeated = groups.iter().filter(|group| group.count >= MIN_OCCURRENCES);
        frequent
            .extend(repeated.filter_map(|group| Some((group.count, group.first?, group.first? + length))));
    }
    frequent.sort_by_key(|(count, first, last)| (std::cmp::Reverse(*count), *first, *last));
    let offered = words.len() / limits::WORDS_PER_PHRASE;
    frequent.truncate(offered.clamp(limits::MIN_PHRASES_PER_POST, limits::MAX_PHRASES_PER_POST));
    let slice = |(_, first, last): (u32, usize, usize)| {
        &words[first].text[words[first].range.start..words[last].range.end]
    };
    frequent.into_iter().map(slice).collect()
}

/// Returns whether a single word may be suggested: it has a letter and at least two characters.
fn is_suggestible(text: &str) -> bool {
    text.chars().nth(1).is_some() && text.chars().any(char::is_alphabetic)
}

fn is_boundary(term: TermId, text: &str, lang: &str, lexicon: &Lexicon) -> bool {
    let is_small = || {
        let is_short = text.chars().nth(SHORT_WORD_CHARS).is_none();
        lang != "en" && is_short && text.chars().all(char::is_lowercase)
    };
    let is_character = || text.chars().nth(1).is_none() && text.chars().any(key::is_unspaced_char);
    let is_kana = || text.chars().all(|c| matches!(c, '\u{3041}'..='\u{309f}'));
    let is_number = || text.chars().all(char::is_numeric);
    !(lexicon.is_stop_word(term)
        || is_small()
        || !text.is_ascii() && (is_character() || is_kana())
        || is_number()
        || ADDRESS_WORDS.contains(&lexicon.term(term)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;
    use crate::content::{Block, Section};

    fn phrases_of(lang: &str, prose: &str) -> Vec<String> {
        let sections = [Section { heading: None, blocks: vec![Block::Prose(prose.to_owned())] }];
        let mut lexicon = Lexicon::default();
        let layout = TextLayout::new(&sections, &Analyzer::new(lang), &mut lexicon);
        let mut words = PhraseWords { lang, lexicon: &lexicon, list: Vec::new() };
        words.add(&layout.text, &layout.positions, layout.tokens.iter().map(|(_, token)| token), 1);
        let mut phrases: Vec<String> = phrases(&words.list).into_iter().map(str::to_owned).collect();
        phrases.sort();
        phrases
    }

    #[test]
    fn repeated_phrases_are_offered() {
        let text = "Use Argo CD for the cluster. The argo CD server of the cluster is up.";
        assert_eq!(phrases_of("en", text), ["Argo", "Argo CD", "CD", "cluster"]);
        assert!(phrases_of("en", "One thing, another thing else.").contains(&"thing".to_owned()));
    }

    #[test]
    fn keys_are_unique_per_kind() {
        let mut terms = SuggestionTerms::default();
        terms.add(SuggestionKind::Heading, "Set up: CI/CD", "set-up");
        terms.add(SuggestionKind::Heading, "set up CI CD", "set-up-1");
        terms.add(SuggestionKind::Tag, "!", "");
        terms.add(SuggestionKind::Heading, "Another", "\u{1}");
        terms.add(SuggestionKind::Heading, "Three\nlines", "");
        assert_eq!(terms.terms, ["set up ci cd\0hSet up: CI/CD\0set-up"]);
    }

    #[test]
    fn phrases_do_not_cross_punctuation_or_end_with_stop_words() {
        let text = "red, blue and red, blue. out of the box out of the box https com https com 12 12 x x";
        assert_eq!(phrases_of("en", text), ["blue", "box", "out", "out of the box", "red"]);
    }
}
