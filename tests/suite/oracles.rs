//! Real Hexo, Eleventy, `MkDocs` and mdBook as oracles: bloghound gives pages the same URLs and anchors.

use std::fs;

use crate::support::oracle::{build, compare_with_pages, link_packages, npm_program, python_program};
use crate::support::{TestSite, has_program};

/// Headings whose ids differ between generators.
const HEADINGS: &str = "## A & B\n\n## `code` and *more*\n\n## A & B\n\n## A & B\n\n## [Link](https://x.example/y?z)\n\n\
    ## Ünï çödé 日本\n\n## 1.2.3 -- x_y\n\n## Own {#Mine}\n\n## Wait... \"what\" --- it's\n\n## Emoji 🎉 party\n\n\
    ## A / B: C (d)\n\nSetext *one*\n------------\n\n### 2 numbers `--first`\n\n## Trailing ##\n\n\
    ```\n## no heading\n```\n";

/// A site without Hugo's settings.
fn empty_site() -> TestSite {
    let site = TestSite::new();
    fs::remove_file(site.root().join("hugo.toml")).unwrap();
    fs::remove_dir(site.content()).unwrap();
    site
}

/// A page with front matter and [`HEADINGS`].
fn page(front_matter: &str) -> String {
    format!("---\ntitle: A Title\n{front_matter}---\n\nText.\n\n{HEADINGS}")
}

#[test]
fn permalinks_and_anchors_equal_hexos() {
    let Some(hexo) = npm_program("hexo") else { return };
    for settings in [
        "",
        "permalink: :category/:i_month/:i_day/:hour-:minute-:second/:name.html\n",
        "permalink: :post_title-:year/:title/\npretty_urls: {trailing_html: false}\nfilename_case: 1\n",
        "permalink: :lang/:title/\npermalink_defaults: {lang: en}\nnew_post_name: :year-:month-:day-:title.md\n",
    ] {
        let site = empty_site();
        let common = "url: https://blog.example/base\nroot: /base/\ntheme: plain\nsource_dir: source\nskip_render: ['raw/**']\n";
        site.write("_config.yml", format!("title: T\n{common}{settings}"));
        let packages =
            r#"{"dependencies": {"hexo": "*", "hexo-renderer-marked": "*"}, "hexo": {"version": "8"}}"#;
        site.write("package.json", packages);
        for layout in ["index", "post", "page"] {
            site.write(&format!("themes/plain/layout/{layout}.njk"), "<article>{{ page.content }}</article>");
        }
        let date = "date: 2024-03-05 01:02:03\n";
        let files = [
            ("_posts/first.md", String::new()),
            ("_posts/sub/My Post Ü.md", "lang: de\n".to_owned()),
            ("_posts/2024-01-02-named.md", "categories: [One Two, B]\n".to_owned()),
            ("_posts/paths.md", "categories: [[A, B], [C]]\n".to_owned()),
            ("_posts/own.md", "permalink: own/place/\n".to_owned()),
            ("about/index.md", String::new()),
            ("notes/x.md", String::new()),
            ("notes/y.md", "permalink: elsewhere/\n".to_owned()),
            ("_data/x.md", String::new()),
            ("raw/x.md", String::new()),
        ];
        for (path, front_matter) in files {
            // `{#` starts a comment.
            site.write(&format!("source/{path}"), page(&format!("{date}{front_matter}")).replace("{#", "{"));
        }
        site.write("source/_posts/unpublished.md", page("published: false\n").replace("{#", "{"));
        site.write(
            "source/_posts/tags.md",
            page(date).replace("{#", "{")
                + "\n{% codeblock lang:js %}\n## no\n{% endcodeblock %}\n\n`{{ x }}`\n",
        );
        link_packages(site.root());
        let mut pages = build(site.root(), &hexo, &["generate", "--silent"], "public");
        if settings.contains("trailing_html") {
            // The files keep these suffixes; the URLs omit them.
            let html = |path: String| path.strip_suffix(".html").map_or(path.clone(), str::to_owned);
            pages = pages.into_iter().map(|(path, text)| (html(path), text)).collect();
        }
        fs::remove_file(site.root().join("source/_posts/unpublished.md")).unwrap();
        let compared = compare_with_pages(site.root(), pages, &[]);
        assert_eq!(compared, 9 * 14, "{settings}");
    }
}

