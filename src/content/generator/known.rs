//! The table of all known generators: how each one is detected and its settings are read.

use std::path::Path;

use super::settings::{GeneratorSettings, SiteDefaults};
use super::{
    Generator, astro, docusaurus, eleventy, gatsby, hexo, hugo, jekyll, mdbook, mkdocs, nuxt, site_files,
    vitepress, zola,
};
use crate::content::error::SiteError;

/// How one generator is detected and its settings are read.
pub(super) struct KnownGenerator {
    pub(super) name: &'static str,
    /// Settings files, by precedence.
    pub(super) files: &'static [&'static str],
    /// Whether settings belong to this generator, for file names that several generators use.
    pub(super) matches_settings: fn(&GeneratorSettings) -> bool,
    /// Whether a site without settings has the folders or packages of this generator.
    pub(super) matches_project: fn(&Path) -> bool,
    pub(super) read: fn(&GeneratorSettings) -> Result<(Generator, SiteDefaults), SiteError>,
}

/// Wraps a module's `read_settings` so that it returns a [`Generator`].
macro_rules! read {
    ($variant:ident, $module:ident) => {
        |settings| {
            let (rules, defaults) = $module::read_settings(settings);
            Ok((Generator::$variant(rules), defaults))
        }
    };
}

/// All known generators, in the order in which they are tried.
pub(super) const KNOWN: [KnownGenerator; 12] = [
    KnownGenerator {
        name: "Hugo",
        files: &[
            "hugo.toml",
            "hugo.yaml",
            "hugo.yml",
            "hugo.json",
            "config/_default",
            "config.toml",
            "config.yaml",
            "config.yml",
            "config.json",
        ],
        matches_settings: |settings| hugo::matches_settings(settings) || is_hugo_without_url(settings),
        matches_project: |_| false,
        read: |settings| {
            let (rules, defaults) = hugo::read_settings(settings)?;
            Ok((Generator::Hugo(rules), defaults))
        },
    },
    KnownGenerator {
        name: "Zola",
        files: &["config.toml", "zola.toml"],
        matches_settings: |settings| settings.data.get("base_url").is_some(),
        matches_project: |_| false,
        read: read!(Zola, zola),
    },
    KnownGenerator {
        name: "Jekyll",
        files: &["_config.yml", "_config.yaml", "_config.toml"],
        matches_settings: |settings| !hexo::matches_settings(settings),
        matches_project: |site_dir| site_files::is_dir(&site_dir.join("_posts")),
        read: |settings| {
            let (rules, defaults) = jekyll::read_settings(settings)?;
            Ok((Generator::Jekyll(rules), defaults))
        },
    },
    KnownGenerator {
        name: "Hexo",
        files: &["_config.yml", "_config.yaml", "_config.json"],
        matches_settings: hexo::matches_settings,
        matches_project: hexo::matches_project,
        read: read!(Hexo, hexo),
    },
    KnownGenerator {
        name: "Eleventy",
        files: &[
            "eleventy.config.js",
            "eleventy.config.mjs",
            "eleventy.config.cjs",
            "eleventy.config.ts",
            ".eleventy.js",
            ".eleventy.cjs",
        ],
        matches_settings: |_| true,
        matches_project: eleventy::matches_project,
        read: read!(Eleventy, eleventy),
    },
    KnownGenerator {
        name: "Astro",
        files: &[
            "astro.config.mjs",
            "astro.config.ts",
            "astro.config.js",
            "astro.config.mts",
            "astro.config.cjs",
        ],
        matches_settings: |_| true,
        matches_project: astro::matches_project,
        read: read!(Astro, astro),
    },
    KnownGenerator {
        name: "Docusaurus",
        files: &[
            "docusaurus.config.js",
            "docusaurus.config.ts",
            "docusaurus.config.mjs",
            "docusaurus.config.cjs",
        ],
        matches_settings: |_| true,
        matches_project: docusaurus::matches_project,
        read: read!(Docusaurus, docusaurus),
    },
    KnownGenerator {
        name: "Gatsby",
        files: &["gatsby-config.js", "gatsby-config.ts", "gatsby-config.mjs"],
        matches_settings: |_| true,
        matches_project: gatsby::matches_project,
        read: read!(Gatsby, gatsby),
    },
    KnownGenerator {
        name: "Nuxt",
        files: &["nuxt.config.ts", "nuxt.config.js", "nuxt.config.mjs"],
        matches_settings: nuxt::matches_settings,
        matches_project: nuxt::matches_project,
        read: read!(Nuxt, nuxt),
    },
    KnownGenerator {
        name: "MkDocs",
        files: &["mkdocs.yml", "mkdocs.yaml"],
        matches_settings: |_| true,
        matches_project: |_| false,
        read: |settings| {
            let (rules, defaults) = mkdocs::read_settings(settings)?;
            Ok((Generator::MkDocs(rules), defaults))
        },
    },
    KnownGenerator {
        name: "mdBook",
        files: &["book.toml"],
        matches_settings: |_| true,
        matches_project: mdbook::matches_project,
        read: read!(MdBook, mdbook),
    },
    KnownGenerator {
        name: "VitePress",
        files: &[
            ".vitepress/config.mts",
            ".vitepress/config.ts",
            ".vitepress/config.mjs",
            ".vitepress/config.js",
            ".vitepress/config/index.mts",
            ".vitepress/config/index.ts",
            "docs/.vitepress/config.mts",
            "docs/.vitepress/config.ts",
            "docs/.vitepress/config.mjs",
            "docs/.vitepress/config.js",
        ],
        matches_settings: |_| true,
        matches_project: |_| false,
        read: read!(VitePress, vitepress),
    },
];

/// Returns whether `config.toml` and the like is that of a Hugo site that does not set `baseURL`: it has keys of Hugo's, and
/// the site has folders of Hugo's.
fn is_hugo_without_url(settings: &GeneratorSettings) -> bool {
    let keys = [
        "theme",
        "languageCode",
        "defaultContentLanguage",
        "params",
        "markup",
        "module",
        "languages",
        "permalinks",
    ];
    let has_folder = |name: &&str| site_files::is_dir(&settings.site_dir.join(name));
    keys.iter().any(|key| settings.data.get(key).is_some())
        && settings.data.get("base_url").is_none()
        && has_folder(&"content")
        && ["archetypes", "layouts", "themes"].iter().any(has_folder)
}
