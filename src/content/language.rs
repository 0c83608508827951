//! Language tags, and language detection for sites that set no language.

use whichlang::Lang;

use super::section::Section;
use crate::config::limits::MAX_LANGUAGE_SAMPLE_BYTES;

/// Minimum length of a text for reliable detection, in letters; most titles are shorter.
const MIN_LETTERS: usize = 40;
/// Number of letters that an ideograph or a Korean syllable counts as.
const LETTERS_PER_IDEOGRAPH: usize = 4;
/// First character of the East Asian scripts in Unicode.
const FIRST_IDEOGRAPH: char = '\u{2e80}';

/// Returns the primary subtag of the language of the title and the prose; `en` if they are too short for
/// a detection.
pub(crate) fn detect_language(title: &str, sections: &[Section]) -> &'static str {
    let mut sample = title.to_owned();
    for prose in sections.iter().flat_map(Section::prose) {
        if sample.len() >= MAX_LANGUAGE_SAMPLE_BYTES {
            break;
        }
        sample.push('\n');
        sample.push_str(&prose[..prose.floor_char_boundary(MAX_LANGUAGE_SAMPLE_BYTES)]);
    }
    let letters = sample.chars().filter(|c| c.is_alphabetic());
    let letters: usize = letters.map(|c| if c < FIRST_IDEOGRAPH { 1 } else { LETTERS_PER_IDEOGRAPH }).sum();
    if letters < MIN_LETTERS {
        return "en";
    }
    match whichlang::detect_language(&sample) {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detects_the_language_and_defaults_to_english() {
        let cases = [
            ("Wie man einen Server aufsetzt, ohne dabei den Verstand zu verlieren", "de"),
            ("Cómo escribir un artículo sobre la programación de sistemas", "es"),
            ("プログラミング言語の設計について考えたことをここに書いておきます", "ja"),
            ("Notes on writing a search engine for small sites", "en"),
            ("Hi", "en"),
            ("Successful Conference Proposals", "en"),
        ];
        for (text, expected) in cases {
            assert_eq!(detect_language(text, &[]), expected, "{text}");
        }
    }
}
