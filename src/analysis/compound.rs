//! Terms of technical writing: symbols that belong to a word (`c++`, `c#`, `.net`, `--flag`, `#include`,
//! `@types`), words joined by connectors (`ci/cd`, `std::vec`, `1.2.3`), and parts of identifiers
//! (`camelCase`, `utf8`).

use std::ops::Range;

use super::word_span::WordSpan;
use crate::config::limits;

/// Words joined by connectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CompoundSpan {
    /// Index of the first word.
    pub first: usize,
    /// Number of words.
    pub words: usize,
    /// Byte range in the text.
    pub range: Range<usize>,
}

/// Extends a word by the symbols that belong to it: `c++`, `g++`, `c#`, `f#`, `.net`, `--flag`, `#include`,
/// `@types`, `$PATH`.
pub(super) fn attach_symbols(text: &str, words: &mut [WordSpan], at: usize) {
    let next_start = words.get(at + 1).map_or(text.len(), |word| word.range.start);
    let previous_end = if at == 0 { 0 } else { words[at - 1].range.end };
    let word = &mut words[at];
    // Fast path: most words have no adjacent symbol.
    let neighbours = [
        word.range.start.checked_sub(1).and_then(|before| text.as_bytes().get(before)),
        text.as_bytes().get(word.range.end),
    ];
    if !neighbours.iter().flatten().any(|byte| matches!(byte, b'-' | b'.' | b'#' | b'@' | b'$' | b'+')) {
        return;
    }
    let before = &text[previous_end..word.range.start];
    let after = &text[word.range.end..];
    let letters = &text[word.range.clone()];
    if word.is_unspaced {
        return;
    }
    if after.starts_with("++") && word.range.end + 2 <= next_start && !after[2..].starts_with('+') {
        word.range.end += 2;
    } else if after.starts_with('#')
        && letters.len() == 1
        && !after[1..].starts_with(|c: char| c == '#' || c.is_alphanumeric())
    {
        word.range.end += 1;
    }
    if !letters.starts_with(|c: char| c.is_alphabetic()) {
        return;
    }
    let leading = if before.ends_with("--") && !before.ends_with("---") {
        2
    } else if before.ends_with('.') && !before.ends_with("..") && !before.ends_with("/.")
        || before.ends_with(['#', '@', '$']) && letters.len() > 1
    {
        1
    } else {
        return;
    };
    let outside = before[..before.len() - leading].chars().next_back();
    let is_separate = match outside {
        Some(c) => c.is_whitespace() || matches!(c, '(' | '[' | '"' | '`' | '\'' | '/' | ','),
        None => previous_end == 0,
    };
    if is_separate {
        word.range.start -= leading;
    }
}

/// Returns whether `between` is a connector.
fn is_connector(between: &str) -> bool {
    matches!(between, "/" | "-" | "." | "_" | ":" | "::" | "->" | "@" | "&" | "'" | "’" | "=")
}

/// Returns the compounds among the words of a text.
pub(super) fn find_compounds(text: &str, words: &[WordSpan]) -> Vec<CompoundSpan> {
    let mut compounds = Vec::new();
    let mut first = 0;
    for at in 1..=words.len() {
        let continues = words.get(at).is_some_and(|word| {
            let between = words[at - 1].range.end..word.range.start;
            let are_spaced = !word.is_unspaced && !words[at - 1].is_unspaced;
            are_spaced && text.get(between).is_some_and(is_connector)
        });
        if continues {
            continue;
        }
        let range = words[first].range.start..words[at - 1].range.end;
        if (2..=limits::MAX_COMPOUND_WORDS).contains(&(at - first))
            && range.len() <= limits::MAX_COMPOUND_BYTES
        {
            compounds.push(CompoundSpan { first, words: at - first, range });
        }
        first = at;
    }
    compounds
}

/// Returns another spelling of a folded compound: without connectors (`git-ops` as `gitops`), or a version
/// without its `v` (`v1.2.3`). Paths, calls and versions are not written without connectors.
#[must_use]
pub(super) fn compound_variant(compound: &str) -> Option<String> {
    if let Some(version) = compound.strip_prefix('v')
        && version.starts_with(|c: char| c.is_ascii_digit())
    {
        return Some(version.to_owned());
    }
    let is_joint = |c: char| matches!(c, '-' | '_' | '.' | '/' | '\'' | '’');
    let has_letters = compound.contains(char::is_alphabetic);
    let joined: String = compound.chars().filter(|c| !is_joint(*c)).collect();
    let joints = compound.chars().filter(|c| is_joint(*c)).count();
    let is_word = joined.chars().all(char::is_alphanumeric) && has_letters;
    (is_word && (1..limits::MAX_JOINED_WORDS).contains(&joints)).then_some(joined)
}

