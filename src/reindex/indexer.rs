//! The indexer: the writer of one index directory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::clock::Clock;
use super::digest::fingerprint;
use super::error::ReindexError;
use super::plan::{NotIndexed, is_visible};
use super::report::IndexingReport;
use super::report::SkippedCounts;
use super::sample;
use crate::config::Config;
use crate::content::ignored::is_ignore_file;
use crate::content::source::{SourceFile, SourceListing};
use crate::content::source_id::is_at_or_below;
use crate::content::source_reader::SourceReader;
use crate::content::source_walker::{SourceWalker, list_sources};
use crate::content::{Inventory, ReadFailure, Site, SourceError, SourceRole, VisibilityRules};
use crate::index::lock::{Lease, WriteLock};
use crate::index::{
    Manifest, OpenOutcome, Provenance, RebuildReason, ResumedIndex, Snapshot, Writer, generation,
};

/// Called with the number of files that are done, and the number of all files.
pub(super) type ProgressFn<'a> = &'a mut dyn FnMut(usize, usize);

/// What to do with an existing index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Update the current generation.
    Update,
    /// Build a new generation from scratch.
    Rebuild,
}

/// The writer of an index directory. It holds the write lock, so there is only one at a time.
pub struct Indexer {
    pub(super) config: Config,
    pub(super) site: Site,
    _lock: WriteLock,
    pub(super) writer: Writer,
    pub(super) dir: PathBuf,
    /// Protects a generation that is not published yet from garbage collection.
    _lease: Option<Lease>,
    pub(super) is_published: bool,
    /// The commit that the index had when it was opened, until it is taken.
    pub(super) previous: Option<Snapshot>,
    pub(super) unfit: Option<RebuildReason>,
    pub(super) inventory: Inventory,
    pub(super) manifest: Manifest,
    pub(super) clock: Clock,
    /// Time of the commit that the index had when it was opened.
    committed_at: Option<Timestamp>,
    pub(super) has_new_generation: bool,
    /// Whether this process serves posts, from a commit that may no longer be on disk.
    pub(super) is_serving: bool,
    /// Whether the inventory and the index agree with the content, apart from later changes.
    is_compared: bool,
    /// Source files that are not indexed, by id.
    pub(super) not_indexed: BTreeMap<String, NotIndexed>,
    /// Source files that cannot be read now, or whose inherited values are unknown, by id. Their last versions stay in the
    /// index.
    pub(super) unreadable: BTreeMap<String, ReadFailure>,
    /// Folders and files that could not be listed.
    pub(super) walk_failures: Vec<SourceError>,
    /// Ids of folders and links that cannot be listed now, so that the files below them are unknown.
    unlisted: Vec<String>,
    /// Whether there are symbolic links below the content directory.
    has_links: bool,
    /// Files and folders that the last full comparison left out because of their names.
    pub(super) left_out: SkippedCounts,
    /// Files with values for folders that could not be read, by id.
    pub(super) inventory_failures: BTreeMap<String, SourceError>,
}

impl Indexer {
    /// Opens the index of a site for writing. A new generation is started if there is none, if the current
    /// one was built with another version or other settings, or if the mode asks for it. Readers see the new
    /// generation after the first [`Indexer::reconcile`].
    ///
    /// # Errors
    /// If another process writes the index, or its directory is not writable.
    pub fn open(config: &Config, site: &Site, mode: OpenMode) -> Result<Self, ReindexError> {
        let index_dir = &config.index_dir;
        let unwritable = |source| ReindexError::Unwritable { path: index_dir.clone(), source };
        let lock = WriteLock::acquire(index_dir)
            .map_err(unwritable)?
            .ok_or_else(|| ReindexError::Locked(index_dir.clone()))?;
        let provenance = Provenance::of(&fingerprint(site));
        let current = generation::current(index_dir).filter(|_| mode == OpenMode::Update);
        let (opened, unfit) = match current {
            None => (None, None),
            Some(dir) => match Writer::open(&dir, provenance.clone())? {
                OpenOutcome::Ready(opened) => (Some((*opened, dir)), None),
                OpenOutcome::NeedsRebuild(reason) => (None, Some(reason)),
            },
        };
        let (writer, previous, manifest, dir) =
            if let Some((ResumedIndex { writer, snapshot, manifest }, dir)) = opened {
                (writer, Some(snapshot), manifest, dir)
            } else {
                // Generations left behind by interrupted builds would fill the disk over time.
                generation::collect_garbage(index_dir).map_err(unwritable)?;
                let dir = generation::create(index_dir).map_err(unwritable)?;
                (Writer::create(&dir, provenance)?, None, Manifest::new(), dir)
            };
        let clock = Clock::default();
        let committed_at = committed_at(previous.as_ref(), index_dir);
        if let Some(time) = committed_at {
            clock.remember(time);
        }
        Ok(Self {
            config: config.clone(),
            site: site.clone(),
            _lock: lock,
            writer,
            _lease: Lease::take(&dir),
            dir,
            is_published: previous.is_some(),
            is_serving: false,
            clock,
            committed_at,
            has_new_generation: false,
            is_compared: false,
            previous,
            unfit,
            inventory: Inventory::default(),
            manifest,
            not_indexed: BTreeMap::new(),
            unreadable: BTreeMap::new(),
            walk_failures: Vec::new(),
            unlisted: Vec::new(),
            has_links: false,
            left_out: SkippedCounts::default(),
            inventory_failures: BTreeMap::new(),
        })
    }

