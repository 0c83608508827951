//! The Tantivy index: schema, documents, one writer, snapshots for readers.
//!
//! The index is a cache of the content. A commit carries its [`Provenance`]: how its documents were
//! made. If the current provenance differs, a new generation is built beside the old one
//! ([`generation`]); there are no migrations.
//!
//! The modules in the order of their imports; each imports only those before it:
//!
//! 1. `error`: the error of this layer
//! 2. `varint`: variable-length integers
//! 3. `packed_tokens`: the tokens of a field as one string, and the tokenizer that reads it
//! 4. `schema`: the fields of the index
//! 5. `field_values`: attributes of a post as field values
//! 6. `manifest`: provenance, the indexed source files, and the content digest of both
//! 7. `memory_budget`: a limit on the memory of the documents that wait to be indexed
//! 8. `post_document`: a post as a Tantivy document
//! 9. `text_layout`: the text of a post as one sequence of positions
//! 10. [`simhash`]: fingerprints that find near-duplicates
//! 11. [`suggestion`]: the suggestions that a post offers, as terms
//! 12. [`post_store`]: stored text and metadata of posts, for snippets
//! 13. [`storage`]: generations, locks, verification of files, read-only directory
//! 14. [`snapshot`]: one commit, opened and held in memory for readers
//! 15. `document_builder`: posts to documents
//! 16. `writer`: adds, removes and commits documents
//! 17. [`bundle`]: an index packed into one file

pub mod bundle;
mod document_builder;
mod error;
mod field_values;
mod manifest;
mod memory_budget;
mod packed_tokens;
mod post_document;
pub mod post_store;
pub mod schema;
pub mod simhash;
pub mod snapshot;
pub mod storage;
pub mod suggestion;
mod text_layout;
mod varint;
mod writer;

pub use document_builder::DocumentBuilder;
pub use error::IndexError;
pub(crate) use field_values::{filter_key, unpack_heading};
pub(crate) use manifest::{Digest, Manifest};
pub use manifest::{ManifestEntry, Provenance, content_digest};
pub(crate) use memory_budget::MemoryBudget;
#[cfg(test)]
pub(crate) use memory_budget::MemoryPermit;
pub use post_document::PostDocument;
pub use post_store::StoredPost;
pub use schema::TextField;
pub(crate) use snapshot::OrdinalColumn;
pub use snapshot::Snapshot;
pub(crate) use snapshot::global_ordinals::GlobalOrdinals;
pub use snapshot::languages::IndexLanguages;
pub(crate) use snapshot::languages::LanguageSet;
pub(crate) use snapshot::segment::OpenSegment;
pub(crate) use snapshot::term_info::TermInfos;
pub(crate) use snapshot::text_column::first_text;
pub(crate) use snapshot::tie_break::TieBreakRanks;
pub(crate) use snapshot::vocabulary::WordList;
pub use snapshot::vocabulary::{SnapshotVocabulary, VocabularyWord};
pub(crate) use storage::verify::VerifiedFiles;
pub use storage::{generation, lock};
pub use suggestion::key;
pub use suggestion::term::SuggestionKind;
pub(crate) use suggestion::term::SuggestionTerm;
pub use writer::{OpenOutcome, RebuildReason, ResumedIndex, Writer};
