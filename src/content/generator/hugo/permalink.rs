//! Hugo's permalink tokens, slugs and path sanitising.

use jiff::civil::DateTime;
use unicode_normalization::char::is_combining_mark;

use crate::content::date::PostDate;
use crate::content::generator::place::Placed;

/// A page's path below the content directory of its language, in parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct PagePath<'a> {
    /// The content directory of its language, below that of the site, with `/` at its end if it is
    /// another one.
    pub(super) root: &'a str,
    /// The whole path below that.
    pub(super) path: &'a str,
    /// The folder that the page is in; that of a bundle is its name.
    pub(super) above: &'a str,
    /// The name of the file or bundle.
    pub(super) name: &'a str,
    /// The slug in the front matter, or in a name with a date.
    pub(super) slug: Option<&'a str>,
}

/// What a token of a permalink pattern stands for (gohugo.io/configuration/permalinks).
pub(super) fn value(token: &str, file: &Placed<'_>, page: &PagePath<'_>) -> Option<String> {
    let time = |format: &str| {
        let date = file.date.map_or(DateTime::constant(1, 1, 1, 0, 0, 0, 0), PostDate::civil);
        Some(date.strftime(format).to_string())
    };
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
        "sections" => Some(sanitize(file.inventory.section_of(page.above, page.root))),
        "title" => title(),
        "slug" => own_slug().or_else(title),
        "slugorfilename" | "slugorcontentbasename" => own_slug().or_else(|| Some(sanitize(page.name))),
        "filename" | "contentbasename" => Some(sanitize(page.name)),
        _ => None,
    }
}

/// A title or slug as part of a path: no slash may be left in it.
fn slug(text: &str) -> String {
    sanitize(&text.to_lowercase()).replace('/', "-")
}

/// Hugo's path sanitising: letters, digits, marks and `. / _ # + ~ - @` stay, white space becomes
/// one hyphen where none stands already, everything else goes.
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
