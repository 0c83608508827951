//! Hugo: page bundles, sections, languages, sanitized paths, and permalink patterns by section.

mod config_dir;
mod languages;
mod mounts;
mod outputs;
mod page_path;
mod path_globs;
mod permalink;
mod rules;
mod sanitize;
mod sections;
mod settings;
mod tokens;
mod url_rules;
mod visibility;

pub use self::rules::HugoRules;
pub(crate) use self::settings::{load_folder, matches_settings, read_settings};
pub(crate) use self::visibility::is_draft;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::{Data, DataFormat};
    use crate::content::generator::page::PageSource;
    use crate::content::generator::settings::GeneratorSettings;
    use crate::content::inventory::Inventory;

    fn path(config: &str, id: &str, front_matter: &str) -> String {
        let config = Data::parse(config, DataFormat::Toml).unwrap();
        let data = Data::parse(front_matter, DataFormat::Toml).unwrap();
        let date = crate::content::date::parse_date("2024-03-05");
        let inventory = Inventory::default();
        let file = PageSource { date, ..PageSource::complete(id, &data, &inventory) };
        let (rules, _) =
            read_settings(&GeneratorSettings { data: config, ..GeneratorSettings::default() }).unwrap();
        rules.path(&file, &rules.languages.locate(id).unwrap())
    }

    #[test]
    fn resolves_paths_as_hugo_does() {
        let cases = [
            ("_index.md", "", "/"),
            ("ai/_index.md", "", "/ai/"),
            ("ai/one,-two,-and-three/_index.md", "", "/ai/one-two-and-three/"),
            ("ai/a---b--c/_index.md", "", "/ai/a---b--c/"),
            ("posts/My First Post.md", "", "/posts/my-first-post/"),
            ("posts/x & y/index.md", "", "/posts/x--y/"),
            ("posts/café.md", "", "/posts/caf%C3%A9/"),
            ("posts/c#.md", "", "/posts/c%23/"),
            ("posts/one.md", "slug = 'Zwei'", "/posts/zwei/"),
            ("posts/one/index.md", "slug = 'two'", "/posts/two/"),
            ("ai/x/_index.md", "slug = 'y'", "/ai/y/"),
            ("posts/one.md", "url = '/Two/three.html'", "/Two/three.html"),
            ("posts/one.md", "url = 'two/'", "/two/"),
            ("posts/one.md", "url = 'two'", "/two/"),
            ("one.md", "", "/one/"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(path("", id, front_matter), expected, "{id} {front_matter}");
        }
    }

    #[test]
    fn applies_settings_that_change_paths() {
        let patterns =
            "[permalinks]\nposts = '/:year/:month/:slug/'\n[permalinks.page]\nnotes = '/n/:contentbasename'";
        let cases = [
            ("disablePathToLower = true", "A/B.md", "", "/A/B/"),
            ("removePathAccents = true", "a/café.md", "", "/a/cafe/"),
            ("uglyURLs = true", "a/b.md", "", "/a/b.html"),
            ("uglyURLs = true", "a/_index.md", "", "/a/index.html"),
            ("uglyURLs = true", "tags/a/_index.md", "", "/tags/a.html"),
            ("[uglyURLs]\na = true", "a/b.md", "", "/a/b.html"),
            ("[uglyURLs]\na = true", "c/b.md", "", "/c/b/"),
            ("[frontmatter]\ndate = [':filename']", "a/2024-01-02-b.md", "", "/a/b/"),
            ("", "a/2024-01-02-b.md", "", "/a/2024-01-02-b/"),
            (patterns, "posts/x.md", "title = 'A Title: yes'", "/2024/03/a-title-yes/"),
            (patterns, "posts/x.md", "title = 'T'\nslug = 's'", "/2024/03/s/"),
            (patterns, "notes/Deep/own name/index.md", "", "/n/own-name/"),
            (patterns, "other/x.md", "", "/other/x/"),
        ];
        for (config, id, front_matter, expected) in cases {
            assert_eq!(path(config, id, front_matter), expected, "{config} {id}");
        }
    }
}
