//! Permalinks that are Liquid or Nunjucks templates, as far as they can be rendered without the site's code.

use super::super::page::PageSource;
use crate::content::date::PostDate;
use crate::content::slugs;
use crate::content::source_id::folder_and_stem;

/// The values that the templates of a page can use.
pub(super) struct TemplateContext<'a> {
    /// The page's source file.
    pub(super) file: &'a PageSource<'a>,
    /// The page's date.
    pub(super) date: Option<PostDate>,
}

/// A value that template filters transform.
#[derive(Debug, Clone)]
enum TemplateValue {
    Text(String),
    Date(PostDate),
}

impl TemplateContext<'_> {
    /// Renders a template. Returns `None` if it uses anything that only Eleventy can evaluate.
    pub(super) fn render(&self, template: &str) -> Option<String> {
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
                TemplateValue::Text(text) => path.push_str(&text),
                TemplateValue::Date(date) => path.push_str(&date.day()),
            }
            rest = after;
        }
        path.push_str(rest);
        Some(path)
    }

    fn evaluate(&self, expression: &str) -> Option<TemplateValue> {
        let mut parts = expression.split('|');
        let first = parts.next()?.trim();
        let mut value = match quoted(first) {
            Some(text) => Some(TemplateValue::Text(text.to_owned())),
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
                arguments.first().map(|text| TemplateValue::Text((*text).to_owned()))
            } else {
                Some(filtered(value?, name, &arguments)?)
            };
        }
        value
    }

    fn variable(&self, name: &str) -> Option<TemplateValue> {
        let (folder, stem) = folder_and_stem(self.file.id);
        let bare = without_date(stem);
        let text = match name {
            "page.date" => return self.date.map(TemplateValue::Date),
            "date" => return self.file.date.map(TemplateValue::Date),
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
                return data.text(key).map(TemplateValue::Text);
            }
        };
        Some(TemplateValue::Text(text))
    }
}

fn filtered(value: TemplateValue, name: &str, arguments: &[&str]) -> Option<TemplateValue> {
    let argument = |number: usize| arguments.get(number).copied();
    let text = match (value, name) {
        (TemplateValue::Date(date), "date") => date.civil().strftime(&format_of(argument(0)?)).to_string(),
        (TemplateValue::Date(date), "htmlDateString") => date.day(),
        (TemplateValue::Text(text), "date") => {
            let date = crate::content::date::parse_date(&text)?;
            date.civil().strftime(&format_of(argument(0)?)).to_string()
        }
        (TemplateValue::Text(text), "slugify" | "slug") => slugs::sindresorhus(&text),
        (TemplateValue::Text(text), "downcase" | "lower") => text.to_lowercase(),
        (TemplateValue::Text(text), "upcase" | "upper") => text.to_uppercase(),
        (TemplateValue::Text(text), "replace") => text.replace(argument(0)?, argument(1)?),
        (TemplateValue::Text(text), "remove") => text.replace(argument(0)?, ""),
        (TemplateValue::Text(text), "append") => format!("{text}{}", argument(0)?),
        (TemplateValue::Text(text), "prepend") => format!("{}{text}", argument(0)?),
        (TemplateValue::Text(text), "trim" | "strip") => text.trim().to_owned(),
        (TemplateValue::Text(text), "url" | "safe" | "default") => text,
        _ => return None,
    };
    Some(TemplateValue::Text(text))
}

/// Returns a date format for `strftime`. A format without `%` is read as Luxon tokens, which the filters of
/// many sites use.
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

/// Returns the part of a name that follows its date, or the whole name if it has none.
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
    fn renders_templates_without_site_code() {
        let data = Data::parse("title: Ünï & Co\nlang: de\nmeta: {slug: s}\n", DataFormat::Yaml).unwrap();
        let inventory = Inventory::default();
        let render = |id, template: &str| {
            let date = parse_date("2024-03-05");
            let file = PageSource { date, ..PageSource::complete(id, &data, &inventory) };
            TemplateContext { file: &file, date }.render(template)
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
            assert_eq!(render("a/2024-01-02-x.md", template), expected, "{template}");
        }
        assert_eq!(render("2024-01-02-dir/index.md", "/{{ page.fileSlug }}/").as_deref(), Some("/dir/"));
    }
}
