//! `facetFilters`, `numericFilters`, `tagFilters` and `filters` as conditions. What is not supported is an error: an
//! ignored filter would show what it should hide.

use serde_json::Value;

use super::attributes::RecordAttribute;
use super::error::AlgoliaError;
use super::filter_expression;
use super::numeric::parse_numeric;
use super::parameters::{QueryParameters, invalid, structured};
use crate::config::limits;
use crate::query::conditions::{ConditionClause, Conditions};
use crate::query::shortened;

/// Parameters that restrict results in a way that is not supported.
const UNSUPPORTED: [&str; 5] = [
    "aroundLatLng",
    "aroundLatLngViaIP",
    "insideBoundingBox",
    "insidePolygon",
    "restrictSearchableAttributes",
];

/// Returns the conditions of all filters.
///
/// # Errors
/// If a filter is invalid or not supported, or there are too many.
pub(super) fn conditions(parameters: &QueryParameters) -> Result<Conditions, AlgoliaError> {
    for name in UNSUPPORTED {
        let is_used = |value: &Value| !matches!(value, Value::Bool(false)) && !is_blank(value);
        if parameters.get(name).is_some_and(is_used) {
            return Err(AlgoliaError::invalid(format!("`{name}` is not supported; remove it")));
        }
    }
    let mut groups = Vec::new();
    for (name, parse) in PARSERS {
        for texts in parameters.get(name).map_or(Ok(Vec::new()), |value| alternatives(name, value))? {
            let clause = |text: &String| parse(text).map_err(|reason| invalid_filter(name, text, &reason));
            groups.push(texts.iter().map(clause).collect::<Result<Vec<_>, _>>()?);
        }
    }
    if let Some(text) = parameters.text("filters")? {
        let parsed = filter_expression::parse(&text);
        groups.extend(parsed.map_err(|reason| invalid_filter("filters", &text, &reason))?);
    }
    let conditions = Conditions { groups };
    if conditions.len() > limits::MAX_CONDITIONS {
        let max = limits::MAX_CONDITIONS;
        return Err(AlgoliaError::invalid(format!("too many filters; expected at most {max}")));
    }
    Ok(conditions)
}

fn invalid_filter(name: &str, text: &str, reason: &str) -> AlgoliaError {
    AlgoliaError::invalid(format!("invalid filter {} in `{name}`: {reason}", quoted(text)))
}

/// Parses a filter.
type ParseClause = fn(&str) -> Result<ConditionClause, String>;

const PARSERS: [(&str, ParseClause); 3] =
    [("facetFilters", parse_facet), ("numericFilters", parse_numeric), ("tagFilters", parse_tag)];

/// Parses `attribute:value`, or `attribute:-value` for posts without the value.
fn parse_facet(text: &str) -> Result<ConditionClause, String> {
    let (name, value) = text.split_once(':').ok_or("expected a filter like categories:Books")?;
    parse_value(RecordAttribute::of_name(name.trim())?, value)
}

fn parse_tag(text: &str) -> Result<ConditionClause, String> {
    parse_value(RecordAttribute::Tags, text)
}

/// Parses a value; one that begins with `-` is excluded, and `\-` is a literal hyphen.
fn parse_value(attribute: RecordAttribute, text: &str) -> Result<ConditionClause, String> {
    let text = text.trim_start();
    let excluded = text.strip_prefix('-');
    let value = excluded.unwrap_or_else(|| if text.starts_with("\\-") { &text[1..] } else { text });
    Ok(ConditionClause { condition: attribute.condition(value)?, is_excluded: excluded.is_some() })
}

/// Returns whether a value is empty, as some front ends send it.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => matches!(text.trim(), "" | "[]" | "false"),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Returns the alternatives of each filter in a list: the members all apply, and of a list in it any member.
fn alternatives(name: &str, value: &Value) -> Result<Vec<Vec<String>>, AlgoliaError> {
    let expected = || invalid(name, value, "a text, or a list of texts and of lists of texts");
    let value = structured(name, value)?;
    let items = match value.as_ref() {
        Value::String(text) => return split(text).ok_or_else(expected),
        Value::Array(items) => items,
        _ => return Err(expected()),
    };
    let mut groups = Vec::new();
    for item in items.iter().filter(|item| !is_blank(item)) {
        match item {
            Value::String(text) => groups.push(vec![text.clone()]),
            Value::Array(texts) => {
                let texts = texts.iter().map(|text| text.as_str().map(str::to_owned));
                groups.push(texts.collect::<Option<_>>().ok_or_else(expected)?);
            }
            _ => return Err(expected()),
        }
    }
    Ok(groups)
}

