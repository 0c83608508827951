//! The log of queries, which the owner of the site may turn on, and its summary.
//!
//! A line of JSON per search tells when what was searched for, and how many results there were: nothing about the client.
//! Queries that are being typed are [settled](settling) first. A thread writes the lines, so that the log never delays a
//! request: lines that do not fit in its queue, or cannot be written, are dropped and counted.

mod log_file;
mod logged_query;
mod settling;
mod summary;
mod writer;

pub(crate) use logged_query::{LoggedQuery, QuerySource};
pub(crate) use summary::{QuerySelection, QuerySummary, parse_since};
pub(crate) use writer::{QueryLog, QueryLogCounts};
