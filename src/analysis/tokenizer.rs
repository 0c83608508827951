//! Splits text into words, one position each.
//!
//! Words are those of Unicode text segmentation (UAX #29), split further at all characters other than letters
//! and digits: `snake_case` and `node.js` are two words each. Scripts without spaces are split by
//! [`super::unspaced`]. Only the script matters, not the language, so posts and queries are split alike.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::compound::{CompoundSpan, attach_symbols, find_compounds};
use super::fold::{fold, is_kept};
use super::script::Script;
use super::unspaced;
use super::word_span::WordSpan;

/// English contractions: letters after an apostrophe that belong to the word before it.
const CONTRACTIONS: [&str; 7] = ["s", "t", "d", "m", "ll", "re", "ve"];

/// Average bytes per word with its space, a low estimate.
const BYTES_PER_WORD: usize = 5;

/// The words of a text and the compounds among them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Segmentation {
    /// Words in the order of the text.
    pub words: Vec<WordSpan>,
    /// Compounds in the order of the text.
    pub compounds: Vec<CompoundSpan>,
}

/// Splits a text into words and finds compounds.
#[must_use]
pub(super) fn segment(text: &str) -> Segmentation {
    let mut words: Vec<WordSpan> = Vec::with_capacity(text.len() / BYTES_PER_WORD);
    for chunk in text.split_ascii_whitespace() {
        let offset = chunk.as_ptr() as usize - text.as_ptr() as usize;
        if chunk.is_ascii() {
            // Unicode never splits adjacent ASCII letters and digits.
            split_ascii(chunk, offset, &mut words);
        } else {
            let first = words.len();
            for (at, segment) in chunk.split_word_bound_indices() {
                split_segment(segment, offset + at, &mut words);
            }
            join_southeast_asian(text, &mut words, first);
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

/// Like [`split_segment`], byte by byte.
fn split_ascii(chunk: &str, offset: usize, words: &mut Vec<WordSpan>) {
    let bytes = chunk.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric)
            || at > start && bytes.get(at) == Some(&b'\'') && joins_words(&chunk[start..at], &chunk[at + 1..])
        {
            at += 1;
        }
        if at > start {
            words.push(WordSpan::new(offset + start..offset + at));
        }
        at += 1;
    }
}

/// Splits a segment of Unicode's segmentation at all characters other than letters and digits. An apostrophe
/// belongs to the word in English contractions (`don't`, `developer's`) and between Cyrillic letters (`м’я`);
/// elsewhere it separates words (`l'eau`, `Ankara'da`).
fn split_segment(segment: &str, offset: usize, words: &mut Vec<WordSpan>) {
    let mut start = None;
    for (at, c) in segment.char_indices().chain([(segment.len(), ' ')]) {
        match (start, is_word_char(c)) {
            (None, true) => start = Some(at),
            (Some(begin), false) => {
                if is_apostrophe(c) && joins_words(&segment[begin..at], &segment[at + c.len_utf8()..]) {
                    continue;
                }
                push_words(segment, begin..at, offset, words);
                start = None;
            }
            _ => {}
        }
    }
}

/// Returns whether an apostrophe between the two parts belongs to the word.
fn joins_words(before: &str, after: &str) -> bool {
    let is_cyrillic = |c: Option<char>| c.is_some_and(|c| Script::of(c) == Script::Cyrillic);
    if is_cyrillic(before.chars().next_back()) {
        return is_cyrillic(after.chars().next());
    }
    let len = after.find(|c| !is_word_char(c)).unwrap_or(after.len());
    let is_contraction = CONTRACTIONS.iter().any(|ending| ending.eq_ignore_ascii_case(&after[..len]));
    is_contraction && before.chars().nth(1).is_some()
}

/// Adds a word, or a word per ideograph.
fn push_words(segment: &str, range: Range<usize>, offset: usize, words: &mut Vec<WordSpan>) {
    let letters = &segment[range.clone()];
    let start = offset + range.start;
    if letters.is_ascii() {
        return words.push(WordSpan::new(start..start + letters.len()));
    }
    let mut rest = 0;
    let mut chars = letters.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let script = Script::of(c);
        if !script.is_unspaced() || !c.is_alphanumeric() {
            continue;
        }
        while chars.next_if(|(_, next)| belongs_to_letter(*next)).is_some() {}
        let end = chars.peek().map_or(letters.len(), |(end, _)| *end);
        if rest < at && is_visible(&letters[rest..at]) {
            words.push(WordSpan::new(start + rest..start + at));
        }
        words.push(WordSpan::unspaced(start + at..start + end));
        rest = end;
    }
    if rest < letters.len() && is_visible(&letters[rest..]) {
        words.push(WordSpan::new(start + rest..start + letters.len()));
    }
}

