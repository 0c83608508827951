//! Language detection for posts of sites that set no language.
//!
//! The script decides first; many have one main language. Languages that share a script are told apart by their function
//! words, endings and letters (`profile`). Where these are few, a second opinion must agree (`whichlang`, which knows 16
//! languages by the frequencies of their letter sequences and always names one of them). A language that is not told
//! apart is unknown.

mod language_profile;
mod latin_profiles;
mod other_profiles;
mod profile;
mod script;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use whichlang::Lang;

use self::profile::{BestProfile, FIRST_MARK};
use self::script::{ScriptCounts, TextScript};
use super::section::Section;
use crate::config::limits::MAX_LANGUAGE_SAMPLE_BYTES;

/// The tag of texts whose language is unknown (RFC 5646, section 4.1).
const UNKNOWN: &str = "und";
/// The language of texts in Latin script that are too short for a detection.
const DEFAULT: &str = "en";
/// Minimum length of a text in Latin script whose language is unknown and not the default, in letters; most titles are
/// shorter.
const MIN_LETTERS: usize = 40;
/// Maximum number of letters besides a to z in a short text of the default language.
const MAX_FOREIGN_LETTERS: usize = 1;

/// Share of another script at which a text is in it although it has more letters in Latin script, 1 in so many: names
/// and terms are Latin everywhere.
const LATIN_PER_OTHER: usize = 4;
/// The same if the words in Latin script are in no known language.
const LATIN_PER_OTHER_IF_UNKNOWN: usize = 10;

/// Minimum score of the words of a text, and its share of their number, at which its language is certain.
const MIN_SCORE: f32 = 2.0;
const MIN_SHARE: f32 = 0.15;
/// The same if the score is far ahead of the next language, which it is in texts with much code.
const MIN_SCORE_AHEAD: f32 = 5.0;
const MIN_SHARE_AHEAD: f32 = 0.1;
const AHEAD: f32 = 1.5;
/// The same if the second opinion agrees.
const MIN_SCORE_AGREED: f32 = 1.0;
const MIN_SHARE_AGREED: f32 = 0.04;
/// Minimum difference to the next language, unless the second opinion agrees.
const MIN_LEAD: f32 = 0.5;
/// Minimum share at which words in Latin script are the text and not names in a text of another script.
const MIN_SHARE_OF_TEXT: f32 = 0.3;
/// Maximum score of another language in words that may be English names without a sentence.
const MAX_SCORE_OF_NAMES: f32 = 0.4;

/// Returns the language tag of the title and the prose; `en` if they are too short for a detection, `und` if their
/// language is not known.
pub(crate) fn detect_language(title: &str, sections: &[Section]) -> &'static str {
    let mut sample = title.to_owned();
    for prose in sections.iter().flat_map(Section::prose) {
        if sample.len() >= MAX_LANGUAGE_SAMPLE_BYTES {
            break;
        }
        sample.push('\n');
        sample.push_str(&prose[..prose.floor_char_boundary(MAX_LANGUAGE_SAMPLE_BYTES)]);
    }
    language_of(&sample)
}

fn language_of(text: &str) -> &'static str {
    let counts = ScriptCounts::of(text);
    let (other, letters) = counts.main_other().unwrap_or((TextScript::Shared, 0));
    if letters > counts.latin {
        return language_by_script(text, other);
    }
    let min_share = if letters * LATIN_PER_OTHER > counts.latin { MIN_SHARE_OF_TEXT } else { 0.0 };
    match language_by_words(text, TextScript::Latin, min_share) {
        Some(language) => language,
        None if letters * LATIN_PER_OTHER_IF_UNKNOWN > counts.latin => language_by_script(text, other),
        None if counts.latin < MIN_LETTERS && may_be_english(text) => DEFAULT,
        None => UNKNOWN,
    }
}

/// Returns whether a short text has no more letters besides a to z than a foreign name has.
fn may_be_english(text: &str) -> bool {
    foreign_letters(text) <= MAX_FOREIGN_LETTERS
}

/// Returns the number of letters besides a to z.
fn foreign_letters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count()
}

fn language_by_script(text: &str, script: TextScript) -> &'static str {
    // The main language of scripts that others have, too.
    let main = match script {
        TextScript::Only(language) => return language,
        TextScript::Han => return "zh",
        TextScript::Kana => return "ja",
        TextScript::Shared => return UNKNOWN,
        TextScript::Hebrew => "he",
        TextScript::Bengali => "bn",
        TextScript::Ethiopic => "am",
        TextScript::Latin | TextScript::Cyrillic | TextScript::Arabic | TextScript::Devanagari => UNKNOWN,
    };
    language_by_words(text, script, 0.0).unwrap_or(main)
}

/// Returns the language of the words in a script if their score has a minimum share of their number.
fn language_by_words(text: &str, script: TextScript, min_share: f32) -> Option<&'static str> {
    let mut lower = text.to_lowercase();
    if script == TextScript::Latin && lower.contains(|c| c >= FIRST_MARK && is_combining_mark(c)) {
        // A dot above is what remains of the Turkish capital I with a dot.
        lower = lower.nfc().filter(|c| *c != '\u{307}').collect();
    }
    let best = BestProfile::of(&lower, script)?;
    let BestProfile { tag, score, next, words } = best;
    let has = |min_score, share: f32| score >= min_score && score >= share.max(min_share) * words;
    let is_certain =
        has(MIN_SCORE, MIN_SHARE) || has(MIN_SCORE_AHEAD, MIN_SHARE_AHEAD) && score >= AHEAD * next;
    if is_certain && score - next >= MIN_LEAD {
        return Some(tag);
    }
    if has(MIN_SCORE_AGREED, MIN_SHARE_AGREED) && score > next && second_opinion(text) == tag {
        return Some(tag);
    }
    let may_be_names = script == TextScript::Latin && min_share == 0.0 && foreign_letters(text) == 0;
    let is_of_no_language = score < MAX_SCORE_OF_NAMES || tag == DEFAULT;
    (may_be_names && is_of_no_language && second_opinion(text) == DEFAULT).then_some(DEFAULT)
}

fn second_opinion(text: &str) -> &'static str {
    match whichlang::detect_language(text) {
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
mod tests;
