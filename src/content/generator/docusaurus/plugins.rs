//! The content plugins of a Docusaurus site: their folders and routes, in every language.

use std::path::Path;

use serde_json::Value;

use super::super::folders;
use super::super::globs::GlobList;
use super::super::pattern::normalize_slashes;
use super::super::settings::read_text;
use crate::content::data::Data;
use crate::content::mounts::Mount;

/// The version of documents that is not released; its folder is that of the plugin.
const CURRENT: &str = "current";
/// Patterns of the files that are no content, unless the settings have others (`GlobExcludeDefault` in
/// `@docusaurus/utils`).
const EXCLUDED: [&str; 4] =
    ["**/_*.{js,jsx,ts,tsx,md,mdx}", "**/_*/**", "**/*.test.{js,jsx,ts,tsx}", "**/__tests__/**"];

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
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Blog => "Blog",
            Self::Docs => "Docs",
            Self::Pages => "Pages",
        }
    }

    /// Returns the kind of a plugin by its name: `@docusaurus/plugin-content-blog`, `content-blog` or a path to it.
    fn of_plugin(name: &str) -> Option<Self> {
        [("content-blog", Self::Blog), ("content-docs", Self::Docs), ("content-pages", Self::Pages)]
            .into_iter()
            .find_map(|(ending, kind)| name.ends_with(ending).then_some(kind))
    }

    /// Returns the default folder and route.
    fn defaults(self) -> (&'static str, &'static str) {
        match self {
            Self::Blog => ("blog", "blog"),
            Self::Docs => ("docs", "docs"),
            Self::Pages => ("src/pages", "/"),
        }
    }
}

/// A content plugin: its folder and the route that serves it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PluginInstance {
    /// Kind of its content.
    pub kind: PluginKind,
    /// Folder of its content, relative to the site's root.
    pub folder: String,
    /// Folder of the content that this one translates; empty for the default language.
    pub original: String,
    /// Route that serves it, without slashes around it.
    pub route: String,
    /// Scheme, host and path of its language, if they are set.
    pub base: Option<String>,
    /// Language; `None` for the default one.
    pub locale: Option<String>,
    /// `include`.
    pub included: GlobList,
    /// `exclude`.
    pub excluded: GlobList,
    /// Whether names lose their number prefixes.
    pub strips_numbers: bool,
}

/// A language of the site besides the default one.
pub(super) struct DocusaurusLocale {
    /// Name of the locale.
    name: String,
    /// Language of its pages.
    language: String,
    /// Folder of its translations, relative to the site's root.
    folder: String,
    /// Scheme, host and path of its pages, if they are set.
    base: Option<String>,
}

impl DocusaurusLocale {
    /// Reads the locales in `i18n`; `url` is scheme and host of the site.
    pub(super) fn read_all(i18n: &Data, url: &str) -> Vec<Self> {
        let default = i18n.text("defaultLocale");
        let folder = i18n.text("path").unwrap_or_else(|| "i18n".to_owned());
        let others = i18n.texts("locales").into_iter().filter(|locale| Some(locale) != default.as_ref());
        let read = |name: String| {
            let config = i18n.table("localeConfigs").table(&name);
            let path = config.text("path").unwrap_or_else(|| name.clone());
            let own_url = config.text("url").map(|url| url.trim_end_matches('/').to_owned());
            let base = config.text("baseUrl").map(|base| {
                let url = own_url.as_deref().unwrap_or(url);
                format!("{url}{}", normalize_slashes(&base).trim_end_matches('/'))
            });
            Self {
                language: config.text("htmlLang").unwrap_or_else(|| name.clone()),
                folder: format!("{}/{path}", folders::folder_name(&folder)),
                base,
                name,
            }
        };
        others.map(read).collect()
    }
}

/// Returns the content plugins of the presets and of `plugins` with their translations, and the mounts of the folders
/// outside of the site.
pub(super) fn instances(
    config: &Data,
    site_dir: &Path,
    locales: &[DocusaurusLocale],
) -> (Vec<PluginInstance>, Vec<Mount>) {
    let (mut all, mut mounts) = (Vec::new(), Vec::new());
    for (kind, options) in plugins(config) {
        let mut own = instance(&options, kind);
        let id = options.text("id").unwrap_or_else(|| "default".to_owned());
        let version =
            if kind == PluginKind::Docs { last_version(&options, site_dir, &id) } else { CURRENT.to_owned() };
        if let Some(path) = options.table("versions").table(&version).text("path") {
            own.route = format!("{}/{}", own.route, path.trim_matches('/'));
        }
        if version != CURRENT {
            let prefix = if id == "default" { String::new() } else { format!("{id}_") };
            own.folder = format!("{prefix}versioned_docs/version-{version}");
        } else if own.folder.starts_with("..") {
            let folder = folders::real_folder(site_dir, &own.folder);
            own.folder = mounted_at(&own.folder, site_dir);
            mounts.push(Mount { folder, at: own.folder.clone() });
        }
        all.extend(locales.iter().map(|locale| translation(&own, locale, &id, &version)));
        all.push(own);
    }
    (all, mounts)
}

