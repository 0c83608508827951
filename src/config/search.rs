//! Search settings: typo limits and synonym rules.

/// The maximum number of typos per query word, by word length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypoLimits {
    /// Minimum length of a word with one typo, in letters.
    pub one_from: usize,
    /// Minimum length of a word with two typos, in letters.
    pub two_from: usize,
    /// Maximum typos of any word.
    pub max: u8,
}

impl Default for TypoLimits {
    fn default() -> Self {
        Self { one_from: 4, two_from: 8, max: 2 }
    }
}

impl TypoLimits {
    /// Returns the maximum number of typos in `word`. It is 0 for a word with a digit, which is a version,
    /// a model or a number: one changed character makes it another one.
    #[must_use]
    pub(crate) fn of_word(&self, word: &str) -> u8 {
        let letters = word.chars().count();
        let by_length = match letters {
            _ if word.chars().any(char::is_numeric) => 0,
            letters if letters >= self.two_from => 2,
            letters if letters >= self.one_from => 1,
            _ => 0,
        };
        by_length.min(self.max)
    }
}

/// Names with the same meaning, from `search.synonyms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SynonymRule {
    /// Two or more names, each of one or more words.
    pub names: Vec<String>,
    /// Whether only the first name expands to the others and not the other way round.
    pub is_one_way: bool,
}

impl SynonymRule {
    /// Parses a two-way rule such as `k8s = kubernetes = kube`, or a one-way rule such as
    /// `js => javascript`.
    pub(super) fn parse(rule: &str) -> Option<Self> {
        let (is_one_way, names) = match rule.split_once("=>") {
            Some((from, to)) => (true, vec![from, to]),
            None => (false, rule.split('=').collect()),
        };
        let names: Vec<String> = names.into_iter().map(|side| side.trim().to_owned()).collect();
        let is_name = |side: &String| side.chars().any(char::is_alphanumeric) && !side.contains('=');
        (names.len() > 1 && names.iter().all(is_name)).then_some(Self { names, is_one_way })
    }
}
