//! A post as the index stores it: its metadata, its sections and its text, as JSON or as Markdown.
//!
//! The source file is never read: it may contain what the site does not publish.

mod markdown;
mod text;

use serde::Serialize;
use utoipa::ToSchema;

use super::post_lookup::{PostLookupError, find_post};
use super::request::{RequestError, parse_id};
use crate::config::limits;
use crate::content::{PostDate, PostKind};
use crate::index::{Snapshot, StoredPost};
use text::PostText;

pub use text::PostSection;

/// A validated request for a post.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PostRequest {
    /// The id of the post, see [`crate::index::StoredPost::id`].
    pub id: String,
    /// The format of the response.
    pub format: PostFormat,
}

/// A format of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PostFormat {
    /// The JSON of a [`PostResponse`].
    Json,
    /// Markdown.
    Markdown,
}

impl PostRequest {
    /// Validates the parameters.
    ///
    /// # Errors
    /// If the id is missing.
    pub fn validate(id: String, format: PostFormat) -> Result<Self, RequestError> {
        Ok(Self { id: parse_id(id)?, format })
    }
}

/// A post with its text. Its JSON is the body of the HTTP response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostResponse {
    /// The path of the source file below the content folder.
    pub id: String,
    /// The commit of the index.
    pub generation: String,
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
    /// The sections of the text, in order.
    pub sections: Vec<PostSection>,
    /// The text without its headings; each line is a paragraph or a line of code.
    pub text: String,
    /// Byte ranges of `text` that are blocks of code.
    pub code_ranges: Vec<[usize; 2]>,
    /// Whether text or sections were left out because the post is too long.
    pub truncated: bool,
}

/// Returns a post.
///
/// # Errors
/// If there is no such post, or the index cannot be read.
pub(crate) fn post(snapshot: &Snapshot, id: &str) -> Result<PostResponse, PostLookupError> {
    let record = snapshot.record(find_post(snapshot, id)?)?;
    let stored = record.post()?;
    let PostText { sections, text, code_ranges, truncated } = PostText::read(&record, &stored.url)?;
    let StoredPost { id, url, title, description, kind, categories, tags, date, updated, .. } = stored;
    let StoredPost { authors, series, image, reading_minutes, lang, .. } = stored;
    Ok(PostResponse {
        id,
        generation: snapshot.generation().to_owned(),
        url,
        title,
        description,
        kind,
        categories: categories.into_iter().map(|category| category.name).collect(),
        tags,
        date,
        updated,
        authors,
        series,
        image,
        reading_minutes,
        lang,
        sections,
        text,
        code_ranges,
        truncated,
    })
}

impl PostResponse {
    /// Returns the title and the text as Markdown. The text is plain: what could be markup in it is escaped.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut markdown = markdown::MarkdownWriter::default();
        markdown.heading(1, &self.title);
        let mut codes = self.code_ranges.iter().peekable();
        for section in &self.sections {
            if section.level > 0 {
                markdown.heading(section.level, &section.title);
            }
            let [mut at, end] = section.range;
            while let Some([code_start, code_end]) = codes.next_if(|[start, _]| *start < end) {
                markdown.paragraphs(&self.text[at..*code_start]);
                markdown.code(&self.text[*code_start..*code_end]);
                at = *code_end;
            }
            markdown.paragraphs(&self.text[at.min(end)..end]);
        }
        if self.truncated {
            markdown.paragraphs(&format!(
                "The rest of the post is left out: it is longer than {} bytes or {} sections.",
                limits::MAX_POST_TEXT_BYTES,
                limits::MAX_POST_SECTIONS
            ));
        }
        markdown.finish()
    }
}