/// Returns the place of a folder outside of the site among the folders of the site.
fn mounted_at(folder: &str, site_dir: &Path) -> String {
    let at = folder.trim_start_matches(['.', '/']);
    if at.is_empty() || site_dir.join(at).exists() { format!("outside/{at}") } else { at.to_owned() }
}

/// Returns the content plugins: kinds and options.
fn plugins(config: &Data) -> Vec<(PluginKind, Data)> {
    let mut found = Vec::new();
    let presets = entries(config, "presets");
    let has_content = |options: &Data| ["blog", "docs", "pages"].iter().any(|key| options.get(key).is_some());
    let classic = presets.iter().find(|(name, options)| name.contains("classic") || has_content(options));
    let plugins = entries(config, "plugins");
    let contents: Vec<(PluginKind, Data)> = plugins
        .into_iter()
        .filter_map(|(name, options)| Some((PluginKind::of_plugin(&name)?, options)))
        .collect();
    // Without a preset that can be read, the site is taken for one with the classic preset, unless it has plugins of its
    // own.
    if classic.is_some() || contents.is_empty() {
        let preset = classic.map(|(_, options)| options.clone()).unwrap_or_default();
        for (key, kind) in
            [("blog", PluginKind::Blog), ("docs", PluginKind::Docs), ("pages", PluginKind::Pages)]
        {
            if preset.flag(key) != Some(false) {
                found.push((kind, preset.table(key)));
            }
        }
    }
    found.extend(contents);
    found
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

fn instance(options: &Data, kind: PluginKind) -> PluginInstance {
    let (folder, route) = kind.defaults();
    let folder = options.text("path").unwrap_or_else(|| folder.to_owned());
    let route = options.text("routeBasePath").unwrap_or_else(|| route.to_owned());
    let excluded = match options.get("exclude") {
        Some(_) => options.texts("exclude"),
        None => EXCLUDED.map(str::to_owned).to_vec(),
    };
    let included = options.texts("include");
    PluginInstance {
        kind,
        folder: folders::folder_name(&folder),
        original: String::new(),
        route: route.trim_matches('/').to_owned(),
        base: None,
        locale: None,
        included: GlobList::of_micromatch(if included.is_empty() { vec!["**".to_owned()] } else { included }),
        excluded: GlobList::of_micromatch(excluded),
        strips_numbers: options.flag("numberPrefixParser") != Some(false),
    }
}

/// Returns the version of documents that is served at the route of the plugin (`getLastVersionName` in
/// `plugin-content-docs`). Other versions are not searched.
fn last_version(options: &Data, site_dir: &Path, id: &str) -> String {
    if let Some(version) = options.text("lastVersion") {
        return version;
    }
    let prefix = if id == "default" { String::new() } else { format!("{id}_") };
    let text = read_text(&site_dir.join(format!("{prefix}versions.json"))).unwrap_or_default();
    let mut versions: Vec<String> = serde_json::from_str(&text).unwrap_or_default();
    if options.flag("disableVersioning") == Some(true) {
        versions.clear();
    }
    let only = options.texts("onlyIncludeVersions");
    let mut included = versions.into_iter().filter(|version| only.is_empty() || only.contains(version));
    included.find(|version| version != CURRENT).unwrap_or_else(|| CURRENT.to_owned())
}

/// Returns the plugin for the translations into a language.
fn translation(own: &PluginInstance, locale: &DocusaurusLocale, id: &str, version: &str) -> PluginInstance {
    let suffix = if id == "default" { String::new() } else { format!("-{id}") };
    let kind = own.kind.name().to_lowercase();
    let version = match own.kind {
        PluginKind::Docs if version == CURRENT => "/current".to_owned(),
        PluginKind::Docs => format!("/version-{version}"),
        _ => String::new(),
    };
    let route = match locale.base {
        Some(_) => own.route.clone(),
        None => format!("{}/{}", locale.name, own.route),
    };
    PluginInstance {
        folder: format!("{}/docusaurus-plugin-content-{kind}{suffix}{version}", locale.folder),
        original: own.folder.clone(),
        route,
        base: locale.base.clone(),
        locale: Some(locale.language.clone()),
        ..own.clone()
    }
}
