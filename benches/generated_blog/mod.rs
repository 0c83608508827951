//! Generated blogs of any size: the same posts on every machine, with the word frequencies, lengths and structure of
//! real ones.
//!
//! A post depends only on the source of its words, the seed and its number. A small blog is therefore the beginning of
//! a large one, posts can be written in parallel, and memory does not grow with their number. The arithmetic gives the
//! same bits on all machines.

mod post;
mod random;
mod word_model;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use rayon::prelude::*;

use crate::site::{BenchSite, post_text};
use post::BlogTaxonomies;
use word_model::WordModel;

pub(crate) const DEFAULT_SEED: u64 = 20_261_124;

const SETTINGS: &str = "baseURL = 'https://generated.example/'\nlanguageCode = 'en'\ntitle = 'A generated blog'\n\n\
[taxonomies]\n  tag = 'tags'\n  category = 'categories'\n";

#[derive(Args)]
pub(crate) struct GenerateArgs {
    /// Number of posts
    #[arg(long)]
    posts: u64,
    /// New or empty directory for the blog
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Seed of the random numbers
    #[arg(long, default_value_t = DEFAULT_SEED)]
    seed: u64,
}

/// Writes a blog.
pub(crate) fn run(args: &GenerateArgs) -> anyhow::Result<()> {
    let GenerateArgs { posts, out, seed } = args;
    let bytes = GeneratedBlog::from_bench_site(*seed)?.write(*posts, out)?;
    println!("wrote {posts} posts ({bytes} bytes) to {}", out.display());
    Ok(())
}

/// All posts that follow from a word model and a seed.
pub(crate) struct GeneratedBlog {
    words: WordModel,
    taxonomies: BlogTaxonomies,
    seed: u64,
}

impl GeneratedBlog {
    /// Takes the word frequencies from the posts of the site to measure.
    pub(crate) fn from_bench_site(seed: u64) -> anyhow::Result<Self> {
        let posts = BenchSite::open()?.posts()?;
        let words = WordModel::new(posts.iter().map(post_text))?;
        let taxonomies = BlogTaxonomies::new(&words, seed);
        Ok(Self { words, taxonomies, seed })
    }

    /// Writes the first `posts` posts and the site's settings to a directory, and returns the size of the posts in
    /// bytes.
    ///
    /// # Errors
    /// If the directory has content already, or cannot be written.
    pub(crate) fn write(&self, posts: u64, dir: &Path) -> anyhow::Result<u64> {
        let content = dir.join("content");
        std::fs::create_dir_all(&content).with_context(|| format!("cannot create {}", content.display()))?;
        let is_empty = std::fs::read_dir(&content)?.next().is_none();
        anyhow::ensure!(is_empty, "{} is not empty; choose a new directory", content.display());
        std::fs::write(dir.join("hugo.toml"), SETTINGS)?;
        (0..posts).into_par_iter().map(|number| self.write_post(number, &content)).sum()
    }

    fn write_post(&self, number: u64, content: &Path) -> anyhow::Result<u64> {
        let post = self.taxonomies.generate_post(&self.words, self.seed, number);
        let folder = content.join(post.folder);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        std::fs::write(folder.join("index.md"), &post.source)?;
        Ok(post.source.len() as u64)
    }
}
