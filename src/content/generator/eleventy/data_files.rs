//! Eleventy's data files: their names, the pages that they are for, and their values.
//!
//! Source: `getLocalDataPaths` of `Data/TemplateData.js` of Eleventy.

use crate::content::data::{Data, DataError, DataFormat};
use crate::content::script::exported_values;
use crate::content::source_id::extension;
use crate::content::unknown_values::ValueScope;

/// The names of data files.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct DataFileNames {
    /// Texts between the name of a page or folder and the extension, by precedence; one may be empty.
    pub suffixes: Vec<String>,
    /// The name of a folder's data files, if it is not that of the folder.
    pub base_name: Option<String>,
    /// Extensions besides those of JSON and JavaScript, the first one with the highest precedence.
    pub extensions: Vec<String>,
}

impl Default for DataFileNames {
    fn default() -> Self {
        Self {
            suffixes: vec![".11tydata".to_owned(), String::new()],
            base_name: None,
            extensions: Vec::new(),
        }
    }
}

impl DataFileNames {
    /// Returns the endings of data files, by precedence.
    fn endings(&self) -> impl Iterator<Item = String> {
        self.suffixes.iter().flat_map(|suffix| {
            let scripts = ["js", "cjs", "mjs"].into_iter().filter(|_| !suffix.is_empty());
            let others = self.extensions.iter().map(String::as_str);
            scripts.chain(["json"]).chain(others).map(move |extension| format!("{suffix}.{extension}"))
        })
    }

    /// Returns the name of the folder or page that a data file is for, and the precedence of its ending, `0` first.
    pub(super) fn target<'a>(&self, id: &'a str) -> Option<(&'a str, usize)> {
        let name = id.rsplit('/').next().unwrap_or(id);
        let mut endings = self.endings().enumerate();
        endings.find_map(|(rank, ending)| Some((name.strip_suffix(ending.as_str())?, rank)))
    }

    /// Returns whether a file is a data file, of a folder or of one page.
    pub(super) fn is_data_file(&self, id: &str) -> bool {
        self.target(id).is_some_and(|(name, _)| !name.is_empty())
    }

    /// Returns whether a file is the data file of its folder.
    pub(super) fn is_of_folder(&self, id: &str, input: &str) -> bool {
        let Some((name, _)) = self.target(id) else { return false };
        match &self.base_name {
            Some(base_name) => {
                name == base_name && id.contains(&format!("/{name}."))
                    || id.starts_with(&format!("{base_name}."))
            }
            None => name == folder_name(id, input),
        }
    }

    /// Returns the pages to which a data file passes values; `None` if it is no data file.
    pub(super) fn value_scope(&self, id: &str, input: &str) -> Option<ValueScope> {
        let is_of_folder = self.is_of_folder(id, input);
        self.is_data_file(id).then_some(if is_of_folder { ValueScope::Folder } else { ValueScope::Page })
    }

    /// Returns the name of the data files of a folder; `input` is the name of the content folder.
    pub(super) fn name_of_folder<'a>(&'a self, folder: &'a str, input: &'a str) -> &'a str {
        let folder = if folder.is_empty() { input } else { folder };
        self.base_name.as_deref().unwrap_or_else(|| folder.rsplit('/').next().unwrap_or(folder))
    }

    /// Returns the values in a data file.
    ///
    /// A JSON or YAML file with a plain name may have another purpose, so that one that is no table has no values.
    ///
    /// # Errors
    /// If the text is invalid, and the file is certainly a data file.
    pub(super) fn parse(&self, id: &str, text: &str, input: &str) -> Result<Data, DataError> {
        let is_certain = self.is_of_folder(id, input) || self.has_suffix(id);
        match parse_data_file(id, text) {
            Err(_) if !is_certain => Ok(Data::default()),
            result => result,
        }
    }

    fn has_suffix(&self, id: &str) -> bool {
        let mut suffixes = self.suffixes.iter().filter(|suffix| !suffix.is_empty());
        suffixes.any(|suffix| id.contains(&format!("{suffix}.")))
    }
}

/// Returns the values in a file of data, by its extension.
///
/// # Errors
/// If the text is invalid.
pub(super) fn parse_data_file(id: &str, text: &str) -> Result<Data, DataError> {
    match DataFormat::of_extension(extension(id)) {
        Some(format) => Data::parse(text, format),
        None if matches!(extension(id), "js" | "cjs" | "mjs" | "ts") => Ok(exported_values(text)),
        None => Ok(Data::default()),
    }
}

/// Returns the name of a file's folder; for a file at the root, that of the content folder.
fn folder_name<'a>(id: &'a str, input: &'a str) -> &'a str {
    let folder = id.rsplit_once('/').map_or(input, |(folder, _)| folder);
    folder.rsplit('/').next().unwrap_or(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_decide_the_pages_of_data_files() {
        let names = DataFileNames { extensions: vec!["yaml".to_owned()], ..DataFileNames::default() };
        let cases = [
            ("posts/posts.json", Some(ValueScope::Folder)),
            ("posts/posts.11tydata.mjs", Some(ValueScope::Folder)),
            ("posts/posts.yaml", Some(ValueScope::Folder)),
            ("posts/one.11tydata.cjs", Some(ValueScope::Page)),
            ("posts/one.yaml", Some(ValueScope::Page)),
            ("src.json", Some(ValueScope::Folder)),
            ("posts/posts.js", None),
            ("posts/posts.yml", None),
            ("posts/one.md", None),
        ];
        for (id, scope) in cases {
            assert_eq!(names.value_scope(id, "src"), scope, "{id}");
        }
        let own = DataFileNames {
            suffixes: vec![".data".to_owned()],
            base_name: Some("index".to_owned()),
            extensions: Vec::new(),
        };
        assert_eq!(own.value_scope("posts/index.data.json", "src"), Some(ValueScope::Folder));
        assert_eq!(own.value_scope("index.data.json", "src"), Some(ValueScope::Folder));
        assert_eq!(own.value_scope("posts/posts.json", "src"), None);
        assert!(names.target("a/b.11tydata.js") < names.target("a/b.11tydata.json"));
        assert!(
            names.parse("a/b.json", "[1", "src").is_ok() && names.parse("a/a.json", "[1", "src").is_err()
        );
    }
}
