//! The language of a text, for sites that do not say it.

use whichlang::Lang;

use super::section::Section;

/// How much of a text is looked at, in bytes; more makes no difference.
const SAMPLE_BYTES: usize = 2_000;
/// Texts with fewer letters than this are too short to tell: a title alone mostly is.
const MIN_LETTERS: usize = 40;
/// What an ideograph or a syllable tells, in letters.
const LETTERS_OF_IDEOGRAPH: usize = 4;
/// The first of the scripts of East Asia.
const FIRST_IDEOGRAPH: char = '\u{2e80}';

/// The primary subtag of the language that the title and the prose are written in; `en` where they are
/// too short to tell.
#[must_use]
pub fn detect_language(title: &str, sections: &[Section]) -> &'static str {
    let mut sample = title.to_owned();
    for prose in sections.iter().flat_map(Section::prose) {
        if sample.len() >= SAMPLE_BYTES {
            break;
        }
        sample.push('\n');
        sample.push_str(&prose[..prose.floor_char_boundary(SAMPLE_BYTES)]);
    }
    let letters = sample.chars().filter(|c| c.is_alphabetic());
    let telling: usize = letters.map(|c| if c < FIRST_IDEOGRAPH { 1 } else { LETTERS_OF_IDEOGRAPH }).sum();
    if telling < MIN_LETTERS {
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

/// `en` of `en-us`.
#[must_use]
pub fn primary_language(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or(tag).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_by_their_words() {
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
