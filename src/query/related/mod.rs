//! The posts closest to a post: by its informative words, its tags and its category.
//!
//! The words that tell most of the post (frequency by inverse document frequency) are a query for the
//! posts of its language, answered by BM25F; what a post scores is its share of what the post itself
//! would score. Tags and categories in common add to that.

mod nearest_ids;
mod scores;
mod statistics;
mod words;

use std::time::Instant;

use serde::Serialize;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, SegmentReader};

use super::rank::versions::{Identities, Identity};
use super::request::{RequestError, parse_limit};
use crate::config::limits;
use crate::content::PostKind;
use crate::content::date::PostDate;
use crate::index::schema::columns;
use crate::index::text_of;
use crate::index::{IndexError, Snapshot};
use nearest_ids::nearest_ids;
use scores::{Scores, Tally};
use statistics::Statistics;
use words::{Word, query_words};

/// Related posts unless asked otherwise.
const DEFAULT_RELATED: usize = 5;
/// Scores below are chance.
const MIN_SCORE: f32 = 0.03;
/// Words that posts without a tag in common must share: one is chance.
const MIN_SHARED: usize = 2;
/// Words in common that are shown.
const SHOWN_TERMS: usize = 5;

/// Which post, and how many related ones are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RelatedRequest {
    /// See [`crate::index::StoredPost::id`].
    pub id: String,
    /// How many at most.
    pub limit: usize,
}

impl RelatedRequest {
    /// Reads the parameters as a URL or a command line has them.
    ///
    /// # Errors
    /// When there is no id or the limit is not allowed.
    pub fn validate(id: String, limit: Option<&str>) -> Result<Self, RequestError> {
        if id.trim().is_empty() {
            let allowed = "give the path of a post's file below the content directory";
            return Err(RequestError { parameter: "id", value: id, allowed: allowed.to_owned() });
        }
        Ok(Self { id, limit: parse_limit(limit, DEFAULT_RELATED, limits::MAX_RELATED)? })
    }
}

/// Why there are no related posts.
#[derive(Debug, thiserror::Error)]
pub enum RelatedError {
    /// No post has this id.
    #[error(
        "there is no post {id:?}: an id is the path of a post's file below the content directory, \
         as `bloghound posts` and searches show it{}",
        nearest_text(nearest)
    )]
    UnknownId {
        /// What was asked for.
        id: String,
        /// The ids that are spelled most alike.
        nearest: Vec<String>,
    },
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

fn nearest_text(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; nearest are {}", nearest.join(", ")) }
}

/// The posts closest to one; its JSON is the body of the HTTP response.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RelatedResponse {
    /// The post's id.
    pub id: String,
    /// Time that it took, in microseconds.
    pub took_us: u64,
    /// The commit of the index that answered.
    pub generation: String,
    /// The closest first.
    pub related: Vec<RelatedPost>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RelatedPost {
    /// Path of the source file below the content directory.
    pub id: String,
    /// The post's URL.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Post or page.
    pub kind: PostKind,
    /// Names of its categories.
    pub categories: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its date.
    pub date: Option<PostDate>,
    /// Its language.
    pub lang: String,
    /// The picture that stands for it, as its front matter names it.
    pub image: Option<String>,
    /// How close it is: up to 1 by the words in common, and more with tags and categories in common.
    pub score: f32,
    /// Words that both have, the most informative first.
    pub shared_terms: Vec<String>,
}

