//! The properties and methods of JavaScript values that paths are made with.

use jiff::ToSpan;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::value::ScriptValue;
use crate::content::date::PostDate;

/// Returns a property of a value; a missing one of an object is undefined.
pub(super) fn property(of: &ScriptValue, name: &str) -> Option<ScriptValue> {
    match (of, name) {
        (ScriptValue::Object(map), _) => Some(map.get(name).cloned().unwrap_or(ScriptValue::Undefined)),
        (ScriptValue::Text(text), "length") => Some(count(text.encode_utf16().count())),
        (ScriptValue::List(items), "length") => Some(count(items.len())),
        // `a?.b` of a missing value.
        (ScriptValue::Undefined, _) => Some(ScriptValue::Undefined),
        _ => None,
    }
}

/// Returns the result of a method; `None` if it is not supported. Parts of dates are taken in a zone that is `zone` hours
/// ahead of UTC.
pub(super) fn call_method(
    zone: i8,
    of: &ScriptValue,
    method: &str,
    arguments: &[ScriptValue],
) -> Option<ScriptValue> {
    if of == &ScriptValue::Undefined {
        return Some(ScriptValue::Undefined);
    }
    if is_date_method(method) {
        return date_part(zone, of, method);
    }
    match of {
        ScriptValue::Text(text) => text_method(text, method, arguments),
        ScriptValue::List(items) => list_method(items, method, arguments),
        _ if method == "toString" => of.text().map(ScriptValue::Text),
        _ => None,
    }
}

fn is_date_method(method: &str) -> bool {
    let part = method.strip_prefix("getUTC").or_else(|| method.strip_prefix("get"));
    matches!(part, Some("FullYear" | "Month" | "Date")) || matches!(method, "toISOString" | "toJSON")
}

/// Returns a part of a date, in UTC or in a zone that is `zone` hours ahead of it.
fn date_part(zone: i8, of: &ScriptValue, method: &str) -> Option<ScriptValue> {
    let is_utc = method.starts_with("getUTC") || method.starts_with("to");
    let date = moved(of.date()?, if is_utc { 0 } else { zone })?;
    let number = match method.trim_start_matches("getUTC").trim_start_matches("get") {
        "FullYear" => f64::from(date.year()),
        "Month" => f64::from(date.month() - 1),
        "Date" => f64::from(date.day()),
        _ => return Some(ScriptValue::Text(date.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string())),
    };
    Some(ScriptValue::Number(number))
}

/// Returns the date and time in a zone that is `hours` ahead of UTC.
fn moved(date: PostDate, hours: i8) -> Option<DateTime> {
    Offset::UTC.to_datetime(date.timestamp).checked_add(i64::from(hours).hours()).ok()
}

fn count(number: usize) -> ScriptValue {
    ScriptValue::Number(f64::from(u32::try_from(number).unwrap_or(u32::MAX)))
}

/// Returns an index in a list of this length; negative ones count from the end, and all are bounded.
fn bounded(argument: Option<&ScriptValue>, length: usize, default: usize) -> Option<usize> {
    let Some(argument) = argument.filter(|argument| **argument != ScriptValue::Undefined) else {
        return Some(default);
    };
    #[expect(clippy::cast_possible_truncation, reason = "indexes are small integers")]
    let index = argument.number()? as i64;
    let length = i64::try_from(length).ok()?;
    let from_start = if index < 0 { index + length } else { index };
    usize::try_from(from_start.clamp(0, length)).ok()
}

/// Returns the range of `slice` and `substring`.
fn range(arguments: &[ScriptValue], length: usize) -> Option<std::ops::Range<usize>> {
    let start = bounded(arguments.first(), length, 0)?;
    let end = bounded(arguments.get(1), length, length)?;
    Some(start..end.max(start))
}

/// Returns the element at an index, from the end if it is negative; undefined beyond the end.
fn at(items: &[ScriptValue], arguments: &[ScriptValue]) -> Option<ScriptValue> {
    #[expect(clippy::cast_possible_truncation, reason = "indexes are small integers")]
    let index = arguments.first()?.number()? as i64;
    let length = i64::try_from(items.len()).ok()?;
    let from_start = if index < 0 { index + length } else { index };
    let item = usize::try_from(from_start).ok().and_then(|index| items.get(index).cloned());
    Some(item.unwrap_or(ScriptValue::Undefined))
}

