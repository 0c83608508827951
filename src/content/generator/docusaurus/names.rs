//! Docusaurus' rules for file names: dates and slugs of posts, slugs of documents.

use crate::content::data::Data;
use crate::content::date::{PostDate, parse_date};

/// Returns the slug of a page by its path; that of a folder's `index` ends with a slash (`fileToPath` in
/// `@docusaurus/utils`).
pub(super) fn page_slug(stem: &str) -> String {
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    if name.eq_ignore_ascii_case("index") { format!("/{folder}/") } else { format!("/{stem}") }
}

/// Returns the date in a post's path, written with `-` or `/` at any depth, and the post's slug
/// (`parseBlogFileName` in `plugin-content-blog`).
pub(super) fn blog_slug(stem: &str) -> (Option<PostDate>, String) {
    let without_index = |path: &str| path.strip_suffix("/index").unwrap_or(path).to_owned();
    // The last date in the path is used.
    for at in (0..stem.len()).rev().filter(|at| stem.is_char_boundary(*at)) {
        let Some((date, length)) = date_at(&stem[at..]) else { continue };
        let written = stem[at..at + length].replace('-', "/");
        let rest = &stem[at + length..];
        let text = without_index(rest.strip_prefix(['-', '/']).unwrap_or(rest));
        return (Some(date), format!("/{written}/{}{text}", &stem[..at]));
    }
    (None, format!("/{}", without_index(stem)))
}

/// Returns the date at the beginning of a text, and its length in bytes.
fn date_at(text: &str) -> Option<(PostDate, usize)> {
    let number = |text: &str, most: usize| {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        (digits > 0).then_some(digits.min(most))
    };
    let is_separator = |at: usize| text.as_bytes().get(at).is_some_and(|byte| matches!(byte, b'-' | b'/'));
    number(text, 4).filter(|length| *length == 4 && is_separator(4))?;
    let month = number(&text[5..], 2).filter(|length| is_separator(5 + length))?;
    let day_at = 5 + month + 1;
    let day = number(&text[day_at..], 2)?;
    let parts = [&text[..4], &text[5..5 + month], &text[day_at..day_at + day]];
    let date = parse_date(&format!("{}-{:0>2}-{:0>2}", parts[0], parts[1], parts[2]))?;
    Some((date, day_at + day))
}

/// Returns the slug of a document by its path and its own slug, without number prefixes. The index document of a folder
/// has the folder's slug, which ends with a slash (`getSlug` in `plugin-content-docs`).
pub(super) fn document_slug(stem: &str, data: &Data, own: Option<String>, strips_numbers: bool) -> String {
    let strips_numbers = strips_numbers && data.flag("parse_number_prefixes") != Some(false);
    let without_number = |name| if strips_numbers { without_number(name) } else { name };
    let (folder, name) = folder_and_stem_of(stem);
    let above = folder.split('/').map(without_number).collect::<Vec<_>>().join("/");
    let is_index = matches!(name.to_lowercase().as_str(), "index" | "readme")
        || folder.rsplit('/').next().is_some_and(|last| !last.is_empty() && last.eq_ignore_ascii_case(name));
    match own {
        Some(slug) if slug.starts_with('/') => slug,
        Some(slug) => resolve_slug(&above, &slug),
        None if is_index => format!("{above}/"),
        None => resolve_slug(&above, &data.text("id").unwrap_or_else(|| without_number(name).to_owned())),
    }
}

/// Returns the folder and the name of a path without an extension.
fn folder_and_stem_of(stem: &str) -> (&str, &str) {
    stem.rsplit_once('/').unwrap_or(("", stem))
}

/// Returns a name without its number prefix; dates and versions are kept.
fn without_number(name: &str) -> &str {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let after = rest.trim_start().trim_start_matches(['-', '_', '.']);
    let separators = rest.trim_start().len() - after.len();
    let after = after.trim_start();
    let is_number = rest.len() < name.len() && separators > 0 && !after.is_empty();
    let is_date = separators == 1
        && rest.starts_with(['-', '_', '.'])
        && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    if is_number && !is_date { after } else { name }
}

/// Resolves a relative slug against the document's folder.
fn resolve_slug(folder: &str, slug: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in slug.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let is_folder = matches!(slug.rsplit('/').next(), Some("" | "." | ".."));
    parts.join("/") + if is_folder { "/" } else { "" }
}
