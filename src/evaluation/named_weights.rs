//! Ranking weights by name: read from files, changed one at a time.

use std::path::Path;

use serde_json::{Map, Number, Value};

use super::input::{InputError, read_text};
use crate::query::Weights;

/// Ranking weights by name, in the order of their declaration.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NamedWeights(Map<String, Value>);

impl NamedWeights {
    /// Returns the weights by name.
    #[must_use]
    pub(crate) fn new(weights: &Weights) -> Self {
        match serde_json::to_value(weights) {
            Ok(Value::Object(map)) => Self(map),
            _ => Self(Map::new()),
        }
    }

    /// Returns the names of the weights that are numbers.
    #[must_use]
    pub(crate) fn names(&self) -> Vec<String> {
        let numbers = self.0.iter().filter(|(_, value)| value.is_number());
        numbers.map(|(name, _)| name.clone()).collect()
    }

    /// Returns a weight, rounded to six significant digits; 0 if there is no number with this name.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> f64 {
        rounded(self.0.get(name).and_then(Value::as_f64).unwrap_or_default(), 6)
    }

    /// Returns whether a weight is an integer.
    fn is_whole(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.is_u64() || value.is_i64())
    }

    /// Returns the weights with another value for one of them, rounded to three significant digits; `None` if
    /// the value is invalid for it.
    #[must_use]
    pub(crate) fn with(&self, name: &str, value: f64) -> Option<Weights> {
        let number = if self.is_whole(name) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
            let whole = (value.is_finite() && value >= 0.0).then_some(value.round() as u64)?;
            Number::from(whole)
        } else {
            Number::from_f64(rounded(value, 3))?
        };
        let mut map = self.0.clone();
        map.insert(name.to_owned(), Value::Number(number));
        serde_json::from_value(Value::Object(map)).ok()
    }

    /// Returns the values to try next: the current one multiplied and divided by the factor. As no factor
    /// leads from or to 0, 0 is followed by a small step, and small values also by 0.
    #[must_use]
    pub(crate) fn neighbours(&self, name: &str, factor: f64) -> Vec<f64> {
        let value = self.get(name);
        match (self.is_whole(name), value) {
            (true, _) => vec![(value * factor).max(value + 1.0), (value / factor).min(value - 1.0)],
            (false, 0.0) => vec![(factor - 1.0) / 5.0],
            (false, small) if small < 0.05 => vec![value * factor, value / factor, 0.0],
            _ => vec![value * factor, value / factor],
        }
    }

    /// Returns the first weight that is negative or not finite.
    fn first_invalid(&self) -> Option<&str> {
        let is_invalid = |value: &Value| value.is_null() || value.as_f64().is_some_and(|value| value < 0.0);
        self.0.iter().find(|(_, value)| is_invalid(value)).map(|(name, _)| name.as_str())
    }
}

/// Rounds to this number of significant digits.
fn rounded(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// Reads ranking weights from TOML, as written by `bloghound eval --tune`. Weights missing in the file have
/// their defaults.
///
/// # Errors
/// If the file cannot be read, has an unknown weight, or an invalid value.
pub(crate) fn read_weights(path: &Path) -> Result<Weights, InputError> {
    let text = read_text(path)?;
    let weights: Weights = toml::from_str(&text).map_err(|error| InputError::of_toml(path, &text, &error))?;
    if let Some(name) = NamedWeights::new(&weights).first_invalid() {
        let key = |line: &str| line.split('=').next().unwrap_or_default().trim().trim_matches('"').to_owned();
        let is_named = |line: &str| key(line) == name;
        let at = text.lines().position(is_named).unwrap_or(0);
        return Err(InputError::new(
            path,
            at + 1,
            format!("invalid value for `{name}`: expected a number of 0 or more"),
        ));
    }
    Ok(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_each_weight_independently() {
        let defaults = NamedWeights::new(&Weights::default());
        let names = defaults.names();
        assert!(names.len() > 10, "{names:?}");
        for name in &names {
            let changed = defaults.with(name, 0.25).unwrap();
            let changed = NamedWeights::new(&changed);
            assert!((changed.get(name) - 0.25).abs() < 1e-9, "{name}");
            let others = names.iter().filter(|other| *other != name);
            assert!(
                others.clone().all(|other| changed.get(other).to_bits() == defaults.get(other).to_bits())
            );
        }
        assert!(defaults.with(&names[0], f64::NAN).is_none());
    }

    #[test]
    fn neighbours_lead_away_from_zero_and_to_zero() {
        let defaults = NamedWeights::new(&Weights::default());
        let name = &defaults.names()[0];
        let at = |value| NamedWeights::new(&defaults.with(name, value).unwrap()).neighbours(name, 1.5);
        assert_eq!(at(0.0), [0.1]);
        assert_eq!(at(0.04).last(), Some(&0.0));
        assert_eq!(at(3.0), [4.5, 2.0]);
    }

    #[test]
    fn written_weights_are_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("weights.toml");
        let defaults = NamedWeights::new(&Weights::default());
        let weights = defaults.with(&defaults.names()[0], 1.0 / 3.0).unwrap();
        let text = toml::to_string(&weights).unwrap();
        assert!(text.contains("= 0.333\n"), "{text}");
        std::fs::write(&path, text).unwrap();
        assert_eq!(read_weights(&path).unwrap(), weights);
    }

    #[test]
    fn errors_have_the_line_and_the_expected_value() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("weights.toml");
        let name = &NamedWeights::new(&Weights::default()).names()[0];
        let cases = [
            (format!("\n{name} = -1.0"), 2, "expected a number of 0 or more"),
            (format!("# x\n\n{name} = nan"), 3, "expected a number of 0 or more"),
            (format!("{name} = inf"), 1, "expected a number of 0 or more"),
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
