//! Eleventy: URLs follow the paths of files, unless a permalink template or a data file sets them.

mod template;

use std::path::Path;

use serde_json::Value;

use self::template::TemplateContext;
use super::folders;
use super::globs::GlobList;
use super::js_project;
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::script::{ParsedScript, exported_values};
use super::settings::{GeneratorSettings, SiteDefaults, guessed_urls_note};
use crate::content::anchor::AnchorStyle;
use crate::content::data::{Data, DataError, DataFormat};
use crate::content::date::{PostDate, parse_date};
use crate::content::date_keys::DateKeys;
use crate::content::generator::site_files;
use crate::content::inventory::Inventory;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::extension;
use crate::content::source_id::folder_and_stem;
use crate::content::template::Dialect;
use crate::content::unknown_values::ValueScope;

/// Endings of the names of data files.
const DATA_ENDINGS: [&str; 5] = [".11tydata.json", ".11tydata.js", ".11tydata.cjs", ".11tydata.mjs", ".json"];

/// Eleventy's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct EleventyRules {
    /// `dir.input`; the data file for all content has the name of this folder.
    pub input: String,
    /// Patterns of files that are not content, relative to the content directory.
    pub ignored: GlobList,
    /// `permalink` as global data.
    pub permalink: Option<String>,
    /// The Markdown dialect of posts, including the style of heading ids.
    pub dialect: Dialect,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

/// Returns whether the project depends on Eleventy.
#[must_use]
pub(super) fn matches_project(site_dir: &Path) -> bool {
    js_project::depends_on(site_dir, "@11ty/eleventy")
}

/// Reads the rules and the site's defaults from `eleventy.config.js`.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (EleventyRules, SiteDefaults) {
    let script = ParsedScript::parse(&settings.script);
    let input = input_of(&script, &settings.site_dir);
    let global: Option<String> = script.global_data("permalink");
    let computed =
        script.mentions("permalink") && script.calls_with("addGlobalData", "permalink") && global.is_none()
            || computes_permalinks(&settings.site_dir.join(&input));
    let rules = EleventyRules {
        ignored: ignored(&script, &settings.site_dir, &input),
        permalink: global,
        dialect: dialect(&script),
        date_keys: DateKeys { expiry: Vec::new(), publish: Vec::new(), ..DateKeys::common() },
        input: input.clone(),
    };
    let defaults = SiteDefaults {
        base: base_url(&settings.site_dir.join(&input)),
        future: true,
        expired: true,
        content_folders: vec![if input.is_empty() { ".".to_owned() } else { input }],
        note: computed.then(|| {
            guessed_urls_note(
                "URLs are guessed by folder: JavaScript code computes the permalinks of this Eleventy site",
            )
        }),
        ..SiteDefaults::default()
    };
    (rules, defaults)
}

/// Returns the content folder: by the settings, else by the `scripts` of `package.json`.
fn input_of(script: &ParsedScript, site_dir: &Path) -> String {
    let by_settings = script.data().table("dir").text("input");
    let by_call = || script.first_arguments("setInputDirectory").first().map(|folder| (*folder).to_owned());
    let by_command = || {
        let commands = js_project::commands(site_dir);
        let command = commands.iter().find(|command| command.contains("eleventy"))?;
        let value = command.split("--input").nth(1)?.trim_start_matches(['=', ' ']);
        value.split_whitespace().next().map(str::to_owned)
    };
    let folder = by_settings.or_else(by_call).or_else(by_command).unwrap_or_default();
    folders::folder_name(&folder).trim_start_matches('.').to_owned()
}

/// Returns the base URL, which Eleventy sites keep in global data because there is no setting for it.
fn base_url(input_dir: &Path) -> String {
    let files = site_files::files_below(&input_dir.join("_data"), &[".json", ".js", ".cjs", ".mjs"]);
    let named = files
        .iter()
        .filter(|(path, _)| matches!(path.split('.').next(), Some("site" | "metadata" | "meta" | "config")));
    let found = named.filter_map(|(path, text)| {
        let data = parse_data_file(path, text).ok()?;
        ["url", "baseUrl", "siteUrl", "site_url", "base"].iter().find_map(|key| data.text(key))
    });
    found.map(|url| super::settings::absolute_base(&url)).find(|base| !base.is_empty()).unwrap_or_default()
}

