//! Text to tokens: the same for posts and for queries.
//!
//! Every word has one position, wherever the text was written: words are cut by their script
//! ([`tokenizer`], [`script`], [`unspaced`]). On a position stand the word's surface form, folded
//! ([`mod@fold`]), and beside it, each with a marker before its letters so that they never mix with
//! surface forms: the form as written, where folding changed it; the stem in the language of the
//! text ([`stem`]); the spelling without umlauts; the parts of an identifier; and, at the first of
//! several positions, compounds ([`compound`]) and pairs of ideographs. A query's words are
//! analysed for all languages of the site ([`query`]).

pub mod compound;
pub mod fold;
pub mod lexicon;
pub mod query;
pub mod script;
pub mod stable_hash;
pub mod stem;
pub mod stop_words;
pub mod tokenizer;
pub mod unspaced;

use std::ops::Range;

pub use lexicon::{Lexicon, TermId};
pub use query::{QueryAnalysis, QueryAnalyzer, QueryWord, SiteAnalyzer, TermRelation, WordTerm};
pub use stem::Stemmer;
pub use stop_words::is_stop_word;

use compound::{compound_variant, identifier_parts};
use fold::{fold, fold_normalized, normalize, normalize_turkic, two_letter_spelling};
use lexicon::LexiconKey;
use script::Script;
use stem::has_stem;
use tokenizer::{Segmentation, WordSpan, segment};

/// Changes when tokens do: indexes made with another version are rebuilt.
pub const ANALYSIS_VERSION: u32 = 4;

/// Stands before a stem.
pub const STEM_MARKER: char = '\u{1}';
/// Stands before a part of an identifier.
pub const PART_MARKER: char = '\u{2}';
/// Stands before a word as it is written, with its diacritics.
pub const EXACT_MARKER: char = '\u{3}';
/// Stands before the spelling of a word without its umlauts.
pub const SPELLING_MARKER: char = '\u{4}';
/// Stands before two ideographs.
pub const BIGRAM_MARKER: char = '\u{5}';
/// All markers.
pub const MARKERS: [char; 5] = [STEM_MARKER, PART_MARKER, EXACT_MARKER, SPELLING_MARKER, BIGRAM_MARKER];
/// Longest token that is kept, in bytes; longer ones are data, not words.
const MAX_TOKEN_BYTES: usize = 128;

/// What a token is of its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// The word, folded.
    Folded,
    /// The word as written, where folding changes it.
    Exact,
    /// Its stem, where that is written differently.
    Stem,
    /// The folded word, which is its stem too; not searched beside it, but counted.
    SelfStem,
    /// Its spelling without umlauts: `mueller` of `Müller`.
    Spelling,
    /// A part of it, of an identifier.
    Part,
    /// A compound that begins with it, or the word with its symbols.
    Compound,
    /// It and the next ideograph.
    Bigram,
}

/// A term at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The number of the term as it stands in the dictionary, marker included.
    pub term: TermId,
    /// What it is.
    pub kind: TokenKind,
    /// The position of the (first) word.
    pub position: u32,
    /// How many positions it covers.
    pub span: u32,
}

/// The tokens of a text and where its positions stand in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// In the order of positions.
    pub tokens: Vec<Token>,
    /// The byte range of each position; they ascend and do not overlap.
    pub positions: Vec<Range<usize>>,
}

/// Where the positions of a text stand in it, in any language.
#[must_use]
pub fn positions(text: &str) -> Vec<Range<usize>> {
    segment(text).words.into_iter().map(|word| word.range).collect()
}

/// Analyses texts of one language.
pub struct Analyzer {
    language: String,
    /// By [`Script::index`].
    stemmers: [Stemmer; Script::ALL.len()],
    is_turkic: bool,
    /// Its umlauts may be spelled with two letters.
    has_two_letter_spellings: bool,
    /// Diacritics tell its words apart: `tròng` is not found by `trong` as well as `trong` is.
    has_tones: bool,
}

impl Analyzer {
    /// For a primary language subtag, such as `en`.
    #[must_use]
    pub fn new(language: &str) -> Self {
        Self {
            language: language.to_owned(),
            stemmers: Script::ALL.map(|script| Stemmer::new(language, script)),
            is_turkic: matches!(language, "tr" | "az"),
            has_two_letter_spellings: matches!(language, "de" | "en" | "da" | "no" | "nb" | "nn"),
            has_tones: language == "vi",
        }
    }

