//! Limits on the data that the index stores, keeps in memory and unpacks.

/// Memory of the cache of decompressed text blocks, in bytes.
pub const MAX_BLOCK_CACHE_BYTES: usize = 4 << 20;
/// Maximum length of a suggestion in bytes.
pub const MAX_SUGGESTION_BYTES: usize = 200;
/// Words of a post per phrase that it offers as a suggestion; its most frequent phrases are offered. A phrase is
/// suggested only if two posts offer it, which is unlikely for rare phrases, and these would be the largest part
/// of a large blog's dictionaries.
pub const WORDS_PER_PHRASE: usize = 10;
/// Maximum number of phrases that a short post offers.
pub const MIN_PHRASES_PER_POST: usize = 32;
/// Maximum number of phrases that a long post offers.
pub const MAX_PHRASES_PER_POST: usize = 300;
/// Memory of documents that are analyzed and wait to be indexed, in bytes.
pub const MAX_PENDING_BYTES: usize = 16 << 20;
/// Maximum size of a bundle's manifest in bytes; a few segments need 5,000.
pub const MAX_BUNDLE_MANIFEST_BYTES: u64 = 1 << 20;
/// Maximum unpacked size of a bundle's index in bytes, a hundred times that of 100,000 posts.
pub const MAX_BUNDLE_BYTES: u64 = 64 << 30;
