//! Hugo's settings that decide the URLs of pages. A language may have its own.

use super::path_globs;
use crate::content::data::Data;
use crate::content::generator::regexes::RegexList;
use crate::content::go_text::to_lower;
use serde_json::Value;

/// The settings of a site, or of one of its languages, that decide the URLs of pages.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub(crate) struct UrlRules {
    /// `disablePathToLower`: paths keep their case.
    pub(super) keeps_case: bool,
    /// `removePathAccents`.
    pub(super) removes_accents: bool,
    /// `uglyURLs`: where pages have the path `name.html` instead of `name/`.
    pub(super) ugly_urls: UglyUrls,
    /// `permalinks`, by precedence.
    permalinks: Vec<PermalinkRule>,
    /// The folders of `taxonomies`.
    taxonomies: Vec<String>,
}

/// The sections whose pages have the path `name.html` instead of `name/`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) enum UglyUrls {
    /// All sections.
    All,
    /// The sections with these names.
    Sections(Vec<String>),
}

impl Default for UglyUrls {
    fn default() -> Self {
        Self::Sections(Vec::new())
    }
}

impl UglyUrls {
    fn of(config: &Data) -> Self {
        if config.flag("uglyURLs") == Some(true) {
            return Self::All;
        }
        let sections = config.table("uglyURLs");
        let is_ugly = |section: &&str| sections.flag(section) == Some(true);
        Self::Sections(sections.keys().filter(is_ugly).map(str::to_owned).collect())
    }

    pub(super) fn apply_to(&self, section: &str) -> bool {
        match self {
            Self::All => true,
            Self::Sections(sections) => sections.iter().any(|ugly| ugly.eq_ignore_ascii_case(section)),
        }
    }
}

/// The kind of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(super) enum PageKind {
    /// A page of its own, also a leaf bundle.
    Page,
    /// The home page.
    Home,
    /// The `_index` of a section.
    Section,
    /// The `_index` of a taxonomy: the list of its terms.
    Taxonomy,
    /// The `_index` of a term.
    Term,
}

impl PageKind {
    /// All kinds.
    pub(super) const ALL: [Self; 5] = [Self::Page, Self::Home, Self::Section, Self::Taxonomy, Self::Term];

    /// Returns Hugo's name of the kind.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Home => "home",
            Self::Section => "section",
            Self::Taxonomy => "taxonomy",
            Self::Term => "term",
        }
    }
}

/// A permalink pattern, and the pages that have it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
struct PermalinkRule {
    kinds: Vec<PageKind>,
    /// Globs of the pages' paths; `None` for all.
    paths: Option<RegexList>,
    /// Globs of the pages' languages; `None` for all.
    languages: Option<RegexList>,
    pattern: String,
}

impl UrlRules {
    /// Reads the settings of a site, or those of a language that were merged with them.
    pub(super) fn from_config(config: &Data) -> Self {
        let flag = |key| config.flag(key).unwrap_or(false);
        let taxonomies = match config.get("taxonomies") {
            Some(_) => config.table("taxonomies"),
            None => Data::default(),
        };
        let mut folders: Vec<String> =
            taxonomies.keys().flat_map(|key| taxonomies.texts(key)).map(|name| to_lower(&name)).collect();
        if config.get("taxonomies").is_none() {
            folders = ["tags", "categories"].map(str::to_owned).to_vec();
        }
        Self {
            keeps_case: flag("disablePathToLower"),
            removes_accents: flag("removePathAccents"),
            ugly_urls: UglyUrls::of(config),
            permalinks: permalinks(config),
            taxonomies: folders,
        }
    }

    /// Returns the kind of the page of a folder.
    pub(super) fn kind_of_folder(&self, folder: &str) -> PageKind {
        if folder.is_empty() {
            return PageKind::Home;
        }
        let folder = to_lower(folder);
        let of_taxonomy = |taxonomy: &String| {
            let rest = folder.strip_prefix(taxonomy.as_str())?;
            match rest {
                "" => Some(PageKind::Taxonomy),
                rest if rest.starts_with('/') => Some(PageKind::Term),
                _ => None,
            }
        };
        self.taxonomies.iter().find_map(of_taxonomy).unwrap_or(PageKind::Section)
    }

    /// Returns the permalink pattern of a page, given by its path without a leading `/` and its language.
    pub(super) fn pattern(&self, kind: PageKind, path: &str, language: &str) -> Option<&str> {
        let path = format!("/{}", to_lower(path).replace(' ', "-"));
        let fits = |list: &Option<RegexList>, text: &str| list.as_ref().is_none_or(|list| list.matches(text));
        let rule = self.permalinks.iter().find(|rule| {
            rule.kinds.contains(&kind) && fits(&rule.paths, &path) && fits(&rule.languages, language)
        });
        rule.map(|rule| rule.pattern.as_str())
    }
}

