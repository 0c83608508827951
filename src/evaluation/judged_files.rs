//! Files of judged queries: JSON Lines, or TOML (see [`judged_toml`]).

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::input::{InputError, read_text};
use super::judged_query::{JudgedQuery, UNKNOWN};
use super::judged_toml;

/// Reads judged queries, in the order of the files. A file is TOML if its name ends in `.toml`, otherwise
/// JSON Lines.
///
/// # Errors
/// If a file cannot be read, is invalid or has no judged query, or when two queries have the same qid.
pub(crate) fn read_queries(paths: &[PathBuf]) -> Result<Vec<JudgedQuery>, InputError> {
    let mut queries = Vec::new();
    for path in paths {
        let text = read_text(path)?;
        let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
        let read = if is_toml { judged_toml::parse(path, &text)? } else { parse_lines(path, &text)? };
        if read.is_empty() {
            return Err(InputError::new(path, 1, "the file has no judged query"));
        }
        queries.extend(read);
    }
    check(&queries)?;
    Ok(queries)
}

fn check(queries: &[JudgedQuery]) -> Result<(), InputError> {
    let mut by_qid: HashMap<&str, &JudgedQuery> = HashMap::new();
    for query in queries {
        let fail = |message: String| Err(InputError::new(&query.path, query.line, message));
        if query.query.trim().is_empty() {
            return fail("the query is empty".to_owned());
        }
        if let Some(first) = by_qid.insert(&query.qid, query) {
            let JudgedQuery { path, line, .. } = first;
            let hint = "the default qid of a query is its text";
            return fail(format!("duplicate qid {:?}: also in {}:{line}; {hint}", query.qid, path.display()));
        }
    }
    Ok(())
}

/// A line of JSON; other keys are ignored.
#[derive(Deserialize)]
struct JudgedLine {
    qid: String,
    query: String,
    #[serde(default = "unknown")]
    kind: String,
    #[serde(default = "unknown")]
    lang: String,
    relevant: BTreeMap<String, u32>,
}

fn unknown() -> String {
    UNKNOWN.to_owned()
}

fn parse_lines(path: &Path, text: &str) -> Result<Vec<JudgedQuery>, InputError> {
    let file: Arc<Path> = path.into();
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(line, text)| {
            let JudgedLine { qid, query, kind, lang, relevant } = serde_json::from_str(text)
                .map_err(|error| InputError::new(path, line, format!("not a judged query: {error}")))?;
            Ok(JudgedQuery { qid, query, kind, lang, relevant, path: Arc::clone(&file), line })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> Result<Vec<JudgedQuery>, InputError> {
        let dir = tempfile::tempdir().unwrap();
        let paths = files.iter().map(|(name, text)| {
            std::fs::write(dir.path().join(name), text).unwrap();
            dir.path().join(name)
        });
        read_queries(&paths.collect::<Vec<_>>())
    }

    #[test]
    fn json_lines_may_have_other_keys_and_no_kind_or_language() {
        let text = "\u{feff}{\"qid\":\"1\",\"query\":\"q\",\"relevant\":{\"a\":2},\"source\":[\"b\"]}\n\n";
        let queries = read(&[("q.jsonl", text)]).unwrap();
        assert_eq!((queries[0].kind.as_str(), queries[0].lang.as_str(), queries[0].line), ("-", "-", 1));
        assert_eq!(queries[0].relevant["a"], 2);
    }

    #[test]
    fn errors_have_file_and_line() {
        let good = "{\"qid\":\"1\",\"query\":\"q\",\"relevant\":{\"a\":1}}\n";
        let cases: [(&[(&str, &str)], &str); 5] = [
            (
                &[("q.jsonl", "{\"qid\":\"1\",\"query\":\"q\",\"relevant\":{}}\n\n{\"qid\":1}\n")],
                "q.jsonl:3: not a judged query",
            ),
            (
                &[("q.jsonl", "\n{\"qid\":\"1\",\"query\":\" \",\"relevant\":{}}")],
                "q.jsonl:2: the query is empty",
            ),
            (&[("q.jsonl", "\n")], "q.jsonl:1: the file has no judged query"),
            (
                &[("a.jsonl", good), ("b.jsonl", &format!("\n{good}"))],
                "b.jsonl:2: duplicate qid \"1\": also in",
            ),
            (&[("a.jsonl", good), ("b.toml", "")], "b.toml:1: the file has no judged query"),
        ];
        for (files, expected) in cases {
            let message = read(files).unwrap_err().to_string();
            assert!(message.contains(expected), "{files:?} gave {message}");
        }
    }
}
