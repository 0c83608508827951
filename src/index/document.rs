//! A post as a Tantivy document, and what is read back of it.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::Field;
use tantivy::tokenizer::PreTokenizedString;

use super::IndexError;
use super::layout::Layout;
use super::post_store::{Codec, encode};
use super::schema::{Fields, TextField, filter_key, pack_heading};
use super::simhash::simhash;
use super::suggestion::suggestion_terms;
use crate::analysis::{Analyzer, Token, TokenKind};
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
}

/// Makes the document of a post; `digest` tells its source file from other versions of it.
///
/// # Errors
/// When the post cannot be packed.
pub fn to_document(
    post: &Post,
    digest: &str,
    analyzer: &Analyzer,
    fields: &Fields,
    codec: &Codec,
) -> Result<TantivyDocument, IndexError> {
    let layout = Layout::new(&post.sections, analyzer);
    let mut document = TantivyDocument::new();
    add_columns(&mut document, post, digest, fields);
    let title = analyzer.analyze(&post.title);
    for term in suggestion_terms(post, &title, &layout) {
        document.add_text(fields.suggestions, term);
    }
    document.add_u64(fields.title_len, title.positions.len() as u64);
    for (first, len) in &layout.heading_spans {
        document.add_u64(fields.heading_spans, pack_heading(*first, *len));
    }
    if let Some(simhash) = fingerprint(&layout) {
        document.add_u64(fields.simhash, simhash);
    }
    document.add_custom(fields.record, &encode(&stored_post(post), &layout, codec)?);
    let mut tokens: FieldTokens = Default::default();
    tokens[TextField::Title.index()] = title.tokens;
    tokens[TextField::Labels.index()] = analyzer.analyze(&labels(post)).tokens;
    tokens[TextField::Description.index()] =
        analyzer.analyze(post.description.as_deref().unwrap_or_default()).tokens;
    tokens[TextField::Url.index()] = analyzer.analyze(&words_of_url(&post.url)).tokens;
    for (field, token) in layout.tokens {
        tokens[field.index()].push(token);
    }
    add_vocabulary(&mut document, fields, &tokens);
    for (field, tokens) in fields.text.iter().zip(tokens) {
        add_tokens(&mut document, *field, tokens);
    }
    Ok(document)
}

/// The tokens of each searched field, by [`TextField::index`].
type FieldTokens = [Vec<Token>; TextField::ALL.len()];

/// Names of categories and tags, and what else the writer wants the post found by, a line each.
fn labels(post: &Post) -> String {
    let categories = post.categories.iter().map(|category| category.name.as_str());
    let names = post.tags.iter().chain(&post.overrides.keywords).map(String::as_str);
    categories.chain(names).collect::<Vec<_>>().join("\n")
}

/// A URL without its scheme, decoded, with blanks for the marks that join its words.
fn words_of_url(url: &str) -> String {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    percent_decode_str(path).decode_utf8_lossy().replace(['/', '-', '_', '.'], " ")
}

/// Adds each different word once.
fn add_vocabulary(document: &mut TantivyDocument, fields: &Fields, tokens: &FieldTokens) {
    let surfaces = tokens.iter().flatten().filter(|token| token.kind == TokenKind::Surface);
    let words: BTreeSet<&str> = surfaces.map(|token| token.term.as_str()).collect();
    let tokens = words.into_iter().map(|word| tantivy_token(word.to_owned(), 0, 1));
    let tokenized = PreTokenizedString { text: String::new(), tokens: tokens.collect() };
    document.add_pre_tokenized_text(fields.vocabulary, tokenized);
}

/// The fingerprint of headings and prose.
fn fingerprint(layout: &Layout) -> Option<u64> {
    let words = layout.tokens.iter();
    let words = words.filter(|(field, token)| *field != TextField::Code && token.kind == TokenKind::Surface);
    simhash(words.map(|(_, token)| token.term.as_str()))
}

fn add_columns(document: &mut TantivyDocument, post: &Post, digest: &str, fields: &Fields) {
    document.add_text(fields.id, &post.id);
    document.add_text(fields.digest, digest);
    document.add_u64(fields.draft, u64::from(post.publication.draft));
    document.add_text(fields.url, &post.url);
    document.add_text(fields.lang, &post.lang);
    document.add_text(fields.translation_key, &post.translation_key);
    if post.overrides != SearchOverrides::default() {
        document.add_f64(fields.boost, f64::from(post.overrides.boost));
        document.add_u64(fields.evergreen, u64::from(post.overrides.evergreen));
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

fn add_tokens(document: &mut TantivyDocument, field: Field, tokens: Vec<Token>) {
    if tokens.is_empty() {
        return;
    }
    let tokens = tokens
        .into_iter()
        .map(|token| tantivy_token(token.term, token.position as usize, token.span as usize));
    let tokenized = PreTokenizedString { text: String::new(), tokens: tokens.collect() };
    document.add_pre_tokenized_text(field, tokenized);
}

fn tantivy_token(text: String, position: usize, position_length: usize) -> tantivy::tokenizer::Token {
    tantivy::tokenizer::Token { offset_from: 0, offset_to: 0, position, text, position_length }
}

fn stored_post(post: &Post) -> StoredPost {
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
