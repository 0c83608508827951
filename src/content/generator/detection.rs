//! Detection of a site's generator by the files in its root.

use std::path::{Path, PathBuf};

use super::known::{KNOWN, KnownGenerator};
use super::settings::{GeneratorSettings, SiteDefaults, extension, parse, read_data, read_text};
use super::{Generator, hugo, js_project, mkdocs, rivals, site_files, unknown};
use crate::content::data::{DataError, DataFormat};
use crate::content::error::SiteError;

/// The result of detection.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DetectedSite {
    /// The generator, with its settings.
    pub(crate) generator: Generator,
    /// Properties of the site that the settings define.
    pub(crate) defaults: SiteDefaults,
    /// The settings file; `None` if the site has none.
    pub(crate) settings_file: Option<PathBuf>,
}

/// Detects the generator of the site and reads its settings. `named` is the generator that
/// `bloghound.toml` names; no other one is tried then.
///
/// # Errors
/// If the name is unknown, or if a settings file cannot be read or is invalid.
pub(crate) fn detect(site_dir: &Path, named: Option<&str>) -> Result<DetectedSite, SiteError> {
    let named = named.map(known_by_name).transpose()?;
    let candidates: Vec<&KnownGenerator> = named.map_or_else(|| KNOWN.iter().collect(), |known| vec![known]);
    for known in candidates {
        for name in known.files {
            let path = site_dir.join(name);
            if !site_files::exists(&path) {
                continue;
            }
            let settings = match load(site_dir, path) {
                // Many programs have a file of this name.
                Err(_)
                    if named.is_none() && name.starts_with("config.") && has_unmistakable_file(site_dir) =>
                {
                    continue;
                }
                settings => settings?,
            };
            let is_in_use = || (known.matches_settings)(&settings) && !rivals::is_remnant(known, site_dir);
            if named.is_some() || is_in_use() {
                check_project(site_dir, Some(known))?;
                let (generator, defaults) = (known.read)(&settings)?;
                return Ok(DetectedSite { generator, defaults, settings_file: settings.file });
            }
        }
    }
    check_project(site_dir, named)?;
    let settings = GeneratorSettings { site_dir: site_dir.to_owned(), ..GeneratorSettings::default() };
    let is_built_by =
        |known: &&KnownGenerator| (known.matches_project)(site_dir) && !rivals::is_remnant(known, site_dir);
    let without_file = named.or_else(|| KNOWN.iter().find(is_built_by));
    let read_unknown = || {
        let (rules, defaults) = unknown::read_settings(&settings);
        Ok((Generator::Unknown(rules), defaults))
    };
    let (generator, defaults) = without_file.map_or_else(read_unknown, |known| (known.read)(&settings))?;
    Ok(DetectedSite { generator, defaults, settings_file: None })
}

/// Returns whether a file in the folder has settings of this generator. A file that cannot be read has none.
pub(super) fn has_settings_of(known: &KnownGenerator, folder: &Path) -> bool {
    known.files.iter().map(|name| folder.join(name)).filter(|path| site_files::exists(path)).any(|path| {
        let settings = load(folder, path);
        settings
            .is_ok_and(|settings| (known.matches_settings)(&settings) && !rivals::is_remnant(known, folder))
    })
}

/// Returns whether a generator has a settings file of a name that no other program uses.
fn has_unmistakable_file(site_dir: &Path) -> bool {
    KNOWN.iter().any(|known| rivals::has_own_file(known, site_dir))
}

/// Fails if a file beside the settings exists and cannot be read or parsed: ignored files would be indexed, or the site
/// would seem to have another generator. Only generators in JavaScript have such files.
fn check_project(site_dir: &Path, known: Option<&KnownGenerator>) -> Result<(), SiteError> {
    let others = ["Hugo", "Zola", "Jekyll", "MkDocs", "mdBook"];
    if known.is_some_and(|known| others.contains(&known.name)) {
        return Ok(());
    }
    js_project::FILES.iter().map(|name| site_dir.join(name)).try_for_each(|path| match read_text(&path) {
        Err(_) if !path.exists() => Ok(()),
        Ok(text) if extension(&path) == "json" => {
            serde_json::from_str::<serde::de::IgnoredAny>(&text).map(drop).map_err(|error| {
                SiteError::Settings { path, line: error.line(), message: DataError::of_json(&error).message }
            })
        }
        result => result.map(drop),
    })
}

