//! Bundles: an index as one file, built on one machine and searched on another.
//!
//! A bundle is a tar archive compressed with Zstandard. Its first member, `bundle.json`, is the
//! [`BundleManifest`]: provenance, content digest, and the size and checksum of each other member, in order.
//! [`create`] packs the current commit, [`verify`] checks a bundle, [`install()`] makes it the current
//! generation, and [`roll_back`] restores the previous one.

mod error;
mod format;
mod install;
mod pack;
mod read;

pub use error::BundleError;
pub use format::{BundleManifest, BundleVersions, BundledFile};
pub use install::GenerationSwitch;
pub(crate) use install::roll_back;
pub use install::{install, unpack, verify};
pub use pack::create;
