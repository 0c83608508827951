//! Tests of Docusaurus' rules.

use super::*;
use crate::content::inventory::Inventory;

const CONFIG: &str = "const config = { url: 'https://a.org', baseUrl: '/b/', i18n: { defaultLocale: 'en', locales: ['en', 'fr'] },\n\
    presets: [['classic', ({ docs: { routeBasePath: 'guide' }, blog: { path: './posts' } })]],\n\
    plugins: [['@docusaurus/plugin-content-blog', { id: 'news', path: 'news', routeBasePath: '/n' }], 'other'] };\nmodule.exports = config;";

fn rules(script: &str) -> (DocusaurusRules, SiteDefaults) {
    read_settings(&GeneratorSettings { script: script.to_owned(), ..GeneratorSettings::default() })
}

fn resolve_page(rules: &DocusaurusRules, id: &str, front_matter: &str) -> String {
    let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
    if rules.excludes(id) {
        return "excluded".to_owned();
    }
    let mut inventory = Inventory::default();
    for id in [
        "posts/2019-05-28-first.md",
        "news/x.md",
        "docs/01-intro.md",
        "docs/x.md",
        "versioned_docs/version-2.0/a.md",
    ] {
        inventory.insert_page(id);
    }
    match rules.resolve_page(&PageSource::complete(id, &data, &inventory)) {
        PageOutcome::Page(page) => {
            let date = page.date.map(|date| format!(" {}", date.day())).unwrap_or_default();
            let lang = page.lang.map(|lang| format!(" {lang}")).unwrap_or_default();
            format!("{}{}{date}{lang}", page.base.unwrap_or_default(), page.path)
        }
        PageOutcome::Skipped(reason) => format!("{reason:?}"),
    }
}

#[test]
fn resolves_paths_as_docusaurus_does() {
    let (rules, defaults) = rules(CONFIG);
    assert_eq!((defaults.base.as_str(), defaults.language.as_deref()), ("https://a.org/b", Some("en")));
    let cases = [
        ("posts/2019-05-28-first.md", "", "/blog/2019/05/28/first 2019-05-28"),
        ("posts/2019-05-30-bundle/index.md", "", "/blog/2019/05/30/bundle 2019-05-30"),
        ("posts/2019/05/31/slashes.md", "", "/blog/2019/05/31/slashes 2019-05-31"),
        ("posts/sub/2019-06-03-insub.mdx", "", "/blog/2019/06/03/sub/insub 2019-06-03"),
        ("posts/2019-6-5-short.md", "", "/blog/2019/6/5/short 2019-06-05"),
        ("posts/2019-05-28-first.md", "slug: own", "/blog/own 2019-05-28"),
        ("posts/2019-05-28-first.md", "slug: /abs/Slug", "/blog/abs/Slug 2019-05-28"),
        ("posts/nodate.md", "", "/blog/nodate"),
        ("posts/x.md", "unlisted: true", "Unlisted"),
        ("posts/_x.md", "", "excluded"),
        ("news/2019-05-28-x.md", "", "/n/2019/05/28/x 2019-05-28"),
        ("docs/01-intro.md", "", "/guide/intro"),
        ("docs/02-cat/index.md", "", "/guide/cat/"),
        ("docs/02-cat/README.md", "id: other", "/guide/cat/"),
        ("docs/02-cat/README.md", "slug: own", "/guide/cat/own"),
        ("docs/02-cat/03-deep.md", "", "/guide/cat/deep"),
        ("docs/cat2/cat2.md", "", "/guide/cat2/"),
        ("docs/cat2/Cat2.md", "slug: ./", "/guide/cat2/"),
        ("docs/x.md", "slug: /s/", "/guide/s/"),
        ("docs/01-a/02-b.md", "parse_number_prefixes: false", "/guide/01-a/02-b"),
        ("docs/index.md", "", "/guide/"),
        ("docs/cat2/x.md", "id: other", "/guide/cat2/other"),
        ("docs/cat2/x.md", "slug: rel", "/guide/cat2/rel"),
        ("docs/cat2/x.md", "slug: ../up", "/guide/up"),
        ("docs/cat2/x.md", "slug: /abs", "/guide/abs"),
        ("docs/2021-11-foo.md", "", "/guide/2021-11-foo"),
        ("docs/7.0-foo.md", "", "/guide/7.0-foo"),
        ("docs/1. Intro.md", "", "/guide/Intro"),
        ("src/pages/about.md", "", "/about"),
        ("src/pages/a/index.md", "", "/a/"),
        ("src/pages/about.md", "slug: us/them", "/us/them"),
        ("src/pages/404.md", "", "NotAPage"),
        ("posts/2019/05-28-x.md", "", "/blog/2019/05/28/x 2019-05-28"),
        ("posts/2019/05/28/index.md", "", "/blog/2019/05/28/index 2019-05-28"),
        ("posts/a/__tests__/x.md", "", "excluded"),
        ("src/pages/index.mdx", "", "List"),
        (
            "i18n/fr/docusaurus-plugin-content-blog/2019-05-28-first.md",
            "",
            "/fr/blog/2019/05/28/first 2019-05-28 fr",
        ),
        ("i18n/fr/docusaurus-plugin-content-blog-news/x.md", "", "/fr/n/x fr"),
        ("i18n/fr/docusaurus-plugin-content-docs/current/01-intro.md", "", "/fr/guide/intro fr"),
        ("i18n/fr/docusaurus-plugin-content-docs/current/lost.md", "", "NotAPage"),
        ("README.md", "", "excluded"),
    ];
    for (id, front_matter, expected) in cases {
        assert_eq!(resolve_page(&rules, id, front_matter), expected, "{id} {front_matter}");
    }
    assert!(
        rules.may_contain_sources("i18n/fr")
            && rules.may_contain_sources("src")
            && rules.may_contain_sources("docs/a")
    );
    assert!(!rules.may_contain_sources("node_modules") && !rules.may_contain_sources("src/components"));
}

