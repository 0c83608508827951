//! Forms of a word, the same for posts and queries.

use super::fold::{fold_normalized, normalize, normalize_turkic};
use super::script::Script;
use super::word_span::WordSpan;

/// The lower-case rules of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CaseRules {
    /// Those of most languages.
    Common,
    /// Those of Turkish and Azerbaijani, where the lower case of `I` is `ı`.
    Turkic,
}

/// Normalized and folded form of a word.
pub(super) struct WordForms {
    /// The folded form.
    pub(super) folded: String,
    /// The normalized form, if it differs from the folded one.
    pub(super) exact: Option<String>,
}

impl WordForms {
    pub(super) fn new(letters: &str, case: CaseRules) -> Self {
        let normalized = without_apostrophes(match case {
            CaseRules::Common => normalize(letters),
            CaseRules::Turkic => normalize_turkic(letters),
        });
        if normalized.is_ascii() {
            return Self { folded: normalized, exact: None };
        }
        let folded = fold_normalized(&normalized);
        let exact = (folded != normalized).then_some(normalized);
        Self { folded, exact }
    }

    pub(super) fn normalized(&self) -> &str {
        self.exact.as_deref().unwrap_or(&self.folded)
    }
}

/// Removes apostrophes and the possessive `s`: `don't` becomes `dont`, `developer's` becomes `developer`.
pub(super) fn without_apostrophes(mut word: String) -> String {
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
pub(super) fn bigram<'a>(text: &'a str, word: &WordSpan, next: Option<&WordSpan>) -> Option<&'a str> {
    let next =
        next.filter(|next| word.is_unspaced && next.is_unspaced && word.range.end == next.range.start)?;
    let pair = &text[word.range.start..next.range.end];
    (Script::of_word(pair) == Script::Ideographic).then_some(pair)
}
