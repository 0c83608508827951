//! Eleventy: pages where their files stand, permalinks as templates, data files of folders.

mod template;

use std::path::Path;

use serde_json::Value;

use self::template::Variables;
use super::globs::Globs;
use super::pattern::tidy_slashes;
use super::place::{Place, Placed, Placement, encode_path};
use super::project;
use super::script::Script;
use super::settings::{Facts, Settings};
use crate::content::anchor::AnchorStyle;
use crate::content::data::{Data, DataFormat};
use crate::content::date::{PostDate, parse_date};
use crate::content::date_keys::DateKeys;
use crate::content::inventory::Inventory;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::extension;
use crate::content::source_id::folder_and_stem;
use crate::content::template::Dialect;

/// What the names of a folder's data files end in.
const DATA_ENDINGS: [&str; 5] = [".11tydata.json", ".11tydata.js", ".11tydata.cjs", ".11tydata.mjs", ".json"];

/// Eleventy's settings that decide URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Rules {
    /// `dir.input`, after which the data file of all content is named.
    pub input: String,
    /// Files and folders that are no content, from the content directory on.
    pub ignored: Globs,
    /// `permalink` as global data.
    pub permalink: Option<String>,
    /// The Markdown of posts, with the ids that plugins give to headings.
    pub dialect: Dialect,
    /// The keys of dates.
    pub date_keys: DateKeys,
}

/// Whether the project needs Eleventy.
#[must_use]
pub(super) fn has_marks(site_dir: &Path) -> bool {
    project::depends_on(site_dir, "@11ty/eleventy")
}

/// The rules and facts that an `eleventy.config.js` makes.
#[must_use]
pub fn read(settings: &Settings) -> (Rules, Facts) {
    let script = Script::parse(&settings.script);
    let input = input_of(&script, &settings.site_dir);
    let global: Option<String> = script.global_data("permalink");
    let computed =
        script.mentions("permalink") && script.calls_with("addGlobalData", "permalink") && global.is_none()
            || computes_permalinks(&settings.site_dir.join(&input));
    let rules = Rules {
        ignored: ignored(&script, &settings.site_dir, &input),
        permalink: global,
        dialect: dialect(&script),
        date_keys: DateKeys { expiry: Vec::new(), publish: Vec::new(), ..DateKeys::common() },
        input: input.clone(),
    };
    let facts = Facts {
        base: base(&settings.site_dir.join(&input)),
        future: true,
        expired: true,
        content_folders: vec![if input.is_empty() { ".".to_owned() } else { input }],
        guess: if computed {
            project::guessed(
                "Eleventy's permalinks are made by a program: URLs are guessed to follow the folders",
            )
        } else {
            None
        },
        ..Facts::default()
    };
    (rules, facts)
}

/// The folder of the content: by the settings, else by the commands of the project.
fn input_of(script: &Script, site_dir: &Path) -> String {
    let by_settings = script.data().table("dir").text("input");
    let by_call = || script.arguments("setInputDirectory").first().map(|folder| (*folder).to_owned());
    let by_command = || {
        let commands = project::commands(site_dir);
        let command = commands.iter().find(|command| command.contains("eleventy"))?;
        let value = command.split("--input").nth(1)?.trim_start_matches(['=', ' ']);
        value.split_whitespace().next().map(str::to_owned)
    };
    let folder = by_settings.or_else(by_call).or_else(by_command).unwrap_or_default();
    project::folder_name(&folder).trim_start_matches('.').to_owned()
}

/// The address that sites keep in their global data, there being no setting for it.
fn base(input_dir: &Path) -> String {
    let files = project::files_below(&input_dir.join("_data"), &[".json", ".js", ".cjs", ".mjs"]);
    let named = files
        .iter()
        .filter(|(path, _)| matches!(path.split('.').next(), Some("site" | "metadata" | "meta" | "config")));
    let found = named.filter_map(|(path, text)| {
        let data = data_of(path, text);
        ["url", "baseUrl", "siteUrl", "site_url", "base"].iter().find_map(|key| data.text(key))
    });
    found.map(|url| super::settings::absolute_base(&url)).find(|base| !base.is_empty()).unwrap_or_default()
}