/// Finds the posts closest to a post.
///
/// # Errors
/// When there is no such post, or the index cannot be read.
pub(crate) fn related(
    snapshot: &Snapshot,
    request: &RelatedRequest,
) -> Result<RelatedResponse, RelatedError> {
    let started = Instant::now();
    let Some(address) = snapshot.find(&request.id)? else {
        let nearest = nearest_ids(snapshot, &request.id)?;
        return Err(RelatedError::UnknownId { id: request.id.clone(), nearest });
    };
    let record = snapshot.record(address)?;
    let post = record.post()?;
    let statistics = Statistics::of(snapshot, &post.lang)?;
    let words = query_words(snapshot, &statistics, (&post, &record), address)?;
    let mut scores = Scores::new(snapshot);
    for (at, word) in words.iter().enumerate() {
        scores.add_word(at, word)?;
    }
    // Without a word in common, a tag would join what has nothing to do with each other.
    scores.add_labels(&statistics, &post)?;
    let best = best(snapshot, address, scores, request.limit)?;
    let related: Result<Vec<_>, IndexError> =
        best.into_iter().map(|scored| present(snapshot, &words, scored)).collect();
    Ok(RelatedResponse {
        id: request.id.clone(),
        took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        generation: snapshot.generation().to_owned(),
        related: related?,
    })
}

struct Scored {
    address: DocAddress,
    score: f32,
    shared: Vec<(f32, usize)>,
    date: Option<i64>,
}

/// Whether a post may be related to another: it is another post in the same language.
fn may_be_related(identity: &Identity, other: &Identity) -> bool {
    identity.lang == other.lang && !identity.is_version_of(other)
}

/// The columns of a segment by which equals are ordered.
struct Columns {
    dates: Column<i64>,
    ids: Option<StrColumn>,
}

impl Columns {
    fn open(segment: &SegmentReader) -> Result<Self, IndexError> {
        let columns = segment.fast_fields();
        Ok(Self { dates: columns.i64(columns::DATE)?, ids: columns.str(columns::ID)? })
    }

    fn id(&self, doc: DocId) -> String {
        text_of(self.ids.as_ref(), doc).ok().flatten().unwrap_or_default()
    }
}

/// The best of the posts that are other posts in the same language; equals by date, then by id.
fn best(
    snapshot: &Snapshot,
    own: DocAddress,
    scores: Scores<'_>,
    limit: usize,
) -> Result<Vec<Scored>, IndexError> {
    let columns: Result<Vec<Columns>, IndexError> = snapshot.segments().iter().map(Columns::open).collect();
    let columns = columns?;
    let of = |address: DocAddress| &columns[address.segment_ord as usize];
    let is_close =
        |tally: &Tally| tally.score >= MIN_SCORE && (tally.shared.len() >= MIN_SHARED || tally.has_tag);
    let others = scores.posts.into_iter().filter(|(address, tally)| *address != own && is_close(tally));
    let mut scored: Vec<Scored> = others
        .map(|(address, Tally { score, shared, .. })| {
            let date = of(address).dates.first(address.doc_id);
            Scored { address, score, shared, date }
        })
        .collect();
    scored.sort_by(|a, b| {
        let id = |scored: &Scored| of(scored.address).id(scored.address.doc_id);
        b.score.total_cmp(&a.score).then(b.date.cmp(&a.date)).then_with(|| id(a).cmp(&id(b)))
    });
    let mut best: Vec<Scored> = Vec::new();
    // Two versions of one other post are no two answers either.
    let versions = Identities::open(snapshot)?;
    let mut identities: Vec<Identity> = vec![versions.of(own)?];
    for candidate in scored {
        if best.len() == limit {
            break;
        }
        let identity = versions.of(candidate.address)?;
        if identities.iter().all(|known| may_be_related(&identity, known)) {
            identities.push(identity);
            best.push(candidate);
        }
    }
    Ok(best)
}

fn present(snapshot: &Snapshot, words: &[Word], mut scored: Scored) -> Result<RelatedPost, IndexError> {
    let post = snapshot.record(scored.address)?.post()?;
    scored.shared.sort_by(|(a, a_at), (b, b_at)| b.total_cmp(a).then(a_at.cmp(b_at)));
    let shared = scored.shared.iter().take(SHOWN_TERMS);
    Ok(RelatedPost {
        id: post.id,
        url: post.url,
        title: post.title,
        description: post.description,
        kind: post.kind,
        categories: post.categories.into_iter().map(|category| category.name).collect(),
        tags: post.tags,
        date: post.date,
        lang: post.lang,
        image: post.image,
        score: scored.score,
        shared_terms: shared.map(|(_, at)| words[*at].term.clone()).collect(),
    })
}
