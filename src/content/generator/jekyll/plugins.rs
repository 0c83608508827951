//! Plugins that make pages of other files or give pages a title: jekyll-optional-front-matter, jekyll-readme-index and
//! jekyll-titles-from-headings. The gem github-pages loads all three.

use std::path::Path;

use crate::content::data::Data;
use crate::content::generator::site_files;
use crate::content::inventory::Inventory;
use crate::content::markdown::parse_markdown;
use crate::content::source_id::{extension, folder_and_stem};
use crate::content::template::Dialect;

/// The names of files that become pages only with front matter (`FILENAME_BLACKLIST` of jekyll-optional-front-matter).
const FILES_FOR_GITHUB: [&str; 8] = [
    "README",
    "LICENSE",
    "LICENCE",
    "COPYING",
    "CODE_OF_CONDUCT",
    "CONTRIBUTING",
    "ISSUE_TEMPLATE",
    "PULL_REQUEST_TEMPLATE",
];

/// Which of the plugins a site uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the plugins are independent of each other")]
pub struct JekyllPlugins {
    /// Markdown files are pages even without front matter.
    pub optional_front_matter: bool,
    /// A `README` without front matter is the index of its folder.
    pub readme_index: bool,
    /// The same for one with front matter (`readme_index.with_frontmatter`).
    pub readme_with_front_matter: bool,
    /// A heading at the start of a page is its title.
    pub titles_from_headings: bool,
    /// The same for posts and documents (`titles_from_headings.collections`).
    pub titles_in_collections: bool,
}

impl JekyllPlugins {
    /// Reads `plugins` and its old name `gems`, and the `Gemfile`.
    pub(super) fn read(config: &Data, site_dir: &Path) -> Self {
        let gems = gems(&site_files::read_text(&site_dir.join("Gemfile")).unwrap_or_default());
        let mut names = config.texts("plugins");
        names.extend(config.texts("gems"));
        let is_used = |plugin: &str, key: &str| {
            let is_named = |name: &String| name == plugin || name == "github-pages";
            let is_enabled = config.table(key).flag("enabled") != Some(false);
            is_enabled && names.iter().chain(&gems).any(is_named)
        };
        let needs_front_matter = config.flag("require_front_matter") == Some(true);
        let readme_index = is_used("jekyll-readme-index", "readme_index");
        let titles_from_headings = is_used("jekyll-titles-from-headings", "titles_from_headings");
        let option = |table: &str, key: &str| config.table(table).flag(key) == Some(true);
        Self {
            optional_front_matter: !needs_front_matter
                && is_used("jekyll-optional-front-matter", "optional_front_matter"),
            readme_index,
            readme_with_front_matter: readme_index && option("readme_index", "with_frontmatter"),
            titles_from_headings,
            titles_in_collections: titles_from_headings && option("titles_from_headings", "collections"),
        }
    }

    /// Returns whether a Markdown file without front matter is a page.
    pub(super) fn makes_page(self, id: &str, inventory: &Inventory) -> bool {
        let (_, stem) = folder_and_stem(id);
        let is_for_github = FILES_FOR_GITHUB.iter().any(|name| name.eq_ignore_ascii_case(stem));
        let is_page = self.optional_front_matter && !is_for_github;
        is_markdown(id) && (is_page || self.is_index(id, false, inventory))
    }

    /// Returns whether a file is a `README` that is the index of its folder, which has no other one.
    pub(super) fn is_index(self, id: &str, has_front_matter: bool, inventory: &Inventory) -> bool {
        let (folder, stem) = folder_and_stem(id);
        let is_used = if has_front_matter { self.readme_with_front_matter } else { self.readme_index };
        if !is_used || !stem.eq_ignore_ascii_case("readme") || !is_markdown(id) {
            return false;
        }
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let endings = ["md", "markdown", "mkd", "mkdn", "mkdown", "html", "htm"];
        !endings.iter().any(|ending| inventory.contains(&format!("{folder}index.{ending}")))
    }
}

