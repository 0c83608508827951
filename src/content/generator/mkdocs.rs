//! `MkDocs`: URLs follow the paths of files below `docs`; posts of Material's blog plugin have dates in theirs.

use jiff::civil::DateTime;
use serde_json::Value;

use super::folders;
use super::globs::GlobList;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use crate::content::anchor::AnchorStyle;
use crate::content::data::{Data, DataFormat};
use crate::content::date_keys::DateKeys;
use crate::content::skip_reason::SkipReason;
use crate::content::slugs;
use crate::content::source_id::folder_and_stem;

/// `MkDocs`' settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MkDocsRules {
    /// `use_directory_urls`.
    pub has_directory_urls: bool,
    /// Patterns of `exclude_docs` and `draft_docs`.
    pub excluded: GlobList,
    /// Blogs of Material's blog plugin.
    pub blogs: Vec<MaterialBlog>,
    /// Style of heading ids.
    pub anchors: AnchorStyle,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

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
}

/// Returns the common date keys, and that of the last change in the table `date` of the blog plugin of Material for
/// `MkDocs` (squidfunk.github.io/mkdocs-material/plugins/blog).
fn date_keys() -> DateKeys {
    let mut keys = DateKeys { publish: Vec::new(), expiry: Vec::new(), ..DateKeys::common() };
    keys.updated.insert(0, "date.updated".to_owned());
    keys
}

/// Returns the settings without YAML tags that only Python supports: `!!python/name:…`, `!ENV`.
#[must_use]
pub(super) fn without_tags(yaml: &str) -> String {
    let mut plain = String::with_capacity(yaml.len());
    for line in yaml.split_inclusive('\n') {
        let mut rest = line;
        while let Some(at) = rest.find(" !").filter(|at| !rest[..*at].contains(['"', '\'', '#'])) {
            plain.push_str(&rest[..=at]);
            let tag = &rest[at + 1..];
            rest = &tag[tag.find(char::is_whitespace).unwrap_or(tag.len())..];
        }
        plain.push_str(rest);
    }
    plain
}

/// Reads the rules and the site's defaults from `mkdocs.yml`.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (MkDocsRules, SiteDefaults) {
    let config = &settings.data;
    let theme = config.table("theme");
    let language = theme.text("language").or_else(|| theme.text("locale"));
    let defaults = SiteDefaults {
        base: absolute_base(&config.text("site_url").unwrap_or_default()),
        title: config.text("site_name"),
        language: Some(language.unwrap_or_else(|| "en".to_owned())),
        future: true,
        expired: true,
        content_folders: vec![folders::folder_name(
            &config.text("docs_dir").unwrap_or_else(|| "docs".to_owned()),
        )],
        ..SiteDefaults::default()
    };
    let excluded =
        [config.text("exclude_docs"), config.text("draft_docs")].map(Option::unwrap_or_default).join("\n");
    let rules = MkDocsRules {
        has_directory_urls: config.flag("use_directory_urls") != Some(false),
        excluded: GlobList::from_ignore_lines(&excluded),
        blogs: blogs(config),
        anchors: anchors(&settings.script),
        date_keys: date_keys(),
    };
    (rules, defaults)
}

/// Returns the blogs among the plugins.
fn blogs(config: &Data) -> Vec<MaterialBlog> {
    let Some(Value::Array(plugins)) = config.get("plugins") else { return Vec::new() };
    let options = plugins.iter().filter_map(|plugin| match plugin {
        Value::String(name) => (name == "blog" || name == "material/blog").then(Data::default),
        plugin => {
            let plugin = Data::from_value(plugin)?;
            let name = plugin.keys().next()?.to_owned();
            (name == "blog" || name == "material/blog").then(|| plugin.table(&name))
        }
    });
    let read = |options: Data| {
        let text = |key: &str, default: &str| options.text(key).unwrap_or_else(|| default.to_owned());
        let folder = text("blog_dir", "blog");
        let folder = if folder == "." { String::new() } else { folder.trim_matches('/').to_owned() };
        let posts = text("post_dir", "{blog}/posts").replace("{blog}", &folder);
        MaterialBlog {
            folder,
            posts: posts.trim_matches('/').to_owned(),
            format: text("post_url_format", "{date}/{slug}"),
            date_format: text("post_url_date_format", "yyyy/MM/dd"),
        }
    };
    options.filter(|options| options.flag("enabled") != Some(false)).map(read).collect()
}