fn text_method(text: &str, method: &str, arguments: &[ScriptValue]) -> Option<ScriptValue> {
    let first = arguments.first().and_then(ScriptValue::text);
    let text_of = |text: String| Some(ScriptValue::Text(text));
    let chars = || text.chars().collect::<Vec<char>>();
    let flag = |flag: bool| Some(ScriptValue::Bool(flag));
    match method {
        "split" => {
            let separator = first?;
            let parts: Vec<String> = if separator.is_empty() {
                text.chars().map(String::from).collect()
            } else {
                text.split(&separator).map(str::to_owned).collect()
            };
            Some(ScriptValue::List(parts.into_iter().map(ScriptValue::Text).collect()))
        }
        "slice" => text_of(chars()[range(arguments, chars().len())?].iter().collect()),
        "substring" if arguments.iter().all(|index| index.number().is_some_and(|index| index >= 0.0)) => {
            text_of(chars()[range(arguments, chars().len())?].iter().collect())
        }
        "at" | "charAt" => {
            let chars: Vec<ScriptValue> = text.chars().map(|c| ScriptValue::Text(c.to_string())).collect();
            at(&chars, arguments)
        }
        "replace" => text_of(text.replacen(&first?, &arguments.get(1)?.text()?, 1)),
        "replaceAll" => text_of(text.replace(&first?, &arguments.get(1)?.text()?)),
        "toLowerCase" | "toLocaleLowerCase" => text_of(text.to_lowercase()),
        "toUpperCase" | "toLocaleUpperCase" => text_of(text.to_uppercase()),
        "trim" => text_of(text.trim().to_owned()),
        "toString" => text_of(text.to_owned()),
        "concat" => {
            let others: Option<String> = arguments.iter().map(ScriptValue::text).collect();
            text_of(format!("{text}{}", others?))
        }
        "startsWith" => flag(text.starts_with(&first?)),
        "endsWith" => flag(text.ends_with(&first?)),
        "includes" => flag(text.contains(&first?)),
        "indexOf" => Some(position(text, text.find(&first?))),
        "lastIndexOf" => Some(position(text, text.rfind(&first?))),
        "padStart" => padded(text, arguments),
        _ => None,
    }
}

fn position(text: &str, found: Option<usize>) -> ScriptValue {
    found.map_or(ScriptValue::Number(-1.0), |at| count(text[..at].chars().count()))
}

fn padded(text: &str, arguments: &[ScriptValue]) -> Option<ScriptValue> {
    let length = bounded(arguments.first(), 64, 0)?;
    let fill = arguments.get(1).map_or(Some(" ".to_owned()), ScriptValue::text)?;
    let missing = length.saturating_sub(text.chars().count());
    let start: String = fill.chars().cycle().take(if fill.is_empty() { 0 } else { missing }).collect();
    Some(ScriptValue::Text(start + text))
}

fn list_method(items: &[ScriptValue], method: &str, arguments: &[ScriptValue]) -> Option<ScriptValue> {
    let or_undefined = |item: Option<ScriptValue>| Some(item.unwrap_or(ScriptValue::Undefined));
    match method {
        "pop" => or_undefined(items.last().cloned()),
        "shift" => or_undefined(items.first().cloned()),
        "at" => at(items, arguments),
        "slice" => Some(ScriptValue::List(items[range(arguments, items.len())?].to_vec())),
        "reverse" | "toReversed" => Some(ScriptValue::List(items.iter().rev().cloned().collect())),
        "filter" if arguments.is_empty() => {
            Some(ScriptValue::List(items.iter().filter(|item| item.is_true()).cloned().collect()))
        }
        "join" => {
            let separator = arguments.first().map_or(Some(",".to_owned()), ScriptValue::text)?;
            let texts: Option<Vec<String>> = items.iter().map(ScriptValue::text).collect();
            Some(ScriptValue::Text(texts?.join(&separator)))
        }
        "includes" => Some(ScriptValue::Bool(items.contains(arguments.first()?))),
        _ => None,
    }
}
