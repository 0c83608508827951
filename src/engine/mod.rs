//! The interface for the HTTP service and the command line: searches over the newest commit.

mod build_progress;
mod clock_check;
mod entity_tag;
mod health;
mod local;
mod log_health;
mod metadata_fingerprint;
mod pinned_commit;
mod public_status;
pub(crate) mod query_log;
mod request;
mod response_cache;
mod search_state;
mod sync_checks;
mod sync_control;
mod sync_loop;
mod sync_setup;
mod sync_thread;
mod trimmed_hits;

pub use build_progress::BuildProgress;
pub use health::{Freshness, HealthCheck, HealthProblem};
pub use local::{Engine, EngineOpenError, Status};
pub(crate) use log_health::LogHealth;
pub(crate) use pinned_commit::PinnedCommit;
pub use request::{ApiRequest, ResponseError};
pub use sync_control::{ReindexAction, ReindexTicket, SyncControl};
pub use sync_setup::{ReconcileCallback, Reload, SyncIntervals, SyncSetup};
pub use sync_thread::SyncThread;
