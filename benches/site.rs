//! The site that the benchmarks run on: the one in `BLOGHOUND_BENCH_SITE`, by default the one in this repository.
//!
//! Its content is copied to a temporary directory, so that a benchmark can change posts without touching the site.

use std::path::PathBuf;

use anyhow::Context as _;
use bloghound::config::{Config, Overrides};
use bloghound::content::{
    Block, Inventory, Post, ReadOutcome, Site, VisibilityRules, list_sources, read_post,
};
use jiff::Timestamp;
use tempfile::TempDir;

/// Returns the root directory of the site to measure.
pub(crate) fn site_root() -> PathBuf {
    std::env::var_os("BLOGHOUND_BENCH_SITE").unwrap_or(env!("CARGO_MANIFEST_DIR").into()).into()
}

/// A site whose content and index are in a temporary directory that is removed on drop.
pub(crate) struct BenchSite {
    pub(crate) config: Config,
    pub(crate) site: Site,
    /// Contains `content/` and, once it is built, `index/`.
    pub(crate) dir: TempDir,
}

impl BenchSite {
    /// Copies the content of the site to measure.
    pub(crate) fn open() -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let mut config = Config::load(Overrides { site: site_root(), ..Overrides::default() })?;
        let mut site = Site::detect(&config)?;
        let content = dir.path().join("content");
        std::fs::create_dir(&content)?;
        for file in list_sources(&site).files {
            let copy = content.join(&file.id);
            std::fs::create_dir_all(copy.parent().context("a content file has no folder")?)?;
            // `fs::copy` would copy permissions too: the copy of a read-only site must be writable.
            std::fs::write(copy, std::fs::read(&file.path)?)?;
        }
        site.content_dir = content;
        config.index_dir = dir.path().join("index");
        Ok(Self { config, site, dir })
    }

    /// Reads all source files into memory.
    pub(crate) fn source_files(&self) -> anyhow::Result<SourceFiles> {
        let mut sources = SourceFiles { files: Vec::new(), inventory: Inventory::default() };
        for file in list_sources(&self.site).files {
            let bytes = std::fs::read(&file.path)?;
            let text = || String::from_utf8(bytes.clone()).ok();
            // What is wrong with a file is reported when it is read as a post.
            let _ = self.site.generator.add_to_inventory(&mut sources.inventory, &file.id, text);
            sources.files.push((file.id, bytes));
        }
        Ok(sources)
    }

    /// Returns the parsed posts and pages, in the order of their paths.
    pub(crate) fn posts(&self) -> anyhow::Result<Vec<Post>> {
        Ok(self.source_files()?.parse(self))
    }
}

/// The source files of a site, in memory.
pub(crate) struct SourceFiles {
    /// Path below the content directory, and bytes.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    inventory: Inventory,
}

impl SourceFiles {
    /// Parses the files and returns the posts and pages that bloghound indexes.
    pub(crate) fn parse(&self, bench_site: &BenchSite) -> Vec<Post> {
        let BenchSite { config, site, .. } = bench_site;
        let rules = VisibilityRules::of(config, site, Timestamp::now());
        let parse =
            |(id, bytes): &(String, Vec<u8>)| match read_post(id, bytes, &self.inventory, site, &rules) {
                ReadOutcome::Post(post) => Some(*post),
                ReadOutcome::Skipped(_) | ReadOutcome::Failed(_) => None,
            };
        self.files.iter().filter_map(parse).collect()
    }
}

/// Returns headings, prose and code of a post in document order, one block per line.
pub(crate) fn post_text(post: &Post) -> String {
    let mut blocks = Vec::new();
    for section in &post.sections {
        blocks.extend(section.heading.as_ref().map(|heading| heading.text.as_str()));
        blocks.extend(section.blocks.iter().map(|block| match block {
            Block::Prose(text) | Block::Code { text, .. } => text.as_str(),
        }));
    }
    blocks.join("\n")
}
