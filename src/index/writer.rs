//! The writer of an index.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use tantivy::indexer::{LogMergePolicy, NoMergePolicy};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Term};

use super::document_builder::DocumentBuilder;
use super::error::IndexError;
use super::manifest::{Manifest, Provenance};
use super::packed_tokens::{PACKED_TOKENIZER, PackedTokenizer};
use super::post_document::PostDocument;
use super::post_store::{Codec, PostStorePlugin, SegmentRecords};
use super::schema::{self, SchemaFields};
use super::snapshot::Snapshot;
use super::storage::lock::retry_while_busy;
use super::storage::verify::VerifiedFiles;

/// Memory of the indexing thread, in bytes; the updates of a blog need little.
const WRITER_BYTES: usize = 50 << 20;

/// Segments with fewer posts count as equally small. Tantivy's default, 10,000, would merge the whole index
/// of a blog every few saves: 2.24 GB instead of 104 MB written in 300 commits.
const MERGE_LAYER_POSTS: u32 = 200;
/// Minimum number of small segments that are merged into one.
const MERGE_SEGMENTS: usize = 6;
/// Fraction of deleted posts at which a segment is rewritten.
const MERGE_DELETED_RATIO: f32 = 0.3;

fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_layer_size(MERGE_LAYER_POSTS);
    policy.set_min_num_segments(MERGE_SEGMENTS);
    policy.set_del_docs_ratio_before_merge(MERGE_DELETED_RATIO);
    policy
}

/// Set before the first post is added; never changes afterwards.
type SharedCodec = Arc<OnceLock<Arc<Codec>>>;

/// Returns the dictionary of an index, `None` if it has no posts.
fn dictionary(index: &Index) -> Result<Option<Vec<u8>>, IndexError> {
    let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let searcher = reader.searcher();
    let Some(segment) = searcher.segment_readers().first() else { return Ok(None) };
    Ok(Some(SegmentRecords::open(segment)?.dictionary().to_vec()))
}

/// The reason why an index must be rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RebuildReason {
    /// A file is missing, damaged or unreadable; the error.
    #[error("{0}")]
    Damaged(String),
    /// The index was made by another version of the program.
    #[error("it was made by another version of bloghound")]
    OtherVersion,
    /// The settings of the site that affect documents have changed.
    #[error("the site's settings have changed")]
    SettingsChanged,
}

/// Adds and removes posts; changes become visible at [`Writer::commit`].
pub struct Writer {
    index: Index,
    /// `None` after [`Writer::close`].
    inner: Option<IndexWriter<PostDocument>>,
    fields: SchemaFields,
    codec: SharedCodec,
    provenance: Provenance,
    merge_mode: MergeMode,
}

/// An existing index, opened for further changes.
pub struct ResumedIndex {
    /// The writer.
    pub writer: Writer,
    /// The last commit.
    pub snapshot: Snapshot,
    /// The source files of the last commit.
    pub manifest: Manifest,
}

/// The result of [`Writer::open`].
pub enum OpenOutcome {
    /// The index can be updated.
    Ready(Box<ResumedIndex>),
    /// The index must be rebuilt.
    NeedsRebuild(RebuildReason),
}

/// Tantivy's writer does not wait for running merges when it is dropped. A merge that ends later would overwrite
/// the metadata of the next writer's commits: deleted posts would reappear.
impl Drop for Writer {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::warn!("cannot finish a merge of the index: {error}");
        }
    }
}

/// The time at which segments are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MergeMode {
    /// Once, when a new index is complete: each post is then merged once instead of once per level.
    AfterBuild,
    /// Continuously, as posts are saved.
    Incremental,
}

fn start(index: &Index, merge_mode: MergeMode) -> Result<IndexWriter<PostDocument>, IndexError> {
    let writer = retry_while_busy(
        || Ok(index.writer_with_num_threads(1, WRITER_BYTES)?),
        |error| matches!(error, IndexError::Tantivy(tantivy::TantivyError::LockFailure(..))),
    )?;
    set_merge_mode(&writer, merge_mode);
    // Remove files of an unfinished commit of a killed process: the next commit would use the same names.
    writer.garbage_collect_files().wait()?;
    skip_committed_opstamp(&writer)?;
    Ok(writer)
}

