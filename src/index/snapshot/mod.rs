//! A snapshot: one commit of the index, opened for queries.

mod content_identity;
mod content_sum;
mod field_lengths;
pub(crate) mod global_ordinals;
pub mod languages;
pub mod segment;
mod stored_manifest;
pub(crate) mod term_info;
pub(crate) mod text_column;
pub(crate) mod tie_break;
pub mod vocabulary;
mod vocabulary_changes;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, Index, ReloadPolicy, Searcher, SegmentReader, TERMINATED, Term};

use self::content_sum::ContentSums;
use self::global_ordinals::GlobalOrdinals;
use self::languages::IndexLanguages;
use self::segment::OpenSegment;
use self::stored_manifest::read_manifest;
use self::text_column::{each_live_text, first_text};
use self::tie_break::TieBreakRanks;
use self::vocabulary::SnapshotVocabulary;
use crate::config::limits;
use crate::index::error::IndexError;
use crate::index::manifest::{Manifest, Provenance};
use crate::index::post_store::{BlockSource, Codec, PostRecord, TextBlockCache};
use crate::index::schema::{self, SchemaFields, TextField, columns};
use crate::index::storage::lock::Lease;
use crate::index::storage::read_only_directory;
use crate::index::storage::verify::VerifiedFiles;

/// A commit, opened for queries. It does not change while it is held.
pub struct Snapshot {
    searcher: Searcher,
    /// Keeps the generation's files on disk.
    _lease: Lease,
    fields: SchemaFields,
    generation: String,
    provenance: Provenance,
    average_lengths: [f32; TextField::ALL.len()],
    languages: IndexLanguages,
    newest: Option<i64>,
    open_segments: Vec<OpenSegment>,
    /// Codec of each segment's records; segments with the same dictionary share it.
    codecs: Vec<Arc<Codec>>,
    blocks: TextBlockCache,
    vocabulary: OnceLock<SnapshotVocabulary>,
    tie_break_ranks: OnceLock<TieBreakRanks>,
    content_sums: OnceLock<ContentSums>,
    ordinals: [OnceLock<GlobalOrdinals>; OrdinalColumn::ALL.len()],
}

/// A text column whose values are compared or counted by ordinal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrdinalColumn {
    /// See [`SchemaFields::category`].
    Category,
    /// See [`SchemaFields::tag`].
    Tag,
    /// See [`SchemaFields::author`].
    Author,
    /// See [`SchemaFields::lang`].
    Lang,
    /// See [`SchemaFields::series`].
    Series,
    /// See [`SchemaFields::translation_key`].
    TranslationKey,
}

impl OrdinalColumn {
    /// All columns, in the order of their indexes.
    const ALL: [Self; 6] =
        [Self::Category, Self::Tag, Self::Author, Self::Lang, Self::Series, Self::TranslationKey];

    fn name(self) -> &'static str {
        match self {
            Self::Category => columns::CATEGORY,
            Self::Tag => columns::TAG,
            Self::Author => columns::AUTHOR,
            Self::Lang => columns::LANG,
            Self::Series => columns::SERIES,
            Self::TranslationKey => columns::TRANSLATION_KEY,
        }
    }
}

impl Snapshot {
    /// Verifies and opens the last commit of the index in `dir`, a generation's directory.
    ///
    /// # Errors
    /// If there is no index of this version of the program, or a file is damaged.
    pub fn open_dir(dir: &Path) -> Result<Self, IndexError> {
        Self::open_verified(dir, &mut VerifiedFiles::default())
    }

    /// Like [`Snapshot::open_dir`], but skips files that were verified before.
    ///
    /// # Errors
    /// See [`Snapshot::open_dir`].
    pub(crate) fn open_verified(dir: &Path, verified: &mut VerifiedFiles) -> Result<Self, IndexError> {
        retry_if_file_is_missing(|| {
            let index = read_only_directory::open(dir)?;
            verified.check(&index, dir)?;
            let snapshot = Self::open_once(&index, dir)?;
            // Every search reads the ranks; computing them also detects duplicate posts.
            snapshot.tie_break_ranks()?;
            Ok(snapshot)
        })
    }

    /// Opens the last commit of `index` in `dir`, a generation's directory, without verifying its files.
    ///
    /// # Errors
    /// If the index cannot be read, or another version of the program made it.
    pub fn open(index: &Index, dir: &Path) -> Result<Self, IndexError> {
        retry_if_file_is_missing(|| Self::open_once(index, dir))
    }

