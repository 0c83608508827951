//! A post as a Tantivy document, and what is read back of it.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use super::IndexError;
use super::entry::Entry;
use super::layout::Layout;
use super::lengths::pack_lengths;
use super::manifest::Digest;
use super::packed::Packer;
use super::post_store::{Codec, encode};
use super::schema::{Fields, TextField, filter_key, pack_heading};
use super::simhash::simhash;
use super::suggestion::suggestion_terms;
use crate::analysis::{Analyzer, Lexicon, TermId, Token, TokenKind};
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
    /// The description is the writer's.
    pub own_description: bool,
    /// See [`Post::categories`].
    pub categories: Vec<Category>,
    /// See [`Post::tags`].
    pub tags: Vec<String>,
    /// See [`SearchOverrides::keywords`].
    pub keywords: Vec<String>,
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
    digest: Digest,
    analyzer: &Analyzer,
    (lexicon, packer): (&mut Lexicon, &mut Packer),
    fields: &Fields,
    codec: &Codec,
) -> Result<Entry, IndexError> {
    lexicon.tidy();
    let layout = Layout::new(&post.sections, analyzer, lexicon);
    let mut document = Entry::new();
    add_columns(&mut document, post, digest, fields);
    let title = analyzer.analyze(&post.title, lexicon);
    for term in suggestion_terms(post, &title, &layout, lexicon) {
        document.add_text(fields.suggestions, term);
    }
    document.add_u64(fields.title_len, title.positions.len() as u64);
    for (first, len) in &layout.heading_spans {
        document.add_u64(fields.heading_spans, pack_heading(*first, *len));
    }
    if let Some(simhash) = fingerprint(&layout, lexicon) {
        document.add_u64(fields.simhash, simhash);
    }
    document.add_custom(fields.record, encode(&stored_post(post), &layout, codec)?);
    let mut tokens = Tokens::default();
    let description = post.description.as_deref().unwrap_or_default();
    tokens.extend(TextField::Title, &title.tokens);
    let labels = labels(&post.categories, &post.tags, &post.overrides.keywords);
    tokens.extend(TextField::Labels, &analyzer.analyze(&labels, lexicon).tokens);
    tokens.extend(TextField::Description, &analyzer.analyze(description, lexicon).tokens);
    tokens.extend(TextField::Url, &analyzer.analyze(&words_of_url(&post.url), lexicon).tokens);
    for (field, token) in &layout.tokens {
        tokens.push(*field, token);
    }
    tokens.add_to(&mut document, fields, lexicon, packer);
    Ok(document)
}

/// What is searched of a post.
#[derive(Default)]
struct Tokens {
    /// Terms and positions, by [`TextField::index`].
    of_fields: [Vec<(TermId, u32)>; TextField::ALL.len()],
    /// See [`super::lengths`].
    lengths: [u32; TextField::ALL.len()],
    /// The words of all fields.
    words: Vec<TermId>,
}

impl Tokens {
    fn extend(&mut self, field: TextField, tokens: &[Token]) {
        for token in tokens {
            self.push(field, token);
        }
    }

    fn push(&mut self, field: TextField, token: &Token) {
        self.lengths[field.index()] += 1;
        // Most words are their own stems: writing them twice would make the index an eighth larger.
        if token.kind == TokenKind::OwnStem {
            return;
        }
        self.of_fields[field.index()].push((token.term, token.position));
        if token.kind == TokenKind::Surface {
            self.words.push(token.term);
        }
    }

    fn add_to(self, document: &mut Entry, fields: &Fields, lexicon: &Lexicon, packer: &mut Packer) {
        for (field, tokens) in fields.text.iter().zip(&self.of_fields) {
            if !tokens.is_empty() {
                document.add_text(*field, packer.pack(tokens, lexicon));
            }
        }
        document.add_u64(fields.lengths, pack_lengths(&self.lengths));
        document.add_text(fields.vocabulary, packer.pack_distinct(self.words.into_iter(), lexicon));
    }
}

/// Names of categories and tags, and what else the writer wants the post found by, a line each.
pub(super) fn labels(categories: &[Category], tags: &[String], keywords: &[String]) -> String {
    let categories = categories.iter().map(|category| category.name.as_str());
    let names = tags.iter().chain(keywords).map(String::as_str);
    categories.chain(names).collect::<Vec<_>>().join("\n")
}

/// A URL without its scheme, decoded, with blanks for the marks that join its words.
pub(super) fn words_of_url(url: &str) -> String {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    percent_decode_str(path).decode_utf8_lossy().replace(['/', '-', '_', '.'], " ")
}

/// The fingerprint of headings and prose.
fn fingerprint(layout: &Layout, lexicon: &Lexicon) -> Option<u64> {
    let words = layout.tokens.iter();
    let words = words.filter(|(field, token)| *field != TextField::Code && token.kind == TokenKind::Surface);
    simhash(words.map(|(_, token)| lexicon.hash(token.term)))
}

fn add_columns(document: &mut Entry, post: &Post, digest: Digest, fields: &Fields) {
    document.add_text(fields.id, &post.id);
    document.add_u64(fields.digest, digest);
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

fn stored_post(post: &Post) -> StoredPost {
    StoredPost {
        id: post.id.clone(),
        kind: post.kind,
        url: post.url.clone(),
        title: post.title.clone(),
        description: describe(post),
        own_description: post.description.is_some(),
        categories: post.categories.clone(),
        tags: post.tags.clone(),
        keywords: post.overrides.keywords.clone(),
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
