//! A post as search knows it, and who may see it.

use jiff::Timestamp;
use serde::Serialize;

use super::date::PostDate;
use super::inventory::Category;
use super::problem::{Problem, Severity};
use super::section::Section;
use super::site::Site;
use super::skip_reason::SkipReason;
use crate::config::Config;

/// Whether a post belongs to the flow of dated articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It has a date.
    Post,
    /// It has none: an "about" page.
    Page,
}

/// When a post may be seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Publication {
    /// Not meant for readers yet.
    pub draft: bool,
    /// Not to be seen before.
    pub publish_at: Option<Timestamp>,
    /// Not to be seen from then on.
    pub expires_at: Option<Timestamp>,
}

/// Who asks: what is shown besides the published posts, and the time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience {
    /// Drafts are shown.
    pub drafts: bool,
    /// Posts dated in the future are shown.
    pub future: bool,
    /// Expired posts are shown.
    pub expired: bool,
    /// The present.
    pub now: Timestamp,
}

impl Audience {
    /// Those who see what the settings and the site's generator show, at the time `now`.
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
    /// Why the post is not shown, if it is not.
    #[must_use]
    pub fn hidden_from(&self, audience: &Audience) -> Option<SkipReason> {
        let is_future = self.publish_at.is_some_and(|at| at > audience.now);
        let is_expired = self.expires_at.is_some_and(|at| at <= audience.now);
        if self.draft && !audience.drafts {
            Some(SkipReason::Draft)
        } else if is_future && !audience.future {
            Some(SkipReason::Future)
        } else if is_expired && !audience.expired {
            Some(SkipReason::Expired)
        } else {
            None
        }
    }
}

/// A post or page with all that search knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Path of the source file below the content directory.
    pub id: String,
    /// Post or page.
    pub kind: Kind,
    /// Absolute, or root-relative where the site has no base URL.
    pub url: String,
    /// From the front matter, else the first heading, else the file's name.
    pub title: String,
    /// What the writer says that the post is about.
    pub description: Option<String>,
    /// The prose before the summary divider.
    pub summary: Option<String>,
    /// From the front matter, else the first folder.
    pub categories: Vec<Category>,
    /// From the front matter.
    pub tags: Vec<String>,
    /// Names of those who wrote it.
    pub authors: Vec<String>,
    /// The series that it is a part of.
    pub series: Vec<String>,
    /// The post's date.
    pub date: Option<PostDate>,
    /// When it was changed last, if the writer says so.
    pub updated: Option<PostDate>,
    /// When it may be seen.
    pub publication: Publication,
    /// Primary language subtag, such as `en`.
    pub lang: String,
    /// What it has in common with its translations, and only with them.
    pub translation_key: String,
    /// The picture that stands for it, as the front matter names it.
    pub image: Option<String>,
    /// Other paths that lead to it.
    pub aliases: Vec<String>,
    /// Its place in ordered lists.
    pub weight: Option<i64>,
    /// How the writer wants it searched.
    pub overrides: SearchOverrides,
    /// Words of its headings and prose.
    pub words: usize,
    /// Whole minutes that reading it takes.
    pub reading_minutes: usize,
    /// The text.
    pub sections: Vec<Section>,
    /// What its writer should look at.
    pub warnings: Vec<Warning>,
}

/// The `[search]` table of the front matter.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOverrides {
    /// What its score is multiplied by.
    pub boost: f32,
    /// More words by which it is found: `keywords` and `synonyms`.
    pub keywords: Vec<String>,
    /// It does not age: its date does not count against it.
    pub evergreen: bool,
}

impl Default for SearchOverrides {
    fn default() -> Self {
        Self { boost: 1.0, keywords: Vec::new(), evergreen: false }
    }
}

/// Something in a post that its writer should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is odd and what to do.
    pub message: String,
}

impl Warning {
    /// The warning as a problem of the file `id`.
    #[must_use]
    pub fn at(self, id: &str) -> Problem {
        let Self { line, message } = self;
        Problem { path: id.to_owned(), line, severity: Severity::Warning, message }
    }
}
