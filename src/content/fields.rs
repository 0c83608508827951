//! What the front matter says of a post, under the keys that the generators and their themes use.

use serde_json::Value;

use super::data::Data;
use super::html::plain_title;
use super::inventory::Category;
use super::language::primary_language;
use super::post::SearchOverrides;
use super::section::visible;

/// What a score may be multiplied by.
const BOOSTS: std::ops::RangeInclusive<f64> = 0.1..=10.0;

/// The front matter, and its tables in which Zola keeps what others have at the top.
pub(super) struct Fields<'a> {
    data: &'a Data,
    extra: Data,
    taxonomies: Data,
}

impl<'a> Fields<'a> {
    pub(super) fn new(data: &'a Data) -> Self {
        Self { data, extra: data.table("extra"), taxonomies: data.table("taxonomies") }
    }

    fn tables(&self) -> [&Data; 3] {
        [self.data, &self.taxonomies, &self.extra]
    }

    /// The first text under one of the keys.
    pub(super) fn text(&self, keys: &[&str]) -> Option<String> {
        self.tables().into_iter().find_map(|data| keys.iter().find_map(|key| data.text(key)))
    }

    /// The first names under one of the keys.
    pub(super) fn names(&self, keys: &[&str]) -> Vec<String> {
        let lists = self.tables().into_iter().flat_map(|data| keys.iter().map(|key| data.names(key)));
        let mut names = lists.into_iter().find(|names| !names.is_empty()).unwrap_or_default();
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }

    /// The title on one line.
    pub(super) fn title(&self) -> Option<String> {
        let title = self.text(&["title"])?;
        let title = plain_title(&title);
        Some(visible(&title).split_ascii_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The categories; a list in a list, as for Hexo, is a path of them.
    pub(super) fn categories(&self) -> Vec<Category> {
        let nested = match self.data.get("categories") {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_array).flatten(),
            _ => [].iter().filter_map(Value::as_array).flatten(),
        };
        let nested = nested.filter_map(Value::as_str).map(str::to_owned);
        let mut names = self.names(&["categories", "category"]);
        names.extend(nested);
        names.into_iter().map(|name| Category { slug: name.clone(), name }).collect()
    }

    /// The primary subtag of the language.
    pub(super) fn language(&self) -> Option<String> {
        let is_tag = |text: &String| {
            let primary = text.split(['-', '_']).next().unwrap_or_default();
            (2..=3).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_lowercase())
        };
        // `language: Go` is about something else.
        let language = self
            .data
            .text("lang")
            .or_else(|| self.data.text("locale"))
            .or_else(|| self.data.text("language"));
        language.filter(is_tag).map(|language| primary_language(&language))
    }

    /// The picture that stands for the post.
    pub(super) fn image(&self) -> Option<String> {
        let keys = [
            "image",
            "cover",
            "featured_image",
            "featuredImage",
            "heroImage",
            "hero",
            "thumbnail",
            "og_image",
            "ogImage",
            "banner",
            "images",
            "header",
        ];
        let in_table = |table: &Data| {
            ["image", "src", "url", "path", "relative", "teaser"].iter().find_map(|key| table.text(key))
        };
        self.tables().into_iter().find_map(|data| {
            keys.iter().find_map(|key| match data.get(key)? {
                Value::Object(_) => in_table(&data.table(key)),
                Value::Bool(_) => None,
                _ => data.texts(key).into_iter().next(),
            })
        })
    }

    /// The place in ordered lists.
    pub(super) fn weight(&self) -> Option<i64> {
        ["weight", "sidebar_position", "nav_order", "order"]
            .iter()
            .find_map(|key| self.data.get(key)?.as_i64())
    }

    /// Whether search is to leave the post out.
    pub(super) fn is_excluded(&self) -> bool {
        let is = |data: &Data, key: &str, flag: bool| data.flag(key) == Some(flag);
        self.tables().into_iter().any(|data| {
            is(&data.table("search"), "exclude", true)
                || is(data, "search", false)
                || is(data, "searchable", false)
                || is(data, "searchHidden", true)
                || is(data, "exclude_from_search", true)
        })
    }

