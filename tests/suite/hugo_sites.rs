//! Small Hugo sites with many settings: bloghound gives each page the URL, date, language and title that Hugo does.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::oracle::read_site;
use crate::support::{TestSite, corpus, has_program};

/// The template of every page: a line with its file, URL, date, language and title.
const PAGE: &str = "{{ with .File }}PAGE\t{{ .Filename }}{{ end }}\t{{ .Permalink }}\t\
                    {{ .Date.Format \"2006-01-02T15:04:05Z07:00\" }}\t{{ .Lang }}\t{{ .Title }}\n";

/// A page according to Hugo: URL, date, language, title.
type HugoPage = (String, String, String, String);

/// Builds the site with Hugo. Returns its pages by the id of their source file.
fn build_with_hugo(site: &TestSite) -> Option<BTreeMap<String, HugoPage>> {
    if !has_program("hugo", "version") {
        return None;
    }
    for layout in ["index", "_default/list", "_default/single"] {
        site.write(&format!("layouts/{layout}.html"), PAGE);
    }
    let public = tempfile::tempdir().unwrap();
    let output = Command::new("hugo")
        .args([
            "--quiet",
            "--buildDrafts",
            "--buildFuture",
            "--buildExpired",
            "--disableKinds",
            "RSS,sitemap,taxonomy,term",
        ])
        .arg("--source")
        .arg(site.root())
        .arg("--destination")
        .arg(public.path())
        .output()
        .unwrap();
    let printed =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}");
    let content = site.content().canonicalize().unwrap();
    let files = ignore::WalkBuilder::new(public.path()).standard_filters(false).build().flatten();
    let texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    let mut pages = BTreeMap::new();
    for line in texts.collect::<String>().lines().filter_map(|line| line.strip_prefix("PAGE\t")) {
        let line = html_escape::decode_html_entities(line);
        let columns: Vec<&str> = line.split('\t').collect();
        let file = Path::new(columns[0]);
        let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        let id = file.strip_prefix(&content).unwrap().to_str().unwrap().to_owned();
        let date = if columns[2].starts_with("0001") { "" } else { columns[2] };
        let [url, lang, title] = [columns[1], columns[3], columns[4]].map(str::to_owned);
        pages.insert(id, (url, date.to_owned(), lang, title));
    }
    Some(pages)
}

/// Compares all posts with Hugo's pages. Hugo's other pages must be `others`.
fn compare(site: &TestSite, others: &[&str]) {
    let Some(mut pages) = build_with_hugo(site) else { return };
    let posts = read_site(site.root()).posts;
    assert!(posts.len() > 1, "too few posts to compare");
    for post in posts {
        let page = pages.remove(&post.id);
        let (url, date, lang, title) =
            page.unwrap_or_else(|| panic!("Hugo does not render {}, but {:?}", post.id, pages.keys()));
        assert_eq!(post.url, url, "{}", post.id);
        assert_eq!(post.date.map(|date| date.to_string()).unwrap_or_default(), date, "{}", post.id);
        assert_eq!(post.lang, lang, "{}", post.id);
        if !title.is_empty() {
            assert_eq!(post.title, title, "{}", post.id);
        }
    }
    assert_eq!(pages.keys().collect::<Vec<_>>(), others, "pages that bloghound does not have");
}

/// A site with settings and pages, given as paths below `content/` and front matter in YAML.
fn site(settings: &str, pages: &[(&str, &str)]) -> TestSite {
    let site = TestSite::new();
    site.write("hugo.toml", format!("baseURL = 'https://blog.example/'\n{settings}\n"));
    for (path, front_matter) in pages {
        let title = if front_matter.contains("title:") { "" } else { "title: T\n" };
        site.write(&format!("content/{path}"), format!("---\n{title}{front_matter}---\n\nText.\n"));
    }
    site
}

const IN_LANGUAGES: [(&str, &str); 12] = [
    ("posts/a.md", "date: 2024-01-02\n"),
    ("posts/a.fr.md", "date: 2024-01-02\nslug: Un Deux\n"),
    ("posts/b/index.md", ""),
    ("posts/b/index.fr.md", ""),
    ("posts/b/more.fr.md", ""),
    ("posts/_index.md", "title: Posts\n"),
    ("posts/_index.fr.md", "title: Articles\n"),
    ("about/_index.md", "title: About\n"),
    ("about/_index.fr.md", "title: A propos\n"),
    ("own.fr.md", "url: own/place\n"),
    ("v1.2.md", ""),
    ("de.md", ""),
];

