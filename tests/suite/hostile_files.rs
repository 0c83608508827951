//! Files that must not be read, at every place where a site's files are read: named pipes, devices, sparse files of
//! a terabyte. Reading one of them would block or exhaust the memory.
#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use bloghound::config::{Config, ConfigError, Overrides};
use bloghound::content::{Catalog, Site, SiteError, VisibilityRules};

use crate::support::{TestSite, post};

/// Far more than reading a small site takes: a blocked or endless reader exceeds it.
const PATIENCE: Duration = Duration::from_mins(2);

/// Replaces a file by one that must not be read; returns the part of the message that names it.
type Hostile = fn(&Path) -> &'static str;

const HOSTILE: [Hostile; 4] = [
    |path| {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        "a named pipe instead of a regular file"
    },
    |path| {
        symlink("/dev/zero", path).unwrap();
        "instead of a regular file"
    },
    |path| {
        drop(std::os::unix::net::UnixListener::bind(path).unwrap());
        "a socket instead of a regular file"
    },
    |path| {
        File::create(path).unwrap().set_len(1 << 40).unwrap();
        "it is larger than "
    },
];

/// Runs a function on its own thread; fails if it does not return in time.
fn in_time<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let (thread, started) = (std::thread::spawn(run), Instant::now());
    while !thread.is_finished() {
        assert!(started.elapsed() < PATIENCE, "reading does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
    thread.join().unwrap()
}

/// Puts each hostile file at `path` of a site with these files, and passes the site to `check`.
fn with_each(files: &[(&str, &str)], path: &str, check: fn(&Path) -> String) {
    for hostile in HOSTILE {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = dir.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let file = dir.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&file);
        let expected = hostile(&file);
        let root = dir.path().to_owned();
        let message = in_time(move || check(&root));
        assert!(is_expected(&message, expected), "{path}: {message}");
        assert!(message.contains(path.rsplit('/').next().unwrap()), "{path}: {message}");
    }
}

/// Below the content, links to devices are refused before the device is.
fn is_expected(message: &str, expected: &str) -> bool {
    message.contains(expected) || message.contains("the link leads to /dev/zero")
}

fn load(root: &Path) -> Result<Config, ConfigError> {
    Config::load(Overrides { site: root.to_owned(), ..Overrides::default() })
}

fn detect(root: &Path) -> Result<Site, SiteError> {
    Site::detect(&load(root).unwrap())
}

fn read_all(root: &Path) -> Catalog {
    let site = detect(root).unwrap();
    Catalog::read(&site, &VisibilityRules::of(&load(root).unwrap(), &site, jiff::Timestamp::now()))
}

/// The errors of a site whose other post is read.
fn content_errors(root: &Path) -> String {
    let catalog = read_all(root);
    assert_eq!(catalog.posts().map(|post| post.title.as_str()).collect::<Vec<_>>(), ["Kept"]);
    joined(&catalog)
}

fn joined(catalog: &Catalog) -> String {
    let errors = catalog.diagnostics().into_iter().map(|error| format!("{}: {}", error.path, error.message));
    errors.collect::<Vec<_>>().join("\n")
}

#[test]
fn posts_and_folder_data_are_regular_files_of_a_bounded_size() {
    let kept = post("Kept", "2024-01-01", "Text.");
    let site = [("hugo.toml", ""), ("content/kept.md", &kept)];
    for path in ["content/x.md", "content/x/index.md", "content/x/_index.md"] {
        with_each(&site, path, content_errors);
    }
    // All posts inherit from this one.
    with_each(&site, "content/_index.md", |root| {
        let catalog = read_all(root);
        assert_eq!(catalog.posts().count(), 0);
        joined(&catalog)
    });
    let eleventy = [(".eleventy.js", "module.exports = () => {}"), ("kept.md", &kept)];
    with_each(&eleventy, "posts/posts.json", content_errors);
    // The chapters of a book without a readable summary are unknown.
    let book = [("book.toml", ""), ("src/kept.md", "# Kept")];
    with_each(&book, "src/SUMMARY.md", |root| {
        read_all(root).list_errors.iter().map(ToString::to_string).collect()
    });
}

#[test]
fn ignore_files_are_regular_files_of_a_bounded_size() {
    let kept = post("Kept", "2024-01-01", "Text.");
    let site = [
        ("hugo.toml", ""),
        (".git/HEAD", ""),
        ("content/kept.md", &kept),
        ("content/a/b.md", "+++\ndraft = true\n+++\n"),
    ];
    for path in [".gitignore", "content/.gitignore", "content/a/.gitignore"] {
        with_each(&site, path, content_errors);
    }
}

#[test]
fn settings_are_regular_files_of_a_bounded_size() {
    let is_refused = |root: &Path| detect(root).unwrap_err().to_string();
    let content = ("content/kept.md", "");
    with_each(&[content], "bloghound.toml", |root| load(root).unwrap_err().to_string());
    let files = [
        "hugo.toml",
        "hugo.yaml",
        "config.json",
        "config/_default/hugo.toml",
        "config/_default/params.toml",
        "zola.toml",
        "_config.yml",
        "eleventy.config.js",
        "astro.config.mjs",
        "docusaurus.config.ts",
        "gatsby-config.js",
        "nuxt.config.ts",
        "mkdocs.yml",
        "book.toml",
        "package.json",
    ];
    for path in files {
        with_each(&[content], path, is_refused);
    }
    with_each(&[content, (".eleventy.js", "")], ".eleventyignore", is_refused);
    with_each(&[content, ("docusaurus.config.js", "")], "versions.json", is_refused);
}

#[test]
fn hostile_files_beside_the_settings_do_not_block() {
    let files =
        ["src/content/config.ts", "gatsby-node.js", "content.config.ts", "src/pages/[slug].astro", ".git"];
    let settings = ["astro.config.mjs", "gatsby-config.js", "nuxt.config.ts"];
    for settings in settings {
        for path in files {
            for hostile in HOSTILE {
                let site = TestSite::new();
                fs::remove_file(site.root().join("hugo.toml")).unwrap();
                site.write(settings, "export default {}");
                site.write("src/pages/x.md", post("Kept", "2024-01-01", "Text."));
                let file = site.root().join(path);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                hostile(&file);
                let root = site.root().to_owned();
                in_time(move || detect(&root).map(|_| read_all(&root)).map_err(drop).ok());
            }
        }
    }
}

#[test]
fn a_hostile_post_is_reported_and_the_others_are_indexed() {
    for hostile in HOSTILE {
        let site = TestSite::with_posts(&[("a", "Kept", "Text.")]);
        let expected = hostile(&site.content().join("b.md"));
        let report = in_time(move || site.reindex());
        assert_eq!((report.posts, report.failed.len()), (1, 1), "{:?}", report.failed);
        assert!(report.failed[0].to_string().starts_with("b.md:1: cannot read the file: "));
        assert!(is_expected(&report.failed[0].message, expected), "{}", report.failed[0]);
    }
}
