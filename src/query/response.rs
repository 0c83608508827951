//! What a search answers; its JSON is the body of the HTTP response.

use std::collections::BTreeMap;

use serde::Serialize;

use super::correction::Correction;
use super::explanation::Explanation;
use super::facet::FacetCount;
use super::grouping::Version;
use super::snippet::{SectionHit, Snippet, SubHit};
use crate::content::Kind;
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
    pub kind: Kind,
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
