//! Ids of source files: their paths below the content directory, with `/`.

/// The extension of a file by its id, empty where it has none.
#[must_use]
pub fn extension(id: &str) -> &str {
    let name = id.rsplit('/').next().unwrap_or(id);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Folder, name without extension of an id; the folder is empty at the root.
pub(super) fn folder_and_stem(id: &str) -> (&str, &str) {
    let stem = id.rsplit_once('.').map_or(id, |(stem, _)| stem);
    stem.rsplit_once('/').unwrap_or(("", stem))
}
