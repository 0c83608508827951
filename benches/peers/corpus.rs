//! The posts that all engines index, and the queries.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use bloghound::content::{Block, Post, Section};
use serde::Serialize;

use crate::query_set::QuerySet;
use crate::site::BenchSite;
use crate::vocabulary::TitleVocabulary;

/// Posts whose titles and headings the queries are made from.
const QUERY_SOURCE_POSTS: usize = 2_000;

/// A post as JSON.
#[derive(Clone, Serialize)]
pub(super) struct CorpusPost {
    /// The number of the post, since some engines only accept letters, digits and hyphens.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) url: String,
    sections: Vec<CorpusSection>,
    /// Path of the source file below the content directory.
    #[serde(skip)]
    pub(super) source: String,
}

#[derive(Clone, Serialize)]
struct CorpusSection {
    heading: Option<String>,
    /// Empty for the section before the first heading.
    anchor: String,
    text: String,
}

impl CorpusSection {
    fn new(section: &Section) -> Self {
        let texts = section.blocks.iter().map(|block| match block {
            Block::Prose(text) | Block::Code { text, .. } => text.as_str(),
        });
        let heading = section.heading.as_ref();
        Self {
            heading: heading.map(|heading| heading.text.clone()),
            anchor: heading.map(|heading| heading.anchor.clone()).unwrap_or_default(),
            text: texts.collect::<Vec<_>>().join("\n"),
        }
    }
}

impl CorpusPost {
    fn new(number: usize, post: &Post) -> Self {
        Self {
            id: number.to_string(),
            title: post.title.clone(),
            url: post.url.clone(),
            sections: post.sections.iter().map(CorpusSection::new).collect(),
            source: post.id.clone(),
        }
    }

    pub(super) fn headings(&self) -> String {
        let headings = self.sections.iter().filter_map(|section| section.heading.as_deref());
        headings.collect::<Vec<_>>().join("\n")
    }

    pub(super) fn body(&self) -> String {
        self.sections.iter().map(|section| section.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Returns a copy with a word added at the end of the text.
    pub(super) fn with_word(&self, word: &str) -> Self {
        let mut post = self.clone();
        post.sections.push(CorpusSection { heading: None, anchor: String::new(), text: word.to_owned() });
        post
    }

    /// Returns the post as a JSON object of strings, for engines without nested fields.
    pub(super) fn flat_json(&self) -> serde_json::Value {
        serde_json::json!({
            "id": self.id, "title": self.title, "url": self.url, "headings": self.headings(), "body": self.body(),
        })
    }
}

pub(super) struct Corpus {
    pub(super) bench_site: BenchSite,
    pub(super) posts: Vec<CorpusPost>,
    /// The posts as JSON, one per line.
    pub(super) file: PathBuf,
    /// Size of titles, headings and text.
    pub(super) text_bytes: u64,
    pub(super) queries: QuerySet,
}

impl Corpus {
    pub(super) fn open() -> anyhow::Result<Self> {
        let bench_site = BenchSite::open()?;
        let parsed = bench_site.posts()?;
        let step = parsed.len().div_ceil(QUERY_SOURCE_POSTS).max(1);
        let posts: Vec<CorpusPost> =
            parsed.iter().enumerate().map(|(number, post)| CorpusPost::new(number, post)).collect();
        let query_source: Vec<Post> = parsed.into_iter().step_by(step).collect();
        let queries = QuerySet::new(&TitleVocabulary::new(&query_source));
        let file = bench_site.dir.path().join("posts.jsonl");
        let mut lines = BufWriter::new(File::create(&file)?);
        for post in &posts {
            serde_json::to_writer(&mut lines, post)?;
            lines.write_all(b"\n")?;
        }
        lines.flush()?;
        let length = |post: &CorpusPost| post.title.len() + post.headings().len() + post.body().len();
        let text_bytes = posts.iter().map(|post| length(post) as u64).sum();
        Ok(Self { bench_site, posts, file, text_bytes, queries })
    }

    /// Returns the post that is saved again while an engine serves.
    pub(super) fn saved_post(&self) -> anyhow::Result<CorpusPost> {
        self.posts.get(self.posts.len() / 2).cloned().context("the site has no posts")
    }

    /// Returns the posts as JSON lines, in batches that end with the post that reaches `bytes`.
    pub(super) fn json_batches(&self, bytes: usize) -> impl Iterator<Item = String> + '_ {
        let mut posts = self.posts.iter().peekable();
        std::iter::from_fn(move || {
            let mut batch = String::new();
            while posts.peek().is_some() && batch.len() < bytes {
                batch += &posts.next()?.flat_json().to_string();
                batch.push('\n');
            }
            (!batch.is_empty()).then_some(batch)
        })
    }
}
