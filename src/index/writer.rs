//! The one writer of an index, and what a commit says of itself.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tantivy::indexer::{LogMergePolicy, NoMergePolicy};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Term};

use super::IndexError;
use super::document::to_document;
use super::entry::Entry;
use super::lock::when_free;
use super::packed::{PACKED_TOKENIZER, PackedTokenizer, Packer};
use super::post_store::{Codec, PostStorePlugin, SegmentRecords};
use super::reader::Snapshot;
use super::schema::{self, Fields, SCHEMA_VERSION};
use super::verify::Verified;
use crate::analysis::{ANALYSIS_VERSION, Analyzer, Lexicon};
use crate::content::{Post, Publication};

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

/// What a commit carries in its payload: how the documents were made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// [`SCHEMA_VERSION`].
    pub schema: u32,
    /// [`ANALYSIS_VERSION`].
    pub analysis: u32,
    /// Digest of the settings that documents depend on.
    pub settings: String,
    /// When the commit was made.
    pub indexed_at: Option<Timestamp>,
}

impl Provenance {
    /// Of documents made by this version of the program with these settings.
    #[must_use]
    pub fn of(settings: &str) -> Self {
        Self {
            schema: SCHEMA_VERSION,
            analysis: ANALYSIS_VERSION,
            settings: settings.to_owned(),
            indexed_at: None,
        }
    }

    /// Whether documents made as `self` says equal those made as `other` says.
    #[must_use]
    pub fn is_compatible(&self, other: &Self) -> bool {
        self.schema == other.schema && self.analysis == other.analysis && self.settings == other.settings
    }

    /// Reads the payload of the index's last commit.
    #[must_use]
    pub fn read(index: &Index) -> Option<Self> {
        serde_json::from_str(&index.load_metas().ok()?.payload?).ok()
    }
}

/// Tells a version of a source file from the others; that two have the same is one chance in 2^64.
pub type Digest = u64;

/// What the index knows of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestEntry {
    /// Digest of the file's bytes and of its place.
    pub digest: Digest,
    /// When the post may be seen, in whole seconds.
    pub publication: Publication,
    /// Post, or page without a date.
    pub is_post: bool,
    /// Its URL.
    pub url: String,
    /// Its language.
    pub lang: String,
}

/// The indexed source files by id.
pub type Manifest = BTreeMap<String, ManifestEntry>;

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
pub enum Unfit {
    /// A file is missing, damaged or unreadable; what is wrong.
    #[error("{0}")]
    Damaged(String),
    /// Another version of the program made it.
    #[error("another version of bloghound made it")]
    OtherVersion,
    /// Its documents were made by other settings of the site.
    #[error("the site's settings have changed")]
    OtherSettings,
}

/// Adds and removes posts; nothing is seen before [`Writer::commit`].
pub struct Writer {
    index: Index,
    /// None when it is closed.
    inner: Option<IndexWriter<Entry>>,
    fields: Fields,
    codec: SharedCodec,
    provenance: Provenance,
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

fn start(index: &Index) -> Result<IndexWriter<Entry>, IndexError> {
    let writer = when_free(
        || Ok(index.writer_with_num_threads(1, WRITER_BYTES)?),
        |error| matches!(error, IndexError::Tantivy(tantivy::TantivyError::LockFailure(..))),
    )?;
    writer.set_merge_policy(Box::new(merge_policy()));
    // A process that was killed left files of a commit that never was: the same commit would find them there.
    writer.garbage_collect_files().wait()?;
    Ok(writer)
}

/// Makes entries of posts, in one thread.
pub struct EntryBuilder {
    fields: Fields,
    /// By language.
    analyzers: HashMap<String, Analyzer>,
    lexicon: Lexicon,
    packer: Packer,
    codec: Arc<Codec>,
}

impl EntryBuilder {
    /// Makes the entry of a post; `digest` tells its source file from other versions of it.
    ///
    /// # Errors
    /// When the post cannot be stored.
    pub fn build(&mut self, post: &Post, digest: Digest) -> Result<Entry, IndexError> {
        if !self.analyzers.contains_key(&post.lang) {
            self.analyzers.insert(post.lang.clone(), Analyzer::new(&post.lang));
        }
        let analyzer = &self.analyzers[&post.lang];
        let terms = (&mut self.lexicon, &mut self.packer);
        to_document(post, digest, analyzer, terms, &self.fields, &self.codec)
    }
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
        let writer = Self::new(&builder.create_in_dir(dir)?, codec, provenance)?;
        // Each post is merged once, when all are there, instead of once a layer.
        writer.inner()?.set_merge_policy(Box::new(NoMergePolicy));
        Ok(writer)
    }

