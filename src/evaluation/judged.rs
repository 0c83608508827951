//! Judged queries, and the reading of them from JSON Lines.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::input::{InputError, read_text};
use super::judged_toml;

/// The kind or language of a query that does not say it.
pub(super) const UNKNOWN: &str = "-";

/// A query and the posts that answer it.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedQuery {
    /// Its name within the set.
    pub qid: String,
    /// Its text.
    pub query: String,
    /// The kind of query, by which measures are reported; `-` where it is not said.
    pub kind: String,
    /// The language of the query; `-` where it is not said.
    pub lang: String,
    /// The grades of relevant posts by id; 0 is irrelevant.
    pub relevant: BTreeMap<String, u32>,
    /// The file that it stands in.
    pub path: Arc<Path>,
    /// Its line there, from 1.
    pub line: usize,
}

/// Which of the queries to judge: constants are tuned on one half and reported on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Those whose qid ends in an even digit.
    Even,
    /// Those whose qid ends in an odd digit.
    Odd,
}

impl Half {
    /// Whether the query belongs to the half. Where the qid does not end in a digit, its hash decides,
    /// so that a query stays in its half whatever is added around it.
    #[must_use]
    pub fn contains(self, query: &JudgedQuery) -> bool {
        let last = query.qid.bytes().next_back().filter(u8::is_ascii_digit);
        let number = last.unwrap_or_else(|| blake3::hash(query.qid.as_bytes()).as_bytes()[0]);
        (number % 2 == 1) == (self == Self::Odd)
    }
}

/// Reads judged queries, in the order of the files: TOML where a name ends in `.toml`, otherwise JSON
/// Lines.
///
/// # Errors
/// When a file cannot be read or holds no judged query, at a mistake in one, and when two queries have
/// the same qid.
pub fn read_queries(paths: &[PathBuf]) -> Result<Vec<JudgedQuery>, InputError> {
    let mut queries = Vec::new();
    for path in paths {
        let text = read_text(path)?;
        let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
        let read = if is_toml { judged_toml::parse(path, &text)? } else { parse_lines(path, &text)? };
        if read.is_empty() {
            return Err(InputError::new(path, 1, "there is no judged query in it"));
        }
        queries.extend(read);
    }
    check(&queries)?;
    Ok(queries)
}

fn check(queries: &[JudgedQuery]) -> Result<(), InputError> {
    let mut places: HashMap<&str, &JudgedQuery> = HashMap::new();
    for query in queries {
        let fail = |message: String| Err(InputError::new(&query.path, query.line, message));
        if query.query.trim().is_empty() {
            return fail("the query is empty".to_owned());
        }
        if let Some(first) = places.insert(&query.qid, query) {
            let JudgedQuery { path, line, .. } = first;
            let message = "stands there already, in";
            let hint = "; a query that names no qid has its text for one";
            return fail(format!("the qid {:?} {message} {}:{line}{hint}", query.qid, path.display()));
        }
    }
    Ok(())
}

/// What a line of JSON says; other keys are allowed and mean nothing here.
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
                .map_err(|error| InputError::new(path, line, format!("no judged query: {error}")))?;
            Ok(JudgedQuery { qid, query, kind, lang, relevant, path: Arc::clone(&file), line })
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A judged query that `a` answers.
    pub(in super::super) fn query(qid: &str, kind: &str, lang: &str) -> JudgedQuery {
        JudgedQuery {
            qid: qid.into(),
            query: format!("query {qid}"),
            kind: kind.into(),
            lang: lang.into(),
            relevant: [("a".into(), 1)].into(),
            path: Path::new("q.jsonl").into(),
            line: 1,
        }
    }

    fn read(files: &[(&str, &str)]) -> Result<Vec<JudgedQuery>, InputError> {
        let dir = tempfile::tempdir().unwrap();
        let paths = files.iter().map(|(name, text)| {
            std::fs::write(dir.path().join(name), text).unwrap();
            dir.path().join(name)
        });
        read_queries(&paths.collect::<Vec<_>>())
    }

    #[test]
    fn halves_part_the_set() {
        assert!(Half::Odd.contains(&query("x-0001", "k", "-")));
        assert!(!Half::Even.contains(&query("x-0001", "k", "-")));
        assert!(Half::Even.contains(&query("x-0010", "k", "-")));
        let named: Vec<_> = (0..100).map(|n| query(&format!("{n} words"), "k", "-")).collect();
        let even = named.iter().filter(|query| Half::Even.contains(query)).count();
        let odd = named.iter().filter(|query| Half::Odd.contains(query)).count();
        assert_eq!(even + odd, 100);
        assert!((30..=70).contains(&even), "{even} of 100 are even");
    }

    #[test]
    fn lines_may_have_other_keys_and_lack_kind_and_language() {
        let text = "\u{feff}{\"qid\":\"1\",\"query\":\"q\",\"relevant\":{\"a\":2},\"source\":[\"b\"]}\n\n";
        let queries = read(&[("q.jsonl", text)]).unwrap();
        assert_eq!((queries[0].kind.as_str(), queries[0].lang.as_str(), queries[0].line), ("-", "-", 1));
        assert_eq!(queries[0].relevant["a"], 2);
    }

    #[test]
    fn mistakes_name_file_and_line() {
        let good = "{\"qid\":\"1\",\"query\":\"q\",\"relevant\":{\"a\":1}}\n";
        let cases: [(&[(&str, &str)], &str); 5] = [
            (
                &[("q.jsonl", "{\"qid\":\"1\",\"query\":\"q\",\"relevant\":{}}\n\n{\"qid\":1}\n")],
                "q.jsonl:3: no judged",
            ),
            (
                &[("q.jsonl", "\n{\"qid\":\"1\",\"query\":\" \",\"relevant\":{}}")],
                "q.jsonl:2: the query is empty",
            ),
            (&[("q.jsonl", "\n")], "q.jsonl:1: there is no judged query"),
            (
                &[("a.jsonl", good), ("b.jsonl", &format!("\n{good}"))],
                "b.jsonl:2: the qid \"1\" stands there",
            ),
            (&[("a.jsonl", good), ("b.toml", "")], "b.toml:1: there is no judged query"),
        ];
        for (files, expected) in cases {
            let message = read(files).unwrap_err().to_string();
            assert!(message.contains(expected), "{files:?} gave {message}");
        }
    }
}
