//! Relevance evaluation with judged queries.
//!
//! Judged queries are read from files ([`read_queries`]), their expected paths are resolved to posts
//! ([`paths`]), the engine ranks posts for them ([`run_queries`]), and the rankings are measured
//! ([`Measures`]) in groups ([`summarize`]). The measures can be compared with those of an earlier run
//! ([`Comparison`], [`significance`]), and the ranking weights can be tuned ([`NamedWeights`], [`tuning`]).

mod comparison;
mod groups;
mod input;
mod judged_files;
mod judged_query;
mod judged_toml;
mod metrics;
mod named_weights;
pub(crate) mod paths;
mod run;
pub(crate) mod significance;
pub(crate) mod tuning;

pub(crate) use comparison::{Comparison, QueryChange};
pub(crate) use groups::{Dimension, Judgement, judge, mean_of, summarize};
pub(crate) use judged_files::read_queries;
pub(crate) use judged_query::{Half, JudgedQuery};
pub(crate) use metrics::Measures;
pub(crate) use named_weights::{NamedWeights, read_weights};
pub(crate) use run::{Run, read_runs, run_queries};
