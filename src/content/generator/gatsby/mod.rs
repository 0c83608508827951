//! Gatsby: Markdown below the folders of `gatsby-source-filesystem`. The site's code creates the pages, so
//! that URLs are guessed from conventions unless a route in `src/pages` defines them.

mod source;

use std::path::Path;

use self::source::{GatsbySource, read_sources};
use super::folders;
use super::js_project;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base, guessed_urls_note};
use crate::content::anchor::AnchorStyle;
use crate::content::date_keys::DateKeys;
use crate::content::generator::site_files;
use crate::content::mounts::Mount;
use crate::content::script::ParsedScript;
use crate::content::script::expression::{Expression, ScriptCode};
use crate::content::skip_reason::SkipReason;
use crate::content::slugs;

/// Gatsby's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct GatsbyRules {
    /// Folders of Markdown.
    pub sources: Vec<GatsbySource>,
    /// Prefix of the paths of pages.
    pub prefix: String,
    /// Front matter key from which a route in `src/pages` makes URLs; empty for the file's path, `None` without
    /// such a route.
    pub key: Option<String>,
    /// Folder from which `createFilePath` makes relative paths.
    pub base_path: String,
    /// `trailingSlash`.
    pub trailing_slash: bool,
    /// Style of heading ids, which plugins determine.
    pub anchors: AnchorStyle,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// Returns whether the project depends on Gatsby.
#[must_use]
pub(super) fn matches_project(site_dir: &Path) -> bool {
    js_project::depends_on(site_dir, "gatsby")
}

/// Reads the rules and the site's defaults from `gatsby-config.js`, `gatsby-node.js` and the routes.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (GatsbyRules, SiteDefaults) {
    let script = ParsedScript::parse(&settings.script);
    let config = script.data();
    let site_dir = &settings.site_dir;
    let mut sources = read_sources(&settings.script);
    sources.retain(|own| {
        !own.folder.is_empty() && site_files::has_files_below(&site_dir.join(&own.folder), &[".md", ".mdx"])
    });
    if sources.is_empty() {
        sources.push(GatsbySource::new("content"));
    }
    let mut mounts = Vec::new();
    for own in sources.iter_mut().filter(|own| own.folder.starts_with("..")) {
        let at = own.folder.trim_start_matches(['.', '/']).to_owned();
        mounts.push(Mount { folder: folders::real_folder(site_dir, &own.folder), at: at.clone() });
        own.folder = at;
    }
    let root = if mounts.is_empty() { common_folder(&sources) } else { ".".to_owned() };
    let node = js_project::script_text(site_dir, "gatsby-node").unwrap_or_default();
    let route = route(&site_dir.join("src/pages"));
    let metadata = config.table("siteMetadata");
    let url = ["siteUrl", "url", "site_url"].iter().find_map(|key| metadata.text(key)).unwrap_or_default();
    let prefix = normalize_slashes(&config.text("pathPrefix").unwrap_or_default());
    let has_links = ["gatsby-remark-autolink-headers", "rehype-slug", "rehypeSlug"]
        .iter()
        .any(|name| script.mentions(name));
    let (prefix_of_pages, key, is_known) = match route {
        Some((folder, key)) => (folder, Some(key), true),
        None => (prefix_in_code(&node), None, false),
    };
    let note = (!is_known).then(|| {
        guessed_urls_note(
            "URLs are guessed by `path`, `slug` or folder: gatsby-node.js computes the URLs of posts",
        )
    });
    let defaults = SiteDefaults {
        base: format!("{}{}", absolute_base(&url), prefix.trim_end_matches('/')),
        title: metadata.text("title"),
        language: ["language", "lang"].iter().find_map(|key| metadata.text(key)),
        future: true,
        expired: true,
        note,
        content_folders: vec![root.clone()],
        mounts,
        ..SiteDefaults::default()
    };
    let rules = GatsbyRules {
        sources: sources.into_iter().map(|own| own.below(root.trim_start_matches('.'))).collect(),
        prefix: prefix_of_pages,
        key,
        base_path: base_path(&node),
        trailing_slash: config.text("trailingSlash").as_deref() != Some("never"),
        anchors: if has_links { AnchorStyle::GitHub } else { AnchorStyle::None },
        date_keys: DateKeys { publish: Vec::new(), expiry: Vec::new(), ..DateKeys::common() },
    };
    (rules, defaults)
}

/// Returns the innermost folder that contains all sources.
fn common_folder(sources: &[GatsbySource]) -> String {
    let mut common = sources.first().map(|own| own.folder.clone()).unwrap_or_default();
    while !common.is_empty() && !sources.iter().all(|own| folders::below(&own.folder, &common).is_some()) {
        common = common.rsplit_once('/').map_or_else(String::new, |(above, _)| above.to_owned());
    }
    if common.is_empty() { ".".to_owned() } else { common }
}