    fn open_once(index: &Index, dir: &Path) -> Result<Self, IndexError> {
        let lease = Lease::take(dir).ok_or(IndexError::Replaced)?;
        let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or("index");
        let (schema, fields) = schema::build();
        let provenance = Provenance::read(index).ok_or(IndexError::OtherVersion)?;
        if !provenance.is_compatible(&Provenance::of(&provenance.settings)) || index.schema() != schema {
            return Err(IndexError::OtherVersion);
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        let generation = format!("{name}.{}", index.load_metas()?.opstamp);
        let languages = IndexLanguages::read(&searcher)?;
        let newest = newest(&searcher)?;
        let opened =
            searcher.segment_readers().iter().map(|segment| OpenSegment::new(segment, &fields, &languages));
        let open_segments = opened.collect::<Result<Vec<_>, _>>()?;
        let average_lengths = TextField::ALL.map(|field| average_length(&open_segments, field));
        let codecs = codecs(&open_segments);
        Ok(Self {
            searcher,
            _lease: lease,
            fields,
            generation,
            provenance,
            average_lengths,
            languages,
            newest,
            open_segments,
            codecs,
            blocks: TextBlockCache::default(),
            vocabulary: OnceLock::new(),
            tie_break_ranks: OnceLock::new(),
            content_sums: OnceLock::new(),
            ordinals: OrdinalColumn::ALL.map(|_| OnceLock::new()),
        })
    }

    /// Returns the name of the commit, unique within the index directory.
    #[must_use]
    pub fn generation(&self) -> &str {
        &self.generation
    }

    /// Returns the time of the commit.
    #[must_use]
    pub fn indexed_at(&self) -> Option<Timestamp> {
        self.provenance.indexed_at
    }

    /// Returns the number of posts and pages.
    #[must_use]
    pub(crate) fn num_docs(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// Returns Tantivy's segment readers, in the order of `DocAddress::segment_ord`.
    #[must_use]
    pub fn segments(&self) -> &[SegmentReader] {
        self.searcher.segment_readers()
    }

    /// Returns the opened segments, in the same order.
    #[must_use]
    pub(crate) fn open_segments(&self) -> &[OpenSegment] {
        &self.open_segments
    }

    /// Returns the fields of the schema.
    #[must_use]
    pub fn fields(&self) -> &SchemaFields {
        &self.fields
    }

    /// Returns the schema field of a full-text field.
    #[must_use]
    pub fn field(&self, field: TextField) -> Field {
        self.fields.text[field.index()]
    }

    /// Returns the average length of the field in tokens, over the posts in which it is not empty.
    #[must_use]
    pub(crate) fn average_length(&self, field: TextField) -> f32 {
        self.average_lengths[field.index()]
    }

    /// Returns the languages of the posts.
    #[must_use]
    pub fn languages(&self) -> &IndexLanguages {
        &self.languages
    }

    /// Returns the date of the newest post, in seconds since 1970.
    #[must_use]
    pub(crate) fn newest_date(&self) -> Option<i64> {
        self.newest
    }

    /// Returns the vocabulary of all posts, read on first use.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub fn vocabulary(&self) -> Result<&SnapshotVocabulary, IndexError> {
        if let Some(words) = self.vocabulary.get() {
            return Ok(words);
        }
        let words = SnapshotVocabulary::read(self.segments(), &self.fields)?;
        Ok(self.vocabulary.get_or_init(|| words))
    }

    /// Returns the tie-break ranks of the posts, computed on first use.
    ///
    /// # Errors
    /// If a column cannot be read, a post has no id, or two posts have the same id.
    pub(crate) fn tie_break_ranks(&self) -> Result<&TieBreakRanks, IndexError> {
        if let Some(tie_break_ranks) = self.tie_break_ranks.get() {
            return Ok(tie_break_ranks);
        }
        let tie_break_ranks = TieBreakRanks::read(&self.open_segments)?;
        Ok(self.tie_break_ranks.get_or_init(|| tie_break_ranks))
    }

    /// Returns the ordinals of the values of a column, computed on first use.
    ///
    /// # Errors
    /// If a dictionary cannot be read.
    pub(crate) fn ordinals(&self, column: OrdinalColumn) -> Result<&GlobalOrdinals, IndexError> {
        let known = &self.ordinals[column as usize];
        if let Some(ordinals) = known.get() {
            return Ok(ordinals);
        }
        let ordinals = GlobalOrdinals::read(&self.open_segments, column.name())?;
        Ok(known.get_or_init(|| ordinals))
    }

    /// Calls `visit` with each value that a post has in a text column, at least once and in no particular order.
    ///
    /// # Errors
    /// If the column cannot be read.
    pub(crate) fn each_value(&self, column: &str, mut visit: impl FnMut(&str)) -> Result<(), IndexError> {
        self.segments().iter().try_for_each(|segment| each_live_text(segment, column, &mut visit))
    }

    /// Returns the stored text and metadata of a post.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn record(&self, address: DocAddress) -> Result<PostRecord<'_>, IndexError> {
        let segment = address.segment_ord as usize;
        let bytes = self.open_segments[segment].records.bytes(address.doc_id).ok_or(IndexError::Damaged)?;
        PostRecord::new(
            bytes,
            BlockSource { codec: &self.codecs[segment], cache: &self.blocks, post: address },
        )
    }

