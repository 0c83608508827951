//! Filters: the posts to which a search is restricted, by category, tag, author, language, series, URL or date.

use std::ops::Range;
use std::slice;

use percent_encoding::percent_decode_str;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

use super::absent_names::AbsentNames;
use super::language_range::{LanguageRange, has_language};
use crate::index::schema::columns;
use crate::index::{IndexError, Snapshot, filter_key};
use crate::query::conditions::{Condition, Conditions, is_within_path};
use crate::query::language::syntax_tree::{Filter, FilterField, Node};
use crate::query::request::{Grouping, SearchRequest};

/// The filters of a search, all of which apply.
#[derive(Debug, Clone, Default)]
pub(crate) struct SearchFilters {
    /// Top-level filters of the query.
    typed: Vec<TypedFilter>,
    /// Filters from parameters, such as a click on a facet.
    parameters: Vec<Filter>,
    /// Conditions that a front end combines.
    conditions: Conditions,
}

/// A filter that is typed into the query.
#[derive(Debug, Clone)]
struct TypedFilter {
    filter: Filter,
    is_excluded: bool,
}

impl SearchFilters {
    /// Returns the filters of the request and the top-level filters of the query, excluded ones included. Filters
    /// inside groups are requirements instead, because their effect depends on the rest of the group.
    pub(crate) fn new(request: &SearchRequest, nodes: &[Node]) -> Self {
        let typed = |filter: &Filter, is_excluded| TypedFilter { filter: filter.clone(), is_excluded };
        let typed = nodes.iter().filter_map(|node| match node {
            Node::Filter(filter) => Some(typed(filter, false)),
            Node::Not(inner) => match inner.as_ref() {
                Node::Filter(filter) => Some(typed(filter, true)),
                _ => None,
            },
            _ => None,
        });
        let one = |value: &Option<String>| value.clone().map(|value| vec![value]);
        let parameters = [
            one(&request.category).map(Filter::Category),
            one(&request.tag).map(Filter::Tag),
            one(&request.author).map(Filter::Author),
            // Among versions of a post, the language only selects the version to show.
            one(&request.lang).filter(|_| request.group == Grouping::None).map(Filter::Lang),
            one(&request.series).map(Filter::Series),
            request.year.map(|year| Filter::Year(vec![year])),
            request.after.map(Filter::After),
            request.before.map(Filter::Before),
        ];
        let parameters = parameters.into_iter().flatten().collect();
        Self { typed: typed.collect(), parameters, conditions: Conditions::default() }
    }

    /// Adds conditions, all groups of which apply, too.
    pub(crate) fn with_conditions(self, conditions: Conditions) -> Self {
        Self { conditions, ..self }
    }

    /// Returns the filters without those that parameters set on `field`, or `None` if there are none. A facet
    /// counts the other values that a reader could select.
    pub(crate) fn without(&self, field: FilterField) -> Option<Self> {
        self.parameters.iter().any(|filter| filter.field() == field).then(|| {
            let others = self.parameters.iter().filter(|filter| filter.field() != field);
            Self { parameters: others.cloned().collect(), ..self.clone() }
        })
    }

    /// Returns for each post of the segment whether it passes all filters, or `None` if there are no filters. Names that
    /// no post has are added to `absent`.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(crate) fn allowed_docs(
        &self,
        snapshot: &Snapshot,
        segment: &SegmentReader,
        absent: &mut AbsentNames,
    ) -> Result<Option<Vec<bool>>, IndexError> {
        if self.typed.is_empty() && self.parameters.is_empty() && self.conditions.groups.is_empty() {
            return Ok(None);
        }
        let mut allowed = vec![true; segment.max_doc() as usize];
        let parameters = self.parameters.iter().map(|filter| (filter, false));
        let all = self.typed.iter().map(|typed| (&typed.filter, typed.is_excluded)).chain(parameters);
        let (by_url, others): (Vec<_>, Vec<_>) =
            all.partition(|(filter, _)| matches!(filter, Filter::Url(_)));
        if !by_url.is_empty() {
            for (is_allowed, passes) in allowed.iter_mut().zip(docs_with_urls(segment, &by_url)?) {
                *is_allowed &= passes;
            }
        }
        for (filter, is_excluded) in others {
            let matching = matching_docs(filter, snapshot, segment, absent)?;
            for (is_allowed, matches) in allowed.iter_mut().zip(matching) {
                *is_allowed &= matches != is_excluded;
            }
        }
        for group in &self.conditions.groups {
            let mut passing = vec![false; allowed.len()];
            for clause in group {
                let matching = docs_with_condition(&clause.condition, snapshot, segment)?;
                for (passes, matches) in passing.iter_mut().zip(matching) {
                    *passes |= matches != clause.is_excluded;
                }
            }
            for (is_allowed, passes) in allowed.iter_mut().zip(passing) {
                *is_allowed &= passes;
            }
        }
        Ok(Some(allowed))
    }
}

