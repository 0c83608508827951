//! The baseline: an index of title and text with Tantivy's default tokenizer.

use bloghound::config::Config;
use bloghound::content::{
    Inventory, ReadOutcome, Site, SourceFile, SourceRole, VisibilityRules, list_sources, read_post,
};
use jiff::Timestamp;
use rayon::prelude::*;
use tantivy::schema::{Schema, TEXT};
use tantivy::{Index, IndexWriter, doc};

use crate::site::post_text;

/// Memory budget of the indexing thread, the same as bloghound's.
const WRITER_BYTES: usize = 50 << 20;

/// Builds the index and returns the number of posts.
pub(super) fn build(config: &Config, site: &Site) -> anyhow::Result<usize> {
    let files = list_sources(site).files;
    let mut inventory = Inventory::default();
    for file in &files {
        let text = || std::fs::read_to_string(&file.path).ok();
        // What is wrong with a file is reported when it is read as a post.
        let _ = site.generator.add_to_inventory(&mut inventory, &file.id, text);
    }
    let rules = VisibilityRules::of(config, site, Timestamp::now());
    let mut schema = Schema::builder();
    let (title, body) = (schema.add_text_field("title", TEXT), schema.add_text_field("body", TEXT));
    let index = Index::create_in_dir(&config.index_dir, schema.build())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
    let pages: Vec<&SourceFile> = files.iter().filter(|file| file.role == SourceRole::Page).collect();
    let posts = pages.par_iter().map(|file| -> anyhow::Result<usize> {
        let bytes = std::fs::read(&file.path)?;
        let ReadOutcome::Post(post) = read_post(&file.id, &bytes, &inventory, site, &rules) else {
            return Ok(0);
        };
        writer.add_document(doc!(title => post.title.as_str(), body => post_text(&post)))?;
        Ok(1)
    });
    let posts = posts.try_reduce(|| 0, |a, b| Ok(a + b))?;
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(posts)
}
