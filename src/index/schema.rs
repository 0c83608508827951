//! The Tantivy schema: each post is one document.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing, TextOptions,
};

use super::packed_tokens::PACKED_TOKENIZER;

/// Version of the schema and of the stored data. If it differs, the index is rebuilt.
pub(crate) const SCHEMA_VERSION: u32 = 11;

/// A full-text field of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextField {
    /// The title.
    Title,
    /// The text of all headings.
    Headings,
    /// Names of categories and tags, and the `keywords` of the front matter.
    Labels,
    /// The description in the front matter.
    Description,
    /// Prose.
    Body,
    /// Code blocks.
    Code,
    /// Words of the URL path: the slug, which is often English even if the title is not.
    Url,
}

impl TextField {
    /// All fields, in the order of [`TextField::index`].
    pub(crate) const ALL: [Self; 7] =
        [Self::Title, Self::Headings, Self::Labels, Self::Description, Self::Body, Self::Code, Self::Url];

    /// Returns the index of the field in [`TextField::ALL`].
    #[must_use]
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// Returns the name of the field in the schema.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Headings => "headings",
            Self::Labels => "labels",
            Self::Description => "description",
            Self::Body => "body",
            Self::Code => "code",
            Self::Url => "url_words",
        }
    }
}

/// The fields of the schema.
#[derive(Debug, Clone)]
pub struct SchemaFields {
    /// Full-text fields, by [`TextField::index`].
    pub text: [Field; TextField::ALL.len()],
    /// Distinct folded words of all full-text fields: the dictionary in which prefixes and fuzzy matches
    /// are looked up, with their document frequencies.
    pub vocabulary: Field,
    /// The post's id: indexed, and a column.
    pub id: Field,
    /// Digest of the source file and its location: a column.
    pub digest: Field,
    /// 1 for a draft, else 0: a column.
    pub draft: Field,
    /// Publication time in seconds since 1970, if set: a column.
    pub publish_at: Field,
    /// Expiry time in seconds since 1970, if set: a column.
    pub expires_at: Field,
    /// Date in seconds since 1970, if the post has one: a column.
    pub date: Field,
    /// Offset of the date from UTC in seconds, unless it is 0: a column. With it, the date is the day that the author
    /// wrote.
    pub date_offset: Field,
    /// Factor of the post's score, if it is not 1: a column.
    pub boost: Field,
    /// 1 if recency does not affect the post's score: a column.
    pub evergreen: Field,
    /// The post's URL: a column.
    pub url: Field,
    /// Why the post's URL is a guess, if it is one: a column.
    pub url_guessed: Field,
    /// The post's language: a column.
    pub lang: Field,
    /// Names of the categories: a column.
    pub category: Field,
    /// Keys by which posts are filtered by category, see `filter_key`.
    pub category_key: Field,
    /// The tags: a column.
    pub tag: Field,
    /// Keys by which posts are filtered by tag, see `filter_key`.
    pub tag_key: Field,
    /// Names of the authors: a column.
    pub author: Field,
    /// Keys by which posts are filtered by author, see `filter_key`.
    pub author_key: Field,
    /// Names of the series: a column.
    pub series: Field,
    /// Keys by which posts are filtered by series, see `filter_key`.
    pub series_key: Field,
    /// First position and length in positions of each heading: a column, see `pack_heading`.
    pub heading_spans: Field,
    /// Token counts of the full-text fields: a column, see `pack_lengths`.
    pub lengths: Field,
    /// Number of positions in the title: a column.
    pub title_len: Field,
    /// Key that all translations of a post share: a column, see
    /// [`crate::content::Post::translation_key`].
    pub translation_key: Field,
    /// Similarity hash of the text, unless the text is short: a column, see [`super::simhash`].
    pub simhash: Field,
    /// Suggestions that the post offers while a reader types, see [`super::suggestion`].
    pub suggestions: Field,
    /// Stored text and metadata of the post, see [`super::post_store`].
    pub record: Field,
}

