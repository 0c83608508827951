//! Which posts a search is about at all: those alive, of a category, a tag, a time.

use percent_encoding::percent_decode_str;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

use crate::index::filter_key;
use crate::index::schema::columns;
use crate::index::{IndexError, Snapshot};
use crate::query::language::syntax_tree::{Filter, FilterField, Node};
use crate::query::request::{Grouping, SearchRequest};

/// The conditions of a search.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conditions {
    /// Typed into the query, each with whether posts that fulfil it are left out.
    typed: Vec<(Filter, bool)>,
    /// Asked for by parameters, as a click on a facet does.
    asked: Vec<Filter>,
}

impl Conditions {
    /// Those of the request, and of the query's nodes the filters that stand at its top, excluded ones
    /// too. Filters inside of groups are no conditions: what they mean hangs on what stands beside them.
    pub(crate) fn new(request: &SearchRequest, nodes: &[Node]) -> Self {
        let typed = nodes.iter().filter_map(|node| match node {
            Node::Filter(filter) => Some((filter.clone(), false)),
            Node::Not(inner) => match inner.as_ref() {
                Node::Filter(filter) => Some((filter.clone(), true)),
                _ => None,
            },
            _ => None,
        });
        let one = |value: &Option<String>| value.clone().map(|value| vec![value]);
        let asked = [
            one(&request.category).map(Filter::Category),
            one(&request.tag).map(Filter::Tag),
            one(&request.author).map(Filter::Author),
            // Among versions of a post the language only chooses which is shown.
            one(&request.lang).filter(|_| request.group == Grouping::None).map(Filter::Lang),
            request.after.map(Filter::After),
            request.before.map(Filter::Before),
        ];
        Self { typed: typed.collect(), asked: asked.into_iter().flatten().collect() }
    }

    /// The conditions without those that parameters set on `field`, where there are any: what a
    /// reader could choose instead is counted without what was chosen.
    pub(crate) fn without(&self, field: FilterField) -> Option<Self> {
        self.asked.iter().any(|filter| filter.field() == field).then(|| {
            let asked = self.asked.iter().filter(|filter| filter.field() != field).cloned().collect();
            Self { asked, ..self.clone() }
        })
    }

    /// For each post of the segment whether it fulfils all conditions.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn evaluate(
        &self,
        snapshot: &Snapshot,
        segment: &SegmentReader,
    ) -> Result<Option<Vec<bool>>, IndexError> {
        if self.typed.is_empty() && self.asked.is_empty() {
            return Ok(None);
        }
        let mut allowed = vec![true; segment.max_doc() as usize];
        let typed = self.typed.iter().map(|(filter, is_excluded)| (filter, *is_excluded));
        let all = typed.chain(self.asked.iter().map(|filter| (filter, false)));
        let (of_urls, others): (Vec<_>, Vec<_>) =
            all.partition(|(filter, _)| matches!(filter, Filter::Url(_)));
        if !of_urls.is_empty() {
            for (is_allowed, fits) in allowed.iter_mut().zip(docs_with_urls(segment, &of_urls)?) {
                *is_allowed &= fits;
            }
        }
        for (filter, is_excluded) in others {
            let matching = evaluate_filter(filter, snapshot, segment)?;
            for (is_allowed, matches) in allowed.iter_mut().zip(matching) {
                *is_allowed &= matches != is_excluded;
            }
        }
        Ok(Some(allowed))
    }
}

/// For each post of the segment, the deleted ones too, whether it fulfils the filter. A post without a
/// date is dated neither before nor after anything.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn evaluate_filter(
    filter: &Filter,
    snapshot: &Snapshot,
    segment: &SegmentReader,
) -> Result<Vec<bool>, IndexError> {
    let fields = snapshot.fields();
    match filter {
        Filter::Category(names) => docs_with_key(segment, fields.category_key, names),
        Filter::Tag(names) => docs_with_key(segment, fields.tag_key, names),
        Filter::Author(names) => docs_with_key(segment, fields.author_key, names),
        Filter::Lang(tags) => {
            docs_with_text(segment, columns::LANG, |lang| tags.iter().any(|tag| is_same_language(tag, lang)))
        }
        Filter::Url(typed) => {
            let typed: Vec<UrlPart> = typed.iter().map(|value| UrlPart::new(value)).collect();
            docs_with_text(segment, columns::URL, |url| {
                let url = decoded(url);
                typed.iter().any(|part| part.is_in(&url))
            })
        }
        Filter::Before(moment) => docs_with_date(segment, |date| date < moment.as_second()),
        Filter::After(moment) => docs_with_date(segment, |date| date >= moment.as_second()),
    }
}

