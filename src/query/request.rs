//! What a reader asks for, validated.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::config::limits;
use crate::content::date::parse_date;

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Best first.
    #[default]
    Relevance,
    /// Latest date first, posts without a date last.
    Newest,
    /// Earliest date first, posts without a date last.
    Oldest,
}

/// What hits are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, PartialEq)]
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
    /// Only posts of this moment or later.
    pub after: Option<Timestamp>,
    /// Only posts before this moment.
    pub before: Option<Timestamp>,
    /// The order.
    pub sort: Sort,
    /// What to count.
    pub facets: Vec<FacetField>,
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: String::new(),
            page: 1,
            limit: 10,
            category: None,
            tag: None,
            after: None,
            before: None,
            sort: Sort::default(),
            facets: Vec::new(),
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
    /// See [`SearchRequest::after`].
    pub after: Option<String>,
    /// See [`SearchRequest::before`].
    pub before: Option<String>,
    /// `relevance`, `newest` or `oldest`.
    pub sort: Option<String>,
    /// Comma list of `category`, `tag`, `year`.
    pub facets: Option<String>,
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
        let page = number("page", self.page, 1, limits::MAX_HIT_RANK)?;
        let limit = number("limit", self.limit, 10, limits::MAX_LIMIT)?;
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
            after: moment("after", self.after)?,
            before: moment("before", self.before)?,
            sort: sort(self.sort)?,
            facets: facets(self.facets)?,
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
    max: usize,
) -> Result<usize, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(default) };
    match value.trim().parse() {
        Ok(number) if (1..=max).contains(&number) => Ok(number),
        _ => Err(RequestError {
            parameter,
            value,
            allowed: format!("allowed are whole numbers from 1 to {max}"),
        }),
    }
}

fn moment(parameter: &'static str, text: Option<String>) -> Result<Option<Timestamp>, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(None) };
    let full = match value.trim().len() {
        4 => format!("{}-01-01", value.trim()),
        7 => format!("{}-01", value.trim()),
        _ => value.trim().to_owned(),
    };
    // A `+` in a URL that was not escaped arrives as a space.
    parse_date(&full)
        .or_else(|| parse_date(&full.replace(' ', "+")))
        .map(|date| Some(date.moment))
        .ok_or_else(|| {
            let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
            let allowed =
                format!("allowed are dates like {today}, {}, or {today}T12:00:00Z", today.strftime("%Y-%m"));
            RequestError { parameter, value, allowed }
        })
}

fn sort(text: Option<String>) -> Result<Sort, RequestError> {
    let Some(value) = non_empty(text) else { return Ok(Sort::default()) };
    match value.trim() {
        "relevance" => Ok(Sort::Relevance),
        "newest" => Ok(Sort::Newest),
        "oldest" => Ok(Sort::Oldest),
        _ => Err(RequestError {
            parameter: "sort",
            value,
            allowed: "allowed are relevance, newest, oldest".to_owned(),
        }),
    }
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
            ..RawRequest::default()
        };
        let request = raw.validate().unwrap();
        assert_eq!(request.after.unwrap().to_string(), "2024-01-01T00:00:00Z");
        assert_eq!(request.before.unwrap().to_string(), "2024-06-01T00:00:00Z");
        assert_eq!(request.facets, [FacetField::Category, FacetField::Year]);
        assert_eq!((request.sort, request.category), (Sort::Newest, None));
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
            (RawRequest { sort: text("best"), ..raw() }, "sort", "newest"),
            (RawRequest { facets: text("category,color"), ..raw() }, "facets", "year"),
        ];
        for (raw, parameter, allowed) in cases {
            let error = raw.clone().validate().unwrap_err();
            assert_eq!(error.parameter, parameter, "{raw:?}");
            assert!(error.allowed.contains(allowed), "{}", error.allowed);
        }
    }
}
