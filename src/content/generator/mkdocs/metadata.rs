//! The files of Material's plugin `meta`: `.meta.yml` with front matter for the pages in and below its folder.

use std::path::Path;

use super::super::settings::read_text;
use super::super::site_files;
use crate::config::limits;
use crate::content::data::{Data, DataFormat};

/// Returns the values of the files with a name in and below a content directory: pairs of a folder and its values, outer
/// folders first. A file that cannot be parsed hides the pages of its folder.
pub(super) fn read_all(content: &Path, name: &str) -> Vec<(String, Data)> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    let mut at = 0;
    while let Some(folder) = folders.get(at).cloned() {
        at += 1;
        let path = content.join(&folder);
        if let Ok(text) = read_text(&path.join(name)) {
            let values = Data::parse(&text, DataFormat::Yaml).unwrap_or_else(|_| hidden());
            found.push((folder.clone(), values));
        }
        let below = site_files::entries(&path).into_iter().filter(|path| path.is_dir() && !path.is_symlink());
        let names = below.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let is_deep = folder.matches('/').count() >= limits::MAX_PROJECT_DEPTH;
        folders.extend(
            names.filter(|name| !is_deep && !name.starts_with('.')).map(|name| format!("{prefix}{name}")),
        );
        folders.truncate(limits::MAX_PROJECT_FILES);
    }
    found
}

/// Returns values that hide pages.
fn hidden() -> Data {
    Data::parse("draft: true", DataFormat::Yaml).unwrap_or_default()
}
