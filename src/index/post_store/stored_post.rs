//! Metadata of a post that results show.

use serde::{Deserialize, Serialize};

use crate::content::PostDate;
use crate::content::{Category, Post, PostKind, Section};

/// Maximum length of a description taken from the text, in characters.
const DESCRIPTION_CHARS: usize = 200;

/// Metadata of a post that results show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredPost {
    /// See [`Post::id`].
    pub id: String,
    /// See [`Post::kind`].
    pub kind: PostKind,
    /// See [`Post::url`].
    pub url: String,
    /// See [`Post::title`].
    pub title: String,
    /// Description in the front matter, or else the beginning of the summary or of the first prose.
    pub description: String,
    /// Whether the description is from the front matter.
    pub own_description: bool,
    /// See [`Post::categories`].
    pub categories: Vec<Category>,
    /// See [`Post::tags`].
    pub tags: Vec<String>,
    /// See [`crate::content::SearchOverrides::keywords`].
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

impl StoredPost {
    /// Returns the stored metadata of a post.
    #[must_use]
    pub(crate) fn of(post: &Post) -> Self {
        Self {
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
}

fn describe(post: &Post) -> String {
    if let Some(description) = &post.description {
        return description.clone();
    }
    let first_prose = || post.sections.iter().flat_map(Section::prose).next();
    cut(post.summary.as_deref().or_else(first_prose).unwrap_or_default(), DESCRIPTION_CHARS)
}

/// Returns the words of the text that fit into `max_chars`, with an ellipsis if some do not.
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
    fn cut_breaks_between_words() {
        assert_eq!(cut("one two three", 8), "one two…");
        assert_eq!(cut("one  two\nthree", 100), "one two three");
        assert_eq!(cut("", 10), "");
    }
}
