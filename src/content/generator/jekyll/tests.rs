use super::*;
use crate::content::data::DataFormat;
use crate::content::generator::page::resolve_alone;
use crate::content::inventory::Inventory;

fn parse(yaml: &str) -> Data {
    Data::parse(yaml, DataFormat::Yaml).unwrap()
}

/// The path of a page, or why it is skipped.
fn resolve(config: &str, id: &str, front_matter: &str) -> String {
    let rules = JekyllRules::from_config(&parse(config));
    if rules.excludes(id) {
        return "excluded".to_owned();
    }
    let mut data = parse(front_matter);
    rules.inherit(id, &mut data, "");
    resolve_alone(id, &data, |file| rules.resolve_page(file)).map_or_else(|reason| reason, |page| page.path)
}

#[test]
fn resolves_paths_as_jekyll_does() {
    let cases = [
        ("date", "_posts/2024-03-05-a-title.md", "", "/2024/03/05/a-title.html"),
        ("pretty", "en/news/_posts/2024-03-05-a-title.md", "", "/en/news/2024/03/05/a-title/"),
        ("ordinal", "_posts/2024-03-05-x.md", "", "/2024/065/x.html"),
        ("weekdate", "_posts/2024-03-05-x.md", "", "/2024/W10/Tue/x.html"),
        ("none", "_posts/2024-03-05-x.md", "categories: [One, Two words]", "/one/two%20words/x.html"),
        (
            "none",
            "_posts/2024-03-05-x.md",
            "categories: One Two\ncategory: New one",
            "/one/two/new%20one/x.html",
        ),
        ("none", "one/_posts/2024-03-05-x.md", "categories: [One, one]", "/one/x.html"),
        ("/blog/:i_month/:slug/", "_posts/2024-03-05-X.y.md", "", "/blog/3/x-y/"),
        ("pretty", "_posts/2024-03-05-x.md", "date: 2025-01-02 03:04:05 +0000", "/2025/01/02/x/"),
        ("pretty", "_posts/2024-03-05-x.md", "permalink: /own/:title.html", "/own/x.html"),
        ("pretty", "_posts/2024-3-5-x.md", "", "/2024/03/05/x/"),
        ("pretty", "_posts/24-3-5-x..md", "", "/2024/03/05/x/"),
        ("pretty", "about.md", "", "/about/"),
        ("date", "about.md", "", "/about.html"),
        ("date", "about...md", "", "/about.html"),
        ("pretty", "a/b/index.md", "", "/a/b/"),
        ("pretty", "index.md", "", "List"),
        ("pretty", "404.md", "permalink: /404.html", "/404.html"),
        ("pretty", "_includes/x.md", "", "excluded"),
        ("pretty", "vendor/bundle/x.md", "", "excluded"),
        ("pretty", "_posts/no-date.md", "", "NotAPage"),
        ("pretty", "x.md", "published: false", "NotAPage"),
        ("pretty", "x.md", "published: Off", "NotAPage"),
        ("pretty", "_posts/2024-03-05-x.md", "published: no", "NotAPage"),
        ("pretty", "_posts/2024-03-05-x.md", "published:", "NotAPage"),
        ("pretty", "_posts/2024-03-05-x.md", "published: on", "/2024/03/05/x/"),
    ];
    for (style, id, front_matter, expected) in cases {
        assert_eq!(
            resolve(&format!("permalink: {style}\n"), id, front_matter),
            expected,
            "{style} {id} {front_matter}"
        );
    }
}

#[test]
fn collections_dir_is_no_part_of_urls() {
    let config = "collections_dir: all\n\
        collections: {tools: {output: yes}, notes: {output: off}}\n\
        defaults: [{scope: {path: all/_posts/held}, values: {published: no}}]\n";
    for (id, expected) in [
        ("all/_posts/2024-03-05-x.md", "/2024/03/05/x.html"),
        ("all/news/_posts/2024-03-05-x.md", "/news/2024/03/05/x.html"),
        ("all/_posts/held/2024-03-05-x.md", "NotAPage"),
        ("all/_tools/saws/2024-03-05-x.md", "/tools/saws/2024-03-05-x.html"),
        ("all/_notes/x.md", "NotAPage"),
        ("_posts/2024-03-05-x.md", "excluded"),
        ("all/x.md", "/all/x.html"),
    ] {
        assert_eq!(resolve(config, id, ""), expected, "{id}");
    }
}

#[test]
fn unpublished_posts_are_rendered_if_the_site_says_so() {
    let path = resolve("unpublished: yes\n", "_posts/2024-03-05-x.md", "published: false");
    assert_eq!(path, "/2024/03/05/x.html");
    let rules = JekyllRules::from_config(&parse("unpublished: true\n"));
    let mut data = parse("published: false");
    rules.inherit("_posts/2024-03-05-x.md", &mut data, "");
    assert_eq!(data.flag("published"), Some(true));
}

