//! The scripts of a text, for language detection. Unlike the analysis, it distinguishes all scripts that are in use.

/// A script, or scripts that one language mixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextScript {
    Latin,
    Cyrillic,
    Arabic,
    Hebrew,
    Devanagari,
    Bengali,
    Ethiopic,
    /// Chinese characters, which Japanese mixes with kana.
    Han,
    Kana,
    /// A script of one main language.
    Only(&'static str),
    /// A script of several languages, which are not told apart.
    Shared,
}

/// First and last character of blocks of scripts, in ascending order (`Scripts.txt` of Unicode). Characters of no script are
/// not letters.
const BLOCKS: &[(char, char, TextScript)] = &[
    ('A', '\u{2af}', TextScript::Latin),
    ('\u{370}', '\u{3ff}', TextScript::Only("el")),
    ('\u{400}', '\u{52f}', TextScript::Cyrillic),
    ('\u{531}', '\u{58f}', TextScript::Only("hy")),
    ('\u{591}', '\u{5f4}', TextScript::Hebrew),
    ('\u{600}', '\u{6ff}', TextScript::Arabic),
    ('\u{700}', '\u{74f}', TextScript::Only("syr")),
    ('\u{750}', '\u{77f}', TextScript::Arabic),
    ('\u{780}', '\u{7bf}', TextScript::Only("dv")),
    ('\u{7c0}', '\u{7ff}', TextScript::Only("nqo")),
    ('\u{8a0}', '\u{8ff}', TextScript::Arabic),
    ('\u{900}', '\u{97f}', TextScript::Devanagari),
    ('\u{980}', '\u{9ff}', TextScript::Bengali),
    ('\u{a00}', '\u{a7f}', TextScript::Only("pa")),
    ('\u{a80}', '\u{aff}', TextScript::Only("gu")),
    ('\u{b00}', '\u{b7f}', TextScript::Only("or")),
    ('\u{b80}', '\u{bff}', TextScript::Only("ta")),
    ('\u{c00}', '\u{c7f}', TextScript::Only("te")),
    ('\u{c80}', '\u{cff}', TextScript::Only("kn")),
    ('\u{d00}', '\u{d7f}', TextScript::Only("ml")),
    ('\u{d80}', '\u{dff}', TextScript::Only("si")),
    ('\u{e00}', '\u{e7f}', TextScript::Only("th")),
    ('\u{e80}', '\u{eff}', TextScript::Only("lo")),
    ('\u{f00}', '\u{fff}', TextScript::Only("bo")),
    ('\u{1000}', '\u{1074}', TextScript::Only("my")),
    ('\u{1075}', '\u{109f}', TextScript::Shared),
    ('\u{10a0}', '\u{10ff}', TextScript::Only("ka")),
    ('\u{1100}', '\u{11ff}', TextScript::Only("ko")),
    ('\u{1200}', '\u{139f}', TextScript::Ethiopic),
    ('\u{13a0}', '\u{13ff}', TextScript::Only("chr")),
    ('\u{1400}', '\u{167f}', TextScript::Shared),
    ('\u{1780}', '\u{17ff}', TextScript::Only("km")),
    ('\u{1800}', '\u{18af}', TextScript::Only("mn")),
    ('\u{1c80}', '\u{1c8f}', TextScript::Cyrillic),
    ('\u{1c90}', '\u{1cbf}', TextScript::Only("ka")),
    ('\u{1e00}', '\u{1eff}', TextScript::Latin),
    ('\u{1f00}', '\u{1fff}', TextScript::Only("el")),
    ('\u{2c60}', '\u{2c7f}', TextScript::Latin),
    ('\u{2d30}', '\u{2d7f}', TextScript::Only("zgh")),
    ('\u{3041}', '\u{30ff}', TextScript::Kana),
    ('\u{3100}', '\u{312f}', TextScript::Han),
    ('\u{3131}', '\u{318f}', TextScript::Only("ko")),
    ('\u{31f0}', '\u{31ff}', TextScript::Kana),
    ('\u{3400}', '\u{9fff}', TextScript::Han),
    ('\u{a000}', '\u{a4cf}', TextScript::Only("ii")),
    ('\u{a640}', '\u{a69f}', TextScript::Cyrillic),
    ('\u{ab70}', '\u{abbf}', TextScript::Only("chr")),
    ('\u{ac00}', '\u{d7ff}', TextScript::Only("ko")),
    ('\u{f900}', '\u{faff}', TextScript::Han),
    ('\u{fb1d}', '\u{fb4f}', TextScript::Hebrew),
    ('\u{fb50}', '\u{fdff}', TextScript::Arabic),
    ('\u{fe70}', '\u{fefc}', TextScript::Arabic),
    ('\u{ff21}', '\u{ff5a}', TextScript::Latin),
    ('\u{ff66}', '\u{ff9f}', TextScript::Kana),
    ('\u{20000}', '\u{3ffff}', TextScript::Han),
];
/// Number of letters that an ideograph or a Korean syllable counts as.
const LETTERS_PER_IDEOGRAPH: usize = 4;
/// First character of the East Asian scripts in Unicode.
const FIRST_IDEOGRAPH: char = '\u{2e80}';
/// Japanese texts consist of kana to a third at least; Chinese ones may quote a few.
const KANA_PER_MILLE: usize = 100;

