//! Recommendations: the posts related to a post.

use serde_json::{Map, Value, json};

use super::RecordIndex;
use super::error::AlgoliaError;
use super::filters::quoted;
use super::parameters::QueryParameters;
use crate::config::limits;
use crate::content::PostDate;
use crate::query::related::{RelatedPost, RelatedRequest, RelatedResponse};

/// The models that are answered with related posts.
const MODELS: [&str; 2] = ["related-products", "looking-similar"];
/// The score of a recommendation as similar as the post itself.
const FULL_SCORE: f32 = 100.0;

/// A request for recommendations.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecommendRequest {
    pub(super) related: RelatedRequest,
    /// Minimum score, up to 100.
    threshold: usize,
}

impl RecommendRequest {
    /// Returns a request.
    ///
    /// # Errors
    /// If the index or the model is unknown, or a field is invalid.
    pub(super) fn of(fields: Map<String, Value>) -> Result<Self, AlgoliaError> {
        let parameters = QueryParameters::of(fields)?;
        let index = parameters.text("indexName")?.unwrap_or_default();
        if RecordIndex::of_name(&index).is_none_or(|index| index == RecordIndex::Sections) {
            return Err(AlgoliaError::unknown_index(&index));
        }
        let model = parameters.text("model")?.unwrap_or_default();
        if !MODELS.contains(&model.as_ref()) {
            let message =
                format!("unknown recommendation model {}; expected {}", quoted(&model), MODELS.join(" or "));
            return Err(AlgoliaError::invalid(message));
        }
        let id = parameters.text("objectID")?.unwrap_or_default().into_owned();
        if id.trim().is_empty() {
            return Err(AlgoliaError::invalid("no `objectID`; expected the objectID of a record of `posts`"));
        }
        // 0 stands for the default.
        let limit = parameters.number("maxRecommendations")?.filter(|limit| *limit > 0);
        let limit = limit.unwrap_or(limits::DEFAULT_RELATED).min(limits::MAX_RELATED);
        let threshold = threshold(&parameters)?;
        Ok(Self { related: RelatedRequest { id, limit }, threshold })
    }

    /// Returns the response; `None` is a post that does not exist, which has no recommendations.
    pub(super) fn response(&self, found: Option<&RelatedResponse>) -> Value {
        let posts = found.map_or(&[][..], |found| &found.related);
        let hits: Vec<Value> = posts.iter().filter_map(|post| self.record(post)).collect();
        let took_us = found.map_or(0, |found| found.took_us);
        json!({
            "hits": hits,
            "nbHits": hits.len(),
            "page": 0,
            "nbPages": usize::from(!hits.is_empty()),
            "hitsPerPage": self.related.limit,
            "exhaustiveNbHits": true,
            "query": "",
            "params": "",
            "processingTimeMS": took_us.div_ceil(1_000).max(1),
        })
    }

    /// Returns the record of a recommended post, unless its score is too low.
    fn record(&self, post: &RelatedPost) -> Option<Value> {
        let score = (post.score * FULL_SCORE).clamp(0.0, FULL_SCORE);
        #[expect(clippy::cast_precision_loss, reason = "a number up to 100")]
        let is_enough = score >= self.threshold as f32;
        is_enough.then(|| {
            json!({
                "objectID": post.id,
                "_score": (f64::from(score) * 100.0).round() / 100.0,
                "url": post.url,
                "title": post.title,
                "description": post.description,
                "categories": post.categories,
                "tags": post.tags,
                "lang": post.lang,
                "kind": post.kind,
                "date": post.date,
                "date_timestamp": post.date.map(PostDate::unix_seconds),
                "year": post.date.map(PostDate::year),
                "image": post.image,
            })
        })
    }
}

/// Returns the minimum score, which may be a fraction.
fn threshold(parameters: &QueryParameters) -> Result<usize, AlgoliaError> {
    let expected = || AlgoliaError::invalid("invalid `threshold`; expected a number from 0 to 100");
    let text = parameters.text("threshold").map_err(|_| expected())?;
    let number: f64 = text.map_or(Ok(0.0), |text| text.trim().parse().map_err(|_| expected()))?;
    if !(0.0..=f64::from(FULL_SCORE)).contains(&number) {
        return Err(expected());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
    let threshold = number.ceil() as usize;
    Ok(threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(fields: Value) -> Result<RecommendRequest, String> {
        let Value::Object(fields) = fields else { panic!() };
        RecommendRequest::of(fields).map_err(|error| error.message)
    }

    #[test]
    fn both_models_are_related_posts() {
        for model in MODELS {
            let fields = json!({"indexName": "posts", "model": model, "objectID": "a.md", "threshold": 9.5});
            let expected = RelatedRequest { id: "a.md".to_owned(), limit: limits::DEFAULT_RELATED };
            assert_eq!(request(fields), Ok(RecommendRequest { related: expected, threshold: 10 }));
        }
    }

    #[test]
    fn invalid_requests_are_errors_with_a_reason() {
        let fields = |name: &str, value: Value| {
            let mut fields = json!({"indexName": "posts", "model": MODELS[0], "objectID": "a"});
            fields[name] = value;
            request(fields)
        };
        let limit = |limit: usize| fields("maxRecommendations", json!(limit)).unwrap().related.limit;
        assert_eq!([0, 3, 1_000].map(limit), [limits::DEFAULT_RELATED, 3, limits::MAX_RELATED]);
        for (name, value, expected) in [
            ("model", json!("trending-items"), "related-products or looking-similar"),
            ("indexName", json!("sections"), "does not exist"),
            ("indexName", json!(null), "does not exist"),
            ("objectID", json!(" "), "no `objectID`"),
            ("threshold", json!(101), "from 0 to 100"),
            ("threshold", json!("NaN"), "from 0 to 100"),
            ("maxRecommendations", json!(-1), "a whole number"),
        ] {
            assert!(fields(name, value).unwrap_err().contains(expected), "{name}");
        }
    }
}
