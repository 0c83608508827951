//! Keeps the index in step with the content: reads what may have changed, commits once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::Instant;

use jiff::Timestamp;

use super::digest::{digest, fingerprint};
use super::plan::{Absence, Action, Observed, decide, is_same, is_shown};
use super::report::Report;
use super::{ReindexError, pipeline, sample};
use crate::config::{Config, limits};
use crate::content::problem::duplicate_urls;
use crate::content::{Audience, Failure, Inventory, Post, Problem, Reading, Role, Site, read_post, source};
use crate::index::lock::{Lease, WriteLock};
use crate::index::{
    Budget, Digest, Entry, EntryBuilder, IndexError, Manifest, ManifestEntry, Opened, Provenance, Snapshot,
    Unfit, Writer, content_digest, generation,
};

/// Files after which progress is told.
const PROGRESS_STEP: usize = 64;

/// Called as files are done: how many, of how many.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize);

/// The owner of an index directory: the only one that writes to it.
pub struct Indexer {
    config: Config,
    site: Site,
    _lock: WriteLock,
    writer: Writer,
    dir: PathBuf,
    /// Keeps a generation that is being filled, which nothing names yet.
    _lease: Option<Lease>,
    is_published: bool,
    /// The commit that was there when the index was opened, until somebody takes it.
    last: Option<Snapshot>,
    unfit: Option<Unfit>,
    inventory: Inventory,
    manifest: Manifest,
    absences: BTreeMap<String, Absence>,
    /// What could not even be listed.
    walk_failures: Vec<Failure>,
}

/// What changes of why files have no document.
type Absences = Vec<(String, Option<Absence>)>;

/// What has to be done about a source file, with all that it takes.
enum Task {
    Keep,
    Put { entry: Entry, known_as: ManifestEntry, warnings: Vec<Problem>, is_known: bool },
    Drop { is_known: bool, absence: Option<Absence> },
}

impl Indexer {
    /// Opens the index of a site for writing. A generation is begun anew when there is none, when
    /// the current one was made by other rules or settings, or when `full` asks for it; it is
    /// seen by readers from the first [`Indexer::reconcile`] on.
    ///
    /// # Errors
    /// When another process writes the index, or its directory cannot be written.
    pub fn open(config: &Config, site: &Site, full: bool) -> Result<Self, ReindexError> {
        let index_dir = &config.index_dir;
        let unwritable = |source| ReindexError::Unwritable { path: index_dir.clone(), source };
        let lock = WriteLock::acquire(index_dir)
            .map_err(unwritable)?
            .ok_or_else(|| ReindexError::Locked(index_dir.clone()))?;
        let provenance = Provenance::of(&fingerprint(site));
        let current = generation::current(index_dir).filter(|_| !full);
        let (opened, unfit) = match current {
            None => (None, None),
            Some(dir) => match Writer::open(&dir, provenance.clone())? {
                Opened::Fit(opened) => (Some((*opened, dir)), None),
                Opened::Unfit(unfit) => (None, Some(unfit)),
            },
        };
        let (writer, last, manifest, dir) = if let Some(((writer, last, manifest), dir)) = opened {
            (writer, Some(last), manifest, dir)
        } else {
            // What an interrupted build left behind would be a full disk one day.
            generation::remove_unused(index_dir).map_err(unwritable)?;
            let dir = generation::create(index_dir).map_err(unwritable)?;
            (Writer::create(&dir, provenance)?, None, Manifest::new(), dir)
        };
        Ok(Self {
            config: config.clone(),
            site: site.clone(),
            _lock: lock,
            writer,
            _lease: Lease::take(&dir),
            dir,
            is_published: last.is_some(),
            last,
            unfit,
            inventory: Inventory::default(),
            manifest,
            absences: BTreeMap::new(),
            walk_failures: Vec::new(),
        })
    }

    /// Compares all content with the index and mends the index.
    ///
    /// # Errors
    /// When the index cannot be written; the last commit stays.
    pub fn reconcile(&mut self, progress: Progress<'_>) -> Result<Report, ReindexError> {
        self.last = None;
        self.check_content()?;
        let (files, failures) = source::walk(&self.site);
        self.walk_failures = failures;
        self.inventory = Inventory::default();
        for file in &files {
            let text = || std::fs::read_to_string(&file.path).ok();
            self.site.generator.add_to_inventory(&mut self.inventory, &file.id, text);
        }
        if !self.is_published {
            let is_page = |file: &&source::SourceFile| self.site.generator.role(&file.id) == Some(Role::Page);
            let pages: Vec<&Path> = files.iter().filter(is_page).map(|file| file.path.as_path()).collect();
            self.writer.learn(&sample::pieces(pages.into_iter()));
        }
        let mut ids: BTreeSet<String> = self.inventory.below("").map(str::to_owned).collect();
        ids.extend(self.manifest.keys().cloned());
        ids.extend(self.absences.keys().cloned());
        drop(files);
        self.apply(&ids, progress)
    }

