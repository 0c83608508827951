//! Docusaurus' rules for file names: dates and slugs of posts, slugs of documents.

use crate::content::data::Data;
use crate::content::date::{PostDate, parse_date};
use crate::content::source_id::folder_and_stem;

/// Returns a path without a trailing `index`.
pub(super) fn without_index(stem: &str) -> &str {
    stem.strip_suffix("/index").unwrap_or(stem)
}

/// Returns the date in a post's path, written with `-` or `/` at any depth, and the post's slug.
pub(super) fn blog_slug(stem: &str) -> (Option<PostDate>, String) {
    let named = without_index(stem);
    // The last date in the path is used.
    for at in (0..named.len()).rev().filter(|at| named.is_char_boundary(*at)) {
        let Some((date, length)) = date_at(&named[at..]) else { continue };
        let begins = at == 0 || !named.as_bytes()[at - 1].is_ascii_digit();
        if begins {
            let written = named[at..at + length].replace('-', "/");
            let text = named[at + length..].strip_prefix(['-', '/']).unwrap_or(&named[at + length..]);
            return (Some(date), format!("/{written}/{}{text}", &named[..at]));
        }
    }
    (None, format!("/{named}"))
}

/// Returns the date at the beginning of a text, and its length in bytes.
fn date_at(text: &str) -> Option<(PostDate, usize)> {
    let number = |text: &str, most: usize| {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        (digits > 0).then_some(digits.min(most))
    };
    let separator = text.as_bytes().get(4).copied().filter(|byte| matches!(byte, b'-' | b'/'))?;
    number(text, 4).filter(|length| *length == 4)?;
    let month = number(&text[5..], 2)?;
    let day_at = 5 + month + 1;
    (text.as_bytes().get(5 + month).copied() == Some(separator)).then_some(())?;
    let day = number(text.get(day_at..)?, 2)?;
    let parts = [&text[..4], &text[5..5 + month], &text[day_at..day_at + day]];
    let date = parse_date(&format!("{}-{:0>2}-{:0>2}", parts[0], parts[1], parts[2]))?;
    Some((date, day_at + day))
}

/// Returns the slug of a document by its path, without number prefixes. The index document of a folder has
/// the folder's slug.
pub(super) fn document_slug(stem: &str, data: &Data) -> String {
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let above = document_folder(stem);
    let is_own_page = matches!(name.to_lowercase().as_str(), "index" | "readme")
        || folder.rsplit('/').next().is_some_and(|last| !last.is_empty() && last.eq_ignore_ascii_case(name));
    let id = data.text("id");
    if is_own_page && id.is_none() {
        return above;
    }
    let name = id.unwrap_or_else(|| without_number(name).to_owned());
    format!("{above}/{name}")
}

/// Returns the folder of a document, without number prefixes.
pub(super) fn document_folder(stem: &str) -> String {
    let (folder, _) = folder_and_stem(stem);
    folder.split('/').map(without_number).collect::<Vec<_>>().join("/")
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
pub(super) fn resolve_slug(folder: &str, slug: &str) -> String {
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
    parts.join("/")
}
