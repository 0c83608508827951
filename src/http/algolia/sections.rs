//! The records of sections, as `DocSearch` expects them.
//!
//! `DocSearch` inserts attributes and snippets as HTML, so that all texts are escaped. It groups records by `lvl0`, which
//! is a category, and by `lvl1`, which is the title of the post; the headings are `lvl2` to `lvl6`.

use serde_json::{Map, Value, json};

use super::highlight::{escaped, ranges_of};
use super::posts::finish;
use super::request::AlgoliaQuery;
use crate::content::PostKind;
use crate::index::StoredPost;
use crate::query::present::snippet::sections::MarkedHeading;
use crate::query::records::SectionHitRecord;

/// Levels of the hierarchy below the title.
const HEADING_LEVELS: std::ops::RangeInclusive<u8> = 2..=6;

/// Returns the record of a section.
pub(super) fn section_record(query: &AlgoliaQuery, hit: &SectionHitRecord) -> Value {
    let SectionHitRecord { post, title_ranges, number, excerpt } = hit;
    let marks = query.marks;
    let group = group(post);
    let mut hierarchy = Map::new();
    let mut highlights = Map::new();
    let mut snippets = Map::new();
    hierarchy.insert("lvl0".to_owned(), escaped(group).into());
    highlights.insert("lvl0".to_owned(), marks.highlighted(group, &[]));
    hierarchy.insert("lvl1".to_owned(), escaped(&post.title).into());
    highlights.insert("lvl1".to_owned(), marks.highlighted(&post.title, title_ranges));
    snippets.insert("lvl1".to_owned(), marks.snippet(&post.title, title_ranges));
    for level in HEADING_LEVELS {
        let name = format!("lvl{level}");
        let heading = excerpt.headings.iter().rev().find(|heading| level_of(heading) == level);
        if let Some(MarkedHeading { title, ranges, .. }) = heading {
            highlights.insert(name.clone(), marks.highlighted(title, ranges));
            snippets.insert(name.clone(), marks.snippet(title, ranges));
        }
        hierarchy.insert(name, heading.map(|heading| escaped(&heading.title)).into());
    }
    let text = excerpt.snippet.as_ref().filter(|snippet| !snippet.text.is_empty());
    let own_level = excerpt.headings.last().map_or(1, level_of);
    let has_text_match = text.is_some_and(|text| !text.ranges.is_empty());
    let is_content = !excerpt.is_title_match && has_text_match;
    let kind = if is_content { "content".to_owned() } else { format!("lvl{own_level}") };
    let categories: Vec<String> = post.categories.iter().map(|category| escaped(&category.name)).collect();
    let escaped_all = |texts: &[String]| texts.iter().map(|text| escaped(text)).collect::<Vec<String>>();
    let record = json!({
        "type": kind,
        "hierarchy": hierarchy,
        "content": text.map(|text| escaped(&text.text)),
        "anchor": escaped(&excerpt.anchor),
        "url": excerpt.url,
        "url_without_anchor": post.url,
        "categories": categories,
        "tags": escaped_all(&post.tags),
        "authors": escaped_all(&post.authors),
        "series": escaped_all(&post.series),
        "lang": post.lang,
    });
    let mut highlights = Map::from_iter([("hierarchy".to_owned(), Value::Object(highlights))]);
    let mut snippets = Map::from_iter([("hierarchy".to_owned(), Value::Object(snippets))]);
    if let Some(text) = text {
        let ranges = ranges_of(&text.ranges);
        highlights.insert("content".to_owned(), marks.highlighted(&text.text, &ranges));
        snippets.insert("content".to_owned(), marks.snippet(&text.text, &ranges));
    }
    let Value::Object(mut record) = record else { return Value::Null };
    query.retrieved.apply(&mut record);
    let results = [Value::Object(highlights), Value::Object(snippets)];
    finish(query, &format!("{}#{number}", post.id), record, results)
}

/// Returns the level of a heading in the hierarchy. The title of the post is the first level, so that other headings
/// of the first level are below it.
fn level_of(heading: &MarkedHeading) -> u8 {
    heading.level.clamp(*HEADING_LEVELS.start(), *HEADING_LEVELS.end())
}

/// Returns the name under which the sections of a post are grouped: its first category whose name is not a number,
/// because objects in JavaScript list keys that are numbers first.
fn group(post: &StoredPost) -> &str {
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let names = post.categories.iter().map(|category| category.name.trim());
    let name = names.into_iter().find(|name| !is_number(name));
    name.unwrap_or(match post.kind {
        PostKind::Post => "Posts",
        PostKind::Page => "Pages",
    })
}
