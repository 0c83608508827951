//! A post as search knows it, and reading one from its source file.

use jiff::Timestamp;

use super::date::{PostDate, parse_date};
use super::front_matter::Source;
use super::generator::{Place, Placed, Placement};
use super::markdown::parse_markdown;
use super::section::Section;
use super::site::{Site, primary_language};
use super::source::{Category, Inventory, humanize};
use super::{Failure, Reading, SkipReason};
use crate::config::line_of;

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
    /// The post's date.
    pub date: Option<PostDate>,
    /// When it may be seen.
    pub publication: Publication,
    /// Primary language subtag, such as `en`.
    pub lang: String,
    /// The text.
    pub sections: Vec<Section>,
}

/// Reads the file `id` as a post: its bytes, its place among the others, and whether the
/// audience may see it.
#[must_use]
pub fn read_post(id: &str, bytes: &[u8], inventory: &Inventory, site: &Site, audience: &Audience) -> Reading {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Reading::Failed(not_utf8(id, bytes, error)),
    };
    let fail = |line, message| Reading::Failed(Failure { path: id.to_owned(), line, message });
    let source = match Source::parse(text) {
        Ok(source) => source,
        Err(error) => return fail(error.line, error.message),
    };
    let (date, mut publication) = match read_dates(&source) {
        Ok(dates) => dates,
        Err((line, message)) => return fail(line, message),
    };
    let placed = Placed {
        id,
        data: &source.data,
        date,
        inventory,
        has_front_matter: source.has_front_matter,
        has_body: !source.body.trim().is_empty(),
    };
    let place = match site.generator.place(&placed) {
        Placement::Page(place) => place,
        Placement::Skipped(reason) => return Reading::Skipped(reason),
    };
    publication.draft |= place.is_draft;
    publication.publish_at = publication.publish_at.or(place.date.map(|date| date.moment));
    match publication.hidden_from(audience) {
        Some(reason) => Reading::Skipped(reason),
        None => Reading::Post(Box::new(build(&placed, source.body, publication, place, site))),
    }
}

fn build(file: &Placed<'_>, body: &str, publication: Publication, place: Place, site: &Site) -> Post {
    let Placed { id, data, .. } = *file;
    let document = parse_markdown(body, site.generator.dialect());
    let first_heading = || {
        let headings = document.sections.iter().filter_map(|section| section.heading.as_ref());
        headings.filter(|heading| heading.level == 1).map(|heading| heading.text.clone()).next()
    };
    let date = file.date.or(place.date);
    let lang = data.text("lang").map(|lang| primary_language(&lang)).or(place.lang);
    Post {
        id: id.to_owned(),
        kind: if date.is_some() { Kind::Post } else { Kind::Page },
        url: site.url(&place.path),
        title: data
            .text("title")
            .map(|title| on_one_line(&title))
            .or_else(first_heading)
            .unwrap_or_else(|| title_of_path(id)),
        description: data.text("description"),
        summary: data.text("summary").or(document.summary),
        categories: categories(file, place.categories),
        tags: data.texts("tags"),
        date,
        publication,
        lang: lang.unwrap_or_else(|| site.language.clone()),
        sections: document.sections,
    }
}

