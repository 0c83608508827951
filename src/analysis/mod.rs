//! Analysis: text to tokens, the same for posts and queries.
//!
//! Each word has one position. Words are split by script ([`tokenizer`], [`script`], [`unspaced`]), independently
//! of language. At a word's position are its folded form ([`mod@fold`]) and further terms, each with a marker as
//! its first character that separates them from folded forms: the exact form, if folding changed it; the stem in
//! the language of the text ([`stem`]); the spelling without umlauts; and the parts of an identifier. Compounds
//! ([`compound`]) and bigrams of ideographs are at the first of their positions. A query's words are analyzed for
//! all languages of the site ([`query`]).

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

/// Version of the analysis. If it differs, the index is rebuilt.
pub const ANALYSIS_VERSION: u32 = 4;

/// First character of a stem.
pub const STEM_MARKER: char = '\u{1}';
/// First character of an identifier part.
pub const PART_MARKER: char = '\u{2}';
/// First character of an exact form, with diacritics.
pub const EXACT_MARKER: char = '\u{3}';
/// First character of a spelling without umlauts.
pub const SPELLING_MARKER: char = '\u{4}';
/// First character of a bigram of ideographs.
pub const BIGRAM_MARKER: char = '\u{5}';
/// All markers.
pub const MARKERS: [char; 5] = [STEM_MARKER, PART_MARKER, EXACT_MARKER, SPELLING_MARKER, BIGRAM_MARKER];
/// Maximum length of an indexed token in bytes; longer ones are data rather than words.
const MAX_TOKEN_BYTES: usize = 128;

/// Kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// The folded word.
    Folded,
    /// The word as written, if folding changes it.
    Exact,
    /// The stem, if it differs from the folded word.
    Stem,
    /// The folded word, which equals its stem: not indexed again, but counted in the field's length.
    SelfStem,
    /// The spelling without umlauts: `mueller` for `Müller`.
    Spelling,
    /// A part of an identifier.
    Part,
    /// A compound that begins with the word, or the word with its symbols.
    Compound,
    /// The ideograph and the next one.
    Bigram,
}

/// A term at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Id of the term, marker included.
    pub term: TermId,
    /// Kind of the token.
    pub kind: TokenKind,
    /// Position of the (first) word.
    pub position: u32,
    /// Number of positions that it covers.
    pub span: u32,
}

/// The tokens and positions of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Tokens in the order of their positions.
    pub tokens: Vec<Token>,
    /// Byte range of each position, ascending and without overlaps.
    pub positions: Vec<Range<usize>>,
}

/// Returns the byte range of each position in a text of any language.
#[must_use]
pub fn positions(text: &str) -> Vec<Range<usize>> {
    segment(text).words.into_iter().map(|word| word.range).collect()
}

/// Analyzer of texts in one language.
pub struct Analyzer {
    language: String,
    /// Stemmers by [`Script::index`].
    stemmers: [Stemmer; Script::ALL.len()],
    is_turkic: bool,
    /// Whether umlauts may be spelled with two letters.
    has_two_letter_spellings: bool,
    /// Whether diacritics distinguish words, so that `trong` matches `tròng` less well than `trong`.
    has_tones: bool,
}

impl Analyzer {
    /// Returns an analyzer for a primary language subtag, such as `en`.
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

    /// Returns the tokens and positions of `text`.
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

    /// Emits the terms of one word, which depend only on its text: `c++` has no other term, `.net` also has the
    /// term `net`.
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

/// Normalized and folded form of a word.
struct WordForms {
    surface: String,
    /// The normalized form, if it differs from the folded one.
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

/// Removes apostrophes and the possessive `s`: `don't` becomes `dont`, `developer's` becomes `developer`.
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

/// Returns the ideograph and the one that directly follows it.
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
    fn technical_terms_have_their_tokens() {
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
    fn each_word_has_one_position() {
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
    fn overlong_tokens_have_a_position_but_no_term() {
        let text = format!("a {} b", "x".repeat(500));
        let analysis = Analyzer::new("en").analyze(&text, &mut Lexicon::default());
        assert_eq!(analysis.positions.len(), 3);
        assert_eq!(analysis.tokens.len(), 2);
    }

    #[test]
    fn turkish_distinguishes_dotted_and_dotless_i() {
        assert_eq!(shown("tr", "ISPARTA"), ["=ısparta", "~ispar", "isparta"]);
        assert_eq!(shown("en", "ISPARTA"), ["@isparta", "isparta"]);
    }
}
