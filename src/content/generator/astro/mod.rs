//! Astro: content collections, served by the routes of `src/pages`, and Markdown pages in it.

mod collection;
mod route;

use std::path::Path;

use self::collection::{Collection, assign_routes, collections};
use self::route::Route;
use super::pattern::tidy_slashes;
use super::place::{Place, Placed, Placement, encode_path};
use super::project;
use super::script::Script;
use super::settings::{Facts, Settings, absolute_base};
use crate::content::category::{Category, humanize};
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::language::primary_language;
use crate::content::skip_reason::SkipReason;
use crate::content::slugs;

/// Astro's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Rules {
    /// The collections.
    pub collections: Vec<Collection>,
    /// The folder of pages, from the content directory on, where that is in it.
    pub pages: Option<String>,
    /// How URLs end.
    pub ending: Ending,
    /// `i18n.locales`.
    pub locales: Vec<String>,
    /// `i18n.defaultLocale`.
    pub default_locale: String,
    /// The keys of dates.
    pub date_keys: DateKeys,
}

/// How URLs end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Ending {
    /// In a slash.
    Slash,
    /// In the name.
    Bare,
    /// In `.html`.
    Html,
}

/// Whether the project needs Astro.
#[must_use]
pub(super) fn has_marks(site_dir: &Path) -> bool {
    project::depends_on(site_dir, "astro")
}

/// The rules and facts that an `astro.config.mjs` and the files of the site make.
#[must_use]
pub fn read(settings: &Settings) -> (Rules, Facts) {
    let script = Script::parse(&settings.script);
    let config = script.data();
    let sources = project::folder_name(&config.text("srcDir").unwrap_or_else(|| "src".to_owned()));
    let mut collections = collections(&settings.site_dir, &sources);
    let pages = format!("{sources}/pages");
    let has_pages = !project::files_below(&settings.site_dir.join(&pages), &[".md", ".mdx"]).is_empty();
    let root = root(&collections, &sources, has_pages);
    let routes = route::all(&settings.site_dir.join(&pages));
    let is_starlight = script.mentions("starlight");
    assign_routes(&mut collections, &routes, is_starlight);
    for collection in &mut collections {
        collection.folder = project::below(&collection.folder, &root).unwrap_or_default().to_owned();
    }
    let lost: Vec<&str> =
        collections.iter().filter(|own| own.route.is_none()).map(|own| own.name.as_str()).collect();
    let guess = if lost.is_empty() {
        None
    } else {
        let names = lost.join(", ");
        project::guessed(&format!(
            "no page in {pages} serves the collection {names}: its URLs are guessed to be /collection/entry"
        ))
    };
    let i18n = config.table("i18n");
    let default_locale = i18n.text("defaultLocale");
    let base = absolute_base(&config.text("site").unwrap_or_default());
    let prefix = tidy_slashes(&config.text("base").unwrap_or_default());
    let rules = Rules {
        collections,
        pages: project::below(&pages, &root).map(str::to_owned),
        ending: ending(config),
        locales: i18n.texts("locales"),
        default_locale: default_locale.clone().unwrap_or_default(),
        date_keys: DateKeys { publish: Vec::new(), expiry: Vec::new(), ..DateKeys::common() },
    };
    let facts = Facts {
        base: format!("{base}{}", prefix.trim_end_matches('/')),
        language: default_locale,
        future: true,
        expired: true,
        content_folders: vec![root],
        guess,
        ..Facts::default()
    };
    (rules, facts)
}

fn ending(config: &Data) -> Ending {
    let is_file = config.table("build").text("format").as_deref() == Some("file");
    match config.text("trailingSlash").as_deref() {
        _ if is_file => Ending::Html,
        Some("never") => Ending::Bare,
        _ => Ending::Slash,
    }
}

