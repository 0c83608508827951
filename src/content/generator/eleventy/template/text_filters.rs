//! The filters for texts, lists and numbers that Liquid and Nunjucks each have on their own.

use serde_json::Value;

use super::filter_arguments::{FilterArguments, decode_component, encode_component, index, slice};
use super::value::{TemplateValue, as_f64};

/// Applies a filter of Liquid; `None` if it is unknown or the value does not fit.
pub(super) fn liquid(
    value: &TemplateValue,
    name: &str,
    arguments: &FilterArguments<'_>,
) -> Option<TemplateValue> {
    if let Some(number) = arithmetic(value, name, arguments) {
        return Some(number);
    }
    let text = || value.printed();
    let argument = |number| arguments.text(number);
    let result = match name {
        "downcase" => text()?.to_lowercase(),
        "upcase" => text()?.to_uppercase(),
        "append" => text()? + &argument(0)?,
        "prepend" => argument(0)? + &text()?,
        "strip" => text()?.trim().to_owned(),
        "lstrip" => text()?.trim_start().to_owned(),
        "rstrip" => text()?.trim_end().to_owned(),
        "strip_newlines" => text()?.replace("\r\n", "").replace('\n', ""),
        "normalize_whitespace" => text()?.split_whitespace().collect::<Vec<_>>().join(" "),
        "strip_html" => without_tags(&text()?),
        "replace" => text()?.replace(&argument(0)?, &argument(1)?),
        "replace_first" => text()?.replacen(&argument(0)?, &argument(1)?, 1),
        "replace_last" => replaced_last(&text()?, &argument(0)?, &argument(1)?),
        "remove" => text()?.replace(&argument(0)?, ""),
        "remove_first" => text()?.replacen(&argument(0)?, "", 1),
        "remove_last" => replaced_last(&text()?, &argument(0)?, ""),
        "url_encode" => encode_component(&text()?).replace("%20", "+"),
        "cgi_escape" => {
            let encoded = encode_component(&text()?).replace("%20", "+");
            let marks = [('!', "%21"), ('\'', "%27"), ('(', "%28"), (')', "%29"), ('*', "%2A")];
            marks.iter().fold(encoded, |text, (mark, code)| text.replace(*mark, code))
        }
        "url_decode" => decode_component(&text()?),
        "truncate" => truncated(&text()?, arguments.number(0).unwrap_or(50.0), argument(1).as_deref())?,
        "truncatewords" => {
            let count = index(arguments.number(0).unwrap_or(15.0).max(1.0))?;
            let text = text()?;
            let words: Vec<&str> = text.split_whitespace().collect();
            let end = if words.len() >= count {
                argument(1).unwrap_or_else(|| "...".to_owned())
            } else {
                String::new()
            };
            words.into_iter().take(count).collect::<Vec<_>>().join(" ") + &end
        }
        "slice" => return slice(value, arguments.number(0)?, arguments.number(1).unwrap_or(1.0)),
        "size" => return Some(value.member("size")),
        "join" => return joined(value, " "),
        _ => return list_filter(value, name, arguments),
    };
    Some(TemplateValue::text(result))
}

fn list_filter(value: &TemplateValue, name: &str, arguments: &FilterArguments<'_>) -> Option<TemplateValue> {
    let items = match name {
        "split" => {
            let (text, separator) = (value.printed()?, arguments.text(0)?);
            let mut parts: Vec<&str> = split(&text, &separator);
            while parts.last().is_some_and(|part| part.is_empty()) {
                parts.pop();
            }
            parts.into_iter().map(Value::from).collect()
        }
        "concat" => [value.as_list()?.as_slice(), arguments.0.first()?.as_list()?].concat(),
        "sort" if arguments.0.is_empty() => sorted(value, str::to_owned)?,
        "compact" => value.as_list()?.iter().filter(|item| !item.is_null()).cloned().collect(),
        "uniq" => {
            let mut items: Vec<Value> = Vec::new();
            for item in value.as_list()? {
                if !items.contains(item) {
                    items.push(item.clone());
                }
            }
            items
        }
        "push" | "unshift" => {
            let TemplateValue::Json(item) = arguments.0.first()? else { return None };
            let items = value.as_list()?;
            if name == "push" {
                [items.as_slice(), std::slice::from_ref(item)].concat()
            } else {
                [std::slice::from_ref(item), items.as_slice()].concat()
            }
        }
        "pop" => value.as_list()?.split_last()?.1.to_vec(),
        "shift" => value.as_list()?.split_first()?.1.to_vec(),
        "map" => {
            let key = arguments.text(0)?;
            let of_item = |item: &Value| item.get(&key).cloned().unwrap_or_default();
            value.as_list()?.iter().map(of_item).collect()
        }
        _ => return None,
    };
    Some(TemplateValue::list(items))
}

/// Splits a text as JavaScript does: an empty separator separates all characters.
fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    if separator.is_empty() {
        return text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]).collect();
    }
    text.split(separator).collect()
}

