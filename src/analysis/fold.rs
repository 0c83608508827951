//! Token filters that unify spellings of a word.
//!
//! [`normalize`] removes distinctions without meaning: case, compatibility forms, invisible characters, vowel
//! points. [`fold`] also removes distinctions that readers skip when they type: diacritics and variants of a
//! letter. Posts index both forms, so that a match of the exact spelling scores higher.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::script::Script;

/// Normalizes and folds a text: `Zürich` becomes `zurich`, `STRASSE` and `Straße` become `strasse`.
#[must_use]
pub fn fold(text: &str) -> String {
    fold_normalized(&normalize(text))
}

/// Returns the text in lower case and Unicode form NFKC, with unified letters of Arabic and Persian, ASCII digits,
/// and without invisible characters.
#[must_use]
pub(crate) fn normalize(text: &str) -> String {
    if text.is_ascii() {
        text.to_ascii_lowercase()
    } else if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        normalize_chars(text.chars())
    } else {
        normalize_chars(text.nfkc())
    }
}

/// Like [`normalize`] for Turkish and Azerbaijani, where the lower case of `I` is `ı`.
#[must_use]
pub(crate) fn normalize_turkic(text: &str) -> String {
    if text.contains('I') { normalize(&text.replace('I', "ı")) } else { normalize(text) }
}

fn normalize_chars(chars: impl Iterator<Item = char>) -> String {
    let mut normalized = String::new();
    let mut has_marks = false;
    for c in chars {
        if c == 'İ' {
            normalized.push('i');
            continue;
        }
        for c in c.to_lowercase() {
            if let Some(c) = plain_letter(c) {
                has_marks |= is_combining_mark(c);
                normalized.push(c);
            }
        }
    }
    if has_marks { normalized.nfc().collect() } else { normalized }
}

/// Returns whether folding is certain to keep the character in some form. It may remove marks and compatibility
/// forms: U+FE71, a letter in Unicode, normalizes to a vowel point.
pub(super) fn is_kept(c: char) -> bool {
    !is_combining_mark(c)
        && is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes
        && plain_letter(c).is_some()
}

/// Returns the unified form of a character; `None` if normalization removes it.
fn plain_letter(c: char) -> Option<char> {
    Some(match c {
        ..='\u{7f}' => c,
        // Soft hyphen, zero-width characters, direction marks and variation selectors.
        '\u{ad}'
        | '\u{34f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{e0100}'..='\u{e01ef}' => return None,
        _ if is_vowel_point(c) => return None,
        'ς' => 'σ',
        'ی' => 'ي',
        'ک' => 'ك',
        'ۀ' | 'ہ' | 'ۂ' | 'ە' => 'ه',
        _ => ascii_digit(c).unwrap_or(c),
    })
}

/// Hebrew points, and Arabic vowel signs and tatweel.
fn is_vowel_point(c: char) -> bool {
    matches!(
        c,
        '\u{591}'..='\u{5bd}'
            | '\u{5bf}'
            | '\u{5c1}'
            | '\u{5c2}'
            | '\u{5c4}'
            | '\u{5c5}'
            | '\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{640}'
            | '\u{64b}'..='\u{652}'
            | '\u{670}'
    )
}

/// Returns the ASCII digit for a decimal digit of another script.
fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [u32; 16] = [
        0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20,
        0x1040, 0x17e0,
    ];
    let code = u32::from(c);
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= code)].last()?;
    char::from_digit(code - zero, 10)
}

/// Folds a normalized text.
#[must_use]
pub(crate) fn fold_normalized(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, &mut folded);
    }
    folded
}