/// The folder that holds all content and as little else as may be.
fn root(collections: &[Collection], sources: &str, has_pages: bool) -> String {
    let all_below =
        |folder: &str| collections.iter().all(|own| project::below(&own.folder, folder).is_some());
    let content = format!("{sources}/content");
    if !has_pages && !collections.is_empty() && all_below(&content) {
        content
    } else if all_below(sources) {
        sources.to_owned()
    } else {
        ".".to_owned()
    }
}

impl Rules {
    fn folders(&self) -> impl Iterator<Item = &str> {
        self.collections.iter().map(|own| own.folder.as_str()).chain(self.pages.as_deref())
    }

    pub(super) fn walks_into(&self, folder: &str) -> bool {
        project::leads_to(folder, self.folders())
    }

    pub(super) fn leaves_out(&self, id: &str) -> bool {
        let is_marked = |path: &str| path.split('/').any(|part| part.starts_with('_'));
        if let Some(path) = self.pages.as_ref().and_then(|pages| project::below(id, pages)) {
            return is_marked(path);
        }
        // In a folder that the owner chose there are no collections.
        self.collection_of(id).is_some_and(|(own, path)| own.hides_marked && is_marked(path))
    }

    /// The collection that a file is in, the deepest where they nest, and its path there.
    fn collection_of<'a>(&self, id: &'a str) -> Option<(&Collection, &'a str)> {
        let found = self.collections.iter().filter_map(|own| Some((own, project::below(id, &own.folder)?)));
        found.max_by_key(|(own, _)| own.folder.len())
    }

    pub(super) fn place(&self, file: &Placed<'_>) -> Placement {
        let stem = file.id.rsplit_once('.').map_or(file.id, |(stem, _)| stem);
        if let Some(page) = self.pages.as_ref().and_then(|pages| project::below(stem, pages)) {
            return self.page(page);
        }
        if file.data.flag("pagefind") == Some(false) {
            return Placement::Skipped(SkipReason::Excluded);
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
        let at_root = collection.and_then(|own| own.route.as_ref()).is_some_and(Route::is_root);
        let entry = if entry == "index" && at_root { "" } else { entry };
        let url = match collection.map(|own| (own, &own.route)) {
            Some((_, Some(route))) => route.fill(entry, &self.default_locale),
            Some((own, None)) => format!("{}/{entry}", own.name),
            None => entry.to_owned(),
        };
        let category =
            path.split_once('/').map(|(folder, _)| folder).filter(|folder| lang.as_deref() != Some(*folder));
        Placement::Page(Place {
            path: self.ended(&url),
            lang: lang.as_deref().map(primary_language),
            categories: category
                .map(|slug| Category { name: humanize(slug), slug: slug.to_owned() })
                .into_iter()
                .collect(),
            translation_key: lang.map(|lang| path[lang.len()..].trim_start_matches('/').to_owned()),
            ..Place::default()
        })
    }

    fn page(&self, path: &str) -> Placement {
        if path == "index" {
            return Placement::Skipped(SkipReason::List);
        }
        let path = path.strip_suffix("/index").unwrap_or(path);
        Placement::Page(Place { path: self.ended(path), ..Place::default() })
    }

    fn ended(&self, path: &str) -> String {
        let path = path.trim_matches('/');
        let ended = match self.ending {
            _ if path.is_empty() => "/".to_owned(),
            Ending::Slash => format!("/{path}/"),
            Ending::Bare => format!("/{path}"),
            Ending::Html => format!("/{path}.html"),
        };
        encode_path(&tidy_slashes(&ended))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;
    use crate::content::generator::place::place_alone;

    fn site(files: &[(&str, &str)]) -> (Rules, Facts) {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let script = files.iter().find(|(name, _)| *name == "astro.config.mjs").map_or("", |(_, text)| text);
        read(&Settings { site_dir: dir.path().to_owned(), script: script.to_owned(), ..Settings::default() })
    }

    fn place(rules: &Rules, id: &str, front_matter: &str) -> String {
        let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
        if rules.leaves_out(id) {
            return "left out".to_owned();
        }
        place_alone(id, &data, |file| rules.place(file)).map_or_else(
            |reason| reason,
            |place| format!("{} {}", place.path, place.lang.unwrap_or_default()).trim_end().to_owned(),
        )
    }

    const CONFIG: (&str, &str) =
        ("astro.config.mjs", "export default defineConfig({ site: 'https://a.org', base: '/b' })");

    #[test]
    fn entries_are_where_their_route_is() {
        let (rules, facts) = site(&[
            CONFIG,
            ("src/content/blog/x.md", ""),
            ("src/content/notes/x.md", ""),
            ("src/content/lost/x.md", ""),
            ("src/pages/posts/[...slug].astro", "---\nawait getCollection('blog')\n---\n<p>it's</p>"),
            ("src/pages/notes/[id]/index.astro", "---\n---\n"),
            ("src/pages/[...page].astro", "---\npaginate(await getCollection('lost'))\n---\n"),
        ]);
        assert_eq!(
            (facts.base.as_str(), facts.content_folders[0].as_str()),
            ("https://a.org/b", "src/content")
        );
        assert!(facts.guess.unwrap().contains("the collection lost"));
        let cases = [
            ("blog/2024-01-01-First.Post.md", "", "/posts/2024-01-01-firstpost/"),
            ("blog/sub/My Post.mdx", "", "/posts/sub/my-post/"),
            ("blog/sub/index.md", "", "/posts/sub/"),
            ("blog/x.md", "slug: Own/Slug", "/posts/Own/Slug/"),
            ("blog/_x.md", "", "left out"),
            ("notes/Note_1.md", "", "/notes/note_1/"),
            ("lost/x.md", "", "/lost/x/"),
            ("notes/x.md", "pagefind: false", "Excluded"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(place(&rules, id, front_matter), expected, "{id} {front_matter}");
        }
    }

    #[test]
    fn settings_name_other_folders_endings_and_languages() {
        let config = "export default { trailingSlash: 'never', i18n: { locales: ['en', 'pt-BR'], defaultLocale: 'en' } }";
        let collections = "import { BLOG } from './x';\nexport const BLOG_PATH = 'src/data/blog';\n\
            const blog = defineCollection({ loader: glob({ pattern: '**/[^_]*.md', base: `./${BLOG_PATH}` }), schema: ({ image }) => z.object({ a: z.string() }) });\n\
            export const collections = { blog };\n";
        let (rules, facts) = site(&[
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
            (facts.content_folders[0].as_str(), facts.guess, facts.language.as_deref()),
            ("src", None, Some("en"))
        );
        let cases = [
            ("data/blog/x.md", "/en/blog/x"),
            ("data/blog/_x.md", "left out"),
            ("data/blog/pt-BR/x.md", "/pt-br/blog/x pt"),
            ("pages/about.md", "/about"),
            ("pages/a/index.md", "/a"),
            ("pages/index.md", "List"),
            ("pages/_x.md", "left out"),
        ];
        for (id, expected) in cases {
            assert_eq!(place(&rules, id, ""), expected, "{id}");
        }
        assert!(rules.walks_into("data") && rules.walks_into("pages/x") && !rules.walks_into("components"));
    }

    #[test]
    fn starlight_serves_its_documents_at_the_root() {
        let config = "import starlight from '@astrojs/starlight';\nexport default { build: { format: 'file' }, integrations: [starlight({ title: 'x' })] }";
        let (rules, facts) = site(&[("astro.config.mjs", config), ("src/content/docs/index.mdx", "")]);
        assert_eq!(facts.guess, None);
        for (id, expected) in
            [("docs/guides/Example One.md", "/guides/example-one.html"), ("docs/index.mdx", "/")]
        {
            assert_eq!(place(&rules, id, ""), expected, "{id}");
        }
    }
}
