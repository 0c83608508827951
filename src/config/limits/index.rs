//! Limits on what the index stores, holds in memory and unpacks.

/// Pieces of posts' texts that stay unpacked for the next one who is shown them, in bytes.
pub const MAX_BLOCK_CACHE_BYTES: usize = 4 << 20;
/// Longest text that is suggested, in bytes.
pub const MAX_SUGGESTION_BYTES: usize = 200;
/// Words of a post for which it offers one phrase as a suggestion, its most frequent ones: the rare ones of all
/// posts would be most of a large blog's dictionaries, and few of them are ever those of two posts, without which
/// none is suggested.
pub const WORDS_PER_PHRASE: usize = 10;
/// Phrases that a short post offers.
pub const MIN_PHRASES_PER_POST: usize = 32;
/// Phrases that a long post offers.
pub const MAX_PHRASES_PER_POST: usize = 300;
/// Bytes of posts that wait, read and analysed, for the index to take them in.
pub const MAX_PENDING_BYTES: usize = 16 << 20;
/// Largest description of a bundle, in bytes; that of a few segments takes 5,000.
pub const MAX_BUNDLE_MANIFEST_BYTES: u64 = 1 << 20;
/// Largest index that is unpacked from a bundle, in bytes: a hundred times that of 100,000 posts.
pub const MAX_BUNDLE_BYTES: u64 = 64 << 30;
