//! Hugo's mounts of content: the folders whose files are content, their place in the content, and their languages.
//!
//! `module.mounts` states them; without a mount of content, each language has its `contentDir`
//! (gohugo.io/configuration/module, `ApplyProjectConfigDefaults` in Hugo's `modules/config.go`).

use std::path::Path;

use super::path_globs;
use crate::content::data::Data;
use crate::content::generator::regexes::RegexList;
use crate::content::generator::site_files;
use crate::content::mounts::Mount;

/// The component of a mount, and the first folder of its target, that holds content.
const CONTENT: &str = "content";
/// The start of a pattern that excludes files.
const NEGATION: &str = "! ";

/// A folder whose files are content.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub(crate) struct ContentMount {
    /// The start of the ids of its files: empty, or a folder with a trailing `/`.
    pub(crate) root: String,
    /// The folder of the content in which the files are placed: empty, or with a trailing `/`.
    pub(crate) target: String,
    /// The languages of the files, in lower case; none if only their names state one.
    pub(crate) languages: Vec<String>,
    /// Whether the folder is outside of the content directory.
    pub(super) is_outside: bool,
    files: FileFilter,
}

impl ContentMount {
    /// Returns whether the file `id` is below the mounted folder and not excluded.
    pub(crate) fn has(&self, id: &str) -> bool {
        id.strip_prefix(self.root.as_str()).is_some_and(|below| self.files.accepts(below))
    }

    /// Returns whether the file `id` is below a mounted folder outside of the content directory.
    pub(super) fn is_around(&self, id: &str) -> bool {
        self.is_outside && id.starts_with(&self.root)
    }

    /// Returns the start of the ids of the files in a folder of the content, without a trailing `/`; `None` if the mount
    /// has no place for the folder.
    pub(crate) fn source_of(&self, folder: &str) -> Option<String> {
        let below = format!("{folder}/");
        let below = below.strip_prefix(self.target.as_str())?;
        Some(format!("{}{below}", self.root).trim_end_matches('/').to_owned())
    }
}

/// Patterns that select files, in their order; a file that none matches is accepted unless there are patterns that include
/// files (`FilenameFilter` in Hugo's `hugofs/hglob`).
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
struct FileFilter {
    entries: Vec<FilterEntry>,
}

/// A pattern that includes or excludes files.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
struct FilterEntry {
    excludes: bool,
    files: RegexList,
    /// The folders above the files that the pattern includes.
    folders: RegexList,
}

impl FileFilter {
    fn new(patterns: impl Iterator<Item = String>) -> Self {
        let entry = |pattern: String| {
            let (excludes, glob) = match pattern.strip_prefix(NEGATION) {
                Some(glob) => (true, glob),
                None => (false, pattern.as_str()),
            };
            let glob = format!("/{}", glob.trim_start_matches('/'));
            let folders: Vec<&str> = glob.match_indices('/').map(|(at, _)| &glob[..at]).collect();
            let folders = path_globs::compile(folders.into_iter().filter(|_| !excludes));
            FilterEntry { excludes, files: path_globs::compile([glob.as_str()]), folders }
        };
        Self { entries: patterns.map(entry).collect() }
    }

    /// Returns whether the file and the folders on its path are accepted.
    fn accepts(&self, below: &str) -> bool {
        if self.entries.is_empty() {
            return true;
        }
        let path = format!("/{}", below.to_lowercase());
        let mut folders = path.match_indices('/').skip(1).map(|(at, _)| &path[..at]);
        folders.all(|folder| self.matches(folder, true)) && self.matches(&path, false)
    }

    fn matches(&self, path: &str, is_folder: bool) -> bool {
        for entry in &self.entries {
            if entry.files.matches(path) {
                return !entry.excludes;
            }
            if is_folder && entry.folders.matches(path) {
                return true;
            }
        }
        self.entries.iter().all(|entry| entry.excludes)
    }
}

/// The mounts of a site, and where their files are.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct ContentLayout {
    /// The content directory, below the site's root.
    pub(super) content_dir: String,
    /// The mounts; ids are relative to the content directory.
    pub(super) mounts: Vec<ContentMount>,
    /// The folders outside of the content directory.
    pub(super) outside: Vec<Mount>,
}

/// A folder of the settings before the content directory is known.
struct SourceFolder {
    /// Path relative to the site's root, without `.` and a trailing `/`.
    folder: String,
    mount: ContentMount,
}

impl ContentLayout {
    /// Reads the mounts. `languages` are the codes of the site's languages, the default one first.
    pub(super) fn new(site_dir: &Path, config: &Data, languages: &[String]) -> Self {
        let default_dir = tidy(&config.text("contentDir").unwrap_or_else(|| CONTENT.to_owned()));
        let mut sources = of_module(&config.table("module"), languages);
        if sources.is_empty() {
            sources = of_languages(config, &default_dir, languages);
        }
        let is_default = |source: &SourceFolder| is_at_or_below(&source.folder, &default_dir);
        let first = || sources.first().map_or(&default_dir, |source| &source.folder);
        let content_dir = if sources.iter().any(is_default) { default_dir.clone() } else { first().clone() };
        let mut layout = Self { content_dir, ..Self::default() };
        for source in sources {
            layout.add(site_dir, source);
        }
        layout
    }

