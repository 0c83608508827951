//! Related posts: the posts most similar to a post by its informative words, tags and categories.
//!
//! The words with the highest tf-idf of the post are a BM25F query for posts in its language. The similarity
//! of a post is its share of the score of the post itself; shared tags and categories add to it.

mod scores;
mod statistics;
mod words;

use std::time::Instant;

use serde::Serialize;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, SegmentReader};
use utoipa::ToSchema;

use super::cancellation::Cancellation;
use super::post_lookup::{PostLookupError, find_post};
use super::rank::versions::{IdentityColumns, PostIdentity};
use super::request::{RequestError, parse_id, parse_limit};
use super::weights;
use crate::config::limits;
use crate::content::{PostDate, PostKind};
use crate::index::first_text;
use crate::index::schema::columns;
use crate::index::{IndexError, Snapshot};
use scores::{Scores, Similarity};
use statistics::Statistics;
use words::{InformativeWord, ReferencePost, informative_words};

/// A validated request for related posts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RelatedRequest {
    /// The id of the post, see [`crate::index::StoredPost::id`].
    pub id: String,
    /// Maximum number of related posts.
    pub limit: usize,
}

impl RelatedRequest {
    /// Parses and validates the parameters.
    ///
    /// # Errors
    /// If the id is missing or the limit is invalid.
    pub fn validate(id: String, limit: Option<&str>) -> Result<Self, RequestError> {
        let id = parse_id(id)?;
        Ok(Self { id, limit: parse_limit(limit, limits::DEFAULT_RELATED, limits::MAX_RELATED)? })
    }
}

/// The posts related to a post. Its JSON is the body of the HTTP response.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RelatedResponse {
    /// The id of the post.
    pub id: String,
    /// Duration, in microseconds.
    pub took_us: u64,
    /// The commit of the index that was searched.
    pub generation: String,
    /// The related posts, most similar first.
    pub related: Vec<RelatedPost>,
}

/// A related post.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RelatedPost {
    /// The path of the source file below the content folder.
    pub id: String,
    /// The post's URL.
    pub url: String,
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// Whether it is a post or a page.
    pub kind: PostKind,
    /// The names of its categories.
    pub categories: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its date.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub date: Option<PostDate>,
    /// Its language.
    pub lang: String,
    /// The preview image, as its front matter names it.
    pub image: Option<String>,
    /// Its similarity: up to 1 for shared words, and more with shared tags and categories.
    pub score: f32,
    /// The shared words, most informative first.
    pub shared_terms: Vec<String>,
}

/// Finds the posts most similar to a post.
///
/// # Errors
/// If there is no such post, or the index cannot be read.
pub(crate) fn related(
    snapshot: &Snapshot,
    request: &RelatedRequest,
    cancellation: &Cancellation,
) -> Result<RelatedResponse, PostLookupError> {
    let started = Instant::now();
    let address = find_post(snapshot, &request.id)?;
    let record = snapshot.record(address)?;
    let post = record.post()?;
    let statistics = Statistics::of(snapshot, &post.lang)?;
    let reference = ReferencePost { post: &post, record: &record, address };
    let words = informative_words(snapshot, &statistics, &reference)?;
    let mut scores = Scores::new(snapshot);
    for (at, word) in words.iter().enumerate() {
        cancellation.check()?;
        scores.add_word(at, word)?;
    }
    // Labels only add to posts with shared words: a tag alone would relate posts about different things.
    scores.add_labels(&statistics, &post)?;
    let best = best(snapshot, address, scores, request.limit)?;
    let related: Result<Vec<_>, IndexError> =
        best.into_iter().map(|scored| related_post(snapshot, &words, scored)).collect();
    Ok(RelatedResponse {
        id: request.id.clone(),
        took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        generation: snapshot.generation().to_owned(),
        related: related?,
    })
}

/// A post with its similarity.
struct ScoredPost {
    address: DocAddress,
    score: f32,
    shared: Vec<(f32, usize)>,
    date: Option<i64>,
}

/// Returns whether a post may be related to another one: it has the same language and is not a version of it.
fn may_be_related(identity: &PostIdentity, other: &PostIdentity) -> bool {
    identity.lang == other.lang && !identity.is_version_of(other)
}

/// The columns of a segment by which ties are broken.
struct TieBreakColumns {
    dates: Column<i64>,
    ids: Option<StrColumn>,
}

impl TieBreakColumns {
    fn open(segment: &SegmentReader) -> Result<Self, IndexError> {
        let columns = segment.fast_fields();
        Ok(Self { dates: columns.i64(columns::DATE)?, ids: columns.str(columns::ID)? })
    }

    fn id(&self, doc: DocId) -> String {
        first_text(self.ids.as_ref(), doc).ok().flatten().unwrap_or_default()
    }
}

/// Returns the most similar posts in the same language; ties are broken by date, then by id.
fn best(
    snapshot: &Snapshot,
    own: DocAddress,
    scores: Scores<'_>,
    limit: usize,
) -> Result<Vec<ScoredPost>, IndexError> {
    let columns: Result<Vec<TieBreakColumns>, IndexError> =
        snapshot.segments().iter().map(TieBreakColumns::open).collect();
    let columns = columns?;
    let of = |address: DocAddress| &columns[address.segment_ord as usize];
    let is_close = |similarity: &Similarity| {
        let has_shared_topic =
            similarity.shared.len() >= weights::MIN_RELATED_SHARED_WORDS || similarity.has_tag;
        similarity.score >= weights::MIN_RELATED_SCORE && has_shared_topic
    };
    let others =
        scores.posts.into_iter().filter(|(address, similarity)| *address != own && is_close(similarity));
    let mut scored: Vec<ScoredPost> = others
        .map(|(address, Similarity { score, shared, .. })| {
            let date = of(address).dates.first(address.doc_id);
            ScoredPost { address, score, shared, date }
        })
        .collect();
    scored.sort_by(|a, b| {
        let id = |scored: &ScoredPost| of(scored.address).id(scored.address.doc_id);
        b.score.total_cmp(&a.score).then(b.date.cmp(&a.date)).then_with(|| id(a).cmp(&id(b)))
    });
    let mut best: Vec<ScoredPost> = Vec::new();
    // Only one version of each post is returned.
    let versions = IdentityColumns::open(snapshot)?;
    let mut identities: Vec<PostIdentity> = vec![versions.of(own)?];
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

/// Reads the stored fields of a related post for the response.
fn related_post(
    snapshot: &Snapshot,
    words: &[InformativeWord],
    mut scored: ScoredPost,
) -> Result<RelatedPost, IndexError> {
    let post = snapshot.record(scored.address)?.post()?;
    scored.shared.sort_by(|(a, a_at), (b, b_at)| b.total_cmp(a).then(a_at.cmp(b_at)));
    let shared = scored.shared.iter().take(limits::MAX_SHARED_TERMS);
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
