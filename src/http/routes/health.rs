//! `GET /healthz`: whether the process answers.

/// Answers `ok`.
pub(in crate::http) async fn health() -> &'static str {
    "ok\n"
}
