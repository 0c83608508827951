//! Applies the plan: reads the files, writes their changes, commits once.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock};
use std::time::Instant;

use super::digest::digest;
use super::error::ReindexError;
use super::indexer::{Indexer, ProgressFn};
use super::panic_message::panic_message;
use super::pipeline;
use super::plan::{NotIndexed, PlannedAction, SourceState, is_unchanged, plan};
use super::report::{GuessedUrls, IndexingReport};
use crate::config::limits;
use crate::content::diagnostic::{PageUrl, duplicate_urls};
use crate::content::source_reader::SourceReader;
use crate::content::{Diagnostic, Post, ReadFailure, ReadOutcome, SourceError, VisibilityRules, read_post};
use crate::index::{
    Digest, DocumentBuilder, IndexError, Manifest, ManifestEntry, MemoryBudget, PostDocument, Snapshot,
    content_digest, generation,
};

/// Number of files between two progress calls.
const PROGRESS_STEP: usize = 64;

/// Changes of what the indexer knows about files; `None` removes an id.
#[derive(Default)]
struct FileChanges {
    not_indexed: Vec<(String, Option<NotIndexed>)>,
    unreadable: Vec<(String, Option<ReadFailure>)>,
}

/// The visibility rules for posts that are indexed and for posts that are not, see [`Clock`](super::clock::Clock).
struct PublicationRules {
    indexed: VisibilityRules,
    new: VisibilityRules,
}

/// The write operation for a source file.
enum FileTask {
    Keep,
    KeepUnreadable(ReadFailure),
    Put { document: PostDocument, manifest_entry: ManifestEntry, warnings: Vec<Diagnostic>, is_indexed: bool },
    Remove { is_indexed: bool, reason: Option<NotIndexed> },
}

impl Indexer {
    /// Brings these files up to date in one commit.
    ///
    /// # Errors
    /// If the index cannot be written; the last commit stays.
    pub(super) fn apply(
        &mut self,
        ids: &BTreeSet<String>,
        progress: ProgressFn<'_>,
    ) -> Result<IndexingReport, ReindexError> {
        let started = Instant::now();
        let result = self.write(ids, progress);
        if result.is_err() {
            // Uncommitted changes must not become part of the next commit. Without the manifest of the last one,
            // all posts would be added a second time.
            self.writer.rollback()?;
            self.manifest = match self.writer.committed_posts()? {
                0 => Manifest::new(),
                _ => Snapshot::open(self.writer.index(), &self.dir)?.manifest()?,
            };
        }
        let mut report = result?;
        report.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(report)
    }

    fn write(
        &mut self,
        ids: &BTreeSet<String>,
        progress: ProgressFn<'_>,
    ) -> Result<IndexingReport, ReindexError> {
        let mut report = IndexingReport::default();
        // The workers read the manifest while this thread updates it.
        let manifest = RwLock::new(std::mem::take(&mut self.manifest));
        let rules = self.publication_rules();
        let changes = self.write_documents(ids, &manifest, &rules, &mut report, progress)?;
        self.manifest = manifest.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.record(changes);
        self.check_completeness()?;
        if report.has_changes() || !self.is_published {
            self.writer.commit()?;
            self.check_commit()?;
        }
        if !self.is_published {
            self.writer.force_merge()?;
            let unwritable =
                |source| ReindexError::Unwritable { path: self.config.index_dir.clone(), source };
            generation::publish(&self.config.index_dir, &self.dir).map_err(unwritable)?;
            self.is_published = true;
            self.has_new_generation = true;
        }
        self.complete_report(&mut report);
        Ok(report)
    }

    fn record(&mut self, changes: FileChanges) {
        for (id, reason) in changes.not_indexed {
            match reason {
                Some(reason) => self.not_indexed.insert(id, reason),
                None => self.not_indexed.remove(&id),
            };
        }
        for (id, failure) in changes.unreadable {
            match failure {
                Some(failure) => self.unreadable.insert(id, failure),
                None => self.unreadable.remove(&id),
            };
        }
    }

    /// Fails if a new generation would lack posts that the current one has, because they cannot be read now.
    fn check_completeness(&self) -> Result<(), ReindexError> {
        if self.is_published {
            return Ok(());
        }
        let unreadable: Vec<SourceError> = self.unreadable_sources().into_iter().chain(self.held()).collect();
        let Some(first) = unreadable.first().cloned() else { return Ok(()) };
        let has_index = || {
            let current = generation::lease_current(&self.config.index_dir);
            current.is_some_and(|(dir, _lease)| Snapshot::open_dir(&dir).is_ok())
        };
        if !self.is_serving && !has_index() {
            return Ok(());
        }
        Err(ReindexError::Incomplete { first, count: unreadable.len() })
    }

    /// Fails if the commit does not have as many posts as the manifest.
    fn check_commit(&self) -> Result<(), ReindexError> {
        let is_complete = self.writer.committed_posts()? == self.manifest.len();
        if is_complete { Ok(()) } else { Err(IndexError::ManifestMismatch.into()) }
    }

