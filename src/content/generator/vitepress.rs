//! `VitePress`: URLs follow the paths of files below `srcDir`, with rewrites.
//!
//! Sources: `src/node/config.ts`, `src/node/plugins/dynamicRoutesPlugin.ts` and `rewritesPlugin.ts` of `VitePress` 1.6.

use std::path::Path;

use regex::Regex;

use super::globs::GlobList;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::script::ParsedScript;
use crate::content::skip_reason::SkipReason;

/// `VitePress`' settings that decide which files are pages, and their URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct VitePressRules {
    /// `srcExclude`: patterns of files that are no pages.
    pub excluded: GlobList,
    /// Whether URLs lack `.html`.
    pub clean_urls: bool,
    /// Pairs of patterns of source paths and the paths that replace them.
    pub rewrites: Vec<(String, String)>,
    /// Whether code computes the rewrites.
    pub has_code_rewrites: bool,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// Reads the rules and the site's defaults from `.vitepress/config.mts` or a file of another extension.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (VitePressRules, SiteDefaults) {
    let script = ParsedScript::parse(&settings.script);
    let config = script.data();
    let root =
        settings.file.as_deref().and_then(|file| root_of(file, &settings.site_dir)).unwrap_or_default();
    let source = normalize_slashes(&format!(
        "{root}/{}",
        config.text("srcDir").unwrap_or_default().trim_start_matches("./")
    ));
    let rewrites = config.table("rewrites");
    let rules = VitePressRules {
        excluded: GlobList::new(config.texts("srcExclude")),
        clean_urls: config.flag("cleanUrls").unwrap_or(false),
        has_code_rewrites: script.computes("rewrites"),
        rewrites: rewrites.keys().filter_map(|from| Some((from.to_owned(), rewrites.text(from)?))).collect(),
        date_keys: DateKeys { expiry: Vec::new(), publish: Vec::new(), ..DateKeys::common() },
    };
    let host = config.table("sitemap").text("hostname").unwrap_or_default();
    let prefix = normalize_slashes(&config.text("base").unwrap_or_default());
    let folder = source.trim_matches('/');
    let defaults = SiteDefaults {
        base: base_url(&absolute_base(&host), prefix.trim_end_matches('/')),
        title: config.text("title"),
        language: config.text("lang").or_else(|| root_language(config)),
        future: true,
        expired: true,
        content_folders: vec![if folder.is_empty() { ".".to_owned() } else { folder.to_owned() }],
        ..SiteDefaults::default()
    };
    (rules, defaults)
}

/// Returns the folder that contains `.vitepress`, relative to the root of the site.
fn root_of(file: &Path, site_dir: &Path) -> Option<String> {
    let theme =
        file.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == ".vitepress"))?;
    let root = theme.parent()?.strip_prefix(site_dir).ok()?;
    Some(root.to_str()?.replace('\\', "/"))
}

/// Returns the language of the locale without a path.
fn root_language(config: &Data) -> Option<String> {
    config.table("locales").table("root").text("lang")
}

fn base_url(host: &str, prefix: &str) -> String {
    if host.ends_with(prefix) { host.to_owned() } else { format!("{host}{prefix}") }
}

impl VitePressRules {
    /// Returns whether the file is excluded, belongs to the theme, or is a template of many pages.
    pub(super) fn excludes(&self, id: &str) -> bool {
        let is_hidden = id.split('/').any(|part| matches!(part, ".vitepress" | "node_modules"));
        is_hidden || id.contains('[') || self.excluded.matches(id)
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let rewritten = self.rewrites.iter().find_map(|(from, to)| rewrite(file.id, from, to));
        let path = rewritten.as_deref().unwrap_or(file.id);
        let stem = path.strip_suffix(".md").unwrap_or(path);
        let folder = if stem == "index" { Some("") } else { stem.strip_suffix("/index") };
        let path = match folder {
            Some("") => return PageOutcome::Skipped(SkipReason::List),
            Some(folder) => format!("/{folder}/"),
            None if self.clean_urls => format!("/{stem}"),
            None => format!("/{stem}.html"),
        };
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&path),
            guessed: self.has_code_rewrites.then(|| "code in the configuration rewrites paths".to_owned()),
            categories: file.inventory.category(file.id, "", "").into_iter().collect(),
            ..GeneratedPage::default()
        })
    }
}

