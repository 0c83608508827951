//! Ignore rules: the patterns in `bloghound.toml` and the site's `.gitignore` files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::error::SourceError;
use super::source_id::id_of;
use crate::config::{IgnoreRules, limits, regular_file};

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
    /// The rules that apply in each folder.
    by_folder: Mutex<HashMap<PathBuf, Option<Arc<FolderRules>>>>,
    /// Errors about `.gitignore` files.
    errors: Mutex<Vec<SourceError>>,
}

/// The rules that apply in a folder: those of the nearest `.gitignore`, and those that apply above it.
struct FolderRules {
    own: Gitignore,
    above: Option<Arc<FolderRules>>,
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
            errors: Mutex::default(),
        }
    }

    /// Returns whether the rules ignore the path itself. Patterns of `bloghound.toml` are compared with its `id`.
    pub(super) fn matches(&self, path: &Path, id: Option<&str>, is_dir: bool) -> bool {
        let matched = match id {
            Some(id) => self.settings.matched(self.content_dir.join(id), is_dir),
            None => self.settings.matched(path, is_dir),
        };
        if !matched.is_none() {
            return matched.is_ignore();
        }
        let Some(tree) = &self.tree else { return false };
        let mut rules = path.parent().and_then(|folder| self.rules_in(folder, tree));
        // As in git, the rules of the nearest folder take precedence.
        while let Some(FolderRules { own, above }) = rules.as_deref() {
            let matched = own.matched(path, is_dir);
            if !matched.is_none() {
                return matched.is_ignore();
            }
            rules = above.clone();
        }
        false
    }

    /// Returns the rules that apply in a folder. Those of the folders above are read first, once.
    fn rules_in(&self, folder: &Path, tree: &Path) -> Option<Arc<FolderRules>> {
        let mut known = self.by_folder.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unknown = Vec::new();
        let mut rules = None;
        for above in folder.ancestors().take_while(|above| above.starts_with(tree)) {
            if let Some(found) = known.get(above) {
                rules.clone_from(found);
                break;
            }
            unknown.push(above);
        }
        for folder in unknown.into_iter().rev() {
            if let Some(own) = self.read_rules(folder) {
                rules = Some(Arc::new(FolderRules { own, above: rules }));
            }
            known.insert(folder.to_owned(), rules.clone());
        }
        rules
    }

    /// Reads the `.gitignore` in a folder. As in git, one that cannot be read is reported and has no rules.
    fn read_rules(&self, folder: &Path) -> Option<Gitignore> {
        let path = folder.join(GITIGNORE);
        let bytes = match regular_file::read(&path, limits::MAX_IGNORE_FILE_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.is_not_found() => return None,
            Err(error) => {
                let path = id_of(&self.content_dir, &path).unwrap_or_else(|| path.display().to_string());
                let message = format!("cannot read the ignore rules: {error}; until then, they do not apply");
                let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
                errors.push(SourceError { path, line: 1, message });
                return None;
            }
        };
        let mut rules = GitignoreBuilder::new(folder);
        for line in String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').lines() {
            // As in git, invalid patterns match nothing.
            let _ = rules.add_line(Some(path.clone()), line);
        }
        rules.build().ok()
    }

    /// Returns the errors about `.gitignore` files since the last call.
    pub(super) fn take_errors(&self) -> Vec<SourceError> {
        std::mem::take(&mut *self.errors.lock().unwrap_or_else(PoisonError::into_inner))
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
        let is_ignored = |path: &str| {
            let path = content.join(path);
            let mut above = path.ancestors().skip(1).take_while(|folder| *folder != content);
            ignored.matches(&path, None, false) || above.any(|folder| ignored.matches(folder, None, true))
        };
        for path in ["private/a.md", "private/deep/a.md", "x/a.tmp.md", "x/notes/a.md"] {
            assert!(is_ignored(path), "{path}");
        }
        for path in ["a.md", "kept/b.tmp.md", "public/a.md"] {
            assert!(!is_ignored(path), "{path}");
        }
        let without = IgnoreMatcher::new(&content, &IgnoreRules { patterns: Vec::new(), gitignore: false });
        assert!(!without.matches(&content.join("private/a.md"), None, false));
    }
}
