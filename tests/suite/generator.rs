//! Shared blogs and unusual sites: bloghound gives posts the URLs and anchors that the real generator does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bloghound::content::Post;
use bloghound::content::PostDate;

use crate::support::oracle::{ReadSite, read_site};
use crate::support::{TestSite, bloghound, corpus, has_program, own_site, post};

/// Compares URL, day, language and title of every post with the table that the real generator printed: path, URL
/// path, and the others from column `day_column`. Returns the number of posts that were compared.
fn compare_with_oracle(root: &Path, read: &ReadSite, day_column: usize) -> usize {
    let oracle = fs::read_to_string(root.join("oracle.tsv")).unwrap();
    let oracle: BTreeMap<&str, Vec<&str>> = oracle
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(path, rest)| (path, rest.split('\t').collect()))
        .collect();
    for post in &read.posts {
        let expected = oracle.get(post.id.as_str()).unwrap_or_else(|| panic!("{} has no page", post.id));
        assert_eq!(post.url, format!("{}{}", read.site.base, expected[0]), "{}", post.id);
        let day = post.date.map(PostDate::day).unwrap_or_default();
        assert_eq!(day, expected[day_column].replace("0001-01-01", ""), "{}", post.id);
        let language = expected[day_column + 1].replace('_', "-");
        // The generator's value can be empty: there is nothing to compare.
        assert!(language.is_empty() || post.lang == language, "{}: {} is not {language}", post.id, post.lang);
        let title = expected[day_column + 2].trim();
        assert!(title.is_empty() || post.title == title, "{}: {} is not {title}", post.id, post.title);
    }
    read.posts.len()
}

#[test]
fn reads_the_seed_blog_as_its_hugo_did() {
    let Some(root) = corpus("devopstoolkit-live") else { return };
    let read = read_site(&root);
    assert_eq!(compare_with_oracle(&root, &read, 2), 127);
    assert_eq!(read.skipped, BTreeMap::from([("List".to_owned(), 17)]));
}

#[test]
fn reads_another_hugo_blog_as_hugo_did() {
    let Some(root) = corpus("burntsushi") else { return };
    let read = read_site(&root);
    // The additional one is a draft, which Hugo did not render.
    let published: Vec<Post> = read.posts.iter().filter(|post| !post.publication.draft).cloned().collect();
    let read = ReadSite { posts: published, ..read };
    assert_eq!(compare_with_oracle(&root, &read, 2), 19);
}

#[test]
fn reads_a_multilingual_jekyll_blog_as_jekyll_did() {
    let Some(root) = corpus("ruby-lang") else { return };
    let read = read_site(&root);
    assert_eq!(read.site.generator.name(), "Jekyll");
    assert_eq!(compare_with_oracle(&root, &read, 1), 5_329);
    // The page for missing pages, and one with `searchable: false`. Folders such as `_includes` are not entered.
    let skipped = [("ErrorPage".to_owned(), 1), ("Excluded".to_owned(), 1)];
    assert_eq!(read.skipped, BTreeMap::from(skipped));
}

#[test]
fn indexes_the_seed_blog_without_failures() {
    let Some(root) = corpus("devopstoolkit-live") else { return };
    let index = tempfile::tempdir().unwrap();
    let output = bloghound()
        .args(["index", "--json", "--site"])
        .arg(&root)
        .arg("--index")
        .arg(index.path())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["posts"], &report["pages"], &report["added"]), (&125.into(), &2.into(), &127.into()));
    assert_eq!(
        report["skipped"],
        serde_json::json!({"list": 17, "draft": 0, "future": 0, "expired": 0, "not_a_page": 0, "unlisted": 0, "excluded": 0,
            "redirect": 0, "error_page": 0, "empty": 0,
            "unclear": 0, "ignored": 0, "other_format": 0})
    );
    assert_eq!(report["failed"], serde_json::json!([]));
}

