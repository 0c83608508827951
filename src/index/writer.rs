//! The one writer of an index.

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
use super::storage::lock::when_free;
use super::storage::verify::VerifiedFiles;

/// Memory of the indexing thread; a blog's daily updates need little of it.
const WRITER_BYTES: usize = 50 << 20;

/// Segments below this many posts count as equally small. Tantivy's default, 10,000, would merge
/// a blog's whole index every few saves: 2.24 GB written in 300 commits instead of 104 MB.
const MERGE_LAYER_POSTS: u32 = 200;
/// Small segments that are let stand before they become one.
const MERGE_SEGMENTS: usize = 6;
/// Share of deleted posts from which a segment is written anew.
const MERGE_DELETED_RATIO: f32 = 0.3;

fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_layer_size(MERGE_LAYER_POSTS);
    policy.set_min_num_segments(MERGE_SEGMENTS);
    policy.set_del_docs_ratio_before_merge(MERGE_DELETED_RATIO);
    policy
}

/// Set before the first post is added, for as long as the index is not built anew.
type SharedCodec = Arc<OnceLock<Arc<Codec>>>;

/// The dictionary of an index that has posts.
fn dictionary(index: &Index) -> Result<Option<Vec<u8>>, IndexError> {
    let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let searcher = reader.searcher();
    let Some(segment) = searcher.segment_readers().first() else { return Ok(None) };
    Ok(Some(SegmentRecords::open(segment)?.dictionary().to_vec()))
}

/// Why an index has to be built anew.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RebuildReason {
    /// A file is missing, damaged or unreadable; what is wrong.
    #[error("{0}")]
    Damaged(String),
    /// Another version of the program made it.
    #[error("another version of bloghound made it")]
    OtherVersion,
    /// Its documents were made by other settings of the site.
    #[error("the site's settings have changed")]
    SettingsChanged,
}

/// Adds and removes posts; nothing is seen before [`Writer::commit`].
pub struct Writer {
    index: Index,
    /// None when it is closed.
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
    /// An index to be continued: its writer, its last commit, and the source files of that.
    Ready(Box<ResumedIndex>),
    /// An index that has to be built anew.
    NeedsRebuild(RebuildReason),
}

/// Tantivy's writers go without waiting for merges under way, and one that ends later writes its own idea of
/// the index over what the next writer has made: deleted posts would be back.
impl Drop for Writer {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::warn!("a merge of the index did not end well: {error}");
        }
    }
}

/// When segments are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MergeMode {
    /// Once, when all posts of a new index are there: each post is then merged once, instead of once a layer.
    AfterBuild,
    /// As posts are saved.
    Incremental,
}