    fn add(&mut self, site_dir: &Path, source: SourceFolder) {
        let SourceFolder { folder, mut mount } = source;
        let inside = below(&folder, &self.content_dir);
        mount.is_outside = inside.is_none();
        mount.root = match inside {
            Some(root) => root,
            None => match self.outside.iter().find(|outside| outside.folder == site_dir.join(&folder)) {
                Some(known) => format!("{}/", known.at),
                None => self.add_outside(site_dir, &folder),
            },
        };
        self.mounts.push(mount);
    }

    /// Adds a folder outside of the content directory, and returns the start of the ids of its files.
    fn add_outside(&mut self, site_dir: &Path, folder: &str) -> String {
        let content_dir = site_dir.join(&self.content_dir);
        let mut at = folder.trim_start_matches("../").trim_start_matches('/').to_owned();
        let is_taken = |at: &str| {
            at.is_empty()
                || site_files::exists(&content_dir.join(at))
                || self.outside.iter().any(|outside| is_at_or_below(&outside.at, at))
        };
        while is_taken(&at) {
            at = if at.is_empty() { "mounted".to_owned() } else { format!("mounted/{at}") };
        }
        self.outside.push(Mount { folder: site_dir.join(folder), at: at.clone() });
        format!("{at}/")
    }
}

/// Returns the mounts of content in `module.mounts`.
fn of_module(module: &Data, languages: &[String]) -> Vec<SourceFolder> {
    let read = |table: &Data| {
        let folder = tidy(&table.text("source")?);
        let target = tidy(&table.text("target")?);
        let target = below(&target, CONTENT)?;
        let patterns = table.texts("files").into_iter().chain(table.texts("includeFiles"));
        let excluded = table.texts("excludeFiles").into_iter().map(|glob| format!("{NEGATION}{glob}"));
        let mount = ContentMount {
            target,
            languages: languages_of(table, languages),
            files: FileFilter::new(patterns.chain(excluded)),
            ..ContentMount::default()
        };
        Some(SourceFolder { folder, mount })
    };
    module.tables("mounts").iter().filter_map(read).collect()
}

/// Returns the site's languages that a mount states: `lang`, or globs in `sites.matrix.languages`.
fn languages_of(table: &Data, languages: &[String]) -> Vec<String> {
    let mut globs = table.texts("lang");
    globs.extend(table.table("sites").table("matrix").texts("languages"));
    let excluded: Vec<&str> = globs.iter().filter_map(|glob| glob.strip_prefix(NEGATION)).collect();
    let included: Vec<&str> =
        globs.iter().filter(|glob| !glob.starts_with(NEGATION)).map(String::as_str).collect();
    let all = ["**"];
    let included = if included.is_empty() && !excluded.is_empty() { &all[..] } else { &included[..] };
    let (included, excluded) = (path_globs::compile(included.iter().copied()), path_globs::compile(excluded));
    let is_meant = |code: &&String| included.matches(code) && !excluded.matches(code);
    languages.iter().filter(is_meant).cloned().collect()
}

/// Returns the folders of content of a site without mounts: one for each `contentDir`.
fn of_languages(config: &Data, default_dir: &str, languages: &[String]) -> Vec<SourceFolder> {
    let table = config.table("languages");
    let mut sources: Vec<SourceFolder> = Vec::new();
    for code in languages {
        let own = table.table(code).text("contentDir").map(|folder| tidy(&folder));
        let languages = match &own {
            Some(folder) if folder != default_dir => vec![code.clone()],
            _ => Vec::new(),
        };
        let folder = own.unwrap_or_else(|| default_dir.to_owned());
        let mount = ContentMount { languages, ..ContentMount::default() };
        if !sources.iter().any(|known| known.folder == folder && known.mount == mount) {
            sources.push(SourceFolder { folder, mount });
        }
    }
    if sources.is_empty() {
        sources.push(SourceFolder { folder: default_dir.to_owned(), mount: ContentMount::default() });
    }
    sources
}

/// Returns a path without `.`, repeated and trailing slashes; `..` removes the folder before it.
fn tidy(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let start = if path.starts_with('/') { "/" } else { "" };
    format!("{start}{}", parts.join("/"))
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    below(path, folder).is_some()
}

