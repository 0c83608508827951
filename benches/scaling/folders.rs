//! Content folders of any size that are expensive to list, read or update if a step takes more than linear time.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use bloghound::config::{Config, Overrides};
use bloghound::content::{Catalog, Site, VisibilityRules, list_sources};
use bloghound::reindex::{Indexer, OpenMode};

use super::RunCost;
use super::texts::joined;
use crate::process::own_cpu_seconds;

/// A kind of site: its name, its settings file, and a function that returns the files of one with this number of
/// folders or posts, as paths and texts.
pub(super) type HostileFolder = (&'static str, &'static str, fn(usize) -> Vec<(String, String)>);

const POST: &str = "+++\ntitle = 'A'\ndate = 2024-01-01\n+++\nText.\n";
const SECTION: &str = "+++\ntitle = 'A'\n[cascade]\nx = 1\n+++\n";

fn files(count: usize, path: impl Fn(usize) -> String, text: &str) -> Vec<(String, String)> {
    (0..count).map(|number| (path(number), text.to_owned())).collect()
}

/// A path of folders nested `depth` deep.
fn nested(depth: usize) -> String {
    "a/".repeat(depth)
}

/// Number of nested folders whose paths have `count` times a fixed length together: with the depth grows the length of
/// each path.
fn depth(count: usize) -> usize {
    count.isqrt() * 25
}

pub(super) const FOLDERS: &[HostileFolder] = &[
    ("posts in a folder", "hugo.toml", |n| files(n, |i| format!("content/a/{i}.md"), POST)),
    ("bundles in a folder", "hugo.toml", |n| files(n, |i| format!("content/a/{i}/index.md"), POST)),
    ("sections in a folder", "hugo.toml", |n| files(n, |i| format!("content/a/{i}/_index.md"), SECTION)),
    ("nested posts", "hugo.toml", |n| files(depth(n), |i| format!("content/{}p.md", nested(i)), POST)),
    ("nested bundles", "hugo.toml", |n| files(depth(n), |i| format!("content/{}index.md", nested(i)), POST)),
    ("nested sections", "hugo.toml", |n| {
        files(depth(n), |i| format!("content/{}_index.md", nested(i)), SECTION)
    }),
    ("nested folders with ignore rules", "hugo.toml", |n| {
        let mut all = files(depth(n), |i| format!("content/{}p.md", nested(i)), POST);
        all.extend(files(depth(n), |i| format!("content/{}.gitignore", nested(i)), "x\n"));
        all
    }),
    ("sections in many languages", "hugo.toml", |n| {
        files(n, |i| format!("content/a/_index.l{i}.md"), SECTION)
    }),
    ("bundles in many languages", "hugo.toml", |n| files(n, |i| format!("content/a/index.l{i}.md"), POST)),
    ("folders named as an index", "hugo.toml", |n| files(n, |i| format!("content/a/index.l{i}/p.md"), POST)),
    ("posts in a folder named as an index", "hugo.toml", |n| {
        files(n, |i| format!("content/a/index.l/{i}.md"), POST)
    }),
    ("equal addresses", "hugo.toml", |n| {
        files(n, |i| format!("content/a/{i}.md"), "+++\ntitle = 'A'\nurl = '/a/'\ndate = 2024-01-01\n+++\n")
    }),
    ("posts with data files", ".eleventy.js", |n| {
        let mut all = files(n, |i| format!("a/{i}.md"), POST);
        all.extend(files(n, |i| format!("a/{i}.11tydata.json"), "{\"x\": 1}"));
        all
    }),
    ("chapters", "book.toml", |n| {
        let mut all = files(n, |i| format!("src/{i}.md"), "# A\n");
        let lines = joined(n, |i| format!("- [A](./{i}.md)\n"));
        all.push(("src/SUMMARY.md".to_owned(), lines));
        all
    }),
    ("ignore rules", "hugo.toml", |n| {
        let mut all = files(n, |i| format!("content/a/{i}.md"), POST);
        all.push((".gitignore".to_owned(), joined(n, |i| format!("*a{i}*b\n"))));
        all
    }),
];

/// Links to folders, as pairs of a path and a target, that make every post of [`FOLDERS`] visible at many paths.
const LINKS: [(&str, &str); 4] =
    [("content/l0", "a"), ("content/l1", "."), ("content/a/l2", ".."), ("content/a/l3", ".")];

/// A site in a temporary directory.
struct FolderSite {
    dir: tempfile::TempDir,
}

impl FolderSite {
    fn new(settings: &str, files: &[(String, String)]) -> anyhow::Result<Self> {
        let site = Self { dir: tempfile::tempdir()? };
        fs::create_dir(site.dir.path().join(".git"))?;
        fs::write(site.dir.path().join(settings), "")?;
        for (path, text) in files {
            let path = site.dir.path().join(path);
            fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
            fs::write(path, text)?;
        }
        #[cfg(unix)]
        for (link, target) in LINKS {
            if site.dir.path().join("content/a").is_dir() {
                std::os::unix::fs::symlink(target, site.dir.path().join(link))?;
            }
        }
        Ok(site)
    }

    fn detect(&self) -> anyhow::Result<(Config, Site)> {
        let config = Config::load(Overrides { site: self.dir.path().to_owned(), ..Overrides::default() })?;
        let site = Site::detect_without_content(&config)?;
        Ok((config, site))
    }
}

/// Returns the cost of each step for a site of this size.
pub(super) fn measure(
    (_, settings, files): &HostileFolder,
    count: usize,
) -> anyhow::Result<Vec<(&'static str, RunCost)>> {
    let files = files(count);
    let folder_site = FolderSite::new(settings, &files)?;
    let (config, site) = folder_site.detect()?;
    let listing = timed(|| list_sources(&site)).0;
    let rules = VisibilityRules::of(&config, &site, jiff::Timestamp::now());
    let reading = timed(|| Catalog::read(&site, &rules)).0;

    // The same site, all of whose files appear after the index was built.
    let empty_site = FolderSite::new(settings, &[])?;
    let (config, site) = empty_site.detect()?;
    fs::create_dir_all(&site.content_dir)?;
    let mut indexer = Indexer::open(&config, &site, OpenMode::Update)?;
    indexer.reconcile(&mut |_, _| {})?;
    let paths = write(empty_site.dir.path(), &files)?;
    let updating = timed(|| indexer.update(&paths));
    updating.1?;
    indexer.close()?;
    Ok(vec![("list", listing), ("read", reading), ("update", updating.0)])
}

/// Writes files and returns the paths that events name: those of all files and folders.
fn write(root: &Path, files: &[(String, String)]) -> anyhow::Result<BTreeSet<PathBuf>> {
    let mut paths = BTreeSet::new();
    for (path, text) in files {
        let path = root.join(path);
        let folder = path.parent().context("a file is in a folder")?.to_owned();
        fs::create_dir_all(&folder)?;
        fs::write(&path, text)?;
        paths.insert(path);
        if folder != root {
            paths.insert(folder);
        }
    }
    Ok(paths)
}

fn timed<T>(run: impl FnOnce() -> T) -> (RunCost, T) {
    RunCost::of(|| Some(Duration::from_secs_f64(own_cpu_seconds())), run)
}
