//! What a search answers; its JSON is the body of the HTTP response.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::content::PostKind;
use crate::content::date::PostDate;

/// A page of hits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchResponse {
    /// The query as it was asked.
    pub query: String,
    /// The query as it was probably meant, where it was typed otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Correction>,
    /// All hits, on whatever page.
    pub total: usize,
    /// This page, from 1.
    pub page: usize,
    /// Hits a page.
    pub limit: usize,
    /// Time that the search took, in microseconds.
    pub took_us: u64,
    /// The commit of the index that answered.
    pub generation: String,
    /// What of the query was left out, in words for the reader.
    pub warnings: Vec<String>,
    /// The hits, in order.
    pub hits: Vec<Hit>,
    /// The counts that were asked for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub facets: BTreeMap<&'static str, Vec<FacetCount>>,
}

/// A post that matches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Path of the source file below the content directory.
    pub id: String,
    /// The post's URL.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its title, escaped, with matches in `<mark>`.
    pub title_html: String,
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
    /// When it was changed last, if its writer says so.
    pub updated: Option<PostDate>,
    /// Names of those who wrote it.
    pub authors: Vec<String>,
    /// The series that it is a part of.
    pub series: Vec<String>,
    /// The picture that stands for it, as its front matter names it.
    pub image: Option<String>,
    /// Whole minutes that reading it takes.
    pub reading_minutes: usize,
    /// Its language.
    pub lang: String,
    /// How well it matches; comparable within one response only.
    pub score: f32,
    /// The piece of text that matches best.
    pub snippet: Snippet,
    /// Other pieces that match well, where they were asked for, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fragments: Vec<Snippet>,
    /// The section in which the snippet stands; none before the first heading.
    pub section: Option<SectionHit>,
    /// Other sections that match well, where they were asked for, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<SubHit>,
    /// Words of the query that the post does not have.
    pub missing: Vec<String>,
    /// Its translations and copies that match too, where they are grouped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Version>,
    /// What the score is made of, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// Another version of a hit that matches too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The post's id.
    pub id: String,
    /// Its URL.
    pub url: String,
    /// Its language.
    pub lang: String,
}

/// A piece of text with marked ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// The piece, on one line, with `…` where text was cut.
    pub text: String,
    /// Byte ranges of `text` that match.
    pub ranges: Vec<[usize; 2]>,
    /// Byte ranges of `text` that are code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code_ranges: Vec<[usize; 2]>,
    /// `text`, escaped, with matches in `<mark>`.
    pub html: String,
}

/// The section that a hit leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionHit {
    /// The heading.
    pub title: String,
    /// The heading, escaped, with matches in `<mark>`.
    pub title_html: String,
    /// The heading's level, from 1 to 6.
    pub level: u8,
    /// The heading's id.
    pub anchor: String,
    /// The post's URL with the anchor.
    pub url: String,
}

/// Another section of a hit that matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubHit {
    /// The section.
    #[serde(flatten)]
    pub section: SectionHit,
    /// The piece of its text that matches best.
    pub snippet: Snippet,
}

/// The query as it was probably meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// Its text.
    pub query: String,
    /// The hits are those of this query. Otherwise they are those of the query as typed.
    pub applied: bool,
    /// The text in parts, which together are all of it.
    pub parts: Vec<CorrectedPart>,
}

/// A part of a corrected query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CorrectedPart {
    /// The text.
    pub text: String,
    /// It differs from what was typed.
    pub is_corrected: bool,
}

/// A value and the number of hits that have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetCount {
    /// The category, tag or year.
    pub value: String,
    /// Hits that have it.
    pub count: usize,
}

/// What a score is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The parts; their values add up to the score.
    pub parts: Vec<Part>,
    /// Each word of the query, and where the post has it.
    pub words: Vec<WordMatch>,
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Its name: `words`, `title`, `title_exact`, `heading`, `proximity`, `recency`.
    pub name: &'static str,
    /// What it adds to the score.
    pub value: f32,
    /// Why, in words.
    pub reason: String,
}

/// What a post has of a word of the query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordMatch {
    /// The word as it was typed.
    pub word: String,
    /// What it is worth: the fewer posts have it, the more.
    pub worth: f32,
    /// The forms of it that the post has.
    pub forms: Vec<String>,
    /// How often each part of the post has it.
    pub found: Vec<FieldCount>,
}

/// How often a part of a post has a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldCount {
    /// The part.
    pub field: &'static str,
    /// How often.
    pub count: u32,
}
