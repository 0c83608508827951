//! Passes a digest of the sources to the compiler.
//!
//! Entity tags contain it, so that a cache never keeps a response that another build of the same version rendered in
//! another way. It depends on nothing else: equal sources have equal tags on every machine and after every build.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

/// What determines the program: its sources, and the versions of its dependencies.
const SOURCES: [&str; 3] = ["Cargo.toml", "Cargo.lock", "src"];

fn main() -> io::Result<()> {
    let mut hasher = DefaultHasher::new();
    // A package in a workspace may have no lock file of its own.
    for source in SOURCES.map(Path::new).into_iter().filter(|source| source.exists()) {
        println!("cargo::rerun-if-changed={}", source.display());
        add(source, &mut hasher)?;
    }
    println!("cargo::rustc-env=BUILD_DIGEST={:016x}", hasher.finish());
    Ok(())
}

/// Adds the name and the content of a file, or of all files in a folder.
fn add(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    if path.is_dir() {
        let entries: io::Result<Vec<PathBuf>> =
            fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect();
        let mut entries = entries?;
        // The order of the file system differs among machines.
        entries.sort();
        return entries.iter().try_for_each(|entry| add(entry, hasher));
    }
    for part in [path.to_string_lossy().as_bytes(), &fs::read(path)?] {
        hasher.write_usize(part.len());
        hasher.write(part);
    }
    Ok(())
}
