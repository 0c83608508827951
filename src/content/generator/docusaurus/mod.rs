//! Docusaurus: blogs, documents and pages; each plugin has a folder and a route, in every language.

mod names;
mod plugins;

use serde_json::Value;

use self::names::{blog_slug, document_slug, page_slug};
use self::plugins::{DocusaurusLocale, PluginInstance, PluginKind, instances};
use super::folders;
use super::js_project;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use crate::content::data::{Data, DataFormat};
use crate::content::date_keys::DateKeys;
use crate::content::language_tag::language_tag;
use crate::content::script::ParsedScript;
use crate::content::skip_reason::SkipReason;

/// Docusaurus' settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct DocusaurusRules {
    /// All content plugins, with one instance per language.
    pub instances: Vec<PluginInstance>,
    /// `trailingSlash`; if it is not set, URLs end as slugs do.
    pub trailing_slash: Option<bool>,
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
    let locales = DocusaurusLocale::read_all(&i18n, &url);
    let (instances, mounts) = instances(&config, &settings.site_dir, &locales);
    let html_language =
        language.as_ref().and_then(|name| i18n.table("localeConfigs").table(name).text("htmlLang"));
    let defaults = SiteDefaults {
        base: format!("{url}{}", normalize_slashes(&prefix).trim_end_matches('/')),
        title: config.text("title"),
        language: Some(html_language.or(language).unwrap_or_else(|| "en".to_owned())),
        future: true,
        expired: true,
        content_folders: vec![".".to_owned()],
        mounts,
        ..SiteDefaults::default()
    };
    let rules = DocusaurusRules {
        instances,
        trailing_slash: config.flag("trailingSlash"),
        date_keys: DateKeys {
            date: vec!["date".to_owned()],
            publish: Vec::new(),
            expiry: Vec::new(),
            updated: vec!["last_update".to_owned()],
        },
    };
    (rules, defaults)
}

impl DocusaurusRules {
    pub(super) fn may_contain_sources(&self, folder: &str) -> bool {
        folders::overlaps(folder, self.instances.iter().map(|instance| instance.folder.as_str()))
    }

    pub(super) fn excludes(&self, id: &str) -> bool {
        self.instance_of(id).is_none_or(|(instance, path)| {
            let is_hidden = path.split('/').any(|part| part.starts_with('.'));
            is_hidden || !instance.included.matches(path) || instance.excluded.matches_part_of(path)
        })
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
        // A translation of a file that does not exist has no page.
        if instance.locale.is_some() && !file.inventory.contains(&format!("{}/{path}", instance.original)) {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let own = file.data.text("slug");
        let (date, slug) = match instance.kind {
            PluginKind::Blog => {
                let (date, slug) = blog_slug(stem);
                (date, own.unwrap_or(slug))
            }
            PluginKind::Docs => (None, document_slug(stem, file.data, own, instance.strips_numbers)),
            PluginKind::Pages if stem == "index" && own.is_none() => {
                return PageOutcome::Skipped(SkipReason::List);
            }
            PluginKind::Pages if matches!(stem, "404" | "404/index") => {
                return PageOutcome::Skipped(SkipReason::NotAPage);
            }
            PluginKind::Pages => (None, own.unwrap_or_else(|| page_slug(stem))),
        };
        let url = normalize_slashes(&format!("{}/{slug}", instance.route));
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&self.with_trailing_slash(url)),
            base: instance.base.clone(),
            date,
            lang: instance.locale.as_deref().map(language_tag),
            translation_key: Some(format!("{} {stem}", instance.kind.name())),
            ..GeneratedPage::default()
        })
    }

    /// Returns a path with or without a trailing slash, as the settings say (`applyTrailingSlash` in
    /// `@docusaurus/utils-common`).
    fn with_trailing_slash(&self, path: String) -> String {
        match self.trailing_slash {
            Some(true) if !path.ends_with('/') => path + "/",
            Some(false) if path.len() > 1 => path.trim_end_matches('/').to_owned(),
            _ => path,
        }
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
mod tests;
