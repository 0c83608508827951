//! Token filter: stemming by the script of the word and the language of the text.
//!
//! The stemmers are those of Snowball (<https://snowballstem.org>). For Korean, which Snowball lacks, particles
//! after nouns are removed.

use std::cell::RefCell;
use std::collections::HashMap;

use frostem::{Algorithm, Stemmer as Snowball};

use unicode_normalization::char::is_combining_mark;

use super::fold::fold_normalized;
use super::script::Script;
use super::token::STEM_MARKER;
use crate::config::limits;
use crate::content::language_tag::primary_subtag;

/// Minimum length of a word that is stemmed, in characters.
const MIN_LETTERS: usize = 3;
/// Korean particles, longest first.
const PARTICLES: [&str; 31] = [
    "에서는",
    "으로는",
    "에게서",
    "으로써",
    "으로서",
    "까지",
    "부터",
    "에서",
    "에게",
    "에는",
    "으로",
    "이나",
    "이라",
    "처럼",
    "보다",
    "마다",
    "만큼",
    "조차",
    "하고",
    "라고",
    "을",
    "를",
    "이",
    "가",
    "은",
    "는",
    "에",
    "의",
    "로",
    "와",
    "과",
];

/// Stemming rules for words of one script in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stemmer {
    /// Prefix of its stems in the dictionary; two languages may share a stem by chance.
    tag: &'static str,
    rules: StemRules,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StemRules {
    /// One of Snowball's algorithms.
    Snowball(Algorithm),
    /// Removal of Korean particles.
    Korean,
    /// The word is its own stem.
    None,
}

/// Stemmers for Latin script, by language.
const LATIN: [(&str, Algorithm); 28] = [
    ("ca", Algorithm::Catalan),
    ("cs", Algorithm::Czech),
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("es", Algorithm::Spanish),
    ("et", Algorithm::Estonian),
    ("eu", Algorithm::Basque),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("ga", Algorithm::Irish),
    ("hr", Algorithm::Serbian),
    ("hu", Algorithm::Hungarian),
    ("id", Algorithm::Indonesian),
    ("it", Algorithm::Italian),
    ("lt", Algorithm::Lithuanian),
    ("nb", Algorithm::Norwegian),
    ("nl", Algorithm::Dutch),
    ("nn", Algorithm::Norwegian),
    ("no", Algorithm::Norwegian),
    ("pl", Algorithm::Polish),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("sr", Algorithm::Serbian),
    ("sv", Algorithm::Swedish),
    ("tr", Algorithm::Turkish),
    ("bs", Algorithm::Serbian),
    ("ms", Algorithm::Indonesian),
    ("en", Algorithm::English),
];
/// Languages in other scripts, and the unknown language; their words in Latin script are stemmed as English.
const NOT_LATIN: [&str; 28] = [
    "ar", "be", "bg", "bn", "el", "fa", "he", "hi", "hy", "ja", "ka", "kk", "km", "ko", "lo", "mk", "ml",
    "mr", "my", "ne", "ru", "ta", "te", "th", "uk", "und", "ur", "zh",
];

impl Stemmer {
    const NONE: Self = Self { tag: "--", rules: StemRules::None };

    /// Returns the stemmer for words of a script in texts of a language; only the primary subtag of its tag matters.
    #[must_use]
    pub(crate) fn new(language: &str, script: Script) -> Self {
        let (tag, algorithm) = match (script, primary_subtag(language)) {
            (Script::Latin, language) => {
                let language = if NOT_LATIN.contains(&language) { "en" } else { language };
                let Some((tag, algorithm)) = LATIN.iter().find(|(of, _)| *of == language) else {
                    return Self::NONE;
                };
                (*tag, *algorithm)
            }
            (Script::Cyrillic, "und" | "uk" | "bg" | "be" | "mk" | "kk" | "ky" | "mn" | "tg")
            | (Script::Arabic, "und" | "ur" | "ps" | "ku" | "ckb" | "ug")
            | (Script::Devanagari, "und" | "mr" | "sa") => return Self::NONE,
            (Script::Cyrillic, "sr") => ("sr", Algorithm::Serbian),
            (Script::Arabic, "fa") => ("fa", Algorithm::Persian),
            (Script::Devanagari, "ne") => ("ne", Algorithm::Nepali),
            (Script::Cyrillic, _) => ("ru", Algorithm::Russian),
            (Script::Arabic, _) => ("ar", Algorithm::Arabic),
            (Script::Devanagari, _) => ("hi", Algorithm::Hindi),
            (Script::Greek, _) => ("el", Algorithm::Greek),
            (Script::Armenian, _) => ("hy", Algorithm::Armenian),
            (Script::Tamil, _) => ("ta", Algorithm::Tamil),
            (Script::Hangul, _) => return Self { tag: "ko", rules: StemRules::Korean },
            _ => return Self::NONE,
        };
        Self { tag, rules: StemRules::Snowball(algorithm) }
    }

