//! The summary of the log: which queries readers search for, and which of them have no results.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::log_file::old_file;
use super::logged_query::LoggedQuery;
use crate::analysis::fold::fold;
use crate::config::{RegularFileError, limits, regular_file};

/// The queries that a summary lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QuerySelection {
    /// The earliest time of searches; `None` for all.
    pub(crate) since: Option<Timestamp>,
    /// Whether to list only queries whose last search had no results.
    pub(crate) without_results: bool,
    /// Maximum number of queries.
    pub(crate) limit: usize,
}

/// The most frequent queries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct QuerySummary {
    /// Number of searches in the log.
    pub(crate) searches: u64,
    /// Number of different queries that are selected.
    pub(crate) distinct: usize,
    /// Number of lines that are no searches.
    pub(crate) invalid_lines: u64,
    /// Number of searches for rare queries that were left out, because there are too many different ones.
    pub(crate) left_out: u64,
    /// The queries, most frequent ones first.
    pub(crate) queries: Vec<CountedQuery>,
}

/// A query with its searches. Spellings that differ in case, diacritics and spaces are one query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CountedQuery {
    /// The last spelling.
    pub(crate) query: String,
    /// Number of searches.
    pub(crate) count: u64,
    /// Number of results of the last search.
    pub(crate) total: u64,
    /// Time of the last search.
    pub(crate) last_at: Timestamp,
}

impl QuerySummary {
    /// Reads a log with its old files, line by line.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub(crate) fn read(path: &Path, selection: &QuerySelection) -> Result<Self, RegularFileError> {
        let mut counts = QueryCounts::default();
        for file in files(path)? {
            counts.add_file(file, selection.since)?;
        }
        Ok(counts.summary(selection))
    }
}

/// Opens the log and its old files. The newest one is first, so that a file that is renamed meanwhile is not missed; it
/// may be opened twice, but is returned once. While files are renamed, any of them may be missing for a moment, and the log
/// is missing until the next query if another program has renamed it.
///
/// # Errors
/// If a file is not a regular file or cannot be opened, or there is none.
fn files(path: &Path) -> Result<Vec<File>, RegularFileError> {
    let (mut files, mut known, mut missing) = (Vec::new(), Vec::new(), None);
    let old_files = (1..=*limits::QUERY_LOG_OLD_FILES.end()).map(|number| old_file(path, number));
    for path in std::iter::once(path.to_owned()).chain(old_files) {
        let file = match regular_file::open(&path) {
            Ok((file, _)) => file,
            Err(error) if error.is_not_found() => {
                missing.get_or_insert(error);
                continue;
            }
            Err(error) => return Err(error),
        };
        let id = file_id(&file)?;
        if !known.contains(&id) {
            known.push(id);
            files.push(file);
        }
    }
    match missing {
        Some(error) if files.is_empty() => Err(error),
        _ => Ok(files),
    }
}

/// Returns what tells the file from all others.
#[cfg(unix)]
fn file_id(file: &File) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = file.metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Returns what tells the file from nearly all others.
#[cfg(not(unix))]
fn file_id(file: &File) -> io::Result<(u64, std::time::SystemTime)> {
    let metadata = file.metadata()?;
    Ok((metadata.len(), metadata.created()?))
}

#[derive(Default)]
struct QueryCounts {
    searches: u64,
    invalid_lines: u64,
    left_out: u64,
    /// By the unified spelling.
    queries: HashMap<String, CountedQuery>,
}

impl QueryCounts {
    fn add_file(&mut self, file: File, since: Option<Timestamp>) -> io::Result<()> {
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        while read_line(&mut reader, &mut line)? {
            match serde_json::from_slice::<LoggedQuery>(&line) {
                Ok(query) if since.is_none_or(|since| query.time >= since) => self.add(query),
                Ok(_) => {}
                Err(_) if line.trim_ascii().is_empty() => {}
                Err(_) => self.invalid_lines += 1,
            }
        }
        Ok(())
    }

    fn add(&mut self, LoggedQuery { time, query, total, .. }: LoggedQuery) {
        self.searches += 1;
        let counted = self.queries.entry(unified(&query)).or_insert_with(|| CountedQuery {
            query: String::new(),
            count: 0,
            total,
            last_at: Timestamp::MIN,
        });
        counted.count += 1;
        if time >= counted.last_at {
            (counted.query, counted.total, counted.last_at) = (query.trim().to_owned(), total, time);
        }
        if self.queries.len() > limits::MAX_SUMMARIZED_QUERIES {
            self.drop_rare_queries();
        }
    }