/// Returns the patterns of files that Eleventy ignores, relative to the content directory.
fn ignored(script: &ParsedScript, site_dir: &Path, input: &str) -> GlobList {
    let dir = script.data().table("dir");
    let folder = |key: &str, call: &str, default: &str| {
        let set =
            dir.text(key).or_else(|| script.first_arguments(call).first().map(|folder| (*folder).to_owned()));
        folders::folder_name(&set.unwrap_or_else(|| default.to_owned()))
    };
    let in_input = [
        folder("includes", "setIncludesDirectory", "_includes"),
        folder("layouts", "setLayoutsDirectory", "_includes"),
        folder("data", "setDataDirectory", "_data"),
    ];
    let output = folder("output", "setOutputDirectory", "_site");
    let mut lines: Vec<String> = in_input.iter().map(|folder| format!("/{folder}/")).collect();
    let path = site_dir.join(".eleventyignore");
    let from_root = site_files::read_text(&path).unwrap_or_default();
    let from_root = from_root.lines().map(str::to_owned).chain([format!("/{output}/")]);
    let by_calls = script.first_arguments("add").into_iter().map(str::to_owned);
    lines.extend(from_root.chain(by_calls).filter_map(|line| {
        let path = line.trim().trim_start_matches("./").trim_start_matches('/');
        let is_name = !path.trim_end_matches('/').contains('/') && !line.trim().starts_with(['/', '.']);
        if is_name {
            Some(line.clone())
        } else {
            folders::below(path, input).map(|below| format!("/{below}"))
        }
    }));
    GlobList::from_ignore_lines(&lines.join("\n"))
}

/// Returns the Markdown dialect by the plugins that the settings mention.
fn dialect(script: &ParsedScript) -> Dialect {
    let anchors = if script.mentions("IdAttributePlugin") {
        AnchorStyle::EleventyIds
    } else if script.mentions("markdown-it-anchor") {
        let is_own = script.computes("slugify") || script.mentions("slugify");
        if is_own { AnchorStyle::MarkdownItSlugify } else { AnchorStyle::MarkdownItAnchor }
    } else {
        AnchorStyle::None
    };
    if script.data().flag("markdownTemplateEngine") == Some(false) {
        Dialect::Plain(anchors)
    } else {
        Dialect::Eleventy(anchors)
    }
}

/// Returns whether a data file computes permalinks by a function.
fn computes_permalinks(input_dir: &Path) -> bool {
    let programs = site_files::files_below(input_dir, &[".11tydata.js", ".11tydata.cjs", ".11tydata.mjs"]);
    programs
        .iter()
        .any(|(_, text)| text.contains("permalink") && ParsedScript::parse(text).computes("permalink"))
}

/// Returns the values in a data file.
///
/// # Errors
/// If the text is not valid JSON.
pub(super) fn parse_data_file(id: &str, text: &str) -> Result<Data, DataError> {
    if extension(id) == "json" { Data::parse(text, DataFormat::Json) } else { Ok(exported_values(text)) }
}

/// Returns the pages to which a data file passes values; `None` if it is no data file.
#[must_use]
pub(super) fn value_scope(id: &str, input: &str) -> Option<ValueScope> {
    let target = data_target(id).filter(|_| is_data_file(id, input))?;
    Some(if target == folder_name(id, input) { ValueScope::Folder } else { ValueScope::Page })
}

/// Returns whether a file is a data file, of a folder or of one page.
#[must_use]
pub(super) fn is_data_file(id: &str, input: &str) -> bool {
    let Some(name) = data_target(id) else { return false };
    // A JSON file with another name may have another purpose.
    extension(id) != "json" || id.contains(".11tydata.") || name == folder_name(id, input)
}

/// Returns the name of the folder or page that a data file is for.
fn data_target(id: &str) -> Option<&str> {
    let name = id.rsplit('/').next().unwrap_or(id);
    DATA_ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))
}

/// Returns the name of a file's folder; for a file at the root, that of the content folder.
fn folder_name<'a>(id: &'a str, input: &'a str) -> &'a str {
    let folder = id.rsplit_once('/').map_or(input, |(folder, _)| folder);
    folder.rsplit('/').next().unwrap_or(folder)
}

impl EleventyRules {
    pub(super) fn excludes(&self, id: &str) -> bool {
        self.ignored.matches(id)
    }

