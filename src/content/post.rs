//! A post or page, and when it is published.

use jiff::Timestamp;
use serde::Serialize;

use super::category::Category;
use super::date::PostDate;
use super::diagnostic::{Diagnostic, Severity};
use super::section::Section;
use super::site::Site;
use super::skip_reason::SkipReason;
use crate::config::Config;

/// The kind of a page: a dated post or an undated page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PostKind {
    /// A page with a date.
    Post,
    /// A page without a date, such as an "about" page.
    Page,
}

/// When a post is published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Publication {
    /// Whether the post is a draft.
    pub draft: bool,
    /// Start of publication.
    pub publish_at: Option<Timestamp>,
    /// End of publication.
    pub expires_at: Option<Timestamp>,
}

/// Which unpublished posts are visible, and the time at which publication is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisibilityRules {
    /// Whether drafts are visible.
    pub drafts: bool,
    /// Whether posts dated in the future are visible.
    pub future: bool,
    /// Whether expired posts are visible.
    pub expired: bool,
    /// The time with which publication dates are compared.
    pub now: Timestamp,
}

impl VisibilityRules {
    /// Returns the rules that the settings and the site's generator set, at the time `now`.
    #[must_use]
    pub fn of(config: &Config, site: &Site, now: Timestamp) -> Self {
        Self {
            drafts: config.drafts || site.drafts,
            future: config.future || site.future,
            expired: site.expired,
            now,
        }
    }
}

impl Publication {
    /// Returns the reason why the post is hidden under `rules`; `None` if it is visible.
    #[must_use]
    pub(crate) fn hidden_by(&self, rules: &VisibilityRules) -> Option<SkipReason> {
        let is_future = self.publish_at.is_some_and(|at| at > rules.now);
        let is_expired = self.expires_at.is_some_and(|at| at <= rules.now);
        if self.draft && !rules.drafts {
            Some(SkipReason::Draft)
        } else if is_future && !rules.future {
            Some(SkipReason::Future)
        } else if is_expired && !rules.expired {
            Some(SkipReason::Expired)
        } else {
            None
        }
    }
}

/// A post or page: its metadata and its text, ready to be indexed.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Path of the source file below the content directory; it identifies the post.
    pub id: String,
    /// Dated post or undated page.
    pub kind: PostKind,
    /// URL of the page: absolute, or root-relative if the site has no base URL.
    pub url: String,
    /// Why the URL is a guess; `None` if it follows from the site's settings and the file.
    pub url_guessed: Option<String>,
    /// Title from the front matter, else the first top-level heading, else the file's name.
    pub title: String,
    /// Description from the front matter.
    pub description: Option<String>,
    /// Summary from the front matter, else the prose before the summary divider.
    pub summary: Option<String>,
    /// Categories from the front matter, else from the folders.
    pub categories: Vec<Category>,
    /// Tags from the front matter.
    pub tags: Vec<String>,
    /// Names of the authors.
    pub authors: Vec<String>,
    /// Names of the series that the post is part of.
    pub series: Vec<String>,
    /// Date of the post.
    pub date: Option<PostDate>,
    /// Date of the last change, if the front matter has one.
    pub updated: Option<PostDate>,
    /// When the post is published.
    pub publication: Publication,
    /// Language tag, such as `en` or `pt-BR`; `und` if the language is unknown.
    pub lang: String,
    /// Key that a post shares with its translations and with no other post.
    pub translation_key: String,
    /// Image of the post, as written in the front matter.
    pub image: Option<String>,
    /// Paths that redirect to the post.
    pub aliases: Vec<String>,
    /// Sort key in ordered lists, as Hugo's `weight`.
    pub weight: Option<i64>,
    /// Search settings from the front matter.
    pub overrides: SearchOverrides,
    /// Number of words in headings and prose.
    pub words: usize,
    /// Reading time in minutes, rounded up.
    pub reading_minutes: usize,
    /// Text of the post, by section.
    pub sections: Vec<Section>,
    /// Warnings for the post's author.
    pub warnings: Vec<Warning>,
}

/// Search settings of a post: the `search` table of its front matter.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOverrides {
    /// Factor by which the post's score is multiplied.
    pub boost: f32,
    /// Additional words that match the post: `keywords` and `synonyms`.
    pub keywords: Vec<String>,
    /// Whether the post ranks as if it were new, whatever its date.
    pub evergreen: bool,
}

impl Default for SearchOverrides {
    fn default() -> Self {
        Self { boost: 1.0, keywords: Vec::new(), evergreen: false }
    }
}

/// A warning about a post, for its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong and how to fix it.
    pub message: String,
}

impl Warning {
    /// Returns the warning as a diagnostic of the file `id`.
    #[must_use]
    pub(crate) fn at(self, id: &str) -> Diagnostic {
        let Self { line, message } = self;
        Diagnostic { path: id.to_owned(), line, severity: Severity::Warning, message }
    }
}