    /// Returns the id of a post.
    ///
    /// # Errors
    /// If the column cannot be read.
    pub fn id(&self, address: DocAddress) -> Result<String, IndexError> {
        let column = self.segments()[address.segment_ord as usize].fast_fields().str(columns::ID)?;
        first_text(column.as_ref(), address.doc_id)?.ok_or(IndexError::OtherVersion)
    }

    /// Returns the URL of a post.
    ///
    /// # Errors
    /// If the column cannot be read.
    pub fn url(&self, address: DocAddress) -> Result<Option<String>, IndexError> {
        let columns = self.searcher.segment_reader(address.segment_ord).fast_fields();
        first_text(columns.str(columns::URL)?.as_ref(), address.doc_id)
    }

    /// Returns the address of the post with this id, if it exists.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn find(&self, id: &str) -> Result<Option<DocAddress>, IndexError> {
        let term = Term::from_field_text(self.fields.id, id);
        for (ord, segment) in (0..).zip(self.segments()) {
            let index = segment.inverted_index(self.fields.id)?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    return Ok(Some(DocAddress::new(ord, postings.doc())));
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// Returns the manifest of the commit.
    ///
    /// # Errors
    /// If a column cannot be read, a document has no id or digest, or two documents have the same id.
    pub fn manifest(&self) -> Result<Manifest, IndexError> {
        let mut manifest = BTreeMap::new();
        for segment in self.segments() {
            read_manifest(segment, &mut manifest)?;
        }
        Ok(manifest)
    }

    /// Returns how the documents of the commit were made.
    #[must_use]
    pub(crate) fn provenance(&self) -> &Provenance {
        &self.provenance
    }
}

/// Retries opening if a file is missing: a commit or merge may have removed it after the list of files was read.
fn retry_if_file_is_missing<T>(mut open: impl FnMut() -> Result<T, IndexError>) -> Result<T, IndexError> {
    let mut opened = open();
    for _ in 1..limits::MAX_OPEN_ATTEMPTS {
        if !opened.as_ref().is_err_and(IndexError::is_missing_file) {
            break;
        }
        opened = open();
    }
    opened.map_err(|error| match error {
        IndexError::Tantivy(reason) => IndexError::unreadable(&reason),
        error => error,
    })
}

fn codecs(segments: &[OpenSegment]) -> Vec<Arc<Codec>> {
    let mut codecs: Vec<Arc<Codec>> = Vec::with_capacity(segments.len());
    for segment in segments {
        let dictionary = segment.records.dictionary();
        let codec = match codecs.last() {
            Some(last) if last.dictionary() == dictionary => Arc::clone(last),
            _ => Arc::new(Codec::new(dictionary.to_vec())),
        };
        codecs.push(codec);
    }
    codecs
}

fn average_length(segments: &[OpenSegment], field: TextField) -> f32 {
    let of_segment = |segment: &OpenSegment| {
        let lengths = segment
            .reader()
            .doc_ids_alive()
            .map(|doc| u64::from(segment.lengths.of_field(field).fieldnorm(doc)));
        lengths.fold((0, 0), |(total, posts), length| (total + length, posts + u64::from(length > 0)))
    };
    let sums = segments.iter().map(of_segment);
    let (total, posts) = sums.fold((0, 0), |(total, posts), (of, with)| (total + of, posts + with));
    #[expect(clippy::cast_precision_loss, reason = "an average of lengths needs no more")]
    let average = total as f32 / posts as f32;
    if posts > 0 { average } else { 1.0 }
}

fn newest(searcher: &Searcher) -> Result<Option<i64>, IndexError> {
    let mut newest = None;
    for segment in searcher.segment_readers() {
        let dates = segment.fast_fields().i64(columns::DATE)?;
        newest = newest.max(segment.doc_ids_alive().filter_map(|doc| dates.first(doc)).max());
    }
    Ok(newest)
}
