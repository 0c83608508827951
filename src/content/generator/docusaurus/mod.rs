//! Docusaurus: the blog, documents and pages of its plugins, each with its route, in every language.

mod names;

use serde_json::Value;

use self::names::{blog_slug, document_folder, document_slug, resolved, without_index};
use super::pattern::tidy_slashes;
use super::place::{Place, Placed, Placement, encode_path};
use super::project;
use super::script::Script;
use super::settings::{Facts, Settings, absolute_base};
use crate::content::data::{Data, DataFormat};
use crate::content::date_keys::DateKeys;
use crate::content::language::primary_language;
use crate::content::skip_reason::SkipReason;

/// What a folder of content holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Kind {
    /// Posts with dates.
    Blog,
    /// Documents.
    Docs,
    /// Pages on their own.
    Pages,
}

/// A plugin's folder and where it is served.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Instance {
    /// What it holds.
    pub kind: Kind,
    /// Its folder below the site's root.
    pub folder: String,
    /// Its route, without slashes around it.
    pub route: String,
    /// The language, where it is not the default one.
    pub locale: Option<String>,
}

/// Docusaurus' settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Rules {
    /// All folders of content.
    pub instances: Vec<Instance>,
    /// `trailingSlash`.
    pub trailing_slash: bool,
    /// The keys of dates.
    pub date_keys: DateKeys,
}

/// The rules and facts that a `docusaurus.config.js` makes.
#[must_use]
pub fn read(settings: &Settings) -> (Rules, Facts) {
    let config = Script::parse(&settings.script).data().clone();
    let i18n = config.table("i18n");
    let language = i18n.text("defaultLocale");
    let url = absolute_base(&config.text("url").unwrap_or_default());
    let prefix = config.text("baseUrl").unwrap_or_default();
    let locales: Vec<String> =
        i18n.texts("locales").into_iter().filter(|locale| Some(locale) != language.as_ref()).collect();
    let facts = Facts {
        base: format!("{url}{}", tidy_slashes(&prefix).trim_end_matches('/')),
        language: Some(language.unwrap_or_else(|| "en".to_owned())),
        future: true,
        expired: true,
        content_folders: vec![".".to_owned()],
        ..Facts::default()
    };
    let rules = Rules {
        instances: instances(&config, &settings.site_dir, &locales),
        trailing_slash: config.flag("trailingSlash") == Some(true),
        date_keys: DateKeys {
            date: vec!["date".to_owned()],
            publish: Vec::new(),
            expiry: Vec::new(),
            updated: vec!["last_update".to_owned()],
        },
    };
    (rules, facts)
}

/// The folders of the preset and of further plugins, and those of their translations.
fn instances(config: &Data, site_dir: &std::path::Path, locales: &[String]) -> Vec<Instance> {
    let mut found = Vec::new();
    let preset = entries(config, "presets").into_iter().find(|(name, _)| name.contains("classic"));
    let preset = preset.map(|(_, options)| options).unwrap_or_default();
    for (key, kind, folder, route) in [
        ("blog", Kind::Blog, "blog", "blog"),
        ("docs", Kind::Docs, "docs", "docs"),
        ("pages", Kind::Pages, "src/pages", "/"),
    ] {
        if preset.flag(key) != Some(false) {
            found.push(("default".to_owned(), instance(&preset.table(key), kind, folder, route)));
        }
    }
    for (name, options) in entries(config, "plugins") {
        let id = options.text("id").unwrap_or_else(|| "default".to_owned());
        if name.ends_with("content-blog") {
            found.push((id, instance(&options, Kind::Blog, "blog", "blog")));
        } else if name.ends_with("content-docs") {
            found.push((id, instance(&options, Kind::Docs, "docs", "docs")));
        }
    }
    let mut all = Vec::new();
    for (id, own) in found {
        let suffix = if id == "default" { String::new() } else { format!("-{id}") };
        for locale in locales {
            let plugin = match own.kind {
                Kind::Blog => format!("docusaurus-plugin-content-blog{suffix}"),
                Kind::Docs => format!("docusaurus-plugin-content-docs{suffix}/current"),
                Kind::Pages => format!("docusaurus-plugin-content-pages{suffix}"),
            };
            all.push(Instance {
                folder: format!("i18n/{locale}/{plugin}"),
                route: format!("{locale}/{}", own.route),
                locale: Some(locale.clone()),
                ..own.clone()
            });
        }
        all.push(released(own, site_dir, &id));
    }
    all
}

/// Documents in versions are read in their last released one.
fn released(own: Instance, site_dir: &std::path::Path, id: &str) -> Instance {
    let prefix = if id == "default" { String::new() } else { format!("{id}_") };
    let versions =
        std::fs::read_to_string(site_dir.join(format!("{prefix}versions.json"))).unwrap_or_default();
    let versions: Vec<String> = serde_json::from_str(&versions).unwrap_or_default();
    match versions.first().filter(|_| own.kind == Kind::Docs) {
        Some(version) => Instance { folder: format!("{prefix}versioned_docs/version-{version}"), ..own },
        None => own,
    }
}

fn instance(options: &Data, kind: Kind, folder: &str, route: &str) -> Instance {
    let folder = options.text("path").unwrap_or_else(|| folder.to_owned());
    let route = options.text("routeBasePath").unwrap_or_else(|| route.to_owned());
    Instance {
        kind,
        folder: project::folder_name(&folder),
        route: route.trim_matches('/').to_owned(),
        locale: None,
    }
}

