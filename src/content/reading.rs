//! Reading one source file as a post.

use unicode_segmentation::UnicodeSegmentation;

use super::category::humanize;
use super::date_keys::{DateReader, DateReading, PostDates, UnreadableDate};
use super::error::SourceError;
use super::fields::FrontMatterFields;
use super::front_matter::{ParsedSource, with_unix_newlines};
use super::generator::file_name::date_in_name;
use super::generator::page::{GeneratedPage, PageOutcome, PageSource};
use super::html::parse_html;
use super::inventory::Inventory;
use super::language::detect_language;
use super::language_tag::primary_subtag;
use super::markdown::{PostBody, parse_markdown};
use super::post::{Post, PostKind, Publication, VisibilityRules};
use super::section::Section;
use super::site::Site;
use super::skip_reason::SkipReason;
use super::source_id::extension;
use super::stubs::stub_reason;
use super::template::plain_markdown;
use super::translation::translation_key;
use super::warnings::warnings;
use crate::config::line_of;

/// Reading speed in words per minute, as in Hugo's `ReadingTime`.
const WORDS_PER_MINUTE: usize = 213;
/// Reading speed in ideographs per minute, as in Hugo's `ReadingTime`.
const IDEOGRAPHS_PER_MINUTE: usize = 501;

/// Minimum number of words of a page that lists others to be searched: more than a sentence about the list.
const MIN_WORDS_OF_LIST: usize = 20;

/// The outcome of reading a source file.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadOutcome {
    /// A post or page to index.
    Post(Box<Post>),
    /// A readable file that is not indexed.
    Skipped(SkipReason),
    /// An error in the file.
    Failed(SourceError),
}

/// Reads the source file `id` as a post.
///
/// `inventory` has the site's other files, on which lists, bundles and inherited values depend. A post
/// that `rules` hide is skipped.
///
/// # Examples
/// ```
/// use bloghound::content::{Inventory, ReadOutcome, Site, VisibilityRules, read_post};
///
/// let (inventory, site) = (Inventory::default(), Site::default());
/// let now = jiff::Timestamp::now();
/// let rules = VisibilityRules { drafts: false, future: false, expired: false, now };
/// let text = b"+++\ntitle = 'Sourdough'\ndate = 2024-01-02\n+++\nFlour and water.\n";
/// let outcome = read_post("food/bread.md", text, &inventory, &site, &rules);
/// let ReadOutcome::Post(post) = outcome else { panic!("{outcome:?}") };
/// assert_eq!((post.title.as_str(), post.url.as_str()), ("Sourdough", "/food/bread/"));
/// ```
#[must_use]
pub fn read_post(
    id: &str,
    bytes: &[u8],
    inventory: &Inventory,
    site: &Site,
    rules: &VisibilityRules,
) -> ReadOutcome {
    if site.generator.excludes(id) {
        return ReadOutcome::Skipped(SkipReason::NotAPage);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return ReadOutcome::Failed(utf8_error(id, bytes, error)),
    };
    // The code below sees only `\n` as line ending.
    let text = with_unix_newlines(text);
    let (text, added_lines) = site.generator.in_common_form(&text);
    let fail = |line, message| ReadOutcome::Failed(SourceError { path: id.to_owned(), line, message });
    let source = match ParsedSource::parse_as(&text, site.generator.front_matter_syntax()) {
        Ok(source) => source.moved_up(added_lines),
        Err(error) => return fail(error.line.saturating_sub(added_lines), error.message),
    };
    let data = site.generator.inherit(id, source.data.clone(), source.body, inventory);
    let reader = DateReader { dialect: site.generator.date_dialect(), zone: &site.time_zone };
    let in_name = date_in_name(id, &site.time_zone);
    let DateReading { dates, unreadable } = site.generator.date_keys().read(&source, &data, in_name, reader);
    let page_source = PageSource {
        id,
        data: &data,
        date: dates.date,
        inventory,
        has_front_matter: source.has_front_matter,
        has_body: !source.body.trim().is_empty(),
    };
    let page = match site.generator.resolve_page(&page_source) {
        PageOutcome::Page(page) => page,
        PageOutcome::Skipped(reason) => return ReadOutcome::Skipped(reason),
    };
    if FrontMatterFields::new(&data).is_excluded() {
        return ReadOutcome::Skipped(SkipReason::Excluded);
    }
    let publication = publication(&page_source, &dates, &page, site);
    if let Some(reason) = publication.hidden_by(rules) {
        return ReadOutcome::Skipped(reason);
    }
    let hiding = unreadable.iter().find_map(|date| Some((date.line, date.hiding(rules)?)));
    if let Some((line, message)) = hiding {
        return fail(line, message);
    }
    let body = parse_body(id, &site.generator.with_values(&page_source, source.body), site);
    if is_html(id) && body.sections.is_empty() || page.is_list && !has_own_text(&body) {
        return ReadOutcome::Skipped(SkipReason::List);
    }
    if let Some(reason) = stub_reason(&site.generator, &data, &page, source.body, &body) {
        return ReadOutcome::Skipped(reason);
    }
    let mut warnings = warnings(&source, &data, &body);
    warnings.extend(unreadable.iter().map(UnreadableDate::warning));
    warnings.sort_by_key(|warning| warning.line);
    let dates = PostDates { date: dates.date.or(page.date), ..dates };
    let post = build(&page_source, dates, publication, &page, body, site);
    ReadOutcome::Post(Box::new(Post { warnings, ..post }))
}