    /// The `[search]` table, and what is wrong with it.
    pub(super) fn overrides(&self) -> (SearchOverrides, Option<String>) {
        let mut table = self.data.table("search");
        table.fill_from(&self.extra.table("search"));
        let mut overrides = SearchOverrides::default();
        let mut mistake = None;
        if let Some(value) = table.get("boost") {
            #[expect(clippy::cast_possible_truncation, reason = "a factor needs no more digits")]
            if let Some(boost) = value.as_f64().filter(|boost| BOOSTS.contains(boost)) {
                overrides.boost = boost as f32;
            } else {
                let message = format!("`boost` must be a number from 0.1 to 10, not {value}; it is ignored");
                mistake = Some(message);
            }
        }
        overrides.keywords = table.texts("keywords");
        overrides.keywords.extend(table.texts("synonyms"));
        let evergreen = |data: &Data| data.flag("evergreen");
        overrides.evergreen =
            evergreen(&table).or_else(|| self.tables().into_iter().find_map(evergreen)).unwrap_or(false);
        (overrides, mistake)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::Format;

    fn data(yaml: &str) -> Data {
        Data::parse(yaml, Format::Yaml).unwrap()
    }

    #[test]
    fn keys_of_many_themes_are_known() {
        let zola = data("taxonomies: {tags: [a, b, a]}\nextra: {author: Ann, cover: {image: x.png}}\n");
        let fields = Fields::new(&zola);
        assert_eq!(fields.names(&["tags"]), ["a", "b"]);
        assert_eq!(fields.names(&["authors", "author"]), ["Ann"]);
        assert_eq!(fields.image().as_deref(), Some("x.png"));
        for (text, image) in [
            ("image: a.png", "a.png"),
            ("images: [b.png, c.png]", "b.png"),
            ("header: {teaser: d.png}", "d.png"),
        ] {
            assert_eq!(Fields::new(&data(text)).image().as_deref(), Some(image), "{text}");
        }
    }

    #[test]
    fn categories_may_be_paths() {
        let data = data("categories:\n- [Sports, Ball]\n- Play\n");
        let names: Vec<_> =
            Fields::new(&data).categories().into_iter().map(|category| category.name).collect();
        assert_eq!(names, ["Play", "Sports", "Ball"]);
    }

    #[test]
    fn a_language_is_a_tag() {
        for (text, expected) in [
            ("lang: pt-BR", Some("pt")),
            ("locale: zh_CN", Some("zh")),
            ("language: Go", None),
            ("language: rust", None),
        ] {
            assert_eq!(Fields::new(&data(text)).language().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn writers_say_how_a_post_is_searched() {
        for text in [
            "search: {exclude: true}",
            "search: false",
            "searchHidden: true",
            "extra: {search: {exclude: true}}",
        ] {
            assert!(Fields::new(&data(text)).is_excluded(), "{text}");
        }
        assert!(!Fields::new(&data("search: {boost: 2}")).is_excluded());
        let (overrides, mistake) =
            Fields::new(&data("search: {boost: 2, keywords: [k8s], synonyms: kube}")).overrides();
        assert_eq!((overrides.boost, mistake), (2.0, None));
        assert_eq!(overrides.keywords, ["k8s", "kube"]);
        for (front_matter, is_evergreen) in
            [("search: {evergreen: true}", true), ("evergreen: true", true), ("evergreen: false", false)]
        {
            assert_eq!(Fields::new(&data(front_matter)).overrides().0.evergreen, is_evergreen);
        }
        let (overrides, mistake) = Fields::new(&data("search: {boost: much}")).overrides();
        assert_eq!(overrides, SearchOverrides::default());
        assert!(mistake.unwrap().contains("from 0.1 to 10"));
    }
}