/// The names of presets or plugins with their options.
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

impl Rules {
    pub(super) fn walks_into(&self, folder: &str) -> bool {
        project::leads_to(folder, self.instances.iter().map(|instance| instance.folder.as_str()))
    }

    pub(super) fn leaves_out(&self, id: &str) -> bool {
        self.instance_of(id).is_none_or(|(_, path)| path.split('/').any(|part| part.starts_with('_')))
    }

    /// The folder of content that a file is in, the deepest where they nest, and its path there.
    fn instance_of<'a>(&self, id: &'a str) -> Option<(&Instance, &'a str)> {
        let found = self
            .instances
            .iter()
            .filter_map(|instance| Some((instance, project::below(id, &instance.folder)?)));
        found.min_by_key(|(_, path)| path.len())
    }

    pub(super) fn place(&self, file: &Placed<'_>) -> Placement {
        let Some((instance, path)) = self.instance_of(file.id) else {
            return Placement::Skipped(SkipReason::NotAPage);
        };
        if file.data.flag("unlisted") == Some(true) {
            return Placement::Skipped(SkipReason::Unlisted);
        }
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let (date, own) = match instance.kind {
            Kind::Blog => blog_slug(stem),
            Kind::Docs => (None, document_slug(stem, file.data)),
            Kind::Pages if stem == "index" => return Placement::Skipped(SkipReason::List),
            Kind::Pages => (None, without_index(stem).to_owned()),
        };
        let slug = match file.data.text("slug").filter(|_| instance.kind != Kind::Pages) {
            Some(slug) if slug.starts_with('/') || instance.kind == Kind::Blog => slug,
            Some(slug) => resolved(document_folder(stem).as_str(), &slug),
            None => own,
        };
        let end = if self.trailing_slash { "/" } else { "" };
        let url = tidy_slashes(&format!("{}/{}{end}", instance.route, slug.trim_end_matches('/')));
        Placement::Page(Place {
            path: encode_path(&url),
            date,
            lang: instance.locale.as_deref().map(primary_language),
            translation_key: Some(format!("{:?} {stem}", instance.kind)),
            ..Place::default()
        })
    }
}

/// Whether `docusaurus.config` is there or the project needs Docusaurus.
#[must_use]
pub(super) fn has_marks(site_dir: &std::path::Path) -> bool {
    project::depends_on(site_dir, "@docusaurus/core")
}

/// The titles of tags that are written with their paths.
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
    use crate::content::generator::place::place_alone;

    const CONFIG: &str = "const config = { url: 'https://a.org', baseUrl: '/b/', i18n: { defaultLocale: 'en', locales: ['en', 'fr'] },\n\
        presets: [['classic', ({ docs: { routeBasePath: 'guide' }, blog: { path: './posts' } })]],\n\
        plugins: [['@docusaurus/plugin-content-blog', { id: 'news', path: 'news', routeBasePath: '/n' }], 'other'] };\nmodule.exports = config;";

    fn rules(script: &str) -> (Rules, Facts) {
        read(&Settings { script: script.to_owned(), ..Settings::default() })
    }

    fn place(rules: &Rules, id: &str, front_matter: &str) -> String {
        let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
        if rules.leaves_out(id) {
            return "left out".to_owned();
        }
        place_alone(id, &data, |file| rules.place(file)).map_or_else(
            |reason| reason,
            |place| {
                let date = place.date.map(|date| format!(" {}", date.day())).unwrap_or_default();
                let lang = place.lang.map(|lang| format!(" {lang}")).unwrap_or_default();
                format!("{}{date}{lang}", place.path)
            },
        )
    }

    #[test]
    fn paths_follow_docusaurus() {
        let (rules, facts) = rules(CONFIG);
        assert_eq!((facts.base.as_str(), facts.language.as_deref()), ("https://a.org/b", Some("en")));
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
            ("posts/_x.md", "", "left out"),
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
            ("README.md", "", "left out"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(place(&rules, id, front_matter), expected, "{id} {front_matter}");
        }
        assert!(rules.walks_into("i18n/fr") && rules.walks_into("src") && rules.walks_into("docs/a"));
        assert!(!rules.walks_into("node_modules") && !rules.walks_into("src/components"));
    }

    #[test]
    fn settings_turn_parts_off_and_slashes_on() {
        let (rules, _) = rules(
            "export default { trailingSlash: true, presets: [['classic', { docs: false, blog: { routeBasePath: '/' } }]] }",
        );
        assert_eq!(place(&rules, "blog/2019-05-28-x.md", ""), "/2019/05/28/x/ 2019-05-28");
        assert_eq!(place(&rules, "docs/x.md", ""), "left out");
    }

    #[test]
    fn the_last_version_of_documents_is_read() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("versions.json"), "[\"2.0\", \"1.0\"]").unwrap();
        let (rules, _) = read(&Settings { site_dir: dir.path().to_owned(), ..Settings::default() });
        assert_eq!(place(&rules, "versioned_docs/version-2.0/a.md", ""), "/docs/a");
        assert_eq!(place(&rules, "versioned_docs/version-1.0/a.md", ""), "left out");
    }

    #[test]
    fn tags_are_called_by_their_labels() {
        let mut data = Data::parse("tags: [a, {label: B, permalink: /b}]", DataFormat::Yaml).unwrap();
        inherit(&mut data);
        assert_eq!(data.texts("tags"), ["a", "B"]);
    }
}