/// Returns the option `basePath` of `createFilePath` in the text of `gatsby-node.js`.
fn base_path(node: &str) -> String {
    let calls = ScriptCode::parse(node).calls("createFilePath");
    let found = calls.iter().find_map(|arguments| match arguments.first()? {
        Expression::Object(entries) => entries
            .iter()
            .find(|(key, _)| key == "basePath")
            .and_then(|(_, value)| value.as_text().map(str::to_owned)),
        _ => None,
    });
    folders::folder_name(&found.unwrap_or_default())
}

/// Returns a path without the folders at its beginning that `basePath` has, too (`createFilePath` in
/// `gatsby-source-filesystem`: the path relative to `basePath`, without `..`).
fn relative_to<'a>(path: &'a str, base_path: &str) -> &'a str {
    let mut rest = path;
    for folder in base_path.split('/').filter(|folder| !folder.is_empty()) {
        match rest.split_once('/') {
            Some((own, below)) if own == folder => rest = below,
            _ => break,
        }
    }
    rest
}

/// Returns the folder and the front matter key of a route such as
/// `blog/{MarkdownRemark.frontmatter__slug}.js`.
fn route(pages: &Path) -> Option<(String, String)> {
    let files = site_files::files_below(pages, &[".js", ".jsx", ".tsx", ".ts"]);
    files.iter().find_map(|(path, _)| {
        let (folder, rest) = path.split_once('{')?;
        let (model, field) = rest.split_once('}')?.0.split_once('.')?;
        let is_text = matches!(model.to_ascii_lowercase().as_str(), "markdownremark" | "mdx");
        let field = field.strip_prefix("frontmatter__").unwrap_or("").to_owned();
        is_text.then(|| (folder.trim_end_matches('/').to_owned(), field))
    })
}

/// Returns the prefix of page paths, by the first path template of `gatsby-node.js`, such as `/blog${slug}`.
fn prefix_in_code(node: &str) -> String {
    let code = ParsedScript::parse(node);
    let is_list = |prefix: &str| {
        ["tag", "categor", "page", "author", "series"].iter().any(|word| prefix.contains(word))
    };
    let prefixes =
        code.templates().filter_map(|template| template.split_once("${").map(|(prefix, _)| prefix));
    let mut paths = prefixes.filter(|prefix| prefix.starts_with('/') && prefix.len() > 1 && !is_list(prefix));
    paths.next().unwrap_or_default().trim_matches('/').to_owned()
}

impl GatsbyRules {
    pub(super) fn may_contain_sources(&self, folder: &str) -> bool {
        folders::overlaps(folder, self.sources.iter().map(|own| own.folder.as_str()))
    }

    pub(super) fn excludes(&self, id: &str) -> bool {
        let mut sources = self.sources.iter().filter(|own| folders::below(id, &own.folder).is_some());
        sources.all(|own| own.ignores(id))
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let stem = file.id.rsplit_once('.').map_or(file.id, |(stem, _)| stem);
        let paths = self.sources.iter().filter_map(|own| folders::below(stem, &own.folder));
        let path = relative_to(paths.min_by_key(|path| path.len()).unwrap_or(stem), &self.base_path);
        let path = if path == "index" { "" } else { path.strip_suffix("/index").unwrap_or(path) };
        let own = ["path", "slug", "permalink", "url"].iter().find_map(|key| file.data.text(key));
        let url = match (&self.key, own) {
            (Some(key), _) => {
                let value = file.data.text(key).unwrap_or_else(|| path.to_owned());
                let slug = value.split('/').map(slugs::sindresorhus).collect::<Vec<_>>().join("/");
                format!("{}/{slug}", self.prefix)
            }
            (None, Some(own)) if own.starts_with('/') && own.len() > 1 => {
                let prefix = file.data.text("path").map_or(self.prefix.as_str(), |_| "");
                if own[1..].starts_with(prefix) { own } else { format!("{prefix}{own}") }
            }
            (None, Some(own)) => format!("{}/{own}", self.prefix),
            (None, None) => format!("{}/{path}", self.prefix),
        };
        let url = normalize_slashes(&url);
        if url == "/" {
            return PageOutcome::Skipped(SkipReason::List);
        }
        let bare = url.trim_end_matches('/');
        // These paths never get a slash (`applyTrailingSlashOption` in `gatsby-page-utils`).
        let is_file = [".html", ".xml", ".pdf"].iter().any(|ending| bare.ends_with(ending));
        let url = if self.trailing_slash && !is_file { format!("{bare}/") } else { bare.to_owned() };
        let guessed =
            self.key.is_none().then(|| "its path is computed by JavaScript in gatsby-node.js".to_owned());
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&url),
            guessed,
            categories: file.inventory.category(file.id, "", "").into_iter().collect(),
            ..GeneratedPage::default()
        })
    }
}

#[cfg(test)]
mod tests;
