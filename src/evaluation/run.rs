//! Runs: the hits of judged queries, computed now or read from a file.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::input::{InputError, read_text};
use super::judged_query::JudgedQuery;
use super::metrics::DEPTH;
use crate::engine::Engine;
use crate::index::IndexError;
use crate::query::{SearchRequest, Weights};

/// The hits of one query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// The qid of the query.
    pub(crate) qid: String,
    /// Ids of the hits, best first.
    pub(crate) hits: Vec<String>,
}

/// Searches for the texts of the queries, without filters, on all cores. Returns the runs in the order of the
/// queries.
///
/// # Errors
/// If the index cannot be read.
pub(crate) fn run_queries<Q: Borrow<JudgedQuery> + Sync>(
    engine: &Engine,
    weights: &Weights,
    queries: &[Q],
) -> Result<Vec<Run>, IndexError> {
    let runs = queries.par_iter().map(|judged| {
        let judged: &JudgedQuery = judged.borrow();
        let request = SearchRequest { query: judged.query.clone(), limit: DEPTH, ..SearchRequest::default() };
        Ok(Run { qid: judged.qid.clone(), hits: engine.rank_with(&request, weights)? })
    });
    runs.collect()
}

/// The runs in the output of `bloghound eval --json --per-query`.
#[derive(Deserialize)]
struct EvaluationOutput {
    per_query: Vec<Run>,
}

/// Reads the runs of an earlier evaluation: JSON Lines of `--run-file`, or the output of `--json
/// --per-query`.
///
/// # Errors
/// If the file cannot be read, a line is not a run, or two runs have the same qid.
pub(crate) fn read_runs(path: &Path) -> Result<Vec<Run>, InputError> {
    let text = read_text(path)?;
    if let Ok(EvaluationOutput { per_query }) = serde_json::from_str(&text) {
        return Ok(per_query);
    }
    let mut runs = Vec::new();
    let mut lines_of_qids: HashMap<String, usize> = HashMap::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let fail = |message: String| InputError::new(path, line, message);
        let run: Run = serde_json::from_str(text).map_err(|error| {
            fail(format!("not a run: {error}; write runs with --run-file or --json --per-query"))
        })?;
        if let Some(first) = lines_of_qids.insert(run.qid.clone(), line) {
            return Err(fail(format!("duplicate qid {:?}: also in line {first}", run.qid)));
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
    fn reads_runs_from_lines_or_a_report() {
        let run = Run { qid: "1".into(), hits: vec!["a".into()] };
        let line = serde_json::to_string(&run).unwrap();
        assert_eq!(line, "{\"qid\":\"1\",\"hits\":[\"a\"]}");
        assert_eq!(read(&format!("{line}\n\n")).unwrap(), std::slice::from_ref(&run));
        assert_eq!(read(&format!("{{\"groups\":[],\"per_query\":[{line}]}}\n")).unwrap(), [run]);
    }

    #[test]
    fn errors_have_the_line() {
        let line = "{\"qid\":\"1\",\"hits\":[]}";
        let cases = [
            (format!("{line}\n{line}\n"), 2, "also in line 1"),
            ("\n{\"qid\":1}\n".to_owned(), 2, "not a run: "),
            ("{\"groups\":[]}\n".to_owned(), 1, "--json --per-query"),
        ];
        for (text, line, expected) in cases {
            let error = read(&text).unwrap_err();
            assert_eq!(error.line, line, "{text:?}: {error}");
            assert!(error.message.contains(expected), "{text:?}: {error}");
        }
    }
}
