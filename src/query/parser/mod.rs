//! The query language: any text is a query.
//!
//! | typed | means |
//! |---|---|
//! | `canary deployment` | all of the words; the last one, still being typed, also as the beginning of a word |
//! | `"vibe coding"` | the phrase; `“ ”`, `„ “` and `« »` do as well; one that is not closed yet ends with the query |
//! | `kube*` | words that begin so; also at the end of a phrase |
//! | `-argo`, `-"argo cd"`, `NOT argo` | without it |
//! | `helm OR kustomize`, `helm \| kustomize` | one of both: `a b OR c d` is `a (b OR c) d` |
//! | `a AND b` | as `a b` |
//! | `(a b) OR c`, `-(a b)` | a group: posts with a and b, or with c; posts without both |
//! | `title:x`, `heading:x`, `code:x` | in the title, in a heading, in a code block; also `title:"x y"`, `title:(a OR b)` |
//! | `category:x`, `tag:x`, `author:x` | of that category, tag, author, by name |
//! | `lang:pt` | in that language |
//! | `url:/2024/` | with that in the path of the URL |
//! | `after:2023`, `before:2024-06-30` | dated then or later; dated before |
//! | `tag:rust,go`, `author:"Ann Lee",bob` | one of the values, of any filter but dates |
//! | `-tag:old`, `-title:x` | the same, without |
//!
//! Fields may be typed in any case of letters, operators in capitals only. A parenthesis groups where it
//! begins an item: those of `f(x)` belong to the word. What is none of all this is words: `color:red`,
//! `std::vec`, `url::Url`, `https://example.org`, a field without a value, `--flag`.
//!
//! Nothing is an error; what is left out becomes a warning. Work is bounded: a query is cut at
//! [`limits::MAX_QUERY_BYTES`] and after [`limits::MAX_QUERY_WORDS`], groups deeper than
//! [`limits::MAX_QUERY_DEPTH`] lose their parentheses.

mod builder;
mod scanner;

use std::ops::Range;

use jiff::Timestamp;

use crate::config::limits;
use builder::Builder;
use scanner::Scanner;

/// A part of a query.
///
/// What [`parse`] makes is in its simplest form: no [`Node::All`] stands directly in another one or at
/// the top, no [`Node::Any`] in another one, no [`Node::Not`] in another one, and groups have at least
/// two members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Something to look for.
    Unit(Unit),
    /// A condition without influence on the order of hits.
    Filter(Filter),
    /// What must not hold.
    Not(Box<Node>),
    /// All of them are wanted.
    All(Vec<Node>),
    /// One of them is enough.
    Any(Vec<Node>),
}

/// A word or phrase as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The text, without quotes, field, sign and trailing `*`; never blank.
    pub text: String,
    /// It was in quotes.
    pub is_phrase: bool,
    /// Where it has to stand, if that was said.
    pub field: Option<SearchField>,
    /// It is still being typed at the very end of the query: its last word may be the beginning of one.
    pub is_open: bool,
    /// It ended in a `*`: its last word is the beginning of one. It is not open then.
    pub is_prefix: bool,
    /// Where `text` stands in the query, in bytes.
    pub range: Range<usize>,
}

/// A part of posts that a word can be looked for in alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchField {
    /// The title.
    Title,
    /// The headings.
    Heading,
    /// The code blocks.
    Code,
}

/// What a filter looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterField {
    /// Categories.
    Category,
    /// Tags.
    Tag,
    /// Authors.
    Author,
    /// The language.
    Lang,
    /// The URL.
    Url,
    /// The date, from above.
    Before,
    /// The date, from below.
    After,
}

impl FilterField {
    /// Its name in queries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Tag => "tag",
            Self::Author => "author",
            Self::Lang => "lang",
            Self::Url => "url",
            Self::Before => "before",
            Self::After => "after",
        }
    }

    /// Whether several values, joined by commas, may be given.
    fn takes_list(self) -> bool {
        !matches!(self, Self::Before | Self::After)
    }
}

/// A condition; one of its values is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Of one of these categories, by name or folder.
    Category(Vec<String>),
    /// With one of these tags.
    Tag(Vec<String>),
    /// By one of these authors.
    Author(Vec<String>),
    /// In one of these languages.
    Lang(Vec<String>),
    /// With one of these in the path of its URL.
    Url(Vec<String>),
    /// Dated before this moment.
    Before(Timestamp),
    /// Dated at this moment or later.
    After(Timestamp),
}

impl Filter {
    /// What it looks at.
    #[must_use]
    pub fn field(&self) -> FilterField {
        match self {
            Self::Category(_) => FilterField::Category,
            Self::Tag(_) => FilterField::Tag,
            Self::Author(_) => FilterField::Author,
            Self::Lang(_) => FilterField::Lang,
            Self::Url(_) => FilterField::Url,
            Self::Before(_) => FilterField::Before,
            Self::After(_) => FilterField::After,
        }
    }
}

/// A query, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedQuery {
    /// All of them are wanted.
    pub nodes: Vec<Node>,
    /// What was left out, in words for the reader.
    pub warnings: Vec<String>,
}

/// Takes a query apart.
#[must_use]
pub fn parse(query: &str) -> ParsedQuery {
    let mut warnings = Vec::new();
    let query = cut(query, &mut warnings);
    let mut scanner = Scanner::new(query);
    let mut builder = Builder::new(query, warnings);
    while !builder.is_full()
        && let Some(lexeme) = scanner.next(builder.inherited_field())
    {
        builder.add(lexeme);
    }
    builder.finish()
}

/// The length in bytes of the field and its colon with which `text` begins; 0 where it begins with none.
#[must_use]
pub fn field_len(text: &str) -> usize {
    scanner::field_at(text).map_or(0, |(len, _)| len)
}

/// What the reader is told of words that are not searched.
pub(super) fn too_many_words() -> String {
    format!("only the first {} words are searched", limits::MAX_QUERY_WORDS)
}

fn cut<'a>(query: &'a str, warnings: &mut Vec<String>) -> &'a str {
    if query.len() <= limits::MAX_QUERY_BYTES {
        return query;
    }
    warnings.push(format!("only the first {} bytes of the query are searched", limits::MAX_QUERY_BYTES));
    &query[..query.floor_char_boundary(limits::MAX_QUERY_BYTES)]
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
