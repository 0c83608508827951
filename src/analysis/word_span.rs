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
    pub(super) fn new(range: Range<usize>, is_unspaced: bool) -> Self {
        Self { range: range.clone(), letters: range, is_unspaced }
    }
}
