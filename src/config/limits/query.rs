//! Limits on requests and on the work of a query.

/// Longest query text that is looked at, in bytes; the rest is cut with a warning.
pub const MAX_QUERY_BYTES: usize = 2_000;
/// Most words and phrases of a query that are searched; the rest is ignored with a warning.
pub const MAX_QUERY_WORDS: usize = 32;
/// Most groups of a query inside of each other; deeper ones are flattened with a warning.
pub const MAX_QUERY_DEPTH: usize = 8;
/// Languages of a site in which a query's words are stemmed; the most frequent ones.
pub const MAX_QUERY_LANGUAGES: usize = 24;
/// Most stop words of a query that are searched: they stand in nearly all posts and tell little.
pub const MAX_STOP_WORDS: usize = 16;
/// Most things that a query looks for: its words, and what these make together. They are bits of a `u64`.
pub const MAX_QUERY_SLOTS: usize = 64;
/// Words of a query that typos are looked for in, and that may be two words written as one.
pub const MAX_GUESSED_WORDS: usize = 8;
/// Most synonym rules of a site.
pub const MAX_SYNONYMS: usize = 1_000;
/// Most terms that one query word expands to (prefixes and typos together).
pub const MAX_EXPANSIONS: usize = 48;
/// Most terms that all words of a query expand to; after that each has the best few only.
pub const MAX_QUERY_EXPANSIONS: usize = 64;
/// Posts that the words may have together to which one word expands; of large blogs it expands to fewer words
/// then, for their posting lists would be most of the index.
pub const MAX_EXPANSION_POSTS: u64 = 500_000;
/// The best few.
pub const MIN_EXPANSIONS: usize = 2;
/// Posts in which the places of a query's phrases are compared. Where a phrase's words are so common
/// that it would take more, a post that has them all, be it in other places, is taken for a match.
pub const MAX_PHRASE_POSTS: usize = 20_000;
/// Hits that are ranked again by the positions of their matches.
pub const MAX_RERANKED: usize = 128;
/// Hits times words of the query that are looked at for that: of a very long query fewer hits are.
pub const MAX_RERANKED_WORDS: usize = 2_048;
/// Pieces of text that a hit shows.
pub const MAX_FRAGMENTS: usize = 3;
/// Sections that a hit shows beside the one that it leads to.
pub const MAX_SECTIONS: usize = 3;
/// Hits of a page that are explained.
pub const MAX_EXPLAINED: usize = 10;
/// Positions of one query word that are looked at in one post.
pub const MAX_POSITIONS_PER_WORD: usize = 512;
/// Largest page of hits.
pub const MAX_LIMIT: usize = 100;
/// Deepest hit that can be paged to.
pub const MAX_HIT_RANK: usize = 10_000;
/// Most values of one facet in a response.
pub const MAX_FACET_VALUES: usize = 100;
/// Most suggestions while typing, and how many there are unless asked otherwise.
pub const MAX_SUGGESTIONS: usize = 8;
/// Longest text, in bytes, that suggestions are made for: nobody types more and wants to be told.
pub const MAX_TYPED_BYTES: usize = 200;
/// Words of a typed text that are looked at.
pub const MAX_TYPED_WORDS: usize = 12;
/// Related posts of one post.
pub const MAX_RELATED: usize = 20;
/// Different words of a post that are looked at to find related ones.
pub const MAX_RELATED_WORDS: usize = 5_000;
