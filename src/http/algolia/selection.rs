//! Selections of attributes: `attributesToRetrieve`, `attributesToHighlight` and `attributesToSnippet`.

use serde_json::{Map, Value};

use super::error::AlgoliaError;
use super::parameters::QueryParameters;

/// The attributes that a client asks for, by name; `a.b` is the attribute `b` of the object `a`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AttributeSelection {
    selects_all: bool,
    names: Vec<String>,
    excluded: Vec<String>,
}

impl AttributeSelection {
    /// Returns the selection of all attributes.
    pub(super) fn all() -> Self {
        Self { selects_all: true, names: Vec::new(), excluded: Vec::new() }
    }

    /// Returns the selection in a parameter; all attributes if it is missing.
    ///
    /// # Errors
    /// If it is not a list of names.
    pub(super) fn of(parameters: &QueryParameters, name: &str) -> Result<Self, AlgoliaError> {
        Ok(parameters.list(name)?.map_or_else(Self::all, |names| Self::of_names(&names)))
    }

    /// Returns the selection of names, which may end in a number of words after a colon; `*` selects all, and `-`
    /// before a name excludes it.
    pub(super) fn of_names(names: &[String]) -> Self {
        let plain = names.iter().map(|name| name.split(':').next().unwrap_or_default().trim());
        let (mut selects_all, mut selected, mut excluded) = (false, Vec::new(), Vec::new());
        for name in plain {
            match name.strip_prefix('-') {
                Some(name) => excluded.push(name.to_owned()),
                None if name == "*" => selects_all = true,
                None => selected.push(name.to_owned()),
            }
        }
        Self { selects_all, names: selected, excluded }
    }

    /// Removes the other attributes of an object.
    pub(super) fn apply(&self, object: &mut Map<String, Value>) {
        if !self.selects_all || !self.excluded.is_empty() {
            self.retain(object, "");
        }
    }

    fn retain(&self, object: &mut Map<String, Value>, parent: &str) {
        object.retain(|name, value| {
            let path = if parent.is_empty() { name.clone() } else { format!("{parent}.{name}") };
            if self.excluded.contains(&path) {
                return false;
            }
            let is_selected = self.selects_all || self.names.contains(&path);
            let is_parent =
                |other: &String| other.strip_prefix(&path).is_some_and(|rest| rest.starts_with('.'));
            match value {
                Value::Object(inner) if self.excluded.iter().any(is_parent) || !is_selected => {
                    let inner_selection = Self { selects_all: is_selected, ..self.clone() };
                    inner_selection.retain(inner, &path);
                    is_selected || !inner.is_empty()
                }
                _ => is_selected,
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn applied(names: &[&str]) -> Value {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let Value::Object(mut object) = json!({"a": 1, "b": {"c": 2, "d": 3}, "ab": [4]}) else { panic!() };
        AttributeSelection::of_names(&names).apply(&mut object);
        Value::Object(object)
    }

    #[test]
    fn names_select_attributes_and_parts_of_them() {
        let all = json!({"a": 1, "b": {"c": 2, "d": 3}, "ab": [4]});
        assert_eq!(applied(&["*"]), all);
        assert_eq!(applied(&["*:20"]), all);
        assert_eq!(applied(&[]), json!({}));
        assert_eq!(applied(&["a", "x", "a.b"]), json!({"a": 1}));
        assert_eq!(applied(&["b"]), json!({"b": {"c": 2, "d": 3}}));
        assert_eq!(applied(&["b.c:10", "ab"]), json!({"b": {"c": 2}, "ab": [4]}));
        assert_eq!(applied(&["*", "-b.c"]), json!({"a": 1, "b": {"d": 3}, "ab": [4]}));
        assert_eq!(applied(&["*", "-b"]), json!({"a": 1, "ab": [4]}));
        assert_eq!(applied(&["b", "-b.d"]), json!({"b": {"c": 2}}));
    }
}
