//! Token filter: stemming.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

/// The stemmer of a language, where it has one.
pub struct LanguageStemmer(Option<Stemmer>);

impl LanguageStemmer {
    /// The stemmer for a primary language subtag; languages without one leave words as they are.
    #[must_use]
    pub fn new(language: &str) -> Self {
        Self((language == "en").then(|| Stemmer::create(Algorithm::English)))
    }

    /// The stem of a folded word of ASCII letters, unless it is the word itself.
    #[must_use]
    pub fn stem(&self, word: &str) -> Option<String> {
        let stemmer =
            self.0.as_ref().filter(|_| word.len() > 2 && word.bytes().all(|b| b.is_ascii_lowercase()))?;
        match stemmer.stem(word) {
            Cow::Borrowed(stem) if stem == word => None,
            stem => Some(stem.into_owned()).filter(|stem| stem != word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_words_have_stems_and_names_do_not_change() {
        let stemmer = LanguageStemmer::new("en");
        assert_eq!(stemmer.stem("deployments").as_deref(), Some("deploy"));
        assert_eq!(stemmer.stem("deploy"), None);
        assert_eq!(stemmer.stem("k8s"), None);
        assert_eq!(LanguageStemmer::new("xx").stem("deployments"), None);
    }
}
