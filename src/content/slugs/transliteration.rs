//! The tables by which two npm packages write all scripts in ASCII: `slugify` and `@sindresorhus/transliterate`.
//!
//! Both packages are under the MIT licence. A line of a table is a replacement, a tab, and the characters that it
//! replaces, separated by spaces.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// `charMap` of `slugify` 1.6.
static SLUGIFY: LazyLock<ReplacementTable> =
    LazyLock::new(|| ReplacementTable::parse(include_str!("slugify.tsv")));
/// `replacements.js` of `@sindresorhus/transliterate` 1.6, without the letters that only lose their diacritics.
static TRANSLITERATE: LazyLock<ReplacementTable> =
    LazyLock::new(|| ReplacementTable::parse(include_str!("transliterate.tsv")));

/// The characters that are removed after the replacements: accents, and `^` and the backtick.
static DIACRITIC: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{Diacritic}").ok());

/// Replacements of characters, and of some sequences of characters.
struct ReplacementTable {
    chars: HashMap<char, &'static str>,
    sequences: Vec<(&'static str, &'static str)>,
}

impl ReplacementTable {
    fn parse(lines: &'static str) -> Self {
        let mut table = Self { chars: HashMap::new(), sequences: Vec::new() };
        for (replacement, keys) in lines.lines().filter_map(|line| line.split_once('\t')) {
            for key in keys.split(' ') {
                let mut chars = key.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) => {
                        table.chars.insert(c, replacement);
                    }
                    _ => table.sequences.push((key, replacement)),
                }
            }
        }
        table
    }
}

/// Returns what `slugify` writes for a character; `None` if it has no replacement.
pub(super) fn slugify_replacement(c: char) -> Option<&'static str> {
    SLUGIFY.chars.get(&c).copied()
}

/// Returns the text as `@sindresorhus/transliterate` writes it.
pub(super) fn transliterate(text: &str) -> String {
    let mut text: String = text.nfc().collect();
    for (sequence, replacement) in &TRANSLITERATE.sequences {
        if text.contains(sequence) {
            text = text.replace(sequence, replacement);
        }
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match TRANSLITERATE.chars.get(&c) {
            Some(replacement) => plain.push_str(replacement),
            None => plain.push(c),
        }
    }
    let decomposed: String = plain.nfd().collect();
    match &*DIACRITIC {
        Some(diacritic) => diacritic.replace_all(&decomposed, "").nfc().collect(),
        None => plain,
    }
}