    /// Adds the values of data files: first those of the page, then those of its folders, the nearest first.
    /// `tags` are not inherited, because a folder's tag only defines a collection.
    pub(super) fn inherit(&self, id: &str, own: &mut Data, inventory: &Inventory) {
        let (folder, stem) = folder_and_stem(id);
        let of_page = |file: &str| data_target(file) == Some(stem) && folder_and_stem(file).0 == folder;
        let own_files = inventory.cascades_of(folder, &format!("{stem}."));
        let own_files =
            own_files.into_iter().filter(|(file, _)| of_page(file) && is_data_file(file, &self.input));
        let folders = id.rmatch_indices('/').map(|(at, _)| &id[..at]).chain([""]);
        let of_folders = folders.flat_map(|folder| {
            let name = if folder.is_empty() { self.input.as_str() } else { folder };
            let name = name.rsplit('/').next().unwrap_or(name);
            inventory.cascades_of(folder, &format!("{name}."))
        });
        let of_folders =
            of_folders.filter(|(file, _)| data_target(file) == Some(folder_name(file, &self.input)));
        for (_, cascade) in own_files.chain(of_folders) {
            own.set_defaults(
                cascade.values.entries().filter(|(key, value)| *key != "tags" && !value.is_null()),
            );
        }
        // Words such as `Last Modified` and `git Created` are dates that only Eleventy can compute.
        let is_word = own
            .text("date")
            .is_some_and(|date| date.starts_with(|c: char| c.is_alphabetic()) && parse_date(&date).is_none());
        if is_word {
            let none = Data::parse("{\"date\": null}", DataFormat::Json).unwrap_or_default();
            own.override_with(&none);
        }
    }

    pub(super) fn resolve_page(&self, file: &PageSource<'_>) -> PageOutcome {
        let data = file.data;
        if data.get("pagination").is_some() {
            return PageOutcome::Skipped(SkipReason::List);
        }
        let (folder, stem) = folder_and_stem(file.id);
        let in_path = date_in_path(file.id);
        let mut permalink = data.get("permalink").cloned();
        if let Some(build) = data.table("permalink").get("build") {
            permalink = Some(build.clone());
        }
        permalink = data.table("eleventyComputed").text("permalink").map(Value::String).or(permalink);
        let context = TemplateContext { file, date: file.date.or(in_path) };
        let written = match permalink {
            Some(Value::Bool(false) | Value::Object(_)) => return PageOutcome::Skipped(SkipReason::NotAPage),
            Some(Value::String(template)) => context.render(&template),
            _ => self.permalink.as_deref().and_then(|template| context.render(template)),
        };
        let path = written.filter(|path| !path.is_empty()).unwrap_or_else(|| {
            let is_folders = stem == "index" || folder.rsplit('/').next() == Some(stem);
            if is_folders { format!("{folder}/") } else { format!("{folder}/{stem}/") }
        });
        let path = normalize_slashes(&path);
        let path =
            path.strip_suffix("/index.html").map_or_else(|| path.clone(), |folder| format!("{folder}/"));
        if path == "/" {
            return PageOutcome::Skipped(SkipReason::List);
        }
        PageOutcome::Page(GeneratedPage {
            path: encode_path(&path),
            date: in_path,
            categories: file.inventory.category(file.id, "", "").into_iter().collect(),
            ..GeneratedPage::default()
        })
    }
}

