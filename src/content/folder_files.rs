//! The files that describe one folder, with the values that they give to the pages in and below it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::cascade::Cascade;
use super::value_digest::digest_of;

/// A file with values for the folder that contains it.
#[derive(Debug, Clone)]
pub(super) struct FolderFile {
    pub(super) kind: FolderFileKind,
    pub(super) title: Option<String>,
    /// The slug of a section.
    pub(super) slug: Option<String>,
    pub(super) cascades: Vec<Cascade>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FolderFileKind {
    /// An `_index`, which makes the folder a section.
    Branch,
    /// A data file with values for the pages in and below the folder.
    Data,
}

/// The files that describe a folder, in the order of their ids.
#[derive(Debug, Clone, Default)]
pub(super) struct FolderFiles {
    files: Vec<(String, FolderFile)>,
    /// Digest of all values, once it is needed.
    digest: OnceLock<blake3::Hash>,
}

impl FolderFiles {
    pub(super) fn insert(&mut self, id: &str, file: FolderFile) {
        self.digest.take();
        match self.position(id) {
            Ok(at) => self.files[at].1 = file,
            Err(at) => {
                if self.files.is_empty() {
                    // Most folders have a single such file.
                    self.files.reserve_exact(1);
                }
                self.files.insert(at, (id.to_owned(), file));
            }
        }
    }

    pub(super) fn remove(&mut self, ids: &BTreeSet<&str>) {
        self.digest.take();
        self.files.retain(|(id, _)| !ids.contains(id.as_str()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub(super) fn get(&self, id: &str) -> Option<&FolderFile> {
        self.position(id).ok().map(|at| &self.files[at].1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &FolderFile)> {
        self.files.iter().map(|(id, file)| (id.as_str(), file))
    }

    /// Returns the files whose ids start with `prefix`.
    pub(super) fn starting_with<'a>(
        &'a self,
        prefix: &str,
    ) -> impl Iterator<Item = (&'a str, &'a FolderFile)> + use<'a> {
        let files = &self.files[self.files.partition_point(|(id, _)| id.as_str() < prefix)..];
        let files = &files[..files.partition_point(|(id, _)| id.starts_with(prefix))];
        files.iter().map(|(id, file)| (id.as_str(), file))
    }

    /// Returns a digest of the ids, titles, slugs and cascades.
    pub(super) fn digest(&self) -> &blake3::Hash {
        self.digest.get_or_init(|| {
            let values: Vec<_> = self.iter().map(|(id, file)| (id, &file.title, &file.cascades)).collect();
            let slugs: Vec<_> =
                self.iter().filter_map(|(id, file)| Some((id, file.slug.as_ref()?))).collect();
            if slugs.is_empty() { digest_of(&values) } else { digest_of(&(values, slugs)) }
        })
    }

    fn position(&self, id: &str) -> Result<usize, usize> {
        self.files.binary_search_by(|(other, _)| other.as_str().cmp(id))
    }
}