fn set_merge_mode(writer: &IndexWriter<PostDocument>, merge_mode: MergeMode) {
    match merge_mode {
        MergeMode::AfterBuild => writer.set_merge_policy(Box::new(NoMergePolicy)),
        MergeMode::Incremental => writer.set_merge_policy(Box::new(merge_policy())),
    }
}

/// Uses up the opstamp of the last commit, which the writer's first operation would get otherwise.
///
/// A merge of committed segments applies deletions up to the opstamp of the last commit and no later ones. A merge
/// that a killed process did not finish starts with the first batch of the next writer. Tantivy 0.27 counts the
/// operations of a writer from the last commit's opstamp, inclusive (`Stamper::new(meta.opstamp)` in
/// `IndexWriter::new`), so a deletion with that opstamp counts as committed. A segment whose deletions are recorded
/// up to that opstamp does not apply it (`advance_deletes`); another segment applies it and passes the cursor after
/// it to the merged segment. The post is then deleted before the commit in one of them and never in the other.
/// An empty batch takes the opstamp, so that no operation has it.
fn skip_committed_opstamp(writer: &IndexWriter<PostDocument>) -> Result<(), IndexError> {
    writer.run([])?;
    Ok(())
}

/// Opens the index in `dir` if it can be updated: its files are intact, it is compatible with `provenance`, and its
/// documents match its manifest.
fn open_intact(dir: &Path, provenance: &Provenance) -> Result<(Index, Snapshot, Manifest), RebuildReason> {
    let damaged = |error: IndexError| RebuildReason::Damaged(error.to_string());
    let index = Index::open_in_dir(dir).map_err(IndexError::from).map_err(damaged)?;
    VerifiedFiles::default().check(&index, dir).map_err(damaged)?;
    let made = Provenance::read(&index).ok_or(RebuildReason::OtherVersion)?;
    if !made.is_compatible(provenance) {
        let with_its_settings = Provenance { settings: made.settings.clone(), ..provenance.clone() };
        let is_of_this_version = made.is_compatible(&with_its_settings);
        return Err(if is_of_this_version {
            RebuildReason::SettingsChanged
        } else {
            RebuildReason::OtherVersion
        });
    }
    let snapshot = Snapshot::open(&index, dir).map_err(damaged)?;
    let manifest = snapshot.manifest().map_err(damaged)?;
    Ok((index, snapshot, manifest))
}

impl Writer {
    /// Creates an empty index in `dir`.
    ///
    /// # Errors
    /// If the directory cannot be written or contains an index.
    pub fn create(dir: &Path, provenance: Provenance) -> Result<Self, IndexError> {
        let (schema, fields) = schema::build();
        let codec = Arc::default();
        let plugin = PostStorePlugin { field: fields.record, codec: Arc::clone(&codec) };
        let builder = Index::builder().schema(schema).register_plugin(Arc::new(plugin));
        Self::new(&builder.create_in_dir(dir)?, codec, provenance, MergeMode::AfterBuild)
    }

    /// Opens the last commit of the index in `dir`, or returns the reason why it must be rebuilt.
    ///
    /// # Errors
    /// If the index is intact but cannot be written.
    pub fn open(dir: &Path, provenance: Provenance) -> Result<OpenOutcome, IndexError> {
        let (mut index, snapshot, manifest) = match open_intact(dir, &provenance) {
            Ok(opened) => opened,
            Err(reason) => return Ok(OpenOutcome::NeedsRebuild(reason)),
        };
        let (_, fields) = schema::build();
        let codec = Arc::new(OnceLock::new());
        if let Some(dictionary) = dictionary(&index)? {
            codec.get_or_init(|| Arc::new(Codec::new(dictionary)));
        }
        index.register_plugin(Arc::new(PostStorePlugin { field: fields.record, codec: Arc::clone(&codec) }));
        let writer = Self::new(&index, codec, provenance, MergeMode::Incremental)?;
        Ok(OpenOutcome::Ready(Box::new(ResumedIndex { writer, snapshot, manifest })))
    }