    /// Returns whether words must be normalized by [`super::fold::normalize_turkic`].
    #[must_use]
    pub(crate) fn is_turkic(self) -> bool {
        self.rules == StemRules::Snowball(Algorithm::Turkish)
    }

    /// Returns the stem of a normalized word.
    #[must_use]
    pub(crate) fn stem(self, normalized: &str) -> Stem {
        let stem = self.cut(normalized);
        let is_stable = has_stem(&stem) && self.cut(&stem) == stem;
        Stem { tag: self.tag, is_stable, folded: fold_normalized(&stem) }
    }

    /// Like [`Stemmer::stem`], with a cache per thread.
    #[must_use]
    pub(crate) fn cached_stem(self, normalized: &str) -> Stem {
        thread_local! {
            static STEMS: RefCell<HashMap<(&'static str, String), Stem>> = RefCell::default();
        }
        STEMS.with_borrow_mut(|stems| {
            // A few frequent words make up most of a text, and stemming is slow.
            if stems.len() >= limits::MAX_CACHED_STEMS {
                stems.clear();
            }
            stems.entry((self.tag, normalized.to_owned())).or_insert_with(|| self.stem(normalized)).clone()
        })
    }

    fn cut(self, normalized: &str) -> String {
        match self.rules {
            StemRules::Snowball(algorithm) => Snowball::new(algorithm).stem(normalized).into_owned(),
            StemRules::Korean => without_particle(normalized).to_owned(),
            StemRules::None => normalized.to_owned(),
        }
    }
}

/// The stem of a word in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stem {
    tag: &'static str,
    /// Folded stem.
    pub folded: String,
    /// Whether the stem, taken as a word, is its own stem.
    pub is_stable: bool,
}

impl Stem {
    /// Returns the term in the dictionary: marker, tag of the stemmer, folded stem.
    #[must_use]
    pub(crate) fn term(&self) -> String {
        format!("{STEM_MARKER}{}{}", self.tag, self.folded)
    }
}

/// Returns whether words of this form are stemmed, in any language. A post contains the stem only if it differs
/// from the folded word.
#[must_use]
pub(super) fn has_stem(normalized: &str) -> bool {
    if normalized.is_ascii() {
        return normalized.len() >= MIN_LETTERS && normalized.bytes().all(|b| b.is_ascii_lowercase());
    }
    let script = Script::of_word(normalized);
    let min = if script == Script::Hangul { 2 } else { MIN_LETTERS };
    !script.is_unspaced()
        && script != Script::Other
        && normalized.chars().count() >= min
        && normalized.chars().all(|c| c.is_alphabetic() || is_combining_mark(c))
}

/// Removes a particle from the end of a Korean word, unless less than two characters remain.
fn without_particle(word: &str) -> &str {
    let stems = PARTICLES.iter().filter_map(|particle| word.strip_suffix(particle));
    stems.filter(|stem| stem.chars().nth(1).is_some()).min_by_key(|stem| stem.len()).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fold::normalize;

    fn stem(language: &str, word: &str) -> String {
        Stemmer::new(language, Script::of_word(word)).stem(&normalize(word)).folded
    }

    #[test]
    fn inflected_forms_share_a_stem() {
        let cases = [
            ("en", "deployments", "deploy"),
            ("de", "Häusern", "Haus"),
            ("fr", "continuellement", "continuel"),
            ("es", "investigaciones", "investigación"),
            ("pt", "programações", "programação"),
            ("ru", "программирования", "программирование"),
            ("el", "γλώσσες", "γλώσσα"),
            ("ar", "الكتاب", "كتاب"),
            ("hi", "लड़कों", "लड़का"),
            ("ga", "bhfear", "fear"),
            ("pl", "językami", "języki"),
            ("tr", "kitaplar", "kitap"),
            ("ko", "검색을", "검색"),
            ("ko", "서버에서는", "서버"),
            ("ja", "deployments", "deploy"),
            ("en-GB", "deployments", "deploy"),
            ("zh_TW", "deployments", "deploy"),
            ("und", "deployments", "deploy"),
        ];
        for (language, word, other) in cases {
            assert_eq!(stem(language, word), stem(language, other), "{language}: {word}, {other}");
        }
    }

    #[test]
    fn words_are_unchanged_in_languages_without_a_stemmer() {
        for (language, word) in
            [("vi", "deployments"), ("xx", "houses"), ("uk", "мови"), ("und", "книги"), ("ko", "이가")]
        {
            assert_eq!(stem(language, word), word);
        }
    }

    #[test]
    fn only_words_of_letters_are_stemmed() {
        for (word, expected) in [
            ("deploy", true),
            ("k8s", false),
            ("go", false),
            ("größe", true),
            ("검색", true),
            ("日本語", false),
            ("ภาษาไทย", false),
            ("हिन्दी", true),
        ] {
            assert_eq!(has_stem(word), expected, "{word}");
        }
    }
}
