//! Which of several generators builds a site whose folder has settings of more than one.
//!
//! Repositories keep what they no longer use: a `_config.yml` with nothing but a theme of GitHub Pages, or the settings of
//! the generator that was replaced. The commands in `package.json`, and the files without which a generator has nothing to
//! do, tell which one is in use.

use std::path::Path;

use super::known::{KNOWN, KnownGenerator};
use super::{js_project, site_files};

/// Generators that run on Node.js, with a part of the commands that run them.
const ON_NODE: [(&str, &str); 6] = [
    ("Eleventy", "eleventy"),
    ("Astro", "astro"),
    ("Docusaurus", "docusaurus"),
    ("Gatsby", "gatsby"),
    ("Nuxt", "nux"),
    ("Hexo", "hexo"),
];

/// Returns whether the settings of a generator are a remnant: another generator builds the site.
#[must_use]
pub(super) fn is_remnant(known: &KnownGenerator, site_dir: &Path) -> bool {
    let commands = js_project::commands(site_dir);
    let is_run = |name: &str| {
        let part = ON_NODE.iter().find(|(of, _)| *of == name).map(|(_, part)| *part);
        part.is_some_and(|part| commands.iter().any(|command| command.contains(part)))
    };
    let displaces = |other: &&KnownGenerator| match known.name {
        "Jekyll" => {
            let is_there = has_own_file(other, site_dir) || (other.matches_project)(site_dir);
            other.name != "Hexo" && is_there && (is_run(other.name) || !is_jekyll_project(site_dir))
        }
        name if ON_NODE.iter().any(|(on_node, _)| *on_node == name) => {
            has_own_file(other, site_dir) && is_run(other.name) && !is_run(name)
        }
        _ => false,
    };
    KNOWN.iter().filter(|other| other.name != known.name).any(|other| displaces(&other))
        || known.name == "Jekyll" && is_jupyter_book(site_dir) && !is_jekyll_project(site_dir)
}

/// Returns whether a site has settings of a generator in a file of a name that no other generator uses.
#[must_use]
pub(super) fn has_own_file(known: &KnownGenerator, site_dir: &Path) -> bool {
    let is_shared = |name: &str| name.starts_with("_config.") || name.starts_with("config");
    let has_file =
        || known.files.iter().any(|name| !is_shared(name) && site_files::exists(&site_dir.join(name)));
    // Most sites with Nuxt do not have their content in files.
    has_file() && (known.name != "Nuxt" || (known.matches_project)(site_dir))
}

/// Returns whether a site has more of Jekyll than its settings.
fn is_jekyll_project(site_dir: &Path) -> bool {
    let has_folder = ["_posts", "_layouts"].iter().any(|folder| site_files::is_dir(&site_dir.join(folder)));
    let has_gem = || {
        let gems = site_files::read_text(&site_dir.join("Gemfile")).unwrap_or_default();
        ["jekyll", "github-pages"].iter().any(|gem| gems.contains(gem))
    };
    has_folder || has_gem()
}

/// Returns whether `_config.yml` is that of a Jupyter Book, which has its table of contents beside it.
fn is_jupyter_book(site_dir: &Path) -> bool {
    site_files::is_file(&site_dir.join("_toc.yml"))
}

#[cfg(test)]
mod tests {
    use super::super::detection::tests::detected;

    const PAGES: (&str, &str) = ("_config.yml", "theme: jekyll-theme-slate\n");

    #[test]
    fn settings_of_github_pages_are_a_remnant_beside_those_of_a_generator() {
        let astro = ("astro.config.mjs", "export default {}");
        let eleventy = (
            "package.json",
            "{\"devDependencies\": {\"@11ty/eleventy\": \"3\"}, \"scripts\": {\"build\": \"eleventy\"}}",
        );
        let gems = ("Gemfile", "gem 'github-pages'\n");
        let post = ("_posts/2024-01-02-a.md", "");
        let cases: [(&[(&str, &str)], &str); 13] = [
            (&[PAGES], "Jekyll"),
            (&[PAGES, astro], "Astro"),
            (&[PAGES, astro, gems], "Jekyll"),
            (&[PAGES, astro, gems, ("package.json", "{\"scripts\": {\"build\": \"astro build\"}}")], "Astro"),
            (&[PAGES, ("mkdocs.yml", "site_name: x")], "MkDocs"),
            (&[PAGES, ("mkdocs.yml", "site_name: x"), post], "Jekyll"),
            (&[PAGES, ("book.toml", "[book]\n")], "mdBook"),
            (&[PAGES, eleventy], "Eleventy"),
            (&[PAGES, eleventy, post], "Eleventy"),
            (
                &[PAGES, ("package.json", "{\"devDependencies\": {\"@11ty/eleventy\": \"3\"}}"), post],
                "Jekyll",
            ),
            (&[PAGES, ("nuxt.config.ts", "")], "Jekyll"),
            (&[PAGES, ("_toc.yml", "format: jb-book")], "an unknown generator"),
            (&[PAGES, ("_toc.yml", ""), ("_layouts/a.html", "")], "Jekyll"),
        ];
        for (files, expected) in cases {
            assert_eq!(detected(files).trim_end(), expected, "{files:?}");
        }
    }

    #[test]
    fn commands_tell_which_generator_was_replaced() {
        let hexo = ("_config.yml", "new_post_name: x");
        let (old, new) = ((".eleventy.js", ""), ("astro.config.mjs", "export default {}"));
        let run = |command: &str| format!("{{\"scripts\": {{\"build\": \"{command}\"}}}}");
        let (astro, eleventy, both) =
            (run("astro build"), run("npx @11ty/eleventy"), run("hexo g && astro build"));
        let cases: [(&[(&str, &str)], &str); 7] = [
            (&[old, new], "Eleventy"),
            (&[old, new, ("package.json", &astro)], "Astro"),
            (&[old, new, ("package.json", &eleventy)], "Eleventy"),
            (&[hexo, new, ("package.json", &astro)], "Astro"),
            (&[hexo, new, ("package.json", &both)], "Hexo"),
            (&[hexo, new], "Hexo"),
            (&[("mkdocs.yml", "site_name: x"), ("package.json", &astro)], "MkDocs"),
        ];
        for (files, expected) in cases {
            assert_eq!(detected(files).trim_end(), expected, "{files:?}");
        }
    }
}
