//! Analysis of a post's text.

use std::ops::Range;

use super::compound::{compound_variant, identifier_parts};
use super::fold::{fold, two_letter_spelling};
use super::lexicon::{CachedText, Lexicon, LexiconKey, TokenPlacement};
use super::script::Script;
use super::stem::{Stemmer, has_stem};
use super::token::{BIGRAM_MARKER, EXACT_MARKER, PART_MARKER, SPELLING_MARKER, Token, TokenKind};
use super::tokenizer::{Segmentation, segment};
use super::word_forms::{CaseRules, WordForms, bigram};
use super::word_span::WordSpan;
use crate::content::language_tag::primary_subtag;

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

/// Analyzer for texts in one language.
pub struct Analyzer {
    language: String,
    /// Stemmers by [`Script::index`].
    stemmers: [Stemmer; Script::ALL.len()],
    case: CaseRules,
    /// Whether umlauts may be spelled with two letters.
    has_two_letter_spellings: bool,
    /// Whether diacritics distinguish words, so that `trong` matches `tròng` less well than `trong`.
    has_tones: bool,
}

impl Analyzer {
    /// Returns an analyzer for a language tag, such as `en`; only the primary subtag matters.
    #[must_use]
    pub fn new(language: &str) -> Self {
        let language = primary_subtag(language);
        Self {
            language: language.to_owned(),
            stemmers: Script::ALL.map(|script| Stemmer::new(language, script)),
            case: if matches!(language, "tr" | "az") { CaseRules::Turkic } else { CaseRules::Common },
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
            let cached = CachedText { key: LexiconKey::Word(language), text: &text[word.range.clone()] };
            let placement = TokenPlacement { position, span: 1 };
            lexicon.push_tokens(cached, placement, &mut tokens, |push| self.word_terms(text, word, push));
            if let Some(pair) = bigram(text, word, words.get(at + 1)) {
                let cached = CachedText { key: LexiconKey::Bigram, text: pair };
                lexicon.push_tokens(cached, TokenPlacement { position, span: 2 }, &mut tokens, |push| {
                    push(format!("{BIGRAM_MARKER}{}", fold(pair)), TokenKind::Bigram);
                });
            }
            while let Some(compound) = compounds.next_if(|compound| compound.first == at) {
                let span = u32::try_from(compound.words).unwrap_or(1);
                let compound = &text[compound.range];
                let cached = CachedText { key: LexiconKey::Compound, text: compound };
                lexicon.push_tokens(cached, TokenPlacement { position, span }, &mut tokens, |push| {
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
        let forms = WordForms::new(letters, self.case);
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
            if stem.folded == forms.folded {
                push(stem.folded, TokenKind::SelfStem);
            } else {
                push(stem.term(), TokenKind::Stem);
            }
        }
        for part in identifier_parts(letters) {
            push(format!("{PART_MARKER}{}", fold(part)), TokenKind::Part);
        }
        push(forms.folded, TokenKind::Folded);
        if word.range.start < word.letters.start {
            push(fold(&text[word.range.clone()]), TokenKind::Compound);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::token::MARKERS;

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
        assert_eq!(shown("tr-TR", "ISPARTA"), shown("tr", "ISPARTA"));
    }
}
