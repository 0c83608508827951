//! Small Jekyll sites: collections, defaults and pages in HTML have the URLs that Jekyll gives them.

use std::fs;
use std::process::Command;

use crate::support::oracle::{compare_with_pages, pages_below};
use crate::support::{TestSite, has_program};

/// Builds the site with Jekyll and compares all pages. Jekyll's pages that are not posts must be `others`.
fn compare(config: &str, files: &[(&str, &str)], others: &[&str]) {
    if !has_program("jekyll", "--version") {
        return;
    }
    let site = TestSite::new();
    fs::remove_file(site.root().join("hugo.toml")).unwrap();
    site.write("_config.yml", format!("url: https://blog.example\nsource: content\n{config}"));
    for (path, front_matter) in files {
        site.write(
            &format!("content/{path}"),
            format!("---\ntitle: T\n{front_matter}---\n\n## Heading\n\nText.\n"),
        );
    }
    let public = tempfile::tempdir().unwrap();
    let output = Command::new("jekyll")
        .args(["build", "--quiet", "--future", "--disable-disk-cache", "--destination"])
        .arg(public.path())
        .current_dir(site.root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let compared = compare_with_pages(site.root(), pages_below(public.path()), others);
    assert!(compared > 2, "only {compared} headings");
}

const FILES: [(&str, &str); 9] = [
    ("_posts/2024-03-05-a.md", ""),
    ("_recipes/Apple Pie.md", ""),
    ("_recipes/sweet/2024-03-06-cake.md", ""),
    ("_recipes/own.md", "permalink: /own/:name/\n"),
    ("_hidden/x.md", ""),
    ("_unknown/x.md", ""),
    ("about.md", ""),
    ("deep/er/page.md", ""),
    ("deep/index.md", ""),
];

#[test]
fn reads_collections_as_jekyll_does() {
    let collections = "collections:\n  recipes:\n    output: true\n  hidden:\n    output: false\n";
    for permalink in ["date", "pretty", "/:year/:title/", "/:categories/:title:output_ext"] {
        compare(&format!("permalink: {permalink}\n{collections}"), &FILES, &[]);
    }
    for pattern in ["/food/:path/", "/:collection/:name.html", "/x/:title:output_ext"] {
        let collections = format!("collections:\n  recipes:\n    output: true\n    permalink: {pattern}\n");
        compare(&collections, &FILES, &[]);
    }
}

#[test]
fn applies_defaults_as_jekyll_does() {
    let defaults = "collections: [recipes]\ndefaults:\n\
        - {scope: {path: '', type: posts}, values: {permalink: '/blog/:title/'}}\n\
        - {scope: {path: 'de/_posts', type: posts}, values: {permalink: '/de/blog/:title.html'}}\n\
        - {scope: {path: 'deep'}, values: {published: false}}\n\
        - {scope: {path: 'notes/*/old'}, values: {permalink: '/old/:basename/'}}\n";
    let files = [
        ("_posts/2024-03-05-a.md", ""),
        ("de/_posts/2024-03-05-b.md", ""),
        ("de/_posts/2024-03-05-c.md", "permalink: /own/\n"),
        ("deep/er/page.md", ""),
        ("deep/seen.md", "published: true\n"),
        ("notes/a/old/x.md", ""),
        ("notes/a/new/y.md", ""),
    ];
    compare(defaults, &files, &[]);
}
