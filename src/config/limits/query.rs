//! Limits on requests and on the work of a query.

/// Maximum length of a query that is searched and repeated in the response, in bytes; the rest is dropped with a
/// warning.
pub const MAX_QUERY_BYTES: usize = 2_000;
/// Maximum number of words and filter values of a query; the rest is dropped with a warning.
pub const MAX_QUERY_WORDS: usize = 32;
/// Maximum nesting of groups in a query; deeper groups are flattened with a warning.
pub const MAX_QUERY_DEPTH: usize = 8;
/// Maximum number of languages in which the words of a query are stemmed: the most frequent ones of the site.
pub const MAX_QUERY_LANGUAGES: usize = 24;
/// Maximum number of stop words of a query that are searched; they are in nearly all posts and barely affect the order.
pub const MAX_STOP_WORDS: usize = 16;
/// Maximum number of query terms: words, phrases and compounds. Sets of them are the bits of a `u64`.
pub const MAX_QUERY_TERMS: usize = 64;
/// Maximum length of a part of the query that a warning repeats, in characters.
pub const MAX_QUOTED_CHARS: usize = 40;
/// Maximum length of a part of a request that an error repeats, in bytes.
pub const MAX_QUOTED_BYTES: usize = 200;
/// Maximum number of unknown parameters that a response warns about one by one.
pub const MAX_UNKNOWN_PARAMETERS: usize = 10;
/// Maximum length of the description of an error, in bytes.
pub const MAX_DETAIL_BYTES: usize = 4_096;
/// Maximum length of a date, in bytes.
pub const MAX_DATE_BYTES: usize = 64;
/// Maximum length of a language tag, in bytes; tags in use are far shorter.
pub const MAX_LANG_BYTES: usize = 35;
/// Maximum number of typos in a word.
pub const MAX_TYPOS: u8 = 2;
/// Maximum number of words of a query for which fuzzy matches and splits are tried.
pub const MAX_FUZZY_WORDS: usize = 8;
/// Maximum number of synonym rules of a site.
pub const MAX_SYNONYMS: usize = 1_000;
/// Maximum number of terms to which one word expands, by prefixes and typos together.
pub const MAX_EXPANSIONS: usize = 48;
/// Maximum number of terms to which all words of a query expand; after that, each word expands to [`MIN_EXPANSIONS`].
pub const MAX_QUERY_EXPANSIONS: usize = 64;
/// Maximum sum of the document frequencies of the terms to which one word expands. On a large blog a word
/// expands to fewer terms: their posting lists would be most of the index.
pub const MAX_EXPANSION_POSTS: u64 = 500_000;
/// Number of terms to which each word may expand regardless of the other limits.
pub const MIN_EXPANSIONS: usize = 2;
/// Maximum number of posts in which the positions of a query's phrases are compared. A phrase that would
/// exceed it matches posts that have all of its words anywhere.
pub const MAX_PHRASE_POSTS: usize = 20_000;
/// Maximum number of candidates that are reranked by the positions of their matches.
pub const MAX_RERANKED: usize = 128;
/// Maximum number of reranked candidates times query terms: very long queries rerank fewer candidates.
pub const MAX_RERANKED_WORDS: usize = 2_048;
/// Number of candidates beyond the page whose matches are read in the same batch.
pub const SPARE_RERANKED: usize = 6;
/// Maximum number of posts with the same part of a `SimHash` that a post is compared with.
pub const MAX_SIMHASH_BUCKET: usize = 64;
/// Maximum number of text fragments of a hit.
pub const MAX_FRAGMENTS: usize = 3;
/// Maximum number of sections of a hit in addition to the one with the snippet.
pub const MAX_SECTIONS: usize = 3;
/// Maximum number of sections before a section that are searched for the headings above it.
pub const MAX_SECTIONS_ABOVE: usize = 256;
/// Maximum number of posts of a search whose sections are matched one by one; sections of further posts are not found.
pub const MAX_SECTION_POSTS: usize = 500;
/// Maximum number of values of a facet that are read to search it, the most frequent ones.
pub const MAX_SEARCHED_FACET_VALUES: usize = 2_000;
/// Maximum number of conditions in the filters of a request.
pub const MAX_CONDITIONS: usize = 200;
/// Maximum number of matches in the window of a snippet.
pub const MAX_WINDOW_MATCHES: usize = 48;
/// Maximum distance of a word boundary at which a fragment is cut, in characters; otherwise a word is cut.
pub const MAX_BOUNDARY_CHARS: usize = 24;
/// Maximum number of explained hits of a page.
pub const MAX_EXPLAINED: usize = 10;
/// Maximum number of word forms that an explanation lists.
pub const MAX_EXPLAINED_FORMS: usize = 5;
/// Maximum number of positions of one query word that are read in one post.
pub const MAX_POSITIONS_PER_WORD: usize = 512;
/// Maximum number of positions of the words of a phrase that are compared in one field of a post, and of a word
/// that are highlighted. If the words of a phrase are more frequent, which takes hundreds of thousands of repetitions,
/// a post matches the phrase if it has all of the words.
pub const MAX_POSITIONS_PER_FIELD: u64 = 262_144;
/// Number of posts that `llms.txt` lists.
pub const MAX_LLMS_POSTS: usize = 500;
/// Default number of hits per page, and of values of a facet.
pub const DEFAULT_LIMIT: usize = 10;
/// Maximum number of hits per page.
pub const MAX_LIMIT: usize = 100;
/// Rank of the last hit that a page can reach.
pub const MAX_HIT_RANK: usize = 10_000;
/// Maximum number of values of a facet.
pub const MAX_FACET_VALUES: usize = 100;
/// Maximum number of suggestions, and the default.
pub const MAX_SUGGESTIONS: usize = 8;
/// Maximum length of a typed text that is matched with suggestions, in bytes.
pub const MAX_TYPED_BYTES: usize = 200;
/// Maximum number of words of a typed text.
pub const MAX_TYPED_WORDS: usize = 12;
/// Maximum number of longer phrases that a phrase is compared with.
pub const MAX_LONGER_PHRASES: usize = 64;
/// Maximum number of related posts.
pub const MAX_RELATED: usize = 20;
/// Default number of related posts.
pub const DEFAULT_RELATED: usize = 5;
/// Maximum number of distinct words of a post that are considered for related posts.
pub const MAX_RELATED_WORDS: usize = 5_000;
/// Maximum length of a text that is analyzed to find related posts, in bytes. The index stores the words of
/// longer posts.
pub const MAX_ANALYZED_BYTES: usize = 64 << 10;
/// Maximum number of words of a post whose frequencies by field are read for related posts.
pub const MAX_RELATED_CANDIDATE_WORDS: usize = 80;
/// Maximum number of shared terms that a related post lists.
pub const MAX_SHARED_TERMS: usize = 5;
/// Maximum number of ids that are proposed for an unknown id.
pub const MAX_PROPOSED_IDS: usize = 3;
/// Maximum number of unknown names in the filters of a request for which the nearest name is looked up; others are only
/// reported.
pub const MAX_COMPARED_NAMES: usize = 4;
/// Maximum length of an unknown name that is compared with others, in bytes of its key.
pub const MAX_COMPARED_NAME_BYTES: usize = 100;
/// Maximum length of the text, headings and anchors of a post in a response, in bytes; the rest is cut off.
pub const MAX_POST_TEXT_BYTES: usize = 1 << 20;
/// Maximum number of sections of a post in a response.
pub const MAX_POST_SECTIONS: usize = 2_000;
