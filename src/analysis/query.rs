//! Analysis of a query for all languages of a site at once.
//!
//! The language of a query is unknown, and a site may have many. Therefore a word has the stems of all
//! site languages that use its script; each post contains only those of its own language.

use std::ops::Range;

use super::compound::compound_variant;
use super::fold::{fold, normalize, normalize_turkic, two_letter_spelling};
use super::script::Script;
use super::stem::{Stemmer, has_stem};
use super::stop_words::StopWords;
use super::token::{BIGRAM_MARKER, EXACT_MARKER, PART_MARKER, SPELLING_MARKER};
use super::tokenizer::{Segmentation, segment};
use super::unspaced;
use super::word_forms::{CaseRules, WordForms, bigram, without_apostrophes};
use super::word_span::WordSpan;
use crate::config::limits;
use crate::content::language_tag::primary_subtag;

/// Minimum length of a word in a script without spaces that may be the prefix of another word, in characters.
const MIN_UNSPACED_LETTERS: usize = 3;

/// Relation of a term to the word of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermRelation {
    /// The word as typed, with diacritics, if folding changes it.
    Exact,
    /// The folded word.
    Folded,
    /// A stem that differs from the words that have it.
    Stem,
    /// A word that is its own stem and also the stem of the query's word, in the languages of
    /// [`WordTerm::stemmer`].
    SelfStem,
    /// A spelling with or without two letters for an umlaut.
    Spelling,
    /// A part of identifiers.
    Part,
    /// Several positions together: a compound or a bigram of ideographs.
    Compound,
}

/// A term that matches a word of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordTerm {
    /// Term in the dictionary, marker included.
    pub term: String,
    /// Relation to the word.
    pub relation: TermRelation,
    /// Number of positions that it covers.
    pub span: u32,
    /// For [`TermRelation::SelfStem`]: the term matches only posts in languages that stem words of this script
    /// with this stemmer.
    pub stemmer: Option<(Script, Stemmer)>,
}

/// A word of the query with its terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryWord {
    /// Folded form, for prefix and fuzzy matches; empty if the word has none.
    pub folded: String,
    /// Terms that match the word.
    pub terms: Vec<WordTerm>,
    /// Byte range in the query.
    pub range: Range<usize>,
    /// Whether posts may lack it: other words of the query cover it, or it is a stop word.
    pub is_optional: bool,
    /// Whether it is a stop word.
    pub is_stop_word: bool,
    /// Whether a dictionary split it from text without spaces; posts may contain it in a longer word.
    pub is_unspaced: bool,
}

/// The words of a query.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct QueryAnalysis {
    /// Words to search for.
    pub words: Vec<QueryWord>,
    /// The folded form of the word at each position, for phrases.
    pub folded_words: Vec<String>,
}

/// Analyzer for the queries of a site.
pub struct SiteAnalyzer {
    languages: Vec<String>,
    /// Distinct stemmers of each script, by [`Script::index`].
    stemmers: [Vec<Stemmer>; Script::ALL.len()],
}

impl SiteAnalyzer {
    /// Returns an analyzer for the languages of a site, most frequent first; only the primary subtags of the tags
    /// matter.
    #[must_use]
    pub fn for_languages(languages: &[String]) -> Self {
        let mut primary: Vec<String> = Vec::with_capacity(languages.len());
        for language in languages.iter().map(|tag| primary_subtag(tag)) {
            if !primary.iter().any(|known| known == language) {
                primary.push(language.to_owned());
            }
        }
        let languages = primary;
        let stemmers = Script::ALL.map(|script| {
            let mut stemmers: Vec<Stemmer> = Vec::new();
            for stemmer in languages.iter().map(|language| Stemmer::new(language, script)) {
                if !stemmers.contains(&stemmer) {
                    stemmers.push(stemmer);
                }
            }
            stemmers
        });
        Self { languages, stemmers }
    }

