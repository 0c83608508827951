//! What a reader asks for, validated.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde::Serialize;

use super::date_bound::parse_moment;
use crate::config::limits;

/// Most typos that a word may ever be forgiven.
pub(crate) const MAX_TYPOS: u8 = 2;
/// Longest language tag, in bytes; the longest in use are far shorter.
const MAX_LANG_BYTES: usize = 35;

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// Best first.
    #[default]
    Relevance,
    /// Latest date first, posts without a date last.
    Newest,
    /// Earliest date first, posts without a date last.
    Oldest,
}

/// Which hits stand for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Grouping {
    /// None: each post is a hit of its own.
    #[default]
    None,
    /// Of the translations of one post, one stands for all.
    Translations,
}

/// What hits are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FacetField {
    /// Category names.
    Category,
    /// Tags.
    Tag,
    /// Year of the date.
    Year,
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SearchRequest {
    /// What the reader typed; any text will do.
    pub query: String,
    /// Page of hits, from 1.
    pub page: usize,
    /// Hits a page.
    pub limit: usize,
    /// Only posts of this category, by name or folder.
    pub category: Option<String>,
    /// Only posts with this tag.
    pub tag: Option<String>,
    /// Only posts by this author.
    pub author: Option<String>,
    /// Only posts in this language, a tag like `de` or `pt-BR`.
    pub lang: Option<String>,
    /// Only posts of this moment or later.
    pub after: Option<Timestamp>,
    /// Only posts before this moment.
    pub before: Option<Timestamp>,
    /// The order.
    pub sort: Sort,
    /// What to count.
    pub facets: Vec<FacetField>,
    /// Which hits stand for others.
    pub group: Grouping,
    /// Each hit says what its score is made of.
    pub explain: bool,
    /// Pieces of text that each hit shows, the best one among them.
    pub fragments: usize,
    /// Other sections that each hit shows.
    pub sections: usize,
    /// Most typos that a word may have, up to [`MAX_TYPOS`]; by the word's length where it is not said.
    pub typos: Option<u8>,
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: String::new(),
            page: 1,
            limit: 10,
            category: None,
            tag: None,
            author: None,
            lang: None,
            after: None,
            before: None,
            sort: Sort::default(),
            facets: Vec::new(),
            group: Grouping::default(),
            explain: false,
            fragments: 1,
            sections: 0,
            typos: None,
        }
    }
}

/// A parameter with a value that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{parameter}` is {value:?}: {allowed}")]
pub struct RequestError {
    /// The parameter's name.
    pub parameter: &'static str,
    /// What was given.
    pub value: String,
    /// What is allowed.
    pub allowed: String,
}

/// The parameters of a search as texts, as a URL or a command line has them.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(default)]
pub struct RawRequest {
    /// See [`SearchRequest::query`].
    pub q: String,
    /// See [`SearchRequest::page`].
    pub page: Option<String>,
    /// See [`SearchRequest::limit`].
    pub limit: Option<String>,
    /// See [`SearchRequest::category`].
    pub category: Option<String>,
    /// See [`SearchRequest::tag`].
    pub tag: Option<String>,
    /// See [`SearchRequest::author`].
    pub author: Option<String>,
    /// See [`SearchRequest::lang`].
    pub lang: Option<String>,
    /// See [`SearchRequest::after`].
    pub after: Option<String>,
    /// See [`SearchRequest::before`].
    pub before: Option<String>,
    /// `relevance`, `newest` or `oldest`.
    pub sort: Option<String>,
    /// Comma list of `category`, `tag`, `year`.
    pub facets: Option<String>,
    /// `none` or `translations`.
    pub group: Option<String>,
    /// `1` or `true`, `0` or `false`.
    pub explain: Option<String>,
    /// From 1 to 3.
    pub fragments: Option<String>,
    /// From 0 to 3.
    pub sections: Option<String>,
    /// `0`, `1` or `2`.
    pub typos: Option<String>,
    /// Parameters that mean nothing, by name.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, String>,
}

