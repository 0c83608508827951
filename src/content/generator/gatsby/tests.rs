//! Tests of Gatsby's rules.

use super::*;
use crate::content::data::{Data, DataFormat};
use crate::content::generator::page::resolve_alone;

fn site(files: &[(&str, &str)]) -> (GatsbyRules, SiteDefaults) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    read_settings(&GeneratorSettings {
        site_dir: dir.path().to_owned(),
        script: files[0].1.to_owned(),
        ..GeneratorSettings::default()
    })
}

fn resolve_page(rules: &GatsbyRules, id: &str, front_matter: &str) -> String {
    let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
    resolve_alone(id, &data, |file| rules.resolve_page(file)).map_or_else(|reason| reason, |page| page.path)
}

const STARTER: &str = "module.exports = { siteMetadata: { siteUrl: `https://a.org/` }, plugins: [\
    { resolve: `gatsby-source-filesystem`, options: { path: `${__dirname}/content/blog`, name: `blog` } },\
    { resolve: 'gatsby-source-filesystem', options: { path: `${__dirname}/src/images` } }, `gatsby-remark-autolink-headers` ] }";

#[test]
fn guesses_the_paths_of_the_starter() {
    let (rules, defaults) = site(&[("gatsby-config.js", STARTER), ("content/blog/hello/index.md", "")]);
    assert_eq!(
        (defaults.base.as_str(), defaults.content_folders[0].as_str()),
        ("https://a.org", "content/blog")
    );
    assert!(defaults.note.unwrap().contains("[urls] permalink"));
    assert_eq!(rules.anchors, AnchorStyle::GitHub);
    let cases = [
        ("hello/index.md", "", "/hello/"),
        ("2019/x.md", "", "/2019/x/"),
        ("x.md", "path: /own/p", "/own/p/"),
        ("x.md", "slug: s", "/s/"),
        ("index.md", "", "List"),
    ];
    for (id, front_matter, expected) in cases {
        assert_eq!(resolve_page(&rules, id, front_matter), expected, "{id} {front_matter}");
    }
}

#[test]
fn code_and_routes_determine_paths() {
    let config = "module.exports = { trailingSlash: 'never', plugins: [{ options: { path: path.join(__dirname, 'posts') } }] }";
    let node = "createPage({ path: `/tags/${t}/` }); createPage({ path: `/blog${slug}` })";
    let (rules, _) = site(&[("gatsby-config.js", config), ("posts/x.md", ""), ("gatsby-node.js", node)]);
    assert_eq!(resolve_page(&rules, "x.md", ""), "/blog/x");
    assert_eq!(resolve_page(&rules, "x.md", "slug: /y"), "/blog/y");
    let route = ("src/pages/notes/{Mdx.frontmatter__title}.tsx", "");
    let (rules, defaults) = site(&[("gatsby-config.js", config), ("posts/x.md", ""), route]);
    assert_eq!(
        (resolve_page(&rules, "x.md", "title: A Title").as_str(), defaults.note),
        ("/notes/a-title", None)
    );
}

#[test]
fn sources_have_folders_and_ignored_files() {
    let config = "module.exports = { plugins: [\
        { resolve: 'gatsby-source-filesystem', options: { name: 'a', path: `${__dirname}/texts`, ignore: ['**/wip/**', `${__dirname}/texts/x*`, /\\.private\\.md$/i] } },\
        { resolve: 'gatsby-source-filesystem', options: { path: path.resolve(__dirname, 'more', 'notes') } },\
        { resolve: 'gatsby-source-filesystem', options: { path: __dirname + '/other' } } ] }";
    let (rules, defaults) = site(&[
        ("gatsby-config.js", config),
        ("texts/a.md", ""),
        ("more/notes/a.md", ""),
        ("other/a.md", ""),
    ]);
    assert_eq!(defaults.content_folders, ["."]);
    for (id, is_excluded) in [
        ("texts/a.md", false),
        ("texts/a/wip/b.md", true),
        ("texts/x1.md", true),
        ("texts/a.PRIVATE.md", true),
        ("more/notes/x1.md", false),
        ("other/a.md", false),
        ("README.md", true),
        ("more/a.md", true),
    ] {
        assert_eq!(rules.excludes(id), is_excluded, "{id}");
    }
    assert_eq!(resolve_page(&rules, "more/notes/b/index.md", ""), "/b/");
}

#[test]
fn paths_of_files_and_base_paths() {
    let config = "module.exports = { plugins: [{ options: { path: `${__dirname}/content` } }] }";
    let node = "const slug = createFilePath({ node, getNode, basePath: `blog/posts` })";
    let (rules, _) =
        site(&[("gatsby-config.js", config), ("content/blog/x.md", ""), ("gatsby-node.js", node)]);
    for (id, front_matter, expected) in [
        ("blog/posts/x.md", "", "/x/"),
        ("blog/x.md", "", "/x/"),
        ("other/x.md", "", "/other/x/"),
        ("x.md", "path: /a/b.html", "/a/b.html"),
        ("x.md", "permalink: a/b.html", "/a/b.html"),
        ("x.md", "slug: feed.xml", "/feed.xml"),
    ] {
        assert_eq!(resolve_page(&rules, id, front_matter), expected, "{id} {front_matter}");
    }
}
