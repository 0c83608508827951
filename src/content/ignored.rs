//! Ignore rules: the patterns in `bloghound.toml` and the site's `.gitignore` files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::config::IgnoreRules;

const GITIGNORE: &str = ".gitignore";

/// Returns whether this is the path of a file with ignore rules.
pub(crate) fn is_ignore_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == GITIGNORE)
}

/// The ignore rules for one walk through the content; each `.gitignore` is read once.
pub(super) struct IgnoreMatcher {
    content_dir: PathBuf,
    /// Patterns in `bloghound.toml`, which take precedence over `.gitignore`.
    settings: Gitignore,
    /// Root of the git working tree that contains the content, if `.gitignore` files apply.
    tree: Option<PathBuf>,
    /// The rules in each folder's `.gitignore`, by folder.
    by_folder: Mutex<HashMap<PathBuf, Option<Arc<Gitignore>>>>,
}

impl IgnoreMatcher {
    pub(super) fn new(content_dir: &Path, rules: &IgnoreRules) -> Self {
        let mut settings = GitignoreBuilder::new(content_dir);
        for pattern in &rules.patterns {
            // `Config` has rejected invalid patterns.
            let _ = settings.add_line(None, pattern);
        }
        let tree = content_dir.ancestors().find(|dir| dir.join(".git").exists());
        Self {
            content_dir: content_dir.to_owned(),
            settings: settings.build().unwrap_or_else(|_| Gitignore::empty()),
            tree: tree.filter(|_| rules.gitignore).map(Path::to_owned),
            by_folder: Mutex::default(),
        }
    }

    /// Returns whether a path below the content directory, or a folder that contains it, is ignored.
    pub(super) fn is_ignored(&self, path: &Path, is_dir: bool) -> bool {
        let above = path.ancestors().skip(1).take_while(|above| above.starts_with(&self.content_dir));
        self.matches(path, is_dir)
            || above.filter(|above| *above != self.content_dir).any(|above| self.matches(above, true))
    }

    /// Returns whether the rules ignore the path itself.
    pub(super) fn matches(&self, path: &Path, is_dir: bool) -> bool {
        let matched = self.settings.matched(path, is_dir);
        if !matched.is_none() {
            return matched.is_ignore();
        }
        let Some(tree) = &self.tree else { return false };
        // As in git, the rules of the nearest folder take precedence.
        let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(tree));
        let matched = folders.filter_map(|folder| self.rules_in(folder)).find_map(|rules| {
            let matched = rules.matched(path, is_dir);
            (!matched.is_none()).then(|| matched.is_ignore())
        });
        matched.unwrap_or(false)
    }

    fn rules_in(&self, folder: &Path) -> Option<Arc<Gitignore>> {
        let mut known = self.by_folder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = known.get(folder) {
            return rules.clone();
        }
        let file = folder.join(GITIGNORE);
        let rules = file.is_file().then(|| Arc::new(Gitignore::new(file).0));
        known.insert(folder.to_owned(), rules.clone());
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rule_wins_and_ignored_folders_hide_their_files() {
        let dir = tempfile::tempdir().unwrap();
        let content = dir.path().join("content");
        std::fs::create_dir_all(content.join("kept")).unwrap();
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        std::fs::write(dir.path().join(".gitignore"), "/content/private/\n*.tmp.md\n").unwrap();
        std::fs::write(content.join("kept/.gitignore"), "!b.tmp.md\n").unwrap();
        let rules = IgnoreRules { patterns: vec!["notes/".into()], gitignore: true };
        let ignored = IgnoreMatcher::new(&content, &rules);
        let is_ignored = |path: &str| ignored.is_ignored(&content.join(path), false);
        for path in ["private/a.md", "private/deep/a.md", "x/a.tmp.md", "x/notes/a.md"] {
            assert!(is_ignored(path), "{path}");
        }
        for path in ["a.md", "kept/b.tmp.md", "public/a.md"] {
            assert!(!is_ignored(path), "{path}");
        }
        let without = IgnoreMatcher::new(&content, &IgnoreRules { patterns: Vec::new(), gitignore: false });
        assert!(!without.is_ignored(&content.join("private/a.md"), false));
    }
}