fn start(index: &Index, merge_mode: MergeMode) -> Result<IndexWriter<PostDocument>, IndexError> {
    let writer = when_free(
        || Ok(index.writer_with_num_threads(1, WRITER_BYTES)?),
        |error| matches!(error, IndexError::Tantivy(tantivy::TantivyError::LockFailure(..))),
    )?;
    set_merge_mode(&writer, merge_mode);
    // A process that was killed left files of a commit that never was: the same commit would find them there.
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

/// Takes the opstamp that the writer's first operation would get otherwise: that of the last commit.
///
/// A merge of committed segments applies the deletions up to the last commit's opstamp, and no later ones. One
/// that a killed process has left undone begins with the first batch of the next writer, and Tantivy 0.27 counts
/// a writer's operations from the last commit's opstamp on, itself included (`Stamper::new(meta.opstamp)` in
/// `IndexWriter::new`). A deletion with that opstamp is then handled as if it were committed: a segment whose
/// deletions are recorded up to that opstamp already does not apply it (`advance_deletes`), another one does
/// and hands on a cursor behind it to the merged segment. So the post is deleted before the commit in the one,
/// and never in the other. No operation may have that opstamp, so an empty batch takes it.
fn skip_committed_opstamp(writer: &IndexWriter<PostDocument>) -> Result<(), IndexError> {
    writer.run([])?;
    Ok(())
}

/// Opens the index in `dir` when it can be continued: its files are as they were written, it was made as
/// `provenance` says, and its documents are those of its manifest.
fn open_sound(dir: &Path, provenance: &Provenance) -> Result<(Index, Snapshot, Manifest), RebuildReason> {
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
    /// Makes an empty index in `dir`.
    ///
    /// # Errors
    /// When the directory cannot be written or holds an index.
    pub fn create(dir: &Path, provenance: Provenance) -> Result<Self, IndexError> {
        let (schema, fields) = schema::build();
        let codec = Arc::default();
        let plugin = PostStorePlugin { field: fields.record, codec: Arc::clone(&codec) };
        let builder = Index::builder().schema(schema).register_plugin(Arc::new(plugin));
        Self::new(&builder.create_in_dir(dir)?, codec, provenance, MergeMode::AfterBuild)
    }

    /// Opens the index in `dir`, with its last commit, or says why it has to be built anew.
    ///
    /// # Errors
    /// When the index is sound but cannot be written.
    pub fn open(dir: &Path, provenance: Provenance) -> Result<OpenOutcome, IndexError> {
        let (mut index, snapshot, manifest) = match open_sound(dir, &provenance) {
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

    /// The index that is written.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// How the documents are made.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Learns from pieces of text what those of the blog have in common, unless it has posts already:
    /// these are packed by what was known then.
    pub fn train_dictionary(&self, pieces: &[Vec<u8>]) {
        self.codec.get_or_init(|| Arc::new(Codec::train(pieces)));
    }

    /// What makes entries for this writer.
    #[must_use]
    pub fn document_builder(&self) -> DocumentBuilder {
        let codec = self.codec.get_or_init(|| Arc::new(Codec::new(Vec::new())));
        DocumentBuilder::new(self.fields.clone(), Arc::clone(codec))
    }

    /// Adds the entry of a post that has none.
    ///
    /// # Errors
    /// When the indexing thread has failed.
    pub fn add(&self, entry: PostDocument) -> Result<(), IndexError> {
        self.inner()?.add_document(entry)?;
        Ok(())
    }

    /// Removes a post.
    ///
    /// # Errors
    /// When the writer is closed.
    pub fn remove(&self, id: &str) -> Result<(), IndexError> {
        self.inner()?.delete_term(Term::from_field_text(self.fields.id, id));
        Ok(())
    }

    fn inner(&self) -> Result<&IndexWriter<PostDocument>, IndexError> {
        self.inner.as_ref().ok_or(IndexError::Gone)
    }

    /// Makes all changes since the last commit durable and visible to readers opened from then on.
    ///
    /// # Errors
    /// When the index cannot be written; the last commit stays.
    pub fn commit(&mut self) -> Result<(), IndexError> {
        let provenance = Provenance { indexed_at: Some(Timestamp::now()), ..self.provenance.clone() };
        let mut prepared = self.inner.as_mut().ok_or(IndexError::Gone)?.prepare_commit()?;
        prepared.set_payload(&serde_json::to_string(&provenance)?);
        prepared.commit()?;
        Ok(())
    }

    /// Ends the making of an index: its segments become one, and from now on segments
    /// are merged as posts are saved.
    ///
    /// # Errors
    /// When the index cannot be written; the last commit stays.
    pub fn force_merge(&mut self) -> Result<(), IndexError> {
        let segments = self.index.searchable_segment_ids()?;
        if segments.len() > 1 {
            self.inner.as_mut().ok_or(IndexError::Gone)?.merge(&segments).wait()?;
        }
        self.merge_mode = MergeMode::Incremental;
        set_merge_mode(self.inner()?, self.merge_mode);
        Ok(())
    }

    /// Forgets all changes since the last commit.
    ///
    /// # Errors
    /// When the index cannot be opened again.
    pub fn rollback(&mut self) -> Result<(), IndexError> {
        // What failed before may fail again while merges are waited for; it is of no use any more.
        let _ = self.end();
        self.inner = Some(start(&self.index, self.merge_mode)?);
        Ok(())
    }

    /// Posts and pages that the last commit has.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub fn committed_posts(&self) -> Result<usize, IndexError> {
        let segments = self.index.searchable_segment_metas()?;
        Ok(segments.iter().map(|segment| segment.num_docs() as usize).sum())
    }

    /// Waits for merges under way and closes the index.
    ///
    /// # Errors
    /// When a merge failed; the last commit stays.
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
