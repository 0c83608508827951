//! The source files below the content directory, and what their places say.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::generator::{Generator, Role};
use super::ignored::Ignored;
use super::problem::Failure;
use super::site::Site;
use crate::config::limits;

/// A file that search needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path below the content directory, with `/`.
    pub id: String,
    /// Where it is on disk.
    pub path: PathBuf,
    /// Page or data.
    pub role: Role,
}

/// Finds all sources of a site, see [`Walker::below`].
#[must_use]
pub fn walk(site: &Site) -> (Vec<SourceFile>, Vec<Failure>) {
    Walker::new(site).below(&site.content_dir)
}

/// Looks for sources; the files that say what to leave out are read once.
pub struct Walker<'a> {
    site: &'a Site,
    ignored: Arc<Ignored>,
}

impl<'a> Walker<'a> {
    /// One for the content of a site.
    #[must_use]
    pub fn new(site: &'a Site) -> Self {
        Self { site, ignored: Arc::new(Ignored::new(&site.content_dir, &site.ignore)) }
    }

    /// Finds the sources at or below `start`, a file or folder of the content, in the order of their ids.
    /// Hidden files and those that are to be ignored are left out, symbolic links followed; what cannot be
    /// listed is a failure; a `start` that does not exist has no files.
    #[must_use]
    pub fn below(&self, start: &Path) -> (Vec<SourceFile>, Vec<Failure>) {
        let content_dir = &self.site.content_dir;
        let is_left_out = || start != content_dir && self.ignored.has(start, start.is_dir());
        if start.symlink_metadata().is_err() || is_hidden_below(content_dir, start) || is_left_out() {
            return (Vec::new(), Vec::new());
        }
        let mut walk = ignore::WalkBuilder::new(start);
        walk.standard_filters(false).hidden(true).follow_links(true);
        let (root, rules, ignored) =
            (content_dir.clone(), self.site.generator.clone(), Arc::clone(&self.ignored));
        walk.filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_walked =
                !is_folder || id_of(&root, entry.path()).is_none_or(|folder| rules.walks_into(&folder));
            is_walked && (entry.path() == root || !ignored.names(entry.path(), is_folder))
        });
        list(content_dir, &self.site.generator, &walk)
    }
}

fn list(
    content_dir: &Path,
    generator: &Generator,
    walk: &ignore::WalkBuilder,
) -> (Vec<SourceFile>, Vec<Failure>) {
    let (mut files, mut failures) = (Vec::new(), Vec::new());
    for entry in walk.build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                let path = entry.into_path();
                match id_of(content_dir, &path) {
                    Some(id) => {
                        let role = if is_hidden(&path) { None } else { generator.role(&id) };
                        files.extend(role.map(|role| SourceFile { id, path, role }));
                    }
                    None => failures.extend(name_failure(&path, generator)),
                }
            }
            Ok(_) => {}
            Err(error) if error.io_error().is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound) => {}
            Err(error) => failures.push(walk_failure(content_dir, &error)),
        }
    }
    files.sort_by(|a, b| a.id.cmp(&b.id));
    (files, failures)
}

fn is_hidden_below(content_dir: &Path, start: &Path) -> bool {
    start.strip_prefix(content_dir).unwrap_or(start).components().any(|part| is_hidden(Path::new(&part)))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// The path below the content directory, with `/`; `None` outside of it or when it is not UTF-8.
#[must_use]
pub fn id_of(content_dir: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(content_dir).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// The bytes of a source file; `None` when it is gone.
///
/// # Errors
/// When it cannot be read, or is larger than any post.
pub fn read(content_dir: &Path, id: &str) -> Result<Option<Vec<u8>>, Failure> {
    let fail = |message: String| Failure { path: id.to_owned(), line: 1, message };
    let read_bounded = || {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(content_dir.join(id))?;
        file.take(limits::MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    match read_bounded() {
        Ok(bytes) if bytes.len() as u64 > limits::MAX_FILE_BYTES => {
            let megabytes = limits::MAX_FILE_BYTES >> 20;
            Err(fail(format!("larger than {megabytes} MiB: split it, or keep data out of posts")))
        }
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if io::Error::kind(&error) == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fail(format!("cannot be read: {error}"))),
    }
}

/// A source whose name is not UTF-8, which no URL can have.
fn name_failure(path: &Path, generator: &Generator) -> Option<Failure> {
    let shown = path.to_string_lossy().into_owned();
    let message = "the file's name is not valid UTF-8: rename it".to_owned();
    generator.role(&shown).map(|_| Failure { path: shown, line: 1, message })
}

fn walk_failure(content_dir: &Path, error: &ignore::Error) -> Failure {
    let path = match error {
        ignore::Error::WithPath { path, .. } => path.as_path(),
        ignore::Error::Loop { child, .. } => child.as_path(),
        _ => content_dir,
    };
    let path = id_of(content_dir, path).unwrap_or_else(|| path.to_string_lossy().into_owned());
    Failure { path, line: 1, message: format!("cannot be listed: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_finds_markdown_only_and_in_order() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            "b/_index.md",
            "a.markdown",
            "b/c/D.MD",
            "b/pic.png",
            ".git/x.md",
            "node_modules/m/x.md",
            "b/.#x.md",
            "b/x.md~",
        ] {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let site = Site { content_dir: dir.path().to_owned(), ..Site::default() };
        let (files, failures) = walk(&site);
        let ids: Vec<_> = files.iter().map(|file| file.id.as_str()).collect();
        assert_eq!(ids, ["a.markdown", "b/_index.md", "b/c/D.MD"]);
        assert!(failures.is_empty());
        assert!(Walker::new(&site).below(&dir.path().join("gone")).0.is_empty());
    }
}
