//! The search response. Its JSON is the body of the HTTP response.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::content::PostDate;
use crate::content::PostKind;
use crate::query::request::FacetField;

/// A page of hits.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SearchResponse {
    /// The query as requested, up to 2,000 bytes.
    pub query: String,
    /// The corrected query, if words were misspelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Correction>,
    /// The number of hits on all pages.
    pub total: usize,
    /// The page number, from 1.
    pub page: usize,
    /// The number of hits per page.
    pub limit: usize,
    /// Duration of the search, in microseconds.
    pub took_us: u64,
    /// The commit of the index that was searched.
    pub generation: String,
    /// Messages to the reader about parts of the query that were ignored.
    pub warnings: Vec<String>,
    /// The hits of the page, in order.
    pub hits: Vec<Hit>,
    /// The requested facets.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub facets: BTreeMap<&'static str, Vec<FacetCount>>,
}

/// A post that matches.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Hit {
    /// The path of the source file below the content folder.
    pub id: String,
    /// The post's URL.
    pub url: String,
    /// The title.
    pub title: String,
    /// The title as HTML, with matches in `<mark>`.
    pub title_html: String,
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
    /// The date of its last change, if its front matter has one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated: Option<PostDate>,
    /// The names of its authors.
    pub authors: Vec<String>,
    /// The series to which it belongs.
    pub series: Vec<String>,
    /// The preview image, as its front matter names it.
    pub image: Option<String>,
    /// The reading time, in minutes.
    pub reading_minutes: usize,
    /// Its language.
    pub lang: String,
    /// The relevance score, comparable only within one response.
    pub score: f32,
    /// The text that matches best.
    pub snippet: Snippet,
    /// Further matching texts, if requested, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fragments: Vec<Snippet>,
    /// The section with the snippet; none before the first heading.
    pub section: Option<SectionHit>,
    /// Further matching sections, if requested, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<SubHit>,
    /// The words of the query that the post does not contain.
    pub missing: Vec<String>,
    /// Matching translations and copies that were collapsed into this hit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<PostVersion>,
    /// The parts of the score, if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// Another matching version of a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostVersion {
    /// The post's id.
    pub id: String,
    /// Its URL.
    pub url: String,
    /// Its language.
    pub lang: String,
}

/// A text fragment with highlights.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Snippet {
    /// The fragment on one line, with `…` where text was cut.
    pub text: String,
    /// Byte ranges of `text` that match.
    pub ranges: Vec<[usize; 2]>,
    /// Byte ranges of `text` that are code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code_ranges: Vec<[usize; 2]>,
    /// The spaces of `text` that stand for the line breaks of code, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub line_breaks: Vec<LineBreak>,
    /// `text` as HTML, with matches in `<mark>`.
    pub html: String,
}

/// A line break within, before or after a block of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineBreak {
    /// The position of its space, in bytes.
    pub at: usize,
    /// The indentation of the next line, in columns, without what all shown lines of the block have.
    pub indent: usize,
}

/// A section of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SectionHit {
    /// The heading.
    pub title: String,
    /// The heading as HTML, with matches in `<mark>`.
    pub title_html: String,
    /// The level of the heading, from 1 to 6.
    pub level: u8,
    /// The id of the heading.
    pub anchor: String,
    /// The URL of the post with the anchor.
    pub url: String,
}

/// Another matching section of a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubHit {
    /// The section.
    #[serde(flatten)]
    pub section: SectionHit,
    /// The text of the section that matches best.
    pub snippet: Snippet,
}

/// A corrected query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Correction {
    /// The corrected text.
    pub query: String,
    /// Whether the hits are those of the corrected query rather than of the query as typed.
    pub applied: bool,
    /// The text in consecutive parts.
    pub parts: Vec<CorrectedPart>,
}

/// A part of a corrected query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CorrectedPart {
    /// The text of the part.
    pub text: String,
    /// Whether it differs from the typed text.
    pub is_corrected: bool,
}

/// The values of a facet. Its JSON is the body of the HTTP response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetResponse {
    /// The field whose values are counted.
    pub field: FacetField,
    /// The requested beginning of a word of the values, up to 2,000 bytes.
    pub prefix: String,
    /// The query as requested, up to 2,000 bytes.
    pub query: String,
    /// The number of values with the prefix, those beyond the limit included.
    pub total: usize,
    /// Duration, in microseconds.
    pub took_us: u64,
    /// The commit of the index that was searched.
    pub generation: String,
    /// Messages to the reader about parts of the request that were ignored.
    pub warnings: Vec<String>,
    /// The values: years from the latest, others by descending count.
    pub values: Vec<FacetCount>,
}

/// A facet value with its number of hits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetCount {
    /// The category, tag, author, language, series or year.
    pub value: String,
    /// The number of hits.
    pub count: usize,
}

/// An explanation of a score.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Explanation {
    /// The parts of the score, which add up to it.
    pub parts: Vec<ScorePart>,
    /// The words of the query, and where the post contains them.
    pub words: Vec<WordMatch>,
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ScorePart {
    /// Its name: `words`, `title`, `title_exact`, `heading`, `proximity` or `recency`.
    pub name: &'static str,
    /// Its contribution to the score.
    pub value: f32,
    /// The reason, in words.
    pub reason: String,
}

/// The matches of a query word in a post.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WordMatch {
    /// The word as typed.
    pub word: String,
    /// Its weight in the score: the rarer, the higher.
    #[serde(rename = "worth")]
    pub weight: f32,
    /// The forms of the word that the post contains.
    pub forms: Vec<String>,
    /// The number of matches in each part of the post.
    pub found: Vec<FieldCount>,
}

/// The number of matches in a part of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldCount {
    /// The name of the part.
    pub field: &'static str,
    /// The number of matches.
    pub count: u32,
}