    /// Reads and analyses files on all cores while Tantivy indexes the finished ones. Entries are added in
    /// the order of their ids, so that the index does not depend on thread scheduling.
    fn write_documents(
        &self,
        ids: &BTreeSet<String>,
        manifest: &RwLock<Manifest>,
        rules: &PublicationRules,
        report: &mut IndexingReport,
        progress: ProgressFn<'_>,
    ) -> Result<FileChanges, ReindexError> {
        let ids: Vec<&String> = ids.iter().collect();
        let budget = MemoryBudget::new(limits::MAX_PENDING_BYTES);
        let mut changes = FileChanges::default();
        let reader = SourceReader::new(&self.site);
        let work = |builder: &mut DocumentBuilder, at: usize| {
            let indexed = manifest.read().unwrap_or_else(PoisonError::into_inner).get(ids[at]).cloned();
            let prepare = || self.prepare(&reader, ids[at], indexed.as_ref(), rules, builder, &budget);
            let prepared = catch_unwind(AssertUnwindSafe(prepare));
            prepared.unwrap_or_else(|panic| {
                *builder = self.writer.document_builder();
                Ok(self.set_aside(ids[at], indexed.is_some(), &*panic))
            })
        };
        let consume = |at: usize, task: Result<FileTask, IndexError>| -> Result<(), ReindexError> {
            let mut manifest = manifest.write().unwrap_or_else(PoisonError::into_inner);
            self.write_task(ids[at], task?, &mut manifest, &mut changes, report)?;
            let done = at + 1;
            if done.is_multiple_of(PROGRESS_STEP) || done == ids.len() {
                progress(done, ids.len());
            }
            Ok(())
        };
        pipeline::run(ids.len(), &budget, || self.writer.document_builder(), work, consume)?;
        Ok(changes)
    }

    /// Reads a source file and returns its write operation.
    fn prepare(
        &self,
        reader: &SourceReader<'_>,
        id: &str,
        indexed: Option<&ManifestEntry>,
        rules: &PublicationRules,
        builder: &mut DocumentBuilder,
        budget: &MemoryBudget,
    ) -> Result<FileTask, IndexError> {
        let rules = if indexed.is_some() { &rules.indexed } else { &rules.new };
        match plan(indexed, self.source_state(reader, id, indexed, rules), rules) {
            PlannedAction::Keep => Ok(FileTask::Keep),
            PlannedAction::KeepUnreadable(failure) => Ok(FileTask::KeepUnreadable(failure)),
            PlannedAction::Remove { is_indexed, reason } => Ok(FileTask::Remove { is_indexed, reason }),
            PlannedAction::Put { post, digest, is_indexed } => {
                let mut document = builder.build(&post, digest)?;
                document.hold(budget.take(document.size()));
                let Post { publication, date, url, url_guessed, lang, warnings, .. } = *post;
                let manifest_entry =
                    ManifestEntry { digest, publication, is_post: date.is_some(), url, url_guessed, lang };
                let warnings = warnings.into_iter().map(|warning| warning.at(id)).collect();
                Ok(FileTask::Put { document, manifest_entry, warnings, is_indexed })
            }
        }
    }

    /// Returns the task for a file whose reading caused a panic: it is not indexed until it changes.
    fn set_aside(&self, id: &str, is_indexed: bool, panic: &(dyn Any + Send)) -> FileTask {
        let message = format!(
            "this post makes bloghound fail: {}; this is a bug, please report it with the post; it is not indexed until \
             it changes",
            panic_message(panic)
        );
        let failure = SourceError { path: id.to_owned(), line: 1, message };
        let reason = match SourceReader::new(&self.site).read(id) {
            Ok(Some(bytes)) => NotIndexed::Quarantined(failure, digest(&bytes, &self.inventory.context(id))),
            Ok(None) | Err(_) => NotIndexed::Failed(failure),
        };
        FileTask::Remove { is_indexed, reason: Some(reason) }
    }

    /// Returns the rules for all files of one run.
    fn publication_rules(&self) -> PublicationRules {
        let rules = |now| VisibilityRules::of(&self.config, &self.site, now);
        let latest = self.clock.latest();
        // A new generation replaces one whose posts are public already.
        let now = if self.is_published { self.clock.now() } else { latest };
        PublicationRules { indexed: rules(latest), new: rules(now) }
    }