fn docs_with_key(segment: &SegmentReader, field: Field, names: &[String]) -> Result<Vec<bool>, IndexError> {
    let mut docs = vec![false; segment.max_doc() as usize];
    let index = segment.inverted_index(field)?;
    for name in names {
        let term = Term::from_field_text(field, &filter_key(name));
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { continue };
        let mut doc: DocId = postings.doc();
        while doc != TERMINATED {
            docs[doc as usize] = true;
            doc = postings.advance();
        }
    }
    Ok(docs)
}

/// The posts whose value in a text column fits; each different value is looked at once.
fn docs_with_text(
    segment: &SegmentReader,
    column: &str,
    fits: impl Fn(&str) -> bool,
) -> Result<Vec<bool>, IndexError> {
    let mut docs = vec![false; segment.max_doc() as usize];
    let Some(column) = segment.fast_fields().str(column)? else { return Ok(docs) };
    let mut values = column.dictionary().stream()?;
    let mut fitting = Vec::with_capacity(column.num_terms());
    while values.advance() {
        fitting.push(std::str::from_utf8(values.key()).is_ok_and(&fits));
    }
    for (doc, is_in) in (0..).zip(docs.iter_mut()) {
        let mut ords = column.ords().values_for_doc(doc);
        *is_in = ords.any(|ord| usize::try_from(ord).is_ok_and(|ord| fitting.get(ord) == Some(&true)));
    }
    Ok(docs)
}

/// The posts whose URL fulfils all the filters, each of which may be excluded; it is decoded once.
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

fn docs_with_date(segment: &SegmentReader, fits: impl Fn(i64) -> bool) -> Result<Vec<bool>, IndexError> {
    let dates = segment.fast_fields().i64(columns::DATE)?;
    Ok((0..segment.max_doc()).map(|doc| dates.first(doc).is_some_and(&fits)).collect())
}

/// Whether one of the language tags is the other or says it more closely: `pt` and `pt-BR`, in either
/// order, since posts may say no more than `pt`; but not `pt-PT` and `pt-BR`.
fn is_same_language(typed: &str, lang: &str) -> bool {
    let subtags =
        |tag: &str| -> Vec<String> { tag.split(['-', '_']).map(|part| part.trim().to_lowercase()).collect() };
    let (typed, lang) = (subtags(typed), subtags(lang));
    typed.iter().zip(&lang).all(|(typed, subtag)| typed == subtag)
}

/// What a reader typed of a URL.
struct UrlPart {
    text: String,
    /// It began with a scheme, and so with a host, which are taken away.
    is_path: bool,
}

impl UrlPart {
    fn new(typed: &str) -> Self {
        let text = decoded(typed);
        // A link to a section leads to its post.
        let text = match text.split_once('#') {
            Some((before, _)) if !before.is_empty() => before.to_owned(),
            _ => text,
        };
        let (host, path) = host_and_path(&text);
        Self { is_path: host.is_some(), text: path.to_owned() }
    }

    /// Whether it stands in the path of a decoded URL; the blog's own host may stand before it.
    fn is_in(&self, url: &str) -> bool {
        let (host, path) = host_and_path(url);
        let after_host = host.filter(|_| !self.is_path).and_then(|host| self.text.strip_prefix(host));
        match after_host.filter(|after| after.is_empty() || after.starts_with('/')) {
            Some(after) => path.starts_with(after),
            None => path.contains(&self.text),
        }
    }
}

/// Host, if there is a scheme before it, and path.
fn host_and_path(url: &str) -> (Option<&str>, &str) {
    let Some((_, after)) = url.split_once("://") else { return (None, url) };
    let (host, path) = after.split_at(after.find('/').unwrap_or(after.len()));
    (Some(host), if path.is_empty() { "/" } else { path })
}

/// In lower case and without percent-encoding, as people type it.
fn decoded(url: &str) -> String {
    percent_decode_str(url).decode_utf8_lossy().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_compared_by_their_subtags() {
        for (typed, lang) in [("pt", "pt"), ("pt", "pt-BR"), ("PT-br", "pt"), ("pt_BR", "pt-br")] {
            assert!(is_same_language(typed, lang), "{typed} {lang}");
        }
        for (typed, lang) in [("p", "pt"), ("pt-PT", "pt-BR"), ("ptx", "pt"), ("", "pt"), ("en", "pt")] {
            assert!(!is_same_language(typed, lang), "{typed} {lang}");
        }
    }

    #[test]
    fn urls_are_compared_by_their_paths() {
        let url = "https://blog.example/2024/t%C3%A4g/Rust-on-Mars/";
        let fits = |typed| UrlPart::new(typed).is_in(&decoded(url));
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
            assert!(fits(typed), "{typed}");
        }
        for typed in ["/2023/", "blog", "https", "blog.example/rust-on", "blog.example.org/2024", "#section"]
        {
            assert!(!fits(typed), "{typed}");
        }
        assert!(UrlPart::new("a/b").is_in("/x/a/b/") && UrlPart::new("https://x.org/a").is_in("/a/"));
    }
}
