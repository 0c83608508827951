//! The posts that all engines get, and the queries made of them.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use bloghound::content::{Block, Post};
use serde::Serialize;

use crate::questions::Questions;
use crate::site::{BenchSite, Vocabulary};

/// Posts whose titles and headings make the queries.
const ASKED_ABOUT: usize = 2_000;

/// A post as a line of JSON.
#[derive(Clone, Serialize)]
pub(crate) struct Entry {
    /// Its number: some engines take letters, digits and hyphens only.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) url: String,
    sections: Vec<Part>,
    /// Its source file below the content directory.
    #[serde(skip)]
    pub(crate) source: String,
}

/// A section of a post.
#[derive(Clone, Serialize)]
struct Part {
    heading: Option<String>,
    anchor: String,
    text: String,
}

impl Entry {
    fn new(number: usize, post: &Post) -> Self {
        let part = |section: &bloghound::content::Section| {
            let texts = section.blocks.iter().map(|block| match block {
                Block::Prose(text) | Block::Code { text, .. } => text.as_str(),
            });
            let heading = section.heading.as_ref();
            Part {
                heading: heading.map(|heading| heading.text.clone()),
                anchor: heading.map(|heading| heading.anchor.clone()).unwrap_or_default(),
                text: texts.collect::<Vec<_>>().join("\n"),
            }
        };
        Self {
            id: number.to_string(),
            title: post.title.clone(),
            url: post.url.clone(),
            sections: post.sections.iter().map(part).collect(),
            source: post.id.clone(),
        }
    }

    pub(crate) fn headings(&self) -> String {
        let headings = self.sections.iter().filter_map(|part| part.heading.as_deref());
        headings.collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn body(&self) -> String {
        self.sections.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The post with one more word at its end.
    pub(crate) fn with(&self, word: &str) -> Self {
        let mut entry = self.clone();
        entry.sections.push(Part { heading: None, anchor: String::new(), text: word.to_owned() });
        entry
    }

    /// The post as servers take it.
    pub(crate) fn flat(&self) -> serde_json::Value {
        serde_json::json!({
            "id": self.id, "title": self.title, "url": self.url, "headings": self.headings(), "body": self.body(),
        })
    }
}

/// All posts of a site.
pub(crate) struct Corpus {
    pub(crate) place: BenchSite,
    pub(crate) entries: Vec<Entry>,
    /// The posts, one a line.
    pub(crate) file: PathBuf,
    /// Bytes of titles, headings and text.
    pub(crate) text_bytes: usize,
    pub(crate) questions: Questions,
}

impl Corpus {
    pub(crate) fn open() -> anyhow::Result<Self> {
        let place = BenchSite::open()?;
        let posts = place.sources()?.posts(&place.site);
        let step = posts.len().div_ceil(ASKED_ABOUT).max(1);
        let entries: Vec<Entry> = posts.iter().enumerate().map(|(at, post)| Entry::new(at, post)).collect();
        let asked_about: Vec<Post> = posts.into_iter().step_by(step).collect();
        let questions = Questions::new(&Vocabulary::new(&asked_about));
        let file = place.dir.path().join("posts.jsonl");
        let mut lines = BufWriter::new(File::create(&file)?);
        for entry in &entries {
            serde_json::to_writer(&mut lines, entry)?;
            lines.write_all(b"\n")?;
        }
        lines.flush()?;
        let length = |entry: &Entry| entry.title.len() + entry.headings().len() + entry.body().len();
        let text_bytes = entries.iter().map(length).sum();
        Ok(Self { place, entries, file, text_bytes, questions })
    }

    /// The post that is saved while an engine serves.
    pub(crate) fn saved(&self) -> anyhow::Result<Entry> {
        self.entries.get(self.entries.len() / 2).cloned().context("the site has no posts")
    }

    /// The posts as lines of JSON, in batches of at most so many bytes or one post.
    pub(crate) fn batches(&self, bytes: usize) -> impl Iterator<Item = String> + '_ {
        let mut entries = self.entries.iter().peekable();
        std::iter::from_fn(move || {
            let mut batch = String::new();
            while entries.peek().is_some() && batch.len() < bytes {
                batch += &entries.next()?.flat().to_string();
                batch.push('\n');
            }
            (!batch.is_empty()).then_some(batch)
        })
    }
}
