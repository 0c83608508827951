//! The form of a language's profile.

/// What distinguishes the texts of a language from those of others in the same script.
pub(super) struct LanguageProfile {
    /// The language tag.
    pub(super) tag: &'static str,
    /// Frequent function words, in lower case. A word that loses its vowel before another one ends in an apostrophe.
    pub(super) words: &'static str,
    /// Endings of long words.
    pub(super) endings: &'static str,
    /// Letters of the alphabet, without a to z.
    pub(super) letters: &'static str,
}