fn fold_char(c: char, folded: &mut String) {
    if c.is_ascii() {
        return folded.push(c);
    }
    let letter = match c {
        // Diacritics; hamza and madda; nukta.
        '\u{300}'..='\u{36f}' | '\u{653}'..='\u{655}' | '\u{93c}' => return,
        // Letters without a canonical decomposition, replaced by how they are typed on other keyboards.
        'ß' => return folded.push_str("ss"),
        'æ' => return folded.push_str("ae"),
        'œ' => return folded.push_str("oe"),
        'þ' => return folded.push_str("th"),
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        // й and ї are separate letters; the two dots of ё are usually omitted.
        'ё' | 'ѐ' => 'е',
        'ѝ' => 'и',
        'ґ' => 'г',
        'آ' | 'أ' | 'إ' | 'ٱ' => 'ا',
        'ؤ' => 'و',
        'ئ' | 'ى' => 'ي',
        'ة' => 'ه',
        // Two signs of the same nasal vowel.
        '\u{901}' => '\u{902}',
        _ if matches!(Script::of(c), Script::Latin | Script::Greek) => {
            return decompose_canonical(c, |c| {
                if !is_combining_mark(c) {
                    folded.push(c);
                }
            });
        }
        _ => c,
    };
    folded.push(letter);
}

/// Returns the spelling of a normalized word with two letters for each umlaut or Danish letter, as it is written
/// without a suitable keyboard: `müller` as `mueller`. `None` if it has none of them.
#[must_use]
pub(crate) fn two_letter_spelling(text: &str) -> Option<String> {
    if !text.contains(['ä', 'ö', 'ü', 'ø', 'å']) {
        return None;
    }
    let mut spelled = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            'ä' => spelled.push_str("ae"),
            'ö' | 'ø' => spelled.push_str("oe"),
            'ü' => spelled.push_str("ue"),
            'å' => spelled.push_str("aa"),
            c => fold_char(c, &mut spelled),
        }
    }
    Some(spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fold_unifies_spellings() {
        let cases = [
            ("Café", "cafe"),
            ("Zürich", "zurich"),
            ("Cafe\u{301}", "cafe"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("ＡＢＣ１２", "abc12"),
            ("ﬁne", "fine"),
            ("İstanbul", "istanbul"),
            ("Isparta ISPARTA ısparta", "isparta isparta isparta"),
            ("Ελλάς ΕΛΛΑΣ", "ελλασ ελλασ"),
            ("co\u{ad}op", "coop"),
            ("đường", "duong"),
            ("ёлка", "елка"),
            ("Йод", "йод"),
            ("Київ", "київ"),
            ("за\u{301}мок", "замок"),
            ("أحمد إلى آمن", "احمد الي امن"),
            ("مدرسة", "مدرسه"),
            ("كِتَابٌ كـتاب", "كتاب كتاب"),
            ("کتابی می\u{200c}شود", "كتابي ميشود"),
            ("١٢٣ ۴۵۶ १२ ๓", "123 456 12 3"),
            ("हिन्दी", "हिन्दी"),
            ("डिफ़ेंस", "डिफेंस"),
            ("ｶﾞｲﾄﾞ", "ガイド"),
            ("が", "が"),
        ];
        for (text, expected) in cases {
            assert_eq!(fold(text), expected, "{text}");
            assert_eq!(fold(&fold(text)), expected, "{text}");
        }
    }

    #[test]
    fn normalize_keeps_visible_distinctions() {
        let cases = [
            ("Café", "café"),
            ("Cafe\u{301}", "café"),
            ("Straße", "straße"),
            ("İstanbul", "istanbul"),
            ("Ёж", "ёж"),
            ("مدرسة", "مدرسة"),
        ];
        for (text, expected) in cases {
            assert_eq!(normalize(text), expected, "{text}");
        }
        assert_eq!(normalize_turkic("ISPARTA İZMİR"), "ısparta izmir");
    }

    #[test]
    fn umlauts_have_a_two_letter_spelling() {
        let cases = [
            ("müller", Some("mueller")),
            ("größe", Some("groesse")),
            ("århus", Some("aarhus")),
            ("muller", None),
        ];
        for (text, expected) in cases {
            assert_eq!(two_letter_spelling(text).as_deref(), expected, "{text}");
        }
    }
}
