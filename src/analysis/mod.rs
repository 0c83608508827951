//! Text to tokens: the same for posts and for queries.
//!
//! Every word has one position. On it stand its surface form, folded; its stem, where it differs;
//! the parts of a word in camel case; and, on a compound's first position, the compound. Stems
//! and parts carry a marker before the letters, so that they never mix with surface forms.

pub mod fold;
pub mod stem;
pub mod tokenizer;

use std::ops::Range;

use fold::fold;
use stem::LanguageStemmer;
use tokenizer::{Segmentation, Word, camel_parts, segment};

/// Changes when tokens do: indexes made with another version are rebuilt.
pub const ANALYSIS_VERSION: u32 = 1;

/// Stands before a stem.
pub const STEM_MARKER: char = '\u{1}';
/// Stands before a part of a word in camel case.
pub const PART_MARKER: char = '\u{2}';
/// Longest token that is kept, in bytes; longer ones are data, not words.
const MAX_TOKEN_BYTES: usize = 128;

/// What a token is of its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// The word as written, folded.
    Surface,
    /// Its stem.
    Stem,
    /// A part of it, in camel case.
    Part,
    /// A compound that begins with it.
    Compound,
}

/// A term at a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The term as it stands in the dictionary, marker included.
    pub term: String,
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
    /// The byte range of each position.
    pub positions: Vec<Range<usize>>,
}

/// Analyses texts of one language.
pub struct Analyzer {
    stemmer: LanguageStemmer,
}

impl Analyzer {
    /// For a primary language subtag, such as `en`.
    #[must_use]
    pub fn new(language: &str) -> Self {
        Self { stemmer: LanguageStemmer::new(language) }
    }

    /// The tokens of `text`; positions count from 0.
    #[must_use]
    pub fn analyze(&self, text: &str) -> Analysis {
        let Segmentation { words, compounds } = segment(text);
        let mut tokens = Vec::with_capacity(words.len() * 3 / 2);
        let mut compounds = compounds.into_iter().peekable();
        for (at, word) in words.iter().enumerate() {
            let position = u32::try_from(at).unwrap_or(u32::MAX);
            let mut push = |term: String, kind, span| {
                if term.len() <= MAX_TOKEN_BYTES {
                    tokens.push(Token { term, kind, position, span });
                }
            };
            self.word_terms(text, word, |term, kind| push(term, kind, 1));
            while let Some(compound) = compounds.next_if(|compound| compound.first == at) {
                let span = u32::try_from(compound.words).unwrap_or(1);
                push(fold(&text[compound.range]), TokenKind::Compound, span);
            }
        }
        Analysis { tokens, positions: words.into_iter().map(|word| word.range).collect() }
    }

    /// The terms of one word: `c++` stands for itself alone, `.net` for `net` too.
    fn word_terms(&self, text: &str, word: &Word, mut push: impl FnMut(String, TokenKind)) {
        let letters = &text[word.letters.clone()];
        let has_suffix = word.range.end > word.letters.end;
        if has_suffix {
            push(fold(&text[word.range.clone()]), TokenKind::Surface);
            return;
        }
        let surface = fold_word(letters);
        if let Some(stem) = self.stem_term(&surface) {
            push(stem, TokenKind::Stem);
        }
        for part in camel_parts(letters) {
            push(format!("{PART_MARKER}{}", fold(part)), TokenKind::Part);
        }
        push(surface, TokenKind::Surface);
        if word.range.start < word.letters.start {
            push(fold(&text[word.range.clone()]), TokenKind::Compound);
        }
    }

    /// The dictionary term of the stem of a surface form, where it differs.
    #[must_use]
    pub fn stem_term(&self, surface: &str) -> Option<String> {
        self.stemmer.stem(surface).map(|stem| format!("{STEM_MARKER}{stem}"))
    }

    /// The stem of a surface form: itself where it has no other.
    #[must_use]
    pub fn stem(&self, surface: &str) -> String {
        self.stemmer.stem(surface).unwrap_or_else(|| surface.to_owned())
    }
}

/// Folds a word and takes its apostrophes out: `don't` is `dont`, `developer's` is `developer`.
fn fold_word(letters: &str) -> String {
    let folded = fold(letters);
    let bare = folded.strip_suffix("'s").or_else(|| folded.strip_suffix("’s")).unwrap_or(&folded);
    if bare.contains(['\'', '’', 'ʼ']) { bare.replace(['\'', '’', 'ʼ'], "") } else { bare.to_owned() }
}

/// Words that carry no meaning of their own: a query need not find them all.
#[must_use]
pub fn is_stop_word(surface: &str) -> bool {
    const STOP_WORDS: [&str; 40] = [
        "a", "about", "an", "and", "are", "as", "at", "be", "by", "can", "did", "do", "does", "for", "from",
        "how", "i", "if", "in", "into", "is", "it", "its", "my", "of", "on", "or", "our", "that", "the",
        "their", "this", "to", "was", "we", "what", "when", "with", "you", "your",
    ];
    STOP_WORDS.binary_search(&surface).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let analysis = Analyzer::new("en").analyze(text);
        analysis
            .tokens
            .iter()
            .map(|token| token.term.replace(STEM_MARKER, "~").replace(PART_MARKER, "^"))
            .collect()
    }

    #[test]
    fn tokens_that_a_technical_blog_needs_are_whole() {
        let cases: [(&str, &[&str]); 12] = [
            ("CI/CD", &["ci", "ci/cd", "cd"]),
            ("C++ C#", &["c++", "c#"]),
            (".NET", &["net", ".net"]),
            ("Node.js", &["node", "node.js", "js"]),
            ("--dry-run", &["dry", "--dry", "--dry-run", "run"]),
            ("k8s", &["k8s"]),
            ("Argo CD", &["argo", "cd"]),
            ("snake_case", &["snake", "snake_case", "case"]),
            ("camelCase", &["^camel", "^case", "camelcase"]),
            ("deployments", &["~deploy", "deployments"]),
            ("the developer's don't", &["the", "~develop", "developer", "dont"]),
            ("Zürich café", &["zurich", "cafe"]),
        ];
        for (text, expected) in cases {
            let terms = terms(text);
            for term in expected {
                assert!(terms.iter().any(|t| t == term), "{text}: {term} is missing in {terms:?}");
            }
        }
    }

    #[test]
    fn every_word_has_one_position() {
        let text = "Use the OpenTelemetry node.js SDK";
        let analysis = Analyzer::new("en").analyze(text);
        let shown: Vec<_> = analysis.positions.iter().map(|range| &text[range.clone()]).collect();
        assert_eq!(shown, ["Use", "the", "OpenTelemetry", "node", "js", "SDK"]);
        let compound = analysis.tokens.iter().find(|token| token.term == "node.js").unwrap();
        assert_eq!((compound.position, compound.span), (3, 2));
        assert!(analysis.tokens.is_sorted_by_key(|token| token.position));
    }

    #[test]
    fn overlong_tokens_take_a_position_and_no_term() {
        let text = format!("a {} b", "x".repeat(500));
        let analysis = Analyzer::new("en").analyze(&text);
        assert_eq!(analysis.positions.len(), 3);
        assert_eq!(analysis.tokens.len(), 2);
    }

    #[test]
    fn stop_words_are_sorted_for_the_search() {
        assert!(
            is_stop_word("a") && is_stop_word("your") && is_stop_word("how") && !is_stop_word("kubernetes")
        );
    }
}
