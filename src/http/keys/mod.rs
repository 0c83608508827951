//! Keys: secrets that let programs and readers use a private blog, and the owner call the service from afar.
//!
//! A key has 256 random bits, so that nobody can guess it, and a file with plain SHA-256 hashes of keys is safe: a slow
//! hash function protects only secrets that people choose. A presented key is hashed and the hash is looked up, so that
//! the time of a comparison says nothing about any key.

mod api_key;
mod credentials;
mod file_replacement;
mod key_file;
mod key_ring;
mod last_use;

pub(crate) use api_key::KeyScope;
pub(super) use credentials::{ALGOLIA_API_KEY, Credentials};
pub use key_file::KeysError;
pub(crate) use key_file::{KeyFile, StoredKey};
pub use key_ring::KeyRing;
pub(crate) use last_use::LastUseFile;
