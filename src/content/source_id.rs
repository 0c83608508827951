//! Ids of source files: their paths below the content directory, with `/` between folders.

use std::path::Path;

/// Returns the id of a file; `None` if it is outside of the content directory or its path is not UTF-8.
pub(crate) fn id_of(content_dir: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(content_dir).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// Returns the extension of a file; empty if it has none.
pub(super) fn extension(id: &str) -> &str {
    let name = id.rsplit('/').next().unwrap_or(id);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Returns the folder of a file, empty at the root, and its name without the extension.
pub(super) fn folder_and_stem(id: &str) -> (&str, &str) {
    let stem = id.rsplit_once('.').map_or(id, |(stem, _)| stem);
    stem.rsplit_once('/').unwrap_or(("", stem))
}

/// Returns whether a file is at or below `path`, a file or a folder; an empty path selects all.
pub(crate) fn is_at_or_below(id: &str, path: &str) -> bool {
    let rest = id.strip_prefix(path);
    rest.is_some_and(|rest| path.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

/// Returns the folder of a file, empty at the root.
pub(crate) fn folder_of(id: &str) -> &str {
    id.rsplit_once('/').map_or("", |(folder, _)| folder)
}