    /// Opens the index in `dir`, with its last commit, or says why it has to be built anew.
    ///
    /// # Errors
    /// When the index is sound but cannot be written.
    pub fn open(dir: &Path, provenance: Provenance) -> Result<Result<(Self, Snapshot), Unfit>, IndexError> {
        let mut index = match Index::open_in_dir(dir).map_err(IndexError::from).and_then(|index| {
            Verified::default().check(&index, dir)?;
            Ok(index)
        }) {
            Ok(index) => index,
            Err(error) => return Ok(Err(Unfit::Damaged(error.to_string()))),
        };
        match Provenance::read(&index) {
            Some(old) if old.is_compatible(&provenance) => {}
            Some(old)
                if old
                    .is_compatible(&Provenance { settings: old.settings.clone(), ..provenance.clone() }) =>
            {
                return Ok(Err(Unfit::OtherSettings));
            }
            _ => return Ok(Err(Unfit::OtherVersion)),
        }
        let snapshot = match Snapshot::open(&index, dir) {
            Ok(snapshot) => snapshot,
            Err(error) => return Ok(Err(Unfit::Damaged(error.to_string()))),
        };
        let (_, fields) = schema::build();
        let codec = Arc::new(OnceLock::new());
        if let Some(dictionary) = dictionary(&index)? {
            codec.get_or_init(|| Arc::new(Codec::new(dictionary)));
        }
        index.register_plugin(Arc::new(PostStorePlugin { field: fields.record, codec: Arc::clone(&codec) }));
        Ok(Ok((Self::new(&index, codec, provenance)?, snapshot)))
    }

    fn new(index: &Index, codec: SharedCodec, provenance: Provenance) -> Result<Self, IndexError> {
        index.tokenizers().register(PACKED_TOKENIZER, PackedTokenizer::default());
        let (_, fields) = schema::build();
        let inner = Some(start(index)?);
        Ok(Self { index: index.clone(), inner, fields, codec, provenance })
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
    pub fn learn(&self, pieces: &[Vec<u8>]) {
        self.codec.get_or_init(|| Arc::new(Codec::train(pieces)));
    }

    /// What makes entries for this writer.
    #[must_use]
    pub fn entry_builder(&self) -> EntryBuilder {
        EntryBuilder {
            fields: self.fields.clone(),
            analyzers: HashMap::new(),
            lexicon: Lexicon::default(),
            packer: Packer::default(),
            codec: Arc::clone(self.codec.get_or_init(|| Arc::new(Codec::new(Vec::new())))),
        }
    }

    /// Adds the entry of a post that has none.
    ///
    /// # Errors
    /// When the indexing thread has failed.
    pub fn add(&self, entry: Entry) -> Result<(), IndexError> {
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

    fn inner(&self) -> Result<&IndexWriter<Entry>, IndexError> {
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
    pub fn settle(&mut self) -> Result<(), IndexError> {
        let segments = self.index.searchable_segment_ids()?;
        if segments.len() > 1 {
            self.inner.as_mut().ok_or(IndexError::Gone)?.merge(&segments).wait()?;
        }
        self.inner()?.set_merge_policy(Box::new(merge_policy()));
        Ok(())
    }

    /// Forgets all changes since the last commit.
    ///
    /// # Errors
    /// When the index cannot be opened again.
    pub fn rollback(&mut self) -> Result<(), IndexError> {
        // What failed before may fail again while merges are waited for; it is of no use any more.
        let _ = self.end();
        self.inner = Some(start(&self.index)?);
        Ok(())
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