/// Returns a path relative to a folder, empty or with a trailing `/`; `None` if it is not in the folder.
fn below(path: &str, folder: &str) -> Option<String> {
    if folder.is_empty() {
        return Some(if path.is_empty() { String::new() } else { format!("{path}/") });
    }
    let below = path.strip_prefix(folder)?;
    if below.is_empty() { Some(String::new()) } else { Some(format!("{}/", below.strip_prefix('/')?)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    /// Content directory, folders outside, and `root → target [languages]` of each mount.
    fn layout(config: &str, languages: &[&str]) -> String {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("content/guide")).unwrap();
        let config = Data::parse(config, DataFormat::Toml).unwrap();
        let languages: Vec<String> = languages.iter().copied().map(str::to_owned).collect();
        let layout = ContentLayout::new(dir.path(), &config, &languages);
        let below = |path: &Path| path.strip_prefix(dir.path()).unwrap().to_str().unwrap().to_owned();
        let outside = layout.outside.iter().map(|mount| format!("{}={}", mount.at, below(&mount.folder)));
        let mounts = layout.mounts.iter().map(|mount| {
            format!("{}→{} {}", mount.root, mount.target, mount.languages.join(",")).trim_end().to_owned()
        });
        let parts = std::iter::once(layout.content_dir.clone()).chain(outside).chain(mounts);
        parts.collect::<Vec<_>>().join(" | ")
    }

    fn mount(source: &str, target: &str) -> String {
        format!("[[module.mounts]]\nsource = '{source}'\ntarget = '{target}'\n")
    }

    #[test]
    fn without_mounts_each_language_has_its_folder() {
        let of = |code: &str, dir: &str| format!("[languages.{code}]\ncontentDir = '{dir}'\n");
        let inside = of("en", "content/en") + &of("de", "./content/de/");
        let beside = of("en", "text") + &of("de", "text-de");
        for (config, languages, expected) in [
            ("", &[][..], "content | →"),
            ("contentDir = 'posts'", &["en"], "posts | →"),
            (&inside, &["en", "de"], "content | en/→ en | de/→ de"),
            (&beside, &["en", "de"], "text | text-de=text-de | → en | text-de/→ de"),
            (&of("de", "content/de"), &["en", "de"], "content | → | de/→ de"),
            (&of("de", "content-de"), &["en", "de"], "content | content-de=content-de | → | content-de/→ de"),
        ] {
            assert_eq!(layout(config, languages), expected, "{config}");
        }
    }

    #[test]
    fn mounts_of_content_replace_the_default() {
        let languages = "[module.mounts.sites.matrix]\nlanguages = ['d*', 'fr']\n";
        let cases = [
            (mount("static", "static"), "content | →"),
            (mount("content/en", "content"), "content | en/→"),
            (mount("content/en/", "./content/x"), "content | en/→x/"),
            (mount("text", "content") + &mount("more", "content"), "text | more=more | → | more/→"),
            (
                mount("content", "content") + &mount("notes", "content/n"),
                "content | notes=notes | → | notes/→n/",
            ),
            (
                mount("content/x", "content") + &mount("guide", "content/g"),
                "content | mounted/guide=guide | x/→ | mounted/guide/→g/",
            ),
            (mount("content", "content") + "lang = 'fr'", "content | → fr"),
            (mount("content", "content") + languages, "content | → de,fr"),
            (mount("content", "contents"), "content | →"),
        ];
        for (config, expected) in cases {
            assert_eq!(layout(&config, &["en", "de", "fr"]), expected, "{config}");
        }
    }

    #[test]
    fn folders_outside_have_their_own_files() {
        let config = mount("content", "content") + &mount("notes", "content/n") + "files = ['*.md']";
        let config = Data::parse(&config, DataFormat::Toml).unwrap();
        let layout = ContentLayout::new(Path::new(""), &config, &[]);
        let around = |id: &str| layout.mounts.iter().map(|mount| mount.is_around(id)).collect::<Vec<_>>();
        assert_eq!(around("notes/x/a.md"), [false, true]);
        assert_eq!(around("other/a.md"), [false, false]);
    }

    #[test]
    fn patterns_select_the_files_of_a_mount() {
        let accepts = |settings: &str, path: &str| {
            let config = mount("content", "content") + settings;
            let config = Data::parse(&config, DataFormat::Toml).unwrap();
            ContentLayout::new(Path::new(""), &config, &[]).mounts[0].has(path)
        };
        for (settings, accepted, refused) in [
            (
                "files = ['! drafts/**', '! **/private-*']",
                &["a.md", "x/drafts/a.md", "private-x.md"][..],
                &["drafts/a.md", "Drafts/b/c.md", "x/private-a.md"][..],
            ),
            ("includeFiles = '**/*.md'", &["x/a.md", "x/y/a.md"], &["x/a.html"]),
            ("includeFiles = ['posts/*']", &["posts/a.md"], &["a.md", "posts/b/c.md", "notes/a.md"]),
            ("excludeFiles = ['x/*']", &["a.md", "y/x/a.md"], &["x/a.md"]),
            ("excludeFiles = ['x']", &["a.md"], &["x/a.md"]),
        ] {
            for path in accepted {
                assert!(accepts(settings, path), "{settings} {path}");
            }
            for path in refused {
                assert!(!accepts(settings, path), "{settings} {path}");
            }
        }
    }
}
