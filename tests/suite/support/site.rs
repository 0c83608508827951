//! Sites in temporary directories, and searches in them.

use std::fs;
use std::path::{Path, PathBuf};

use bloghound::config::{Config, Overrides};
use bloghound::content::Site;
use bloghound::engine::Engine;
use bloghound::query::{RawRequest, SearchResponse};
use bloghound::reindex::{Indexer, IndexingReport, OpenMode};
use tempfile::TempDir;

/// A Hugo site that is removed when dropped.
pub(crate) struct TestSite {
    dir: TempDir,
}

/// The source of a post with a title, a date and a body.
pub(crate) fn post(title: &str, date: &str, body: &str) -> String {
    format!("+++\ntitle = '''{title}'''\ndate = {date}\n+++\n\n{body}\n")
}

impl TestSite {
    /// A site without posts.
    pub(crate) fn new() -> Self {
        let site = Self { dir: tempfile::tempdir().unwrap() };
        site.write("hugo.toml", "baseURL = 'https://blog.example/'\nlanguageCode = 'en-us'\n");
        fs::create_dir(site.content()).unwrap();
        site
    }

    /// A site with posts, given as (folder, title, body) and dated one day apart from 2024-01-01.
    pub(crate) fn with_posts(posts: &[(&str, &str, &str)]) -> Self {
        let site = Self::new();
        for (day, (folder, title, body)) in (1..).zip(posts) {
            site.write_post(folder, &post(title, &format!("2024-01-{day:02}"), body));
        }
        site
    }

    pub(crate) fn root(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn content(&self) -> PathBuf {
        self.root().join("content")
    }

    /// Writes a file below the site's root and creates its folders.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes `content/FOLDER/_index.md`.
    pub(crate) fn write_post(&self, folder: &str, text: &str) {
        self.write(&format!("content/{folder}/_index.md"), text);
    }

    pub(crate) fn config(&self) -> Config {
        Config::load(Overrides { site: self.root().to_owned(), ..Overrides::default() }).unwrap()
    }

    /// Updates the index.
    pub(crate) fn reindex(&self) -> IndexingReport {
        self.reindex_as(OpenMode::Update)
    }

    /// Builds the index anew.
    pub(crate) fn rebuild(&self) -> IndexingReport {
        self.reindex_as(OpenMode::Rebuild)
    }

    fn reindex_as(&self, mode: OpenMode) -> IndexingReport {
        let config = self.config();
        let site = Site::detect(&config).unwrap();
        let mut indexer = Indexer::open(&config, &site, mode).unwrap();
        let report = indexer.reconcile(&mut |_, _| {}).unwrap();
        indexer.close().unwrap();
        report
    }

    /// Updates the index and opens it.
    pub(crate) fn engine(&self) -> Engine {
        self.reindex();
        Engine::open(&self.config()).unwrap()
    }
}

/// Short ways to search.
pub(crate) trait SearchText {
    /// The response to a query.
    fn search_text(&self, query: &str) -> SearchResponse;

    /// The ids of the hits, without `/_index.md`.
    fn hits(&self, query: &str) -> Vec<String> {
        let id = |id: &str| id.trim_end_matches("/_index.md").to_owned();
        self.search_text(query).hits.iter().map(|hit| id(&hit.id)).collect()
    }
}

impl SearchText for Engine {
    fn search_text(&self, query: &str) -> SearchResponse {
        let raw = RawRequest { q: query.to_owned(), limit: Some("50".to_owned()), ..RawRequest::default() };
        self.search(&raw.validate().unwrap()).unwrap()
    }
}
