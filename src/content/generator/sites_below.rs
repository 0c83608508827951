//! The sites in the folders below a folder that is none: repositories keep their blog in `site/`, `docs/` or `packages/blog`.

use std::path::{Path, PathBuf};

use super::detection::has_settings_of;
use super::known::KNOWN;
use super::site_files;
use crate::config::limits;

/// Folders that hold projects, each in a folder of its own.
const GROUPS: [&str; 6] = ["packages", "apps", "sites", "websites", "projects", "workspaces"];
/// Folders that hold what a build writes or others wrote.
const NO_SITES: [&str; 8] =
    ["node_modules", "vendor", "public", "dist", "_site", "build", "target", "themes"];

/// Returns the folders one level below a folder, and below its groups of projects, in which a generator has its settings,
/// with the generator's name; ordered by path.
#[must_use]
pub fn sites_below(site_dir: &Path) -> Vec<(PathBuf, &'static str)> {
    let below = |folder: &Path| site_files::entries(folder).into_iter().filter(|path| is_candidate(path));
    let groups = GROUPS.iter().map(|group| site_dir.join(group)).filter(|group| group.is_dir());
    let folders = below(site_dir).chain(groups.flat_map(|group| below(&group).collect::<Vec<_>>()));
    let mut sites: Vec<_> = folders
        .take(limits::MAX_SITES_SEARCHED)
        .filter_map(|folder| {
            let known = KNOWN.iter().find(|known| has_settings_of(known, &folder))?;
            Some((folder, known.name))
        })
        .collect();
    sites.sort();
    sites
}

fn is_candidate(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or(".");
    !name.starts_with('.') && !NO_SITES.contains(&name) && path.is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_sites_one_level_down_and_in_groups() {
        let dir = tempfile::tempdir().unwrap();
        let files = [
            ("www/hugo.toml", ""),
            ("docs/mkdocs.yml", "site_name: x"),
            ("book/book.toml", "[book]\n"),
            ("exampleSite/config.toml", "baseURL = 'https://a.org'"),
            ("zola/config.toml", "base_url = 'https://a.org'"),
            ("packages/blog/astro.config.mjs", "export default {}"),
            ("apps/site/.eleventy.js", ""),
            ("tool/config.toml", "[server]\n"),
            ("broken/config.toml", "= no"),
            ("lib/package.json", "{\"dependencies\": {\"astro\": \"1\"}}"),
            ("node_modules/hexo/_config.yml", ""),
            (".hidden/hugo.toml", ""),
            ("deep/er/hugo.toml", ""),
            ("mkdocs.yml", ""),
        ];
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let found = sites_below(dir.path());
        let found: Vec<_> = found
            .iter()
            .map(|(path, name)| (path.strip_prefix(dir.path()).unwrap().to_str().unwrap(), *name))
            .collect();
        let expected = [
            ("apps/site", "Eleventy"),
            ("book", "mdBook"),
            ("docs", "MkDocs"),
            ("exampleSite", "Hugo"),
            ("packages/blog", "Astro"),
            ("www", "Hugo"),
            ("zola", "Zola"),
        ];
        assert_eq!(found, expected);
        assert!(sites_below(&dir.path().join("gone")).is_empty());
    }
}