/// Applies a filter of Nunjucks; `None` if it is unknown or the value does not fit.
pub(super) fn nunjucks(
    value: &TemplateValue,
    name: &str,
    arguments: &FilterArguments<'_>,
) -> Option<TemplateValue> {
    let text = || value.printed();
    let argument = |number| arguments.text(number);
    let result = match name {
        "lower" => text()?.to_lowercase(),
        "upper" => text()?.to_uppercase(),
        "safe" | "string" | "forceescape" => return Some(value.clone()),
        "title" => text()?.split(' ').map(capitalized).collect::<Vec<_>>().join(" "),
        "trim" => text()?.trim().to_owned(),
        "striptags" => without_tags(&text()?).split_whitespace().collect::<Vec<_>>().join(" "),
        "urlencode" => encode_component(&text()?),
        "replace" => {
            let (old, new) = (argument(0)?, argument(1)?);
            match arguments.number(2).and_then(index) {
                Some(count) => text()?.replacen(&old, &new, count),
                None => text()?.replace(&old, &new),
            }
        }
        "truncate" => {
            let text = text()?;
            let length = index(arguments.number(0).unwrap_or(255.0))?;
            if text.chars().count() <= length {
                return Some(TemplateValue::text(text));
            }
            let kept: String = text.chars().take(length).collect();
            let before_space = text.chars().take(length + 1).collect::<String>();
            let by_word = before_space.rfind(' ').map(|space| before_space[..space].to_owned());
            let kept = if arguments.is_true(1) { kept } else { by_word.unwrap_or(kept) };
            kept + &argument(2).unwrap_or_else(|| "...".to_owned())
        }
        "join" => return joined(value, ""),
        "sort" if arguments.0.is_empty() => return sorted(value, str::to_lowercase).map(TemplateValue::list),
        "length" => return Some(value.member("length")),
        "int" => return value.as_number().map(|number| TemplateValue::number(number.trunc())),
        "float" => return value.as_number().map(TemplateValue::number),
        "round" => return arithmetic(value, "round", arguments),
        _ => return None,
    };
    Some(TemplateValue::text(result))
}

/// Returns a list of texts in the order of their keys; `None` for a list with other values.
fn sorted(value: &TemplateValue, key: impl Fn(&str) -> String) -> Option<Vec<Value>> {
    let mut items = value.as_list()?.clone();
    let is_text = items.iter().all(Value::is_string);
    items.sort_by_cached_key(|item| item.as_str().map(&key));
    is_text.then_some(items)
}

fn joined(value: &TemplateValue, separator: &str) -> Option<TemplateValue> {
    let items: Option<Vec<String>> =
        value.as_list()?.iter().map(|item| TemplateValue::from_json(item).printed()).collect();
    Some(TemplateValue::text(items?.join(separator)))
}

fn arithmetic(value: &TemplateValue, name: &str, arguments: &FilterArguments<'_>) -> Option<TemplateValue> {
    let is_arithmetic = matches!(
        name,
        "plus"
            | "minus"
            | "times"
            | "divided_by"
            | "modulo"
            | "floor"
            | "ceil"
            | "round"
            | "at_least"
            | "at_most"
    );
    let number = value.as_number().filter(|_| is_arithmetic)?;
    let argument = || arguments.number(0);
    Some(TemplateValue::number(match name {
        "plus" => number + argument()?,
        "minus" => number - argument()?,
        "times" => number * argument()?,
        "divided_by" if arguments.is_true(1) => (number / argument()?).floor(),
        "divided_by" => number / argument().filter(|divisor| *divisor != 0.0)?,
        "modulo" => number % argument().filter(|divisor| *divisor != 0.0)?,
        "floor" => number.floor(),
        "ceil" => number.ceil(),
        "at_least" => number.max(argument()?),
        "at_most" => number.min(argument()?),
        _ => {
            let factor = 10_f64.powf(argument().unwrap_or(0.0));
            (number * factor).round() / factor
        }
    }))
}

/// Returns the text with a capital first letter and small others.
pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + &chars.as_str().to_lowercase()
}

/// Returns the start of a text, so that it has at most `length` characters with the `end`.
fn truncated(text: &str, length: f64, end: Option<&str>) -> Option<String> {
    if as_f64(text.chars().count()) <= length {
        return Some(text.to_owned());
    }
    let end = end.unwrap_or("...");
    let kept = index((length - as_f64(end.chars().count())).max(0.0))?;
    Some(text.chars().take(kept).collect::<String>() + end)
}

fn replaced_last(text: &str, old: &str, new: &str) -> String {
    match text.rfind(old) {
        Some(at) => format!("{}{new}{}", &text[..at], &text[at + old.len()..]),
        None => text.to_owned(),
    }
}

/// Returns a text without HTML tags.
fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        let Some((_, after)) = tag.split_once('>') else { break };
        plain.push_str(before);
        rest = after;
    }
    plain + rest
}
