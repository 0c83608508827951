//! Limits on the data that the index stores, keeps in memory and unpacks.

/// Memory of the cache of decompressed text blocks, in bytes.
pub const MAX_BLOCK_CACHE_BYTES: usize = 4 << 20;
/// Maximum length of a suggestion in bytes.
pub const MAX_SUGGESTION_BYTES: usize = 200;
/// Number of words of a post per phrase that it offers as a suggestion; the most frequent phrases are offered. Rare
/// phrases would be the largest part of a large blog's dictionaries, and are seldom suggested, because a phrase is
/// suggested only if two posts offer it.
pub const WORDS_PER_PHRASE: usize = 10;
/// Maximum number of phrases that a short post offers.
pub const MIN_PHRASES_PER_POST: usize = 32;
/// Maximum number of phrases that a long post offers.
pub const MAX_PHRASES_PER_POST: usize = 300;
/// Maximum memory of the documents that wait to be indexed, in bytes.
pub const MAX_PENDING_BYTES: usize = 16 << 20;
/// Maximum size of a bundle's manifest in bytes; that of a few segments has 5,000.
pub const MAX_BUNDLE_MANIFEST_BYTES: u64 = 1 << 20;
/// Maximum unpacked size of a bundle's index in bytes: a hundred times that of an index of 100,000 posts.
pub const MAX_BUNDLE_BYTES: u64 = 64 << 30;
/// Maximum size of the padding after the last file of a bundle, in bytes: tar fills up its last record.
pub const MAX_BUNDLE_PADDING_BYTES: u64 = 64 << 10;
/// Maximum number of attempts to pack a commit that concurrent commits replace.
pub const MAX_PACK_ATTEMPTS: usize = 20;
/// Maximum number of attempts to open an index that is being written.
pub const MAX_OPEN_ATTEMPTS: usize = 5;
/// Maximum number of languages that are distinguished: their numbers are bytes, and 255 means any other language.
pub const MAX_SITE_LANGUAGES: usize = 255;
/// Maximum number of added and removed posts from which a commit's vocabulary is derived; reading all dictionaries is
/// faster for more.
pub const MAX_VOCABULARY_CHANGES: usize = 256;
/// Maximum number of changed words that are kept beside a snapshot's base vocabulary, however small the base is; more
/// may be merged into the base.
pub const MAX_RECENT_WORDS: usize = 4_096;
/// Minimum number of words in a snapshot's base vocabulary per changed word; with fewer, the changed words are merged
/// into the base.
pub const MIN_BASE_PER_RECENT_WORD: usize = 16;
/// Maximum number of attempts to take an index's lock, 25 ms apart.
pub const MAX_LOCK_ATTEMPTS: u32 = 80;
/// Maximum memory reserved for a post's text before any of it is decompressed, in bytes.
pub const MAX_PREALLOCATED_BYTES: usize = 1 << 20;
/// Maximum number of words in a suggested phrase.
pub const MAX_PHRASE_SUGGESTION_WORDS: usize = 4;
/// Maximum length of an indexed token in bytes; longer ones are data rather than words.
pub const MAX_TOKEN_BYTES: usize = 128;
/// Maximum number of words in a compound; longer chains are paths, which their words find.
pub const MAX_COMPOUND_WORDS: usize = 4;
/// Maximum length of a compound in bytes.
pub const MAX_COMPOUND_BYTES: usize = 64;
/// Maximum number of words in a compound that is also indexed without its connectors.
pub const MAX_JOINED_WORDS: usize = 3;
/// Maximum number of parts of an identifier.
pub const MAX_IDENTIFIER_PARTS: usize = 8;
/// Number of terms at which a thread's lexicon is cleared; they take about ten megabytes.
pub const MAX_LEXICON_TERMS: usize = 50_000;
/// Number of stems at which a thread's cache is cleared; they take a few megabytes.
pub const MAX_CACHED_STEMS: usize = 20_000;
/// Maximum size of the file that describes a commit, in bytes; each segment takes a few hundred.
pub const MAX_COMMIT_FILE_BYTES: u64 = 16 << 20;
