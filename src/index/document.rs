//! A post as a Tantivy document, and what is read back of it.

use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::Value;
use tantivy::tokenizer::PreTokenizedString;

use super::layout::{Layout, StoredSection, encode_positions};
use super::schema::{Fields, TextField, filter_key, pack_heading};
use crate::analysis::{Analyzer, Token};
use crate::content::date::PostDate;
use crate::content::post::SearchOverrides;
use crate::content::{Category, Kind, Post, Section};

/// Length to which a description taken from the text is cut, in characters.
const DESCRIPTION_CHARS: usize = 200;

/// What is shown of a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredPost {
    /// See [`Post::id`].
    pub id: String,
    /// See [`Post::kind`].
    pub kind: Kind,
    /// See [`Post::url`].
    pub url: String,
    /// See [`Post::title`].
    pub title: String,
    /// The post's description, else its summary or first prose, cut.
    pub description: String,
    /// See [`Post::categories`].
    pub categories: Vec<Category>,
    /// See [`Post::tags`].
    pub tags: Vec<String>,
    /// See [`Post::date`].
    pub date: Option<PostDate>,
    /// See [`Post::authors`].
    pub authors: Vec<String>,
    /// See [`Post::series`].
    pub series: Vec<String>,
    /// See [`Post::updated`].
    pub updated: Option<PostDate>,
    /// See [`Post::image`].
    pub image: Option<String>,
    /// See [`Post::reading_minutes`].
    pub reading_minutes: usize,
    /// See [`Post::lang`].
    pub lang: String,
    /// The sections of the text.
    pub sections: Vec<StoredSection>,
}

/// A stored post with its text.
#[derive(Debug, Clone)]
pub struct StoredDocument {
    /// What is shown.
    pub post: StoredPost,
    /// The text, into which [`StoredSection`] and the positions point.
    pub text: String,
    /// Packed positions, see [`super::layout::decode_positions`].
    pub positions: Vec<u8>,
}

/// Makes the document of a post; `digest` tells its source file from other versions of it.
///
/// # Errors
/// When the post cannot be written as JSON.
pub fn to_document(
    post: &Post,
    digest: &str,
    analyzer: &Analyzer,
    fields: &Fields,
) -> serde_json::Result<TantivyDocument> {
    let layout = Layout::new(&post.sections, analyzer);
    let mut document = TantivyDocument::new();
    add_columns(&mut document, post, digest, fields);
    let title = analyzer.analyze(&post.title);
    document.add_u64(fields.title_len, title.positions.len() as u64);
    add_tokens(&mut document, fields, TextField::Title, title.tokens);
    let labels: Vec<&str> = post
        .categories
        .iter()
        .map(|category| category.name.as_str())
        .chain(post.tags.iter().map(String::as_str))
        .chain(post.overrides.keywords.iter().map(String::as_str))
        .collect();
    add_tokens(&mut document, fields, TextField::Labels, analyzer.analyze(&labels.join("\n")).tokens);
    if let Some(description) = &post.description {
        add_tokens(&mut document, fields, TextField::Description, analyzer.analyze(description).tokens);
    }
    for (first, len) in &layout.heading_spans {
        document.add_u64(fields.heading_spans, pack_heading(*first, *len));
    }
    let mut in_text: [Vec<Token>; TextField::ALL.len()] = Default::default();
    for (field, token) in layout.tokens {
        in_text[field.index()].push(token);
    }
    for field in TextField::ALL.into_iter().filter(|field| field.is_in_text()) {
        add_tokens(&mut document, fields, field, std::mem::take(&mut in_text[field.index()]));
    }
    document.add_text(fields.stored, serde_json::to_string(&stored_post(post, layout.sections))?);
    document.add_text(fields.stored_text, &layout.text);
    document.add_bytes(fields.stored_positions, &encode_positions(&layout.positions));
    Ok(document)
}