    /// Returns the analyzer of one query, with the stop words of its apparent language.
    #[must_use]
    pub fn for_query(&self, query: &str) -> QueryAnalyzer<'_> {
        QueryAnalyzer {
            site: self,
            stop_words: StopWords::of_query(query, &self.languages),
            has_tones: has_tones(query),
        }
    }

    /// Adds the stems of a word in the languages of the site.
    fn add_stems(&self, letters: &str, normalized: &str, query_word: &mut QueryWord) {
        if !has_stem(normalized) {
            return;
        }
        let script = Script::of_word(letters);
        for stemmer in &self.stemmers[script.index()] {
            let stem = if stemmer.is_turkic() {
                stemmer.cached_stem(&without_apostrophes(normalize_turkic(letters)))
            } else {
                stemmer.cached_stem(normalized)
            };
            query_word.add(stem.term(), TermRelation::Stem, 1);
            if stem.is_stable {
                let stemmer = Some((script, *stemmer));
                query_word.terms.push(WordTerm {
                    term: stem.folded,
                    relation: TermRelation::SelfStem,
                    span: 1,
                    stemmer,
                });
            }
        }
    }
}

/// Returns whether the text has letters that only Vietnamese uses, where diacritics distinguish words.
fn has_tones(text: &str) -> bool {
    !text.is_ascii() && normalize(text).contains(|c| matches!(c, 'ơ' | 'ư' | '\u{1ea0}'..='\u{1ef9}'))
}

/// Analyzer of one query.
pub struct QueryAnalyzer<'a> {
    site: &'a SiteAnalyzer,
    stop_words: StopWords,
    /// Whether the query is in a language whose words differ by diacritics alone.
    pub has_tones: bool,
}

impl QueryAnalyzer<'_> {
    /// Analyzes a part of the query.
    #[must_use]
    pub fn analyze(&self, text: &str) -> QueryAnalysis {
        let Segmentation { words, compounds } = segment(text);
        let mut analysis = QueryAnalysis {
            folded_words: words.iter().map(|word| folded_form(text, word)).collect(),
            ..QueryAnalysis::default()
        };
        let mut at = 0;
        while at < words.len() {
            let run = ideographs(text, &words[at..]);
            if run == 0 {
                analysis.words.push(self.word(text, &words[at]));
                at += 1;
            } else {
                self.add_ideographs(text, &words[at..at + run], &mut analysis.words);
                at += run;
            }
        }
        for compound in compounds {
            let span = u32::try_from(compound.words).unwrap_or(1);
            let term = fold(&text[compound.range.clone()]);
            let mut query_word =
                QueryWord { range: compound.range, is_optional: true, ..QueryWord::default() };
            if let Some(variant) = compound_variant(&term) {
                query_word.add(variant, TermRelation::Compound, span);
            }
            query_word.add(term, TermRelation::Compound, span);
            analysis.words.push(query_word);
        }
        for word in symbol_words(text, &words) {
            analysis.words.push(word);
        }
        analysis
    }

    fn word(&self, text: &str, word: &WordSpan) -> QueryWord {
        let letters = &text[word.letters.clone()];
        let is_unspaced = word.is_unspaced;
        let mut query_word = QueryWord { range: word.range.clone(), is_unspaced, ..QueryWord::default() };
        if word.range.end > word.letters.end {
            query_word.folded = fold(&text[word.range.clone()]);
            query_word.add(query_word.folded.clone(), TermRelation::Folded, 1);
            return query_word;
        }
        let forms = WordForms::new(letters, CaseRules::Common);
        if forms.exact.is_some() || self.has_tones {
            query_word.add(format!("{EXACT_MARKER}{}", forms.normalized()), TermRelation::Exact, 1);
        }
        if let Some(spelling) = two_letter_spelling(forms.normalized()) {
            query_word.add(spelling, TermRelation::Spelling, 1);
        }
        self.site.add_stems(letters, forms.normalized(), &mut query_word);
        if ["ae", "oe", "ue", "aa"].iter().any(|pair| forms.folded.contains(pair)) {
            query_word.add(format!("{SPELLING_MARKER}{}", forms.folded), TermRelation::Spelling, 1);
        }
        query_word.add(format!("{PART_MARKER}{}", forms.folded), TermRelation::Part, 1);
        query_word.is_stop_word = self.stop_words.contains(forms.normalized());
        query_word.is_optional = query_word.is_stop_word;
        query_word.add(forms.folded.clone(), TermRelation::Folded, 1);
        // A short word in a script without spaces is often the end of a name, and no prefix of other words.
        if !is_unspaced || forms.folded.chars().count() >= MIN_UNSPACED_LETTERS {
            query_word.folded = forms.folded;
        }
        query_word
    }

    /// Adds the bigrams of a run of ideographs. Bigrams within a word of the dictionary are required, those across
    /// two words are optional, and a word of one ideograph is required itself. Posts contain all bigrams, so that
    /// matches do not depend on how the dictionary splits them.
    fn add_ideographs(&self, text: &str, run: &[WordSpan], query_words: &mut Vec<QueryWord>) {
        let range = run[0].range.start..run[run.len() - 1].range.end;
        let mut word_of = Vec::with_capacity(run.len());
        let words: Vec<Range<usize>> = unspaced::words(&text[range.clone()])
            .map(|word| range.start + word.start..range.start + word.end)
            .collect();
        for character in run {
            word_of.push(words.partition_point(|word| word.end <= character.range.start));
        }
        let is_stop_word = |at: usize| {
            words.get(at).is_some_and(|word| self.stop_words.contains(&normalize(&text[word.clone()])))
        };
        for (at, character) in run.iter().enumerate() {
            let is_alone = (at == 0 || word_of[at - 1] != word_of[at])
                && word_of.get(at + 1).is_none_or(|next| *next != word_of[at]);
            if is_alone {
                let mut word = QueryWord { range: character.range.clone(), ..QueryWord::default() };
                word.add(folded_form(text, character), TermRelation::Folded, 1);
                word.is_stop_word = is_stop_word(word_of[at]);
                word.is_optional = word.is_stop_word;
                query_words.push(word);
            }
            let Some(pair) = bigram(text, character, run.get(at + 1)) else { continue };
            let mut word =
                QueryWord { range: character.range.start..run[at + 1].range.end, ..QueryWord::default() };
            word.add(format!("{BIGRAM_MARKER}{}", fold(pair)), TermRelation::Compound, 2);
            let is_within = word_of[at] == word_of[at + 1];
            word.is_stop_word = is_within && is_stop_word(word_of[at]);
            word.is_optional = !is_within || word.is_stop_word;
            query_words.push(word);
        }
    }
}