/// Returns the first date anywhere in a path.
fn date_in_path(id: &str) -> Option<PostDate> {
    let is_date = |text: &str| {
        let digits = |range: std::ops::Range<usize>| text.as_bytes()[range].iter().all(u8::is_ascii_digit);
        digits(0..4) && &text[4..5] == "-" && digits(5..7) && &text[7..8] == "-" && digits(8..10)
    };
    let starts =
        (0..id.len().saturating_sub(9)).filter_map(|at| id.get(at..at + 10).filter(|text| text.is_ascii()));
    starts.filter(|text| is_date(text)).find_map(parse_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(script: &str) -> EleventyRules {
        let settings = GeneratorSettings { script: script.to_owned(), ..GeneratorSettings::default() };
        read_settings(&settings).0
    }

    fn resolve_page(id: &str, front_matter: &str, files: &[(&str, &str)]) -> String {
        let rules = rules("export default { dir: { input: 'src' } }");
        let mut inventory = Inventory::default();
        for (id, text) in files {
            assert!(is_data_file(id, &rules.input), "{id}");
            inventory.insert_data(id, parse_data_file(id, text).unwrap());
        }
        let mut data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
        rules.inherit(id, &mut data, &inventory);
        let date = data.text("date").and_then(|date| parse_date(&date));
        let file = PageSource { date, ..PageSource::complete(id, &data, &inventory) };
        match rules.resolve_page(&file) {
            PageOutcome::Page(page) => page.path,
            PageOutcome::Skipped(reason) => format!("{reason:?}"),
        }
    }

    #[test]
    fn resolves_paths_as_eleventy_does() {
        let cases = [
            ("posts/a b.md", "", "/posts/a%20b/"),
            ("posts/2024-01-02-x.md", "", "/posts/2024-01-02-x/"),
            ("posts/x/index.md", "", "/posts/x/"),
            ("posts/posts.md", "", "/posts/"),
            ("index.md", "", "List"),
            ("x.md", "permalink: false", "NotAPage"),
            ("x.md", "permalink: {build: /b/}", "/b/"),
            ("x.md", "permalink: own/index.html", "/own/"),
            ("x.md", "permalink: /own.html", "/own.html"),
            ("blog/2024-01-02-x.md", "permalink: '/{{ page.fileSlug }}/'", "/x/"),
            (
                "blog/2024-01-02-x.md",
                "permalink: \"/{{ page.date | date: '%Y/%m' }}/{{ page.fileSlug }}/\"",
                "/2024/01/x/",
            ),
            ("blog/x.md", "permalink: '{{ something | odd }}'", "/blog/x/"),
            ("x.md", "pagination: {data: posts}", "List"),
            ("x.md", "date: Last Modified", "/x/"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(resolve_page(id, front_matter, &[]), expected, "{id} {front_matter}");
        }
    }

    #[test]
    fn data_files_set_values_for_their_folder() {
        let files = [
            ("posts/posts.json", r#"{"permalink": "/blog/{{ page.fileSlug }}/", "tags": "posts"}"#),
            ("posts/deep/deep.11tydata.js", "export default { permalink: '/deep/{{ title | slugify }}/' };"),
            ("posts/one.11tydata.json", r#"{"permalink": "/one/"}"#),
            ("src.json", r#"{"permalink": "/all/{{ page.fileSlug }}/"}"#),
        ];
        let cases = [
            ("posts/x.md", "", "/blog/x/"),
            ("posts/x.md", "permalink: /own/", "/own/"),
            ("posts/one.md", "", "/one/"),
            ("posts/deep/x.md", "title: A Title", "/deep/a-title/"),
            ("about.md", "", "/all/about/"),
        ];
        for (id, front_matter, expected) in cases {
            assert_eq!(resolve_page(id, front_matter, &files), expected, "{id} {front_matter}");
        }
        assert!(
            is_data_file("posts/posts.json", "src")
                && is_data_file("a/x.11tydata.cjs", "src")
                && is_data_file("src.json", "src")
        );
        assert!(!is_data_file("posts/other.json", "src") && !is_data_file("posts/x.md", "src"));
    }

    #[test]
    fn excludes_includes_and_ignored_files() {
        let rules = rules(
            "export default { dir: { input: 'src', includes: '_parts' } }\nc.ignores.add('src/drafts/**');",
        );
        for (id, expected) in
            [("_parts/x.md", true), ("_data/x.md", true), ("drafts/x.md", true), ("posts/x.md", false)]
        {
            assert_eq!(rules.excludes(id), expected, "{id}");
        }
        let anchors = |script| super::tests::rules(script).dialect;
        assert_eq!(anchors(""), Dialect::Eleventy(AnchorStyle::None));
        assert_eq!(
            anchors("import a from 'markdown-it-anchor'"),
            Dialect::Eleventy(AnchorStyle::MarkdownItAnchor)
        );
        assert_eq!(anchors("c.addPlugin(IdAttributePlugin)"), Dialect::Eleventy(AnchorStyle::EleventyIds));
        assert_eq!(
            anchors("export default { markdownTemplateEngine: false }"),
            Dialect::Plain(AnchorStyle::None)
        );
    }
}