fn ignored(script: &Script, site_dir: &Path, input: &str) -> Globs {
    let dir = script.data().table("dir");
    let folder = |key: &str, call: &str, default: &str| {
        let set = dir.text(key).or_else(|| script.arguments(call).first().map(|folder| (*folder).to_owned()));
        project::folder_name(&set.unwrap_or_else(|| default.to_owned()))
    };
    let in_input = [
        folder("includes", "setIncludesDirectory", "_includes"),
        folder("layouts", "setLayoutsDirectory", "_includes"),
        folder("data", "setDataDirectory", "_data"),
    ];
    let output = folder("output", "setOutputDirectory", "_site");
    let mut lines: Vec<String> = in_input.iter().map(|folder| format!("/{folder}/")).collect();
    let from_root = std::fs::read_to_string(site_dir.join(".eleventyignore")).unwrap_or_default();
    let from_root = from_root.lines().map(str::to_owned).chain([format!("/{output}/")]);
    let by_calls = script.arguments("add").into_iter().map(str::to_owned);
    lines.extend(from_root.chain(by_calls).filter_map(|line| {
        let path = line.trim().trim_start_matches("./").trim_start_matches('/');
        let is_name = !path.trim_end_matches('/').contains('/') && !line.trim().starts_with(['/', '.']);
        if is_name {
            Some(line.clone())
        } else {
            project::below(path, input).map(|below| format!("/{below}"))
        }
    }));
    Globs::of_ignore_lines(&lines.join("\n"))
}

fn dialect(script: &Script) -> Dialect {
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

/// Whether a data file of a folder makes permalinks by a function.
fn computes_permalinks(input_dir: &Path) -> bool {
    let programs = project::files_below(input_dir, &[".11tydata.js", ".11tydata.cjs", ".11tydata.mjs"]);
    programs.iter().any(|(_, text)| text.contains("permalink") && Script::parse(text).computes("permalink"))
}

/// The values in a data file.
#[must_use]
pub(super) fn data_of(id: &str, text: &str) -> Data {
    if extension(id) == "json" {
        Data::parse(text, DataFormat::Json).unwrap_or_default()
    } else {
        Script::parse(text).data().clone()
    }
}

/// Whether the file gives values to a folder or to one page.
#[must_use]
pub(super) fn is_data(id: &str, input: &str) -> bool {
    let Some(name) = data_name(id) else { return false };
    // Any other JSON file may be something else.
    extension(id) != "json" || id.contains(".11tydata.") || name == folder_name(id, input)
}

/// The name of the folder or page that a data file is for.
fn data_name(id: &str) -> Option<&str> {
    let name = id.rsplit('/').next().unwrap_or(id);
    DATA_ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))
}

fn folder_name<'a>(id: &'a str, input: &'a str) -> &'a str {
    let folder = id.rsplit_once('/').map_or(input, |(folder, _)| folder);
    folder.rsplit('/').next().unwrap_or(folder)
}

impl Rules {
    pub(super) fn leaves_out(&self, id: &str) -> bool {
        self.ignored.fit(id)
    }

    /// Takes the values of data files: the page's own first, then those of the nearest folder. Tags are
    /// not among them, for a folder's tag only makes a collection of it.
    pub(super) fn inherit(&self, id: &str, own: &mut Data, inventory: &Inventory) {
        let (folder, stem) = folder_and_stem(id);
        let of_page = |file: &str| data_name(file) == Some(stem) && folder_and_stem(file).0 == folder;
        let files: Vec<_> = inventory.cascades_for(id).collect();
        let own_files = files.iter().filter(|(file, _)| of_page(file) && is_data(file, &self.input));
        let of_folders =
            files.iter().filter(|(file, _)| data_name(file) == Some(folder_name(file, &self.input)));
        for (_, cascade) in own_files.chain(of_folders) {
            for key in cascade.values.keys().filter(|key| *key != "tags") {
                if let Some(value) = cascade.values.get(key) {
                    own.set_default(key, value);
                }
            }
        }
        // `Last Modified`, `git Created`: only Eleventy knows when that was.
        let is_word = own
            .text("date")
            .is_some_and(|date| date.starts_with(|c: char| c.is_alphabetic()) && parse_date(&date).is_none());
        if is_word {
            let none = Data::parse("{\"date\": null}", DataFormat::Json).unwrap_or_default();
            own.override_with(&none);
        }
    }