    fn new(
        index: &Index,
        codec: SharedCodec,
        provenance: Provenance,
        merge_mode: MergeMode,
    ) -> Result<Self, IndexError> {
        index.tokenizers().register(PACKED_TOKENIZER, PackedTokenizer::default());
        let (_, fields) = schema::build();
        let inner = Some(start(index, merge_mode)?);
        Ok(Self { index: index.clone(), inner, fields, codec, provenance, merge_mode })
    }

    /// Returns the index.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Returns the provenance of new documents.
    #[must_use]
    pub(crate) fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Trains the compression dictionary on samples of the blog's text. Has no effect if the index has posts,
    /// because their dictionary does not change.
    pub(crate) fn train_dictionary(&self, samples: &[Vec<u8>]) {
        self.codec.get_or_init(|| Arc::new(Codec::train(samples)));
    }

    /// Returns a builder of documents for this writer.
    #[must_use]
    pub fn document_builder(&self) -> DocumentBuilder {
        let codec = self.codec.get_or_init(|| Arc::new(Codec::new(Vec::new())));
        DocumentBuilder::new(self.fields.clone(), Arc::clone(codec))
    }

    /// Adds the document of a post that is not in the index.
    ///
    /// # Errors
    /// If the indexing thread has failed.
    pub fn add(&self, entry: PostDocument) -> Result<(), IndexError> {
        self.inner()?.add_document(entry)?;
        Ok(())
    }

    /// Removes the post with this id.
    ///
    /// # Errors
    /// If the writer is closed.
    pub fn remove(&self, id: &str) -> Result<(), IndexError> {
        self.inner()?.delete_term(Term::from_field_text(self.fields.id, id));
        Ok(())
    }

    fn inner(&self) -> Result<&IndexWriter<PostDocument>, IndexError> {
        self.inner.as_ref().ok_or(IndexError::Replaced)
    }

    /// Commits all changes: they are durable and visible to readers that open the index afterwards.
    ///
    /// # Errors
    /// If the index cannot be written; the last commit stays.
    pub fn commit(&mut self) -> Result<(), IndexError> {
        let provenance = Provenance { indexed_at: Some(Timestamp::now()), ..self.provenance.clone() };
        let mut prepared = self.inner.as_mut().ok_or(IndexError::Replaced)?.prepare_commit()?;
        prepared.set_payload(&serde_json::to_string(&provenance)?);
        prepared.commit()?;
        Ok(())
    }

    /// Merges the segments of a new index into one. Afterwards segments are merged as posts are saved.
    ///
    /// # Errors
    /// If the index cannot be written; the last commit stays.
    pub(crate) fn force_merge(&mut self) -> Result<(), IndexError> {
        let segments = self.index.searchable_segment_ids()?;
        if segments.len() > 1 {
            self.inner.as_mut().ok_or(IndexError::Replaced)?.merge(&segments).wait()?;
        }
        self.merge_mode = MergeMode::Incremental;
        set_merge_mode(self.inner()?, self.merge_mode);
        Ok(())
    }

    /// Discards all changes since the last commit.
    ///
    /// # Errors
    /// If the index cannot be opened again.
    pub fn rollback(&mut self) -> Result<(), IndexError> {
        // The failure that led to the rollback may recur while waiting for merges; it no longer matters.
        let _ = self.end();
        self.inner = Some(start(&self.index, self.merge_mode)?);
        Ok(())
    }

    /// Returns the number of posts and pages in the last commit.
    ///
    /// # Errors
    /// If the commit cannot be read.
    pub(crate) fn committed_posts(&self) -> Result<usize, IndexError> {
        let segments = self.index.searchable_segment_metas()?;
        Ok(segments.iter().map(|segment| segment.num_docs() as usize).sum())
    }

    /// Waits for running merges and closes the index.
    ///
    /// # Errors
    /// If a merge failed; the last commit stays.
    pub fn close(mut self) -> Result<(), IndexError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), IndexError> {
        if let Some(inner) = self.inner.take() {
            inner.wait_merging_threads()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
