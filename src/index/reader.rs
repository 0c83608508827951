//! One commit of the index, as a query sees it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet, Index, ReloadPolicy, Searcher, SegmentReader, TERMINATED, Term};

use super::IndexError;
use super::languages::Languages;
use super::lock::Lease;
use super::manifest::{Manifest, ManifestEntry, Provenance};
use super::places::Places;
use super::post_store::{Codec, PieceCache, Record, Unpacker};
use super::reading;
use super::schema::{self, Fields, TextField, columns};
use super::segment::OpenSegment;
use super::verify::Verified;
use super::word_changes::words_after;
use super::words::Words;
use crate::content::Publication;

/// How often an index is opened that is written meanwhile.
const OPEN_TRIES: usize = 5;

/// A commit, opened: it does not change while it is held.
pub struct Snapshot {
    searcher: Searcher,
    /// Keeps the generation's files while they may be read.
    _lease: Lease,
    fields: Fields,
    generation: String,
    indexed_at: Option<Timestamp>,
    average_lengths: [f32; TextField::ALL.len()],
    languages: Languages,
    newest: Option<i64>,
    open_segments: Vec<OpenSegment>,
    /// What unpacks the records of each segment; segments that are packed alike share it.
    codecs: Vec<Arc<Codec>>,
    pieces: PieceCache,
    words: OnceLock<Words>,
    places: OnceLock<Places>,
}

impl Snapshot {
    /// Opens the last commit of the index in `dir`, a generation's directory, when its files are sound.
    ///
    /// # Errors
    /// When there is no index that this version of the program can read, or a file is damaged.
    pub fn open_dir(dir: &Path) -> Result<Self, IndexError> {
        Self::open_verified(dir, &mut Verified::default())
    }

    /// The same, without a look at the files that were verified before.
    ///
    /// # Errors
    /// See [`Snapshot::open_dir`].
    pub fn open_verified(dir: &Path, verified: &mut Verified) -> Result<Self, IndexError> {
        despite_commits(|| {
            let index = reading::open(dir)?;
            verified.check(&index, dir)?;
            let snapshot = Self::open_once(&index, dir)?;
            // They are read for every search, and tell whether a post is there twice.
            snapshot.places()?;
            Ok(snapshot)
        })
    }

    /// Opens the last commit of `index`, which is in `dir`, a generation's directory. Its files are trusted.
    ///
    /// # Errors
    /// When the index cannot be read, or another version of the program made it.
    pub fn open(index: &Index, dir: &Path) -> Result<Self, IndexError> {
        despite_commits(|| Self::open_once(index, dir))
    }

