//! Settings from environment variables: `BLOGHOUND_HTTP_QUEUE_MS` is `http.queue_ms` of `bloghound.toml`.

use std::collections::BTreeMap;
use std::ffi::OsString;

use serde::Deserialize;
use toml::Value;

use super::ConfigError;
use super::effective::KEYS;
use super::file::SettingsFile;
use super::toml_message::type_message;

/// The beginning of the names of all variables.
const PREFIX: &str = "BLOGHOUND_";
/// Maximum edit distance between an unknown name and a known one that is suggested.
const MAX_DISTANCE: usize = 2;
/// Settings whose variables are those of command-line options.
const OPTIONS: [&str; 1] = ["index"];

/// The variables of the environment that can be settings of bloghound, by name. Empty ones count as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, OsString>);

/// A variable that is probably a misspelled setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownVariable {
    /// Its name.
    pub name: String,
    /// The known name that it resembles most.
    pub nearest: String,
}

/// The value of a setting in a variable.
pub(super) struct VariableSetting {
    pub(super) key: &'static str,
    pub(super) variable: String,
    pub(super) value: Value,
}

impl FromIterator<(OsString, OsString)> for Variables {
    fn from_iter<I: IntoIterator<Item = (OsString, OsString)>>(variables: I) -> Self {
        let named = variables.into_iter().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        Self(named.filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty()).collect())
    }
}

impl Variables {
    /// Returns the variables of this process.
    #[must_use]
    pub fn of_process() -> Self {
        std::env::vars_os().collect()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the settings, with the types that they have in the file.
    ///
    /// # Errors
    /// If a value is not UTF-8 or has the wrong type.
    pub(super) fn settings(&self) -> Result<Vec<VariableSetting>, ConfigError> {
        let keys = KEYS.iter().filter(|key| !OPTIONS.contains(key));
        let set = keys.filter_map(|key| {
            let variable = variable_of(key);
            let text = self.0.get(&variable)?;
            Some((*key, variable, text))
        });
        let parsed = set.map(|(key, variable, text)| {
            let invalid = |message| ConfigError::Variable { name: variable.clone(), message };
            let text =
                text.to_str().ok_or_else(|| invalid("invalid UTF-8; set a text in UTF-8".to_owned()))?;
            let value = value_of(key, text).map_err(invalid)?;
            Ok(VariableSetting { key, variable, value })
        });
        parsed.collect()
    }

    /// Returns the variables that resemble known ones: settings, and the variables named `others`. Names without
    /// resemblance may belong to other programs.
    #[must_use]
    pub fn unknown(&self, others: &[String]) -> Vec<UnknownVariable> {
        let mut known: Vec<String> = KEYS.iter().map(|key| variable_of(key)).collect();
        known.extend_from_slice(others);
        let unknown = self.0.keys().filter(|name| !known.contains(name) && !is_service_link(name));
        unknown
            .filter_map(|name| Some(UnknownVariable { name: name.clone(), nearest: nearest(name, &known)? }))
            .collect()
    }
}

/// Returns the name of the variable of a setting.
pub(super) fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_ascii_uppercase())
}

/// Returns the value of a setting: a TOML value, or a text without quotes.
fn value_of(key: &'static str, text: &str) -> Result<Value, String> {
    let plain = Value::String(text.to_owned());
    // No setting is a date, but serde takes one for a text.
    let parsed = text.parse::<Value>().ok().filter(|value| !value.is_datetime());
    let value = parsed.unwrap_or_else(|| plain.clone());
    let error = match check_type(key, &value) {
        Ok(()) => return Ok(value),
        Err(error) => error,
    };
    // A folder may be named `2024` or `true`.
    match check_type(key, &plain) {
        Ok(()) => Ok(plain),
        Err(_) => Err(error),
    }
}

/// Checks that a setting can have a value of this type.
fn check_type(key: &'static str, value: &Value) -> Result<(), String> {
    let mut table = toml::Table::new();
    set(&mut table, key, value.clone());
    let parsed = SettingsFile::deserialize(Value::Table(table));
    parsed.map(|_| ()).map_err(|error| {
        let (message, name) = (error.message(), key.rsplit('.').next());
        type_message(message, name).unwrap_or_else(|| message.to_owned())
    })
}

/// Sets a key in the table of a settings file.
pub(super) fn set(table: &mut toml::Table, key: &str, value: Value) {
    let Some((outer, rest)) = key.split_once('.') else {
        table.insert(key.to_owned(), value);
        return;
    };
    let inner = table.entry(outer).or_insert_with(|| Value::Table(toml::Table::new()));
    // `content = "posts"` is short for the key `dir` of the table.
    if let Value::String(dir) = inner {
        *inner = Value::Table(toml::Table::from_iter([("dir".to_owned(), Value::String(dir.clone()))]));
    }
    if let Value::Table(inner) = inner {
        set(inner, rest, value);
    }
}

