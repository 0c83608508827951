//! What is read of a post for showing it: a record a post, in a file of our own beside each segment's.
//!
//! Tantivy's document store would unpack all of a post for the two hundred letters of a snippet. Here
//! a post's text is packed in blocks of a kilobyte, each with the places of its positions, so that the
//! cost of a snippet does not grow with the length of the post.

mod codec;
mod plugin;
mod positions;
mod record;
mod segment_records;
mod stored_post;
mod text_blocks;
mod text_stream;

pub use codec::Codec;
pub use plugin::PostStorePlugin;
pub use record::{BlockSource, PostRecord, StoredSection, encode};
pub(crate) use segment_records::EXTENSION;
pub use segment_records::SegmentRecords;
pub use stored_post::StoredPost;
pub use text_blocks::{TextBlock, TextBlockCache, TextSpan};
pub use text_stream::{CODE_END, CODE_START};

#[cfg(test)]
mod tests;
