//! Stored text and metadata of posts, in a separate file beside Tantivy's files of each segment.
//!
//! Tantivy's document store would decompress a whole post for a snippet of 200 characters. Here the text
//! of a post is compressed in blocks of a kilobyte, each with the byte ranges of its positions, so that
//! the cost of a snippet does not depend on the length of the post.

mod codec;
mod plugin;
mod positions;
mod record;
mod segment_records;
mod stored_post;
mod text_blocks;
mod text_stream;
mod word_counts;

pub use codec::Codec;
pub(crate) use plugin::PostStorePlugin;
pub use record::PostRecord;
pub use record::StoredSection;
pub(crate) use record::{BlockSource, encode};
pub(crate) use segment_records::EXTENSION;
pub(crate) use segment_records::SegmentRecords;
pub use stored_post::StoredPost;
pub(crate) use text_blocks::{TextBlockCache, TextSpan};
pub(crate) use text_stream::{CODE_END, CODE_START};
pub use word_counts::WordCounts;

#[cfg(test)]
mod tests;