#[test]
fn permalinks_and_anchors_equal_eleventys() {
    let Some(eleventy) = npm_program("eleventy") else { return };
    let plain = "export default function (c) {}";
    let ids = "import { IdAttributePlugin } from '@11ty/eleventy';\nexport default function (c) { c.addPlugin(IdAttributePlugin); }";
    let anchors = "import anchor from 'markdown-it-anchor';\nexport default function (c) { c.amendLibrary('md', (md) => md.use(anchor)); }";
    for program in [plain, ids, anchors] {
        let site = empty_site();
        let settings = "export const config = { dir: { input: 'src', includes: '_parts' } };\n";
        site.write("eleventy.config.js", format!("{program}\n{settings}"));
        site.write("package.json", r#"{"type": "module"}"#);
        site.write(
            "src/posts/posts.json",
            r#"{"permalink": "/blog/{{ page.date | date: '%Y/%m' }}/{{ page.fileSlug }}/"}"#,
        );
        site.write(
            "src/notes/notes.11tydata.js",
            "export default { permalink: '/n/{{ title | slugify }}-{{ page.fileSlug }}/' };",
        );
        site.write("src/notes/two.11tydata.json", r#"{"permalink": "/two.html"}"#);
        let files = [
            ("posts/2024-03-05-first.md", ""),
            ("posts/2024-03-06-dir/index.md", ""),
            ("posts/own.md", "permalink: /own/place/\ndate: 2024-01-01\n"),
            ("posts/none.md", "permalink: false\n"),
            ("notes/one.md", ""),
            ("notes/two.md", ""),
            ("pages/2024-03-05-kept.md", ""),
            ("pages/My Page Ü.md", ""),
            ("pages/deep/deep.md", ""),
            ("pages/stem.md", "permalink: '/s{{ page.filePathStem }}.html'\n"),
            ("_parts/x.md", ""),
        ];
        for (path, front_matter) in files {
            site.write(&format!("src/{path}"), page(front_matter));
        }
        site.write(
            "src/html.html",
            "---\ntitle: H\n---\n<h2 id=own>Own</h2><p>{% if true %}Text{% endif %}</p>",
        );
        link_packages(site.root());
        let pages = build(site.root(), &eleventy, &["--quiet"], "_site");
        let compared = compare_with_pages(site.root(), pages, &[]);
        assert_eq!(compared, 9 * 14 + 1, "{program}");
    }
}

#[test]
fn pages_and_anchors_equal_those_of_mkdocs() {
    let Some(mkdocs) = python_program("mkdocs") else { return };
    let unicode = "  - toc: {slugify: !!python/name:markdown.extensions.toc.slugify_unicode }\n";
    for settings in ["", "use_directory_urls: false\n", unicode] {
        let site = empty_site();
        let (settings, slugify) = if settings.starts_with(' ') { ("", settings) } else { (settings, "") };
        let extensions = format!("markdown_extensions:\n  - attr_list\n  - admonition\n{slugify}");
        site.write("mkdocs.yml", format!("site_name: T\nsite_url: https://blog.example/base/\ntheme: {{name: null, custom_dir: theme}}\n{settings}{extensions}"));
        site.write("theme/main.html", "<article>{{ page.content }}</article>");
        let body = HEADINGS.replace("{#Mine}", "{: #Mine .x }").replace("```\n## no heading\n```\n", "");
        let body = format!(
            "{body}\n!!! note \"Title\"\n\n    ## In a note\n\n    Text.\n\n## A_1\n\n## A_1\n\n## ?!\n\n## !?\n"
        );
        for path in ["index", "a/README", "a/My Page", "both/index", "deep/er/x", "dot.name"] {
            site.write(&format!("docs/{path}.md"), format!("# The Title\n\n{body}"));
        }
        let pages = build(site.root(), &mkdocs, &["build", "--quiet"], "site");
        let compared = compare_with_pages(site.root(), pages, &["/404.html"]);
        assert_eq!(compared, 6 * 20, "{settings}{slugify}");
    }
}

#[test]
fn post_urls_equal_those_of_materials_blog() {
    let Some(mkdocs) = python_program("mkdocs") else { return };
    let site = empty_site();
    site.write("mkdocs.yml", "site_name: T\nsite_url: https://blog.example/base/\ntheme: {name: material}\nplugins:\n  - blog:\n      archive: false\n      categories: false\n");
    site.write("docs/index.md", "# Home\n");
    site.write("docs/blog/index.md", "# Blog\n");
    site.write("docs/blog/posts/one.md", "---\ndate: 2024-03-05\n---\n\n# A *Title* & `more`\n\nText.\n");
    site.write(
        "docs/blog/posts/two.md",
        "---\ndate: {created: 2024-03-06}\nslug: own\n---\n\n# Two\n\nText.\n",
    );
    let pages = build(site.root(), &mkdocs, &["build", "--quiet"], "site");
    for post in crate::support::oracle::read_site(site.root()).posts {
        let path = post.url.strip_prefix("https://blog.example/base").unwrap().to_owned();
        assert!(pages.contains_key(&path), "{path} of {} is not one of {:?}", post.id, pages.keys());
    }
}

#[test]
fn chapters_and_anchors_equal_mdbooks() {
    if !has_program("mdbook", "--version") {
        return;
    }
    let site = empty_site();
    site.write(
        "book.toml",
        "[book]\ntitle = 'T'\n[output.html]\nsite-url = '/base/'\ncname = 'blog.example'\n",
    );
    site.write("src/SUMMARY.md", "# Summary\n\n[Start](README.md)\n\n- [One](one.md)\n  - [Deep `x`](a/My%20Page.md)\n- [Draft]()\n- [Index](b/README.md)\n");
    for path in ["README", "one", "a/My Page", "b/README", "unlisted"] {
        site.write(
            &format!("src/{path}.md"),
            format!("# The Title\n\n{{{{#include ../book.toml}}}}\n\n{HEADINGS}"),
        );
    }
    let pages = build(site.root(), "mdbook".as_ref(), &["build"], "book");
    let chapter = |html: &str| {
        html.split("<main>").nth(1).map(|main| main.split("</main>").next().unwrap_or_default().to_owned())
    };
    let pages = pages.into_iter().filter_map(|(path, html)| Some((path, chapter(&html)?))).collect();
    let others = ["/404.html", "/print.html", "/toc.html"];
    assert_eq!(compare_with_pages(site.root(), pages, &others), 4 * 15);
}
