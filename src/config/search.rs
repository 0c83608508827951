//! Settings of searching that have rules of their own.

/// How many typos a word may have, by its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypoLimits {
    /// Letters from which a word may have one.
    pub one_from: usize,
    /// Letters from which it may have two.
    pub two_from: usize,
    /// Most that any word may have.
    pub max: u8,
}

impl Default for TypoLimits {
    fn default() -> Self {
        Self { one_from: 4, two_from: 8, max: 2 }
    }
}

impl TypoLimits {
    /// Most typos of `word`: none where it has a digit, for then it is a name or a number.
    #[must_use]
    pub fn of_word(&self, word: &str) -> u8 {
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

/// Names that mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SynonymRule {
    /// The names, each a word or several; at least two.
    pub sides: Vec<String>,
    /// Only the first one is also looked for as the others.
    pub is_one_way: bool,
}

impl SynonymRule {
    /// Reads `k8s = kubernetes = kube`, or `js => javascript` for one way.
    pub(super) fn parse(rule: &str) -> Option<Self> {
        let (is_one_way, sides) = match rule.split_once("=>") {
            Some((from, to)) => (true, vec![from, to]),
            None => (false, rule.split('=').collect()),
        };
        let sides: Vec<String> = sides.into_iter().map(|side| side.trim().to_owned()).collect();
        let is_name = |side: &String| side.chars().any(char::is_alphanumeric) && !side.contains('=');
        (sides.len() > 1 && sides.iter().all(is_name)).then_some(Self { sides, is_one_way })
    }
}