fn known_by_name(name: &str) -> Result<&'static KnownGenerator, SiteError> {
    KNOWN.iter().find(|known| known.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let names: Vec<&str> = KNOWN.iter().map(|known| known.name).collect();
        SiteError::UnknownGenerator { name: name.to_owned(), known: names.join(", ").to_lowercase() }
    })
}

fn load(site_dir: &Path, path: PathBuf) -> Result<GeneratorSettings, SiteError> {
    let mut settings = GeneratorSettings { site_dir: site_dir.to_owned(), ..GeneratorSettings::default() };
    if path.is_dir() {
        settings.data = hugo::load_folder(&path)?;
    } else {
        match DataFormat::of_extension(extension(&path)) {
            Some(DataFormat::Yaml) if path.file_stem().is_some_and(|stem| stem == "mkdocs") => {
                settings.script = read_text(&path)?;
                settings.data = parse(&path, &mkdocs::without_tags(&settings.script))?;
            }
            Some(_) => settings.data = read_data(&path)?,
            None => settings.script = read_text(&path)?,
        }
    }
    settings.file = Some(path);
    Ok(settings)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Name and base URL of the generator that a site with these files has.
    pub(crate) fn detected(files: &[(&str, &str)]) -> String {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let site = detect(dir.path(), None).unwrap();
        format!("{} {}", site.generator.name(), site.defaults.base)
    }

    #[test]
    fn files_of_other_programs_are_no_settings() {
        let astro = ("astro.config.mjs", "export default {}");
        let cases: [(&[(&str, &str)], &str); 6] = [
            (&[("config.json", "{ // comment\n}"), astro], "Astro "),
            (&[("config.yml", "a: [\n"), ("mkdocs.yml", "site_name: x")], "MkDocs "),
            (&[("config.toml", "theme = 'x'"), ("content/a.md", ""), ("archetypes/default.md", "")], "Hugo "),
            (&[("config.toml", "theme = 'x'"), ("content/a.md", "")], "an unknown generator "),
            (&[("config.toml", "[params]"), astro], "Astro "),
            (
                &[
                    ("config.toml", "base_url = 'https://a.org'\ntheme = 'x'"),
                    ("content/a.md", ""),
                    ("themes/x/a", ""),
                ],
                "Zola https://a.org",
            ),
        ];
        for (files, expected) in cases {
            assert_eq!(detected(files), expected, "{files:?}");
        }
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.toml"), "base_url = ").unwrap();
        assert!(detect(dir.path(), None).is_err());
    }

    #[test]
    fn detects_generators_by_their_files() {
        let package = |name: &str| format!("{{\"dependencies\": {{\"{name}\": \"1\"}}}}");
        let (hexo, eleventy) = (package("hexo"), package("@11ty/eleventy"));
        let (nuxt, astro) = (package("@nuxt/content"), package("astro"));
        let cases: [(&[(&str, &str)], &str); 15] = [
            (&[("_config.yml", "url: https://a.org")], "Jekyll https://a.org"),
            (&[("_config.yml", "url: https://a.org\nnew_post_name: ':title.md'")], "Hexo https://a.org"),
            (&[("_config.yml", "url: https://a.org"), ("package.json", &hexo)], "Hexo https://a.org"),
            (&[("_config.yml", ""), ("source/_posts/x.md", "")], "Hexo "),
            (&[(".eleventy.js", "module.exports = () => {}")], "Eleventy "),
            (&[("package.json", &eleventy)], "Eleventy "),
            (&[("astro.config.mjs", "export default { site: 'https://a.org' }")], "Astro https://a.org"),
            (&[("package.json", &astro)], "Astro "),
            (
                &[("docusaurus.config.ts", "export default { url: 'https://a.org', baseUrl: '/' }")],
                "Docusaurus https://a.org",
            ),
            (
                &[("gatsby-config.js", "module.exports = { siteMetadata: { siteUrl: 'https://a.org' } }")],
                "Gatsby https://a.org",
            ),
            (&[("nuxt.config.ts", ""), ("package.json", &nuxt)], "Nuxt "),
            (&[("nuxt.config.ts", "")], "an unknown generator "),
            (&[("mkdocs.yml", "site_url: https://a.org/\nx: !!python/name:a.b\n")], "MkDocs https://a.org"),
            (&[("book.toml", "[output.html]\nsite-url = '/b/'")], "mdBook /b"),
            (&[("src/SUMMARY.md", "")], "mdBook "),
        ];
        for (files, expected) in cases {
            assert_eq!(detected(files), expected, "{files:?}");
        }
    }
}