/// Returns the script of a letter.
pub(super) fn script_of(c: char) -> Option<TextScript> {
    if c.is_ascii() {
        return c.is_ascii_alphabetic().then_some(TextScript::Latin);
    }
    let at = BLOCKS.partition_point(|(_, last, _)| *last < c);
    let (first, _, script) = BLOCKS.get(at)?;
    (*first <= c && c.is_alphabetic()).then_some(*script)
}

/// The letters of a text by script.
#[derive(Debug, Default)]
pub(super) struct ScriptCounts {
    /// Letters in Latin script.
    pub(super) latin: usize,
    kana: usize,
    others: Vec<(TextScript, usize)>,
}

impl ScriptCounts {
    pub(super) fn of(text: &str) -> Self {
        let mut counts = Self::default();
        for c in text.chars() {
            let Some(script) = script_of(c) else { continue };
            let letters = if c < FIRST_IDEOGRAPH { 1 } else { LETTERS_PER_IDEOGRAPH };
            match script {
                TextScript::Latin => counts.latin += 1,
                TextScript::Kana => {
                    counts.kana += letters;
                    counts.add(TextScript::Han, letters);
                }
                script => counts.add(script, letters),
            }
        }
        counts
    }

    fn add(&mut self, script: TextScript, letters: usize) {
        match self.others.iter_mut().find(|(known, _)| *known == script) {
            Some((_, count)) => *count += letters,
            None => self.others.push((script, letters)),
        }
    }

    /// Returns the most frequent script besides the Latin one, with its letters.
    pub(super) fn main_other(&self) -> Option<(TextScript, usize)> {
        let (script, letters) = *self.others.iter().max_by_key(|(_, letters)| *letters)?;
        let is_japanese = script == TextScript::Han && self.kana * 1000 > letters * KANA_PER_MILLE;
        Some((if is_japanese { TextScript::Kana } else { script }, letters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_in_order() {
        assert!(BLOCKS.iter().all(|(first, last, _)| first <= last));
        assert!(BLOCKS.is_sorted_by(|(_, last, _), (first, _, _)| last < first));
    }

    #[test]
    fn letters_have_a_script() {
        for (c, script) in [
            ('a', Some(TextScript::Latin)),
            ('é', Some(TextScript::Latin)),
            ('ế', Some(TextScript::Latin)),
            ('Ж', Some(TextScript::Cyrillic)),
            ('λ', Some(TextScript::Only("el"))),
            ('漢', Some(TextScript::Han)),
            ('か', Some(TextScript::Kana)),
            ('한', Some(TextScript::Only("ko"))),
            ('ᐃ', Some(TextScript::Shared)),
            ('1', None),
            ('×', None),
            ('。', None),
        ] {
            assert_eq!(script_of(c), script, "{c}");
        }
    }
}
