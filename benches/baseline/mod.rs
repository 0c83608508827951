//! What Tantivy's own parts make of the same posts: the search service that one writes in an
//! afternoon.
//!
//! Title and text are stemmed fields, `QueryParser` reads the query, `TopDocs` takes ten hits and
//! `SnippetGenerator` cuts their snippets. Words have to match in full: no prefixes, no typos, no
//! sections. Searches run on blocking threads as bloghound's do, so that the difference is the
//! searching.

use std::path::Path;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use bloghound::content::Post;
use serde::{Deserialize, Serialize};
use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::snippet::SnippetGenerator;
use tantivy::{Index, IndexReader, IndexWriter, TantivyDocument, doc};

use crate::site::text_of;

/// As much as bloghound's writer has.
const WRITER_BYTES: usize = 50 << 20;
/// Any value above one costs the same.
const TITLE_BOOST: f32 = 3.0;
const HITS: usize = 10;

#[derive(Deserialize)]
struct Parameters {
    q: String,
}

#[derive(Serialize)]
struct Answer {
    hits: Vec<Hit>,
}

#[derive(Serialize)]
struct Hit {
    title: String,
    snippet: String,
}

struct Searcher {
    reader: IndexReader,
    parser: QueryParser,
    title: Field,
    text: Field,
    snippet_chars: usize,
}

/// Indexes the posts in `dir`, a directory that is there, and makes the service.
pub(crate) fn router(dir: &Path, posts: &[Post], snippet_chars: usize) -> tantivy::Result<Router> {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let options = TextOptions::default().set_indexing_options(indexing) | STORED;
    let mut schema = Schema::builder();
    let title = schema.add_text_field("title", options.clone());
    let text = schema.add_text_field("text", options);
    let index = Index::create_in_dir(dir, schema.build())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
    for post in posts {
        writer.add_document(doc!(title => post.title.as_str(), text => text_of(post)))?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    let mut parser = QueryParser::for_index(&index, vec![title, text]);
    parser.set_conjunction_by_default();
    parser.set_field_boost(title, TITLE_BOOST);
    let searcher = Searcher { reader: index.reader()?, parser, title, text, snippet_chars };
    Ok(Router::new().route("/search", get(search)).with_state(Arc::new(searcher)))
}

async fn search(
    State(searcher): State<Arc<Searcher>>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Answer>, StatusCode> {
    let searched = tokio::task::spawn_blocking(move || searcher.search(&parameters.q)).await;
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    searched.map_err(failed)?.map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

impl Searcher {
    fn search(&self, query: &str) -> tantivy::Result<Answer> {
        let searcher = self.reader.searcher();
        let (query, _) = self.parser.parse_query_lenient(query);
        let found = searcher.search(&query, &TopDocs::with_limit(HITS).order_by_score())?;
        let mut snippets = SnippetGenerator::create(&searcher, &query, self.text)?;
        snippets.set_max_num_chars(self.snippet_chars);
        let mut hits = Vec::with_capacity(found.len());
        for (_, address) in found {
            let document: TantivyDocument = searcher.doc(address)?;
            let title = document.get_first(self.title).and_then(|value| value.as_str()).unwrap_or_default();
            let snippet = snippets.snippet_from_doc(&document).to_html();
            hits.push(Hit { title: title.to_owned(), snippet });
        }
        Ok(Answer { hits })
    }
}