/// Returns the parts of an identifier, such as `camelCase`, `HTTPServer`, `utf8` or `sha256`; empty for a word
/// that has only one part.
#[must_use]
pub(super) fn identifier_parts(word: &str) -> Vec<&str> {
    if word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Vec::new();
    }
    let is_camel = word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    let mut parts = if is_camel { camel_parts(word) } else { letters_and_digits(word) };
    let is_meaningful = |part: &&str| part.len() > 1 || part.starts_with(|c: char| c.is_ascii_digit());
    parts.retain(is_meaningful);
    parts.truncate(limits::MAX_IDENTIFIER_PARTS);
    if parts.is_empty() || !is_camel || parts.len() > 1 { parts } else { Vec::new() }
}

fn camel_parts(word: &str) -> Vec<&str> {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 1..chars.len() {
        let (offset, c) = chars[at];
        let follows_lower = !chars[at - 1].1.is_uppercase();
        let is_plural = &word[offset + c.len_utf8()..] == "s";
        let begins_word = !is_plural && chars.get(at + 1).is_some_and(|(_, next)| next.is_lowercase());
        if c.is_uppercase() && (follows_lower || begins_word) {
            parts.push(&word[start..offset]);
            start = offset;
        }
    }
    parts.push(&word[start..]);
    parts
}

/// Splits a word at the boundary between letters and digits. Words with several boundaries, or with a single
/// letter other than the `v` of a version, are names or numbers, whose parts mean nothing.
fn letters_and_digits(word: &str) -> Vec<&str> {
    if word.len() > limits::MAX_COMPOUND_BYTES || !word.contains(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let is_border = |pair: &[u8]| pair[0].is_ascii_digit() != pair[1].is_ascii_digit();
    let mut borders = (1..word.len()).filter(|at| is_border(&word.as_bytes()[at - 1..=*at]));
    match (borders.next(), borders.next()) {
        (Some(at), None) => {
            let Some((first, second)) = word.split_at_checked(at) else { return Vec::new() };
            let letters = if first.starts_with(|c: char| c.is_ascii_digit()) { second } else { first };
            let is_meaningful = letters.len() > 1 || first.eq_ignore_ascii_case("v");
            if is_meaningful { vec![first, second] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokenizer::segment;
    use super::*;

    fn compounds(text: &str) -> Vec<&str> {
        segment(text).compounds.iter().map(|compound| &text[compound.range.clone()]).collect()
    }

    #[test]
    fn words_joined_by_connectors_are_compounds() {
        let cases: [(&str, &[&str]); 12] = [
            ("CI/CD and snake_case", &["CI/CD", "snake_case"]),
            ("node.js --dry-run std::vec a->b", &["node.js", "--dry-run", "std::vec", "a->b"]),
            ("kubectl get", &[]),
            ("a / b", &[]),
            ("a/b/c/d", &["a/b/c/d"]),
            ("a/b/c/d/e", &[]),
            ("app.kubernetes.io/name", &["app.kubernetes.io/name"]),
            ("user@example.org", &["user@example.org"]),
            ("x--y", &[]),
            ("@types/node", &["@types/node"]),
            ("v1.2.3", &["v1.2.3"]),
            ("日本-語", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(compounds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn identifiers_are_split_into_parts() {
        let cases: [(&str, &[&str]); 15] = [
            ("camelCase", &["camel", "Case"]),
            ("HTTPServer", &["HTTP", "Server"]),
            ("OpenTelemetry", &["Open", "Telemetry"]),
            ("utf8", &["utf", "8"]),
            ("sha256", &["sha", "256"]),
            ("v1", &["1"]),
            ("256mb", &["256", "mb"]),
            ("Crossplane", &[]),
            ("CNCF", &[]),
            ("LLMs", &[]),
            ("iPhone", &[]),
            ("k8s", &[]),
            ("E0382", &[]),
            ("a3f9bc12", &[]),
            ("2024", &[]),
        ];
        for (word, expected) in cases {
            assert_eq!(identifier_parts(word), expected, "{word}");
        }
    }

    #[test]
    fn compounds_have_a_variant_without_connectors() {
        let cases = [
            ("git-ops", Some("gitops")),
            ("utf-8", Some("utf8")),
            ("ci/cd", Some("cicd")),
            ("end-to-end", Some("endtoend")),
            ("v1.2.3", Some("1.2.3")),
            ("1.2.3", None),
            ("std::vec", None),
            ("a/b/c/d", None),
            ("user@example.org", None),
        ];
        for (compound, expected) in cases {
            assert_eq!(compound_variant(compound).as_deref(), expected, "{compound}");
        }
    }
}