    /// Looks again at the files and folders `paths` and at what hangs on them.
    ///
    /// # Errors
    /// When the index cannot be written; the last commit stays.
    pub fn update(&mut self, paths: &BTreeSet<PathBuf>) -> Result<Report, ReindexError> {
        self.check_content()?;
        let site = self.site.clone();
        let (content_dir, walker) = (&site.content_dir, source::Walker::new(&site));
        let mut ids = BTreeSet::new();
        for path in paths {
            let Some(below) = source::id_of(content_dir, path) else { continue };
            let (files, _) = walker.below(path);
            let present: BTreeSet<&str> = files.iter().map(|file| file.id.as_str()).collect();
            let known = self.inventory.below(&below).chain(self.inventory.data_below(&below));
            let gone: Vec<String> = known.filter(|id| !present.contains(id)).map(str::to_owned).collect();
            for id in gone {
                ids.extend(self.inventory.dependents(&id).into_iter().map(str::to_owned));
                self.inventory.remove(&id);
                ids.insert(id);
            }
            for file in &files {
                let text = || std::fs::read_to_string(&file.path).ok();
                site.generator.add_to_inventory(&mut self.inventory, &file.id, text);
                ids.extend(self.inventory.dependents(&file.id).into_iter().map(str::to_owned));
            }
            ids.extend(files.into_iter().map(|file| file.id));
        }
        ids.retain(|id| self.site.generator.role(id) == Some(Role::Page));
        self.apply(&ids, &mut |_, _| {})
    }

    /// Posts whose directory is gone were not deleted one by one: a disk may be missing.
    fn check_content(&self) -> Result<(), ReindexError> {
        let dir = &self.site.content_dir;
        if dir.is_dir() { Ok(()) } else { Err(ReindexError::NoContent(dir.clone())) }
    }

