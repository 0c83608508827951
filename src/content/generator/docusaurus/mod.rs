//! Docusaurus: blogs, documents and pages; each plugin has a folder and a route, in every language.

mod names;

use serde_json::Value;

use self::names::{blog_slug, document_folder, document_slug, resolve_slug, without_index};
use super::folders;
use super::js_project;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::script::ParsedScript;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use crate::content::data::{Data, DataFormat};
use crate::content::date_keys::DateKeys;
use crate::content::generator::site_files;
use crate::content::language::primary_language;
use crate::content::skip_reason::SkipReason;

/// The kind of content of a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum PluginKind {
    /// Dated posts.
    Blog,
    /// Documents.
    Docs,
    /// Standalone pages.
    Pages,
}

impl PluginKind {
    /// Returns the name that translation keys contain.
    fn name(self) -> &'static str {
        match self {
            Self::Blog => "Blog",
            Self::Docs => "Docs",
            Self::Pages => "Pages",
        }
    }
}

/// A content plugin: its folder and the route that serves it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PluginInstance {
    /// Kind of its content.
    pub kind: PluginKind,
    /// Folder of its content, relative to the site's root.
    pub folder: String,
    /// Route that serves it, without slashes around it.
    pub route: String,
    /// Language; `None` for the default one.
    pub locale: Option<String>,
}

/// Docusaurus' settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct DocusaurusRules {
    /// All content plugins, with one instance per language.
    pub instances: Vec<PluginInstance>,
    /// `trailingSlash`.
    pub trailing_slash: bool,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// Reads the rules and the site's defaults from `docusaurus.config.js`.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (DocusaurusRules, SiteDefaults) {
    let config = ParsedScript::parse(&settings.script).data().clone();
    let i18n = config.table("i18n");
    let language = i18n.text("defaultLocale");
    let url = absolute_base(&config.text("url").unwrap_or_default());
    let prefix = config.text("baseUrl").unwrap_or_default();
    let locales: Vec<String> =
        i18n.texts("locales").into_iter().filter(|locale| Some(locale) != language.as_ref()).collect();
    let defaults = SiteDefaults {
        base: format!("{url}{}", normalize_slashes(&prefix).trim_end_matches('/')),
        title: config.text("title"),
        language: Some(language.unwrap_or_else(|| "en".to_owned())),
        future: true,
        expired: true,
        content_folders: vec![".".to_owned()],
        ..SiteDefaults::default()
    };
    let rules = DocusaurusRules {
        instances: instances(&config, &settings.site_dir, &locales),
        trailing_slash: config.flag("trailingSlash") == Some(true),
        date_keys: DateKeys {
            date: vec!["date".to_owned()],
            publish: Vec::new(),
            expiry: Vec::new(),
            updated: vec!["last_update".to_owned()],
        },
    };
    (rules, defaults)
}

/// Returns the content plugins of the preset and of `plugins`, and their translations.
fn instances(config: &Data, site_dir: &std::path::Path, locales: &[String]) -> Vec<PluginInstance> {
    let mut found = Vec::new();
    let preset = entries(config, "presets").into_iter().find(|(name, _)| name.contains("classic"));
    let preset = preset.map(|(_, options)| options).unwrap_or_default();
    for (key, kind, folder, route) in [
        ("blog", PluginKind::Blog, "blog", "blog"),
        ("docs", PluginKind::Docs, "docs", "docs"),
        ("pages", PluginKind::Pages, "src/pages", "/"),
    ] {
        if preset.flag(key) != Some(false) {
            found.push(("default".to_owned(), instance(&preset.table(key), kind, folder, route)));
        }
    }
    for (name, options) in entries(config, "plugins") {
        let id = options.text("id").unwrap_or_else(|| "default".to_owned());
        if name.ends_with("content-blog") {
            found.push((id, instance(&options, PluginKind::Blog, "blog", "blog")));
        } else if name.ends_with("content-docs") {
            found.push((id, instance(&options, PluginKind::Docs, "docs", "docs")));
        }
    }
    let mut all = Vec::new();
    for (id, own) in found {
        let suffix = if id == "default" { String::new() } else { format!("-{id}") };
        for locale in locales {
            let plugin = match own.kind {
                PluginKind::Blog => format!("docusaurus-plugin-content-blog{suffix}"),
                PluginKind::Docs => format!("docusaurus-plugin-content-docs{suffix}/current"),
                PluginKind::Pages => format!("docusaurus-plugin-content-pages{suffix}"),
            };
            all.push(PluginInstance {
                folder: format!("i18n/{locale}/{plugin}"),
                route: format!("{locale}/{}", own.route),
                locale: Some(locale.clone()),
                ..own.clone()
            });
        }
        all.push(latest_version(own, site_dir, &id));
    }
    all
}

