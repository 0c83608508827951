//! An index as one file, to be built in one place and searched in another.
//!
//! A bundle is a tar archive, packed by Zstandard. Its first member, `bundle.json`, is its
//! [`BundleManifest`]: how the index was made, what it says, and each of the other members with its size
//! and checksum, in their order. [`create`] packs the current commit, [`verify`] tells whether a bundle
//! can be installed, [`install()`] makes it the current generation and [`roll_back`] the one before again.

mod error;
mod format;
mod install;
mod pack;
mod read;

pub use error::BundleError;
pub use format::{BundleManifest, BundleVersions, BundledFile};
pub use install::{GenerationSwitch, install, roll_back, unpack, verify};
pub use pack::create;
