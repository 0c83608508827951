//! Gatsby: Markdown below the folders of `gatsby-source-filesystem`. The site's code creates the pages, so
//! that URLs are guessed from conventions unless a route in `src/pages` defines them.

use std::path::Path;

use super::folders;
use super::js_project;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::script::ParsedScript;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base, guessed_urls_note};
use crate::content::anchor::AnchorStyle;
use crate::content::date_keys::DateKeys;
use crate::content::generator::site_files;
use crate::content::skip_reason::SkipReason;
use crate::content::slugs;

/// Gatsby's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct GatsbyRules {
    /// Folders of Markdown, relative to the content directory.
    pub sources: Vec<String>,
    /// Prefix of the paths of pages.
    pub prefix: String,
    /// Front matter key from which a route in `src/pages` makes URLs; empty for the file's path, `None` without
    /// such a route.
    pub key: Option<String>,
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
    let mut sources: Vec<String> =
        script.texts_of("path").iter().map(|path| folders::folder_name(path)).collect();
    sources.retain(|folder| {
        !folder.is_empty() && !site_files::files_below(&site_dir.join(folder), &[".md", ".mdx"]).is_empty()
    });
    if sources.is_empty() {
        sources.push("content".to_owned());
    }
    let root = common_folder(&sources);
    let route = route(&site_dir.join("src/pages"));
    let metadata = config.table("siteMetadata");
    let url = ["siteUrl", "url", "site_url"].iter().find_map(|key| metadata.text(key)).unwrap_or_default();
    let prefix = normalize_slashes(&config.text("pathPrefix").unwrap_or_default());
    let has_links = script.mentions("gatsby-remark-autolink-headers");
    let (prefix_of_pages, key, is_known) = match route {
        Some((folder, key)) => (folder, Some(key), true),
        None => (prefix_in_code(site_dir), None, false),
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
        ..SiteDefaults::default()
    };
    let rules = GatsbyRules {
        sources: sources
            .iter()
            .filter_map(|folder| folders::below(folder, &root).map(str::to_owned))
            .collect(),
        prefix: prefix_of_pages,
        key,
        trailing_slash: config.text("trailingSlash").as_deref() != Some("never"),
        anchors: if has_links { AnchorStyle::GitHub } else { AnchorStyle::None },
        date_keys: DateKeys { publish: Vec::new(), expiry: Vec::new(), ..DateKeys::common() },
    };
    (rules, defaults)
}

/// Returns the innermost folder that contains all folders.
fn common_folder(folders: &[String]) -> String {
    let mut common = folders.first().cloned().unwrap_or_default();
    while !common.is_empty() && !folders.iter().all(|folder| folders::below(folder, &common).is_some()) {
        common = common.rsplit_once('/').map_or_else(String::new, |(above, _)| above.to_owned());
    }
    if common.is_empty() { ".".to_owned() } else { common }
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
fn prefix_in_code(site_dir: &Path) -> String {
    let Some(code) = js_project::parse_script(site_dir, "gatsby-node") else { return String::new() };
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
        folders::overlaps(folder, self.sources.iter().map(String::as_str))
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let stem = file.id.rsplit_once('.').map_or(file.id, |(stem, _)| stem);
        let paths = self.sources.iter().filter_map(|folder| folders::below(stem, folder));
        let path = paths.min_by_key(|path| path.len()).unwrap_or(stem);
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
        let url = if self.trailing_slash { format!("{bare}/") } else { bare.to_owned() };
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&url),
            categories: file.inventory.category(file.id, "", "").into_iter().collect(),
            ..GeneratedPage::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::{Data, DataFormat};
    use crate::content::generator::page::resolve_alone;

    fn site(files: &[(&str, &str)]) -> (GatsbyRules, SiteDefaults) {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        read_settings(&GeneratorSettings {
            site_dir: dir.path().to_owned(),
            script: files[0].1.to_owned(),
            ..GeneratorSettings::default()
        })
    }

    fn resolve_page(rules: &GatsbyRules, id: &str, front_matter: &str) -> String {
        let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
        resolve_alone(id, &data, |file| rules.resolve_page(file))
            .map_or_else(|reason| reason, |page| page.path)
    }

    const STARTER: &str = "module.exports = { siteMetadata: { siteUrl: `https://a.org/` }, plugins: [\
        { resolve: `gatsby-source-filesystem`, options: { path: `${__dirname}/content/blog`, name: `blog` } },\
        { resolve: 'gatsby-source-filesystem', options: { path: `${__dirname}/src/images` } }, `gatsby-remark-autolink-headers` ] }";

    #[test]
    fn guesses_the_paths_of_the_starter() {
        let (rules, defaults) = site(&[("gatsby-config.js", STARTER), ("content/blog/hello/index.md", "")]);
        assert_eq!(
            (defaults.base.as_str(), defaults.content_folders[0].as_str()),
            ("https://a.org", "content/blog")
        );
        assert!(defaults.note.unwrap().contains("[urls] permalink"));
        assert_eq!(rules.anchors, AnchorStyle::GitHub);
        let cases = [
            ("hello/index.md", "", "/hello/"),
            ("2019/x.md", "", "/2019/x/"),
            ("x.md", "path: /own/p", "/own/p/"),
            ("x.md", "slug: s", "/s/"),
            ("index.md", "", "List"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(resolve_page(&rules, id, front_matter), expected, "{id} {front_matter}");
        }
    }

    #[test]
    fn code_and_routes_determine_paths() {
        let config = "module.exports = { trailingSlash: 'never', plugins: [{ options: { path: path.join(__dirname, 'posts') } }] }";
        let node = "createPage({ path: `/tags/${t}/` }); createPage({ path: `/blog${slug}` })";
        let (rules, _) = site(&[("gatsby-config.js", config), ("posts/x.md", ""), ("gatsby-node.js", node)]);
        assert_eq!(resolve_page(&rules, "x.md", ""), "/blog/x");
        assert_eq!(resolve_page(&rules, "x.md", "slug: /y"), "/blog/y");
        let route = ("src/pages/notes/{Mdx.frontmatter__title}.tsx", "");
        let (rules, defaults) = site(&[("gatsby-config.js", config), ("posts/x.md", ""), route]);
        assert_eq!(
            (resolve_page(&rules, "x.md", "title: A Title").as_str(), defaults.note),
            ("/notes/a-title", None)
        );
    }
}
