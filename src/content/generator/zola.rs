//! Zola: slugs from names, dates in names, `path` in the front matter.

use slug::slugify;

use super::file_name::{date_in_path, split_date};
use super::pattern::tidy_slashes;
use super::place::{Place, Placed, Placement, encode_path};
use super::settings::{Facts, Settings, absolute_base};
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::language::primary_language;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::folder_and_stem;

/// How Zola makes slugs of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub enum Slugify {
    /// In ASCII and lower case.
    #[default]
    On,
    /// Without characters that file systems or URLs take amiss.
    Safe,
    /// As they are.
    Off,
}

/// Zola's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Rules {
    /// `slugify.paths`.
    pub slugify: Slugify,
    /// The default language, whose pages stand at the root.
    pub default_language: String,
    /// The other languages, which stand in file names: `about.fr.md`.
    pub languages: Vec<String>,
    /// The keys of dates.
    pub date_keys: DateKeys,
}

/// The rules and facts that a `config.toml` makes.
#[must_use]
pub fn read(settings: &Settings) -> (Rules, Facts) {
    let config = &settings.data;
    let facts = Facts {
        base: absolute_base(&config.text("base_url").unwrap_or_default()),
        language: config.text("default_language"),
        // Zola knows neither future nor expired pages.
        future: true,
        expired: true,
        content_folders: vec!["content".to_owned()],
        ..Facts::default()
    };
    (Rules::from_config(config), facts)
}

impl Rules {
    fn from_config(config: &Data) -> Self {
        let slugify = match config.table("slugify").text("paths").as_deref() {
            Some("safe") => Slugify::Safe,
            Some("off") => Slugify::Off,
            _ => Slugify::On,
        };
        Self {
            slugify,
            default_language: config.text("default_language").unwrap_or_else(|| "en".to_owned()),
            languages: config.table("languages").keys().map(str::to_owned).collect(),
            date_keys: DateKeys {
                date: vec!["date".to_owned()],
                publish: Vec::new(),
                expiry: Vec::new(),
                updated: vec!["updated".to_owned()],
            },
        }
    }

    pub(super) fn place(&self, file: &Placed<'_>) -> Placement {
        let (folder, stem) = folder_and_stem(file.id);
        let (name, language) = self.split_language(stem);
        if name == "_index" && (folder.is_empty() || !file.has_body) {
            return Placement::Skipped(SkipReason::List);
        }
        if file.data.flag("render") == Some(false) {
            return Placement::Skipped(SkipReason::NotAPage);
        }
        let (section, own) = match name {
            "index" | "_index" => folder.rsplit_once('/').unwrap_or(("", folder)),
            _ => (folder, name),
        };
        let dated = split_date(own, &['-', '_']).filter(|_| name != "_index");
        let path = file.data.text("path").unwrap_or_else(|| {
            let named = dated.map_or(own, |(_, rest)| rest);
            let slug = file.data.text("slug").map_or_else(|| self.slug(named), |slug| self.slug(&slug));
            let language = language.map(|language| format!("/{language}")).unwrap_or_default();
            format!("{language}/{section}/{slug}")
        });
        Placement::Page(Place {
            path: encode_path(&tidy_slashes(&format!("{path}/"))),
            // Zola itself knows no such date, but blogs whose paths are days print it.
            date: dated.map(|(date, _)| date).or_else(|| date_in_path(&path)),
            lang: language.map(primary_language),
            categories: file
                .inventory
                .category(file.id, "", language.unwrap_or_default())
                .into_iter()
                .collect(),
            translation_key: Some(format!("{section}/{own}")),
            ..Place::default()
        })
    }

    /// The name without its language, and the language where it is not the default one.
    fn split_language<'a>(&self, stem: &'a str) -> (&'a str, Option<&'a str>) {
        match stem.rsplit_once('.') {
            Some((name, language)) if language == self.default_language => (name, None),
            Some((name, language)) if self.languages.iter().any(|known| known == language) => {
                (name, Some(language))
            }
            _ => (stem, None),
        }
    }

    fn slug(&self, name: &str) -> String {
        match self.slugify {
            Slugify::On => name.split('/').map(slugify).collect::<Vec<_>>().join("/"),
            Slugify::Safe => {
                let safe = name.trim_end_matches('.').replace(
                    ['<', '>', ':', '|', '?', '*', '#', '(', ')', '[', ']', '"', '\\', '%', '\n', '\r', '\t'],
                    "",
                );
                safe.trim().replace(' ', "_")
            }
            Slugify::Off => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;
    use crate::content::generator::place::place_alone;

    fn place(id: &str, front_matter: &str) -> String {
        let config = Data::parse("[languages.fr]\ntitle = 'x'\n", DataFormat::Toml).unwrap();
        let data = Data::parse(front_matter, DataFormat::Toml).unwrap();
        let rules = Rules::from_config(&config);
        place_alone(id, &data, |file| rules.place(file)).map_or_else(
            |reason| reason,
            |place| {
                let date = place.date.map(|date| format!(" {}", date.day())).unwrap_or_default();
                format!("{}{date}", place.path)
            },
        )
    }

    #[test]
    fn paths_follow_zola() {
        let cases = [
            ("post.md", "", "/post/"),
            ("blog/My Post.md", "", "/blog/my-post/"),
            ("blog/2019-05-28-first.md", "", "/blog/first/ 2019-05-28"),
            ("blog/2019-05-28_first/index.md", "", "/blog/first/ 2019-05-28"),
            ("blog/bundle/index.md", "", "/blog/bundle/"),
            ("blog/a.md", "slug = 'B b'", "/blog/b-b/"),
            ("blog/a.md", "path = 'x/Y'", "/x/Y/"),
            ("blog/a.fr.md", "", "/fr/blog/a/"),
            ("blog/a.b.md", "", "/blog/a-b/"),
            ("blog/über.md", "", "/blog/uber/"),
            ("blog/_index.md", "", "/blog/"),
            ("_index.md", "", "List"),
            ("a.md", "render = false", "NotAPage"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(place(id, front_matter), expected, "{id} {front_matter}");
        }
    }
}
