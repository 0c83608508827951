//! Hugo's permalink tokens, slugs and path sanitizing.

use jiff::civil::DateTime;
use unicode_normalization::char::is_combining_mark;

use super::tokens::fill_pattern;
use crate::content::date::PostDate;
use crate::content::generator::page::PageSource;

/// The parts of a page's path below the content directory of its language.
#[derive(Debug, Clone, Copy)]
pub(super) struct PagePath<'a> {
    /// The language's content directory, relative to that of the site, with a trailing `/`; empty if it is
    /// the same.
    pub(super) root: &'a str,
    /// The whole path below `root`.
    pub(super) path: &'a str,
    /// The folder that contains the page; for a bundle, the folder above the bundle.
    pub(super) above: &'a str,
    /// The name of the file, or of the bundle's folder.
    pub(super) name: &'a str,
    /// The slug in the front matter, or in a file name with a date.
    pub(super) slug: Option<&'a str>,
}

/// Returns the value of a token in a permalink pattern (gohugo.io/configuration/permalinks); `None` for an
/// unknown token.
fn value(token: &str, file: &PageSource<'_>, page: &PagePath<'_>) -> Option<String> {
    let time = |format: &str| Some(date_of(file).strftime(format).to_string());
    let title = || file.data.text("title").map(|title| slug(&title));
    let own_slug = || page.slug.map(slug);
    match token {
        "year" => time("%-Y"),
        "month" => time("%m"),
        "monthname" => time("%B"),
        "day" => time("%d"),
        "weekday" => time("%w"),
        "weekdayname" => time("%A"),
        "yearday" => time("%-j"),
        "section" => Some(sanitize(page.path.split_once('/').map_or("", |(section, _)| section))),
        "sections" => Some(sections_of(file, page)),
        "title" => title(),
        "slug" => own_slug().or_else(title),
        "slugorfilename" | "slugorcontentbasename" => own_slug().or_else(|| Some(sanitize(page.name))),
        "filename" | "contentbasename" => Some(sanitize(page.name)),
        _ => None,
    }
}

/// Returns the path of a permalink pattern.
pub(super) fn path_by_pattern(pattern: &str, file: &PageSource<'_>, page: &PagePath<'_>) -> String {
    fill_pattern(pattern, |token| value(token, file, page), || sections_of(file, page), date_of(file))
}

fn date_of(file: &PageSource<'_>) -> DateTime {
    file.date.map_or(DateTime::constant(1, 1, 1, 0, 0, 0, 0), PostDate::civil)
}

fn sections_of(file: &PageSource<'_>, page: &PagePath<'_>) -> String {
    sanitize(file.inventory.section_of(page.above, page.root))
}

/// Returns a title or slug as a path segment: without slashes.
fn slug(text: &str) -> String {
    sanitize(&text.to_lowercase()).replace('/', "-")
}

/// Returns a path as Hugo sanitizes it: letters, digits, combining marks and `. / _ # + ~ - @` are kept,
/// white space becomes one hyphen unless it follows or precedes one, everything else is removed.
pub(super) fn sanitize(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let (mut hyphen_is_due, mut after_hyphen) = (false, false);
    for c in path.chars() {
        let is_allowed = c.is_alphanumeric()
            || matches!(c, '.' | '/' | '_' | '#' | '+' | '~' | '-' | '@')
            || is_combining_mark(c);
        if is_allowed {
            after_hyphen = c == '-';
            if hyphen_is_due && !after_hyphen {
                out.push('-');
            }
            hyphen_is_due = false;
            out.push(c);
        } else if c.is_whitespace() && !out.is_empty() && !after_hyphen {
            hyphen_is_due = true;
        }
    }
    out
}
