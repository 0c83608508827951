//! What the engine answers to queries, and what it answered earlier.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::input::{InputError, read_text};
use super::judged::JudgedQuery;
use super::metrics::DEPTH;
use crate::engine::Engine;
use crate::index::IndexError;
use crate::query::{SearchRequest, Weights};

/// The answers to one query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The query.
    pub qid: String,
    /// Ids of the hits, best first.
    pub hits: Vec<String>,
}

/// Asks the queries by their text alone, on all cores; the answers are in the order of the queries.
///
/// # Errors
/// When the index cannot be read.
pub fn answer<Q: Borrow<JudgedQuery> + Sync>(
    engine: &Engine,
    weights: &Weights,
    queries: &[Q],
) -> Result<Vec<Run>, IndexError> {
    let answers = queries.par_iter().map(|judged| {
        let judged: &JudgedQuery = judged.borrow();
        let request = SearchRequest { query: judged.query.clone(), limit: DEPTH, ..SearchRequest::default() };
        Ok(Run { qid: judged.qid.clone(), hits: engine.rank_with(&request, weights)? })
    });
    answers.collect()
}

/// The runs within what `bloghound eval --json --per-query` prints.
#[derive(Deserialize)]
struct EvaluationOutput {
    per_query: Vec<Run>,
}

/// Reads earlier runs: JSON Lines of them, or the JSON that an evaluation printed query by query.
///
/// # Errors
/// When the file cannot be read, at a line that is no run, and when two have the same qid.
pub fn read_runs(path: &Path) -> Result<Vec<Run>, InputError> {
    let text = read_text(path)?;
    if let Ok(EvaluationOutput { per_query }) = serde_json::from_str(&text) {
        return Ok(per_query);
    }
    let mut runs = Vec::new();
    let mut lines_of_qids: HashMap<String, usize> = HashMap::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let fail = |message: String| InputError::new(path, line, message);
        let run: Run = serde_json::from_str(text).map_err(|error| {
            fail(format!("no run, as --run-file or --json --per-query writes it: {error}"))
        })?;
        if let Some(first) = lines_of_qids.insert(run.qid.clone(), line) {
            return Err(fail(format!("the qid {:?} stands in line {first} already", run.qid)));
        }
        runs.push(run);
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Run>, InputError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read_runs(file.path())
    }

    #[test]
    fn runs_are_lines_or_a_report() {
        let run = Run { qid: "1".into(), hits: vec!["a".into()] };
        let line = serde_json::to_string(&run).unwrap();
        assert_eq!(line, "{\"qid\":\"1\",\"hits\":[\"a\"]}");
        assert_eq!(read(&format!("{line}\n\n")).unwrap(), std::slice::from_ref(&run));
        assert_eq!(read(&format!("{{\"groups\":[],\"per_query\":[{line}]}}\n")).unwrap(), [run]);
    }

    #[test]
    fn mistakes_name_the_line() {
        let line = "{\"qid\":\"1\",\"hits\":[]}";
        let cases = [
            (format!("{line}\n{line}\n"), 2, "stands in line 1 already"),
            ("\n{\"qid\":1}\n".to_owned(), 2, "no run, as --run-file"),
            ("{\"groups\":[]}\n".to_owned(), 1, "--json --per-query"),
        ];
        for (text, line, expected) in cases {
            let error = read(&text).unwrap_err();
            assert_eq!(error.line, line, "{text:?}: {error}");
            assert!(error.message.contains(expected), "{text:?}: {error}");
        }
    }
}
