//! The plugins of an `MkDocs` site that decide which files have pages, and where.

use serde_json::Value;

use super::super::folders;
use super::super::globs::GlobList;
use super::super::regexes::RegexList;
use crate::content::data::Data;

/// The settings of a blog of Material for `MkDocs`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MaterialBlog {
    /// `blog_dir`; empty for the content directory itself.
    pub folder: String,
    /// `post_dir`.
    pub posts: String,
    /// `post_url_format`.
    pub format: String,
    /// `post_url_date_format`.
    pub date_format: String,
    /// `post_url_max_categories`.
    pub max_categories: usize,
    /// `draft`.
    pub shows_drafts: bool,
    /// `draft_if_future_date`.
    pub hides_future: bool,
}

/// The languages of the plugin `i18n` (`mkdocs-static-i18n`).
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct MkDocsLanguages {
    /// The default language, whose pages are at the root.
    pub default: String,
    /// All languages that are built.
    pub built: Vec<String>,
    /// All languages.
    pub all: Vec<String>,
    /// Whether each language has a folder; else names of files have a suffix.
    pub has_folders: bool,
}

/// The files that the plugin `exclude` (`mkdocs-exclude`) leaves out.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct ExcludedFiles {
    /// `glob`, with the patterns of `fnmatch`.
    globs: GlobList,
    /// `regex`, which matches the beginning of paths.
    regexes: RegexList,
}

/// Returns the names under `key`, with their options: of a list of names and of tables, or of a table.
pub(super) fn named_options(config: &Data, key: &str) -> Vec<(String, Data)> {
    let named = |table: Data| -> Vec<(String, Data)> {
        table.keys().map(|name| (name.to_owned(), table.table(name))).collect()
    };
    match config.get(key) {
        Some(Value::Array(items)) => items
            .iter()
            .flat_map(|item| match item {
                Value::String(name) => vec![(name.clone(), Data::default())],
                item => Data::from_value(item).map(named).unwrap_or_default(),
            })
            .collect(),
        Some(Value::Object(_)) => named(config.table(key)),
        _ => Vec::new(),
    }
}

/// The plugins of the settings.
pub(super) struct PluginList(Vec<(String, Data)>);

impl PluginList {
    /// Reads `plugins`: a list of names and of tables with one name, or a table.
    pub(super) fn read(config: &Data) -> Self {
        Self(named_options(config, "plugins"))
    }

    /// Returns the options of the enabled plugins with this name; those of Material have two names.
    pub(super) fn options<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Data> {
        let is_named = move |own: &str| own.strip_prefix("material/").unwrap_or(own) == name;
        let enabled = self.0.iter().filter(|(_, options)| options.flag("enabled") != Some(false));
        enabled.filter(move |(own, _)| is_named(own)).map(|(_, options)| options)
    }

    /// Returns the blogs.
    pub(super) fn blogs(&self) -> Vec<MaterialBlog> {
        self.options("blog").map(MaterialBlog::read).collect()
    }

    /// Returns the files that the plugin `exclude` leaves out.
    ///
    /// # Errors
    /// If a regular expression is invalid: without it, files would be found that the site leaves out.
    pub(super) fn excluded(&self) -> Result<ExcludedFiles, regex::Error> {
        let texts =
            |key: &str| self.options("exclude").flat_map(|options| options.texts(key)).collect::<Vec<_>>();
        let regexes = texts("regex").into_iter().map(|regex| format!("^(?:{})", without_look_around(&regex)));
        Ok(ExcludedFiles {
            globs: GlobList::across_folders(texts("glob")),
            regexes: RegexList::new(regexes.collect())?,
        })
    }

    /// Returns the languages of the plugin `i18n`.
    pub(super) fn languages(&self) -> MkDocsLanguages {
        let Some(options) = self.options("i18n").next() else { return MkDocsLanguages::default() };
        let mut languages = MkDocsLanguages {
            has_folders: options.text("docs_structure").as_deref() == Some("folder"),
            ..MkDocsLanguages::default()
        };
        // Before version 1.0, `languages` was a table, and the default one had a key of its own.
        let table = options.table("languages");
        let old = table.keys().map(|name| (name.to_owned(), table.table(name)));
        let new = options.tables("languages").into_iter().filter_map(|own| Some((own.text("locale")?, own)));
        for (locale, own) in new.chain(old).filter(|(locale, _)| locale != "default") {
            if own.flag("default") == Some(true) {
                languages.default.clone_from(&locale);
            }
            if own.flag("build") != Some(false) {
                languages.built.push(locale.clone());
            }
            languages.all.push(locale);
        }
        if let Some(default) = options.text("default_language") {
            languages.default = default;
        }
        if let Some(only) = options.text("build_only_locale") {
            languages.built = vec![only.clone()];
            languages.default = only;
        }
        if options.flag("default_language_only") == Some(true) {
            languages.built = vec![languages.default.clone()];
        }
        languages
    }
}

impl MaterialBlog {
    fn read(options: &Data) -> Self {
        let text = |key: &str, default: &str| options.text(key).unwrap_or_else(|| default.to_owned());
        let folder = folders::folder_name(&text("blog_dir", "blog"));
        let folder = if folder == "." { String::new() } else { folder };
        let posts = text("post_dir", "{blog}/posts").replace("{blog}", &folder);
        let flag = |key: &str| options.flag(key) == Some(true);
        Self {
            posts: folders::folder_name(&posts),
            folder,
            format: text("post_url_format", "{date}/{slug}"),
            date_format: text("post_url_date_format", "yyyy/MM/dd"),
            max_categories: options
                .text("post_url_max_categories")
                .and_then(|most| most.parse().ok())
                .unwrap_or(1),
            shows_drafts: flag("draft"),
            hides_future: flag("draft_if_future_date"),
        }
    }
}