/// Returns a plugin with the folder of its latest released version, if its documents are versioned.
fn latest_version(own: PluginInstance, site_dir: &std::path::Path, id: &str) -> PluginInstance {
    let prefix = if id == "default" { String::new() } else { format!("{id}_") };
    let path = site_dir.join(format!("{prefix}versions.json"));
    let versions = site_files::read_text(&path).unwrap_or_default();
    let versions: Vec<String> = serde_json::from_str(&versions).unwrap_or_default();
    match versions.first().filter(|_| own.kind == PluginKind::Docs) {
        Some(version) => {
            PluginInstance { folder: format!("{prefix}versioned_docs/version-{version}"), ..own }
        }
        None => own,
    }
}

fn instance(options: &Data, kind: PluginKind, folder: &str, route: &str) -> PluginInstance {
    let folder = options.text("path").unwrap_or_else(|| folder.to_owned());
    let route = options.text("routeBasePath").unwrap_or_else(|| route.to_owned());
    PluginInstance {
        kind,
        folder: folders::folder_name(&folder),
        route: route.trim_matches('/').to_owned(),
        locale: None,
    }
}

/// Returns the presets or plugins under `key`: pairs of a name and options.
fn entries(config: &Data, key: &str) -> Vec<(String, Data)> {
    let Some(Value::Array(items)) = config.get(key) else { return Vec::new() };
    let read = |item: &Value| match item {
        Value::String(name) => Some((name.clone(), Data::default())),
        Value::Array(parts) => {
            let name = parts.first()?.as_str()?.to_owned();
            Some((name, parts.get(1).and_then(Data::from_value).unwrap_or_default()))
        }
        _ => None,
    };
    items.iter().filter_map(read).collect()
}

impl DocusaurusRules {
    pub(super) fn may_contain_sources(&self, folder: &str) -> bool {
        folders::overlaps(folder, self.instances.iter().map(|instance| instance.folder.as_str()))
    }

    pub(super) fn excludes(&self, id: &str) -> bool {
        self.instance_of(id).is_none_or(|(_, path)| path.split('/').any(|part| part.starts_with('_')))
    }

    /// Returns the innermost plugin folder that contains a file, and the file's path in it.
    fn instance_of<'a>(&self, id: &'a str) -> Option<(&PluginInstance, &'a str)> {
        let found = self
            .instances
            .iter()
            .filter_map(|instance| Some((instance, folders::below(id, &instance.folder)?)));
        found.min_by_key(|(_, path)| path.len())
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let Some((instance, path)) = self.instance_of(file.id) else {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        };
        if file.data.flag("unlisted") == Some(true) {
            return PageOutcome::Skipped(SkipReason::Unlisted);
        }
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let (date, own) = match instance.kind {
            PluginKind::Blog => blog_slug(stem),
            PluginKind::Docs => (None, document_slug(stem, file.data)),
            PluginKind::Pages if stem == "index" => return PageOutcome::Skipped(SkipReason::List),
            PluginKind::Pages => (None, without_index(stem).to_owned()),
        };
        let slug = match file.data.text("slug").filter(|_| instance.kind != PluginKind::Pages) {
            Some(slug) if slug.starts_with('/') || instance.kind == PluginKind::Blog => slug,
            Some(slug) => resolve_slug(document_folder(stem).as_str(), &slug),
            None => own,
        };
        let end = if self.trailing_slash { "/" } else { "" };
        let url = normalize_slashes(&format!("{}/{}{end}", instance.route, slug.trim_end_matches('/')));
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&url),
            date,
            lang: instance.locale.as_deref().map(primary_language),
            translation_key: Some(format!("{} {stem}", instance.kind.name())),
            ..GeneratedPage::default()
        })
    }
}

/// Returns whether the project depends on Docusaurus.
#[must_use]
pub(super) fn matches_project(site_dir: &std::path::Path) -> bool {
    js_project::depends_on(site_dir, "@docusaurus/core")
}