/// Returns whether Kubernetes sets a variable like this for each service, here one with the name of bloghound.
fn is_service_link(name: &str) -> bool {
    name.ends_with("_PORT")
        || ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT_"].iter().any(|part| name.contains(part))
}

/// Returns the known name that a name resembles most: one without its table, one of the same table, or one with a typo.
fn nearest(name: &str, known: &[String]) -> Option<String> {
    let rest = name.strip_prefix(PREFIX)?;
    let has_lost_table =
        |known: &&String| known.strip_suffix(rest).is_some_and(|tables| tables.ends_with('_'));
    if let Some(known) = known.iter().find(has_lost_table) {
        return Some(known.clone());
    }
    let distance = |known: &String| strsim::damerau_levenshtein(name, known);
    let (nearest, distance) =
        known.iter().map(|known| (known, distance(known))).min_by_key(|(_, distance)| *distance)?;
    let tables = KEYS.iter().filter_map(|key| Some(key.split_once('.')?.0));
    let is_of_table =
        tables.map(|table| format!("{}_", variable_of(table))).any(|table| name.starts_with(&table));
    (is_of_table || distance <= MAX_DISTANCE).then(|| nearest.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        pairs.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
    }

    #[test]
    fn values_are_toml_or_texts_without_quotes() {
        let value = |key, text| value_of(key, text).unwrap().to_string();
        assert_eq!(value("http.queue_ms", "500"), "500");
        assert_eq!(value("watch.poll", "true"), "true");
        assert_eq!(value("http.hosts", r#"["a.example", "b.example"]"#), r#"["a.example", "b.example"]"#);
        assert_eq!(value("urls.permalink", r#"{blog = "/:slug/"}"#), r#"{ blog = "/:slug/" }"#);
        for text in ["https://a.example", "2024", "true", "[a]", "a b", "'", "2024-01-02"] {
            assert_eq!(value_of("content.dir", text).unwrap(), Value::String(text.to_owned()), "{text}");
        }
        assert_eq!(value("content.dir", "\"2024\""), "\"2024\"");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_an_error_that_says_what_is_expected() {
        for (key, text, expected) in [
            (
                "http.queue_ms",
                "long",
                "invalid value \"long\" for `queue_ms`; expected a whole number, 0 or more",
            ),
            ("http.queue_ms", "-1", "invalid value -1 for `queue_ms`; expected a whole number, 0 or more"),
            ("http.queue_ms", "1 # s", "invalid value \"1 # s\" for `queue_ms`"),
            ("http.queue_ms", "1\nhosts = []", "invalid value \"1\\nhosts = []\" for `queue_ms`"),
            ("http.hosts", "a.example", "invalid value \"a.example\" for `hosts`; expected a list like"),
            ("http.hosts", "[1]", "invalid value 1 for `hosts`; expected a text in quotes"),
            ("watch.poll", "yes", "invalid value \"yes\" for `poll`; expected true or false"),
        ] {
            let message = value_of(key, text).unwrap_err();
            assert!(message.starts_with(expected), "{key} = {text}: {message}");
        }
    }

    #[test]
    fn empty_variables_and_those_of_other_programs_are_not_set() {
        let set =
            variables(&[("BLOGHOUND_HTTP_QUEUE_MS", ""), ("HTTP_QUEUE_MS", "20"), ("BLOGHOUND_INDEX", "x")]);
        assert!(set.settings().unwrap().is_empty());
    }

    #[test]
    fn misspelled_names_are_reported_with_the_nearest_known_one() {
        let nearest = |name: &str| {
            let unknown = variables(&[(name, "x")]).unknown(&["BLOGHOUND_ADDR".to_owned()]);
            unknown.into_iter().next().map(|unknown| unknown.nearest)
        };
        for (name, expected) in [
            ("BLOGHOUND_HTTP_QUEU_MS", "BLOGHOUND_HTTP_QUEUE_MS"),
            ("BLOGHOUND_PUBLIC_URL", "BLOGHOUND_HTTP_PUBLIC_URL"),
            ("BLOGHOUND_TLS_CERT", "BLOGHOUND_HTTP_TLS_CERT"),
            ("BLOGHOUND_HTTP_RATELIMIT", "BLOGHOUND_HTTP_RATE_BURST"),
            ("BLOGHOUND_ADRR", "BLOGHOUND_ADDR"),
        ] {
            assert_eq!(nearest(name).as_deref(), Some(expected), "{name}");
        }
        for name in [
            "BLOGHOUND_HTTP_QUEUE_MS",
            "BLOGHOUND_ADDR",
            "BLOGHOUND_VERSION",
            "BLOGHOUND_CORPORA",
            "BLOGHOUND_PORT",
            "BLOGHOUND_SERVICE_HOST",
            "BLOGHOUND_SEARCH_SERVICE_PORT_HTTP",
            "BLOGHOUND_SEARCH_PORT_7878_TCP_ADDR",
        ] {
            assert_eq!(nearest(name), None, "{name}");
        }
    }
}
