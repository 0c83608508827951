//! Real generators as oracles: comparing their pages with bloghound's posts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bloghound::config::{Config, Overrides};
use bloghound::content::{Catalog, Post, ReadOutcome, Site, VisibilityRules};
use jiff::Timestamp;

use super::{Missing, own_site, report_skip};

/// The posts of a site, and the number of skipped files by reason.
pub(crate) struct ReadSite {
    pub(crate) site: Site,
    pub(crate) posts: Vec<Post>,
    pub(crate) skipped: BTreeMap<String, usize>,
}

/// Reads all files of a site.
pub(crate) fn read_site(root: &Path) -> ReadSite {
    let config = Config::load(Overrides { site: root.to_owned(), ..Overrides::default() }).unwrap();
    let site = Site::detect(&config).unwrap();
    let rules = VisibilityRules { drafts: true, future: true, expired: true, now: Timestamp::now() };
    let catalog = Catalog::read(&site, &rules);
    assert!(catalog.list_errors.is_empty(), "{:?}", catalog.list_errors);
    let (mut posts, mut skipped) = (Vec::new(), BTreeMap::new());
    for (_, reading) in catalog.outcomes {
        match reading {
            ReadOutcome::Post(post) => posts.push(*post),
            ReadOutcome::Skipped(reason) => *skipped.entry(format!("{reason:?}")).or_default() += 1,
            ReadOutcome::Failed(failure) => panic!("{failure}"),
        }
    }
    ReadSite { site, posts, skipped }
}

/// The ids of the headings of a page, in order; empty for headings without one.
pub(crate) fn all_heading_ids(html: &str) -> Vec<String> {
    let tags = html.split("<h").skip(1).filter(|tag| tag.starts_with(|c: char| c.is_ascii_digit()));
    let ids = tags.filter_map(|tag| Some(tag.split('>').next()?.split(" id=").nth(1).unwrap_or_default()));
    let unquoted = |id: &str| match id.chars().next() {
        Some(quote @ ('"' | '\'')) => id[1..].split(quote).next().unwrap_or_default().to_owned(),
        _ => id.split(' ').next().unwrap_or_default().to_owned(),
    };
    ids.map(unquoted).collect()
}

/// The pages that a generator wrote below `public`, by URL path.
pub(crate) fn pages_below(public: &Path) -> BTreeMap<String, String> {
    let files = ignore::WalkBuilder::new(public).standard_filters(false).build();
    let pages = files.flatten().map(ignore::DirEntry::into_path);
    let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "html"));
    let url = |path: &Path| format!("/{}", path.strip_prefix(public).unwrap().to_str().unwrap());
    let read = |path: PathBuf| (url(&path).replace("/index.html", "/"), fs::read_to_string(path).unwrap());
    pages.map(read).collect()
}

/// Compares URLs and heading ids of all posts with the generator's pages. Pages without a post must be `others`.
/// Returns the number of ids that were compared.
pub(crate) fn compare_with_pages(root: &Path, mut pages: BTreeMap<String, String>, others: &[&str]) -> usize {
    let read = read_site(root);
    let name = read.site.generator.name();
    let mut compared = 0;
    for post in &read.posts {
        let path = post.url.strip_prefix("https://blog.example").unwrap_or(&post.url);
        let path = percent_encoding::percent_decode_str(path).decode_utf8().unwrap().into_owned();
        let path = path.strip_prefix("/base").unwrap_or(&path);
        let html = pages
            .remove(path)
            .unwrap_or_else(|| panic!("{name} has no {path} for {}, but {:?}", post.id, pages.keys()));
        let headings = post.sections.iter().filter_map(|section| section.heading.as_ref());
        let anchors: Vec<&str> = headings.map(|heading| heading.anchor.as_str()).collect();
        assert_eq!(anchors, all_heading_ids(&html), "{name}: {}", post.id);
        compared += anchors.len();
    }
    let left: Vec<&String> = pages.keys().filter(|path| !others.contains(&path.as_str())).collect();
    assert!(left.is_empty(), "bloghound does not have {name}'s {left:?}; skipped: {:?}", read.skipped);
    compared
}

fn generators() -> PathBuf {
    own_site().join("tests/generators")
}

/// A JavaScript generator that is installed in `tests/generators`, or `None`, reported as a skip.
pub(crate) fn npm_program(name: &str) -> Option<PathBuf> {
    installed(generators().join("node_modules/.bin").join(name))
}

/// A Python generator that is installed in `tests/generators/venv`, or `None`, reported as a skip.
pub(crate) fn python_program(name: &str) -> Option<PathBuf> {
    installed(generators().join("venv/bin").join(name))
}

/// The web server nginx: the system's, or the one in `tests/generators`; `None` is reported as a skip.
pub(crate) fn nginx_program() -> Option<PathBuf> {
    let system = PathBuf::from("/usr/sbin/nginx");
    if system.exists() { Some(system) } else { installed(generators().join("nginx/usr/sbin/nginx")) }
}

fn installed(program: PathBuf) -> Option<PathBuf> {
    if program.exists() {
        return Some(program);
    }
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    report_skip(
        Missing::Program,
        &format!("{name} is not installed: `tests/run` installs it in tests/generators"),
    );
    None
}

/// Links the packages of `tests/generators` into a site.
pub(crate) fn link_packages(root: &Path) {
    let modules = generators().join("node_modules");
    if !root.join("node_modules").exists() {
        std::os::unix::fs::symlink(modules, root.join("node_modules")).unwrap();
    }
}

/// Runs a generator in a site's root. Returns the pages in `public`.
pub(crate) fn build(
    root: &Path,
    program: &Path,
    arguments: &[&str],
    public: &str,
) -> BTreeMap<String, String> {
    let output = Command::new(program).args(arguments).current_dir(root).output().unwrap();
    let public = root.join(public);
    let printed =
        || format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && public.is_dir(), "{}", printed());
    pages_below(&public)
}