fn publication(file: &PageSource<'_>, dates: &PostDates, page: &GeneratedPage, site: &Site) -> Publication {
    let publish = dates.publish.or(dates.date).or(page.date);
    Publication {
        draft: page.is_draft || site.generator.is_draft(file.data),
        publish_at: publish.map(|date| date.timestamp),
        expires_at: dates.expiry.map(|date| date.timestamp),
    }
}

/// Returns whether a page that lists others has more text than an introduction to the list.
fn has_own_text(body: &PostBody) -> bool {
    let prose = body.sections.iter().flat_map(Section::prose);
    prose.map(|text| text.unicode_words().count()).sum::<usize>() >= MIN_WORDS_OF_LIST
}

fn is_html(id: &str) -> bool {
    matches!(extension(id).to_ascii_lowercase().as_str(), "html" | "htm")
}

fn parse_body(id: &str, text: &str, site: &Site) -> PostBody {
    let dialect = site.generator.dialect(id);
    if is_html(id) {
        PostBody { sections: parse_html(&plain_markdown(text, dialect)), ..PostBody::default() }
    } else {
        parse_markdown(text, dialect)
    }
}

fn build(
    file: &PageSource<'_>,
    dates: PostDates,
    publication: Publication,
    page: &GeneratedPage,
    body: PostBody,
    site: &Site,
) -> Post {
    let PageSource { id, data, .. } = *file;
    let fields = FrontMatterFields::new(data);
    let title = fields.title().or_else(|| body.title()).unwrap_or_else(|| title_of_path(id));
    let lang = fields.language().or_else(|| page.lang.clone()).or_else(|| site.language.clone());
    let lang = lang.unwrap_or_else(|| detect_language(&title, &body.sections).to_owned());
    let own_key = fields.text(&["translationKey", "translation_key"]);
    let translation_key = translation_key(own_key, page.translation_key.clone(), id, &lang);
    let categories = fields.categories();
    let words = count_words(&body.sections);
    let is_cjk =
        data.flag("isCJKLanguage").unwrap_or(matches!(primary_subtag(&lang), "zh" | "ja" | "ko" | "yue"));
    Post {
        id: id.to_owned(),
        kind: if dates.date.is_some() { PostKind::Post } else { PostKind::Page },
        url: site.url(file, page, dates.date, &lang),
        url_guessed: page.guessed.clone().filter(|_| dates.date.is_none() || !site.has_permalink(id)),
        title,
        description: fields.text(&["description"]),
        summary: fields.text(&["summary", "excerpt"]).or(body.summary),
        categories: if categories.is_empty() { page.categories.clone() } else { categories },
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
        overrides: fields.overrides(),
        words,
        reading_minutes: words.div_ceil(if is_cjk { IDEOGRAPHS_PER_MINUTE } else { WORDS_PER_MINUTE }),
        sections: body.sections,
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

/// Returns the error of a file that is not UTF-8.
pub(super) fn utf8_error(id: &str, bytes: &[u8], error: std::str::Utf8Error) -> SourceError {
    let at = error.valid_up_to();
    let line = line_of(bytes, at);
    let message = format!("invalid UTF-8: byte 0x{:02x}; save the file as UTF-8", bytes[at]);
    SourceError { path: id.to_owned(), line, message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::date::PostDate;
    use crate::content::generator::Generator;

    fn rules() -> VisibilityRules {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        VisibilityRules { drafts: false, future: false, expired: false, now }
    }

    fn read(id: &str, text: &str) -> ReadOutcome {
        let mut inventory = Inventory::default();
        let _ = Generator::default().add_to_inventory(&mut inventory, id, || Some(text.to_owned()));
        read_post(id, text.as_bytes(), &inventory, &Site::default(), &rules())
    }

    fn post(id: &str, text: &str) -> Post {
        match read(id, text) {
            ReadOutcome::Post(post) => *post,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_dated_file_is_a_post_and_an_undated_one_a_page() {
        let dated = post("ai/x/_index.md", "\n+++\ntitle = 'X'\ndate = 2025-01-02T03:04:05Z\n+++\nHi");
        assert_eq!((dated.kind, dated.title.as_str(), dated.url.as_str()), (PostKind::Post, "X", "/ai/x/"));
        assert_eq!(dated.categories[0].slug, "ai");
        assert_eq!(post("about/_index.md", "+++\ntitle = 'About'\n+++\n").kind, PostKind::Page);
    }

    #[test]
    fn the_publication_date_replaces_a_missing_date() {
        let day = |text: &str| post("a.md", text).date.map(PostDate::day);
        assert_eq!(day("{\"Pubdate\": \"2010-09-10\"}\nText").as_deref(), Some("2010-09-10"));
        assert_eq!(
            day("+++\ndate = 2024-01-02\npublishDate = 2024-02-03\n+++\nText").as_deref(),
            Some("2024-01-02")
        );
    }

    #[test]
    fn the_title_falls_back_to_heading_and_file_name() {
        assert_eq!(post("a.md", "# The *Title*\n").title, "The Title");
        assert_eq!(post("notes/my-trip/index.md", "Text").title, "My trip");
        assert_eq!(post("a.md", "+++\ntitle = 404\n+++\n").title, "404");
        assert_eq!(post("a.md", "+++\ntitle = ' A  \\n b'\n+++\n").title, "A \\n b");
    }

    #[test]
    fn unpublished_posts_are_skipped_with_a_reason() {
        let cases = [
            ("draft = true", SkipReason::Draft),
            ("date = 2026-01-02", SkipReason::Future),
            ("date = 2025-01-01\npublishDate = 2027-01-01", SkipReason::Future),
            ("expiryDate = 2025-12-31", SkipReason::Expired),
        ];
        for (front_matter, reason) in cases {
            let outcome = read("a.md", &format!("+++\n{front_matter}\n+++\n"));
            assert!(matches!(outcome, ReadOutcome::Skipped(r) if r == reason), "{front_matter}: {outcome:?}");
        }
    }

    #[test]
    fn a_post_whose_date_is_unreadable_is_shown_with_a_warning() {
        let post = post("a.md", "---\ntitle: A\ndate: 2019-13-45\n---\n");
        assert_eq!((post.date, post.kind, post.warnings.len()), (None, PostKind::Page, 1));
        assert_eq!(post.warnings[0].line, 3);
        assert!(post.warnings[0].message.contains("\"2019-13-45\" for `date`"), "{:?}", post.warnings);
        let outcome = read("a.md", "---\ntitle: A\ndate: 2031-13-05\n---\n");
        assert!(matches!(outcome, ReadOutcome::Failed(_)), "{outcome:?}");
    }

    #[test]
    fn categories_of_the_front_matter_replace_the_folder() {
        let post = post("ai/x.md", "---\ncategories: [One, Two]\ntags: solo\n---\n");
        assert_eq!(post.categories.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["One", "Two"]);
        assert_eq!(post.tags, ["solo"]);
    }

    #[test]
    fn errors_name_the_line_and_the_fix() {
        let text = "\n+++\ntitle = 'X'\npublishDate = 'tomorrow'\n+++\n";
        let ReadOutcome::Failed(error) = read("a.md", text) else { panic!() };
        assert_eq!((error.path.as_str(), error.line), ("a.md", 4));
        assert!(error.message.contains("expected a date like"), "{}", error.message);
        assert!(error.message.contains("the post is hidden"), "{}", error.message);
        let outcome = read_post("b.md", b"one\ntw\xffo", &Inventory::default(), &Site::default(), &rules());
        let ReadOutcome::Failed(error) = outcome else { panic!() };
        assert_eq!(error.to_string(), "b.md:2: invalid UTF-8: byte 0xff; save the file as UTF-8");
    }
}