impl RawRequest {
    /// Reads the texts.
    ///
    /// # Errors
    /// For the first parameter whose value is not allowed.
    pub fn validate(self) -> Result<SearchRequest, RequestError> {
        let page = number("page", self.page, 1, 1..=limits::MAX_HIT_RANK)?;
        let limit = number("limit", self.limit, 10, 1..=limits::MAX_LIMIT)?;
        if page.saturating_mul(limit) > limits::MAX_HIT_RANK {
            return Err(RequestError {
                parameter: "page",
                value: page.to_string(),
                allowed: format!("page × limit may be up to {}; narrow the search", limits::MAX_HIT_RANK),
            });
        }
        Ok(SearchRequest {
            query: self.q,
            page,
            limit,
            category: non_empty(self.category),
            tag: non_empty(self.tag),
            author: non_empty(self.author),
            lang: lang(self.lang)?,
            after: moment("after", self.after)?,
            before: moment("before", self.before)?,
            sort: choice("sort", self.sort, &SORTS)?.unwrap_or_default(),
            facets: facets(self.facets)?,
            group: choice("group", self.group, &GROUPINGS)?.unwrap_or_default(),
            explain: choice("explain", self.explain, &SWITCH)?.unwrap_or_default(),
            fragments: number("fragments", self.fragments, 1, 1..=limits::MAX_FRAGMENTS)?,
            sections: number("sections", self.sections, 0, 0..=limits::MAX_SECTIONS)?,
            typos: choice("typos", self.typos, &TYPOS)?,
        })
    }
}

fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn number(
    parameter: &'static str,
    text: Option<String>,
    default: usize,
    allowed: RangeInclusive<usize>,
) -> Result<usize, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(default) };
    match value.trim().parse() {
        Ok(number) if allowed.contains(&number) => Ok(number),
        _ => {
            let allowed = format!("allowed are whole numbers from {} to {}", allowed.start(), allowed.end());
            Err(RequestError { parameter, value, allowed })
        }
    }
}

/// Reads how many answers are wanted.
pub(crate) fn parse_limit(text: Option<&str>, default: usize, max: usize) -> Result<usize, RequestError> {
    let Some(value) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(default) };
    value.parse().ok().filter(|number| (1..=max).contains(number)).ok_or_else(|| RequestError {
        parameter: "limit",
        value: value.to_owned(),
        allowed: format!("allowed are whole numbers from 1 to {max}"),
    })
}

fn moment(parameter: &'static str, text: Option<String>) -> Result<Option<Timestamp>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(None) };
    let moment = parse_moment(&value).map_err(|allowed| RequestError { parameter, value, allowed })?;
    Ok(Some(moment))
}

fn lang(text: Option<String>) -> Result<Option<String>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(None) };
    let tag = value.trim();
    let mut subtags = tag.split(['-', '_']);
    let is_primary =
        |part: &str| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphabetic());
    let is_further =
        |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    let is_tag = subtags.next().is_some_and(is_primary) && subtags.all(is_further);
    if is_tag && tag.len() <= MAX_LANG_BYTES {
        return Ok(Some(tag.to_owned()));
    }
    let allowed = "allowed are language tags like de or pt-BR".to_owned();
    Err(RequestError { parameter: "lang", value, allowed })
}

const SORTS: [(&str, Sort); 3] =
    [("relevance", Sort::Relevance), ("newest", Sort::Newest), ("oldest", Sort::Oldest)];
const GROUPINGS: [(&str, Grouping); 2] = [("none", Grouping::None), ("translations", Grouping::Translations)];
const SWITCH: [(&str, bool); 4] = [("1", true), ("true", true), ("0", false), ("false", false)];
const TYPOS: [(&str, u8); 3] = [("0", 0), ("1", 1), ("2", MAX_TYPOS)];

/// The value of that name, if one is given.
fn choice<T: Copy>(
    parameter: &'static str,
    text: Option<String>,
    choices: &[(&str, T)],
) -> Result<Option<T>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(None) };
    if let Some((_, found)) = choices.iter().find(|(name, _)| *name == value.trim()) {
        return Ok(Some(*found));
    }
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    Err(RequestError { parameter, value, allowed: format!("allowed are {}", names.join(", ")) })
}

