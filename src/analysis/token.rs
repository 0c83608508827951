//! Tokens, and the markers that separate kinds of terms.

/// First character of a stem.
pub(super) const STEM_MARKER: char = '\u{1}';
/// First character of an identifier part.
pub(super) const PART_MARKER: char = '\u{2}';
/// First character of an exact form, with diacritics.
pub(crate) const EXACT_MARKER: char = '\u{3}';
/// First character of a spelling without umlauts.
pub(super) const SPELLING_MARKER: char = '\u{4}';
/// First character of a bigram of ideographs.
pub(super) const BIGRAM_MARKER: char = '\u{5}';
/// All markers.
pub(crate) const MARKERS: [char; 5] =
    [STEM_MARKER, PART_MARKER, EXACT_MARKER, SPELLING_MARKER, BIGRAM_MARKER];

/// Id of a term in a [`Lexicon`](super::Lexicon).
pub(crate) type TermId = u32;

/// Kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// The folded word.
    Folded,
    /// The word as written, if folding changes it.
    Exact,
    /// The stem, if it differs from the folded word.
    Stem,
    /// The folded word, which equals its stem: not indexed again, but counted in the field's length.
    SelfStem,
    /// The spelling without umlauts: `mueller` for `Müller`.
    Spelling,
    /// A part of an identifier.
    Part,
    /// A compound that begins with the word, or the word with its symbols.
    Compound,
    /// The ideograph and the next one.
    Bigram,
}

/// A term at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Id of the term, marker included.
    pub term: TermId,
    /// Kind of the token.
    pub kind: TokenKind,
    /// Position of the (first) word.
    pub position: u32,
    /// Number of positions that it covers.
    pub span: u32,
}
