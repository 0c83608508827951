//! Tests of `MkDocs`' rules.

use super::*;
use crate::content::date::parse_date;
use crate::content::inventory::Inventory;

fn resolve_page(config: &str, id: &str, front_matter: &str, body: &str) -> String {
    let yaml = without_tags(config);
    let settings = GeneratorSettings {
        data: Data::parse(&yaml, DataFormat::Yaml).unwrap(),
        ..GeneratorSettings::default()
    };
    let (rules, _) = read_settings(&settings).unwrap();
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
        assert_eq!(resolve_page(config, id, front_matter, body), expected, "{config} {id} {front_matter}");
    }
}

#[test]
fn formats_dates_and_selects_anchors_by_settings() {
    let date = parse_date("2024-03-05").unwrap().civil();
    for (format, expected) in [("yyyy/MM/dd", "2024/03/05"), ("yyyy", "2024"), ("yyyy/M", "2024/3")] {
        assert_eq!(format_date(date, format), expected, "{format}");
    }
    for (extensions, expected) in [
        (
            "[{toc: {slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}}}]",
            AnchorStyle::PyMdown,
        ),
        (
            "{toc: {slugify: !!python/name:markdown.extensions.toc.slugify_unicode}}",
            AnchorStyle::PythonUnicode,
        ),
        ("[toc, {pymdownx.tabbed: {slugify: !!python/name:pymdownx.slugs.uslugify}}]", AnchorStyle::Python),
        ("[]", AnchorStyle::Python),
    ] {
        let config =
            Data::parse(&without_tags(&format!("markdown_extensions: {extensions}")), DataFormat::Yaml)
                .unwrap();
        assert_eq!(Extensions::read(&config).anchors(), expected, "{extensions}");
    }
}

/// The rules and the page of each of these files of a site.
fn site(files: &[(&str, &str)], ids: &[&str]) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let file = dir.path().join(files[0].0);
    let settings = GeneratorSettings {
        site_dir: file.parent().unwrap().to_owned(),
        data: Data::parse(&without_tags(files[0].1), DataFormat::Yaml).unwrap(),
        file: Some(file),
        ..GeneratorSettings::default()
    };
    let (rules, _) = read_settings(&settings).unwrap();
    let read = |id: &&str| {
        if rules.excludes(id) {
            return "excluded".to_owned();
        }
        let mut data = Data::default();
        rules.inherit(id, &mut data, "");
        let inventory = Inventory::default();
        let page = match rules.resolve_page(&PageSource::complete(id, &data, &inventory)) {
            PageOutcome::Page(page) => format!("{} {}", page.path, page.lang.unwrap_or_default()),
            PageOutcome::Skipped(reason) => format!("{reason:?}"),
        };
        let values = ["title", "draft", "tags"]
            .iter()
            .filter_map(|key| data.text(key).or_else(|| data.texts(key).first().cloned()));
        format!("{page} {}", values.collect::<Vec<_>>().join(" ")).trim_end().to_owned()
    };
    ids.iter().map(read).collect()
}

#[test]
fn settings_are_inherited() {
    let found = site(
        &[
            ("a/mkdocs.yml", "INHERIT: ../base.yml\nexclude_docs: |\n  *.tmp.md\n  !keep.tmp.md\n"),
            ("base.yml", "INHERIT: ./more/top.yml\nuse_directory_urls: false\nexclude_docs: none\n"),
            (
                "more/top.yml",
                "use_directory_urls: true\nplugins:\n  exclude: {glob: 'wip/*'}\nnav: [Own: x.md, Part: [Deep: y/z.md]]\n",
            ),
        ],
        &["x.md", "y/z.md", "b.tmp.md", "keep.tmp.md", "wip/a.md", "404.md"],
    );
    assert_eq!(
        found,
        ["/x.html  Own", "/y/z.html  Deep", "excluded", "/keep.tmp.html", "excluded", "NotAPage"]
    );
}

#[test]
fn folders_have_metadata() {
    let found = site(
        &[
            ("mkdocs.yml", "plugins: [meta]\n"),
            ("docs/.meta.yml", "tags: [all]\ntitle: Outer\n"),
            ("docs/a/b/.meta.yml", "title: Inner\ndraft: true\n"),
            ("docs/broken/.meta.yml", "a: [\n"),
        ],
        &["x.md", "a/x.md", "a/b/c/x.md", "broken/x.md"],
    );
    assert_eq!(
        found,
        ["/x/  Outer all", "/a/x/  Outer all", "/a/b/c/x/  Inner true all", "/broken/x/  Outer true all"]
    );
}

#[test]
fn languages_have_folders_of_pages() {
    let languages = "languages: [{locale: en, default: true}, {locale: fr}, {locale: de, build: false}]";
    let suffixes = format!("plugins: [{{i18n: {{{languages}}}}}]\n");
    let folders = format!("plugins: [{{i18n: {{docs_structure: folder, {languages}}}}}]\n");
    let found = site(
        &[("mkdocs.yml", &suffixes)],
        &["index.md", "a/b.fr.md", "a/index.fr.md", "a.en.md", "a.de.md", "a.b.md"],
    );
    assert_eq!(found, ["/ en", "/fr/a/b/ fr", "/fr/a/ fr", "/a/ en", "NotAPage", "/a.b/ en"]);
    let found = site(&[("mkdocs.yml", &folders)], &["en/index.md", "fr/a/b.md", "de/a.md", "en/a.fr.md"]);
    assert_eq!(found, ["/ en", "/fr/a/b/ fr", "NotAPage", "/a.fr/ en"]);
}
