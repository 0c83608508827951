//! The settings file with the settings of environment variables on top.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Value};

use super::checks::InvalidSetting;
use super::effective::{EffectiveSetting, EffectiveSettings, KEYS, SettingSource};
use super::file::SettingsFile;
use super::toml_message::parse_message;
use super::variables::{VariableSetting, Variables, set};
use super::{ConfigError, limits, line_of, regular_file};

/// The checked settings, with the sources of their values.
pub(super) struct MergedSettings {
    pub(super) settings: SettingsFile,
    pub(super) effective: EffectiveSettings,
}

impl MergedSettings {
    /// Reads the file and applies the variables. A missing file is an empty one.
    ///
    /// # Errors
    /// If the file cannot be read, or a setting is invalid; the error names its line or its variable.
    pub(super) fn load(path: &Path, variables: &Variables) -> Result<Self, ConfigError> {
        let text = regular_file::read_text_if_exists(path, limits::MAX_SETTINGS_BYTES);
        let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
        let text = text.map_err(unreadable)?.unwrap_or_default();
        let file = FileText { path, text: &text, table: DeTable::parse(&text).ok() };
        let mut table = file.parse()?;
        let mut sources: BTreeMap<&str, SettingSource> =
            KEYS.iter().filter_map(|key| Some((*key, file.source_of(key)?))).collect();
        for VariableSetting { key, variable, value } in variables.settings()? {
            set(&mut table, key, value);
            sources.insert(key, SettingSource::Variable(variable));
        }
        let settings = SettingsFile::deserialize(Value::Table(table))
            .map_err(|error| file.invalid(0, error.message().to_owned()))?;
        settings.validate().map_err(|InvalidSetting { key, message }| match sources.get(key) {
            Some(SettingSource::Variable(name)) => ConfigError::Variable { name: name.clone(), message },
            _ => file.invalid(file.offset_of(key).unwrap_or(0), message),
        })?;
        let settings = settings.complete_content();
        let effective = effective(&settings, &mut sources);
        Ok(Self { settings, effective })
    }
}

/// Returns all settings with their values and sources.
fn effective(
    settings: &SettingsFile,
    sources: &mut BTreeMap<&'static str, SettingSource>,
) -> EffectiveSettings {
    let table = toml::Table::try_from(settings).unwrap_or_default();
    let of_key = |key: &&'static str| {
        let value = value_at(&table, key);
        EffectiveSetting { key, value, source: sources.remove(key).unwrap_or(SettingSource::Default) }
    };
    EffectiveSettings(KEYS.iter().map(of_key).collect())
}

fn value_at(table: &toml::Table, key: &str) -> Option<Value> {
    match key.split_once('.') {
        None => table.get(key).cloned(),
        Some((outer, rest)) => match table.get(outer)? {
            Value::Table(inner) => value_at(inner, rest),
            _ => None,
        },
    }
}

/// The settings file.
struct FileText<'a> {
    path: &'a Path,
    text: &'a str,
    /// The keys with their offsets; `None` if the file is not valid TOML.
    table: Option<Spanned<DeTable<'a>>>,
}

impl FileText<'_> {
    fn invalid(&self, offset: usize, message: String) -> ConfigError {
        let line = line_of(self.text.as_bytes(), offset);
        ConfigError::Invalid { path: self.path.to_owned(), line, message }
    }

    /// Returns the table of a file with known keys and values of the right types.
    fn parse(&self) -> Result<toml::Table, ConfigError> {
        let invalid = |error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            self.invalid(start, parse_message(self.text, start, error.message()))
        };
        toml::from_str::<SettingsFile>(self.text).map_err(invalid)?;
        toml::from_str(self.text).map_err(invalid)
    }

    fn source_of(&self, key: &str) -> Option<SettingSource> {
        let line = line_of(self.text.as_bytes(), self.offset_of(key)?);
        Some(SettingSource::File { path: self.path.to_owned(), line })
    }

    /// Returns the offset of a key.
    fn offset_of(&self, key: &str) -> Option<usize> {
        let (mut table, mut rest) = (self.table.as_ref()?.get_ref(), key);
        loop {
            let (name, inner) = rest.split_once('.').unwrap_or((rest, ""));
            let (found, value) = table.iter().find(|(known, _)| known.get_ref() == name)?;
            match value.get_ref() {
                _ if inner.is_empty() => return Some(found.span().start),
                DeValue::Table(next) => (table, rest) = (next, inner),
                _ => return (inner == "dir").then(|| found.span().start),
            }
        }
    }
}
