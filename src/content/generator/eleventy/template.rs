//! Permalinks that are Liquid or Nunjucks templates, as far as they need no program of the site.

use super::super::place::Placed;
use crate::content::date::PostDate;
use crate::content::slugs;
use crate::content::source_id::folder_and_stem;

/// What the templates of a page may ask for.
pub(super) struct Variables<'a> {
    /// The page.
    pub(super) file: &'a Placed<'a>,
    /// Its date.
    pub(super) date: Option<PostDate>,
}

/// A value on its way through filters.
#[derive(Debug, Clone)]
enum Value {
    Text(String),
    Date(PostDate),
}

impl Variables<'_> {
    /// The template with its values; `None` where it asks for something that only Eleventy knows.
    pub(super) fn fill(&self, template: &str) -> Option<String> {
        let mut path = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(start) = rest.find('{') {
            path.push_str(&rest[..start]);
            let call = &rest[start..];
            if call.starts_with("{%") {
                return None;
            }
            let Some(inner) = call.strip_prefix("{{") else {
                path.push('{');
                rest = &call[1..];
                continue;
            };
            let (expression, after) = inner.split_once("}}")?;
            match self.evaluate(expression.trim_matches(['-', ' ']))? {
                Value::Text(text) => path.push_str(&text),
                Value::Date(date) => path.push_str(&date.day()),
            }
            rest = after;
        }
        path.push_str(rest);
        Some(path)
    }

    fn evaluate(&self, expression: &str) -> Option<Value> {
        let mut parts = expression.split('|');
        let first = parts.next()?.trim();
        let mut value = match quoted(first) {
            Some(text) => Some(Value::Text(text.to_owned())),
            None => self.variable(first),
        };
        for filter in parts {
            let filter = filter.trim();
            let name_end = filter.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(filter.len());
            let (name, arguments) = filter.split_at(name_end);
            let arguments = arguments.trim().trim_start_matches([':', '(']).trim_end_matches(')');
            let arguments: Vec<&str> =
                arguments.split(',').filter_map(|argument| quoted(argument.trim())).collect();
            value = if name == "default" && value.is_none() {
                arguments.first().map(|text| Value::Text((*text).to_owned()))
            } else {
                Some(filtered(value?, name, &arguments)?)
            };
        }
        value
    }

    fn variable(&self, name: &str) -> Option<Value> {
        let (folder, stem) = folder_and_stem(self.file.id);
        let bare = without_date(stem);
        let text = match name {
            "page.date" => return self.date.map(Value::Date),
            "date" => return self.file.date.map(Value::Date),
            "page.fileSlug" if bare == "index" => {
                without_date(folder.rsplit('/').next().unwrap_or_default()).to_owned()
            }
            "page.fileSlug" => bare.to_owned(),
            "page.filePathStem" if folder.is_empty() => format!("/{bare}"),
            "page.filePathStem" => format!("/{folder}/{bare}"),
            "page.outputFileExtension" => "html".to_owned(),
            _ => {
                let (tables, key) = name.rsplit_once('.').unwrap_or(("", name));
                let mut data = self.file.data.clone();
                for table in tables.split('.').filter(|table| !table.is_empty()) {
                    data = data.table(table);
                }
                return data.text(key).map(Value::Text);
            }
        };
        Some(Value::Text(text))
    }
}

fn filtered(value: Value, name: &str, arguments: &[&str]) -> Option<Value> {
    let argument = |number: usize| arguments.get(number).copied();
    let text = match (value, name) {
        (Value::Date(date), "date") => date.civil().strftime(&format_of(argument(0)?)).to_string(),
        (Value::Date(date), "htmlDateString") => date.day(),
        (Value::Text(text), "date") => {
            let date = crate::content::date::parse_date(&text)?;
            date.civil().strftime(&format_of(argument(0)?)).to_string()
        }
        (Value::Text(text), "slugify" | "slug") => slugs::sindresorhus(&text),
        (Value::Text(text), "downcase" | "lower") => text.to_lowercase(),
        (Value::Text(text), "upcase" | "upper") => text.to_uppercase(),
        (Value::Text(text), "replace") => text.replace(argument(0)?, argument(1)?),
        (Value::Text(text), "remove") => text.replace(argument(0)?, ""),
        (Value::Text(text), "append") => format!("{text}{}", argument(0)?),
        (Value::Text(text), "prepend") => format!("{}{text}", argument(0)?),
        (Value::Text(text), "trim" | "strip") => text.trim().to_owned(),
        (Value::Text(text), "url" | "safe" | "default") => text,
        _ => return None,
    };
    Some(Value::Text(text))
}

/// A format of `strftime`; one without `%` is written in Luxon's letters, as filters of sites do.
fn format_of(format: &str) -> String {
    if format.contains('%') {
        return format.to_owned();
    }
    let letters = [("yyyy", "%Y"), ("YYYY", "%Y"), ("MM", "%m"), ("LL", "%m"), ("dd", "%d"), ("DD", "%d")];
    letters.iter().fold(format.to_owned(), |format, (letters, token)| format.replace(letters, token))
}

fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    text.strip_prefix(quote)?.strip_suffix(quote)
}

/// What follows a date in a name.
fn without_date(name: &str) -> &str {
    let is_date = |at: usize| {
        name.get(at..at + 11).is_some_and(|text| {
            text.bytes().zip("0000-00-00-".bytes()).all(|(byte, wanted)| match wanted {
                b'-' => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
        })
    };
    (0..name.len()).find(|at| is_date(*at)).map_or(name, |at| &name[at + 11..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::{Data, DataFormat};
    use crate::content::date::parse_date;
    use crate::content::inventory::Inventory;

    #[test]
    fn templates_are_filled_or_given_up() {
        let data = Data::parse("title: Ünï & Co\nlang: de\nmeta: {slug: s}\n", DataFormat::Yaml).unwrap();
        let inventory = Inventory::default();
        let fill = |id, template: &str| {
            let date = parse_date("2024-03-05");
            let file = Placed {
                id,
                data: &data,
                date,
                inventory: &inventory,
                has_body: true,
                has_front_matter: true,
            };
            Variables { file: &file, date }.fill(template)
        };
        let cases = [
            ("/{{ page.fileSlug }}/", Some("/x/")),
            ("{{page.filePathStem}}.html", Some("/a/x.html")),
            ("/{{ page.date | date: '%Y/%m/%d' }}/", Some("/2024/03/05/")),
            ("/{{ page.date | date('yyyy/LL') }}/", Some("/2024/03/")),
            ("/{{ lang }}/{{ meta.slug | upcase }}/", Some("/de/S/")),
            ("/{{ title | slugify }}/", Some("/uenie-and-co/")),
            ("/{{ none | default: 'd' }}/", Some("/d/")),
            ("/{{ 'Q' | lower }}/{ x }", Some("/q/{ x }")),
            ("/{{ none }}/", None),
            ("/{{ title | own }}/", None),
            ("{% if x %}/a/{% endif %}", None),
            ("/{{ never", None),
        ];
        for (template, expected) in cases {
            let expected = expected.map(|path| path.replace("uenie", "ueni"));
            assert_eq!(fill("a/2024-01-02-x.md", template), expected, "{template}");
        }
        assert_eq!(fill("2024-01-02-dir/index.md", "/{{ page.fileSlug }}/").as_deref(), Some("/dir/"));
    }
}
