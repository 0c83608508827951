//! Text to words, with the compounds that a technical blog needs whole.
//!
//! Words are those of Unicode's segmentation (UAX #29), cut further at every mark that is no
//! letter or digit, so that `snake_case` and `node.js` are two words each. Words that only a
//! connector separates make a compound (`ci/cd`, `--dry-run`), and some symbols belong to their
//! word (`c++`, `c#`, `.net`).

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// Words that a compound has at most; longer chains are paths, found by their words.
const MAX_COMPOUND_WORDS: usize = 4;
/// Length of the longest compound, in bytes.
const MAX_COMPOUND_BYTES: usize = 64;

/// A word: one position of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, with the symbols that belong to it.
    pub range: Range<usize>,
    /// The letters and digits alone, within `range`.
    pub letters: Range<usize>,
}

/// Words joined by connectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compound {
    /// The first word's place in the list of words.
    pub first: usize,
    /// How many words it has.
    pub words: usize,
    /// Where it stands.
    pub range: Range<usize>,
}

/// The words of a text and the compounds among them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Segmentation {
    /// In the order of the text.
    pub words: Vec<Word>,
    /// In the order of the text.
    pub compounds: Vec<Compound>,
}

/// Segments a text.
#[must_use]
pub fn segment(text: &str) -> Segmentation {
    let mut words: Vec<Word> = Vec::new();
    for chunk in text.split_ascii_whitespace() {
        let offset = chunk.as_ptr() as usize - text.as_ptr() as usize;
        if chunk.is_ascii() {
            // Unicode's rules never part ASCII letters and digits that stand together.
            split_piece(chunk, offset, &mut words);
        } else {
            for (at, piece) in chunk.split_word_bound_indices() {
                split_piece(piece, offset + at, &mut words);
            }
        }
    }
    for at in 0..words.len() {
        attach_symbols(text, &mut words, at);
    }
    let compounds = find_compounds(text, &words);
    Segmentation { words, compounds }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

/// Cuts a piece of Unicode's segmentation at everything that is no letter or digit. An
/// apostrophe with one or two letters behind it ends an English word (`don't`, `developer's`);
/// other apostrophes separate (`l'eau`).
fn split_piece(piece: &str, offset: usize, words: &mut Vec<Word>) {
    let mut start = None;
    for (at, c) in piece.char_indices().chain([(piece.len(), ' ')]) {
        match (start, is_word_char(c)) {
            (None, true) => start = Some(at),
            (Some(begin), false) => {
                let tail = &piece[at..];
                if is_apostrophe(c) && is_contraction(&piece[begin..at], &tail[c.len_utf8()..]) {
                    continue;
                }
                push_word(piece, begin..at, offset, words);
                start = None;
            }
            _ => {}
        }
    }
}

fn is_contraction(before: &str, after: &str) -> bool {
    let letters = after.chars().take_while(|c| is_word_char(*c)).count();
    before.chars().count() > 1 && (1..=2).contains(&letters)
}

fn push_word(piece: &str, range: Range<usize>, offset: usize, words: &mut Vec<Word>) {
    let is_visible = piece[range.clone()].chars().any(char::is_alphanumeric);
    if is_visible {
        let range = offset + range.start..offset + range.end;
        words.push(Word { range: range.clone(), letters: range });
    }
}

/// Gives a word the symbols that are part of it: `c++`, `g++`, `c#`, `f#`, `.net`, `--flag`.
fn attach_symbols(text: &str, words: &mut [Word], at: usize) {
    let next_start = words.get(at + 1).map_or(text.len(), |word| word.range.start);
    let previous_end = if at == 0 { 0 } else { words[at - 1].range.end };
    let word = &mut words[at];
    let before = &text[previous_end..word.range.start];
    let after = &text[word.range.end..];
    let letters = &text[word.range.clone()];
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
    } else if before.ends_with('.') && !before.ends_with("..") && !before.ends_with("/.") {
        1
    } else {
        return;
    };
    let outside = before[..before.len() - leading].chars().next_back();
    let stands_alone = match outside {
        Some(c) => c.is_whitespace() || matches!(c, '(' | '[' | '"' | '`' | '\'' | '/' | ','),
        None => previous_end == 0,
    };
    if stands_alone {
        word.range.start -= leading;
    }
}

