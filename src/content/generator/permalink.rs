//! Permalink patterns of `bloghound.toml`, for sites whose URLs only the site's own code determines.

use slug::slugify;

use super::page::{PageSource, encode_path};
use super::pattern::{fill, normalize_slashes};
use crate::content::date::PostDate;
use crate::content::generator::file_name::split_date;
use crate::content::source_id::folder_and_stem;

/// Returns the root-relative, percent-encoded path of a page by a permalink pattern.
///
/// Tokens: `:year`, `:month`, `:i_month`, `:day`, `:i_day`; `:slug` (front matter, else the file's
/// name without a date); `:title`; `:filename` (with its date); `:section` (the first folder);
/// `:path` (all folders); `:categories`; `:lang`. An unknown token is kept unchanged.
#[must_use]
pub(crate) fn path_by_pattern(
    pattern: &str,
    file: &PageSource<'_>,
    date: Option<PostDate>,
    lang: &str,
) -> String {
    let path = fill(pattern, |token| {
        let (folder, name) = folder_and_name(file.id);
        let time = |format: &str| date.map(|date| date.civil().strftime(format).to_string());
        match token {
            "year" => time("%Y"),
            "month" => time("%m"),
            "i_month" => time("%-m"),
            "day" => time("%d"),
            "i_day" => time("%-d"),
            "slug" => file
                .data
                .text("slug")
                .or_else(|| Some(slugify(split_date(name, &['-', '_']).map_or(name, |(_, rest)| rest)))),
            "title" => file.data.text("title").map(slugify),
            "filename" => Some(name.to_owned()),
            "section" => folder.split('/').next().map(str::to_owned),
            "path" => Some(folder.to_owned()),
            "categories" => {
                Some(file.data.texts("categories").iter().map(slugify).collect::<Vec<_>>().join("/"))
            }
            "lang" => Some(lang.to_owned()),
            _ => None,
        }
    });
    encode_path(&normalize_slashes(&path))
}

/// Returns folder and name of a page; an `index` has those of the folder that contains it.
fn folder_and_name(id: &str) -> (&str, &str) {
    match folder_and_stem(id) {
        (folder, "index" | "_index") => folder.rsplit_once('/').unwrap_or(("", folder)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::{Data, DataFormat};
    use crate::content::date::parse_date;
    use crate::content::inventory::Inventory;

    #[test]
    fn replaces_tokens_by_values_of_the_post() {
        let data = Data::parse("title: A Title\ncategories: [One Two]\n", DataFormat::Yaml).unwrap();
        let inventory = Inventory::default();
        let path = |pattern, id| {
            let file = PageSource::complete(id, &data, &inventory);
            path_by_pattern(pattern, &file, parse_date("2024-03-05"), "en")
        };
        let cases = [
            ("/blog/:year/:slug/", "blog/2024-03-05-My Post.md", "/blog/2024/my-post/"),
            ("/:lang/:section/:filename", "blog/x/index.mdx", "/en/blog/x"),
            ("/:path/:title.html", "a/b/c.md", "/a/b/a-title.html"),
            ("/:categories/:i_month/:i_day/:unknown", "a.md", "/one-two/3/5/:unknown"),
        ];
        for (pattern, id, expected) in cases {
            assert_eq!(path(pattern, id), expected, "{pattern} {id}");
        }
    }
}