/// Returns the style of heading ids that the settings of the extension `toc` select.
fn anchors(yaml: &str) -> AnchorStyle {
    let lines = yaml.lines().map(|line| line.split('#').next().unwrap_or_default());
    let set = lines.filter(|line| line.contains("slugify:") && !line.contains("_slugify:"));
    let mut found = set.filter_map(|line| {
        if line.contains("pymdownx.slugs") {
            Some(AnchorStyle::PyMdown)
        } else if line.contains("slugify_unicode") {
            Some(AnchorStyle::PythonUnicode)
        } else {
            None
        }
    });
    found.next_back().unwrap_or(AnchorStyle::Python)
}

impl MkDocsRules {
    pub(super) fn excludes(&self, id: &str) -> bool {
        self.excluded.matches(id) || id.starts_with("templates/")
    }

    fn blog_of(&self, id: &str) -> Option<&MaterialBlog> {
        self.blogs.iter().find(|blog| folders::below(id, &blog.posts).is_some_and(|path| !path.is_empty()))
    }

    /// Completes a post's front matter: dates in a table become `date` and `updated`, and the first heading
    /// becomes the title, from which the URL is made.
    pub(super) fn inherit(&self, id: &str, own: &mut Data, body: &str) {
        if self.blog_of(id).is_none() {
            return;
        }
        if let Some(Value::Object(_)) = own.get("date") {
            let dates = own.table("date");
            let flat = serde_json::json!({ "date": dates.text("created"), "updated": dates.text("updated") });
            own.override_with(&Data::parse(&flat.to_string(), DataFormat::Json).unwrap_or_default());
        }
        let heading = body.lines().find_map(|line| line.strip_prefix("# "));
        if let Some(heading) = heading {
            let title = heading.trim().trim_end_matches('#').trim_end().replace(['*', '`'], "");
            own.set_default("title", &Value::String(title));
        }
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        if let Some(blog) = self.blog_of(file.id) {
            return PageOutcome::Page(self.post(file, blog));
        }
        let (folder, stem) = folder_and_stem(file.id);
        let is_index = matches!(stem, "index" | "README");
        if is_index && self.blogs.iter().any(|blog| blog.folder == folder) {
            return PageOutcome::Skipped(SkipReason::List);
        }
        let is_replaced_by_index = stem == "README" && {
            let index = if folder.is_empty() { "index.md".to_owned() } else { format!("{folder}/index.md") };
            file.inventory.pages_below(&index).next().is_some()
        };
        if is_replaced_by_index {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        let page = if is_index { folder.to_owned() } else { format!("{folder}/{stem}") };
        let path = if is_index { directory_path(&page) } else { self.page_path(&page) };
        let category = file.inventory.category(file.id, "", "");
        PageOutcome::Page(GeneratedPage {
            path,
            categories: category.into_iter().collect(),
            ..GeneratedPage::default()
        })
    }

    fn post(&self, file: &PageSource<'_>, blog: &MaterialBlog) -> GeneratedPage {
        let (_, stem) = folder_and_stem(file.id);
        let slug = file
            .data
            .text("slug")
            .unwrap_or_else(|| slugs::pymdownx(&file.data.text("title").unwrap_or_else(|| stem.to_owned())));
        let date = file.date.map(|date| format_date(date.civil(), &blog.date_format)).unwrap_or_default();
        let category =
            file.data.texts("categories").first().map(|name| slugs::pymdownx(name)).unwrap_or_default();
        let path = blog.format.replace("{date}", &date).replace("{slug}", &slug).replace("{file}", stem);
        let path = path.replace("{categories}", &category);
        GeneratedPage { path: self.page_path(&format!("{}/{path}", blog.folder)), ..GeneratedPage::default() }
    }

    fn page_path(&self, path: &str) -> String {
        if self.has_directory_urls {
            directory_path(path)
        } else {
            encode_path(&normalize_slashes(&format!("{path}.html")))
        }
    }
}

fn directory_path(path: &str) -> String {
    encode_path(&normalize_slashes(&format!("{path}/")))
}

/// Formats a date by a Unicode date pattern, of which it supports the fields that URLs use.
fn format_date(date: DateTime, format: &str) -> String {
    let letters = [("yyyy", "%Y"), ("yy", "%y"), ("MM", "%m"), ("dd", "%d")];
    let format =
        letters.iter().fold(format.to_owned(), |format, (letters, token)| format.replace(letters, token));
    let format = format.replace('M', "%-m").replace("%%-m", "%M").replace("%-%-m", "%-m");
    date.strftime(&format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::date::parse_date;
    use crate::content::inventory::Inventory;

    fn resolve_page(config: &str, id: &str, front_matter: &str, body: &str) -> String {
        let yaml = without_tags(config);
        let settings = GeneratorSettings {
            data: Data::parse(&yaml, DataFormat::Yaml).unwrap(),
            ..GeneratorSettings::default()
        };
        let (rules, _) = read_settings(&settings);
        let mut data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
        rules.inherit(id, &mut data, body);
        let mut inventory = Inventory::default();
        for id in ["both/index.md", "both/README.md"] {
            inventory.insert_page(id);
        }
        let date = data.text("date").and_then(|date| parse_date(&date));
        let file = PageSource { date, ..PageSource::complete(id, &data, &inventory) };
        if rules.excludes(id) {
            return "excluded".to_owned();
        }
        match rules.resolve_page(&file) {
            PageOutcome::Page(page) => page.path,
            PageOutcome::Skipped(reason) => format!("{reason:?}"),
        }
    }

    #[test]
    fn resolves_paths_as_mkdocs_does() {
        let blog = "plugins:\n  - search\n  - blog:\n      post_url_format: '{date}/{categories}/{slug}'\n";
        let tags = "markdown_extensions:\n  - toc:\n      slugify: !!python/object/apply:pymdownx.slugs.slugify\n        kwds: {case: lower}\n  - emoji: {x: !!python/name:a.b }\nsite_name: !ENV [NAME, 'x']\n";
        let cases = [
            ("", "index.md", "", "", "/"),
            ("", "a/My Page.md", "", "", "/a/My%20Page/"),
            ("", "a/README.md", "", "", "/a/"),
            ("", "both/README.md", "", "", "NotAPage"),
            ("use_directory_urls: false", "a/b.md", "", "", "/a/b.html"),
            ("use_directory_urls: false", "a/index.md", "", "", "/a/"),
            ("exclude_docs: |\n  /a/\n  *.tmp.md\n", "a/b.md", "", "", "excluded"),
            ("exclude_docs: |\n  /a/\n  *.tmp.md\n", "b/x.tmp.md", "", "", "excluded"),
            (tags, "x.md", "", "", "/x/"),
            ("plugins: [blog]", "blog/index.md", "", "", "List"),
            (
                "plugins: [blog]",
                "blog/posts/x.md",
                "date: 2024-03-05",
                "# A `Title` & *more*\n",
                "/blog/2024/03/05/a-title--more/",
            ),
            (
                "plugins: [blog]",
                "blog/posts/x.md",
                "date: {created: 2024-03-05}\nslug: own",
                "",
                "/blog/2024/03/05/own/",
            ),
            (
                blog,
                "blog/posts/x.md",
                "date: 2024-03-05\ntitle: T\ncategories: [A B, C]",
                "",
                "/blog/2024/03/05/a-b/t/",
            ),
            (
                "plugins: [{blog: {blog_dir: ., post_url_format: '{slug}'}}]",
                "posts/x.md",
                "date: 2024-03-05\ntitle: T",
                "",
                "/t/",
            ),
        ];
        for (config, id, front_matter, body, expected) in cases {
            assert_eq!(
                resolve_page(config, id, front_matter, body),
                expected,
                "{config} {id} {front_matter}"
            );
        }
    }

    #[test]
    fn formats_dates_and_selects_anchors_by_settings() {
        let date = parse_date("2024-03-05").unwrap().civil();
        for (format, expected) in [("yyyy/MM/dd", "2024/03/05"), ("yyyy", "2024"), ("yyyy/M", "2024/3")] {
            assert_eq!(format_date(date, format), expected, "{format}");
        }
        assert_eq!(anchors("  slugify: !!python/object/apply:pymdownx.slugs.slugify"), AnchorStyle::PyMdown);
        assert_eq!(
            anchors("  slugify: !!python/name:markdown.extensions.toc.slugify_unicode"),
            AnchorStyle::PythonUnicode
        );
        assert_eq!(anchors("site_name: x"), AnchorStyle::Python);
    }
}