/// The number of bytes of the connector that is all of `between`, if it is one.
fn is_connector(between: &str) -> bool {
    matches!(between, "/" | "-" | "." | "_" | ":" | "::" | "->" | "@" | "&" | "'" | "’" | "=")
}

fn find_compounds(text: &str, words: &[Word]) -> Vec<Compound> {
    let mut compounds = Vec::new();
    let mut first = 0;
    for at in 1..=words.len() {
        let goes_on = words.get(at).is_some_and(|word| {
            let between = words[at - 1].range.end..word.range.start;
            text.get(between).is_some_and(is_connector)
        });
        if goes_on {
            continue;
        }
        let range = words[first].range.start..words[at - 1].range.end;
        if (2..=MAX_COMPOUND_WORDS).contains(&(at - first)) && range.len() <= MAX_COMPOUND_BYTES {
            compounds.push(Compound { first, words: at - first, range });
        }
        first = at;
    }
    compounds
}

/// The parts of a word in camel case: `camelCase` has two, `HTTPServer` too; none for a word
/// that has only one.
#[must_use]
pub fn camel_parts(word: &str) -> Vec<&str> {
    if !word.chars().skip(1).any(char::is_uppercase) || !word.chars().any(char::is_lowercase) {
        return Vec::new();
    }
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
    parts.retain(|part| part.len() > 1);
    if parts.len() < 2 { Vec::new() } else { parts }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        segment(text).words.iter().map(|word| &text[word.range.clone()]).collect()
    }

    fn compounds(text: &str) -> Vec<&str> {
        segment(text).compounds.iter().map(|compound| &text[compound.range.clone()]).collect()
    }

    #[test]
    fn words_are_cut_at_marks() {
        let cases: [(&str, &[&str]); 14] = [
            ("Hello, world!", &["Hello", "world"]),
            ("snake_case node.js 1.2.3", &["snake", "case", "node", "js", "1", "2", "3"]),
            ("don't the developer's l'eau", &["don't", "the", "developer's", "l", "eau"]),
            ("C++ and C#, F#.", &["C++", "and", "C#", "F#"]),
            ("g++ a+++b", &["g++", "a", "b"]),
            (".NET, (.net) end.Next", &[".NET", ".net", "end", "Next"]),
            ("run --dry-run -x", &["run", "--dry", "run", "x"]),
            ("k8s v1.30", &["k8s", "v1", "30"]),
            ("日本語", &["日", "本", "語"]),
            ("Привет мир", &["Привет", "мир"]),
            ("#hash @user ###", &["hash", "user"]),
            ("a\u{301}b", &["a\u{301}b"]),
            ("", &[]),
            ("… — !", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }

    #[test]
    fn connected_words_are_compounds() {
        let cases: [(&str, &[&str]); 9] = [
            ("CI/CD and snake_case", &["CI/CD", "snake_case"]),
            ("node.js --dry-run std::vec a->b", &["node.js", "--dry-run", "std::vec", "a->b"]),
            ("kubectl get", &[]),
            ("a / b", &[]),
            ("a/b/c/d", &["a/b/c/d"]),
            ("a/b/c/d/e", &[]),
            ("app.kubernetes.io/name", &["app.kubernetes.io/name"]),
            ("user@example.org", &["user@example.org"]),
            ("x--y", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(compounds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn camel_case_has_parts() {
        let cases: [(&str, &[&str]); 7] = [
            ("camelCase", &["camel", "Case"]),
            ("HTTPServer", &["HTTP", "Server"]),
            ("OpenTelemetry", &["Open", "Telemetry"]),
            ("Crossplane", &[]),
            ("CNCF", &[]),
            ("LLMs", &[]),
            ("iPhone", &[]),
        ];
        for (word, expected) in cases {
            assert_eq!(camel_parts(word), expected, "{word}");
        }
    }
}
