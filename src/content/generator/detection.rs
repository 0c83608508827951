//! Which generator builds a site, found out by the files in its root.

use std::path::{Path, PathBuf};

use super::settings::{Facts, Settings, extension, parse, read_data, read_text};
use super::{Generator, astro, docusaurus, eleventy, gatsby, hexo, hugo, jekyll, mdbook, mkdocs, nuxt, zola};
use crate::content::data::DataFormat;
use crate::content::error::SiteError;

/// A generator that is known.
struct Known {
    name: &'static str,
    /// Its settings files, in the order in which they are looked for.
    files: &'static [&'static str],
    /// Whether settings that were found are this generator's, where others use the same name.
    fits: fn(&Settings) -> bool,
    /// Whether a site without settings is laid out as the generator wants it.
    has_marks: fn(&Path) -> bool,
    read: fn(&Settings) -> (Generator, Facts),
}

/// How a generator's module reads settings, as one for any generator.
macro_rules! read {
    ($variant:ident, $module:ident) => {
        |settings| {
            let (rules, facts) = $module::read(settings);
            (Generator::$variant(rules), facts)
        }
    };
}

/// In the order in which they are tried.
const KNOWN: [Known; 11] = [
    Known {
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
        fits: hugo::fits,
        has_marks: |_| false,
        read: read!(Hugo, hugo),
    },
    Known {
        name: "Zola",
        files: &["config.toml", "zola.toml"],
        fits: |settings| settings.data.get("base_url").is_some(),
        has_marks: |_| false,
        read: read!(Zola, zola),
    },
    Known {
        name: "Jekyll",
        files: &["_config.yml", "_config.yaml", "_config.toml"],
        fits: |settings| !hexo::fits(settings),
        has_marks: |site_dir| site_dir.join("_posts").is_dir(),
        read: read!(Jekyll, jekyll),
    },
    Known {
        name: "Hexo",
        files: &["_config.yml", "_config.yaml", "_config.json"],
        fits: hexo::fits,
        has_marks: hexo::has_marks,
        read: read!(Hexo, hexo),
    },
    Known {
        name: "Eleventy",
        files: &[
            "eleventy.config.js",
            "eleventy.config.mjs",
            "eleventy.config.cjs",
            "eleventy.config.ts",
            ".eleventy.js",
            ".eleventy.cjs",
        ],
        fits: |_| true,
        has_marks: eleventy::has_marks,
        read: read!(Eleventy, eleventy),
    },
    Known {
        name: "Astro",
        files: &[
            "astro.config.mjs",
            "astro.config.ts",
            "astro.config.js",
            "astro.config.mts",
            "astro.config.cjs",
        ],
        fits: |_| true,
        has_marks: astro::has_marks,
        read: read!(Astro, astro),
    },
    Known {
        name: "Docusaurus",
        files: &[
            "docusaurus.config.js",
            "docusaurus.config.ts",
            "docusaurus.config.mjs",
            "docusaurus.config.cjs",
        ],
        fits: |_| true,
        has_marks: docusaurus::has_marks,
        read: read!(Docusaurus, docusaurus),
    },
    Known {
        name: "Gatsby",
        files: &["gatsby-config.js", "gatsby-config.ts", "gatsby-config.mjs"],
        fits: |_| true,
        has_marks: gatsby::has_marks,
        read: read!(Gatsby, gatsby),
    },
    Known {
        name: "Nuxt",
        files: &["nuxt.config.ts", "nuxt.config.js", "nuxt.config.mjs"],
        fits: nuxt::fits,
        has_marks: nuxt::has_marks,
        read: read!(Nuxt, nuxt),
    },
    Known {
        name: "MkDocs",
        files: &["mkdocs.yml", "mkdocs.yaml"],
        fits: |_| true,
        has_marks: |_| false,
        read: read!(MkDocs, mkdocs),
    },
    Known {
        name: "mdBook",
        files: &["book.toml"],
        fits: |_| true,
        has_marks: mdbook::has_marks,
        read: read!(MdBook, mdbook),
    },
];

/// The generator of the site, what its settings say, and the settings file that was read; `named` is
/// the generator that the site's owner names.
///
/// # Errors
/// When the name is unknown, or a settings file is unreadable or invalid.
pub fn detect(
    site_dir: &Path,
    named: Option<&str>,
) -> Result<(Generator, Facts, Option<PathBuf>), SiteError> {
    let named = named.map(known_by_name).transpose()?;
    let candidates: Vec<&Known> = named.map_or_else(|| KNOWN.iter().collect(), |known| vec![known]);
    for known in candidates {
        for name in known.files {
            let path = site_dir.join(name);
            if !path.exists() {
                continue;
            }
            let settings = load(site_dir, path)?;
            if named.is_some() || (known.fits)(&settings) {
                let (generator, facts) = (known.read)(&settings);
                return Ok((generator, facts, settings.file));
            }
        }
    }
    let settings = Settings { site_dir: site_dir.to_owned(), ..Settings::default() };
    let without_file = named.or_else(|| KNOWN.iter().find(|known| (known.has_marks)(site_dir)));
    let (generator, facts) = without_file.map_or_else(unknown, |known| (known.read)(&settings));
    Ok((generator, facts, None))
}

fn known_by_name(name: &str) -> Result<&'static Known, SiteError> {
    KNOWN.iter().find(|known| known.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let names: Vec<&str> = KNOWN.iter().map(|known| known.name).collect();
        SiteError::UnknownGenerator { name: name.to_owned(), known: names.join(", ").to_lowercase() }
    })
}

fn unknown() -> (Generator, Facts) {
    let folders = ["content", "posts", "_posts", "blog", "src/content", "docs", "src"];
    let facts = Facts {
        content_folders: folders.map(str::to_owned).to_vec(),
        guess: Some(
            "no generator is known: posts are read, and their URLs made, by Hugo's default rules".to_owned(),
        ),
        ..Facts::default()
    };
    (Generator::Unknown(hugo::Rules::lenient()), facts)
}

fn load(site_dir: &Path, path: PathBuf) -> Result<Settings, SiteError> {
    let mut settings = Settings { site_dir: site_dir.to_owned(), ..Settings::default() };
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
mod tests {
    use super::*;

    /// The generator of a site with these files, and its guess.
    fn detected(files: &[(&str, &str)]) -> String {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let (generator, facts, _) = detect(dir.path(), None).unwrap();
        format!("{} {}", generator.name(), facts.base)
    }

    #[test]
    fn generators_are_told_by_their_files() {
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