/// Returns for each post of the segment, deleted ones included, whether it meets the condition.
fn docs_with_condition(
    condition: &Condition,
    snapshot: &Snapshot,
    segment: &SegmentReader,
) -> Result<Vec<bool>, IndexError> {
    let fields = snapshot.fields();
    match condition {
        Condition::Category(name) => {
            docs_with_key(segment, fields.category_key, slice::from_ref(name), |_| ())
        }
        Condition::CategoryPath(path) => {
            docs_with_text(segment, columns::CATEGORY, |name| is_within_path(name, path))
        }
        Condition::Tag(name) => docs_with_key(segment, fields.tag_key, slice::from_ref(name), |_| ()),
        Condition::Author(name) => docs_with_key(segment, fields.author_key, slice::from_ref(name), |_| ()),
        Condition::Series(name) => docs_with_key(segment, fields.series_key, slice::from_ref(name), |_| ()),
        Condition::Lang(tag) => {
            let range = LanguageRange::new(tag, snapshot);
            docs_with_text(segment, columns::LANG, |lang| range.selects(lang))
        }
        Condition::Dates(range) => docs_with_date(segment, |date, _| range.contains(&date)),
        Condition::WrittenDates(range) => docs_with_date(segment, |_, written| range.contains(&written)),
    }
}

/// Returns for each post of the segment, deleted ones included, whether it passes the filter. Posts without a
/// date pass no date filter. Names that no post has are added to `absent`.
///
/// # Errors
/// If the index cannot be read.
pub(crate) fn matching_docs(
    filter: &Filter,
    snapshot: &Snapshot,
    segment: &SegmentReader,
    absent: &mut AbsentNames,
) -> Result<Vec<bool>, IndexError> {
    let fields = snapshot.fields();
    let mut record = |name: &str| absent.record(filter.field(), name, segment);
    match filter {
        Filter::Category(names) => docs_with_key(segment, fields.category_key, names, record),
        Filter::Tag(names) => docs_with_key(segment, fields.tag_key, names, record),
        Filter::Author(names) => docs_with_key(segment, fields.author_key, names, record),
        Filter::Series(names) => docs_with_key(segment, fields.series_key, names, record),
        Filter::Lang(tags) => {
            let ranges: Vec<LanguageRange> =
                tags.iter().map(|tag| LanguageRange::new(tag, snapshot)).collect();
            tags.iter().filter(|tag| !has_language(snapshot, tag)).for_each(|tag| record(tag));
            docs_with_text(segment, columns::LANG, |lang| ranges.iter().any(|range| range.selects(lang)))
        }
        Filter::Url(typed) => {
            let typed: Vec<UrlPart> = typed.iter().map(|value| UrlPart::new(value)).collect();
            docs_with_text(segment, columns::URL, |url| {
                let url = decoded(url);
                typed.iter().any(|part| part.is_in(&url))
            })
        }
        Filter::Before(bound) => docs_with_date(segment, |date, written| bound.is_after(date, written)),
        Filter::After(bound) => docs_with_date(segment, |date, written| !bound.is_after(date, written)),
        Filter::Year(years) => {
            let years: Vec<Range<i64>> = years.iter().map(|year| year.unix_seconds()).collect();
            docs_with_date(segment, |_, written| years.iter().any(|year| year.contains(&written)))
        }
    }
}

/// Returns the posts with one of the names in a keyword field. Calls `record_absent` with names that no live post has.
fn docs_with_key(
    segment: &SegmentReader,
    field: Field,
    names: &[String],
    mut record_absent: impl FnMut(&str),
) -> Result<Vec<bool>, IndexError> {
    let mut docs = vec![false; segment.max_doc() as usize];
    let index = segment.inverted_index(field)?;
    for name in names {
        let term = Term::from_field_text(field, &filter_key(name));
        let mut has_live_post = false;
        if let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? {
            let mut doc: DocId = postings.doc();
            while doc != TERMINATED {
                docs[doc as usize] = true;
                has_live_post = has_live_post || !segment.is_deleted(doc);
                doc = postings.advance();
            }
        }
        if !has_live_post {
            record_absent(name);
        }
    }
    Ok(docs)
}

