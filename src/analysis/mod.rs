//! Analysis: text to tokens, the same for posts and queries.
//!
//! Each word has one position. Words are split by script (`tokenizer`, [`script`], `unspaced`), independently
//! of language. At a word's position are its folded form ([`mod@fold`]) and further terms, each with a marker as
//! its first character that separates them from folded forms: the exact form, if folding changed it; the stem in
//! the language of the text (`stem`); the spelling without umlauts; and the parts of an identifier. Compounds
//! (`compound`) and bigrams of ideographs are at the first of their positions. A query's words are analyzed for
//! all languages of the site (`query`).

mod analyzer;
mod compound;
pub mod fold;
mod lexicon;
mod query;
pub mod script;
pub mod stable_hash;
mod stem;
mod stop_words;
mod token;
mod tokenizer;
mod unspaced;
mod word_forms;
mod word_span;

pub use analyzer::{Analysis, Analyzer, positions};
pub use lexicon::Lexicon;
pub use query::{QueryAnalyzer, QueryWord, SiteAnalyzer, TermRelation, WordTerm};
pub use stem::Stemmer;
pub use stop_words::is_stop_word;
pub(crate) use token::{EXACT_MARKER, MARKERS, TermId};
pub use token::{Token, TokenKind};

/// Version of the analysis. If it differs, the index is rebuilt.
pub(crate) const ANALYSIS_VERSION: u32 = 5;
