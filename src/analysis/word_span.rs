//! Location of a word in a text.

use std::ops::Range;

/// A word, which is one position of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WordSpan {
    /// Byte range, with the symbols that belong to the word.
    pub range: Range<usize>,
    /// Byte range of the letters and digits alone, within `range`.
    pub letters: Range<usize>,
    /// Whether its script has no spaces between words.
    pub is_unspaced: bool,
}

impl WordSpan {
    /// Returns a word of a script with spaces between words.
    pub(super) fn new(range: Range<usize>) -> Self {
        Self { range: range.clone(), letters: range, is_unspaced: false }
    }

    /// Returns a word of a script without spaces.
    pub(super) fn unspaced(range: Range<usize>) -> Self {
        Self { is_unspaced: true, ..Self::new(range) }
    }
}
