//! What is read of a post for showing it: a record a post, in a file of our own beside each segment's.
//!
//! Tantivy's document store would unpack all of a post for the two hundred letters of a snippet. Here
//! a post's text is packed in pieces of a kilobyte, each with the places of its positions, so that the
//! cost of a snippet does not grow with the length of the post.

mod codec;
mod passage;
mod pieces;
mod plugin;
mod positions;
mod reader;
mod record;
mod stream;

pub use codec::Codec;
pub use passage::Passage;
pub use pieces::{PieceCache, UnpackedPiece};
pub(in crate::index) use plugin::EXTENSION;
pub use plugin::PostStorePlugin;
pub use reader::SegmentRecords;
pub use record::{Record, StoredSection, Unpacker, encode};
pub use stream::{CODE_END, CODE_START};

#[cfg(test)]
mod tests;