    /// The tokens of `text`; positions count from 0.
    #[must_use]
    pub fn analyze(&self, text: &str, lexicon: &mut Lexicon) -> Analysis {
        let Segmentation { words, compounds } = segment(text);
        let mut tokens = Vec::with_capacity(words.len() * 2 + compounds.len() * 2);
        let language = lexicon.language(&self.language);
        let mut compounds = compounds.into_iter().peekable();
        for (at, word) in words.iter().enumerate() {
            let position = u32::try_from(at).unwrap_or(u32::MAX);
            let piece = (LexiconKey::Word(language), &text[word.range.clone()]);
            lexicon.push_tokens(piece, (position, 1), &mut tokens, |push| self.word_terms(text, word, push));
            if let Some(pair) = pair(text, word, words.get(at + 1)) {
                lexicon.push_tokens((LexiconKey::Bigram, pair), (position, 2), &mut tokens, |push| {
                    push(format!("{BIGRAM_MARKER}{}", fold(pair)), TokenKind::Bigram);
                });
            }
            while let Some(compound) = compounds.next_if(|compound| compound.first == at) {
                let place = (position, u32::try_from(compound.words).unwrap_or(1));
                let compound = &text[compound.range];
                lexicon.push_tokens((LexiconKey::Compound, compound), place, &mut tokens, |push| {
                    let term = fold(compound);
                    if let Some(variant) = compound_variant(&term) {
                        push(variant, TokenKind::Compound);
                    }
                    push(term, TokenKind::Compound);
                });
            }
        }
        Analysis { tokens, positions: words.into_iter().map(|word| word.range).collect() }
    }

    /// The terms of one word, which hang on nothing but its own text: `c++` stands for itself alone,
    /// `.net` for `net` too.
    fn word_terms(&self, text: &str, word: &WordSpan, push: &mut dyn FnMut(String, TokenKind)) {
        let letters = &text[word.letters.clone()];
        if word.range.end > word.letters.end {
            return push(fold(&text[word.range.clone()]), TokenKind::Folded);
        }
        let forms = WordForms::new(letters, self.is_turkic);
        if forms.exact.is_some() || self.has_tones {
            push(format!("{EXACT_MARKER}{}", forms.normalized()), TokenKind::Exact);
        }
        if self.has_two_letter_spellings
            && let Some(spelling) = two_letter_spelling(forms.normalized())
        {
            push(format!("{SPELLING_MARKER}{spelling}"), TokenKind::Spelling);
        }
        if has_stem(forms.normalized()) {
            let stemmer = self.stemmers[Script::of_word(letters).index()];
            let stem = stemmer.stem(forms.normalized());
            if stem.folded == forms.surface {
                push(stem.folded, TokenKind::SelfStem);
            } else {
                push(stem.term(), TokenKind::Stem);
            }
        }
        for part in identifier_parts(letters) {
            push(format!("{PART_MARKER}{}", fold(part)), TokenKind::Part);
        }
        push(forms.surface, TokenKind::Folded);
        if word.range.start < word.letters.start {
            push(fold(&text[word.range.clone()]), TokenKind::Compound);
        }
    }
}

/// The forms of a word.
struct WordForms {
    surface: String,
    /// Where it differs.
    exact: Option<String>,
}

impl WordForms {
    fn new(letters: &str, is_turkic: bool) -> Self {
        let normalized = if is_turkic { normalize_turkic(letters) } else { normalize(letters) };
        let normalized = without_apostrophes(normalized);
        if normalized.is_ascii() {
            return Self { surface: normalized, exact: None };
        }
        let surface = fold_normalized(&normalized);
        let exact = (surface != normalized).then_some(normalized);
        Self { surface, exact }
    }

    fn normalized(&self) -> &str {
        self.exact.as_deref().unwrap_or(&self.surface)
    }
}

/// `don't` is `dont`, `developer's` is `developer`.
fn without_apostrophes(mut word: String) -> String {
    const APOSTROPHES: [char; 3] = ['\'', '’', 'ʼ'];
    if !word.contains(APOSTROPHES) {
        return word;
    }
    if let Some(bare) = word.strip_suffix('s').and_then(|word| word.strip_suffix(APOSTROPHES)) {
        word.truncate(bare.len());
    }
    word.retain(|c| !APOSTROPHES.contains(&c));
    word
}