/// Returns whether letters or digits remain when the text is folded.
fn is_visible(letters: &str) -> bool {
    letters.chars().any(|c| c.is_alphanumeric() && is_kept(c))
        || fold(letters).chars().any(char::is_alphanumeric)
}

/// Returns whether the character extends a letter: marks, half-width Katakana marks, and joiners.
fn belongs_to_letter(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{ff9e}' | '\u{ff9f}' | '\u{200c}' | '\u{200d}' | '\u{ad}')
}

/// Joins the letters of scripts like Thai, among the words from `first` on, and splits them into words.
fn join_southeast_asian(text: &str, words: &mut Vec<WordSpan>, first: usize) {
    let is_letter = |word: &WordSpan| {
        word.is_unspaced && Script::of_word(&text[word.range.clone()]) == Script::SoutheastAsian
    };
    if !words[first..].iter().any(is_letter) {
        return;
    }
    let letters = words.split_off(first);
    let mut run: Option<Range<usize>> = None;
    for word in letters {
        match &mut run {
            Some(run) if is_letter(&word) && run.end == word.range.start => run.end = word.range.end,
            _ => {
                push_run(text, run.take(), words);
                if is_letter(&word) { run = Some(word.range) } else { words.push(word) }
            }
        }
    }
    push_run(text, run, words);
}

fn push_run(text: &str, run: Option<Range<usize>>, words: &mut Vec<WordSpan>) {
    let Some(run) = run else { return };
    for word in unspaced::words(&text[run.clone()]) {
        if is_visible(&text[run.start + word.start..run.start + word.end]) {
            words.push(WordSpan::unspaced(run.start + word.start..run.start + word.end));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        segment(text).words.iter().map(|word| &text[word.range.clone()]).collect()
    }

    #[test]
    fn text_is_split_into_words() {
        let cases: [(&str, &[&str]); 22] = [
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
            ("#hash @user ###", &["#hash", "@user"]),
            ("Jared Allen'ın, Ankara'da", &["Jared", "Allen", "ın", "Ankara", "da"]),
            ("м’я п'ять 'так'", &["м’я", "п'ять", "так"]),
            ("第3回Rubyカンファ", &["第", "3", "回", "Ruby", "カ", "ン", "フ", "ァ"]),
            ("ｶﾞｲﾄﾞ", &["ｶﾞ", "ｲ", "ﾄﾞ"]),
            ("ภาษาไทยง่าย", &["ภาษา", "ไทย", "ง่าย"]),
            ("ใช้Rubyดี", &["ใช้", "Ruby", "ดี"]),
            ("می\u{200c}شود هست", &["می\u{200c}شود", "هست"]),
            ("हिन्दी में", &["हिन्दी", "में"]),
            ("a\u{301}b", &["a\u{301}b"]),
            ("", &[]),
            ("… — !", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }

    #[test]
    fn no_word_of_any_character_is_empty_when_folded() {
        for c in '\0'..=char::MAX {
            let text = format!("{c}:");
            for word in segment(&text).words {
                let folded = fold(&text[word.letters]);
                assert!(!folded.trim().is_empty(), "U+{:04X}: {folded:?}", u32::from(c));
            }
        }
    }
}
