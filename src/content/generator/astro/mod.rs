//! Astro: content collections, which the routes of `src/pages` serve, and Markdown pages in `src/pages`.

mod collection;
mod route;

use std::path::Path;

use self::collection::{AstroCollection, assign_routes, collections};
use self::route::AstroRoute;
use super::folders;
use super::js_project;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::script::ParsedScript;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base, guessed_urls_note};
use crate::content::category::{Category, humanize};
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::generator::site_files;
use crate::content::language::primary_language;
use crate::content::skip_reason::SkipReason;
use crate::content::slugs;

/// Astro's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct AstroRules {
    /// The collections.
    pub collections: Vec<AstroCollection>,
    /// The folder of pages, relative to the content directory; `None` if it is outside.
    pub pages: Option<String>,
    /// The ending of URLs.
    pub ending: UrlEnding,
    /// `i18n.locales`.
    pub locales: Vec<String>,
    /// `i18n.defaultLocale`.
    pub default_locale: String,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// The ending of URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum UrlEnding {
    /// `/`.
    Slash,
    /// None.
    Bare,
    /// `.html`.
    Html,
}

/// Returns whether the project depends on Astro.
#[must_use]
pub(super) fn matches_project(site_dir: &Path) -> bool {
    js_project::depends_on(site_dir, "astro")
}

/// Reads the rules and the site's defaults from `astro.config.mjs`, the collection settings and the routes.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (AstroRules, SiteDefaults) {
    let script = ParsedScript::parse(&settings.script);
    let config = script.data();
    let sources = folders::folder_name(&config.text("srcDir").unwrap_or_else(|| "src".to_owned()));
    let mut collections = collections(&settings.site_dir, &sources);
    let pages = format!("{sources}/pages");
    let has_pages = !site_files::files_below(&settings.site_dir.join(&pages), &[".md", ".mdx"]).is_empty();
    let root = root(&collections, &sources, has_pages);
    let routes = route::find_routes(&settings.site_dir.join(&pages));
    let is_starlight = script.mentions("starlight");
    assign_routes(&mut collections, &routes, is_starlight);
    for collection in &mut collections {
        collection.folder = folders::below(&collection.folder, &root).unwrap_or_default().to_owned();
    }
    let unserved: Vec<&str> =
        collections.iter().filter(|own| own.route.is_none()).map(|own| own.name.as_str()).collect();
    let note = (!unserved.is_empty()).then(|| {
        let names = unserved.join(", ");
        guessed_urls_note(&format!(
            "URLs of the collection {names} are guessed as /collection/entry: no page in {pages} serves it"
        ))
    });
    let i18n = config.table("i18n");
    let default_locale = i18n.text("defaultLocale");
    let base = absolute_base(&config.text("site").unwrap_or_default());
    let prefix = normalize_slashes(&config.text("base").unwrap_or_default());
    let rules = AstroRules {
        collections,
        pages: folders::below(&pages, &root).map(str::to_owned),
        ending: ending(config),
        locales: i18n.texts("locales"),
        default_locale: default_locale.clone().unwrap_or_default(),
        date_keys: DateKeys { publish: Vec::new(), expiry: Vec::new(), ..DateKeys::common() },
    };
    let defaults = SiteDefaults {
        base: format!("{base}{}", prefix.trim_end_matches('/')),
        language: default_locale,
        future: true,
        expired: true,
        content_folders: vec![root],
        note,
        ..SiteDefaults::default()
    };
    (rules, defaults)
}

fn ending(config: &Data) -> UrlEnding {
    let is_file = config.table("build").text("format").as_deref() == Some("file");
    match config.text("trailingSlash").as_deref() {
        _ if is_file => UrlEnding::Html,
        Some("never") => UrlEnding::Bare,
        _ => UrlEnding::Slash,
    }
}

/// Returns the smallest of the usual folders that contains all content.
fn root(collections: &[AstroCollection], sources: &str, has_pages: bool) -> String {
    let all_below =
        |folder: &str| collections.iter().all(|own| folders::below(&own.folder, folder).is_some());
    let content = format!("{sources}/content");
    if !has_pages && !collections.is_empty() && all_below(&content) {
        content
    } else if all_below(sources) {
        sources.to_owned()
    } else {
        ".".to_owned()
    }
}