impl QueryWord {
    fn add(&mut self, term: String, relation: TermRelation, span: u32) {
        let is_known = |known: &WordTerm| known.term == term && known.relation != TermRelation::SelfStem;
        if term.len() <= limits::MAX_TOKEN_BYTES && !self.terms.iter().any(is_known) {
            self.terms.push(WordTerm { term, relation, span, stemmer: None });
        }
    }
}

fn folded_form(text: &str, word: &WordSpan) -> String {
    if word.range.end > word.letters.end {
        fold(&text[word.range.clone()])
    } else {
        WordForms::new(&text[word.letters.clone()], CaseRules::Common).folded
    }
}

/// Returns the number of adjacent ideographs at the beginning of `words`.
fn ideographs(text: &str, words: &[WordSpan]) -> usize {
    let is_ideograph = |word: &WordSpan| {
        word.is_unspaced && Script::of_word(&text[word.range.clone()]) == Script::Ideographic
    };
    let mut len = 0;
    while words.get(len).is_some_and(is_ideograph)
        && (len == 0 || words[len - 1].range.end == words[len].range.start)
    {
        len += 1;
    }
    len
}

/// Returns words with their leading symbols, which match in addition to the bare words.
fn symbol_words(text: &str, words: &[WordSpan]) -> impl Iterator<Item = QueryWord> {
    let with_symbols = words.iter().filter(|word| word.range.start < word.letters.start);
    with_symbols.map(|word| {
        let mut query_word =
            QueryWord { range: word.range.clone(), is_optional: true, ..QueryWord::default() };
        query_word.add(fold(&text[word.range.clone()]), TermRelation::Compound, 1);
        query_word
    })
}