    pub(super) fn place(&self, file: &Placed<'_>) -> Placement {
        let data = file.data;
        if data.get("pagination").is_some() {
            return Placement::Skipped(SkipReason::List);
        }
        let (folder, stem) = folder_and_stem(file.id);
        let in_path = date_in_path(file.id);
        let mut permalink = data.get("permalink").cloned();
        if let Some(build) = data.table("permalink").get("build") {
            permalink = Some(build.clone());
        }
        permalink = data.table("eleventyComputed").text("permalink").map(Value::String).or(permalink);
        let variables = Variables { file, date: file.date.or(in_path) };
        let written = match permalink {
            Some(Value::Bool(false) | Value::Object(_)) => return Placement::Skipped(SkipReason::NotAPage),
            Some(Value::String(template)) => variables.fill(&template),
            _ => self.permalink.as_deref().and_then(|template| variables.fill(template)),
        };
        let path = written.filter(|path| !path.is_empty()).unwrap_or_else(|| {
            let is_folders = stem == "index" || folder.rsplit('/').next() == Some(stem);
            if is_folders { format!("{folder}/") } else { format!("{folder}/{stem}/") }
        });
        let path = tidy_slashes(&path);
        let path =
            path.strip_suffix("/index.html").map_or_else(|| path.clone(), |folder| format!("{folder}/"));
        if path == "/" {
            return Placement::Skipped(SkipReason::List);
        }
        Placement::Page(Place {
            path: encode_path(&path),
            date: in_path,
            categories: file.inventory.category(file.id, "", "").into_iter().collect(),
            ..Place::default()
        })
    }
}

/// The first date in a path, in whatever part of it.
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

    fn rules(script: &str) -> Rules {
        let settings = Settings { script: script.to_owned(), ..Settings::default() };
        read(&settings).0
    }

    fn place(id: &str, front_matter: &str, files: &[(&str, &str)]) -> String {
        let rules = rules("export default { dir: { input: 'src' } }");
        let mut inventory = Inventory::default();
        for (id, text) in files {
            assert!(is_data(id, &rules.input), "{id}");
            inventory.insert_data(id, data_of(id, text));
        }
        let mut data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
        rules.inherit(id, &mut data, &inventory);
        let date = data.text("date").and_then(|date| parse_date(&date));
        let file =
            Placed { id, data: &data, date, inventory: &inventory, has_body: true, has_front_matter: true };
        match rules.place(&file) {
            Placement::Page(place) => place.path,
            Placement::Skipped(reason) => format!("{reason:?}"),
        }
    }

    #[test]
    fn paths_follow_eleventy() {
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
            assert_eq!(place(id, front_matter, &[]), expected, "{id} {front_matter}");
        }
    }

    #[test]
    fn data_files_give_values_to_their_folder() {
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
            assert_eq!(place(id, front_matter, &files), expected, "{id} {front_matter}");
        }
        assert!(
            is_data("posts/posts.json", "src")
                && is_data("a/x.11tydata.cjs", "src")
                && is_data("src.json", "src")
        );
        assert!(!is_data("posts/other.json", "src") && !is_data("posts/x.md", "src"));
    }

    #[test]
    fn includes_and_output_are_no_content() {
        let rules = rules(
            "export default { dir: { input: 'src', includes: '_parts' } }\nc.ignores.add('src/drafts/**');",
        );
        for (id, expected) in
            [("_parts/x.md", true), ("_data/x.md", true), ("drafts/x.md", true), ("posts/x.md", false)]
        {
            assert_eq!(rules.leaves_out(id), expected, "{id}");
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
