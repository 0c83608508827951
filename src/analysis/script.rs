//! Scripts of characters and words, as far as analysis distinguishes them.

/// A script, or a group of scripts that are analyzed alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// Latin letters.
    Latin,
    /// Greek letters.
    Greek,
    /// Cyrillic letters.
    Cyrillic,
    /// Armenian letters.
    Armenian,
    /// Arabic letters, including those of Persian and Urdu.
    Arabic,
    /// Devanagari, used for Hindi, Marathi and Nepali.
    Devanagari,
    /// Tamil letters.
    Tamil,
    /// Korean syllables, with spaces between words.
    Hangul,
    /// Han, Hiragana and Katakana: no spaces, and one character carries meaning.
    Ideographic,
    /// Thai, Lao, Khmer and Burmese: no spaces, and one character is a letter.
    SoutheastAsian,
    /// Digits, punctuation and all other scripts.
    Other,
}

impl Script {
    /// All scripts, in the order of [`Script::index`].
    pub(crate) const ALL: [Self; 11] = [
        Self::Latin,
        Self::Greek,
        Self::Cyrillic,
        Self::Armenian,
        Self::Arabic,
        Self::Devanagari,
        Self::Tamil,
        Self::Hangul,
        Self::Ideographic,
        Self::SoutheastAsian,
        Self::Other,
    ];

    /// Returns the index of the script in [`Script::ALL`].
    #[must_use]
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// Returns the script of a character, by Unicode block; a few rare letters are `Other`.
    #[must_use]
    pub(crate) fn of(c: char) -> Self {
        match c {
            'a'..='z'
            | 'A'..='Z'
            | 'ª'
            | 'º'
            | 'À'..='Ö'
            | 'Ø'..='ö'
            | 'ø'..='ʯ'
            | '\u{1d00}'..='\u{1eff}'
            | '\u{2c60}'..='\u{2c7f}'
            | '\u{a720}'..='\u{a7ff}'
            | '\u{fb00}'..='\u{fb06}'
            | 'Ａ'..='Ｚ'
            | 'ａ'..='ｚ' => Self::Latin,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Self::Greek,
            '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{a640}'..='\u{a69f}' => Self::Cyrillic,
            '\u{531}'..='\u{58a}' => Self::Armenian,
            '\u{620}'..='\u{65f}'
            | '\u{66e}'..='\u{6ef}'
            | '\u{6fa}'..='\u{6ff}'
            | '\u{750}'..='\u{77f}'
            | '\u{8a0}'..='\u{8ff}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}' => Self::Arabic,
            '\u{900}'..='\u{965}' | '\u{970}'..='\u{97f}' | '\u{a8e0}'..='\u{a8ff}' => Self::Devanagari,
            '\u{b80}'..='\u{be5}' => Self::Tamil,
            '\u{1100}'..='\u{11ff}'
            | '\u{3130}'..='\u{318f}'
            | '\u{a960}'..='\u{a97f}'
            | '\u{ac00}'..='\u{d7ff}' => Self::Hangul,
            '\u{3005}'..='\u{3007}'
            | '\u{3041}'..='\u{309f}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{30fc}'..='\u{312f}'
            | '\u{31a0}'..='\u{31bf}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff66}'..='\u{ff9f}'
            | '\u{1b000}'..='\u{1b16f}'
            | '\u{20000}'..='\u{3fffd}' => Self::Ideographic,
            '\u{e01}'..='\u{e4e}'
            | '\u{e80}'..='\u{ecf}'
            | '\u{edc}'..='\u{edf}'
            | '\u{1000}'..='\u{103f}'
            | '\u{1050}'..='\u{109f}'
            | '\u{1780}'..='\u{17df}'
            | '\u{1980}'..='\u{19df}'
            | '\u{1a20}'..='\u{1aad}'
            | '\u{a9e0}'..='\u{a9ff}'
            | '\u{aa60}'..='\u{aadf}' => Self::SoutheastAsian,
            _ => Self::Other,
        }
    }

    /// Returns the script of a word: that of its first character with a script other than `Other`.
    #[must_use]
    pub(crate) fn of_word(word: &str) -> Self {
        word.chars().map(Self::of).find(|script| *script != Self::Other).unwrap_or(Self::Other)
    }

    /// Returns whether words are written without spaces between them.
    #[must_use]
    pub(crate) fn is_unspaced(self) -> bool {
        matches!(self, Self::Ideographic | Self::SoutheastAsian)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_script_of_their_letters() {
        let cases = [
            ("Zürich", Script::Latin),
            ("ﬁne", Script::Latin),
            ("2nd", Script::Latin),
            ("Ελλάς", Script::Greek),
            ("ёлка", Script::Cyrillic),
            ("كتاب", Script::Arabic),
            ("हिन्दी", Script::Devanagari),
            ("한국", Script::Hangul),
            ("日本", Script::Ideographic),
            ("カー", Script::Ideographic),
            ("ｶﾞ", Script::Ideographic),
            ("ภาษา", Script::SoutheastAsian),
            ("ភាសា", Script::SoutheastAsian),
            ("42", Script::Other),
        ];
        for (word, expected) in cases {
            assert_eq!(Script::of_word(word), expected, "{word}");
        }
        for (at, script) in Script::ALL.into_iter().enumerate() {
            assert_eq!(script.index(), at);
        }
    }
}
