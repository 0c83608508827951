//! The source files below the content directory, and what their places say.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::{Path, PathBuf};

use super::Failure;
use super::front_matter::Source;

/// Extensions of Markdown files.
const EXTENSIONS: [&str; 2] = ["md", "markdown"];

/// A file that may hold a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path below the content directory, with `/`.
    pub id: String,
    /// Where it is on disk.
    pub path: PathBuf,
}

/// Finds the Markdown files below `start`, a file or folder of `content_dir`, in the order of
/// their ids. Hidden files are left out, symbolic links followed; what cannot be listed is a
/// failure; a `start` that does not exist has no files.
#[must_use]
pub fn walk(content_dir: &Path, start: &Path) -> (Vec<SourceFile>, Vec<Failure>) {
    let (mut files, mut failures) = (Vec::new(), Vec::new());
    if start.symlink_metadata().is_err() || is_hidden_below(content_dir, start) {
        return (files, failures);
    }
    let entries =
        ignore::WalkBuilder::new(start).standard_filters(false).hidden(true).follow_links(true).build();
    for entry in entries {
        match entry {
            Ok(entry)
                if entry.file_type().is_some_and(|kind| kind.is_file()) && is_markdown(entry.path()) =>
            {
                match id_of(content_dir, entry.path()) {
                    Some(id) => files.push(SourceFile { id, path: entry.into_path() }),
                    None => failures.push(Failure {
                        path: entry.path().to_string_lossy().into_owned(),
                        line: 1,
                        message: "the file's name is not valid UTF-8: rename it".to_owned(),
                    }),
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
    let below = start.strip_prefix(content_dir).unwrap_or(start);
    below.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

/// Whether the path has the name of a Markdown file that is not hidden.
#[must_use]
pub fn is_markdown(path: &Path) -> bool {
    let is_hidden = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('.'));
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    !is_hidden && EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// The path below the content directory, with `/`; `None` outside of it or when it is not UTF-8.
#[must_use]
pub fn id_of(content_dir: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(content_dir).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
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

/// A folder of posts, by which readers filter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Category {
    /// How it is shown.
    pub name: String,
    /// The folder's name, or the name in the front matter.
    pub slug: String,
}

/// The ids of all source files and the titles of their sections: what a file's place means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inventory {
    ids: BTreeSet<String>,
    section_titles: BTreeMap<String, String>,
}

impl Inventory {
    /// Takes note of a file; the file of a top-level section brings its title, for which alone
    /// it is read.
    pub fn insert(&mut self, id: &str, read: impl FnOnce() -> Option<String>) {
        self.ids.insert(id.to_owned());
        if let Some(folder) = top_folder_of_index(id) {
            let text = read().unwrap_or_default();
            let source = Source::parse(&text).ok();
            match source.and_then(|source| source.data.text("title")) {
                Some(title) => self.section_titles.insert(folder.to_owned(), title),
                None => self.section_titles.remove(folder),
            };
        }
    }

    /// Forgets a file that is gone.
    pub fn remove(&mut self, id: &str) {
        self.ids.remove(id);
        if let Some(folder) = top_folder_of_index(id) {
            self.section_titles.remove(folder);
        }
    }

    /// The ids of the file `path` or of all files in the folder `path`; an empty path is all.
    pub fn below<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        let from: (Bound<&str>, Bound<&str>) = (Bound::Included(path), Bound::Unbounded);
        self.ids
            .range::<str, _>(from)
            .map(String::as_str)
            .take_while(move |id| id.starts_with(path))
            .filter(move |id| path.is_empty() || id.len() == path.len() || id.as_bytes()[path.len()] == b'/')
    }

    /// The files whose reading may hang on the file `id` being there and on what it says: those
    /// whose lists it is in, and those whose category it names.
    #[must_use]
    pub fn dependents<'a>(&'a self, id: &'a str) -> Vec<&'a str> {
        let mut dependents = Vec::new();
        for (at, _) in id.match_indices('/') {
            let indexes = EXTENSIONS.map(|extension| format!("{}/_index.{extension}", &id[..at]));
            dependents.extend(indexes.iter().filter_map(|index| self.ids.get(index)).map(String::as_str));
        }
        if let Some(folder) = top_folder_of_index(id) {
            dependents.extend(self.below(folder));
        }
        dependents
    }

    /// Whether the file lists other pages: the home page, or an `_index` with files beside or
    /// below it.
    #[must_use]
    pub fn is_list(&self, id: &str) -> bool {
        let Some(folder) = folder_of_index(id) else { return false };
        folder.is_empty() || self.below(folder).any(|other| other != id)
    }

    /// The section that a folder belongs to: the nearest folder with an `_index`, itself or above
    /// it, else the first one.
    #[must_use]
    pub fn section_of<'a>(&self, folder: &'a str) -> &'a str {
        let mut section = folder;
        while let Some((above, _)) = section.rsplit_once('/') {
            let has_index = |extension| self.ids.contains(&format!("{section}/_index.{extension}"));
            if EXTENSIONS.into_iter().any(has_index) {
                break;
            }
            section = above;
        }
        section
    }

    /// The category that the first folder of `id` makes; a file that is its folder's own page
    /// has none.
    #[must_use]
    pub fn category(&self, id: &str) -> Option<Category> {
        let (folder, rest) = id.split_once('/')?;
        if rest.starts_with("_index.") {
            return None;
        }
        let name = self.section_titles.get(folder).cloned().unwrap_or_else(|| humanize(folder));
        Some(Category { name, slug: folder.to_owned() })
    }

    /// What of the file's place decides how it is read, besides its own bytes.
    #[must_use]
    pub fn context(&self, id: &str) -> String {
        format!("{}\n{:?}", self.is_list(id), self.category(id))
    }
}

/// The folder of which `id` is the `_index`: empty for the home page.
fn folder_of_index(id: &str) -> Option<&str> {
    let (folder, name) = id.rsplit_once('/').unwrap_or(("", id));
    name.starts_with("_index.").then_some(folder)
}

fn top_folder_of_index(id: &str) -> Option<&str> {
    folder_of_index(id).filter(|folder| !folder.is_empty() && !folder.contains('/'))
}

/// `Infrastructure as code` of `infrastructure-as-code`.
pub(super) fn humanize(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.trim().chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventory(files: &[(&str, &str)]) -> Inventory {
        let mut inventory = Inventory::default();
        for (id, text) in files {
            inventory.insert(id, || Some((*text).to_owned()));
        }
        inventory
    }

    #[test]
    fn only_an_index_with_others_below_is_a_list() {
        let files =
            ["_index.md", "ai/_index.md", "ai/one/_index.md", "about/_index.md", "posts/a.md", "ai-x/b.md"];
        let inventory = inventory(&files.map(|id| (id, "")));
        let lists: Vec<_> = files.iter().filter(|id| inventory.is_list(id)).collect();
        assert_eq!(lists, [&"_index.md", &"ai/_index.md"]);
    }

    #[test]
    fn the_first_folder_is_the_category_and_its_title_the_name() {
        let section = "+++\ntitle = 'Artificial Intelligence'\n+++\n";
        let mut inventory =
            inventory(&[("ai/_index.md", section), ("ai/x/_index.md", ""), ("my-notes/y.md", "")]);
        let name = |inventory: &Inventory, id| inventory.category(id).map(|category| category.name);
        assert_eq!(name(&inventory, "ai/x/_index.md").as_deref(), Some("Artificial Intelligence"));
        assert_eq!(name(&inventory, "my-notes/y.md").as_deref(), Some("My notes"));
        assert_eq!(name(&inventory, "ai/_index.md"), None);
        assert_eq!(name(&inventory, "root.md"), None);
        inventory.remove("ai/_index.md");
        assert_eq!(name(&inventory, "ai/x/_index.md").as_deref(), Some("Ai"));
    }

    #[test]
    fn below_finds_a_file_or_a_folder_and_no_namesake() {
        let inventory = inventory(&[("a/x.md", ""), ("a/y/z.md", ""), ("a-b/x.md", ""), ("a.md", "")]);
        let below = |path| inventory.below(path).collect::<Vec<_>>();
        assert_eq!(below("a"), ["a/x.md", "a/y/z.md"]);
        assert_eq!(below("a/y/z.md"), ["a/y/z.md"]);
        assert_eq!(below("").len(), 4);
        assert!(below("b").is_empty());
    }

    #[test]
    fn the_walk_finds_markdown_only_and_in_order() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["b/_index.md", "a.markdown", "b/c/D.MD", "b/pic.png", ".git/x.md", "b/.#x.md", "b/x.md~"]
        {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let (files, failures) = walk(dir.path(), dir.path());
        let ids: Vec<_> = files.iter().map(|file| file.id.as_str()).collect();
        assert_eq!(ids, ["a.markdown", "b/_index.md", "b/c/D.MD"]);
        assert!(failures.is_empty());
        assert!(walk(dir.path(), &dir.path().join("gone")).0.is_empty());
    }
}
