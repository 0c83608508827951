//! The index on disk: generations, locks, verification of files, and read-only access.

pub mod generation;
pub mod lock;
pub(crate) mod read_only_directory;
pub mod verify;