    /// Drops the half of the queries with the fewest searches.
    fn drop_rare_queries(&mut self) {
        let rank = |query: &CountedQuery| (query.count, query.last_at);
        let mut ranks: Vec<_> = self.queries.values().map(rank).collect();
        let middle = ranks.len() / 2;
        let (_, median, _) = ranks.select_nth_unstable(middle);
        let median = *median;
        let dropped = self.queries.extract_if(|_, query| rank(query) <= median);
        self.left_out += dropped.map(|(_, query)| query.count).sum::<u64>();
    }

    fn summary(self, selection: &QuerySelection) -> QuerySummary {
        let is_selected = |query: &CountedQuery| !selection.without_results || query.total == 0;
        let mut queries: Vec<_> = self.queries.into_values().filter(is_selected).collect();
        let distinct = queries.len();
        queries.sort_unstable_by(|a, b| {
            let rank = |query: &CountedQuery| Reverse((query.count, query.last_at));
            rank(a).cmp(&rank(b)).then_with(|| a.query.cmp(&b.query))
        });
        queries.truncate(selection.limit);
        let Self { searches, invalid_lines, left_out, .. } = self;
        QuerySummary { searches, distinct, invalid_lines, left_out, queries }
    }
}

/// Returns the form that spellings of a query have in common.
fn unified(query: &str) -> String {
    fold(query).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a line without its newline. Of a line that is too long, the beginning is returned, which is no JSON. Returns
/// whether there was one.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let max = limits::MAX_QUERY_LOG_LINE_BYTES;
    reader.by_ref().take(max as u64).read_until(b'\n', line)?;
    if line.is_empty() {
        return Ok(false);
    }
    if line.pop_if(|last| *last == b'\n').is_none() && line.len() == max {
        reader.skip_until(b'\n')?;
    }
    Ok(true)
}