/// Two ideographs that stand side by side, as they are written.
fn pair<'a>(text: &'a str, word: &WordSpan, next: Option<&WordSpan>) -> Option<&'a str> {
    let next =
        next.filter(|next| word.is_unspaced && next.is_unspaced && word.range.end == next.range.start)?;
    let pair = &text[word.range.start..next.range.end];
    (Script::of_word(pair) == Script::Ideographic).then_some(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: &str, text: &str) -> Vec<String> {
        let mut lexicon = Lexicon::default();
        let analysis = Analyzer::new(language).analyze(text, &mut lexicon);
        let shown = |token: &Token| {
            let term = lexicon.term(token.term).trim_start_matches(MARKERS);
            match token.kind {
                TokenKind::Folded => term.to_owned(),
                TokenKind::SelfStem => format!("@{term}"),
                TokenKind::Exact => format!("={term}"),
                TokenKind::Stem => format!("~{}", &term[2..]),
                TokenKind::Spelling => format!("%{term}"),
                TokenKind::Part => format!("^{term}"),
                TokenKind::Compound => format!("+{term}"),
                TokenKind::Bigram => format!("&{term}"),
            }
        };
        analysis.tokens.iter().map(shown).collect()
    }

    #[test]
    fn tokens_that_a_technical_blog_needs_are_whole() {
        let cases: [(&str, &[&str]); 22] = [
            ("CI/CD", &["ci", "+ci/cd", "+cicd", "cd"]),
            ("C++ C#", &["c++", "c#"]),
            (".NET", &["net", "+.net"]),
            ("Node.js", &["node", "+node.js", "+nodejs", "js"]),
            ("--dry-run", &["dry", "+--dry", "+--dry-run", "run"]),
            ("k8s", &["k8s"]),
            ("Argo CD", &["argo", "cd"]),
            ("snake_case", &["snake", "+snake_case", "+snakecase", "case"]),
            ("camelCase", &["^camel", "^case", "camelcase"]),
            ("deployments", &["~deploy", "deployments"]),
            ("the developer's don't", &["the", "~develop", "developer", "dont"]),
            ("Zürich café", &["=zürich", "zurich", "%zuerich", "=café", "cafe"]),
            ("std::vec a->b", &["+std::vec", "+a->b"]),
            ("#include @types/node", &["+#include", "include", "+@types/node", "types"]),
            ("1.2.3 v1.30", &["+1.2.3", "+v1.30", "+1.30"]),
            ("E0382", &["e0382"]),
            ("utf8 utf-8", &["utf8", "^utf", "+utf-8", "+utf8"]),
            ("日本語", &["日", "&日本", "本", "&本語", "語"]),
            ("서버에서", &["서버에서", "~서버"]),
            ("Grüße", &["=grüße", "grusse", "%gruesse"]),
            ("मौसम की", &["मौसम", "की"]),
            ("ＡＢＣ", &["abc"]),
        ];
        for (text, expected) in cases {
            let terms = shown("en", text);
            for term in expected {
                assert!(terms.iter().any(|t| t == term), "{text}: {term} is missing in {terms:?}");
            }
        }
    }

    #[test]
    fn every_word_has_one_position() {
        let text = "Use the OpenTelemetry node.js SDK";
        let mut lexicon = Lexicon::default();
        let analysis = Analyzer::new("en").analyze(text, &mut lexicon);
        let shown: Vec<_> = analysis.positions.iter().map(|range| &text[range.clone()]).collect();
        assert_eq!(shown, ["Use", "the", "OpenTelemetry", "node", "js", "SDK"]);
        assert_eq!(analysis.positions, positions(text));
        let mut tokens = analysis.tokens.iter();
        let compound = tokens.find(|token| lexicon.term(token.term) == "node.js").unwrap();
        assert_eq!((compound.position, compound.span), (3, 2));
        assert!(analysis.tokens.is_sorted_by_key(|token| token.position));
    }

    #[test]
    fn overlong_tokens_take_a_position_and_no_term() {
        let text = format!("a {} b", "x".repeat(500));
        let analysis = Analyzer::new("en").analyze(&text, &mut Lexicon::default());
        assert_eq!(analysis.positions.len(), 3);
        assert_eq!(analysis.tokens.len(), 2);
    }

    #[test]
    fn turkish_has_its_own_small_letters() {
        assert_eq!(shown("tr", "ISPARTA"), ["=ısparta", "~ispar", "isparta"]);
        assert_eq!(shown("en", "ISPARTA"), ["@isparta", "isparta"]);
    }
}