/// Builds the site with Hugo and templates that print only the content. Returns the pages by URL path.
fn build_with_hugo(root: &Path) -> Option<BTreeMap<String, String>> {
    if !has_program("hugo", "version") {
        return None;
    }
    let work = tempfile::tempdir().unwrap();
    for layout in ["index", "_default/list", "_default/single"] {
        write(&work.path().join(format!("layouts/{layout}.html")), "<article>{{ .Content }}</article>");
    }
    // A shortcode of the seed blog's theme, which is not part of the shared blog.
    write(&work.path().join("layouts/shortcodes/children.html"), "");
    let output = Command::new("hugo")
        .args([
            "--quiet",
            "--buildDrafts",
            "--buildFuture",
            "--buildExpired",
            "--ignoreCache",
            "--disableKinds",
            "RSS,sitemap",
        ])
        .args(["--theme", "", "--source"])
        .arg(root)
        .arg("--layoutDir")
        .arg(work.path().join("layouts"))
        .arg("--destination")
        .arg(work.path().join("public"))
        .env("HUGO_THEME", "")
        .output()
        .unwrap();
    let public = work.path().join("public");
    assert!(
        public.is_dir(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let pages = ignore::Walk::new(&public).flatten().map(ignore::DirEntry::into_path);
    let pages = pages.filter(|path| path.ends_with("index.html"));
    Some(pages.map(|path| (url_path(&public, &path), fs::read_to_string(path).unwrap())).collect())
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn url_path(public: &Path, page: &Path) -> String {
    let folder = page.parent().unwrap().strip_prefix(public).unwrap().to_str().unwrap();
    if folder.is_empty() { "/".to_owned() } else { format!("/{folder}/") }
}

/// The ids of the headings of a page, in order, without empty ones.
fn heading_ids(html: &str) -> Vec<String> {
    let tags = html.split("<h").skip(1).filter(|tag| tag.starts_with(|c: char| c.is_ascii_digit()));
    let ids = tags.filter_map(|tag| tag.split('>').next()?.split("id=").nth(1));
    ids.map(|id| id.trim_matches(['"', '\'']).to_owned()).collect()
}

/// A copy of the site, so that Hugo writes nothing to the original.
fn copy_of(root: &Path) -> (tempfile::TempDir, PathBuf) {
    let work = tempfile::tempdir().unwrap();
    for name in ["content", "hugo.toml"] {
        let copied = Command::new("cp").arg("-R").arg(root.join(name)).arg(work.path()).status().unwrap();
        assert!(copied.success());
    }
    let config = work.path().join("hugo.toml");
    let text = fs::read_to_string(&config).unwrap();
    let without_theme: Vec<&str> = text.lines().filter(|line| !line.starts_with("theme")).collect();
    fs::remove_file(&config).unwrap();
    fs::write(&config, without_theme.join("\n")).unwrap();
    let path = work.path().to_owned();
    (work, path)
}

/// Compares URLs and anchors of all posts with Hugo's pages. Returns the number of anchors that were compared.
fn compare_with_hugo(root: &Path) -> Option<usize> {
    let (_work, root) = copy_of(root);
    let pages = build_with_hugo(&root)?;
    let posts = read_site(&root).posts;
    let mut compared = 0;
    for post in posts {
        let path = post.url.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap();
        let path = percent_encoding::percent_decode_str(&path).decode_utf8().unwrap();
        let page = pages.get(path.as_ref()).unwrap_or_else(|| panic!("Hugo has no {path}"));
        let ours: Vec<String> =
            post.sections.iter().filter_map(|s| s.heading.as_ref()).map(|h| h.anchor.clone()).collect();
        assert_eq!(ours, heading_ids(page), "{}", post.id);
        compared += ours.len();
    }
    Some(compared)
}

#[test]
fn gives_our_own_blog_hugos_urls_and_anchors() {
    if let Some(compared) = compare_with_hugo(&own_site()) {
        assert!(compared > 40, "only {compared} anchors");
    }
}

#[test]
fn gives_the_seed_blog_hugos_urls_and_anchors() {
    let Some(root) = corpus("devopstoolkit-live") else { return };
    if let Some(compared) = compare_with_hugo(&root) {
        assert!(compared > 700, "only {compared} anchors");
    }
}

#[test]
fn gives_unusual_names_and_headings_hugos_urls_and_anchors() {
    let site = TestSite::new();
    let headings = "## A & B\n\n## `code` and *more*\n\n## A & B\n\n## Ünï çödé 日本\n\n\
                    ## 1.2.3 x_y\n\n## !?\n\n## Own id {#Mine}\n\nSetext one\ntwo\n=======\n\n## Trailing ##\n";
    for name in ["plain", "with,-comma", "UPPER", "a---b--c", "dot.name", "plus+and~tilde", "c#"] {
        site.write_post(&format!("s/{name}"), &post(name, "2024-01-01", headings));
    }
    site.write("content/s/single post.md", post("Single", "2024-01-01", headings));
    site.write("content/s/bundle/index.md", post("Bundle", "2024-01-01", headings));
    for (name, line) in [("u1", "url = 'Own/Url'"), ("u2", "url = '/other/'"), ("u3", "slug = 'The Slug'")] {
        let text = post(name, "2024-01-01", headings).replace("date =", &format!("{line}\ndate ="));
        site.write(&format!("content/s/{name}.md"), text);
    }
    if let Some(compared) = compare_with_hugo(site.root()) {
        assert_eq!(compared, 12 * 9);
    }
    let ids: BTreeSet<String> = read_site(site.root()).posts.into_iter().map(|post| post.id).collect();
    assert_eq!(ids.len(), 12);
}

#[test]
fn applies_permalink_settings_as_hugo_does() {
    let patterns = "[permalinks]\nposts = '/:year/:month/:day/:title/'\nnotes = '/n/:slug/:filename/'\n\
                    docs = '/:sections/:yearday/:slugorfilename/'\nnews = '/:monthname/:weekdayname/:section/:title/'\n";
    for settings in ["disablePathToLower = true", "removePathAccents = true", patterns] {
        let site = TestSite::new();
        site.write("hugo.toml", format!("baseURL = 'https://blog.example/'\n{settings}\n"));
        for name in ["posts/One Two", "notes/Ünï", "docs/deep/er/x", "news/today", "posts/bundle/index"] {
            let text = post("A Title: with Éverything & 1.2", "2024-03-05", "## Heading\n");
            let text = if name == "docs/deep/er/x" {
                text.replace("date =", "slug = 'My Slug'\ndate =")
            } else {
                text
            };
            site.write(&format!("content/{name}.md"), text);
        }
        if let Some(compared) = compare_with_hugo(site.root()) {
            assert_eq!(compared, 5, "{settings}");
        }
    }
}

/// Builds the site's `content/` with Jekyll. Returns the pages by URL path.
fn build_with_jekyll(site: &TestSite) -> Option<BTreeMap<String, String>> {
    if !has_program("jekyll", "--version") {
        return None;
    }
    let work = tempfile::tempdir().unwrap();
    let public = work.path().join("public");
    let output = Command::new("jekyll")
        .args(["build", "--quiet", "--future", "--disable-disk-cache", "--config"])
        .arg(site.root().join("_config.yml"))
        .arg("--source")
        .arg(site.content())
        .arg("--destination")
        .arg(&public)
        .output()
        .unwrap();
    assert!(public.is_dir(), "{}", String::from_utf8_lossy(&output.stderr));
    let pages = ignore::Walk::new(&public).flatten().map(ignore::DirEntry::into_path);
    let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "html"));
    let url = |path: &Path| format!("/{}", path.strip_prefix(&public).unwrap().to_str().unwrap());
    Some(
        pages
            .map(|path| (url(&path).replace("/index.html", "/"), fs::read_to_string(path).unwrap()))
            .collect(),
    )
}

#[test]
fn applies_permalink_styles_as_jekyll_does() {
    let body = "## A & B\n\n## `code` and *more*\n\n## A & B\n\n## Ünï çödé 日本\n\n## 1.2.3 -- x_y\n\n\
                ## A [link](https://x.example/y)\n\n## Wait... \"what\" --- now\n\n## !?\n\n## Own\n{: #mine}\n\nSetext *one*\n----------\n\n{% highlight ruby %}\n## no heading\n{% endhighlight %}\n\n\
                ```\n## {{ neither }}\n```\n\n{% raw %}Shown {{ x }}{% endraw %}\n";
    let page = |front_matter: &str| format!("---\ntitle: T\n{front_matter}---\n\n{body}");
    for style in [
        "date",
        "pretty",
        "ordinal",
        "none",
        "/blog/:year/:i_month/:short_year/:slug/",
        "/:slugified_categories/:title.html",
    ] {
        let site = TestSite::new();
        fs::remove_file(site.root().join("hugo.toml")).unwrap();
        site.write(
            "_config.yml",
            format!("url: https://blog.example\nsource: content\npermalink: {style}\nexclude: [left-out]\n"),
        );
        let files = [
            ("_posts/2024-03-05-a-title.md", ""),
            ("en/news/_posts/2024-03-05-Upper.Case_x.md", ""),
            ("_posts/2024-03-06-x.md", "categories: [One, Two words]\n"),
            ("_posts/2024-03-07-y.md", "categories: one two\n"),
            ("_posts/2024-03-08-z.md", "date: 2025-01-02 03:04:05 +0000\nslug: Own Slug\n"),
            ("_posts/2024-03-09-p.md", "permalink: /own/:title/\n"),
            ("_posts/no-date.md", ""),
            ("about.md", ""),
            ("a/index.md", ""),
            ("a/b.md", "permalink: /elsewhere.html\n"),
            ("_private/x.md", ""),
            ("left-out/x.md", ""),
            ("hidden.md", "published: false\n"),
        ];
        for (path, front_matter) in files {
            site.write(&format!("content/{path}"), page(front_matter));
        }
        site.write("content/readme.md", "No front matter.");
        let Some(mut pages) = build_with_jekyll(&site) else { return };
        for post in read_site(site.root()).posts {
            let path = post.url.replace("https://blog.example", "");
            let path = percent_encoding::percent_decode_str(&path).decode_utf8().unwrap().into_owned();
            // Jekyll writes the page `/about` to `about.html`, which web servers also serve without the suffix.
            let html =
                pages.remove(&path).or_else(|| pages.remove(&format!("{path}.html"))).unwrap_or_else(|| {
                    panic!("{style}: Jekyll has no {path} of {}: {:?}", post.id, pages.keys())
                });
            let anchors = post.sections.iter().filter_map(|s| s.heading.as_ref()).map(|h| h.anchor.clone());
            let anchors = anchors.filter(|anchor| !anchor.is_empty());
            assert_eq!(anchors.collect::<Vec<_>>(), heading_ids(&html), "{style}: {}", post.id);
        }
        assert!(pages.is_empty(), "{style}: bloghound has no {:?}", pages.keys());
    }
}

/// Zola's rule: `path` in the front matter is the page's path (getzola.org, content/page).
#[test]
fn gives_a_zola_blog_the_paths_in_its_front_matter() {
    let Some(root) = corpus("rust-blog") else { return };
    let read = read_site(&root);
    let mut named = 0;
    for post in &read.posts {
        let text = fs::read_to_string(root.join("content").join(&post.id)).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("path = \""));
        let Some(path) = line.and_then(|line| line.strip_suffix('"')) else { continue };
        assert_eq!(
            post.url,
            format!("https://blog.rust-lang.org/{}/", path.trim_matches('/')),
            "{}",
            post.id
        );
        let day: Vec<&str> = path.trim_start_matches("inside-rust/").split('/').take(3).collect();
        assert_eq!(post.date.map(PostDate::day).unwrap_or_default(), day.join("-"), "{}", post.id);
        named += 1;
    }
    assert_eq!((named, read.posts.len()), (750, 750));
}