/// Returns the posts whose value in a text column passes; each distinct value is tested once.
fn docs_with_text(
    segment: &SegmentReader,
    column: &str,
    passes: impl Fn(&str) -> bool,
) -> Result<Vec<bool>, IndexError> {
    let mut docs = vec![false; segment.max_doc() as usize];
    let Some(column) = segment.fast_fields().str(column)? else { return Ok(docs) };
    let mut values = column.dictionary().stream()?;
    let mut passing = Vec::with_capacity(column.num_terms());
    while values.advance() {
        passing.push(std::str::from_utf8(values.key()).is_ok_and(&passes));
    }
    for (doc, is_match) in (0..).zip(docs.iter_mut()) {
        let mut ords = column.ords().values_for_doc(doc);
        *is_match = ords.any(|ord| usize::try_from(ord).is_ok_and(|ord| passing.get(ord) == Some(&true)));
    }
    Ok(docs)
}

/// Returns the posts whose URL passes all the URL filters, each of which may be excluded. Each URL is decoded
/// once.
fn docs_with_urls(segment: &SegmentReader, filters: &[(&Filter, bool)]) -> Result<Vec<bool>, IndexError> {
    let parts = filters.iter().filter_map(|(filter, is_excluded)| match filter {
        Filter::Url(typed) => Some((typed.iter().map(|part| UrlPart::new(part)).collect(), *is_excluded)),
        _ => None,
    });
    let parts: Vec<(Vec<UrlPart>, bool)> = parts.collect();
    docs_with_text(segment, columns::URL, |url| {
        let url = decoded(url);
        parts.iter().all(|(parts, is_excluded)| parts.iter().any(|part| part.is_in(&url)) != *is_excluded)
    })
}

/// Returns the posts whose date passes. `passes` gets the date in seconds since 1970, and the date as the author wrote it,
/// as if it were in UTC.
fn docs_with_date(
    segment: &SegmentReader,
    passes: impl Fn(i64, i64) -> bool,
) -> Result<Vec<bool>, IndexError> {
    let dates = segment.fast_fields().i64(columns::DATE)?;
    let offsets = segment.fast_fields().i64(columns::DATE_OFFSET)?;
    let is_passing = |doc| {
        let written = |date: i64| date.saturating_add(offsets.first(doc).unwrap_or(0));
        dates.first(doc).is_some_and(|date| passes(date, written(date)))
    };
    Ok((0..segment.max_doc()).map(is_passing).collect())
}

/// A part of a URL, as typed by a reader.
struct UrlPart {
    text: String,
    /// Whether it was typed with scheme and host, which are removed.
    is_path: bool,
}

impl UrlPart {
    fn new(typed: &str) -> Self {
        let text = decoded(typed);
        // A link to a section identifies its post.
        let text = match text.split_once('#') {
            Some((before, _)) if !before.is_empty() => before.to_owned(),
            _ => text,
        };
        let (host, path) = host_and_path(&text);
        Self { is_path: host.is_some(), text: path.to_owned() }
    }

    /// Returns whether the path of a decoded URL contains it; the blog's own host may precede it.
    fn is_in(&self, url: &str) -> bool {
        let (host, path) = host_and_path(url);
        let after_host = host.filter(|_| !self.is_path).and_then(|host| self.text.strip_prefix(host));
        match after_host.filter(|after| after.is_empty() || after.starts_with('/')) {
            Some(after) => path.starts_with(after),
            None => path.contains(&self.text),
        }
    }
}

/// Returns the host, if the URL has a scheme, and the path.
fn host_and_path(url: &str) -> (Option<&str>, &str) {
    let Some((_, after)) = url.split_once("://") else { return (None, url) };
    let (host, path) = after.split_at(after.find('/').unwrap_or(after.len()));
    (Some(host), if path.is_empty() { "/" } else { path })
}

/// Returns the URL in lower case and without percent-encoding, as people type it.
fn decoded(url: &str) -> String {
    percent_decode_str(url).decode_utf8_lossy().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_urls_by_their_paths() {
        let url = "https://blog.example/2024/t%C3%A4g/Rust-on-Mars/";
        let matches = |typed| UrlPart::new(typed).is_in(&decoded(url));
        for typed in [
            "/2024/",
            "RUST-ON",
            "tÄg",
            "t%c3%a4g",
            "https://blog.example/2024/",
            "http://www.other.example/2024",
            "https://blog.example",
            "blog.example/2024/",
            "Blog.Example",
            "https://blog.example/2024/t%C3%A4g/rust-on-mars/#section",
        ] {
            assert!(matches(typed), "{typed}");
        }
        for typed in ["/2023/", "blog", "https", "blog.example/rust-on", "blog.example.org/2024", "#section"]
        {
            assert!(!matches(typed), "{typed}");
        }
        assert!(UrlPart::new("a/b").is_in("/x/a/b/") && UrlPart::new("https://x.org/a").is_in("/a/"));
    }
}
