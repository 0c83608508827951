//! Reading a post from its source file.

use unicode_segmentation::UnicodeSegmentation;

use super::date_keys::Dates;
use super::fields::Fields;
use super::front_matter::Source;
use super::generator::file_name::date_in_name;
use super::generator::place::{Place, Placed, Placement};
use super::html::parse_html;
use super::inventory::{Inventory, humanize};
use super::language::detect_language;
use super::markdown::{Document, parse_markdown};
use super::post::{Audience, Kind, Post, Publication};
use super::problem::Failure;
use super::section::Section;
use super::site::Site;
use super::skip_reason::SkipReason;
use super::source_id::extension;
use super::template::plain_markdown;
use super::translation::translation_key;
use super::warnings::warnings;

use crate::config::line_of;

/// Words that are read in a minute, and ideographs; as Hugo counts them.
const WORDS_A_MINUTE: usize = 213;
const IDEOGRAPHS_A_MINUTE: usize = 501;

/// What became of a source file.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// It is searched.
    Post(Box<Post>),
    /// It is not meant to be.
    Skipped(SkipReason),
    /// It could not be read.
    Failed(Failure),
}

/// Reads the file `id` as a post: its bytes, its place among the others, and whether the
/// audience may see it.
#[must_use]
pub fn read_post(id: &str, bytes: &[u8], inventory: &Inventory, site: &Site, audience: &Audience) -> Reading {
    if site.generator.leaves_out(id) {
        return Reading::Skipped(SkipReason::NotAPage);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Reading::Failed(not_utf8(id, bytes, error)),
    };
    // Lines end alike on all systems: nothing below has to know others.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let fail = |line, message| Reading::Failed(Failure { path: id.to_owned(), line, message });
    let source = match Source::parse(&text) {
        Ok(source) => source,
        Err(error) => return fail(error.line, error.message),
    };
    let data = site.generator.inherit(id, source.data.clone(), source.body, inventory);
    let dates = match site.generator.date_keys().read(&source, &data, date_in_name(id), &site.time_zone) {
        Ok(dates) => dates,
        Err(error) => return fail(error.line, error.message),
    };
    let placed = Placed {
        id,
        data: &data,
        date: dates.date,
        inventory,
        has_front_matter: source.has_front_matter,
        has_body: !source.body.trim().is_empty(),
    };
    let place = match site.generator.place(&placed) {
        Placement::Page(place) => place,
        Placement::Skipped(reason) => return Reading::Skipped(reason),
    };
    if Fields::new(&data).is_excluded() {
        return Reading::Skipped(SkipReason::Excluded);
    }
    let publication = publication(&placed, &dates, &place, site);
    if let Some(reason) = publication.hidden_from(audience) {
        return Reading::Skipped(reason);
    }
    let document = read_document(id, source.body, site);
    if is_html(id) && document.sections.is_empty() {
        return Reading::Skipped(SkipReason::List);
    }
    let warnings = warnings(&source, &data, &document);
    let dates = Dates { date: dates.date.or(place.date), ..dates };
    let post = build(&placed, dates, publication, &place, document, site);
    Reading::Post(Box::new(Post { warnings, ..post }))
}

fn publication(file: &Placed<'_>, dates: &Dates, place: &Place, site: &Site) -> Publication {
    let publish = dates.publish.or(dates.date).or(place.date);
    Publication {
        draft: place.is_draft || site.generator.is_draft(file.data),
        publish_at: publish.map(|date| date.moment),
        expires_at: dates.expiry.map(|date| date.moment),
    }
}

fn is_html(id: &str) -> bool {
    matches!(extension(id).to_ascii_lowercase().as_str(), "html" | "htm")
}

fn read_document(id: &str, body: &str, site: &Site) -> Document {
    let dialect = site.generator.dialect(id);
    if is_html(id) {
        Document { sections: parse_html(&plain_markdown(body, dialect)), ..Document::default() }
    } else {
        parse_markdown(body, dialect)
    }
}

fn build(
    file: &Placed<'_>,
    dates: Dates,
    publication: Publication,
    place: &Place,
    document: Document,
    site: &Site,
) -> Post {
    let Placed { id, data, .. } = *file;
    let fields = Fields::new(data);
    let title = fields.title().or_else(|| document.title()).unwrap_or_else(|| title_of_path(id));
    let lang = fields.language().or_else(|| place.lang.clone()).or_else(|| site.language.clone());
    let lang = lang.unwrap_or_else(|| detect_language(&title, &document.sections).to_owned());
    let own_key = fields.text(&["translationKey", "translation_key"]);
    let translation_key = translation_key(own_key, place.translation_key.clone(), id, &lang);
    let categories = fields.categories();
    let words = count_words(&document.sections);
    let is_cjk = data.flag("isCJKLanguage").unwrap_or(matches!(lang.as_str(), "zh" | "ja" | "ko"));
    Post {
        id: id.to_owned(),
        kind: if dates.date.is_some() { Kind::Post } else { Kind::Page },
        url: site.url(file, place, dates.date, &lang),
        title,
        description: fields.text(&["description"]),
        summary: fields.text(&["summary", "excerpt"]).or(document.summary),
        categories: if categories.is_empty() { place.categories.clone() } else { categories },
        tags: fields.names(&["tags", "tag"]),
        authors: fields.names(&["authors", "author"]),
        series: fields.names(&["series"]),
        date: dates.date,
        updated: dates.updated,
        publication,
        lang,
        translation_key,
        image: fields.image(),
        aliases: fields.names(&["aliases", "redirect_from", "redirects", "alias"]),
        weight: fields.weight(),
        overrides: fields.overrides().0,
        words,
        reading_minutes: words.div_ceil(if is_cjk { IDEOGRAPHS_A_MINUTE } else { WORDS_A_MINUTE }),
        sections: document.sections,
        warnings: Vec::new(),
    }
}

fn count_words(sections: &[Section]) -> usize {
    let count = |text: &str| text.unicode_words().count();
    let headings = sections.iter().filter_map(|section| section.heading.as_ref());
    let in_headings: usize = headings.map(|heading| count(&heading.text)).sum();
    in_headings + sections.iter().flat_map(Section::prose).map(count).sum::<usize>()
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
    use crate::content::date::PostDate;
    use crate::content::generator::Generator;

    fn audience() -> Audience {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        Audience { drafts: false, future: false, expired: false, now }
    }

    fn read(id: &str, text: &str) -> Reading {
        let mut inventory = Inventory::default();
        Generator::default().add_to_inventory(&mut inventory, id, || Some(text.to_owned()));
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
