//! Tests of Eleventy's rules.

use super::*;
use crate::content::anchor::AnchorStyle;
use crate::content::generator::settings::GeneratorSettings;

/// Returns the rules of a site whose content folder is `src` and that has this code in its configuration.
pub(super) fn rules(script: &str) -> EleventyRules {
    let own = if script.contains("dir:") { "" } else { "export const config = { dir: { input: 'src' } };" };
    let script = format!("{script}\n{own}");
    let settings = GeneratorSettings { script, ..GeneratorSettings::default() };
    read_settings(&settings).0
}

fn resolve_page(id: &str, front_matter: &str, files: &[(&str, &str)]) -> String {
    let rules = rules("");
    let mut inventory = Inventory::default();
    for (id, text) in files {
        assert!(rules.is_data_file(id), "{id}");
        inventory.insert_data(id, rules.parse_data_file(id, text).unwrap());
    }
    let mut data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
    rules.inherit(id, &mut data, "", &inventory);
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
    for (used, expected) in [
        ("use(anchor)", AnchorStyle::MarkdownItAnchor),
        ("use(anchor, { level: 2 })", AnchorStyle::MarkdownItAnchor),
        ("set({ typographer: true }).use(anchor)", AnchorStyle::MarkdownItAnchorSmart),
        ("set({ typographer: false }).use(anchor)", AnchorStyle::MarkdownItAnchor),
        ("use(anchor, { slugify })", AnchorStyle::MarkdownItSlugify),
        ("use(anchor, { slugify: (text) => slug(text) })", AnchorStyle::MarkdownItSlugify),
        ("use(anchor, options)", AnchorStyle::MarkdownItSlugify),
    ] {
        let script = format!(
            "import anchor from 'markdown-it-anchor'\nc.addFilter('slugify', f)\nc.amendLibrary('md', (m) => m.{used})"
        );
        assert_eq!(super::tests::rules(&script).dialect, Dialect::Eleventy(expected), "{used}");
    }
    assert_eq!(anchors("c.addPlugin(IdAttributePlugin)"), Dialect::Eleventy(AnchorStyle::EleventyIds));
    assert_eq!(
        anchors("export default { markdownTemplateEngine: false }"),
        Dialect::Plain(AnchorStyle::None)
    );
}
