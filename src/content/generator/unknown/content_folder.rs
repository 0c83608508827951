//! Where a site of an unknown generator has its content, and which files of its repository are none.

use std::path::Path;

use crate::content::generator::site_files;
use crate::content::source_id::extension;

/// The usual names of folders with content, by precedence.
const USUAL: [&str; 7] = ["content", "posts", "_posts", "blog", "src/content", "docs", "src"];
/// The extensions of the posts.
pub(super) const EXTENSIONS: [&str; 3] = ["md", "markdown", "mdx"];
/// The endings of the posts' names.
const ENDINGS: [&str; 5] = [".md", ".markdown", ".mdx", ".MD", ".Markdown"];
/// Folders of a repository's root that hold what a build writes, or what others wrote.
const NO_CONTENT: [&str; 14] = [
    "public",
    "dist",
    "_site",
    "target",
    "build",
    "out",
    "output",
    "_book",
    "_build",
    "node_modules",
    "bower_components",
    "vendor",
    "venv",
    "coverage",
];
/// Documents about a repository, in lower case; a translation (`README.de.md`) counts, too.
const DOCUMENTS: [&str; 6] = ["readme", "license", "licence", "changelog", "contributing", "code_of_conduct"];
/// Documents about a repository that might also be posts; these are written in capitals.
const CAPITAL_DOCUMENTS: [&str; 15] = [
    "AGENTS",
    "AUTHORS",
    "CHANGES",
    "CLAUDE",
    "CODE-OF-CONDUCT",
    "CONTRIBUTORS",
    "COPYING",
    "GEMINI",
    "GOVERNANCE",
    "HISTORY",
    "MAINTAINERS",
    "NOTICE",
    "SECURITY",
    "SUPPORT",
    "TODO",
];

/// Whether the content contains the files of a repository that are about the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum RepositoryFiles {
    /// There are none: the content has a folder of its own, and all of its files are content.
    Content,
    /// The root of the site is the content, and these files are no posts.
    NoContent,
}

/// Returns the candidates for the content folder: the first usual one that has posts, else the root of the site if it has
/// any, else all usual ones.
pub(super) fn candidates(site_dir: &Path) -> Vec<String> {
    let with_posts = USUAL.into_iter().find(|folder| {
        let folder = site_dir.join(folder);
        site_files::is_dir(&folder) && site_files::has_files_below(&folder, &ENDINGS)
    });
    let found = with_posts.or_else(|| has_posts_at_root(site_dir).then_some(""));
    found.map_or_else(|| USUAL.map(str::to_owned).to_vec(), |folder| vec![folder.to_owned()])
}

fn has_posts_at_root(site_dir: &Path) -> bool {
    site_files::entries(site_dir).iter().any(|path| {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
        let is_hidden = name.starts_with('.');
        if site_files::is_dir(path) {
            !is_hidden && !is_of_repository(name) && site_files::has_files_below(path, &ENDINGS)
        } else {
            let is_post = EXTENSIONS.contains(&extension(name).to_ascii_lowercase().as_str());
            !is_hidden && is_post && !is_document_of_repository(name)
        }
    })
}

/// Returns whether a folder below the root of a repository holds no content.
pub(super) fn is_of_repository(folder: &str) -> bool {
    NO_CONTENT.contains(&folder)
}

/// Returns whether the file `id` below the root of a repository is a document about the repository.
pub(super) fn is_document_of_repository(id: &str) -> bool {
    let is_one = |document: &str, name: &str| {
        let rest = name.strip_prefix(document);
        rest.is_some_and(|rest| rest.starts_with(['.', '_', '-']))
    };
    let lower = id.to_ascii_lowercase();
    !id.contains('/')
        && (DOCUMENTS.iter().any(|document| is_one(document, &lower))
            || CAPITAL_DOCUMENTS.iter().any(|document| is_one(document, id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates_of(files: &[&str]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        for name in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        candidates(dir.path())
    }

    #[test]
    fn the_content_folder_is_the_first_that_has_posts() {
        for (files, expected) in [
            (&["content/a.md", "posts/b.md"][..], "content"),
            (&["content/logo.svg", "posts/2024/b.md"], "posts"),
            (&["content/data/a.json", "src/content/deep/b.mdx"], "src/content"),
            (&["README.md", "docs/a.markdown"], "docs"),
            (&["README.md", "content/x.txt", "articles/a.md"], ""),
            (&["hello.md", "LICENSE.md"], ""),
            (&["content/node_modules/m/x.md", "blog/.hidden/x.md", "notes/b.MD"], ""),
        ] {
            assert_eq!(candidates_of(files), [expected], "{files:?}");
        }
    }

    #[test]
    fn a_repository_without_posts_has_the_usual_candidates() {
        for files in [
            &[
                "README.md",
                "LICENSE.md",
                "CHANGELOG.md",
                "public/a.md",
                "node_modules/m/b.md",
                ".github/c.md",
            ][..],
            &["README.zh-CN.md", "SECURITY.md", "src/main.c", "target/doc/x.md"],
            &[],
        ] {
            assert_eq!(candidates_of(files), USUAL, "{files:?}");
        }
    }

    #[test]
    fn documents_about_a_repository_are_no_posts() {
        for id in ["README.md", "readme.fr.md", "Changelog.md", "TODO.md", "CODE_OF_CONDUCT.md"] {
            assert!(is_document_of_repository(id), "{id}");
        }
        for id in ["todo.md", "readmes.md", "notes/README.md", "history.md", "licenses-explained.md"] {
            assert!(!is_document_of_repository(id), "{id}");
        }
    }
}