/// Reads `permalinks`: a list of targets and patterns, a table of sections and patterns, or one such table for each kind
/// (`DecodePermalinksConfig` in Hugo's `resources/page/permalinks.go`).
fn permalinks(config: &Data) -> Vec<PermalinkRule> {
    if let Some(Value::Array(_)) = config.get("permalinks") {
        return config.tables("permalinks").iter().filter_map(targeted).collect();
    }
    let table = config.table("permalinks");
    let mut rules: Vec<(usize, PermalinkRule)> = Vec::new();
    let mut add = |section: &str, kinds: &[PageKind], pattern: &Value| {
        let section = section.trim_matches([' ', '/']);
        let glob = if section.is_empty() { "/*".to_owned() } else { format!("/{{{section},{section}/**}}") };
        let paths = Some(path_globs::compile([glob.as_str()]));
        let pattern = pattern.as_str().map(str::to_owned);
        let rule = |pattern| PermalinkRule { kinds: kinds.to_vec(), paths, languages: None, pattern };
        rules.extend(pattern.map(|pattern| (section.len(), rule(pattern))));
    };
    for kind in PageKind::ALL {
        for (section, pattern) in table.table(kind.name()).entries() {
            add(section, &[kind], pattern);
        }
    }
    for (section, pattern) in table.entries().filter(|(_, pattern)| pattern.is_string()) {
        add(section, &[PageKind::Page, PageKind::Term], pattern);
    }
    // Hugo takes any one that fits. The most specific one is meant.
    rules.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    rules.into_iter().map(|(_, rule)| rule).collect()
}

/// Reads a pattern with its target.
fn targeted(table: &Data) -> Option<PermalinkRule> {
    let target = table.table("target");
    let globs = |texts: Vec<String>| {
        (!texts.is_empty()).then(|| path_globs::compile(texts.iter().map(String::as_str)))
    };
    let kinds = globs(target.text("kind").into_iter().collect());
    let is_meant = |kind: &PageKind| kinds.as_ref().is_none_or(|kinds| kinds.matches(kind.name()));
    let environment = globs(target.text("environment").into_iter().collect());
    if environment.is_some_and(|environments| !environments.matches("production")) {
        return None;
    }
    let mut languages = target.texts("lang");
    languages.extend(target.table("sites").table("matrix").texts("languages"));
    Some(PermalinkRule {
        kinds: PageKind::ALL.into_iter().filter(is_meant).collect(),
        paths: globs(target.text("path").into_iter().collect()),
        languages: globs(languages),
        pattern: table.text("pattern")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn rules(config: &str) -> UrlRules {
        UrlRules::from_config(&Data::parse(config, DataFormat::Toml).unwrap())
    }

    #[test]
    fn patterns_are_for_sections_and_kinds() {
        use PageKind::{Home, Page, Section, Taxonomy, Term};
        let by_table = rules(
            "[permalinks]\n'/' = 'root'\nPosts = 'posts'\n'posts/deep' = 'deep'\ntags = 'tags'\n\
             [permalinks.section]\nposts = 'section'\n[permalinks.taxonomy]\ntags = 'all'\n",
        );
        for (kind, path, expected) in [
            (Page, "posts/a", Some("posts")),
            (Page, "posts", Some("posts")),
            (Page, "posts/b/c", Some("posts")),
            (Page, "posts/Deep/x", Some("deep")),
            (Page, "a", Some("root")),
            (Page, "postscript/a", None),
            (Section, "posts", Some("section")),
            (Section, "notes", None),
            (Term, "tags/x", Some("tags")),
            (Taxonomy, "tags", Some("all")),
            (Home, "", None),
        ] {
            assert_eq!(by_table.pattern(kind, path, "en"), expected, "{kind:?} {path}");
        }
        let by_list = rules(
            "[[permalinks]]\npattern = 'german'\n[permalinks.target]\nlang = 'de'\n\
             [[permalinks]]\npattern = 'deep'\n[permalinks.target]\npath = '/docs/**'\nkind = '{page,section}'\n\
             [[permalinks]]\npattern = 'other'\n[permalinks.target]\nenvironment = 'staging'\n\
             [[permalinks]]\npattern = 'rest'\n",
        );
        for (kind, path, language, expected) in [
            (Page, "docs/a", "de", "german"),
            (Page, "docs/a", "en", "deep"),
            (Term, "docs/a", "en", "rest"),
            (Section, "docs/a/b", "en", "deep"),
            (Page, "x", "en", "rest"),
        ] {
            assert_eq!(by_list.pattern(kind, path, language), Some(expected), "{kind:?} {path} {language}");
        }
    }

    #[test]
    fn folders_of_taxonomies_are_terms() {
        let standard = rules("");
        let own = rules("[taxonomies]\nauthor = 'People'\ntopic = 'a/topics'\n");
        let kinds = |rules: &UrlRules| {
            ["", "tags", "tags/x/y", "tagship", "people/ann", "a", "a/topics"]
                .map(|folder| rules.kind_of_folder(folder).name())
        };
        assert_eq!(
            kinds(&standard),
            ["home", "taxonomy", "term", "section", "section", "section", "section"]
        );
        assert_eq!(kinds(&own), ["home", "section", "section", "section", "term", "section", "taxonomy"]);
    }
}