fn facets(text: Option<String>) -> Result<Vec<FacetField>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(Vec::new()) };
    let mut fields = Vec::new();
    for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let field = match name {
            "category" => FacetField::Category,
            "tag" => FacetField::Tag,
            "year" => FacetField::Year,
            _ => {
                let allowed = "allowed is a comma list of category, tag, year".to_owned();
                return Err(RequestError { parameter: "facets", value: name.to_owned(), allowed });
            }
        };
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_stand_where_nothing_is_said() {
        assert_eq!(RawRequest::default().validate(), Ok(SearchRequest::default()));
    }

    #[test]
    fn values_are_read() {
        let raw = RawRequest {
            after: Some("2024".into()),
            before: Some("2024-06".into()),
            sort: Some("newest".into()),
            facets: Some("category,year,category".into()),
            category: Some(" ".into()),
            author: Some("Ann Lee".into()),
            lang: Some(" pt-BR ".into()),
            group: Some("translations".into()),
            explain: Some("true".into()),
            typos: Some("0".into()),
            fragments: Some("2".into()),
            sections: Some("3".into()),
            ..RawRequest::default()
        };
        let request = raw.validate().unwrap();
        assert_eq!(request.after.unwrap().to_string(), "2024-01-01T00:00:00Z");
        assert_eq!(request.before.unwrap().to_string(), "2024-06-01T00:00:00Z");
        assert_eq!(request.facets, [FacetField::Category, FacetField::Year]);
        assert_eq!((request.sort, request.category), (Sort::Newest, None));
        assert_eq!((request.author.as_deref(), request.lang.as_deref()), (Some("Ann Lee"), Some("pt-BR")));
        assert_eq!((request.group, request.explain, request.typos), (Grouping::Translations, true, Some(0)));
        assert_eq!((request.fragments, request.sections), (2, 3));
    }

    #[test]
    fn what_is_said_may_be_the_default() {
        let raw = RawRequest {
            lang: Some("\t".into()),
            group: Some("none".into()),
            explain: Some("0".into()),
            typos: Some(String::new()),
            ..RawRequest::default()
        };
        assert_eq!(raw.validate(), Ok(SearchRequest::default()));
    }

    #[test]
    fn mistakes_name_the_parameter_and_what_is_allowed() {
        let raw = RawRequest::default;
        let text = |text: &str| Some(text.to_owned());
        let cases = [
            (RawRequest { limit: text("0"), ..raw() }, "limit", "from 1 to 100"),
            (RawRequest { limit: text("101"), ..raw() }, "limit", "from 1 to 100"),
            (RawRequest { page: text("x"), ..raw() }, "page", "whole numbers"),
            (RawRequest { page: text("1001"), ..raw() }, "page", "page × limit"),
            (RawRequest { after: text("soon"), ..raw() }, "after", "dates like"),
            (RawRequest { after: text("2024-13"), ..raw() }, "after", "dates like"),
            (RawRequest { before: text("31.31.2024"), ..raw() }, "before", "dates like"),
            (RawRequest { sort: text("best"), ..raw() }, "sort", "relevance, newest, oldest"),
            (RawRequest { lang: text("german!"), ..raw() }, "lang", "like de or pt-BR"),
            (RawRequest { lang: text("d"), ..raw() }, "lang", "like de or pt-BR"),
            (RawRequest { lang: text("de-"), ..raw() }, "lang", "like de or pt-BR"),
            (RawRequest { lang: text(&"de-x".repeat(20)), ..raw() }, "lang", "like de or pt-BR"),
            (RawRequest { group: text("tags"), ..raw() }, "group", "none, translations"),
            (RawRequest { explain: text("yes"), ..raw() }, "explain", "1, true, 0, false"),
            (RawRequest { typos: text("3"), ..raw() }, "typos", "0, 1, 2"),
            (RawRequest { typos: text("-1"), ..raw() }, "typos", "0, 1, 2"),
            (RawRequest { fragments: text("0"), ..raw() }, "fragments", "from 1 to 3"),
            (RawRequest { sections: text("4"), ..raw() }, "sections", "from 0 to 3"),
            (RawRequest { facets: text("category,color"), ..raw() }, "facets", "year"),
        ];
        for (raw, parameter, allowed) in cases {
            let error = raw.clone().validate().unwrap_err();
            assert_eq!(error.parameter, parameter, "{raw:?}");
            assert!(error.allowed.contains(allowed), "{}", error.allowed);
        }
    }
}
