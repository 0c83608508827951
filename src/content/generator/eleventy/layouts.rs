//! The front matter of layouts, which is data of the pages that use them.
//!
//! Sources: `TemplateLayout.js` and `TemplateLayoutPathResolver.js` of Eleventy.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::cascade::merged;
use crate::config::limits;
use crate::content::data::Data;
use crate::content::front_matter::{ParsedSource, with_unix_newlines};
use crate::content::generator::site_files;
use crate::content::script::exported_values;

/// Extensions of layouts, in the order in which Eleventy tries them.
const EXTENSIONS: [&str; 13] = [
    "liquid", "md", "njk", "html", "11ty.js", "11ty.cjs", "11ty.mjs", "hbs", "ejs", "mustache", "haml",
    "pug", "webc",
];

/// The layouts of a site.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Layouts {
    /// The front matter of the layouts, by their paths below the folder of layouts.
    pub front_matter: BTreeMap<String, Data>,
    /// Other names of layouts.
    pub aliases: BTreeMap<String, String>,
}

impl Layouts {
    /// Reads the layouts in a folder.
    pub(super) fn read(folder: &Path, aliases: BTreeMap<String, String>) -> Self {
        let endings: Vec<String> = EXTENSIONS.iter().map(|extension| format!(".{extension}")).collect();
        let endings: Vec<&str> = endings.iter().map(String::as_str).collect();
        let files = site_files::files_below(folder, &endings).into_iter();
        let front_matter = files.map(|(path, text)| {
            let data = if path.ends_with("js") {
                exported_values(&text).table("data")
            } else {
                let text = with_unix_newlines(&text).into_owned();
                ParsedSource::parse(&text).map(|source| source.data).unwrap_or_default()
            };
            (path, data)
        });
        Self { front_matter: front_matter.collect(), aliases }
    }

    /// Returns the values of a layout and of its layouts, without their tags, which define collections.
    pub(super) fn values(&self, layout: &str) -> Data {
        let mut chain: Vec<&Data> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = Some(layout.to_owned());
        while let Some((path, data)) = next.take().and_then(|name| self.find(&name)) {
            if !seen.insert(path) || chain.len() >= limits::MAX_LAYOUTS_OF_PAGE {
                break;
            }
            chain.push(data);
            next = data.text("layout");
        }
        merged(chain.into_iter().rev())
    }

    /// Finds a layout by its alias, path, or path without extension.
    fn find(&self, name: &str) -> Option<(&str, &Data)> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        let name = name.trim_start_matches("./").trim_start_matches('/');
        let with_extension = EXTENSIONS.iter().map(|extension| format!("{name}.{extension}"));
        let mut names = std::iter::once(name.to_owned()).chain(with_extension);
        names
            .find_map(|name| self.front_matter.get_key_value(&name))
            .map(|(path, data)| (path.as_str(), data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_a_layout_come_before_those_of_its_layouts() {
        let dir = tempfile::tempdir().unwrap();
        let files = [
            ("note.njk", "---\nlayout: parts/base\ncolor: red\ntags: [x]\n---\n{{ content }}"),
            ("parts/base.html", "---\r\ncolor: blue\r\npermalink: /b/\r\n---\r\n"),
            ("ring.njk", "---\nlayout: ring.njk\ndraft: true\n---\n"),
            ("code.11ty.js", "module.exports = { data: { layout: 'note.njk', draft: true } }"),
            ("plain.liquid", "{{ content }}"),
        ];
        std::fs::create_dir(dir.path().join("parts")).unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let layouts =
            Layouts::read(dir.path(), BTreeMap::from([("short".to_owned(), "note.njk".to_owned())]));
        let color = |name: &str| layouts.values(name).text("color");
        for name in ["note", "note.njk", "short", "code", "./note.njk"] {
            assert_eq!(color(name).as_deref(), Some("red"), "{name}");
            assert_eq!(layouts.values(name).text("permalink").as_deref(), Some("/b/"), "{name}");
        }
        assert_eq!(color("parts/base").as_deref(), Some("blue"));
        assert_eq!(layouts.values("ring").flag("draft"), Some(true));
        assert_eq!(layouts.values("code").flag("draft"), Some(true));
        assert!(layouts.values("plain").is_empty() && layouts.values("none").is_empty());
    }
}
