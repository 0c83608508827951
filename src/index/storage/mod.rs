//! The index on disk: generations, locks and the verification of files.

pub mod generation;
pub mod lock;
pub mod read_only_directory;
pub mod verify;