impl AstroRules {
    fn folders(&self) -> impl Iterator<Item = &str> {
        self.collections.iter().map(|own| own.folder.as_str()).chain(self.pages.as_deref())
    }

    pub(super) fn may_contain_sources(&self, folder: &str) -> bool {
        folders::overlaps(folder, self.folders())
    }

    pub(super) fn excludes(&self, id: &str) -> bool {
        let has_underscore = |path: &str| path.split('/').any(|part| part.starts_with('_'));
        if let Some(path) = self.pages.as_ref().and_then(|pages| folders::below(id, pages)) {
            return has_underscore(path);
        }
        // `--content` may name a folder outside of all collections.
        self.collection_of(id).is_some_and(|(own, path)| own.excludes_underscores && has_underscore(path))
    }

    /// Returns the innermost collection that contains a file, and the file's path in it.
    fn collection_of<'a>(&self, id: &'a str) -> Option<(&AstroCollection, &'a str)> {
        let found = self.collections.iter().filter_map(|own| Some((own, folders::below(id, &own.folder)?)));
        found.max_by_key(|(own, _)| own.folder.len())
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let stem = file.id.rsplit_once('.').map_or(file.id, |(stem, _)| stem);
        if let Some(page) = self.pages.as_ref().and_then(|pages| folders::below(stem, pages)) {
            return self.page(page);
        }
        if file.data.flag("pagefind") == Some(false) {
            return PageOutcome::Skipped(SkipReason::Excluded);
        }
        let (collection, path) = match self.collection_of(stem) {
            Some((collection, path)) => (Some(collection), path),
            None => (None, stem),
        };
        let slugged: Vec<String> = path.split('/').map(slugs::github).collect();
        let by_path = slugged.join("/");
        let entry = file.data.text("slug").unwrap_or(by_path);
        let entry = entry.strip_suffix("/index").unwrap_or(&entry);
        let lang = self.locales.iter().find(|locale| path.split('/').next() == Some(locale)).cloned();
        let at_root = collection.and_then(|own| own.route.as_ref()).is_some_and(AstroRoute::is_root);
        let entry = if entry == "index" && at_root { "" } else { entry };
        let url = match collection.map(|own| (own, &own.route)) {
            Some((_, Some(route))) => route.fill(entry, &self.default_locale),
            Some((own, None)) => format!("{}/{entry}", own.name),
            None => entry.to_owned(),
        };
        let category =
            path.split_once('/').map(|(folder, _)| folder).filter(|folder| lang.as_deref() != Some(*folder));
        PageOutcome::Page(GeneratedPage {
            path: self.with_ending(&url),
            lang: lang.as_deref().map(primary_language),
            categories: category
                .map(|slug| Category { name: humanize(slug), slug: slug.to_owned() })
                .into_iter()
                .collect(),
            translation_key: lang.map(|lang| path[lang.len()..].trim_start_matches('/').to_owned()),
            ..GeneratedPage::default()
        })
    }

    fn page(&self, path: &str) -> PageOutcome {
        if path == "index" {
            return PageOutcome::Skipped(SkipReason::List);
        }
        let path = path.strip_suffix("/index").unwrap_or(path);
        PageOutcome::Page(GeneratedPage { path: self.with_ending(path), ..GeneratedPage::default() })
    }

    fn with_ending(&self, path: &str) -> String {
        let path = path.trim_matches('/');
        let ended = match self.ending {
            _ if path.is_empty() => "/".to_owned(),
            UrlEnding::Slash => format!("/{path}/"),
            UrlEnding::Bare => format!("/{path}"),
            UrlEnding::Html => format!("/{path}.html"),
        };
        encode_path(&normalize_slashes(&ended))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;
    use crate::content::generator::page::resolve_alone;

    fn site(files: &[(&str, &str)]) -> (AstroRules, SiteDefaults) {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let script = files.iter().find(|(name, _)| *name == "astro.config.mjs").map_or("", |(_, text)| text);
        read_settings(&GeneratorSettings {
            site_dir: dir.path().to_owned(),
            script: script.to_owned(),
            ..GeneratorSettings::default()
        })
    }

    fn resolve_page(rules: &AstroRules, id: &str, front_matter: &str) -> String {
        let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
        if rules.excludes(id) {
            return "excluded".to_owned();
        }
        resolve_alone(id, &data, |file| rules.resolve_page(file)).map_or_else(
            |reason| reason,
            |page| format!("{} {}", page.path, page.lang.unwrap_or_default()).trim_end().to_owned(),
        )
    }

    const CONFIG: (&str, &str) =
        ("astro.config.mjs", "export default defineConfig({ site: 'https://a.org', base: '/b' })");

    #[test]
    fn entries_have_the_urls_of_their_route() {
        let (rules, defaults) = site(&[
            CONFIG,
            ("src/content/blog/x.md", ""),
            ("src/content/notes/x.md", ""),
            ("src/content/lost/x.md", ""),
            ("src/pages/posts/[...slug].astro", "---\nawait getCollection('blog')\n---\n<p>it's</p>"),
            ("src/pages/notes/[id]/index.astro", "---\n---\n"),
            ("src/pages/[...page].astro", "---\npaginate(await getCollection('lost'))\n---\n"),
        ]);
        assert_eq!(
            (defaults.base.as_str(), defaults.content_folders[0].as_str()),
            ("https://a.org/b", "src/content")
        );
        assert!(defaults.note.unwrap().contains("the collection lost"));
        let cases = [
            ("blog/2024-01-01-First.Post.md", "", "/posts/2024-01-01-firstpost/"),
            ("blog/sub/My Post.mdx", "", "/posts/sub/my-post/"),
            ("blog/sub/index.md", "", "/posts/sub/"),
            ("blog/x.md", "slug: Own/Slug", "/posts/Own/Slug/"),
            ("blog/_x.md", "", "excluded"),
            ("notes/Note_1.md", "", "/notes/note_1/"),
            ("lost/x.md", "", "/lost/x/"),
            ("notes/x.md", "pagefind: false", "Excluded"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(resolve_page(&rules, id, front_matter), expected, "{id} {front_matter}");
        }
    }

    #[test]
    fn applies_folders_endings_and_languages_of_settings() {
        let config = "export default { trailingSlash: 'never', i18n: { locales: ['en', 'pt-BR'], defaultLocale: 'en' } }";
        let collections = "import { BLOG } from './x';\nexport const BLOG_PATH = 'src/data/blog';\n\
            const blog = defineCollection({ loader: glob({ pattern: '**/[^_]*.md', base: `./${BLOG_PATH}` }), schema: ({ image }) => z.object({ a: z.string() }) });\n\
            export const collections = { blog };\n";
        let (rules, defaults) = site(&[
            ("astro.config.mjs", config),
            ("src/content.config.ts", collections),
            ("src/data/blog/x.md", ""),
            ("src/pages/about.md", ""),
            (
                "src/pages/[lang]/blog/[...slug].astro",
                "---\nconst posts = await getCollection(\"blog\")\n---\n",
            ),
        ]);
        assert_eq!(
            (defaults.content_folders[0].as_str(), defaults.note, defaults.language.as_deref()),
            ("src", None, Some("en"))
        );
        let cases = [
            ("data/blog/x.md", "/en/blog/x"),
            ("data/blog/_x.md", "excluded"),
            ("data/blog/pt-BR/x.md", "/pt-br/blog/x pt"),
            ("pages/about.md", "/about"),
            ("pages/a/index.md", "/a"),
            ("pages/index.md", "List"),
            ("pages/_x.md", "excluded"),
        ];
        for (id, expected) in cases {
            assert_eq!(resolve_page(&rules, id, ""), expected, "{id}");
        }
        assert!(
            rules.may_contain_sources("data")
                && rules.may_contain_sources("pages/x")
                && !rules.may_contain_sources("components")
        );
    }

    #[test]
    fn starlight_documents_are_served_at_the_root() {
        let config = "import starlight from '@astrojs/starlight';\nexport default { build: { format: 'file' }, integrations: [starlight({ title: 'x' })] }";
        let (rules, defaults) = site(&[("astro.config.mjs", config), ("src/content/docs/index.mdx", "")]);
        assert_eq!(defaults.note, None);
        for (id, expected) in
            [("docs/guides/Example One.md", "/guides/example-one.html"), ("docs/index.mdx", "/")]
        {
            assert_eq!(resolve_page(&rules, id, ""), expected, "{id}");
        }
    }
}