#[test]
fn categories_of_defaults_and_of_the_post_are_joined() {
    let config = "permalink: none\ndefaults: [{values: {categories: [log], tags: a b}}]\n";
    assert_eq!(resolve(config, "_posts/2024-03-05-x.md", "categories: [log, wood]"), "/log/wood/x.html");
    let rules = JekyllRules::from_config(&parse(config));
    let mut data = Data::default();
    rules.inherit("_posts/2024-03-05-x.md", &mut data, "");
    assert_eq!(
        (data.texts("tags"), data.texts("categories")),
        (["a", "b"].map(str::to_owned).to_vec(), vec!["log".to_owned()])
    );
}

#[test]
fn a_post_needs_no_front_matter_and_other_files_do() {
    let rules = JekyllRules::from_config(&parse("collections: {tools: {output: true}}\n"));
    let (data, inventory) = (Data::default(), Inventory::default());
    for (id, is_page) in [
        ("_posts/2024-03-05-x.md", true),
        ("_posts/2024-03-05-x.html", true),
        ("_drafts/x.md", true),
        ("_tools/x.md", false),
        ("x.md", false),
    ] {
        let file = PageSource { has_front_matter: false, ..PageSource::complete(id, &data, &inventory) };
        assert_eq!(matches!(rules.resolve_page(&file), PageOutcome::Page(_)), is_page, "{id}");
    }
}

#[test]
fn plugins_make_pages_of_files_without_front_matter() {
    let plugins =
        JekyllPlugins { optional_front_matter: true, readme_index: true, ..JekyllPlugins::default() };
    let rules = JekyllRules { plugins, ..JekyllRules::default() };
    let (data, mut inventory) = (Data::default(), Inventory::default());
    for id in ["README.md", "a/README.md", "b/README.md", "b/index.md"] {
        inventory.insert_page(id);
    }
    for (id, expected) in [
        ("x.md", "/x.html"),
        ("a/readme.md", "/a/"),
        ("b/README.md", "-"),
        ("a/License.md", "-"),
        ("x.html", "-"),
        ("README.md", "-"),
    ] {
        let file = PageSource { has_front_matter: false, ..PageSource::complete(id, &data, &inventory) };
        let path = match rules.resolve_page(&file) {
            PageOutcome::Page(page) => page.path,
            PageOutcome::Skipped(_) => "-".to_owned(),
        };
        assert_eq!(path, expected, "{id}");
    }
}

#[test]
fn documents_without_a_title_are_named_after_their_slug() {
    let plugins = JekyllPlugins { titles_from_headings: true, ..JekyllPlugins::default() };
    let with_plugin = JekyllRules { plugins, ..JekyllRules::default() };
    let in_collections = JekyllPlugins { titles_in_collections: true, ..plugins };
    let in_collections = JekyllRules { plugins: in_collections, ..JekyllRules::default() };
    let rules = JekyllRules::from_config(&parse("collections: [tools]\n"));
    for (rules, id, front_matter, expected) in [
        (&rules, "_posts/2024-03-05-a-small-SAW.md", "", Some("A Small Saw")),
        (&rules, "_posts/2024-03-05-a-small-saw.md", "title: Own", Some("Own")),
        (&rules, "_posts/2024-03-05-a-small-saw.md", "slug: other", Some("A Small Saw")),
        (&rules, "_tools/2024-03-05-band_saw.md", "", Some("Band_saw")),
        (&rules, "a-page.md", "", None),
        (&with_plugin, "a-page.md", "", Some("First head")),
        (&with_plugin, "_posts/2024-03-05-saw.md", "", Some("Saw")),
        (&in_collections, "_posts/2024-03-05-saw.md", "title: Own", Some("First head")),
    ] {
        let mut data = parse(front_matter);
        rules.inherit(id, &mut data, "## First head\n\nText");
        assert_eq!(data.text("title").as_deref(), expected, "{id}");
    }
}

#[test]
fn the_source_folder_is_the_content_directory() {
    let dir = tempfile::tempdir().unwrap();
    let folders = |config: &str| {
        let settings = GeneratorSettings {
            site_dir: dir.path().to_owned(),
            data: parse(config),
            ..GeneratorSettings::default()
        };
        read_settings(&settings).unwrap().1.content_folders
    };
    std::fs::create_dir_all(dir.path().join("content/_posts")).unwrap();
    assert_eq!(folders(""), ["."]);
    assert_eq!(folders("source: src"), ["src", "."]);
    std::fs::create_dir(dir.path().join("content/_includes")).unwrap();
    assert_eq!(folders(""), ["content", "."]);
    std::fs::create_dir(dir.path().join("_layouts")).unwrap();
    assert_eq!(folders(""), ["."]);
    for (config, expected) in [
        ("destination: public", "public"),
        ("destination: ./docs/out/\nsource: docs", "out"),
        ("destination: ../out\nsource: docs", "_site"),
        ("destination: docs-out\nsource: docs", "_site"),
        ("", "_site"),
    ] {
        assert_eq!(JekyllRules::from_config(&parse(config)).destination, expected, "{config}");
    }
}