/// Replaces tags that are written as tables with their labels.
pub(super) fn inherit(own: &mut Data) {
    let Some(Value::Array(items)) = own.get("tags") else { return };
    let label = |item: &Value| {
        Data::from_value(item).and_then(|tag| tag.text("label")).map_or_else(|| item.clone(), Value::String)
    };
    let labels = serde_json::json!({ "tags": items.iter().map(label).collect::<Vec<_>>() });
    if let Ok(labels) = Data::parse(&labels.to_string(), DataFormat::Json) {
        own.override_with(&labels);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::generator::page::resolve_alone;

    const CONFIG: &str = "const config = { url: 'https://a.org', baseUrl: '/b/', i18n: { defaultLocale: 'en', locales: ['en', 'fr'] },\n\
        presets: [['classic', ({ docs: { routeBasePath: 'guide' }, blog: { path: './posts' } })]],\n\
        plugins: [['@docusaurus/plugin-content-blog', { id: 'news', path: 'news', routeBasePath: '/n' }], 'other'] };\nmodule.exports = config;";

    fn rules(script: &str) -> (DocusaurusRules, SiteDefaults) {
        read_settings(&GeneratorSettings { script: script.to_owned(), ..GeneratorSettings::default() })
    }

    fn resolve_page(rules: &DocusaurusRules, id: &str, front_matter: &str) -> String {
        let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
        if rules.excludes(id) {
            return "excluded".to_owned();
        }
        resolve_alone(id, &data, |file| rules.resolve_page(file)).map_or_else(
            |reason| reason,
            |page| {
                let date = page.date.map(|date| format!(" {}", date.day())).unwrap_or_default();
                let lang = page.lang.map(|lang| format!(" {lang}")).unwrap_or_default();
                format!("{}{date}{lang}", page.path)
            },
        )
    }

    #[test]
    fn resolves_paths_as_docusaurus_does() {
        let (rules, defaults) = rules(CONFIG);
        assert_eq!((defaults.base.as_str(), defaults.language.as_deref()), ("https://a.org/b", Some("en")));
        let cases = [
            ("posts/2019-05-28-first.md", "", "/blog/2019/05/28/first 2019-05-28"),
            ("posts/2019-05-30-bundle/index.md", "", "/blog/2019/05/30/bundle 2019-05-30"),
            ("posts/2019/05/31/slashes.md", "", "/blog/2019/05/31/slashes 2019-05-31"),
            ("posts/sub/2019-06-03-insub.mdx", "", "/blog/2019/06/03/sub/insub 2019-06-03"),
            ("posts/2019-6-5-short.md", "", "/blog/2019/6/5/short 2019-06-05"),
            ("posts/2019-05-28-first.md", "slug: own", "/blog/own 2019-05-28"),
            ("posts/2019-05-28-first.md", "slug: /abs/Slug", "/blog/abs/Slug 2019-05-28"),
            ("posts/nodate.md", "", "/blog/nodate"),
            ("posts/x.md", "unlisted: true", "Unlisted"),
            ("posts/_x.md", "", "excluded"),
            ("news/2019-05-28-x.md", "", "/n/2019/05/28/x 2019-05-28"),
            ("docs/01-intro.md", "", "/guide/intro"),
            ("docs/02-cat/index.md", "", "/guide/cat"),
            ("docs/02-cat/03-deep.md", "", "/guide/cat/deep"),
            ("docs/cat2/cat2.md", "", "/guide/cat2"),
            ("docs/cat2/x.md", "id: other", "/guide/cat2/other"),
            ("docs/cat2/x.md", "slug: rel", "/guide/cat2/rel"),
            ("docs/cat2/x.md", "slug: ../up", "/guide/up"),
            ("docs/cat2/x.md", "slug: /abs", "/guide/abs"),
            ("docs/2021-11-foo.md", "", "/guide/2021-11-foo"),
            ("docs/7.0-foo.md", "", "/guide/7.0-foo"),
            ("docs/1. Intro.md", "", "/guide/Intro"),
            ("src/pages/about.md", "", "/about"),
            ("src/pages/index.mdx", "", "List"),
            (
                "i18n/fr/docusaurus-plugin-content-blog/2019-05-28-first.md",
                "",
                "/fr/blog/2019/05/28/first 2019-05-28 fr",
            ),
            ("i18n/fr/docusaurus-plugin-content-blog-news/x.md", "", "/fr/n/x fr"),
            ("i18n/fr/docusaurus-plugin-content-docs/current/01-intro.md", "", "/fr/guide/intro fr"),
            ("README.md", "", "excluded"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(resolve_page(&rules, id, front_matter), expected, "{id} {front_matter}");
        }
        assert!(
            rules.may_contain_sources("i18n/fr")
                && rules.may_contain_sources("src")
                && rules.may_contain_sources("docs/a")
        );
        assert!(!rules.may_contain_sources("node_modules") && !rules.may_contain_sources("src/components"));
    }

    #[test]
    fn settings_disable_plugins_and_add_trailing_slashes() {
        let (rules, _) = rules(
            "export default { trailingSlash: true, presets: [['classic', { docs: false, blog: { routeBasePath: '/' } }]] }",
        );
        assert_eq!(resolve_page(&rules, "blog/2019-05-28-x.md", ""), "/2019/05/28/x/ 2019-05-28");
        assert_eq!(resolve_page(&rules, "docs/x.md", ""), "excluded");
    }

    #[test]
    fn reads_the_latest_version_of_documents() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("versions.json"), "[\"2.0\", \"1.0\"]").unwrap();
        let (rules, _) = read_settings(&GeneratorSettings {
            site_dir: dir.path().to_owned(),
            ..GeneratorSettings::default()
        });
        assert_eq!(resolve_page(&rules, "versioned_docs/version-2.0/a.md", ""), "/docs/a");
        assert_eq!(resolve_page(&rules, "versioned_docs/version-1.0/a.md", ""), "excluded");
    }

    #[test]
    fn replaces_tag_tables_by_their_labels() {
        let mut data = Data::parse("tags: [a, {label: B, permalink: /b}]", DataFormat::Yaml).unwrap();
        inherit(&mut data);
        assert_eq!(data.texts("tags"), ["a", "B"]);
    }
}
