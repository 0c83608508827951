//! Builds the Tantivy document of a post.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::IndexError;
use super::field_values::{filter_key, labels, pack_heading, pack_lengths, words_of_url};
use super::manifest::Digest;
use super::packed_tokens::TokenPacker;
use super::post_document::PostDocument;
use super::post_store::{Codec, StoredPost, WordCounts, encode};
use super::schema::{SchemaFields, TextField};
use super::simhash::simhash;
use super::suggestion::suggestion_terms;
use super::text_layout::TextLayout;
use crate::analysis::{Analyzer, Lexicon, TermId, Token, TokenKind};
use crate::config::limits;
use crate::content::{Post, PostDate, SearchOverrides};

/// Builds documents of posts; each thread has its own.
pub struct DocumentBuilder {
    fields: SchemaFields,
    /// Analyzers by language.
    analyzers: HashMap<String, Analyzer>,
    lexicon: Lexicon,
    packer: TokenPacker,
    codec: Arc<Codec>,
}

impl DocumentBuilder {
    /// Returns a builder for the fields of the schema and the codec of the post store.
    #[must_use]
    pub fn new(fields: SchemaFields, codec: Arc<Codec>) -> Self {
        let (lexicon, packer) = (Lexicon::default(), TokenPacker::default());
        Self { fields, analyzers: HashMap::new(), lexicon, packer, codec }
    }

    /// Builds the document of a post; `digest` identifies the version of its source file.
    ///
    /// # Errors
    /// If its text cannot be compressed.
    pub fn build(&mut self, post: &Post, digest: Digest) -> Result<PostDocument, IndexError> {
        let Self { fields, analyzers, lexicon, packer, codec } = self;
        if !analyzers.contains_key(&post.lang) {
            analyzers.insert(post.lang.clone(), Analyzer::new(&post.lang));
        }
        let analyzer = &analyzers[&post.lang];
        lexicon.clear_if_large();
        let layout = TextLayout::new(&post.sections, analyzer, lexicon);
        let mut document = PostDocument::new();
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
        let words = match layout.text.len() {
            ..=limits::MAX_ANALYZED_BYTES => Vec::new(),
            _ => related_words(post, &title.tokens, &layout, analyzer, lexicon),
        };
        document.add_custom(fields.record, encode(&StoredPost::of(post), &layout, &words, codec)?);
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
}

/// Tokens of the full-text fields of a post.
#[derive(Default)]
struct Tokens {
    /// Terms and positions, by [`TextField::index`].
    of_fields: [Vec<(TermId, u32)>; TextField::ALL.len()],
    /// Token counts, by [`TextField::index`].
    lengths: [u32; TextField::ALL.len()],
    /// Folded words of all fields.
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
        // Most words are their own stems: indexing these twice would enlarge the index by an eighth.
        if token.kind == TokenKind::SelfStem {
            return;
        }
        self.of_fields[field.index()].push((token.term, token.position));
        if token.kind == TokenKind::Folded {
            self.words.push(token.term);
        }
    }

    fn add_to(
        self,
        document: &mut PostDocument,
        fields: &SchemaFields,
        lexicon: &Lexicon,
        packer: &mut TokenPacker,
    ) {
        for (field, tokens) in fields.text.iter().zip(&self.of_fields) {
            if !tokens.is_empty() {
                document.add_text(*field, packer.pack(tokens, lexicon));
            }
        }
        document.add_u64(fields.lengths, pack_lengths(&self.lengths));
        document.add_text(fields.vocabulary, packer.pack_distinct(self.words.into_iter(), lexicon));
    }
}

/// Returns the words by which posts related to a long post are found, in the order in which
/// [`query::related`](crate::query::related) reads those of other posts: title, tags, headings, text.
fn related_words(
    post: &Post,
    title: &[Token],
    layout: &TextLayout,
    analyzer: &Analyzer,
    lexicon: &mut Lexicon,
) -> Vec<(String, u32)> {
    let tags = analyzer.analyze(&post.tags.join("\n"), lexicon).tokens;
    let in_text = |headings: bool| {
        let tokens = layout.tokens.iter();
        tokens.filter(move |(field, _)| (*field == TextField::Headings) == headings).map(|(_, token)| token)
    };
    let mut counts = WordCounts::default();
    counts.add(title.iter().chain(&tags).chain(in_text(true)).chain(in_text(false)), lexicon);
    counts.into_words(lexicon)
}

/// Returns the similarity hash of headings and prose.
fn fingerprint(layout: &TextLayout, lexicon: &Lexicon) -> Option<u64> {
    let words = layout.tokens.iter();
    let words = words.filter(|(field, token)| *field != TextField::Code && token.kind == TokenKind::Folded);
    simhash(words.map(|(_, token)| lexicon.hash(token.term)))
}

fn add_columns(document: &mut PostDocument, post: &Post, digest: Digest, fields: &SchemaFields) {
    document.add_text(fields.id, &post.id);
    document.add_u64(fields.digest, digest);
    document.add_u64(fields.draft, u64::from(post.publication.draft));
    document.add_text(fields.url, &post.url);
    if let Some(reason) = &post.url_guessed {
        document.add_text(fields.url_guessed, reason);
    }
    document.add_text(fields.lang, &post.lang);
    document.add_text(fields.translation_key, &post.translation_key);
    if post.overrides != SearchOverrides::default() {
        document.add_f64(fields.boost, f64::from(post.overrides.boost));
        document.add_u64(fields.evergreen, u64::from(post.overrides.evergreen));
    }
    let timestamps = [
        (fields.date, post.date.map(|date| date.timestamp)),
        (fields.publish_at, post.publication.publish_at),
        (fields.expires_at, post.publication.expires_at),
    ];
    for (field, timestamp) in timestamps {
        if let Some(timestamp) = timestamp {
            document.add_i64(field, timestamp.as_second());
        }
    }
    let offset = post.date.map(PostDate::offset_seconds);
    if let Some(offset) = offset.filter(|offset| *offset != 0) {
        document.add_i64(fields.date_offset, offset);
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
    for series in &post.series {
        document.add_text(fields.series, series);
        document.add_text(fields.series_key, filter_key(series));
    }
}
