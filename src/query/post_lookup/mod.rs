//! Finding a post by its id.

mod nearest_ids;

use tantivy::DocAddress;

use super::quoting::shortened;
use crate::config::limits;
use crate::index::{IndexError, Snapshot};
use nearest_ids::nearest_ids;

/// A failure to find a post by its id.
#[derive(Debug, thiserror::Error)]
pub enum PostLookupError {
    /// No post has this id.
    #[error(
        "unknown post {:?}; expected the path of its file below the content folder, as `bloghound posts` \
         prints it{}",
        shortened(.id, limits::MAX_QUOTED_BYTES),
        nearest_text(.nearest)
    )]
    UnknownId {
        /// The requested id.
        id: String,
        /// The ids with the most similar spelling.
        nearest: Vec<String>,
    },
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

fn nearest_text(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; similar ids: {}", nearest.join(", ")) }
}

/// Returns the address of the post with this id.
///
/// # Errors
/// If there is no such post, or the index cannot be read.
pub(crate) fn find_post(snapshot: &Snapshot, id: &str) -> Result<DocAddress, PostLookupError> {
    if let Some(address) = snapshot.find(id)? {
        return Ok(address);
    }
    Err(PostLookupError::UnknownId { id: id.to_owned(), nearest: nearest_ids(snapshot, id)? })
}
