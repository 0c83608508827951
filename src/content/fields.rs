//! Front matter fields, under the keys that the generators and their themes use.

use serde_json::Value;

use super::category::Category;
use super::data::Data;
use super::html::plain_title;
use super::language_tag::known_language_tag;
use super::post::SearchOverrides;
use super::section::remove_invisible;
use crate::config::limits::BOOST;

/// The keys by which themes and generators hide a post from search, in lower case and without `_` and `-`: `true` in
/// Docsy, Hextra, Hinode, `PaperMod`, Hugo Book, Just the Docs and others.
const KEYS_OF_HIDDEN: [&str; 8] = [
    "searchhidden",
    "hidefromsearch",
    "excludefromsearch",
    "excludedfromsearch",
    "excludesearch",
    "searchexclude",
    "booksearchexclude",
    "nosearch",
];
/// The same for `false`: Minimal Mistakes, Zola and others.
const KEYS_OF_SEARCHED: [&str; 3] = ["search", "searchable", "insearchindex"];
/// The keys of the language of a post.
const KEYS_OF_LANGUAGE: [&str; 3] = ["lang", "locale", "language"];
/// TypeScript, which is also the code of a language, Tsonga.
const TYPESCRIPT: &str = "ts";

/// The fields of a post's front matter. Zola keeps some of them in the tables `taxonomies` and `extra`.
pub(super) struct FrontMatterFields<'a> {
    data: &'a Data,
    extra: Data,
    taxonomies: Data,
}

impl<'a> FrontMatterFields<'a> {
    pub(super) fn new(data: &'a Data) -> Self {
        Self { data, extra: data.table("extra"), taxonomies: data.table("taxonomies") }
    }

    fn tables(&self) -> [&Data; 3] {
        [self.data, &self.taxonomies, &self.extra]
    }

    /// Returns the first text under one of the keys.
    pub(super) fn text(&self, keys: &[&str]) -> Option<String> {
        self.tables().into_iter().find_map(|data| keys.iter().find_map(|key| data.text(key)))
    }

    /// Returns the distinct names under the first of the keys that has any.
    pub(super) fn names(&self, keys: &[&str]) -> Vec<String> {
        let lists = self.tables().into_iter().flat_map(|data| keys.iter().map(|key| data.names(key)));
        let mut names = lists.into_iter().find(|names| !names.is_empty()).unwrap_or_default();
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }

    /// Returns the title, as plain text on one line.
    pub(super) fn title(&self) -> Option<String> {
        let title = self.text(&["title"])?;
        let title = plain_title(&title);
        Some(remove_invisible(&title).split_ascii_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Returns the categories. In Hexo a nested list is a path of categories, each of which counts.
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

    /// Returns the tag of the post's language. Values that are no language are ignored: some themes use `language` for a
    /// programming language, as in `language: Go`.
    pub(super) fn language(&self) -> Option<String> {
        let language = |key: &str| {
            let text = self.data.text(key)?;
            let is_code = key == "language" && text.eq_ignore_ascii_case(TYPESCRIPT);
            known_language_tag(&text).filter(|_| !is_code)
        };
        KEYS_OF_LANGUAGE.into_iter().find_map(language)
    }

    /// Returns the path or URL of the post's image.
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

    /// Returns the sort key in ordered lists.
    pub(super) fn weight(&self) -> Option<i64> {
        ["weight", "sidebar_position", "nav_order", "order"]
            .iter()
            .find_map(|key| self.data.get(key)?.as_i64())
    }

    /// Returns whether the front matter excludes the post from search.
    pub(super) fn is_excluded(&self) -> bool {
        let has_key = |data: &Data, names: &[&str], flag: bool| {
            let is_one =
                |key: &str| names.contains(&key.replace(['_', '-'], "").to_ascii_lowercase().as_str());
            data.keys().any(|key| is_one(key) && data.flag(key) == Some(flag))
        };
        // Hugo keeps a page's own values below `params`.
        let params = self.data.table("params");
        self.tables().into_iter().chain([&params]).any(|data| {
            has_key(&data.table("search"), &["exclude"], true)
                || has_key(data, &KEYS_OF_HIDDEN, true)
                || has_key(data, &KEYS_OF_SEARCHED, false)
        })
    }

    /// Returns the search settings, without a boost that is not allowed; see [`invalid_boost`](Self::invalid_boost).
    pub(super) fn overrides(&self) -> SearchOverrides {
        let table = self.search_table();
        let mut overrides = SearchOverrides::default();
        if let Some(boost) = table.get("boost").and_then(allowed_boost) {
            overrides.boost = boost;
        }
        overrides.keywords = table.texts("keywords");
        overrides.keywords.extend(table.texts("synonyms"));
        let evergreen = |data: &Data| data.flag("evergreen");
        overrides.evergreen =
            evergreen(&table).or_else(|| self.tables().into_iter().find_map(evergreen)).unwrap_or(false);
        overrides
    }

    /// Returns a message about a `boost` that is not allowed.
    pub(super) fn invalid_boost(&self) -> Option<String> {
        let table = self.search_table();
        let value = table.get("boost").filter(|value| allowed_boost(value).is_none())?;
        let (min, max) = (BOOST.start(), BOOST.end());
        Some(format!(
            "invalid value {value} for `boost`, which is ignored; expected a number from {min} to {max}"
        ))
    }

    fn search_table(&self) -> Data {
        let mut table = self.data.table("search");
        table.fill_from(&self.extra.table("search"));
        table
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a factor needs no more digits")]
fn allowed_boost(value: &Value) -> Option<f32> {
    value.as_f64().filter(|boost| BOOST.contains(boost)).map(|boost| boost as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn data(yaml: &str) -> Data {
        Data::parse(yaml, DataFormat::Yaml).unwrap()
    }

    #[test]
    fn reads_the_keys_of_many_themes() {
        let zola = data("taxonomies: {tags: [a, b, a]}\nextra: {author: Ann, cover: {image: x.png}}\n");
        let fields = FrontMatterFields::new(&zola);
        assert_eq!(fields.names(&["tags"]), ["a", "b"]);
        assert_eq!(fields.names(&["authors", "author"]), ["Ann"]);
        assert_eq!(fields.image().as_deref(), Some("x.png"));
        for (text, image) in [
            ("image: a.png", "a.png"),
            ("images: [b.png, c.png]", "b.png"),
            ("header: {teaser: d.png}", "d.png"),
        ] {
            assert_eq!(FrontMatterFields::new(&data(text)).image().as_deref(), Some(image), "{text}");
        }
    }

    #[test]
    fn nested_categories_are_flattened() {
        let data = data("categories:\n- [Sports, Ball]\n- Play\n");
        let names: Vec<_> =
            FrontMatterFields::new(&data).categories().into_iter().map(|category| category.name).collect();
        assert_eq!(names, ["Play", "Sports", "Ball"]);
    }

    #[test]
    fn accepts_only_language_tags_as_language() {
        for (text, expected) in [
            ("lang: pt-BR", Some("pt-BR")),
            ("locale: zh_CN", Some("zh-CN")),
            ("language: DE", Some("de")),
            ("lang: php\nlocale: fr", Some("fr")),
            ("language: ts", None),
            ("lang: ts", Some("ts")),
            ("language: Go", None),
            ("language: rust", None),
            ("language: sql", None),
            ("language: vue", None),
            ("language: [c, php]", None),
        ] {
            assert_eq!(FrontMatterFields::new(&data(text)).language().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn reads_the_search_settings_of_a_post() {
        for text in [
            "search: {exclude: true}",
            "search: false",
            "searchHidden: true",
            "search: {Exclude: true}",
            "search_exclude: true",
            "exclude-search: true",
            "bookSearchExclude: true",
            "excludeFromSearch: true",
            "in_search_index: false",
            "params: {searchHidden: true}",
            "extra: {search: {exclude: true}}",
        ] {
            assert!(FrontMatterFields::new(&data(text)).is_excluded(), "{text}");
        }
        for text in [
            "search: {boost: 2}",
            "excludeSearch: false",
            "search: true",
            "in_search_index: true",
            "search: lamp",
        ] {
            assert!(!FrontMatterFields::new(&data(text)).is_excluded(), "{text}");
        }
        let valid = data("search: {boost: 2, keywords: [k8s], synonyms: kube}");
        let fields = FrontMatterFields::new(&valid);
        let overrides = fields.overrides();
        assert_eq!((overrides.boost, fields.invalid_boost()), (2.0, None));
        assert_eq!(overrides.keywords, ["k8s", "kube"]);
        for (front_matter, is_evergreen) in
            [("search: {evergreen: true}", true), ("evergreen: true", true), ("evergreen: false", false)]
        {
            assert_eq!(FrontMatterFields::new(&data(front_matter)).overrides().evergreen, is_evergreen);
        }
        let invalid = data("search: {boost: much}");
        let fields = FrontMatterFields::new(&invalid);
        assert_eq!(fields.overrides(), SearchOverrides::default());
        assert!(fields.invalid_boost().unwrap().contains("from 0.1 to 10"));
    }
}