    /// Does not publish a new generation that lacks unreadable posts while this process serves posts, even if the
    /// commit that it serves was deleted.
    #[must_use]
    pub fn while_serving(self, is_serving: bool) -> Self {
        Self { is_serving, ..self }
    }

    /// Compares publication dates with this clock instead of a new one of the system.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        if let Some(time) = self.committed_at {
            clock.remember(time);
        }
        self.clock = clock;
        self
    }

    /// Compares all content with the index and updates the index.
    ///
    /// # Errors
    /// If the content directory is missing or the index cannot be written; the last commit stays.
    pub fn reconcile(&mut self, progress: ProgressFn<'_>) -> Result<IndexingReport, ReindexError> {
        self.previous = None;
        self.is_compared = false;
        self.check_content()?;
        let SourceListing { files, errors, unlisted, has_links, left_out } = list_sources(&self.site);
        self.left_out = SkippedCounts::of(left_out.iter().map(|(_, reason)| *reason));
        (self.walk_failures, self.unlisted, self.has_links) = (errors, unlisted, has_links);
        let site = self.site.clone();
        let (before, reader) = (std::mem::take(&mut self.inventory), SourceReader::new(&site));
        self.inventory_failures.clear();
        for file in &files {
            self.add_to_inventory(&reader, file, &before);
        }
        if !self.is_published {
            let is_page = |file: &&SourceFile| self.site.generator.role(&file.id) == Some(SourceRole::Page);
            let pages: Vec<&str> = files.iter().filter(is_page).map(|file| file.id.as_str()).collect();
            self.writer.train_dictionary(&sample::samples(&reader, &pages));
        }
        let mut ids: BTreeSet<String> = self.inventory.pages_below("").map(str::to_owned).collect();
        ids.extend(self.manifest.keys().cloned());
        ids.extend(self.not_indexed.keys().cloned());
        ids.extend(self.unreadable.keys().cloned());
        drop(files);
        let report = self.apply(&ids, progress)?;
        self.is_compared = true;
        Ok(report)
    }

    /// Updates the index for these files and folders and for the files that depend on them. Everything is compared
    /// instead if that has not been done yet, so that a new generation never consists of some changed files, and if
    /// the ignore rules may have changed.
    ///
    /// # Errors
    /// If the content directory is missing or the index cannot be written; the last commit stays.
    pub fn update(&mut self, paths: &BTreeSet<PathBuf>) -> Result<IndexingReport, ReindexError> {
        if !self.is_compared || paths.iter().any(|path| is_ignore_file(path)) {
            return self.reconcile(&mut |_, _| {});
        }
        self.check_content()?;
        let site = self.site.clone();
        let reader = SourceReader::new(&site);
        let changes = SourceWalker::new(&site).changed(paths, &self.inventory, self.has_links);
        self.has_links |= changes.has_links;
        let deleted = changes.deleted.iter().map(String::as_str);
        let mut ids: BTreeSet<String> =
            self.inventory.dependents(deleted).into_iter().map(str::to_owned).collect();
        self.inventory.remove_all(&changes.deleted);
        self.inventory_failures.retain(|id, _| self.inventory.contains(id));
        for file in &changes.present {
            let before = self.inventory.folder_values_of(&file.id);
            self.add_to_inventory(&reader, file, &before);
        }
        self.unlisted
            .retain(|id| !changes.deleted.contains(id) && !changes.present.iter().any(|file| file.id == *id));
        for folder in &changes.unlisted {
            ids.extend(self.inventory.pages_below(folder).map(str::to_owned));
        }
        let present = changes.present.iter().map(|file| file.id.as_str());
        ids.extend(self.inventory.dependents(present).into_iter().map(str::to_owned));
        self.unlisted.extend(changes.unlisted);
        ids.extend(changes.deleted);
        ids.extend(changes.present.into_iter().map(|file| file.id));
        ids.retain(|id| self.site.generator.role(id) == Some(SourceRole::Page));
        self.apply(&ids, &mut |_, _| {})
    }

    /// Adds a source file to the inventory; one that cannot be read now keeps the values that it had before.
    fn add_to_inventory(&mut self, reader: &SourceReader<'_>, file: &SourceFile, before: &Inventory) {
        let failure = reader.add_to_inventory(&mut self.inventory, &file.id);
        if let Some(ReadFailure::Unreadable(_)) = &failure {
            self.inventory.restore_folder_values(&file.id, before);
        }
        // Errors of pages are found again when the page is read.
        match failure.filter(|_| file.role == SourceRole::FolderData) {
            Some(failure) => self.inventory_failures.insert(file.id.clone(), failure.into_error()),
            None => self.inventory_failures.remove(&file.id),
        };
    }

    /// Returns why the file is not listed, if it is because a folder cannot be listed now.
    pub(super) fn unlisted_at(&self, id: &str) -> Option<SourceError> {
        let folder = self.unlisted.iter().find(|folder| is_at_or_below(id, folder))?;
        let message = format!("cannot list {folder:?}; check its permissions");
        Some(SourceError { path: id.to_owned(), line: 1, message })
    }

    /// Returns the files and folders that cannot be read now.
    pub(super) fn unreadable_sources(&self) -> Vec<SourceError> {
        let is_known = |folder: &&String| self.unreadable.keys().any(|id| is_at_or_below(id, folder));
        let folders = self.unlisted.iter().filter(|folder| !is_known(folder));
        let folders = folders.filter_map(|folder| self.unlisted_at(folder));
        let files = self.unreadable.values().filter_map(|failure| match failure {
            ReadFailure::Unreadable(error) => Some(error.clone()),
            ReadFailure::Rejected(_) => None,
        });
        files.chain(folders).collect()
    }

    /// Returns, for each file whose last version stays because it inherits from a broken file, what is broken.
    pub(super) fn held(&self) -> impl Iterator<Item = SourceError> + '_ {
        self.unreadable.values().filter_map(|failure| match failure {
            ReadFailure::Rejected(error) => Some(error.clone()),
            ReadFailure::Unreadable(_) => None,
        })
    }

    /// Fails if the content directory is missing. Its posts must not be removed: a disk may just be
    /// unmounted.
    fn check_content(&self) -> Result<(), ReindexError> {
        let dir = &self.site.content_dir;
        if dir.is_dir() { Ok(()) } else { Err(ReindexError::NoContent(dir.clone())) }
    }

    /// Returns a snapshot of the last commit.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, ReindexError> {
        Ok(Snapshot::open(self.writer.index(), &self.dir)?)
    }

    /// Takes the commit of an earlier run, which can be served until it is compared with the content. If only
    /// the settings of the site have changed, it is the commit of the previous generation. Returns `None` if
    /// there is no readable commit, or if it has a post that readers must not see any more.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn take_servable_snapshot(&mut self) -> Result<Option<Snapshot>, ReindexError> {
        let rules = VisibilityRules::of(&self.config, &self.site, self.clock.latest());
        let is_servable =
            |manifest: &Manifest| manifest.values().all(|entry| is_visible(&entry.publication, &rules));
        if let Some(previous) = self.previous.take() {
            return Ok(is_servable(&self.manifest).then_some(previous));
        }
        let current = generation::lease_current(&self.config.index_dir);
        let (Some((dir, _lease)), Some(RebuildReason::SettingsChanged)) = (current, &self.unfit) else {
            return Ok(None);
        };
        let previous = Snapshot::open_dir(&dir)?;
        Ok(is_servable(&previous.manifest()?).then_some(previous))
    }

    /// Returns why an existing index is being rebuilt, until the new generation is published.
    #[must_use]
    pub fn rebuild_reason(&self) -> Option<&RebuildReason> {
        self.unfit.as_ref().filter(|_| !self.is_published)
    }

    /// Returns whether a new generation was published since the last call. It differs from the previous one even
    /// if its report has no changes, for example because all posts were deleted.
    pub fn take_has_new_generation(&mut self) -> bool {
        std::mem::take(&mut self.has_new_generation)
    }

    /// Removes generations that no process uses.
    pub fn collect_garbage(&self) {
        // On failure, the next call removes them.
        let _ = generation::collect_garbage(&self.config.index_dir);
    }

    /// Returns whether another process has published another generation.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.is_published && generation::current(&self.config.index_dir).as_ref() != Some(&self.dir)
    }

    /// Waits for running merges and releases the index.
    ///
    /// # Errors
    /// If a merge failed.
    pub fn close(self) -> Result<(), ReindexError> {
        Ok(self.writer.close()?)
    }
}

/// Returns the time of the last commit: of the opened index, or of the generation that the new one will replace.
fn committed_at(opened: Option<&Snapshot>, index_dir: &Path) -> Option<Timestamp> {
    if let Some(snapshot) = opened {
        return snapshot.indexed_at();
    }
    let (dir, _lease) = generation::lease_current(index_dir)?;
    Snapshot::open_dir(&dir).ok()?.indexed_at()
}

#[cfg(test)]
mod tests;
