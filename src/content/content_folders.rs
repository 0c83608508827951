//! The content folders of a site: its content directory and the mounted folders.

use std::path::{Path, PathBuf};

use super::links::LinkTargets;
use super::site::Site;
use super::source_id::id_of;

impl Site {
    /// Returns the content directory and the mounted folders.
    pub(crate) fn content_folders(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(self.content_dir.as_path())
            .chain(self.mounts.iter().map(|mount| mount.folder.as_path()))
    }

    /// Returns the content folder that contains a path; `None` if none does.
    pub(crate) fn content_folder_of(&self, path: &Path) -> Option<&Path> {
        self.content_folders().find(|folder| path.starts_with(folder))
    }

    /// Returns the locations that links below the content folders may lead to, given the folders that are on disk now.
    pub(crate) fn link_targets(&self) -> LinkTargets {
        self.links.targets(self.content_folders())
    }

    /// Returns the id of a file; `None` if it is not in a content folder or its path is not UTF-8.
    pub(crate) fn id_of(&self, path: &Path) -> Option<String> {
        if path.starts_with(&self.content_dir) {
            return id_of(&self.content_dir, path);
        }
        let mount = self.mounts.iter().find(|mount| path.starts_with(&mount.folder))?;
        let below = id_of(&mount.folder, path)?;
        Some(if below.is_empty() { mount.at.clone() } else { format!("{}/{below}", mount.at) })
    }

    /// Returns the path on disk of the file `id`. A file that exists nowhere is in the content directory.
    pub(crate) fn path_of(&self, id: &str) -> PathBuf {
        let own = self.content_dir.join(id);
        if self.mounts.is_empty() || own.symlink_metadata().is_ok() {
            return own;
        }
        let mounted = self.mounts.iter().filter_map(|mount| {
            let below = id.strip_prefix(mount.at.as_str())?.strip_prefix('/')?;
            Some(mount.folder.join(below))
        });
        mounted.into_iter().find(|path| path.symlink_metadata().is_ok()).unwrap_or(own)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::content::Mount;
    use crate::content::inventory::Inventory;
    use crate::content::list_sources;
    use crate::content::source_reader::SourceReader;
    use crate::content::source_walker::SourceWalker;

    /// A site with files in `content` and in a mounted folder beside it.
    fn site(files: &[&str]) -> (tempfile::TempDir, Site) {
        let dir = tempfile::tempdir().unwrap();
        for name in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, *name).unwrap();
        }
        let mounts = vec![Mount { folder: dir.path().join("manual"), at: "guide/book".to_owned() }];
        let site = Site { content_dir: dir.path().join("content"), mounts, ..Site::default() };
        (dir, site)
    }

    fn ids(site: &Site) -> Vec<String> {
        list_sources(site).files.into_iter().map(|file| file.id).collect()
    }

    #[test]
    fn files_of_a_mounted_folder_are_content() {
        let (dir, site) = site(&[
            "content/a.md",
            "content/guide/book/own.md",
            "content/guide/book/both.md",
            "manual/both.md",
            "manual/deep/b.md",
        ]);
        assert_eq!(ids(&site), ["a.md", "guide/book/both.md", "guide/book/deep/b.md", "guide/book/own.md"]);
        let reader = SourceReader::new(&site);
        let text = |id: &str| reader.read(id).unwrap().map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(text("guide/book/both.md").as_deref(), Some("content/guide/book/both.md"));
        assert_eq!(text("guide/book/deep/b.md").as_deref(), Some("manual/deep/b.md"));
        assert_eq!(text("guide/book/c.md"), None);
        let deep = dir.path().join("manual/deep");
        let changes = SourceWalker::new(&site).changed(&[deep].into(), &Inventory::default(), false);
        let changed: Vec<_> = changes.present.iter().map(|file| file.id.as_str()).collect();
        assert_eq!((changed, changes.has_links), (vec!["guide/book/deep/b.md"], false));
    }

    #[test]
    fn a_folder_around_the_content_directory_lists_no_file_twice() {
        let (dir, mut site) = site(&["content/a.md", "b.md"]);
        site.mounts = vec![Mount { folder: dir.path().to_owned(), at: "all".to_owned() }];
        assert_eq!(ids(&site), ["a.md", "all/b.md"]);
        site.mounts[0].folder = dir.path().join("gone");
        assert_eq!(ids(&site), ["a.md"]);
    }
}
