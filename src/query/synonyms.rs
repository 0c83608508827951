//! The synonyms that a site's settings define.

use std::collections::BTreeMap;

use crate::analysis::SiteAnalyzer;
use crate::config::SynonymRule;

/// Synonyms, indexed by the words that have them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Synonyms {
    by_words: BTreeMap<Vec<String>, Vec<Vec<String>>>,
    max_words: usize,
}

impl Synonyms {
    /// Returns the synonyms of a site's rules, analyzed like its queries.
    pub(crate) fn new(rules: &[SynonymRule], analyzer: &SiteAnalyzer) -> Self {
        let mut synonyms = Self::default();
        for rule in rules {
            let words = |text: &String| analyzer.for_query(text).analyze(text).folded_words;
            let names: Vec<Vec<String>> = rule.names.iter().map(words).collect();
            for (from, side) in names.iter().enumerate().filter(|(at, _)| *at == 0 || !rule.is_one_way) {
                for (_, other) in names.iter().enumerate().filter(|(to, _)| *to != from) {
                    synonyms.add(side, other);
                }
            }
        }
        synonyms
    }

    fn add(&mut self, words: &[String], other: &[String]) {
        if words.is_empty() || other.is_empty() || words == other {
            return;
        }
        self.max_words = self.max_words.max(words.len());
        let known = self.by_words.entry(words.to_vec()).or_default();
        if !known.iter().any(|known| known == other) {
            known.push(other.to_vec());
        }
    }

    /// Returns the number of words of the longest name that has synonyms.
    pub(crate) fn max_words(&self) -> usize {
        self.max_words
    }

    /// Returns the synonyms of adjacent words, each of one or several words.
    pub(crate) fn of(&self, words: &[&str]) -> impl Iterator<Item = &[String]> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        self.by_words.get(&words).into_iter().flatten().map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(names: &[&str], is_one_way: bool) -> SynonymRule {
        SynonymRule { names: names.iter().map(|side| (*side).to_owned()).collect(), is_one_way }
    }

    #[test]
    fn applies_rules_in_one_or_both_directions() {
        let rules = [
            rule(&["K8s", "Kubernetes", "kube"], false),
            rule(&["IaC", "infrastructure as code"], false),
            rule(&["js", "JavaScript"], true),
        ];
        let analyzer = SiteAnalyzer::for_languages(&["en".to_owned()]);
        let synonyms = Synonyms::new(&rules, &analyzer);
        let of = |words: &[&str]| synonyms.of(words).map(|other| other.join(" ")).collect::<Vec<_>>();
        assert_eq!(of(&["k8s"]), ["kubernetes", "kube"]);
        assert_eq!(of(&["kube"]), ["k8s", "kubernetes"]);
        assert_eq!(of(&["iac"]), ["infrastructure as code"]);
        assert_eq!(of(&["infrastructure", "as", "code"]), ["iac"]);
        assert_eq!(of(&["js"]), ["javascript"]);
        assert!(of(&["javascript"]).is_empty() && of(&["infrastructure"]).is_empty());
        assert_eq!(synonyms.max_words(), 3);
    }
}