/// Returns the title that a heading at the start of a page gives it (`TITLE_REGEX` of jekyll-titles-from-headings).
pub(super) fn title_of_heading(body: &str) -> Option<String> {
    let mut lines = body.trim_start().lines();
    let first = lines.next()?;
    let marks = first.len() - first.trim_start_matches('#').len();
    let is_heading = (1..=3).contains(&marks) && first[marks..].starts_with(char::is_whitespace);
    let underlines = |line: &str| {
        let line = line.trim_end();
        !line.is_empty() && line.bytes().all(|mark| matches!(mark, b'=' | b'-'))
    };
    let is_underlined = marks == 0 && lines.next().is_some_and(underlines);
    let heading = (is_heading || is_underlined).then(|| first.trim_start_matches('#').trim())?;
    let body = parse_markdown(&format!("# {heading}\n"), Dialect::Jekyll);
    body.title().filter(|title| !title.is_empty())
}

/// Returns whether a file is Markdown, by the default of `markdown_ext`.
pub(super) fn is_markdown(id: &str) -> bool {
    let extension = extension(id).to_ascii_lowercase();
    matches!(extension.as_str(), "md" | "markdown" | "mkd" | "mkdn" | "mkdown")
}

/// Returns the gems of a `Gemfile` that Jekyll loads as plugins: those in the group `jekyll_plugins`.
fn gems(gemfile: &str) -> Vec<String> {
    let mut gems = Vec::new();
    let mut is_in_group = false;
    for line in gemfile.lines().map(str::trim) {
        match line.split_whitespace().next() {
            Some("group") => is_in_group = line.contains("jekyll_plugins"),
            Some("end") => is_in_group = false,
            Some("gem") => {
                let name = line.split(['\'', '"']).nth(1).unwrap_or_default();
                if is_in_group || line.contains("jekyll_plugins") {
                    gems.push(name.to_owned());
                }
            }
            _ => {}
        }
    }
    gems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn plugins(config: &str, gemfile: &str) -> JekyllPlugins {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("Gemfile"), gemfile).unwrap();
        JekyllPlugins::read(&Data::parse(config, DataFormat::Yaml).unwrap(), dir.path())
    }

    #[test]
    fn plugins_are_named_in_settings_or_gemfile() {
        let all =
            "plugins: [jekyll-optional-front-matter, jekyll-readme-index, jekyll-titles-from-headings]\n";
        let expected = JekyllPlugins {
            optional_front_matter: true,
            readme_index: true,
            titles_from_headings: true,
            ..JekyllPlugins::default()
        };
        let group =
            "group :jekyll_plugins do\n  gem 'jekyll-feed'\n  gem \"jekyll-readme-index\", '~> 0.3'\nend\n";
        assert_eq!(plugins(all, ""), expected);
        assert_eq!(plugins(&all.replace("plugins", "gems"), ""), expected);
        assert_eq!(plugins("", "gem 'github-pages', '>= 1', group: :jekyll_plugins"), expected);
        let readme_only = JekyllPlugins { readme_index: true, ..JekyllPlugins::default() };
        assert_eq!(plugins("", group), readme_only);
        assert_eq!(plugins("", "gem 'jekyll-readme-index', group: :jekyll_plugins"), readme_only);
        for (config, gemfile) in [
            ("", ""),
            (
                "plugins: [jekyll-feed]",
                "gem 'jekyll-readme-index'\ngem 'github-pages'\n# gem 'github-pages', group: :jekyll_plugins",
            ),
            ("plugins: [jekyll-readme-index]\nreadme_index: {enabled: false}", ""),
            ("plugins: [jekyll-optional-front-matter]\nrequire_front_matter: true", ""),
        ] {
            assert_eq!(plugins(config, gemfile), JekyllPlugins::default(), "{config} {gemfile}");
        }
    }

    #[test]
    fn a_heading_at_the_start_is_the_title() {
        for (body, title) in [
            ("\n\n# One *two* ##\n\nText", Some("One two")),
            ("### Deep [link](x)\n", Some("Deep link")),
            ("Under\n---\n", Some("Under")),
            ("#### Too deep\n", None),
            ("#Tag\n", None),
            ("Text\n\n# Later\n", None),
            ("", None),
        ] {
            assert_eq!(title_of_heading(body).as_deref(), title, "{body:?}");
        }
    }
}