/// Names of the columns.
pub mod columns {
    /// See [`super::SchemaFields::id`].
    pub(crate) const ID: &str = "id";
    /// See [`super::SchemaFields::digest`].
    pub(crate) const DIGEST: &str = "digest";
    /// See [`super::SchemaFields::draft`].
    pub(crate) const DRAFT: &str = "draft";
    /// See [`super::SchemaFields::publish_at`].
    pub(crate) const PUBLISH_AT: &str = "publish_at";
    /// See [`super::SchemaFields::expires_at`].
    pub(crate) const EXPIRES_AT: &str = "expires_at";
    /// See [`super::SchemaFields::date`].
    pub(crate) const DATE: &str = "date";
    /// See [`super::SchemaFields::date_offset`].
    pub(crate) const DATE_OFFSET: &str = "date_offset";
    /// See [`super::SchemaFields::boost`].
    pub(crate) const BOOST: &str = "boost";
    /// See [`super::SchemaFields::evergreen`].
    pub(crate) const EVERGREEN: &str = "evergreen";
    /// See [`super::SchemaFields::url`].
    pub const URL: &str = "url";
    /// See [`super::SchemaFields::url_guessed`].
    pub(crate) const URL_GUESSED: &str = "url_guessed";
    /// See [`super::SchemaFields::lang`].
    pub(crate) const LANG: &str = "lang";
    /// See [`super::SchemaFields::category`].
    pub(crate) const CATEGORY: &str = "category";
    /// See [`super::SchemaFields::tag`].
    pub(crate) const TAG: &str = "tag";
    /// See [`super::SchemaFields::author`].
    pub(crate) const AUTHOR: &str = "author";
    /// See [`super::SchemaFields::series`].
    pub(crate) const SERIES: &str = "series";
    /// See [`super::SchemaFields::heading_spans`].
    pub(crate) const HEADING_SPANS: &str = "heading_spans";
    /// See [`super::SchemaFields::lengths`].
    pub(crate) const LENGTHS: &str = "lengths";
    /// See [`super::SchemaFields::title_len`].
    pub(crate) const TITLE_LEN: &str = "title_len";
    /// See [`super::SchemaFields::translation_key`].
    pub(crate) const TRANSLATION_KEY: &str = "translation_key";
    /// See [`super::SchemaFields::simhash`].
    pub(crate) const SIMHASH: &str = "simhash";
}

/// Returns the schema and its fields.
#[must_use]
pub fn build() -> (Schema, SchemaFields) {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(PACKED_TOKENIZER)
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let searched = TextOptions::default().set_indexing_options(indexing);
    let column = || TextOptions::default().set_fast("raw");
    let terms = |tokenizer| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_fieldnorms(false)
                .set_index_option(IndexRecordOption::Basic),
        )
    };
    let key = terms("raw");
    let number = || NumericOptions::default().set_fast();
    let fields = SchemaFields {
        text: TextField::ALL.map(|field| builder.add_text_field(field.name(), searched.clone())),
        vocabulary: builder.add_text_field("vocabulary", terms(PACKED_TOKENIZER)),
        id: builder.add_text_field(columns::ID, STRING | FAST),
        digest: builder.add_u64_field(columns::DIGEST, number()),
        draft: builder.add_u64_field(columns::DRAFT, number()),
        publish_at: builder.add_i64_field(columns::PUBLISH_AT, number()),
        expires_at: builder.add_i64_field(columns::EXPIRES_AT, number()),
        date: builder.add_i64_field(columns::DATE, number()),
        date_offset: builder.add_i64_field(columns::DATE_OFFSET, number()),
        boost: builder.add_f64_field(columns::BOOST, number()),
        evergreen: builder.add_u64_field(columns::EVERGREEN, number()),
        url: builder.add_text_field(columns::URL, column()),
        url_guessed: builder.add_text_field(columns::URL_GUESSED, column()),
        lang: builder.add_text_field(columns::LANG, column()),
        category: builder.add_text_field(columns::CATEGORY, column()),
        category_key: builder.add_text_field("category_key", key.clone()),
        tag: builder.add_text_field(columns::TAG, column()),
        tag_key: builder.add_text_field("tag_key", key.clone()),
        author: builder.add_text_field(columns::AUTHOR, column()),
        author_key: builder.add_text_field("author_key", key.clone()),
        series: builder.add_text_field(columns::SERIES, column()),
        series_key: builder.add_text_field("series_key", key.clone()),
        heading_spans: builder.add_u64_field(columns::HEADING_SPANS, number()),
        lengths: builder.add_u64_field(columns::LENGTHS, number()),
        title_len: builder.add_u64_field(columns::TITLE_LEN, number()),
        translation_key: builder.add_text_field(columns::TRANSLATION_KEY, column()),
        simhash: builder.add_u64_field(columns::SIMHASH, number()),
        suggestions: builder.add_text_field("suggestions", key),
        record: builder.add_custom_field("record", "post_record", serde_json::Value::Null),
    };
    (builder.build(), fields)
}
