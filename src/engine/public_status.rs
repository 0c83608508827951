//! The public status: the part of the status that all clients may read.

use super::build_progress::BuildProgress;
use super::health::HealthProblem;
use super::local::Status;
use crate::content::SourceError;
use crate::reindex::SkippedCounts;

/// A note that tells the site's owner where to find the details that the public status omits.
const DETAILS: &str = "`bloghound status` and the log have the details";

impl Status {
    /// Returns the status without the names, paths and counts of unpublished files.
    ///
    /// All fields stay, because clients rely on them. Files that cannot be read may be drafts: they are one entry
    /// without a path, however many there are. A problem keeps its name and time. Only list pages are counted among
    /// the skipped files: they are part of the site. The reasons for guessed URLs name files of the site, and are left out. The
    /// progress of building the index is a percentage, because drafts
    /// are among the files.
    #[must_use]
    pub fn public(self) -> Self {
        let failed = self.failed.first().map(|_| SourceError {
            path: String::new(),
            line: 0,
            message: format!("some files cannot be read or parsed; {DETAILS}"),
        });
        let public = |problem: HealthProblem| {
            let message = format!("the check `{}` failed; {DETAILS}", problem.check.name());
            HealthProblem { message, ..problem }
        };
        let build = self.build.map(|build| BuildProgress { files_done: None, files_total: None, ..build });
        Self {
            build,
            skipped: SkippedCounts { list: self.skipped.list, ..SkippedCounts::default() },
            guessed_urls: Vec::new(),
            failed: failed.into_iter().collect(),
            problems: self.problems.into_iter().map(public).collect(),
            ..self
        }
    }
}
