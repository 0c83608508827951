//! The folders of `gatsby-source-filesystem`, and the files in them that it ignores.

use super::super::folders;
use super::super::globs::GlobList;
use super::super::regexes::RegexList;
use crate::content::script::ParsedScript;
use crate::content::script::expression::{Expression, ScriptCode};

/// A folder of files that Gatsby reads.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct GatsbySource {
    /// The folder, relative to the content directory.
    pub folder: String,
    /// The content directory, relative to the site's root.
    root: String,
    /// Patterns of `ignore`.
    ignored: GlobList,
    /// Regular expressions of `ignore`.
    ignored_by_regex: RegexList,
}

impl GatsbySource {
    /// Returns a folder without ignored files.
    pub(super) fn new(folder: &str) -> Self {
        Self { folder: folder.to_owned(), ..Self::default() }
    }

    /// Returns the source with its folder relative to `root`, the content directory.
    pub(super) fn below(self, root: &str) -> Self {
        let folder = folders::below(&self.folder, root).unwrap_or(&self.folder).to_owned();
        Self { folder, root: root.to_owned(), ..self }
    }

    /// Returns whether the plugin ignores a file. Patterns match absolute paths, whose beginning is not known here.
    pub(super) fn ignores(&self, id: &str) -> bool {
        let path = if self.root.is_empty() { id.to_owned() } else { format!("{}/{id}", self.root) };
        self.ignored.matches_part_of(&path)
            || self.ignored.matches_part_of(id)
            || self.ignored_by_regex.matches(&format!("/{path}"))
    }
}

/// Reads the folders in `gatsby-config.js`.
pub(super) fn read_sources(script: &str) -> Vec<GatsbySource> {
    let code = ScriptCode::parse(script);
    let options = code.properties("options").into_iter().filter_map(|options| match options {
        Expression::Object(entries) => Some(entries),
        _ => None,
    });
    let mut found: Vec<GatsbySource> = options.filter_map(|entries| read_source(&entries)).collect();
    // Folders that are written elsewhere: in a variable, or in code that is not understood.
    let others =
        ParsedScript::parse(script).texts_of("path").into_iter().map(|path| folders::folder_name(&path));
    for folder in others {
        if !found.iter().any(|own| own.folder == folder) {
            found.push(GatsbySource::new(&folder));
        }
    }
    found
}

fn read_source(entries: &[(String, Expression)]) -> Option<GatsbySource> {
    let value = |key: &str| entries.iter().find(|(own, _)| own == key).map(|(_, value)| value);
    let folder = path_of(value("path")?)?;
    let ignored = match value("ignore") {
        Some(Expression::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let regexes = ignored.iter().filter_map(|item| match item {
        Expression::Regex(pattern, flags) if flags.contains('i') => Some(format!("(?i){pattern}")),
        Expression::Regex(pattern, _) => Some(pattern.clone()),
        _ => None,
    });
    let regexes = regexes.map(|regex| regex.replace("\\/", "/")).collect();
    Some(GatsbySource {
        folder,
        ignored: GlobList::of_micromatch(ignored.iter().filter_map(path_of)),
        // An expression that only JavaScript knows ignores nothing.
        ignored_by_regex: RegexList::new(regexes).unwrap_or_default(),
        ..GatsbySource::default()
    })
}

/// Returns a path of literals, without the site's root at its beginning: `${__dirname}/a`, `path.join(__dirname, 'a')`.
fn path_of(value: &Expression) -> Option<String> {
    let texts = |parts: &[Expression], separator: &str| {
        let texts: Option<Vec<&str>> = parts
            .iter()
            .filter(|part| !matches!(part, Expression::Name(name) if name == "__dirname"))
            .map(Expression::as_text)
            .collect();
        texts.map(|texts| texts.join(separator))
    };
    let path = match value {
        Expression::Text(text) => text.clone(),
        Expression::Template(parts) => texts(parts, "")?,
        Expression::Call(function, arguments) => match &**function {
            Expression::Member(_, name) | Expression::Name(name) if name == "join" || name == "resolve" => {
                texts(arguments, "/")?
            }
            _ => return None,
        },
        Expression::Binary(operator, left, right) if operator == "+" => {
            texts(&[(**left).clone(), (**right).clone()], "")?
        }
        _ => return None,
    };
    Some(folders::folder_name(&path))
}
