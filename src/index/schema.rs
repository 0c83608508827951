//! The Tantivy schema: one document a post.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing, TextOptions,
};

use super::packed_tokens::PACKED_TOKENIZER;

/// Changes when documents are laid out differently: indexes of another version are rebuilt.
pub const SCHEMA_VERSION: u32 = 7;

/// A searched part of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextField {
    /// The title.
    Title,
    /// All headings.
    Headings,
    /// Names of categories and tags, and the words by which its writer wants the post found.
    Labels,
    /// The description in the front matter.
    Description,
    /// Prose.
    Body,
    /// Code blocks.
    Code,
    /// The words of the URL's path: what its writer called the post, often in English where the
    /// title is not.
    Url,
}

impl TextField {
    /// All of them, in the order of [`TextField::index`].
    pub const ALL: [Self; 7] =
        [Self::Title, Self::Headings, Self::Labels, Self::Description, Self::Body, Self::Code, Self::Url];

    /// Its place in [`TextField::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name in the schema.
    #[must_use]
    pub fn name(self) -> &'static str {
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

    /// Whether its positions count through the post's text, shared with the other such fields:
    /// a heading, the prose below it and a code block stand in one sequence.
    #[must_use]
    pub fn is_in_text(self) -> bool {
        matches!(self, Self::Headings | Self::Body | Self::Code)
    }
}

/// The fields of the schema.
#[derive(Debug, Clone)]
pub struct SchemaFields {
    /// The searched fields, by [`TextField::index`].
    pub text: [Field; TextField::ALL.len()],
    /// The different words of all searched fields: the dictionary in which prefixes and typos are
    /// looked up, and how many posts have a word.
    pub vocabulary: Field,
    /// The post's id: indexed and a column.
    pub id: Field,
    /// Digest of the source file and its place: a column.
    pub digest: Field,
    /// Whether it is a draft: a column.
    pub draft: Field,
    /// Seconds since 1970 when it is published, if set: a column.
    pub publish_at: Field,
    /// Seconds since 1970 when it expires, if set: a column.
    pub expires_at: Field,
    /// Seconds since 1970 of its date, if it has one: a column.
    pub date: Field,
    /// What its score is multiplied by, where that is not one: a column.
    pub boost: Field,
    /// One where it does not age: a column.
    pub evergreen: Field,
    /// Its URL: a column.
    pub url: Field,
    /// Its language: a column.
    pub lang: Field,
    /// Names of its categories: a column.
    pub category: Field,
    /// Keys by which categories are filtered, see [`filter_key`].
    pub category_key: Field,
    /// Its tags: a column.
    pub tag: Field,
    /// Keys by which tags are filtered, see [`filter_key`].
    pub tag_key: Field,
    /// Names of its authors: a column.
    pub author: Field,
    /// Keys by which authors are filtered, see [`filter_key`].
    pub author_key: Field,
    /// For each heading, its first position and its length in positions: a column, see
    /// [`pack_heading`].
    pub heading_spans: Field,
    /// Lengths of its searched fields: a column, see `snapshot::field_lengths`.
    pub lengths: Field,
    /// Number of positions of the title: a column.
    pub title_len: Field,
    /// What it has in common with its translations: a column, see
    /// [`crate::content::Post::translation_key`].
    pub translation_key: Field,
    /// Fingerprint of its text, where that is long enough: a column, see [`super::simhash`].
    pub simhash: Field,
    /// What it offers to a reader who is typing, see [`super::suggestion`].
    pub suggestions: Field,
    /// What is shown of the post: see [`super::post_store`].
    pub record: Field,
}

/// Names of the columns, by which readers open them.
pub mod columns {
    /// See [`super::SchemaFields::id`].
    pub const ID: &str = "id";
    /// See [`super::SchemaFields::digest`].
    pub const DIGEST: &str = "digest";
    /// See [`super::SchemaFields::draft`].
    pub const DRAFT: &str = "draft";
    /// See [`super::SchemaFields::publish_at`].
    pub const PUBLISH_AT: &str = "publish_at";
    /// See [`super::SchemaFields::expires_at`].
    pub const EXPIRES_AT: &str = "expires_at";
    /// See [`super::SchemaFields::date`].
    pub const DATE: &str = "date";
    /// See [`super::SchemaFields::boost`].
    pub const BOOST: &str = "boost";
    /// See [`super::SchemaFields::evergreen`].
    pub const EVERGREEN: &str = "evergreen";
    /// See [`super::SchemaFields::url`].
    pub const URL: &str = "url";
    /// See [`super::SchemaFields::lang`].
    pub const LANG: &str = "lang";
    /// See [`super::SchemaFields::category`].
    pub const CATEGORY: &str = "category";
    /// See [`super::SchemaFields::tag`].
    pub const TAG: &str = "tag";
    /// See [`super::SchemaFields::author`].
    pub const AUTHOR: &str = "author";
    /// See [`super::SchemaFields::heading_spans`].
    pub const HEADING_SPANS: &str = "heading_spans";
    /// See [`super::SchemaFields::lengths`].
    pub const LENGTHS: &str = "lengths";
    /// See [`super::SchemaFields::title_len`].
    pub const TITLE_LEN: &str = "title_len";
    /// See [`super::SchemaFields::translation_key`].
    pub const TRANSLATION_KEY: &str = "translation_key";
    /// See [`super::SchemaFields::simhash`].
    pub const SIMHASH: &str = "simhash";
}

/// Builds the schema.
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
        boost: builder.add_f64_field(columns::BOOST, number()),
        evergreen: builder.add_u64_field(columns::EVERGREEN, number()),
        url: builder.add_text_field(columns::URL, column()),
        lang: builder.add_text_field(columns::LANG, column()),
        category: builder.add_text_field(columns::CATEGORY, column()),
        category_key: builder.add_text_field("category_key", key.clone()),
        tag: builder.add_text_field(columns::TAG, column()),
        tag_key: builder.add_text_field("tag_key", key.clone()),
        author: builder.add_text_field(columns::AUTHOR, column()),
        author_key: builder.add_text_field("author_key", key.clone()),
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
