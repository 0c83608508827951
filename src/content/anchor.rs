//! Heading anchors as the generators make them.

use std::collections::HashSet;

use unicode_normalization::char::is_combining_mark;

use super::template::Dialect;

/// Hands out the anchors of one page, each only once.
#[derive(Debug)]
pub struct Anchors {
    dialect: Dialect,
    used: HashSet<String>,
}

impl Anchors {
    /// For a page written in `dialect`.
    #[must_use]
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, used: HashSet::new() }
    }

    /// The anchor of a heading without one of its own, from its Markdown source and its plain
    /// text; `-1`, `-2`… is added to one that is taken. Empty where the generator gives none.
    pub fn generate(&mut self, source: &str, text: &str) -> String {
        let mut anchor = match self.dialect {
            Dialect::Hugo => Some(plain(source.trim(), false)).filter(|anchor| !anchor.is_empty()),
            // kramdown makes dashes of hyphens before it makes the anchor.
            Dialect::Jekyll => Some(plain(&text.replace("---", "").replace("--", ""), true)),
            Dialect::Zola => Some(slug::slugify(text)),
        }
        .unwrap_or_else(|| "heading".to_owned());
        if anchor.is_empty() {
            return anchor;
        }
        let base = anchor.clone();
        let mut number = 0;
        while self.used.contains(&anchor) {
            number += 1;
            anchor = format!("{base}-{number}");
        }
        self.used.insert(anchor.clone());
        anchor
    }

    /// Takes note of an anchor that the writer gave, so that no generated one equals it.
    pub fn reserve(&mut self, anchor: &str) {
        self.used.insert(anchor.to_owned());
    }
}

/// Letters and digits in lower case, `_` and `-` kept, spaces as `-`, the rest left out: Goldmark's
/// rule in Hugo (`autoHeadingIDType = "github"`), and that of kramdown's GitHub mode, Jekyll's
/// default, which keeps combining marks too.
fn plain(heading: &str, keeps_marks: bool) -> String {
    let mut anchor = String::with_capacity(heading.len());
    for c in heading.chars() {
        match c {
            ' ' | '-' => anchor.push('-'),
            '_' => anchor.push('_'),
            _ if c.is_alphanumeric() => anchor.extend(c.to_lowercase()),
            _ if keeps_marks && is_combining_mark(c) => anchor.push(c),
            _ => {}
        }
    }
    anchor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_follow_goldmark() {
        let cases = [
            ("Manual Testing", "manual-testing"),
            ("What's `kubectl get`?", "whats-kubectl-get"),
            ("AI & DevOps", "ai--devops"),
            ("snake_case -- dashes", "snake_case----dashes"),
            ("Über Größe 2", "über-größe-2"),
            ("日本語", "日本語"),
            ("?!", "heading"),
        ];
        for (source, expected) in cases {
            assert_eq!(Anchors::new(Dialect::Hugo).generate(source, source), expected);
        }
    }

    #[test]
    fn an_anchor_is_given_once() {
        let mut anchors = Anchors::new(Dialect::Hugo);
        anchors.reserve("setup");
        let given: Vec<_> = ["Setup", "Setup", "Setup 1"].iter().map(|h| anchors.generate(h, h)).collect();
        assert_eq!(given, ["setup-1", "setup-2", "setup-1-1"]);
    }
}
