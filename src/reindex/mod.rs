//! Keeps the index in sync with the content.
//!
//! The watcher reports which paths may have changed, the plan decides what to do about each file, and the
//! indexer reads the files on all cores and applies the plan in one commit.

mod absence;
mod apply;
mod change;
mod clock;
mod digest;
mod directory_id;
mod error;
pub(crate) mod file_version;
mod git_work_tree;
mod indexer;
pub(crate) mod panic_message;
mod pipeline;
mod plan;
mod report;
mod sample;
mod scan;
mod watcher;

pub use absence::explain_absence;
pub use change::{ContentChange, Dirty};
pub use clock::Clock;
pub use digest::fingerprint;
pub use error::ReindexError;
pub use indexer::{Indexer, OpenMode};
pub use report::{GuessedUrls, IndexingReport, SkippedCounts};
pub use watcher::{Waker, WatchMode, WatchOptions, Watcher};
