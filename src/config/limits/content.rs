//! Limits on source files and on what is read of them.

/// Largest source file that is read, in bytes. The largest known blog post is 266 KB.
pub const MAX_FILE_BYTES: u64 = 16 << 20;