/// Returns the path that a rewrite makes of `id`, in the syntax of path-to-regexp: `:name` matches a part of the path,
/// `:name*` and `:name+` match several; `None` if it does not apply.
fn rewrite(id: &str, from: &str, to: &str) -> Option<String> {
    let name = Regex::new(r":(\w+)(\(\.\*\)|[*+])?").ok()?;
    let (mut pattern, mut at) = ("^".to_owned(), 0);
    for found in name.captures_iter(from) {
        let (whole, key) = (found.get(0)?, found.get(1)?);
        pattern.push_str(&regex::escape(&from[at..whole.start()]));
        let part = if found.get(2).is_some() { ".+" } else { "[^/]+?" };
        pattern.extend(["(?P<", key.as_str(), ">", part, ")"]);
        at = whole.end();
    }
    pattern.push_str(&regex::escape(&from[at..]));
    pattern.push('$');
    let values = Regex::new(&pattern).ok()?.captures(id)?;
    let path = name.replace_all(to, |found: &regex::Captures<'_>| {
        values.name(&found[1]).map(|value| value.as_str().to_owned()).unwrap_or_default()
    });
    Some(path.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::inventory::Inventory;

    fn read(file: &str, script: &str) -> (VitePressRules, SiteDefaults) {
        let settings = GeneratorSettings {
            site_dir: "/s".into(),
            file: Some(Path::new("/s").join(file)),
            script: script.to_owned(),
            ..GeneratorSettings::default()
        };
        read_settings(&settings)
    }

    fn path(rules: &VitePressRules, id: &str) -> String {
        let (data, inventory) = (Data::default(), Inventory::default());
        match rules.resolve_page(&PageSource::complete(id, &data, &inventory)) {
            PageOutcome::Page(page) => page.path,
            PageOutcome::Skipped(reason) => format!("{reason:?}"),
        }
    }

    #[test]
    fn settings_decide_pages_and_urls() {
        let script = "export default defineConfig({ srcExclude: ['**/NOTES.md', 'wip/**'], \
                      rewrites: { 'posts/:year/:slug.md': 'log/:slug.md', 'src/:rest*': ':rest*' } })";
        let (rules, defaults) = read(".vitepress/config.mts", script);
        assert_eq!(defaults.content_folders, ["."]);
        for (id, expected) in [
            ("guide/a b.md", "/guide/a%20b.html"),
            ("guide/index.md", "/guide/"),
            ("index.md", "List"),
            ("posts/2024/x.md", "/log/x.html"),
            ("posts/x.md", "/posts/x.html"),
            ("src/a/b.md", "/a/b.html"),
        ] {
            assert_eq!(path(&rules, id), expected, "{id}");
        }
        for (id, expected) in
            [("a/NOTES.md", true), ("wip/a/x.md", true), ("pkg/[name].md", true), ("a/x.md", false)]
        {
            assert_eq!(rules.excludes(id), expected, "{id}");
        }
    }

    #[test]
    fn the_content_folder_follows_the_settings_file_and_the_source_folder() {
        let script = "export default { srcDir: './text', cleanUrls: true, base: '/b/', lang: 'fr', sitemap: { hostname: 'https://a.org' } }";
        let (rules, defaults) = read("docs/.vitepress/config.js", script);
        assert_eq!(defaults.content_folders, ["docs/text"]);
        assert_eq!((defaults.base.as_str(), defaults.language.as_deref()), ("https://a.org/b", Some("fr")));
        assert_eq!(path(&rules, "a/x.md"), "/a/x");
        let code = read(".vitepress/config.ts", "export default { rewrites: (id) => id }").0;
        assert!(code.has_code_rewrites);
    }
}