    fn open_once(index: &Index, dir: &Path) -> Result<Self, IndexError> {
        let lease = Lease::take(dir).ok_or(IndexError::Gone)?;
        let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or("index");
        let (schema, fields) = schema::build();
        let provenance = Provenance::read(index);
        let is_ours = provenance.as_ref().is_some_and(|provenance| {
            provenance
                .is_compatible(&Provenance { settings: provenance.settings.clone(), ..Provenance::of("") })
        });
        if !is_ours || index.schema() != schema {
            return Err(IndexError::OtherVersion);
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        let generation = format!("{name}.{}", index.load_metas()?.opstamp);
        let languages = Languages::read(&searcher)?;
        let newest = newest(&searcher)?;
        let opened =
            searcher.segment_readers().iter().map(|segment| OpenSegment::new(segment, &fields, &languages));
        let open_segments = opened.collect::<Result<Vec<_>, _>>()?;
        let average_lengths = TextField::ALL.map(|field| average_length(&open_segments, field));
        let codecs = codecs(&open_segments);
        let indexed_at = provenance.and_then(|provenance| provenance.indexed_at);
        Ok(Self {
            searcher,
            _lease: lease,
            fields,
            generation,
            indexed_at,
            average_lengths,
            languages,
            newest,
            open_segments,
            codecs,
            pieces: PieceCache::default(),
            words: OnceLock::new(),
            places: OnceLock::new(),
        })
    }

    /// The name of the commit: another one has another.
    #[must_use]
    pub fn generation(&self) -> &str {
        &self.generation
    }

    /// When the commit was made.
    #[must_use]
    pub fn indexed_at(&self) -> Option<Timestamp> {
        self.indexed_at
    }

    /// How many posts and pages there are.
    #[must_use]
    pub fn num_docs(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// The segments, in the order of `DocAddress::segment_ord`.
    #[must_use]
    pub fn segments(&self) -> &[SegmentReader] {
        self.searcher.segment_readers()
    }

    /// The segments, opened, in the same order.
    #[must_use]
    pub fn open_segments(&self) -> &[OpenSegment] {
        &self.open_segments
    }

    /// The schema's fields.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The schema field of a searched field.
    #[must_use]
    pub fn field(&self, field: TextField) -> Field {
        self.fields.text[field.index()]
    }

    /// Tokens that a post has in the field, on average over the posts that have any.
    #[must_use]
    pub fn average_length(&self, field: TextField) -> f32 {
        self.average_lengths[field.index()]
    }

    /// The languages of the posts.
    #[must_use]
    pub fn languages(&self) -> &Languages {
        &self.languages
    }

    /// The date of the newest post, in seconds since 1970.
    #[must_use]
    pub fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// The words of all posts, read when they are first asked for.
    ///
    /// # Errors
    /// When a dictionary cannot be read.
    pub fn words(&self) -> Result<&Words, IndexError> {
        if let Some(words) = self.words.get() {
            return Ok(words);
        }
        let words = Words::read(self.segments(), &self.fields)?;
        Ok(self.words.get_or_init(|| words))
    }

    /// Makes the words of this commit from those of an earlier one, where these are known and little has
    /// changed since; else they are read when they are asked for. Whether they could be made so.
    ///
    /// # Errors
    /// When a post cannot be read.
    pub fn learn_words(&self, earlier: &Self) -> Result<bool, IndexError> {
        if let Some(known) = earlier.words.get()
            && let Some(words) = words_after(earlier, known, self)?
        {
            return Ok(self.words.set(words).is_ok());
        }
        Ok(false)
    }

    /// The places of the posts by date, read when they are first asked for.
    ///
    /// # Errors
    /// When a column cannot be read, a post has no id, or two have the same.
    pub fn places(&self) -> Result<&Places, IndexError> {
        if let Some(places) = self.places.get() {
            return Ok(places);
        }
        let places = Places::read(&self.open_segments)?;
        Ok(self.places.get_or_init(|| places))
    }

    /// What is stored of a post.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn record(&self, address: DocAddress) -> Result<Record<'_>, IndexError> {
        let segment = address.segment_ord as usize;
        let bytes = self.open_segments[segment].records.bytes(address.doc_id).ok_or(IndexError::Damaged)?;
        Record::new(bytes, Unpacker { codec: &self.codecs[segment], cache: &self.pieces, post: address })
    }

    /// The id of a post, from its column.
    ///
    /// # Errors
    /// When the column cannot be read.
    pub fn id(&self, address: DocAddress) -> Result<String, IndexError> {
        let column = self.segments()[address.segment_ord as usize].fast_fields().str(columns::ID)?;
        text_of(column.as_ref(), address.doc_id)?.ok_or(IndexError::OtherVersion)
    }

    /// The post's URL.
    ///
    /// # Errors
    /// When the column cannot be read.
    pub fn url(&self, address: DocAddress) -> Result<Option<String>, IndexError> {
        let columns = self.searcher.segment_reader(address.segment_ord).fast_fields();
        text_of(columns.str(columns::URL)?.as_ref(), address.doc_id)
    }

    /// Where the post with this id is, if there is one.
    ///
    /// # Errors
    /// When the index cannot be read.
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

    /// The source files that the commit knows.
    ///
    /// # Errors
    /// When a column cannot be read, a document is of no source file, or two are of the same.
    pub fn manifest(&self) -> Result<Manifest, IndexError> {
        let mut manifest = BTreeMap::new();
        for segment in self.segments() {
            read_manifest(segment, &mut manifest)?;
        }
        Ok(manifest)
    }
}

/// Opens again what a commit or a merge, in this process or another, has removed since it was said what there is.
fn despite_commits<T>(mut open: impl FnMut() -> Result<T, IndexError>) -> Result<T, IndexError> {
    let mut opened = open();
    for _ in 1..OPEN_TRIES {
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

fn read_manifest(segment: &SegmentReader, manifest: &mut Manifest) -> Result<(), IndexError> {
    let columns = segment.fast_fields();
    let texts = |name| AllTexts::read(columns.str(name)?);
    let drafts = columns.u64(columns::DRAFT)?;
    let publish_at = columns.i64(columns::PUBLISH_AT)?;
    let expires_at = columns.i64(columns::EXPIRES_AT)?;
    let dates = columns.i64(columns::DATE)?;
    let moment = |column: &Column<i64>, doc| column.first(doc).and_then(|at| Timestamp::from_second(at).ok());
    let (ids, digests) = (texts(columns::ID)?, columns.u64(columns::DIGEST)?);
    let (urls, langs) = (texts(columns::URL)?, texts(columns::LANG)?);
    for doc in segment.doc_ids_alive() {
        let (Some(id), Some(digest)) = (ids.of(doc), digests.first(doc)) else {
            return Err(IndexError::ManifestMismatch);
        };
        let publication = Publication {
            draft: drafts.first(doc) == Some(1),
            publish_at: moment(&publish_at, doc),
            expires_at: moment(&expires_at, doc),
        };
        let entry = ManifestEntry {
            digest,
            publication,
            is_post: dates.first(doc).is_some(),
            url: urls.of(doc).unwrap_or_default(),
            lang: langs.of(doc).unwrap_or_default(),
        };
        match manifest.entry(id) {
            Entry::Vacant(place) => place.insert(entry),
            Entry::Occupied(twice) => return Err(IndexError::DuplicatePost(twice.key().clone())),
        };
    }
    Ok(())
}

/// A column of texts whose dictionary is read in one go: looking up each text by itself walks through a
/// block of it each time.
struct AllTexts {
    column: Option<StrColumn>,
    texts: Vec<String>,
}

impl AllTexts {
    fn read(column: Option<StrColumn>) -> Result<Self, IndexError> {
        let mut texts = Vec::new();
        if let Some(column) = &column {
            let mut stream = column.dictionary().stream()?;
            while stream.advance() {
                texts.push(String::from_utf8_lossy(stream.key()).into_owned());
            }
        }
        Ok(Self { column, texts })
    }

    fn of(&self, doc: DocId) -> Option<String> {
        let ord = self.column.as_ref()?.ords().first(doc)?;
        self.texts.get(usize::try_from(ord).ok()?).cloned()
    }
}

/// The first value of a column of texts.
///
/// # Errors
/// When the column cannot be read.
pub fn text_of(column: Option<&StrColumn>, doc: DocId) -> Result<Option<String>, IndexError> {
    let Some(column) = column else { return Ok(None) };
    let Some(ord) = column.ords().first(doc) else { return Ok(None) };
    let mut text = String::new();
    column.ord_to_str(ord, &mut text)?;
    Ok(Some(text))
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
        let lengths =
            segment.reader().doc_ids_alive().map(|doc| u64::from(segment.lengths.of_field(field).of(doc)));
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
