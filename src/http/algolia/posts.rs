//! The records of posts.

use serde_json::{Map, Value, json};

use super::highlight::ranges_of;
use super::request::AlgoliaQuery;
use crate::content::{Category, PostDate};
use crate::index::StoredPost;
use crate::query::conditions::path_to_level;
use crate::query::records::PostHit;

/// Levels of the paths of categories.
const LEVELS: [&str; 4] = ["lvl0", "lvl1", "lvl2", "lvl3"];

/// Returns the record of a post.
pub(super) fn post_record(query: &AlgoliaQuery, hit: &PostHit) -> Value {
    let PostHit { post, title_ranges, excerpt } = hit;
    let snippet = &excerpt.snippet;
    let mut record = attributes(post);
    record.insert("content".to_owned(), snippet.text.clone().into());
    let section = excerpt.section.as_ref();
    record.insert("section_title".to_owned(), section.map(|section| section.title.clone()).into());
    record.insert("section_url".to_owned(), section.map(|section| section.url.clone()).into());
    query.retrieved.apply(&mut record);
    let marks = query.marks;
    let content_ranges = ranges_of(&snippet.ranges);
    let unmarked =
        |texts: &[String]| -> Vec<Value> { texts.iter().map(|text| marks.highlighted(text, &[])).collect() };
    let names: Vec<String> = post.categories.iter().map(|category| category.name.clone()).collect();
    let highlights = json!({
        "title": marks.highlighted(&post.title, title_ranges),
        "description": marks.highlighted(&post.description, &[]),
        "content": marks.highlighted(&snippet.text, &content_ranges),
        "categories": unmarked(&names),
        "tags": unmarked(&post.tags),
        "authors": unmarked(&post.authors),
        "series": unmarked(&post.series),
    });
    let snippets = json!({
        "title": marks.snippet(&post.title, title_ranges),
        "description": marks.snippet(&post.description, &[]),
        "content": marks.snippet(&snippet.text, &content_ranges),
    });
    finish(query, &post.id, record, [highlights, snippets])
}

/// Returns a record with its id first and its selected highlights and snippets last.
pub(super) fn finish(
    query: &AlgoliaQuery,
    object_id: &str,
    mut attributes: Map<String, Value>,
    results: [Value; 2],
) -> Value {
    let mut record = Map::new();
    record.insert("objectID".to_owned(), object_id.into());
    record.append(&mut attributes);
    let [highlights, snippets] = results;
    let parts =
        [("_highlightResult", &query.highlighted, highlights), ("_snippetResult", &query.snippets, snippets)];
    for (name, selection, part) in parts {
        let Value::Object(mut part) = part else { continue };
        selection.apply(&mut part);
        if !part.is_empty() {
            record.insert(name.to_owned(), part.into());
        }
    }
    Value::Object(record)
}

/// Returns the attributes of a post, as plain text.
fn attributes(post: &StoredPost) -> Map<String, Value> {
    let names: Vec<&str> = post.categories.iter().map(|category| category.name.as_str()).collect();
    let attributes = json!({
        "url": post.url,
        "title": post.title,
        "description": post.description,
        "categories": names,
        "hierarchicalCategories": category_levels(&post.categories),
        "tags": post.tags,
        "authors": post.authors,
        "series": post.series,
        "lang": post.lang,
        "kind": post.kind,
        "date": post.date,
        "date_timestamp": post.date.map(PostDate::unix_seconds),
        "year": post.date.map(PostDate::year),
        "updated": post.updated,
        "image": post.image,
        "reading_minutes": post.reading_minutes,
    });
    match attributes {
        Value::Object(attributes) => attributes,
        _ => Map::new(),
    }
}

/// Returns the paths of the categories down to each level that has any.
fn category_levels(categories: &[Category]) -> Map<String, Value> {
    let mut levels = Map::new();
    for (level, name) in LEVELS.into_iter().enumerate() {
        let paths = categories.iter().filter_map(|category| path_to_level(&category.name, level));
        let mut paths: Vec<&str> = paths.collect();
        paths.sort_unstable();
        paths.dedup();
        if !paths.is_empty() {
            levels.insert(name.to_owned(), paths.into());
        }
    }
    levels
}