/// Splits the older form of a list: `a,(b,c)`. Returns `None` if parentheses do not match.
fn split(text: &str) -> Option<Vec<Vec<String>>> {
    let mut groups = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (group, after) = match rest.strip_prefix('(') {
            Some(inner) => inner.split_once(')')?,
            None => rest.split_at(rest.find(',').unwrap_or(rest.len())),
        };
        let is_list = rest.starts_with('(');
        let members = if is_list { group.split(',').collect() } else { vec![group] };
        let members = members.into_iter().map(str::trim).filter(|member| !member.is_empty());
        let members: Vec<String> = members.map(str::to_owned).collect();
        if !members.is_empty() {
            groups.push(members);
        }
        let after = after.trim_start();
        rest = if after.is_empty() { after } else { after.strip_prefix(',')?.trim_start() };
    }
    Some(groups)
}

/// Returns a text for an error.
pub(super) fn quoted(text: &str) -> String {
    format!("{:?}", shortened(text, limits::MAX_QUOTED_BYTES))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::query::conditions::Condition;

    fn parsed(query: Value) -> Result<Vec<Vec<ConditionClause>>, String> {
        let Value::Object(query) = query else { panic!("{query}") };
        let parameters = QueryParameters::of(query).unwrap();
        conditions(&parameters).map(|conditions| conditions.groups).map_err(|error| error.message)
    }

    fn category(name: &str) -> ConditionClause {
        ConditionClause { condition: Condition::Category(name.to_owned()), is_excluded: false }
    }

    fn tag(name: &str) -> ConditionClause {
        ConditionClause { condition: Condition::Tag(name.to_owned()), is_excluded: false }
    }

    fn not(clause: ConditionClause) -> ConditionClause {
        ConditionClause { is_excluded: true, ..clause }
    }

    #[test]
    fn facet_filters_are_texts_and_flat_and_nested_lists() {
        for filters in [
            json!("categories:A"),
            json!(["categories:A"]),
            json!([["categories:A"]]),
            json!("[\"categories:A\"]"),
        ] {
            assert_eq!(parsed(json!({"facetFilters": filters})), Ok(vec![vec![category("A")]]), "{filters}");
        }
        let nested = json!({"facetFilters": [["categories:A", "tags:-b"], "tags:c:d", []]});
        let expected = vec![vec![category("A"), not(tag("b"))], vec![tag("c:d")]];
        assert_eq!(parsed(nested), Ok(expected.clone()));
        assert_eq!(parsed(json!({"params": "facetFilters=(categories:A,tags:-b),tags:c:d"})), Ok(expected));
        assert_eq!(
            parsed(json!({"facetFilters": ["tags:\\-x", "tags:--x"]})),
            Ok(vec![vec![tag("-x")], vec![not(tag("-x"))]])
        );
    }

    #[test]
    fn tag_filters_and_filters_are_combined() {
        let query = json!({"tagFilters": ["a", ["b", "-c"]], "facetFilters": "", "numericFilters": [], "filters": " "});
        assert_eq!(parsed(query), Ok(vec![vec![tag("a")], vec![tag("b"), not(tag("c"))]]));
        assert_eq!(parsed(json!({})), Ok(Vec::new()));
    }

    #[test]
    fn unsupported_filters_are_errors_with_a_reason() {
        let cases = [
            (json!({"facetFilters": "price:1"}), "unknown attribute"),
            (json!({"facetFilters": "categories"}), "categories:Books"),
            (json!({"facetFilters": [[["tags:a"]]]}), "a list of texts"),
            (json!({"facetFilters": {"tags": "a"}}), "a list of texts"),
            (json!({"facetFilters": "(tags:a"}), "a list of texts"),
            (json!({"facetFilters": "[tags"}), "a list in JSON"),
            (json!({"facetFilters": [1]}), "a list of texts"),
            (json!({"numericFilters": ["tags>1"]}), "not a number"),
            (json!({"filters": "tags:a OR (tags:b AND tags:c)"}), "AND within OR"),
            (json!({"aroundLatLng": "1,2"}), "`aroundLatLng` is not supported"),
            (json!({"restrictSearchableAttributes": ["title"]}), "is not supported"),
        ];
        for (query, expected) in cases {
            let message = parsed(query.clone()).unwrap_err();
            assert!(message.contains(expected), "{query}: {message}");
        }
        let unused = json!({"aroundLatLngViaIP": false, "insideBoundingBox": [], "aroundLatLng": ""});
        assert_eq!(parsed(unused), Ok(Vec::new()));
    }

    #[test]
    fn the_number_of_filters_is_bounded() {
        let many = vec!["tags:a"; limits::MAX_CONDITIONS];
        assert_eq!(
            parsed(json!({"facetFilters": many})).map(|groups| groups.len()),
            Ok(limits::MAX_CONDITIONS)
        );
        let more = vec![vec!["tags:a"; limits::MAX_CONDITIONS], vec!["tags:b"]];
        assert!(parsed(json!({"facetFilters": more})).unwrap_err().contains("too many filters"));
        assert!(QueryParameters::of(Map::new()).is_ok());
    }
}