#[test]
fn takes_languages_from_file_names_as_hugo_does() {
    let languages = "[languages.en]\nweight = 1\n[languages.fr]\nweight = 2\n";
    for settings in [
        "",
        "defaultContentLanguageInSubdir = true\n",
        "uglyURLs = true\n",
        "[permalinks]\nposts = '/:year/:slugorfilename/'\n",
    ] {
        // Hugo gave sections of ugly URLs the path `about.html` in 0.111, and `about/index.html` in 0.168.
        let is_ugly = settings.starts_with("uglyURLs");
        let pages = IN_LANGUAGES.iter().filter(|(id, _)| !is_ugly || !id.starts_with("about/_index"));
        let site = site(&format!("{settings}{languages}"), &pages.copied().collect::<Vec<_>>());
        compare(&site, &["posts/_index.fr.md", "posts/_index.md"]);
    }
}

#[test]
fn files_without_a_language_are_in_the_default_language() {
    let pages =
        [("a.md", ""), ("a.en.md", ""), ("b/index.md", ""), ("b/index.en.md", ""), ("c/d.zh-cn.md", "")];
    let settings = "defaultContentLanguage = 'fr'\n[languages.en]\nweight = 2\n[languages.fr]\nweight = 1\n";
    compare(&site(settings, &pages), &[]);
}

#[test]
fn gives_languages_with_their_own_hosts_hugos_urls() {
    let languages = "[languages.en]\nbaseURL = 'https://en.example/'\n[languages.fr]\nbaseURL = 'https://fr.example/x/'\n";
    compare(&site(languages, &IN_LANGUAGES), &["posts/_index.fr.md", "posts/_index.md"]);
}

#[test]
fn takes_languages_from_folders_as_hugo_does() {
    let settings = "defaultContentLanguage = 'de'\n\
                    [languages.de]\ncontentDir = 'content/de'\n[languages.fr]\ncontentDir = 'content/fr'\n\
                    [permalinks]\nnotes = '/:sections/:filename/'\n";
    let pages = [
        ("de/_index.md", "title: Start\n"),
        ("fr/_index.md", "title: Accueil\n"),
        ("de/posts/a.md", "date: 2024-01-02\n"),
        ("fr/posts/a.md", "date: 2024-01-02\n"),
        ("fr/posts/b/index.md", ""),
        ("fr/notes/c.md", ""),
        ("de/notes/c.md", "slug: other\n"),
    ];
    let site = site(settings, &pages);
    compare(&site, &["de/_index.md", "fr/_index.md"]);
    let categories = |id: &str| {
        let posts = read_site(site.root()).posts;
        posts.into_iter().find(|post| post.id == id).unwrap().categories[0].slug.clone()
    };
    assert_eq!(categories("fr/posts/a.md"), "posts");
}

#[test]
fn applies_cascades_as_hugo_does() {
    let target = |target: &str, values: &str| format!("  - _target: {{{target}}}\n    {values}\n");
    let cascade = format!(
        "title: Posts\ncascade:\n{}{}{}",
        target("path: '/posts/deep/**'", "title: Deep"),
        target("kind: section", "slug: no"),
        target("kind: page", "slug: given"),
    );
    let pages = [
        ("_index.md", "cascade:\n  weight: 3\n"),
        ("posts/_index.md", cascade.as_str()),
        ("posts/a.md", "date: 2024-01-02\n"),
        ("posts/deep/b.md", "title: \"\"\n"),
        ("posts/deep/c/index.md", "slug: own\n"),
        ("hidden/_index.md", "title: Hidden\ncascade: {_build: {render: never}}\n"),
        ("hidden/x.md", ""),
        ("other/y.md", ""),
    ];
    let settings = "[[cascade]]\ndate = '2020-02-02'\n[cascade._target]\npath = '/other/**'\n";
    compare(&site(settings, &pages), &["_index.md", "posts/_index.md"]);
}