impl ExcludedFiles {
    /// Returns whether a file is left out.
    pub(super) fn matches(&self, path: &str) -> bool {
        self.globs.matches(path) || self.regexes.matches(path)
    }
}

impl MkDocsLanguages {
    /// Returns the language of a file and its path without the language; `None` if the plugin is not used.
    pub(super) fn split(&self, stem: &str) -> Option<(String, String)> {
        if self.all.is_empty() {
            return None;
        }
        if self.has_folders {
            let found = stem.split_once('/').filter(|(folder, _)| self.is_language(folder));
            let (language, path) = found.unwrap_or((&self.default, stem));
            return Some((language.to_owned(), path.to_owned()));
        }
        let found =
            stem.rsplit_once('.').filter(|(_, suffix)| !suffix.contains('/') && self.is_language(suffix));
        let (path, language) = found.unwrap_or((stem, &self.default));
        Some((language.to_owned(), path.to_owned()))
    }

    /// Returns whether a text is a language of the settings, or has the form of one (`RE_LOCALE` in
    /// `mkdocs_static_i18n/config.py`).
    fn is_language(&self, text: &str) -> bool {
        let is_form = |text: &str| {
            let mut parts = text.split(['-', '_']);
            let is_language = parts.next().is_some_and(|part| part.len() == 2 && is_lower(part));
            is_language
                && parts
                    .all(|part| matches!(part.len(), 2 | 4) && part.chars().all(|c| c.is_ascii_alphabetic()))
        };
        self.all.iter().any(|own| own == text) || is_form(text)
    }
}

fn is_lower(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase())
}

/// Returns a regular expression of Python without its conditions on the text around a match, which the crate `regex` does
/// not know: the result matches more.
fn without_look_around(regex: &str) -> String {
    let mut plain = regex.to_owned();
    while let Some(start) = ["(?=", "(?!", "(?<=", "(?<!"].iter().filter_map(|mark| plain.find(mark)).min() {
        let mut depth = 0_usize;
        let mut is_escaped = false;
        let end = plain[start..].char_indices().find_map(|(at, c)| {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(start + at + c.len_utf8())
        });
        plain.replace_range(start..end.unwrap_or(plain.len()), "");
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn plugins(yaml: &str) -> PluginList {
        PluginList::read(&Data::parse(yaml, DataFormat::Yaml).unwrap())
    }

    #[test]
    fn plugins_are_a_list_or_a_table() {
        for yaml in [
            "plugins:\n  - search\n  - blog:\n      blog_dir: news\n",
            "plugins:\n  search: {}\n  material/blog:\n    blog_dir: ./news/\n",
        ] {
            let blogs = plugins(yaml).blogs();
            assert_eq!((blogs[0].folder.as_str(), blogs[0].posts.as_str()), ("news", "news/posts"), "{yaml}");
        }
        assert!(plugins("plugins:\n  blog:\n    enabled: false\n").blogs().is_empty());
        assert_eq!(plugins("plugins: [{blog: {blog_dir: .}}]").blogs()[0].posts, "posts");
    }

    #[test]
    fn excludes_files_by_globs_and_regular_expressions() {
        let yaml = "plugins:\n  - exclude:\n      glob: ['wip/*', '*.tmp.md']\n      regex:\n        - '.*\\.(bak|old)\\.md$'\n        - 'x(?!y)z'\n";
        let excluded = plugins(yaml).excluded().unwrap();
        for (path, expected) in [
            ("wip/a/b.md", true),
            ("a/wip/b.md", false),
            ("a/b.tmp.md", true),
            ("a/b.old.md", true),
            ("a/b.md", false),
            ("xz/a.md", true),
            ("a/xz.md", false),
        ] {
            assert_eq!(excluded.matches(path), expected, "{path}");
        }
        assert!(plugins("plugins: [{exclude: {regex: '('}}]").excluded().is_err());
        assert!(plugins("plugins: [{exclude: {glob: 'a*'}}]").excluded().unwrap().matches("ab.md"));
    }

    #[test]
    fn languages_are_in_suffixes_or_folders() {
        let suffix = plugins("plugins: [{i18n: {languages: [{locale: en, default: true}, {locale: pt-BR}, {locale: fr, build: false}]}}]").languages();
        let old = plugins("plugins: [{i18n: {default_language: en, docs_structure: folder, languages: {en: x, fr: {name: y}}}}]").languages();
        let split = |languages: &MkDocsLanguages, stem: &str| {
            languages.split(stem).map(|(language, path)| format!("{language} {path}")).unwrap_or_default()
        };
        for (languages, stem, expected) in [
            (&suffix, "a/b", "en a/b"),
            (&suffix, "a/b.pt-BR", "pt-BR a/b"),
            (&suffix, "a/b.fr", "fr a/b"),
            (&suffix, "a/b.v2", "en a/b.v2"),
            (&old, "fr/a", "fr a"),
            (&old, "en/index", "en index"),
            (&old, "x", "en x"),
            (&MkDocsLanguages::default(), "a.fr", ""),
        ] {
            assert_eq!(split(languages, stem), expected, "{stem}");
        }
        assert_eq!(suffix.built, ["en", "pt-BR"]);
    }
}
