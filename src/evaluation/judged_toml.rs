//! Judged queries in TOML, the format to write by hand:
//!
//! ```toml
//! [[queries]]
//! query = "cache static files"
//! expect = ["hosting/cache-headers", "hosting/nginx"]
//! ```

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::input::InputError;
use super::judged_query::{JudgedQuery, UNKNOWN};
use crate::config::line_of;

/// A file. Its `kind` and `lang` are the defaults of its queries.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JudgedFile {
    kind: Option<String>,
    lang: Option<String>,
    #[serde(default)]
    queries: Vec<JudgedEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JudgedEntry {
    query: Spanned<String>,
    expect: Spanned<Value>,
    #[serde(alias = "name")]
    qid: Option<String>,
    kind: Option<String>,
    lang: Option<String>,
}

/// Parses the queries of a file with this text.
///
/// # Errors
/// The first error in the text, with its line.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Vec<JudgedQuery>, InputError> {
    let file: JudgedFile = toml::from_str(text).map_err(|error| InputError::of_toml(path, text, &error))?;
    let source: Arc<Path> = path.into();
    let line = |at: usize| line_of(text.as_bytes(), at);
    let or_unknown = |own: Option<String>, of_file: &Option<String>| {
        own.or_else(|| of_file.clone()).unwrap_or_else(|| UNKNOWN.to_owned())
    };
    let entries = file.queries.into_iter().map(|entry| {
        let at = entry.expect.span().start;
        let relevant =
            grades(entry.expect.into_inner()).map_err(|message| InputError::new(path, line(at), message))?;
        let at = entry.query.span().start;
        let query = entry.query.into_inner();
        Ok(JudgedQuery {
            qid: entry.qid.unwrap_or_else(|| query.trim().to_owned()),
            kind: or_unknown(entry.kind, &file.kind),
            lang: or_unknown(entry.lang, &file.lang),
            query,
            relevant,
            path: Arc::clone(&source),
            line: line(at),
        })
    });
    entries.collect()
}

/// Returns the expected paths with their grades. The paths of a list have the same grade.
fn grades(expect: Value) -> Result<BTreeMap<String, u32>, String> {
    let expected =
        "expected a path, a list of paths, or a table of paths with grades, integers from 0 (irrelevant)";
    let invalid = |reason: &str| format!("invalid `expect`: {reason}; {expected}");
    let path = |value: Value| match value {
        Value::String(path) if !path.trim().is_empty() => Ok(path.trim().to_owned()),
        Value::String(_) => Err(invalid("it has an empty path")),
        other => Err(invalid(&format!("it has {} instead of a path", with_article(other.type_str())))),
    };
    let graded: BTreeMap<String, u32> = match expect {
        Value::Array(paths) => {
            paths.into_iter().map(|value| Ok((path(value)?, 1))).collect::<Result<_, String>>()?
        }
        Value::Table(grades) => {
            let graded = grades.into_iter().map(|(name, grade)| {
                let grade = grade.as_integer().and_then(|grade| u32::try_from(grade).ok());
                let grade = grade.ok_or_else(|| invalid(&format!("it has an invalid grade for {name:?}")))?;
                Ok((path(Value::String(name))?, grade))
            });
            graded.collect::<Result<_, String>>()?
        }
        single => [(path(single)?, 1)].into(),
    };
    if graded.values().all(|grade| *grade == 0) {
        return Err(invalid("it has no relevant path"));
    }
    Ok(graded)
}

fn with_article(noun: &str) -> String {
    format!("{} {noun}", if noun.starts_with(['a', 'i']) { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_text(text: &str) -> Result<Vec<JudgedQuery>, InputError> {
        parse(Path::new("q.toml"), text)
    }

    #[test]
    fn expects_a_path_a_list_or_a_table_of_grades() {
        let text = "kind = 'words'\n\
                    [[queries]]\nquery = 'one'\nexpect = 'a/x'\n\
                    [[queries]]\nquery = 'two'\nexpect = ['a/x', 'a/y']\nkind = 'typo'\nname = 'q2'\n\
                    [[queries]]\nquery = 'three'\nlang = 'de'\nexpect = { 'a/x' = 3, 'a/y' = 1 }\n";
        let queries = parse_text(text).unwrap();
        let of = |n: usize| {
            let JudgedQuery { qid, kind, lang, line, .. } = &queries[n];
            (qid.as_str(), kind.as_str(), lang.as_str(), *line)
        };
        assert_eq!(
            [of(0), of(1), of(2)],
            [("one", "words", "-", 3), ("q2", "typo", "-", 6), ("three", "words", "de", 11)]
        );
        assert_eq!(queries[0].relevant, [("a/x".to_owned(), 1)].into());
        assert_eq!(queries[1].relevant, [("a/x".to_owned(), 1), ("a/y".to_owned(), 1)].into());
        assert_eq!(queries[2].relevant, [("a/x".to_owned(), 3), ("a/y".to_owned(), 1)].into());
    }

    #[test]
    fn reads_inline_tables() {
        let text =
            "queries = [\n  { query = 'one', expect = 'a/x' },\n  { query = 'two', expect = 'a/y' },\n]";
        let queries = parse_text(text).unwrap();
        assert_eq!(queries.iter().map(|query| query.line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn errors_have_the_line_and_the_expected_form() {
        let of = |expect: &str| format!("[[queries]]\nquery = 'x'\nexpect = {expect}\n");
        let cases = [
            (
                "[[queries]]\nquery = 'x'\nexpects = ['a']\n".to_owned(),
                3,
                "expected one of `query`, `expect`",
            ),
            ("[[query]]\nquery = 'x'\n".to_owned(), 1, "expected one of `kind`, `lang`, `queries`"),
            ("\n[[queries]]\nexpect = ['a']\n".to_owned(), 2, "missing field `query`"),
            ("[[queries]]\nquery = 'x'\n".to_owned(), 1, "missing field `expect`"),
            (of("[]"), 3, "it has no relevant path; expected a path, a list"),
            (of("{ 'a' = 0 }"), 3, "it has no relevant path"),
            (of("['']"), 3, "it has an empty path"),
            (of("7"), 3, "it has an integer instead of a path"),
            (of("[['a']]"), 3, "it has an array instead of a path"),
            (of("{ 'a' = -1 }"), 3, "it has an invalid grade for \"a\""),
            (of("{ 'a' = 'b' }"), 3, "integers from 0"),
            ("[[queries]\n".to_owned(), 1, ""),
        ];
        for (text, line, expected) in cases {
            let error = parse_text(&text).unwrap_err();
            assert_eq!(error.line, line, "{text:?}: {error}");
            assert!(error.message.contains(expected), "{text:?}: {error}");
        }
    }
}