    /// Opens the last commit for reading.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, ReindexError> {
        Ok(Snapshot::open(self.writer.index(), &self.dir)?)
    }

    /// The commit of an earlier run, to answer from until the content is compared with it; where only the
    /// site's settings have changed since, that of the generation before. There is none where no commit can be
    /// read, nor where it has a post that readers must not see (any more).
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn last(&mut self) -> Result<Option<Snapshot>, ReindexError> {
        let audience = Audience::of(&self.config, &self.site, Timestamp::now());
        let is_fit =
            |manifest: &Manifest| manifest.values().all(|entry| is_shown(&entry.publication, &audience));
        if let Some(last) = self.last.take() {
            return Ok(is_fit(&self.manifest).then_some(last));
        }
        let old = generation::hold_current(&self.config.index_dir);
        let (Some((dir, _lease)), Some(Unfit::OtherSettings)) = (old, &self.unfit) else { return Ok(None) };
        let last = Snapshot::open_dir(&dir)?;
        Ok(is_fit(&last.manifest()?).then_some(last))
    }

    /// Why the index is built anew though there was one, as long as it is not finished.
    #[must_use]
    pub fn unfit(&self) -> Option<&Unfit> {
        self.unfit.as_ref().filter(|_| !self.is_published)
    }

    /// Removes generations that nobody reads any more.
    pub fn tidy(&self) {
        // What cannot be removed now is removed another time.
        let _ = generation::remove_unused(&self.config.index_dir);
    }

    /// Whether readers find another generation than the one that is written here.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.is_published && generation::current(&self.config.index_dir).as_ref() != Some(&self.dir)
    }

    /// Waits for merges under way and gives the index free.
    ///
    /// # Errors
    /// When a merge failed.
    pub fn close(self) -> Result<(), ReindexError> {
        Ok(self.writer.close()?)
    }

    fn apply(&mut self, ids: &BTreeSet<String>, progress: Progress<'_>) -> Result<Report, ReindexError> {
        let started = Instant::now();
        let result = self.write(ids, progress);
        if result.is_err() {
            // What was written but not committed must not come with the next commit.
            self.writer.rollback()?;
            let last =
                Snapshot::open(self.writer.index(), &self.dir).and_then(|snapshot| snapshot.manifest());
            self.manifest = last.unwrap_or_default();
        }
        let mut report = result?;
        report.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(report)
    }

    fn write(&mut self, ids: &BTreeSet<String>, progress: Progress<'_>) -> Result<Report, ReindexError> {
        let mut report = Report::default();
        // Read on all cores while it is written here.
        let known = RwLock::new(std::mem::take(&mut self.manifest));
        let absences = self.write_entries(ids, &known, &mut report, progress)?;
        self.manifest = known.into_inner().unwrap_or_else(PoisonError::into_inner);
        if report.has_changes() || !self.is_published {
            self.writer.commit()?;
            self.check_commit()?;
        }
        if !self.is_published {
            self.writer.settle()?;
            let unwritable =
                |source| ReindexError::Unwritable { path: self.config.index_dir.clone(), source };
            generation::publish(&self.config.index_dir, &self.dir).map_err(unwritable)?;
            self.is_published = true;
        }
        for (id, absence) in absences {
            match absence {
                Some(absence) => self.absences.insert(id, absence),
                None => self.absences.remove(&id),
            };
        }
        self.count(&mut report);
        Ok(report)
    }

    /// A commit with other posts than those that were written must not pass for what the content says.
    fn check_commit(&self) -> Result<(), ReindexError> {
        let is_as_written = self.writer.committed_posts()? == self.manifest.len();
        if is_as_written { Ok(()) } else { Err(IndexError::ManifestMismatch.into()) }
    }

    /// Reads and analyses on all cores while Tantivy takes in what is done. Entries are added in the order
    /// of their ids, so that an index does not hang on which core was quicker.
    fn write_entries(
        &self,
        ids: &BTreeSet<String>,
        known: &RwLock<Manifest>,
        report: &mut Report,
        progress: Progress<'_>,
    ) -> Result<Absences, ReindexError> {
        let audience = Audience::of(&self.config, &self.site, Timestamp::now());
        let ids: Vec<&String> = ids.iter().collect();
        let budget = Budget::new(limits::MAX_BYTES_UNDER_WAY);
        let mut absences = Absences::new();
        let work = |builder: &mut EntryBuilder, at: usize| {
            let entry = known.read().unwrap_or_else(PoisonError::into_inner).get(ids[at]).cloned();
            self.prepare(ids[at], entry.as_ref(), &audience, builder, &budget)
        };
        let take = |at: usize, task: Result<Task, IndexError>| -> Result<(), ReindexError> {
            let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
            self.write_task(ids[at], task?, &mut known, &mut absences, report)?;
            let done = at + 1;
            if done.is_multiple_of(PROGRESS_STEP) || done == ids.len() {
                progress(done, ids.len());
            }
            Ok(())
        };
        pipeline::run(ids.len(), &budget, || self.writer.entry_builder(), work, take)?;
        Ok(absences)
    }

    /// What has to be done about a source file.
    fn prepare(
        &self,
        id: &str,
        known: Option<&ManifestEntry>,
        audience: &Audience,
        builder: &mut EntryBuilder,
        budget: &Budget,
    ) -> Result<Task, IndexError> {
        match decide(known, self.observe(id, known, audience)) {
            Action::Keep => Ok(Task::Keep),
            Action::Drop(is_known, absence) => Ok(Task::Drop { is_known, absence }),
            Action::Put(post, digest, is_known) => {
                let mut entry = builder.build(&post, digest)?;
                entry.hold(budget.take(entry.size()));
                let Post { publication, date, url, lang, warnings, .. } = *post;
                let known_as = ManifestEntry { digest, publication, is_post: date.is_some(), url, lang };
                let warnings = warnings.into_iter().map(|warning| warning.at(id)).collect();
                Ok(Task::Put { entry, known_as, warnings, is_known })
            }
        }
    }

    fn write_task(
        &self,
        id: &str,
        task: Task,
        manifest: &mut Manifest,
        absences: &mut Absences,
        report: &mut Report,
    ) -> Result<(), IndexError> {
        match task {
            Task::Keep => {}
            Task::Put { entry, known_as, warnings, is_known } => {
                if is_known {
                    report.updated += 1;
                    self.writer.remove(id)?;
                } else {
                    report.added += 1;
                }
                self.writer.add(entry)?;
                report.warnings.extend(warnings);
                manifest.insert(id.to_owned(), known_as);
                if self.absences.contains_key(id) {
                    absences.push((id.to_owned(), None));
                }
            }
            Task::Drop { is_known, absence } => {
                if is_known {
                    report.deleted += 1;
                    self.writer.remove(id)?;
                    manifest.remove(id);
                }
                absences.push((id.to_owned(), absence));
            }
        }
        Ok(())
    }

    fn observe(&self, id: &str, known: Option<&ManifestEntry>, audience: &Audience) -> Observed {
        let bytes = match source::read(&self.site.content_dir, id) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Observed::Gone,
            Err(failure) => return Observed::Read(Reading::Failed(failure), Digest::default()),
        };
        let digest = digest(&bytes, &self.inventory.context(id));
        if is_same(known, digest, audience) {
            return Observed::Same;
        }
        Observed::Read(read_post(id, &bytes, &self.inventory, &self.site, audience), digest)
    }

    fn count(&self, report: &mut Report) {
        report.posts = self.manifest.values().filter(|entry| entry.is_post).count();
        report.pages = self.manifest.len() - report.posts;
        report.unchanged = self.manifest.len() - report.added - report.updated;
        report.content_digest = content_digest(&self.manifest, self.writer.provenance());
        let entries = self.manifest.iter();
        let urls = entries.map(|(id, entry)| (entry.lang.as_str(), entry.url.as_str(), id.as_str()));
        report.warnings.extend(duplicate_urls(urls));
        report.failed.clone_from(&self.walk_failures);
        for absence in self.absences.values() {
            match absence {
                Absence::Skipped(reason) => report.skipped.add(*reason),
                Absence::Failed(failure) => report.failed.push(failure.clone()),
            }
        }
    }
}
