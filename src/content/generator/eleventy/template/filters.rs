//! The filters of Liquid, Nunjucks and Eleventy that give the same result in every build.
//!
//! Sources: `src/filters` of liquidjs 10, `src/filters.js` of Nunjucks 3.2, `src/Filters` of Eleventy 3.

use serde_json::Value;

use super::dates;
use super::filter_arguments::FilterArguments;
use super::scope::{TemplateEngine, TemplateScope, Unevaluated};
use super::text_filters;
use super::value::TemplateValue;
use crate::content::slugs;

/// Applies a filter to a value.
pub(super) fn apply(
    value: &TemplateValue,
    name: &str,
    arguments: &[TemplateValue],
    scope: &TemplateScope<'_>,
) -> Result<TemplateValue, Unevaluated> {
    let unknown = || Unevaluated::new(format!("the filter `{name}`"));
    if let Some(filter) = scope.context.settings.filters.get(name) {
        return filter.apply(value, arguments).ok_or_else(unknown);
    }
    let arguments = FilterArguments(arguments);
    let result = match value {
        _ if name == "default" || name == "d" && scope.engine == TemplateEngine::Nunjucks => {
            Some(or_default(value, &arguments, scope.engine))
        }
        _ if name == "date" && scope.engine == TemplateEngine::Liquid => {
            dates::liquid_date(value, &arguments)
        }
        TemplateValue::Date(date) if name == "htmlDateString" => {
            Some(TemplateValue::text(dates::day_in_utc(*date)))
        }
        TemplateValue::Date(_) => None,
        _ => of_both(value, name, &arguments).or_else(|| match scope.engine {
            TemplateEngine::Nunjucks => text_filters::nunjucks(value, name, &arguments),
            _ => text_filters::liquid(value, name, &arguments),
        }),
    };
    result.ok_or_else(unknown)
}

fn or_default(
    value: &TemplateValue,
    arguments: &FilterArguments<'_>,
    engine: TemplateEngine,
) -> TemplateValue {
    let is_missing = match engine {
        TemplateEngine::Nunjucks => {
            *value == TemplateValue::Nil || arguments.is_true(1) && !value.is_truthy()
        }
        _ => !value.is_set() || value.printed().is_some_and(|text| text.is_empty()),
    };
    if is_missing { arguments.0.first().cloned().unwrap_or(TemplateValue::Nil) } else { value.clone() }
}

/// Applies a filter that both engines have.
fn of_both(value: &TemplateValue, name: &str, arguments: &FilterArguments<'_>) -> Option<TemplateValue> {
    let text = || value.printed();
    let result = match name {
        // Eleventy's own; `undefined` and `null` are texts for them.
        "slug" => slugs::npm_slugify(&text_or_undefined(value)?),
        "slugify" => slugs::sindresorhus(&text_or_undefined(value)?),
        "url" | "log" => return Some(value.clone()),
        "join" => {
            let separator = arguments.text(0);
            let items: Option<Vec<String>> = match value.as_list() {
                Some(items) => items.iter().map(|item| TemplateValue::from_json(item).printed()).collect(),
                None => return None,
            };
            return Some(TemplateValue::text(items?.join(separator.as_deref()?)));
        }
        "first" => return Some(value.member("0")),
        "last" => {
            let last = match value.as_list() {
                Some(items) => items.last().map_or(TemplateValue::Nil, TemplateValue::from_json),
                None => {
                    text()?.chars().last().map_or(TemplateValue::Nil, |c| TemplateValue::text(c.to_string()))
                }
            };
            return Some(last);
        }
        "reverse" => match value.as_list() {
            Some(items) => return Some(TemplateValue::list(items.iter().rev().cloned().collect())),
            None => text()?.chars().rev().collect(),
        },
        "abs" => return value.as_number().map(|number| TemplateValue::number(number.abs())),
        "capitalize" => text_filters::capitalized(&text()?),
        "escape" | "e" => escape_html(&text()?),
        _ => return None,
    };
    Some(TemplateValue::text(result))
}

fn text_or_undefined(value: &TemplateValue) -> Option<String> {
    match value {
        TemplateValue::Nil => Some("undefined".to_owned()),
        TemplateValue::Json(Value::Array(items)) => {
            let items: Option<Vec<String>> =
                items.iter().map(|item| TemplateValue::from_json(item).printed()).collect();
            Some(items?.join(","))
        }
        value => value.printed(),
    }
}

/// Returns the text with the characters of HTML escaped, as Nunjucks prints it.
pub(super) fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c => escaped.push(c),
        }
    }
    escaped
}
