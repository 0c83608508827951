//! Relevance evaluation with judged queries.
//!
//! Judged queries are read from files ([`judged`], [`judged_toml`]), their expected paths are resolved to posts
//! ([`paths`]), the engine ranks posts for them ([`run`]), and the rankings are measured ([`metrics`]) in groups
//! ([`groups`]). The measures can be compared with those of an earlier run ([`comparison`], [`significance`]), and the
//! ranking weights can be tuned ([`named_weights`], [`tuning`]).

pub mod comparison;
pub mod groups;
mod input;
pub mod judged;
pub mod judged_toml;
pub mod metrics;
pub mod named_weights;
pub mod paths;
pub mod run;
pub mod significance;
pub mod tuning;

pub use comparison::{Comparison, QueryChange};
pub use groups::{Dimension, GroupMeasures, Judgement, judge, mean_of, summarize};
pub use input::InputError;
pub use judged::{Half, JudgedQuery, read_queries};
pub use metrics::{DEPTH, Measures};
pub use named_weights::{NamedWeights, read_weights};
pub use run::{Run, answer, read_runs};