#[test]
fn skips_files_that_hugo_does_not_render() {
    let pages = [
        ("posts/a.md", ""),
        ("posts/bundle/index.md", ""),
        ("posts/bundle/resource.md", ""),
        ("posts/bundle/below/resource.md", ""),
        ("posts/headless/index.md", "headless: true\n"),
        ("posts/never.md", "_build: {render: never}\n"),
        ("posts/link.md", "_build: {render: link}\n"),
        ("posts/unlisted.md", "_build: {list: never}\n"),
        ("posts/branch/_index.md", "title: Branch\n"),
        ("posts/branch/x.md", ""),
        ("page.html", ""),
    ];
    let site = site("", &pages);
    site.write("content/copied.html", "<p>No front matter.</p>");
    compare(&site, &["posts/branch/_index.md", "posts/unlisted.md"]);
}

#[test]
fn reads_dates_as_hugo_does() {
    let dates = [
        "date: 2024-03-05\n",
        "date: 2024-03-05T10:20:30\n",
        "date: 2024-03-05T10:20:30+02:00\n",
        "date: '2024-03-05 10:20:30'\n",
        "date: '2024-03-05 10:20:30 -0500'\n",
        "date: '2024-03-05 10:20:30 +0000 UTC'\n",
        "date: '2024-03-05 10:20:30+01:00'\n",
        "date: 'Tue, 05 Mar 2024 10:20:30 +0100'\n",
        "date: '05 Mar 2024'\n",
        "date: 1709634030\n",
        "publishDate: 2024-03-06\n",
        "pubdate: 2024-03-06\n",
        "published: 2024-03-06\n",
        "lastmod: 2024-03-07\n",
        "Date: 2024-03-05\nlastmod: 2024-03-07\n",
        "expiryDate: 2034-01-01\n",
    ];
    for settings in ["", "timeZone = 'Europe/Paris'\n"] {
        let named: Vec<(String, &str)> =
            dates.iter().enumerate().map(|(at, date)| (format!("posts/p{at}.md"), *date)).collect();
        let pages: Vec<(&str, &str)> = named.iter().map(|(path, date)| (path.as_str(), *date)).collect();
        compare(&site(settings, &pages), &[]);
    }
}

#[test]
fn reads_dates_in_file_names_as_hugo_does() {
    let settings = "[frontmatter]\ndate = [':filename', ':default']\n[permalinks]\nnotes = '/:year/:slug/'\n";
    let pages = [
        ("posts/2024-03-05-one.md", ""),
        ("posts/2024-03-05-two.md", "date: 2020-01-01\nslug: Zwei\n"),
        ("posts/2024-03-06-three/index.md", ""),
        ("posts/four.md", "date: 2020-01-01\n"),
        ("notes/2024-03-05-five.md", "title: Fifth\n"),
    ];
    compare(&site(settings, &pages), &[]);
}

#[test]
fn reads_settings_from_a_folder_of_files() {
    let site = site("", &[("posts/a.fr.md", "date: 2024-01-02\n"), ("posts/b.md", "date: 2024-01-02\n")]);
    fs::remove_file(site.root().join("hugo.toml")).unwrap();
    let files = [
        ("_default/hugo.yaml", "baseURL: https://blog.example/\ndefaultContentLanguage: en\n"),
        ("_default/languages.toml", "[en]\nweight = 1\n[fr]\nweight = 2\n"),
        ("_default/permalinks.toml", "posts = '/:year/:filename/'\n"),
        ("production/hugo.toml", "baseURL = 'https://live.example/sub/'\n"),
    ];
    for (path, text) in files {
        site.write(&format!("config/{path}"), text);
    }
    compare(&site, &[]);
}

#[test]
fn reads_a_blog_in_json_as_hugo_does() {
    let Some(root) = corpus("spf13-json") else { return };
    let site = site("", &[]);
    for entry in ignore::WalkBuilder::new(root.join("content")).standard_filters(false).build().flatten() {
        if let Ok(text) = fs::read_to_string(entry.path()) {
            let below = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            // Shortcodes of a theme that the shared blog does not include.
            site.write(&below, text.replace("{{", "{ {"));
        }
    }
    compare(&site, &[]);
}
