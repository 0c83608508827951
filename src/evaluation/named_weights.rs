//! The constants of ranking by name, whatever they are: read from files, changed one at a time.

use std::path::Path;

use serde_json::{Map, Number, Value};

use super::input::{InputError, read_text};
use crate::query::Weights;

/// The numbers among the constants of ranking, by name, in the order of their declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedWeights(Map<String, Value>);

impl NamedWeights {
    /// The constants of `weights`.
    #[must_use]
    pub fn new(weights: &Weights) -> Self {
        match serde_json::to_value(weights) {
            Ok(Value::Object(map)) => Self(map),
            _ => Self(Map::new()),
        }
    }

    /// The names of the constants that are numbers.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let numbers = self.0.iter().filter(|(_, value)| value.is_number());
        numbers.map(|(name, _)| name.clone()).collect()
    }

    /// A constant, in as many digits as a person would write; 0 where there is no such number.
    #[must_use]
    pub fn get(&self, name: &str) -> f64 {
        shortened(self.0.get(name).and_then(Value::as_f64).unwrap_or_default(), 6)
    }

    /// Whether a constant is a whole number by nature.
    fn is_whole(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.is_u64() || value.is_i64())
    }

    /// The weights with another value of one constant, rounded to three digits; none where it may not
    /// have that value.
    #[must_use]
    pub fn with(&self, name: &str, value: f64) -> Option<Weights> {
        let number = if self.is_whole(name) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
            let whole = (value.is_finite() && value >= 0.0).then_some(value.round() as u64)?;
            Number::from(whole)
        } else {
            Number::from_f64(shortened(value, 3))?
        };
        let mut map = self.0.clone();
        map.insert(name.to_owned(), Value::Number(number));
        serde_json::from_value(Value::Object(map)).ok()
    }

    /// The values next to the present one: larger and smaller by the factor. From 0, which no factor
    /// leaves, a small step; and to 0, which no factor reaches, from what is small.
    #[must_use]
    pub fn neighbours(&self, name: &str, factor: f64) -> Vec<f64> {
        let value = self.get(name);
        match (self.is_whole(name), value) {
            (true, _) => vec![(value * factor).max(value + 1.0), (value / factor).min(value - 1.0)],
            (false, 0.0) => vec![(factor - 1.0) / 5.0],
            (false, small) if small < 0.05 => vec![value * factor, value / factor, 0.0],
            _ => vec![value * factor, value / factor],
        }
    }

    /// The first constant that is negative or not finite.
    fn first_senseless(&self) -> Option<&str> {
        let is_senseless = |value: &Value| value.is_null() || value.as_f64().is_some_and(|value| value < 0.0);
        self.0.iter().find(|(_, value)| is_senseless(value)).map(|(name, _)| name.as_str())
    }
}

/// Rounds to so many digits.
fn shortened(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// Reads the constants of ranking from TOML, as `bloghound eval --tune` writes it; those that the file
/// does not name have their defaults.
///
/// # Errors
/// When the file cannot be read, names an unknown constant, or has a value that makes no sense.
pub fn read_weights(path: &Path) -> Result<Weights, InputError> {
    let text = read_text(path)?;
    let weights: Weights = toml::from_str(&text).map_err(|error| InputError::of_toml(path, &text, &error))?;
    if let Some(name) = NamedWeights::new(&weights).first_senseless() {
        let key = |line: &str| line.split('=').next().unwrap_or_default().trim().trim_matches('"').to_owned();
        let is_named = |line: &str| key(line) == name;
        let at = text.lines().position(is_named).unwrap_or(0);
        return Err(InputError::new(path, at + 1, format!("`{name}` must be a number from 0 up")));
    }
    Ok(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_can_be_changed_alone() {
        let constants = NamedWeights::new(&Weights::default());
        let names = constants.names();
        assert!(names.len() > 10, "{names:?}");
        for name in &names {
            let changed = constants.with(name, 0.25).unwrap();
            let changed = NamedWeights::new(&changed);
            assert!((changed.get(name) - 0.25).abs() < 1e-9, "{name}");
            let others = names.iter().filter(|other| *other != name);
            assert!(
                others.clone().all(|other| changed.get(other).to_bits() == constants.get(other).to_bits())
            );
        }
        assert!(constants.with(&names[0], f64::NAN).is_none());
    }

    #[test]
    fn nought_can_be_left_and_reached() {
        let constants = NamedWeights::new(&Weights::default());
        let name = &constants.names()[0];
        let at = |value| NamedWeights::new(&constants.with(name, value).unwrap()).neighbours(name, 1.5);
        assert_eq!(at(0.0), [0.1]);
        assert_eq!(at(0.04).last(), Some(&0.0));
        assert_eq!(at(3.0), [4.5, 2.0]);
    }

    #[test]
    fn weights_survive_being_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("weights.toml");
        let constants = NamedWeights::new(&Weights::default());
        let weights = constants.with(&constants.names()[0], 1.0 / 3.0).unwrap();
        let text = toml::to_string(&weights).unwrap();
        assert!(text.contains("= 0.333\n"), "{text}");
        std::fs::write(&path, text).unwrap();
        assert_eq!(read_weights(&path).unwrap(), weights);
    }

    #[test]
    fn mistakes_name_the_line_and_what_is_allowed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("weights.toml");
        let name = &NamedWeights::new(&Weights::default()).names()[0];
        let cases = [
            (format!("\n{name} = -1.0"), 2, "must be a number from 0 up"),
            (format!("# x\n\n{name} = nan"), 3, "must be a number from 0 up"),
            (format!("{name} = inf"), 1, "must be a number from 0 up"),
            (format!("{name} = 'x'"), 1, "invalid type"),
            ("\ncolour = 1.0".to_owned(), 2, "unknown field `colour`"),
        ];
        for (text, line, expected) in cases {
            std::fs::write(&path, &text).unwrap();
            let error = read_weights(&path).unwrap_err();
            assert_eq!(error.line, line, "{text:?}: {error}");
            assert!(error.message.contains(expected), "{text:?}: {error}");
        }
    }
}