/// Runs of blanks are one, as a browser shows them.
fn on_one_line(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The categories in the front matter, else those that the generator takes from the folders, else
/// the first folder.
fn categories(file: &Placed<'_>, of_place: Vec<Category>) -> Vec<Category> {
    let named = file.data.texts("categories");
    if named.is_empty() {
        return if of_place.is_empty() {
            file.inventory.category(file.id).into_iter().collect()
        } else {
            of_place
        };
    }
    named.into_iter().map(|name| Category { slug: name.clone(), name }).collect()
}

type Mistake = (usize, String);

fn read_dates(source: &Source<'_>) -> Result<(Option<PostDate>, Publication), Mistake> {
    // Hugo takes the date of publication, by either name, for the date where there is no other.
    let published = read_date(source, "publishDate")?.or(read_date(source, "pubdate")?);
    let date = read_date(source, "date")?.or(published);
    let publication = Publication {
        draft: source.data.flag("draft").unwrap_or(false),
        publish_at: published.or(date).map(|date| date.moment),
        expires_at: read_date(source, "expiryDate")?.map(|date| date.moment),
    };
    Ok((date, publication))
}

fn read_date(source: &Source<'_>, key: &str) -> Result<Option<PostDate>, Mistake> {
    let Some(text) = source.data.text(key) else { return Ok(None) };
    parse_date(&text).map(Some).ok_or_else(|| {
        let message =
            format!("`{key}` is no date: \"{text}\"; write it like 2026-01-31 or 2026-01-31T12:00:00Z");
        (source.line_of_key(key), message)
    })
}

fn title_of_path(id: &str) -> String {
    let stem = id.rsplit_once('.').map_or(id, |(stem, _)| stem);
    let named = stem.strip_suffix("/_index").or_else(|| stem.strip_suffix("/index")).unwrap_or(stem);
    humanize(named.rsplit('/').next().unwrap_or(named))
}

fn not_utf8(id: &str, bytes: &[u8], error: std::str::Utf8Error) -> Failure {
    let at = error.valid_up_to();
    let line = line_of(bytes, at);
    let message = format!("not UTF-8: byte 0x{:02x}; save the file in UTF-8", bytes[at]);
    Failure { path: id.to_owned(), line, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audience() -> Audience {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        Audience { drafts: false, future: false, expired: false, now }
    }

    fn read(id: &str, text: &str) -> Reading {
        let mut inventory = Inventory::default();
        inventory.insert(id, || Some(text.to_owned()));
        read_post(id, text.as_bytes(), &inventory, &Site::default(), &audience())
    }

    fn post(id: &str, text: &str) -> Post {
        match read(id, text) {
            Reading::Post(post) => *post,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_dated_file_is_a_post_and_another_a_page() {
        let dated = post("ai/x/_index.md", "\n+++\ntitle = 'X'\ndate = 2025-01-02T03:04:05Z\n+++\nHi");
        assert_eq!((dated.kind, dated.title.as_str(), dated.url.as_str()), (Kind::Post, "X", "/ai/x/"));
        assert_eq!(dated.categories[0].slug, "ai");
        assert_eq!(post("about/_index.md", "+++\ntitle = 'About'\n+++\n").kind, Kind::Page);
    }

    #[test]
    fn the_date_of_publication_stands_in_for_the_date() {
        let day = |text: &str| post("a.md", text).date.map(PostDate::day);
        assert_eq!(day("{\"Pubdate\": \"2010-09-10\"}\n").as_deref(), Some("2010-09-10"));
        assert_eq!(
            day("+++\ndate = 2024-01-02\npublishDate = 2024-02-03\n+++\n").as_deref(),
            Some("2024-01-02")
        );
    }

    #[test]
    fn a_title_is_always_found() {
        assert_eq!(post("a.md", "# The *Title*\n").title, "The Title");
        assert_eq!(post("notes/my-trip/index.md", "Text").title, "My trip");
        assert_eq!(post("a.md", "+++\ntitle = 404\n+++\n").title, "404");
        assert_eq!(post("a.md", "+++\ntitle = ' A  \\n b'\n+++\n").title, "A \\n b");
    }

    #[test]
    fn hidden_posts_are_skipped_with_their_reason() {
        let cases = [
            ("draft = true", SkipReason::Draft),
            ("date = 2026-01-02", SkipReason::Future),
            ("date = 2025-01-01\npublishDate = 2027-01-01", SkipReason::Future),
            ("expiryDate = 2025-12-31", SkipReason::Expired),
        ];
        for (front_matter, reason) in cases {
            let reading = read("a.md", &format!("+++\n{front_matter}\n+++\n"));
            assert!(matches!(reading, Reading::Skipped(r) if r == reason), "{front_matter}: {reading:?}");
        }
    }

    #[test]
    fn front_matter_categories_come_before_the_folder() {
        let post = post("ai/x.md", "---\ncategories: [One, Two]\ntags: solo\n---\n");
        assert_eq!(post.categories.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["One", "Two"]);
        assert_eq!(post.tags, ["solo"]);
    }

    #[test]
    fn mistakes_name_line_and_fix() {
        let text = "\n+++\ntitle = 'X'\ndate = 'tomorrow'\n+++\n";
        let Reading::Failed(failure) = read("a.md", text) else { panic!() };
        assert_eq!((failure.path.as_str(), failure.line), ("a.md", 4));
        assert!(failure.message.contains("write it like"), "{}", failure.message);
        let reading =
            read_post("b.md", b"one\ntw\xffo", &Inventory::default(), &Site::default(), &audience());
        let Reading::Failed(failure) = reading else { panic!() };
        assert_eq!(failure.to_string(), "b.md:2: not UTF-8: byte 0xff; save the file in UTF-8");
    }
}
