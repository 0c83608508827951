//! A minimal search service that is made of Tantivy's own parts.
//!
//! Title and text are stemmed fields, `QueryParser` parses the query, `TopDocs` collects ten hits, and
//! `SnippetGenerator` makes their snippets. Terms match exactly: there are no prefixes, typos or sections. Searches run
//! on blocking threads as in bloghound, so that only the searching differs.

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

use crate::site::post_text;

/// Memory budget of the indexing thread, the same as bloghound's.
const WRITER_BYTES: usize = 50 << 20;
/// Its value does not affect the cost.
const TITLE_BOOST: f32 = 3.0;
const MAX_HITS: usize = 10;

#[derive(Deserialize)]
struct BaselineParameters {
    q: String,
}

#[derive(Serialize)]
struct BaselineResponse {
    hits: Vec<BaselineHit>,
}

#[derive(Serialize)]
struct BaselineHit {
    title: String,
    snippet: String,
}

struct BaselineIndex {
    reader: IndexReader,
    parser: QueryParser,
    title: Field,
    text: Field,
    snippet_chars: usize,
}

/// Indexes the posts in an existing directory and returns the router of the service.
pub(super) fn router(dir: &Path, posts: &[Post], snippet_chars: usize) -> tantivy::Result<Router> {
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
        writer.add_document(doc!(title => post.title.as_str(), text => post_text(post)))?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    let mut parser = QueryParser::for_index(&index, vec![title, text]);
    parser.set_conjunction_by_default();
    parser.set_field_boost(title, TITLE_BOOST);
    let index = BaselineIndex { reader: index.reader()?, parser, title, text, snippet_chars };
    Ok(Router::new().route("/search", get(search)).with_state(Arc::new(index)))
}

async fn search(
    State(index): State<Arc<BaselineIndex>>,
    Query(parameters): Query<BaselineParameters>,
) -> Result<Json<BaselineResponse>, StatusCode> {
    let searched = tokio::task::spawn_blocking(move || index.search(&parameters.q)).await;
    match searched {
        Ok(Ok(response)) => Ok(Json(response)),
        Ok(Err(_)) | Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

impl BaselineIndex {
    fn search(&self, query: &str) -> tantivy::Result<BaselineResponse> {
        let searcher = self.reader.searcher();
        let (query, _) = self.parser.parse_query_lenient(query);
        let top_docs = searcher.search(&query, &TopDocs::with_limit(MAX_HITS).order_by_score())?;
        let mut snippets = SnippetGenerator::create(&searcher, &query, self.text)?;
        snippets.set_max_num_chars(self.snippet_chars);
        let mut hits = Vec::with_capacity(top_docs.len());
        for (_, address) in top_docs {
            let document: TantivyDocument = searcher.doc(address)?;
            let title = document.get_first(self.title).and_then(|value| value.as_str()).unwrap_or_default();
            let snippet = snippets.snippet_from_doc(&document).to_html();
            hits.push(BaselineHit { title: title.to_owned(), snippet });
        }
        Ok(BaselineResponse { hits })
    }
}
