//! Languages of Hexo's pages: that of their first folder, if the theme has texts in it.

use std::path::Path;

use crate::content::data::Data;
use crate::content::generator::settings::extension;
use crate::content::generator::site_files;

/// How the URL of a page names its language (Hexo's filter `template_locals/i18n`).
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(crate) struct PageLanguages {
    /// The folders before that of the language: of `i18n_dir`, which is `:lang` by default.
    prefix: String,
    /// The languages in which the theme has texts.
    of_theme: Vec<String>,
}

impl PageLanguages {
    /// Reads the languages of the theme that the settings name, in the site or among its packages.
    pub(super) fn read(site_dir: &Path, config: &Data) -> Self {
        let theme = config.text("theme").unwrap_or_else(|| "landscape".to_owned());
        let folders = [format!("themes/{theme}"), format!("node_modules/hexo-theme-{theme}")];
        let mut of_theme: Vec<String> = Vec::new();
        for path in
            folders.iter().flat_map(|folder| site_files::entries(&site_dir.join(folder).join("languages")))
        {
            let name = path.file_stem().and_then(|stem| stem.to_str()).filter(|name| *name != "default");
            of_theme.extend(
                name.filter(|_| matches!(extension(&path), "yml" | "yaml" | "json")).map(str::to_owned),
            );
        }
        let pattern = config.text("i18n_dir").unwrap_or_else(|| ":lang".to_owned());
        let prefix = pattern.split(":lang").next().unwrap_or_default().trim_matches('/').to_owned();
        Self { prefix, of_theme }
    }

    /// Returns the language of the page with this path.
    pub(super) fn of(&self, path: &str) -> Option<String> {
        let below = path.trim_start_matches('/').strip_prefix(self.prefix.as_str())?;
        let (folder, _) = below.trim_start_matches('/').split_once('/')?;
        self.of_theme.iter().find(|language| *language == folder).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    #[test]
    fn the_language_is_a_folder_in_which_the_theme_has_texts() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "themes/pond/languages/de.yml",
            "themes/pond/languages/default.yml",
            "themes/pond/languages/zh-tw.json",
        ] {
            std::fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let language = |config: &str, path: &str| {
            let config = Data::parse(config, DataFormat::Yaml).unwrap();
            PageLanguages::read(dir.path(), &config).of(path).unwrap_or_default()
        };
        for (config, path, expected) in [
            ("theme: pond", "/de/reed/", "de"),
            ("theme: pond", "/zh-tw/reed/", "zh-tw"),
            ("theme: pond", "/fr/reed/", ""),
            ("theme: pond", "/default/reed/", ""),
            ("theme: pond", "/reed/de/", ""),
            ("theme: pond", "/de", ""),
            ("theme: pond\ni18n_dir: docs/:lang", "/docs/de/reed/", "de"),
            ("theme: pond\ni18n_dir: docs/:lang", "/de/reed/", ""),
            ("theme: lake", "/de/reed/", ""),
        ] {
            assert_eq!(language(config, path), expected, "{config}: {path}");
        }
    }
}
