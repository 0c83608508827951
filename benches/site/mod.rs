//! A real site for the benchmarks, and queries made of its titles.
//!
//! The site is the directory in `BLOGHOUND_BENCH_SITE`, else the project's own. Its posts are
//! copied, so that one can be saved again and again while the site stays as it is.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Context as _;
use bloghound::analysis::is_stop_word;
use bloghound::config::{Config, Overrides};
use bloghound::content::{Audience, Block, Inventory, Post, Reading, Site, read_post, source};
use jiff::Timestamp;
use tempfile::TempDir;

/// Letters from which a word is long enough for prefixes and typos to be told from other words.
const LONG_WORD: usize = 5;

/// A site whose content and index are in a directory that ends with it.
pub(crate) struct BenchSite {
    pub(crate) config: Config,
    pub(crate) site: Site,
    pub(crate) dir: TempDir,
}

impl BenchSite {
    pub(crate) fn open() -> anyhow::Result<Self> {
        let root = std::env::var_os("BLOGHOUND_BENCH_SITE").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
        let dir = tempfile::tempdir()?;
        let overrides = Overrides { site: PathBuf::from(root), ..Overrides::default() };
        let mut config = Config::load(overrides)?;
        let mut site = Site::detect(&config)?;
        let content = dir.path().join("content");
        std::fs::create_dir(&content)?;
        for file in source::walk(&site).0 {
            let copy = content.join(&file.id);
            std::fs::create_dir_all(copy.parent().context("a file is in a folder")?)?;
            // Copying permissions too would make the copy of a read-only site read-only.
            std::fs::write(copy, std::fs::read(&file.path)?)?;
        }
        site.content_dir = content;
        config.index_dir = dir.path().join("index");
        Ok(Self { config, site, dir })
    }

    /// The source files, read.
    pub(crate) fn sources(&self) -> anyhow::Result<Sources> {
        let mut sources = Sources { inventory: Inventory::default(), files: Vec::new() };
        for file in source::walk(&self.site).0 {
            let bytes = std::fs::read(&file.path)?;
            let text = || String::from_utf8(bytes.clone()).ok();
            self.site.generator.add_to_inventory(&mut sources.inventory, &file.id, text);
            sources.files.push((file.id, bytes));
        }
        Ok(sources)
    }
}

/// The source files of a site, as ids and bytes.
pub(crate) struct Sources {
    pub(crate) files: Vec<(String, Vec<u8>)>,
    inventory: Inventory,
}

impl Sources {
    /// The posts and pages that the indexer would index.
    pub(crate) fn posts(&self, site: &Site) -> Vec<Post> {
        let now = Timestamp::now();
        let audience = Audience { drafts: site.drafts, future: site.future, expired: site.expired, now };
        let read =
            |(id, bytes): &(String, Vec<u8>)| match read_post(id, bytes, &self.inventory, site, &audience) {
                Reading::Post(post) => Some(*post),
                Reading::Skipped(_) | Reading::Failed(_) => None,
            };
        self.files.iter().filter_map(read).collect()
    }
}

/// Headings, prose and code of a post, in order.
pub(crate) fn text_of(post: &Post) -> String {
    let mut lines = Vec::new();
    for section in &post.sections {
        lines.extend(section.heading.as_ref().map(|heading| heading.text.as_str()));
        lines.extend(section.blocks.iter().map(|block| match block {
            Block::Prose(text) | Block::Code { text, .. } => text.as_str(),
        }));
    }
    lines.join("\n")
}

/// What a reader may type: words of titles and headings, in small letters.
pub(crate) struct Vocabulary {
    /// The words of each title and heading; titles first.
    pub(crate) lines: Vec<Vec<String>>,
    /// The words that mean something, each once.
    pub(crate) words: Vec<String>,
}

impl Vocabulary {
    pub(crate) fn new(posts: &[Post]) -> Self {
        let titles = posts.iter().map(|post| post.title.as_str());
        let sections = posts.iter().flat_map(|post| &post.sections);
        let headings = sections.filter_map(|section| section.heading.as_ref());
        let headings = headings.map(|heading| heading.text.as_str());
        let lines: Vec<Vec<String>> = titles.chain(headings).map(words_of).collect();
        let means_something = |word: &&String| word.chars().count() > 1 && !is_stop_word(word);
        let words = distinct(lines.iter().flatten().filter(means_something).cloned());
        Self { lines, words }
    }

    /// The words with enough letters.
    pub(crate) fn long_words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str).filter(|word| word.chars().count() >= LONG_WORD)
    }

    /// `n` words as they follow each other somewhere.
    pub(crate) fn runs(&self, n: usize) -> Vec<String> {
        distinct(self.lines.iter().flat_map(|line| line.windows(n)).map(|run| run.join(" ")))
    }

    /// Words with one typo that are no other word of the titles.
    pub(crate) fn typos(&self) -> Vec<String> {
        let typos = self.long_words().filter(|word| word.chars().all(char::is_alphabetic)).map(mistype);
        distinct(typos.filter(|typo| !self.words.contains(typo)))
    }
}

fn words_of(line: &str) -> Vec<String> {
    let words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Leaves out the letter in the middle, the commonest slip of quick fingers.
fn mistype(word: &str) -> String {
    let middle = word.chars().count() / 2;
    word.chars().enumerate().filter(|(at, _)| *at != middle).map(|(_, c)| c).collect()
}

/// The first `letters` of a word.
pub(crate) fn prefix(word: &str, letters: usize) -> String {
    word.chars().take(letters).collect()
}

/// Each text once, where it stands first.
pub(crate) fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    texts.filter(|text| seen.insert(text.clone())).collect()
}

/// At most `n` of the texts, from all over the list: what stands first is not typical.
pub(crate) fn spread(texts: &[String], n: usize) -> Vec<String> {
    let n = n.min(texts.len());
    (0..n).map(|at| texts[at * texts.len() / n].clone()).collect()
}
