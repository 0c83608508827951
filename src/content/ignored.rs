//! Files and folders that are left out: by the patterns of `bloghound.toml`, and what git ignores.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::config::IgnoreRules;

const GIT_RULES: &str = ".gitignore";

/// The rules of one look at the content: files of rules are read once.
pub(super) struct Ignored {
    content_dir: PathBuf,
    /// Of `bloghound.toml`; they go before git's.
    own: Gitignore,
    /// The working tree that the content is in, if git's rules count and it is in one.
    tree: Option<PathBuf>,
    /// By folder.
    git: Mutex<HashMap<PathBuf, Option<Arc<Gitignore>>>>,
}

impl Ignored {
    pub(super) fn new(content_dir: &Path, rules: &IgnoreRules) -> Self {
        let mut own = GitignoreBuilder::new(content_dir);
        for pattern in &rules.patterns {
            // The settings have been checked.
            let _ = own.add_line(None, pattern);
        }
        let tree = content_dir.ancestors().find(|dir| dir.join(".git").exists());
        Self {
            content_dir: content_dir.to_owned(),
            own: own.build().unwrap_or_else(|_| Gitignore::empty()),
            tree: tree.filter(|_| rules.gitignore).map(Path::to_owned),
            git: Mutex::default(),
        }
    }

    /// Whether a path below the content directory, or a folder around it there, is left out.
    pub(super) fn has(&self, path: &Path, is_dir: bool) -> bool {
        let above = path.ancestors().skip(1).take_while(|above| above.starts_with(&self.content_dir));
        self.names(path, is_dir)
            || above.filter(|above| *above != self.content_dir).any(|above| self.names(above, true))
    }

    /// Whether a rule names the path itself.
    pub(super) fn names(&self, path: &Path, is_dir: bool) -> bool {
        let own = self.own.matched(path, is_dir);
        if !own.is_none() {
            return own.is_ignore();
        }
        let Some(tree) = &self.tree else { return false };
        // The rules that are nearest go before those above.
        let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(tree));
        let matched = folders.filter_map(|folder| self.rules_in(folder)).find_map(|rules| {
            let matched = rules.matched(path, is_dir);
            (!matched.is_none()).then(|| matched.is_ignore())
        });
        matched.unwrap_or(false)
    }

    fn rules_in(&self, folder: &Path) -> Option<Arc<Gitignore>> {
        let mut known = self.git.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = known.get(folder) {
            return rules.clone();
        }
        let file = folder.join(GIT_RULES);
        let rules = file.is_file().then(|| Arc::new(Gitignore::new(file).0));
        known.insert(folder.to_owned(), rules.clone());
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rule_counts_and_folders_take_what_is_in_them_along() {
        let dir = tempfile::tempdir().unwrap();
        let content = dir.path().join("content");
        std::fs::create_dir_all(content.join("kept")).unwrap();
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        std::fs::write(dir.path().join(".gitignore"), "/content/private/\n*.tmp.md\n").unwrap();
        std::fs::write(content.join("kept/.gitignore"), "!b.tmp.md\n").unwrap();
        let rules = IgnoreRules { patterns: vec!["notes/".into()], gitignore: true };
        let ignored = Ignored::new(&content, &rules);
        let has = |path: &str| ignored.has(&content.join(path), false);
        assert!(has("private/a.md") && has("private/deep/a.md") && has("x/a.tmp.md") && has("x/notes/a.md"));
        assert!(!has("a.md") && !has("kept/b.tmp.md") && !has("public/a.md"));
        let without = Ignored::new(&content, &IgnoreRules { patterns: Vec::new(), gitignore: false });
        assert!(!without.has(&content.join("private/a.md"), false));
    }
}
