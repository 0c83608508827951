//! Character classes and lower case as in Go's package `unicode`, by which Hugo makes paths and heading ids.
//!
//! Rust's `is_alphanumeric` also accepts marks, letter-like numbers and circled letters, and its lower case of some letters
//! has several characters.

use std::sync::LazyLock;

use regex::RegexSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The class of decimal digits, `Nd`.
static DIGIT: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new([r"\A\p{Nd}\z"]).unwrap_or_default());
/// The class of nonspacing marks, `Mn`.
static NONSPACING: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new([r"\A\p{Mn}\z"]).unwrap_or_default());

/// Returns whether `unicode.IsLetter` holds: the categories L.
pub(crate) fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    // Circled and squared letters are alphabetic symbols.
    let is_symbol = matches!(c, 'Ⓐ'..='ⓩ' | '\u{1f130}'..='\u{1f149}' | '\u{1f150}'..='\u{1f169}' | '\u{1f170}'..='\u{1f189}');
    c.is_alphabetic() && !c.is_numeric() && !is_symbol && !is_combining_mark(c)
}

/// Returns whether `unicode.IsDigit` holds: the category Nd.
pub(crate) fn is_digit(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    c.is_numeric() && DIGIT.is_match(c.encode_utf8(&mut [0; 4]))
}

/// Returns the text in lower case, letter by letter, as `strings.ToLower` does.
pub(crate) fn to_lower(text: &str) -> String {
    text.chars().map(lower).collect()
}

/// Returns a letter in lower case, as `unicode.ToLower` does.
pub(crate) fn lower(c: char) -> char {
    // The only letter whose lower case has several characters.
    if c == 'İ' { 'i' } else { c.to_lowercase().next().unwrap_or(c) }
}

/// Returns the text without accents, as Hugo's `RemoveAccentsString` does: decomposed, without nonspacing marks, and
/// composed again.
pub(crate) fn without_accents(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let is_accent = |c: &char| is_combining_mark(*c) && NONSPACING.is_match(c.encode_utf8(&mut [0; 4]));
    text.nfd().filter(|c| !is_accent(c)).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_go() {
        let classes = |c| (is_letter(c), is_digit(c));
        for c in ['a', 'ß', 'ª', '語', 'ʰ', 'ǅ', 'क'] {
            assert_eq!(classes(c), (true, false), "{c}");
        }
        for c in ['7', '٣', '９', '५'] {
            assert_eq!(classes(c), (false, true), "{c}");
        }
        for c in ['²', '①', 'Ⅳ', 'ⓐ', '½', '\u{93f}', '\u{301}', '🅰', '_', ' '] {
            assert_eq!(classes(c), (false, false), "{c}");
        }
    }

    #[test]
    fn lower_case_is_made_letter_by_letter() {
        assert_eq!(to_lower("İSTANBUL ΑΣ ẞ Ǆ"), "istanbul ασ ß ǆ");
        assert_eq!(without_accents("Ñandú é हिन्दी İ"), "Nandu e हिनदी I");
    }
}
