//! Blogs of any size that nobody wrote: the same posts on every machine, with the words, lengths and
//! shapes of real ones.
//!
//! A post depends on the source of words, the seed and its number only, never on other posts: a small
//! blog is the beginning of a large one, posts can be written side by side, and memory does not grow
//! with their number. No arithmetic is used whose last bit machines may disagree on.

mod lexicon;
mod post;
mod random;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rayon::prelude::*;

pub(crate) use lexicon::Lexicon;
use post::Shape;

/// The seed where none is given.
pub(crate) const SEED: u64 = 20_261_124;

const SETTINGS: &str = "baseURL = 'https://generated.example/'\nlanguageCode = 'en'\ntitle = 'A generated blog'\n\n\
[taxonomies]\n  tag = 'tags'\n  category = 'categories'\n";

/// All posts that a source of words and a seed make.
pub(crate) struct Blog {
    lexicon: Lexicon,
    shape: Shape,
    seed: u64,
}

impl Blog {
    pub(crate) fn new(lexicon: Lexicon, seed: u64) -> Self {
        let shape = Shape::new(&lexicon, seed);
        Self { lexicon, shape, seed }
    }

    /// Writes the first `posts` posts below `dir`, which is new or empty, and the site's settings.
    /// Returns the bytes of the posts.
    pub(crate) fn write(&self, posts: u64, dir: &Path) -> anyhow::Result<u64> {
        let content = dir.join("content");
        std::fs::create_dir_all(&content).with_context(|| format!("cannot make {}", content.display()))?;
        let is_empty = std::fs::read_dir(&content)?.next().is_none();
        anyhow::ensure!(is_empty, "{} has posts already; name a new directory", content.display());
        std::fs::write(dir.join("hugo.toml"), SETTINGS)?;
        (0..posts).into_par_iter().map(|number| self.write_post(number, &content)).sum()
    }

    fn write_post(&self, number: u64, content: &Path) -> anyhow::Result<u64> {
        let post = self.shape.post(&self.lexicon, self.seed, number);
        let folder: PathBuf = content.join(post.folder);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        std::fs::write(folder.join("index.md"), &post.source)?;
        Ok(post.source.len() as u64)
    }
}