fn add_columns(document: &mut TantivyDocument, post: &Post, digest: &str, fields: &Fields) {
    document.add_text(fields.id, &post.id);
    document.add_text(fields.digest, digest);
    document.add_u64(fields.draft, u64::from(post.publication.draft));
    document.add_text(fields.url, &post.url);
    document.add_text(fields.lang, &post.lang);
    if post.overrides != SearchOverrides::default() {
        document.add_f64(fields.boost, f64::from(post.overrides.boost));
    }
    let moments = [
        (fields.date, post.date.map(|date| date.moment)),
        (fields.publish_at, post.publication.publish_at),
        (fields.expires_at, post.publication.expires_at),
    ];
    for (field, moment) in moments {
        if let Some(moment) = moment {
            document.add_i64(field, moment.as_second());
        }
    }
    for category in &post.categories {
        document.add_text(fields.category, &category.name);
        let (name, slug) = (filter_key(&category.name), filter_key(&category.slug));
        if slug != name {
            document.add_text(fields.category_key, slug);
        }
        document.add_text(fields.category_key, name);
    }
    for tag in &post.tags {
        document.add_text(fields.tag, tag);
        document.add_text(fields.tag_key, filter_key(tag));
    }
    for author in &post.authors {
        document.add_text(fields.author, author);
        document.add_text(fields.author_key, filter_key(author));
    }
}

fn add_tokens(document: &mut TantivyDocument, fields: &Fields, field: TextField, tokens: Vec<Token>) {
    if tokens.is_empty() {
        return;
    }
    let tokens = tokens.into_iter().map(|token| tantivy::tokenizer::Token {
        offset_from: 0,
        offset_to: 0,
        position: token.position as usize,
        text: token.term,
        position_length: token.span as usize,
    });
    let tokenized = PreTokenizedString { text: String::new(), tokens: tokens.collect() };
    document.add_pre_tokenized_text(fields.text[field.index()], tokenized);
}

fn stored_post(post: &Post, sections: Vec<StoredSection>) -> StoredPost {
    StoredPost {
        id: post.id.clone(),
        kind: post.kind,
        url: post.url.clone(),
        title: post.title.clone(),
        description: describe(post),
        categories: post.categories.clone(),
        tags: post.tags.clone(),
        date: post.date,
        authors: post.authors.clone(),
        series: post.series.clone(),
        updated: post.updated,
        image: post.image.clone(),
        reading_minutes: post.reading_minutes,
        lang: post.lang.clone(),
        sections,
    }
}

fn describe(post: &Post) -> String {
    if let Some(description) = &post.description {
        return description.clone();
    }
    let first_prose = || post.sections.iter().flat_map(Section::prose).next();
    cut(post.summary.as_deref().or_else(first_prose).unwrap_or_default(), DESCRIPTION_CHARS)
}

/// The words of the text that fit into `max_chars`, with an ellipsis where some did not.
fn cut(text: &str, max_chars: usize) -> String {
    let mut out = String::new();
    let mut chars = 0;
    for word in text.split_whitespace() {
        let len = word.chars().count() + usize::from(!out.is_empty());
        if chars + len > max_chars {
            out.push('…');
            return out;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        chars += len;
    }
    out
}

/// Reads a stored document back; `None` when it is not one of ours.
#[must_use]
pub fn from_document(document: &TantivyDocument, fields: &Fields) -> Option<StoredDocument> {
    let stored = document.get_first(fields.stored)?.as_value().as_str()?;
    Some(StoredDocument {
        post: serde_json::from_str(stored).ok()?,
        text: document.get_first(fields.stored_text)?.as_value().as_str()?.to_owned(),
        positions: document.get_first(fields.stored_positions)?.as_value().as_bytes()?.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_cut_at_words() {
        assert_eq!(cut("one two three", 8), "one two…");
        assert_eq!(cut("one  two\nthree", 100), "one two three");
        assert_eq!(cut("", 10), "");
    }
}
