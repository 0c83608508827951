//! The places of files: which ones Jekyll reads, and as what (`lib/jekyll/reader.rb`).

use super::JekyllRules;
use super::collection::JekyllCollection;
use super::place::Place;

impl JekyllRules {
    /// Returns what Jekyll reads a file as, or `None` if it does not.
    pub(super) fn place<'a>(&'a self, id: &'a str) -> Option<Place<'a>> {
        let read = self.enter(id, false);
        read.or_else(|| self.entries.includes_file(id).then_some(Place::Page))
    }

    /// Returns whether Jekyll may read files in a folder.
    pub(crate) fn may_contain_sources(&self, folder: &str) -> bool {
        let below = format!("{folder}/");
        self.enter(folder, true).is_some()
            || self.entries.includes_at_or_below(&below)
            || self.collections.iter().any(|collection| format!("{}/", collection.folder).starts_with(&below))
    }

    /// Follows the path of a file or folder from the source folder.
    fn enter<'a>(&'a self, path: &'a str, is_folder: bool) -> Option<Place<'a>> {
        if let Some((collection, below)) = self.collection_of(path) {
            let folder = format!("_{}", collection.name);
            let is_read = is_folder || self.entries.passes(&folder, below, false);
            return is_read.then_some(Place::Document(collection, below));
        }
        let ends = path.match_indices('/').map(|(at, _)| at).chain(is_folder.then_some(path.len()));
        let mut start = 0;
        for end in ends {
            let (above, name) = (path[..start].trim_end_matches('/'), &path[start..end]);
            if matches!(name, "_posts" | "_drafts") && self.may_hold_posts(above) {
                let entry = path.get(end + 1..).unwrap_or_default();
                let is_read = is_folder || self.entries.passes(&path[..end], entry, false);
                let above = self.relative_path(above);
                let place = if name == "_posts" { Place::Post(above) } else { Place::Draft(above) };
                return is_read.then_some(place);
            }
            if path[..end] == self.destination || !self.entries.passes(above, name, true) {
                return None;
            }
            start = end + 1;
        }
        let is_read =
            is_folder || self.entries.passes(path[..start].trim_end_matches('/'), &path[start..], false);
        is_read.then_some(Place::Page)
    }

    /// Returns the collection that contains a file, except for `posts`, and the file's path below its folder.
    fn collection_of<'a>(&'a self, id: &'a str) -> Option<(&'a JekyllCollection, &'a str)> {
        self.collections
            .iter()
            .filter(|collection| !matches!(collection.name.as_str(), "posts" | "data"))
            .find_map(|collection| {
                let rest = id.strip_prefix(collection.folder.as_str())?;
                let below = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
                Some((collection, below))
            })
    }

    /// Returns whether `_posts` and `_drafts` in a folder are read: with `collections_dir`, only those in that folder are.
    fn may_hold_posts(&self, folder: &str) -> bool {
        folder.starts_with(&self.collections_dir)
    }

    /// Returns a path relative to `collections_dir`, as Jekyll has the paths of posts and documents.
    pub(super) fn relative_path<'a>(&self, path: &'a str) -> &'a str {
        match path.strip_prefix(self.collections_dir.as_str()) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => rest.trim_start_matches('/'),
            _ => path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::{Data, DataFormat};

    fn places(config: &str, ids: &[&str]) -> Vec<String> {
        let rules = JekyllRules::from_config(&Data::parse(config, DataFormat::Yaml).unwrap());
        let place = |id: &&str| match rules.place(id) {
            None => "-".to_owned(),
            Some(Place::Document(collection, below)) => format!("{} {below}", collection.name),
            Some(Place::Post(above)) => format!("post {above}"),
            Some(Place::Draft(above)) => format!("draft {above}"),
            Some(Place::Page) => "page".to_owned(),
        };
        ids.iter().map(place).collect()
    }

    #[test]
    fn a_path_decides_what_a_file_is() {
        let ids = [
            "a/b.md",
            "_posts/x.md",
            "en/news/_posts/old/x.md",
            "_drafts/x.md",
            "_tools/saws/x.md",
            "sub/_tools/x.md",
            "_includes/x.md",
            "_posts/_drafts/x.md",
            "_includes/_posts/x.md",
            "_site/x.md",
            "out/x.md",
        ];
        let expected =
            ["page", "post ", "post en/news", "draft ", "tools saws/x.md", "-", "-", "-", "-", "-", "-"];
        assert_eq!(places("collections: [tools, posts]\ndestination: ./out/\n", &ids), expected);
    }

    #[test]
    fn collections_dir_holds_all_collections() {
        let ids = [
            "all/_posts/x.md",
            "all/news/_posts/x.md",
            "all/_tools/x.md",
            "_tools/x.md",
            "_posts/x.md",
            "all/x.md",
            "all/_drafts/x.md",
        ];
        let expected = ["post ", "post news", "tools x.md", "-", "-", "page", "draft "];
        assert_eq!(places("collections_dir: /all/\ncollections: {tools: {}}\n", &ids), expected);
    }

    #[test]
    fn only_folders_that_jekyll_enters_are_listed() {
        let config =
            "collections_dir: _all\ncollections: [tools]\ninclude: [_pages/a.md]\ndestination: public\n";
        let rules = JekyllRules::from_config(&Data::parse(config, DataFormat::Yaml).unwrap());
        for folder in ["a", "a/b", "_all", "_all/_tools", "_all/_tools/x", "_pages", "vendor"] {
            assert!(rules.may_contain_sources(folder), "{folder}");
        }
        for folder in ["_layouts", "vendor/bundle", "vendor/bundle/x", "public", "public/x", "_all/_other"] {
            assert!(!rules.may_contain_sources(folder), "{folder}");
        }
        assert_eq!(rules.place("_pages/a.md"), Some(Place::Page));
        assert_eq!(rules.place("_pages/b.md"), None);
        assert!(JekyllRules::default().may_contain_sources("en/_posts"));
    }
}