    fn write_task(
        &self,
        id: &str,
        task: FileTask,
        manifest: &mut Manifest,
        changes: &mut FileChanges,
        report: &mut IndexingReport,
    ) -> Result<(), IndexError> {
        if self.unreadable.contains_key(id) && !matches!(task, FileTask::KeepUnreadable(_)) {
            changes.unreadable.push((id.to_owned(), None));
        }
        match task {
            FileTask::Keep => {}
            FileTask::KeepUnreadable(failure) => changes.unreadable.push((id.to_owned(), Some(failure))),
            FileTask::Put { document, manifest_entry, warnings, is_indexed } => {
                if is_indexed {
                    report.updated += 1;
                    self.writer.remove(id)?;
                } else {
                    report.added += 1;
                }
                self.writer.add(document)?;
                report.warnings.extend(warnings);
                manifest.insert(id.to_owned(), manifest_entry);
                if self.not_indexed.contains_key(id) {
                    changes.not_indexed.push((id.to_owned(), None));
                }
            }
            FileTask::Remove { is_indexed, reason } => {
                if is_indexed {
                    report.deleted += 1;
                    self.writer.remove(id)?;
                    manifest.remove(id);
                }
                changes.not_indexed.push((id.to_owned(), reason));
            }
        }
        Ok(())
    }

    fn source_state(
        &self,
        reader: &SourceReader<'_>,
        id: &str,
        indexed: Option<&ManifestEntry>,
        rules: &VisibilityRules,
    ) -> SourceState {
        if !self.inventory.contains(id) {
            // The file is ignored now, or is listed at another path, or its folder could not be listed.
            let unlisted = self.unlisted_at(id).map(ReadFailure::Unreadable);
            return unlisted.map_or(SourceState::Deleted, SourceState::Unreadable);
        }
        let bytes = match reader.read(id) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return SourceState::Deleted,
            Err(failure @ ReadFailure::Unreadable(_)) => return SourceState::Unreadable(failure),
            Err(ReadFailure::Rejected(failure)) => {
                return SourceState::Read(ReadOutcome::Failed(failure), Digest::default());
            }
        };
        let unknown = self.inventory.unknown_values(id);
        let digest = digest(&bytes, &self.inventory.context(id));
        if unknown.is_none() && is_unchanged(indexed, digest, rules) {
            return SourceState::Unchanged;
        }
        if matches!(self.not_indexed.get(id), Some(NotIndexed::Quarantined(_, of)) if *of == digest) {
            return SourceState::Quarantined;
        }
        #[cfg(test)]
        panic_on_mark(&bytes);
        match (read_post(id, &bytes, &self.inventory, &self.site, rules), unknown) {
            // The post might be a draft, or excluded. One that is hidden by itself stays so whatever it inherits.
            (ReadOutcome::Post(_), Some(failure)) => SourceState::Unreadable(failure.clone()),
            (outcome, _) => SourceState::Read(outcome, digest),
        }
    }

    /// Adds the files that are not reported yet among those that others inherit from.
    fn report_broken(&self, report: &mut IndexingReport) {
        let mut broken: BTreeMap<String, SourceError> =
            self.held().map(|error| (error.path.clone(), error)).collect();
        for failure in &report.failed {
            broken.remove(&failure.path);
        }
        report.failed.extend(broken.into_values());
    }

    /// Fills in the counts and problems of the whole index.
    fn complete_report(&self, report: &mut IndexingReport) {
        report.posts = self.manifest.values().filter(|entry| entry.is_post).count();
        report.pages = self.manifest.len() - report.posts;
        report.unchanged = self.manifest.len() - report.added - report.updated;
        report.content_digest = content_digest(&self.manifest, self.writer.provenance());
        let entries = self.manifest.iter();
        let urls = entries.map(|(id, entry)| PageUrl { id, lang: &entry.lang, url: &entry.url });
        report.warnings.extend(duplicate_urls(urls));
        let reasons = self.manifest.values().filter_map(|entry| entry.url_guessed.as_deref());
        report.guessed_urls = GuessedUrls::count(reasons);
        report.failed.clone_from(&self.walk_failures);
        report.unreadable = self.unreadable_sources().len();
        report.held = self.held().count();
        // What is wrong with a file that others inherit from is reported once, at the end.
        let own = |(id, failure): (&String, &ReadFailure)| match failure {
            ReadFailure::Unreadable(error) if error.path == *id => Some(error.clone()),
            ReadFailure::Unreadable(_) | ReadFailure::Rejected(_) => None,
        };
        report.failed.extend(self.unreadable.iter().filter_map(own));
        report.failed.extend(self.inventory_failures.values().cloned());
        report.skipped = self.left_out;
        for reason in self.not_indexed.values() {
            match reason {
                NotIndexed::Skipped(reason) => report.skipped.add(*reason),
                NotIndexed::Failed(failure) | NotIndexed::Quarantined(failure, _) => {
                    report.failed.push(failure.clone());
                }
            }
        }
        self.report_broken(report);
    }
}

/// Panics if a file has the mark of tests of this case.
#[cfg(test)]
fn panic_on_mark(bytes: &[u8]) {
    assert!(!bytes.windows(PANIC_MARK.len()).any(|window| window == PANIC_MARK), "expected by this test");
}

#[cfg(test)]
pub(super) const PANIC_MARK: &[u8] = b"this post causes a panic in tests";