#[test]
fn settings_disable_plugins_and_add_trailing_slashes() {
    let (rules, _) = rules(
        "export default { trailingSlash: true, presets: [['classic', { docs: false, blog: { routeBasePath: '/' } }]] }",
    );
    assert_eq!(resolve_page(&rules, "blog/2019-05-28-x.md", ""), "/2019/05/28/x/ 2019-05-28");
    assert_eq!(resolve_page(&rules, "docs/x.md", ""), "excluded");
}

#[test]
fn reads_the_latest_version_of_documents() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("versions.json"), "[\"2.0\", \"1.0\"]").unwrap();
    let (rules, _) =
        read_settings(&GeneratorSettings { site_dir: dir.path().to_owned(), ..GeneratorSettings::default() });
    assert_eq!(resolve_page(&rules, "versioned_docs/version-2.0/a.md", ""), "/docs/a");
    assert_eq!(resolve_page(&rules, "versioned_docs/version-1.0/a.md", ""), "excluded");
}

#[test]
fn replaces_tag_tables_by_their_labels() {
    let mut data = Data::parse("tags: [a, {label: B, permalink: /b}]", DataFormat::Yaml).unwrap();
    inherit(&mut data);
    assert_eq!(data.texts("tags"), ["a", "B"]);
}

#[test]
fn versions_and_languages_have_settings() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("versions.json"), "[\"2.0\", \"1.0\"]").unwrap();
    let rules = |options: &str, i18n: &str| {
        let script = format!(
            "export default {{ url: 'https://a.org', baseUrl: '/', i18n: {{ defaultLocale: 'en', locales: ['en', 'fr'], {i18n} }}, presets: [['classic', {{ docs: {{ {options} }} }}]] }}"
        );
        let settings =
            GeneratorSettings { site_dir: dir.path().to_owned(), script, ..GeneratorSettings::default() };
        read_settings(&settings).0
    };
    let cases = [
        ("lastVersion: 'current'", "", "docs/x.md", "/docs/x"),
        ("lastVersion: 'current', versions: { current: { path: '3.x' } }", "", "docs/x.md", "/docs/3.x/x"),
        ("disableVersioning: true", "", "docs/x.md", "/docs/x"),
        ("onlyIncludeVersions: ['1.0']", "", "versioned_docs/version-1.0/x.md", "/docs/x"),
        ("", "", "i18n/fr/docusaurus-plugin-content-docs/version-2.0/a.md", "/fr/docs/a fr"),
        (
            "",
            "path: 'l10n', localeConfigs: { fr: { path: 'fr-FR', htmlLang: 'fr-CA', baseUrl: '/ca/', url: 'https://c.org' } }",
            "l10n/fr-FR/docusaurus-plugin-content-docs/version-2.0/a.md",
            "https://c.org/ca/docs/a fr-CA",
        ),
    ];
    for (options, i18n, id, expected) in cases {
        assert_eq!(resolve_page(&rules(options, i18n), id, ""), expected, "{options} {i18n} {id}");
    }
}

#[test]
fn settings_include_and_exclude_files() {
    let (rules, _) = rules(
        "export default { trailingSlash: false, presets: [[require.resolve('@docusaurus/preset-classic'), { docs: { include: ['**/*.mdx'], exclude: ['**/old', '*.private.@(md|mdx)'], numberPrefixParser: false }, blog: false, pages: { routeBasePath: 'p' } }]],\n\
         plugins: [['content-docs', { id: 'api', path: path.join(__dirname, 'api', 'text'), routeBasePath: '/' }]] }",
    );
    let cases = [
        ("docs/a.md", "excluded"),
        ("docs/01-a.mdx", "/docs/01-a"),
        ("docs/_a.mdx", "/docs/_a"),
        ("docs/old/b/a.mdx", "excluded"),
        ("docs/a.private.mdx", "excluded"),
        ("docs/sub/index.mdx", "/docs/sub"),
        ("blog/2019-05-28-x.md", "excluded"),
        ("src/pages/a.md", "/p/a"),
        ("api/text/index.md", "/"),
        ("api/text/_a.md", "excluded"),
    ];
    for (id, expected) in cases {
        assert_eq!(resolve_page(&rules, id, ""), expected, "{id}");
    }
}

#[test]
fn documents_outside_of_the_site_are_mounted() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("website/docs")).unwrap();
    std::fs::create_dir_all(dir.path().join("guides")).unwrap();
    let script = "export default { presets: [['classic', { docs: { path: '../guides' } }]], plugins: [['content-blog', { id: 'b', path: '../docs', routeBasePath: 'b' }]] }";
    let settings = GeneratorSettings {
        site_dir: dir.path().join("website"),
        script: script.to_owned(),
        ..GeneratorSettings::default()
    };
    let (rules, defaults) = read_settings(&settings);
    let mounted: Vec<&str> = defaults.mounts.iter().map(|mount| mount.at.as_str()).collect();
    assert_eq!(mounted, ["guides", "outside/docs"]);
    assert!(
        defaults.mounts[0].folder.ends_with("guides")
            && !defaults.mounts[0].folder.ends_with("website/../guides")
    );
    assert_eq!(resolve_page(&rules, "guides/a.md", ""), "/docs/a");
    assert_eq!(resolve_page(&rules, "outside/docs/a.md", ""), "/b/a");
}
