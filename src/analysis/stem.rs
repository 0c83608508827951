//! Token filter: stemming, by the script of the word and the language of the text.
//!
//! The stemmers are Snowball's (<https://snowballstem.org>); Korean, which Snowball lacks, loses
//! the particles that follow a noun.

use frostem::{Algorithm, Stemmer as Snowball};

use unicode_normalization::char::is_combining_mark;

use super::fold::fold_normalized;
use super::script::Script;

/// Letters from which a word has a stem.
const MIN_LETTERS: usize = 3;
/// Korean particles.
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

/// How words of one language, or of one script in it, are stemmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stemmer {
    /// By one of Snowball's algorithms.
    Snowball(Algorithm),
    /// Turkish has small letters of its own too.
    Turkish,
    /// Without its particle.
    Korean,
    /// The word itself.
    None,
}

impl Stemmer {
    /// For words of a script in a text of the language, a primary language subtag. Words in Latin
    /// letters in a text that is written otherwise are taken for English.
    #[must_use]
    pub fn new(language: &str, script: Script) -> Self {
        let algorithm = match script {
            Script::Latin => return Self::of_latin(language),
            Script::Greek => Algorithm::Greek,
            Script::Cyrillic => match language {
                "uk" | "bg" | "be" | "mk" | "kk" | "ky" | "mn" | "tg" => return Self::None,
                "sr" => Algorithm::Serbian,
                _ => Algorithm::Russian,
            },
            Script::Armenian => Algorithm::Armenian,
            Script::Arabic => match language {
                "fa" => Algorithm::Persian,
                "ur" | "ps" | "ku" | "ckb" | "ug" => return Self::None,
                _ => Algorithm::Arabic,
            },
            Script::Devanagari => match language {
                "ne" => Algorithm::Nepali,
                "mr" | "sa" => return Self::None,
                _ => Algorithm::Hindi,
            },
            Script::Tamil => Algorithm::Tamil,
            Script::Hangul => return Self::Korean,
            Script::Ideographic | Script::SoutheastAsian | Script::Other => return Self::None,
        };
        Self::Snowball(algorithm)
    }

    fn of_latin(language: &str) -> Self {
        Self::Snowball(match language {
            "ca" => Algorithm::Catalan,
            "cs" => Algorithm::Czech,
            "da" => Algorithm::Danish,
            "de" => Algorithm::German,
            "es" => Algorithm::Spanish,
            "et" => Algorithm::Estonian,
            "eu" => Algorithm::Basque,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "ga" => Algorithm::Irish,
            "hu" => Algorithm::Hungarian,
            "id" | "ms" => Algorithm::Indonesian,
            "it" => Algorithm::Italian,
            "lt" => Algorithm::Lithuanian,
            "nl" => Algorithm::Dutch,
            "no" | "nb" | "nn" => Algorithm::Norwegian,
            "pl" => Algorithm::Polish,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "sr" | "hr" | "bs" => Algorithm::Serbian,
            "sv" => Algorithm::Swedish,
            "tr" => return Self::Turkish,
            "en" | "ar" | "be" | "bg" | "bn" | "el" | "fa" | "he" | "hi" | "hy" | "ja" | "ka" | "kk"
            | "km" | "ko" | "lo" | "mk" | "ml" | "mr" | "my" | "ne" | "ru" | "ta" | "te" | "th" | "uk"
            | "ur" | "zh" => Algorithm::English,
            _ => return Self::None,
        })
    }

    /// The folded stem of a normalized word (for Turkish, by [`super::fold::normalize_turkic`]);
    /// its folded form where it has no other.
    #[must_use]
    pub fn stem(self, normalized: &str) -> String {
        match self {
            Self::Snowball(algorithm) => fold_normalized(&Snowball::new(algorithm).stem(normalized)),
            Self::Turkish => fold_normalized(&Snowball::new(Algorithm::Turkish).stem(normalized)),
            Self::Korean => without_particle(normalized).to_owned(),
            Self::None => fold_normalized(normalized),
        }
    }
}

/// Whether a word has a stem beside its surface form, in whatever language it stands. Where it
/// has, the stem is always written, even if it is the same: each occurrence then counts as much
/// for the stem as for the word, in every language of a site.
#[must_use]
pub fn has_stem(normalized: &str) -> bool {
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

/// A Korean word without the particle at its end, where something is left of it.
fn without_particle(word: &str) -> &str {
    let stems = PARTICLES.iter().filter_map(|particle| word.strip_suffix(particle));
    stems.filter(|stem| stem.chars().nth(1).is_some()).min_by_key(|stem| stem.len()).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fold::normalize;

    fn stem(language: &str, word: &str) -> String {
        Stemmer::new(language, Script::of_word(word)).stem(&normalize(word))
    }

    #[test]
    fn inflections_share_a_stem_in_their_language() {
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
            ("pl", "językami", "języki"),
            ("tr", "kitaplar", "kitap"),
            ("ko", "검색을", "검색"),
            ("ko", "서버에서는", "서버"),
            ("ja", "deployments", "deploy"),
        ];
        for (language, word, other) in cases {
            assert_eq!(stem(language, word), stem(language, other), "{language}: {word}, {other}");
        }
    }

    #[test]
    fn languages_without_a_stemmer_leave_words_as_they_are() {
        for (language, word) in [("vi", "deployments"), ("xx", "houses"), ("uk", "мови"), ("ko", "이가")]
        {
            assert_eq!(stem(language, word), word);
        }
    }

    #[test]
    fn words_of_letters_have_stems() {
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