/// Parses a time: a date, or a duration before now, such as `30d`.
///
/// # Errors
/// Returns a message that describes the accepted format.
pub(crate) fn parse_since(text: &str) -> Result<Timestamp, String> {
    let expected = || "expected a duration such as 30d or 12h, or a date such as 2026-01-31".to_owned();
    if let Ok(date) = text.parse::<Date>() {
        return date.to_zoned_datetime(TimeZone::UTC).map(|time| time.timestamp()).map_err(|_| expected());
    }
    let span: Span = text.parse().map_err(|_| expected())?;
    if span.is_negative() || span.is_zero() {
        return Err(expected());
    }
    let now = Timestamp::now().to_zoned_datetime(TimeZone::UTC);
    now.checked_sub(span).map(|time| time.timestamp()).map_err(|_| expected())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(query: &str, total: u64, day: u32) -> String {
        format!(
            "{{\"time\":\"2026-01-{day:02}T10:00:00Z\",\"query\":{},\"total\":{total},\"took_us\":1,\"source\":\"api\",\
             \"new_field\":1}}\n",
            serde_json::Value::from(query)
        )
    }

    const ALL: QuerySelection = QuerySelection { since: None, without_results: false, limit: 10 };

    fn summary(files: &[&str], selection: &QuerySelection) -> QuerySummary {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("q.jsonl");
        for (number, text) in files.iter().enumerate() {
            let path = if number == 0 { path.clone() } else { old_file(&path, number) };
            std::fs::write(path, text).unwrap();
        }
        QuerySummary::read(&path, selection).unwrap()
    }

    fn listed(summary: &QuerySummary) -> Vec<(&str, u64, u64)> {
        summary.queries.iter().map(|query| (query.query.as_str(), query.count, query.total)).collect()
    }

    #[test]
    fn spellings_are_counted_together_over_all_files() {
        let (new, old, older) = (
            line("kubernetes ", 0, 9) + &line("rust", 3, 8),
            line("Kubernetes", 5, 7) + &line("  Zürich\t blog", 1, 6),
            line("KUBERNETES", 4, 5) + &line("zurich blog", 0, 4),
        );
        let all = summary(&[&new, &old, &older], &ALL);
        assert_eq!(listed(&all), [("kubernetes", 3, 0), ("Zürich\t blog", 2, 1), ("rust", 1, 3)]);
        assert_eq!((all.searches, all.distinct, all.invalid_lines, all.left_out), (6, 3, 0, 0));
        // The results of the last search count: the blog may have got a post since.
        let failed = summary(&[&new, &old, &older], &QuerySelection { without_results: true, ..ALL });
        assert_eq!(listed(&failed), [("kubernetes", 3, 0)]);
        let since = Some("2026-01-07T00:00:00Z".parse().unwrap());
        let recent = summary(&[&new, &old, &older], &QuerySelection { since, limit: 1, ..ALL });
        assert_eq!((listed(&recent), recent.searches, recent.distinct), (vec![("kubernetes", 2, 0)], 3, 2));
    }

    #[test]
    fn files_that_are_missing_while_others_are_renamed_hide_no_older_ones() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("queries.jsonl");
        let read = || QuerySummary::read(&path, &ALL);
        assert!(read().unwrap_err().is_not_found());
        std::fs::write(old_file(&path, 2), line("old", 1, 1)).unwrap();
        assert_eq!(listed(&read().unwrap()), [("old", 1, 1)]);
        std::fs::write(&path, line("new", 2, 1)).unwrap();
        assert_eq!(read().unwrap().searches, 2);
        // Renamed between two looks at it.
        std::fs::hard_link(&path, old_file(&path, 1)).unwrap();
        assert_eq!(read().unwrap().searches, 2);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_an_error_and_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("queries.jsonl");
        // Both would be read without an end.
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        let read = || QuerySummary::read(&path, &ALL).unwrap_err().to_string();
        assert!(read().contains("a device"), "{}", read());
        std::fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert!(read().contains("a named pipe"), "{}", read());
    }

    #[test]
    fn invalid_lines_are_counted_and_the_others_are_read() {
        let long = "x".repeat(limits::MAX_QUERY_LOG_LINE_BYTES * 3);
        let good = line("a", 1, 1);
        let text = format!("{good}{{\"query\":\n\n[1]\n{long}\n\0\u{9b}\n{good}{}", &good[..20]);
        let read = summary(&[&text], &ALL);
        assert_eq!((listed(&read), read.invalid_lines), (vec![("a", 2, 1)], 5));
        assert_eq!(summary(&[""], &ALL), QuerySummary::default());
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("bytes.jsonl"), b"\xff\xfe\n").unwrap();
        assert_eq!(QuerySummary::read(&dir.path().join("bytes.jsonl"), &ALL).unwrap().invalid_lines, 1);
        assert!(QuerySummary::read(&dir.path().join("missing.jsonl"), &ALL).is_err());
    }

    #[test]
    fn memory_is_bounded_and_frequent_queries_are_kept() {
        let mut counts = QueryCounts::default();
        let rare = limits::MAX_SUMMARIZED_QUERIES as u64 * 2;
        for number in 0..rare {
            let query = |text: &str| serde_json::from_str::<LoggedQuery>(&line(text, 1, 1)).unwrap();
            counts.add(query(&number.to_string()));
            if number % 100 == 0 {
                counts.add(query("frequent"));
            }
            assert!(counts.queries.len() <= limits::MAX_SUMMARIZED_QUERIES);
        }
        let summary = counts.summary(&ALL);
        assert_eq!(listed(&summary)[0], ("frequent", rare.div_ceil(100), 1));
        assert!(summary.left_out > 0);
    }

    #[test]
    fn times_are_dates_or_durations() {
        let hours_ago = |text| {
            let seconds = Timestamp::now().duration_since(parse_since(text).unwrap()).as_secs();
            (seconds + 60) / 3_600
        };
        assert_eq!((hours_ago("30d"), hours_ago("12h"), hours_ago("2 weeks")), (720, 12, 336));
        assert_eq!(parse_since("2026-01-31").unwrap().to_string(), "2026-01-31T00:00:00Z");
        for text in ["", "30", "-3d", "0d", "soon", "99999999999d", "2026-13-01", "30000y"] {
            assert!(parse_since(text).unwrap_err().contains("30d"), "{text}");
        }
    }
}
