//! `bloghound serve --print-config`: prints the settings in force, as a settings file or as JSON.

use std::io::{self, Write};

use serde::Serialize;
use toml::Value;

use super::option_sources::{OptionSource, OptionValue};
use super::printable::{printable, printable_json};
use super::terminal;
use crate::config::{Config, EffectiveSetting, SettingSource};
use crate::content::{Generator, Site};

/// Options of `serve` that are settings, too, or choose what is printed.
const NOT_LISTED: [&str; 6] =
    ["--base-url", "--content", "--index", "--query-log", "--print-config", "--json"];

/// The settings of a server.
pub(super) struct PrintedConfig<'a> {
    pub(super) config: &'a Config,
    /// The site, if it can be detected.
    pub(super) site: Option<&'a Site>,
    pub(super) options: &'a [OptionValue],
}

/// A value with its source.
#[derive(Debug, Serialize)]
struct PrintedValue {
    name: String,
    value: Option<Value>,
    /// `default`, `file`, `variable`, `flag` or `detected`.
    source: &'static str,
    /// The file and line, the name of the variable, or the flag.
    at: Option<String>,
}

impl PrintedValue {
    /// Returns the source as a text for people.
    fn described_source(&self) -> String {
        match (self.source, &self.at) {
            ("default", _) if self.value.is_none() => "not set".to_owned(),
            ("detected", _) => "detected from the site".to_owned(),
            ("file", Some(at)) => at.clone(),
            (source, Some(at)) => format!("{source} {at}"),
            (source, None) => source.to_owned(),
        }
    }

    /// Returns whether a settings file has the value. It does not have those that are detected: what is detected can be
    /// more than one value, such as the base URLs of several languages.
    fn is_set(&self) -> bool {
        self.value.is_some() && self.source != "detected"
    }

    fn comment(&self) -> String {
        printable(&self.described_source()).into_owned()
    }
}

impl PrintedConfig<'_> {
    /// Prints a settings file with the same effect, which tells the source of each value in a comment.
    pub(super) fn print_toml(&self) -> io::Result<()> {
        let mut out = terminal::stdout();
        writeln!(out, "# The options of `bloghound serve`, which bloghound.toml does not have:")?;
        for option in self.options() {
            let value =
                option.value.as_ref().and_then(Value::as_str).map(|value| format!(" {}", printable(value)));
            writeln!(out, "# {}{}  # {}", option.name, value.unwrap_or_default(), option.comment())?;
        }
        let settings = self.settings();
        let mut table = "";
        for (at, setting) in settings.iter().enumerate() {
            let (own, key) = setting.name.rsplit_once('.').unwrap_or(("", &setting.name));
            if own != table || at == 0 {
                // A table without values is left out, because `[http.tls]` must have some.
                let of_table = settings.iter().filter(|other| is_of_table(&other.name, own));
                let mark = if of_table.into_iter().any(PrintedValue::is_set) { "" } else { "# " };
                let header = if own.is_empty() { String::new() } else { format!("{mark}[{own}]\n") };
                write!(out, "\n{header}")?;
                table = own;
            }
            let value = setting.value.as_ref().map(toml_text).unwrap_or_default();
            let mark = if setting.is_set() { "" } else { "# " };
            writeln!(out, "{mark}{key} = {value}  # {}", setting.comment())?;
        }
        Ok(())
    }

    /// Prints the settings as JSON.
    pub(super) fn print_json(&self) -> io::Result<()> {
        #[derive(Serialize)]
        struct Printed {
            options: Vec<PrintedValue>,
            settings: Vec<PrintedValue>,
        }
        let printed = Printed { options: self.options(), settings: self.settings() };
        terminal::write_json(&mut terminal::stdout(), &printed)
    }

    fn options(&self) -> Vec<PrintedValue> {
        let listed = self.options.iter().filter(|option| !NOT_LISTED.contains(&option.name.as_str()));
        let printed = listed.map(|option| {
            let (source, at) = source_of_option(option);
            PrintedValue {
                name: option.name.clone(),
                value: option.value.clone().map(Value::String),
                source,
                at,
            }
        });
        printed.collect()
    }

    fn settings(&self) -> Vec<PrintedValue> {
        self.config.effective.iter().map(|setting| self.setting(setting)).collect()
    }

    fn setting(&self, setting: &EffectiveSetting) -> PrintedValue {
        let detected = if setting.value.is_none() { self.detected(setting.key) } else { None };
        let (source, at) = match &setting.source {
            _ if detected.is_some() => ("detected", None),
            SettingSource::Default => ("default", None),
            SettingSource::File { path, line } => ("file", Some(format!("{}:{line}", path.display()))),
            SettingSource::Variable(name) => ("variable", Some(name.clone())),
            SettingSource::Flag(flag) => {
                let option = self.options.iter().find(|option| option.name == *flag);
                option.map_or(("flag", Some((*flag).to_owned())), source_of_option)
            }
        };
        PrintedValue { name: setting.key.to_owned(), value: setting.value.clone().or(detected), source, at }
    }

    /// Returns the value that bloghound takes from the site because a setting is not set.
    fn detected(&self, key: &str) -> Option<Value> {
        let site = self.site?;
        let text = match key {
            "generator" => match &site.generator {
                Generator::Unknown(_) => return None,
                known => known.name().to_owned(),
            },
            "base_url" => site.base_urls().into_iter().next()?,
            "content.dir" => site.content_dir.to_string_lossy().into_owned(),
            _ => return None,
        };
        Some(Value::String(text))
    }
}

fn is_of_table(key: &str, table: &str) -> bool {
    key.rsplit_once('.').is_some_and(|(own, _)| own == table)
}

fn source_of_option(option: &OptionValue) -> (&'static str, Option<String>) {
    match &option.source {
        OptionSource::Default => ("default", None),
        OptionSource::Flag => ("flag", Some(option.name.clone())),
        OptionSource::Variable(name) => ("variable", Some(name.clone())),
    }
}

/// Returns a value as TOML on one line, without characters that a terminal acts on. The escapes of JSON are also those of
/// basic strings in TOML.
fn toml_text(value: &Value) -> String {
    let quoted = |text: &str| printable_json(&serde_json::Value::from(text).to_string()).into_owned();
    match value {
        Value::String(text) => quoted(text),
        Value::Array(values) => format!("[{}]", values.iter().map(toml_text).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let pairs = table.iter().map(|(key, value)| format!("{} = {}", quoted(key), toml_text(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_toml_on_one_line_without_active_characters() {
        for value in ["plain", "a \"b\" \\ '", "a\nb\t\u{8}\u{7f}", "\u{1b}[31m\u{9b}\u{202e}\u{200f}é😀"]
        {
            let list = Value::Array(vec![Value::String(value.to_owned()), Value::Integer(1)]);
            let table = Value::Table(toml::Table::from_iter([(value.to_owned(), list)]));
            let text = toml_text(&table);
            assert!(!text.contains(|c: char| c.is_control() || c == '\u{202e}'), "{text:?}");
            assert_eq!(text.parse::<Value>().unwrap(), table, "{text}");
        }
    }
}
