//! The plan: the action for each source file, so that the index matches the content. A pure function.

use crate::content::{Post, Publication, ReadFailure, ReadOutcome, SkipReason, SourceError, VisibilityRules};
use crate::index::{Digest, ManifestEntry};

/// A source file as it was found on disk.
#[derive(Debug)]
pub(super) enum SourceState {
    /// The file is unchanged since it was indexed.
    Unchanged,
    /// This version of the file caused a panic before.
    Quarantined,
    /// The file does not exist any more, or the ignore rules exclude it.
    Deleted,
    /// The file exists, but it cannot be read now, so that its content may be what it was; or the values that it
    /// inherits are unknown, because another file is unreadable or broken.
    Unreadable(ReadFailure),
    /// The file was read; the digest identifies this version of it.
    Read(ReadOutcome, Digest),
}

/// The action for a source file.
#[derive(Debug)]
pub(super) enum PlannedAction {
    /// Do nothing.
    Keep,
    /// Keep the indexed version, if there is one, and report why there is no newer one.
    KeepUnreadable(ReadFailure),
    /// Add the post, or replace the indexed post with its id.
    Put {
        /// The post.
        post: Box<Post>,
        /// The digest of its source file.
        digest: Digest,
        /// Whether the index has a post with this id.
        is_indexed: bool,
    },
    /// Remove the file's post from the index.
    Remove {
        /// Whether the index has a post with this id.
        is_indexed: bool,
        /// Why the file is not indexed; `None` if it was deleted.
        reason: Option<NotIndexed>,
    },
}

/// Why a source file is not indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotIndexed {
    /// The file is skipped for this reason.
    Skipped(SkipReason),
    /// The file could not be read.
    Failed(SourceError),
    /// Reading the version with this digest caused a panic. It is not read again.
    Quarantined(SourceError, Digest),
}

/// Returns whether a file with this digest need not be parsed again.
#[must_use]
pub(super) fn is_unchanged(indexed: Option<&ManifestEntry>, digest: Digest, rules: &VisibilityRules) -> bool {
    indexed.is_some_and(|entry| entry.digest == digest && is_visible(&entry.publication, rules))
}

/// Returns whether a post is visible under these rules.
#[must_use]
pub(super) fn is_visible(publication: &Publication, rules: &VisibilityRules) -> bool {
    publication.hidden_by(rules).is_none()
}

/// Returns the action for a file, given its manifest entry and its state on disk.
#[must_use]
pub(super) fn plan(
    indexed: Option<&ManifestEntry>,
    state: SourceState,
    rules: &VisibilityRules,
) -> PlannedAction {
    let is_indexed = indexed.is_some();
    let remove = |reason| PlannedAction::Remove { is_indexed, reason };
    match state {
        SourceState::Unchanged | SourceState::Quarantined => PlannedAction::Keep,
        SourceState::Unreadable(failure) => {
            match indexed.and_then(|entry| entry.publication.hidden_by(rules)) {
                Some(reason) => remove(Some(NotIndexed::Skipped(reason))),
                None => PlannedAction::KeepUnreadable(failure),
            }
        }
        SourceState::Deleted => remove(None),
        SourceState::Read(ReadOutcome::Post(post), digest) => PlannedAction::Put { post, digest, is_indexed },
        SourceState::Read(ReadOutcome::Skipped(reason), _) => remove(Some(NotIndexed::Skipped(reason))),
        SourceState::Read(ReadOutcome::Failed(failure), _) => remove(Some(NotIndexed::Failed(failure))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(expires_at: Option<&str>) -> ManifestEntry {
        let expires_at = expires_at.map(|at| at.parse().unwrap());
        let publication = Publication { expires_at, ..Publication::default() };
        ManifestEntry {
            digest: 1,
            publication,
            is_post: true,
            url: "/a/".into(),
            url_guessed: None,
            lang: "en".into(),
        }
    }

    #[test]
    fn a_file_is_unchanged_while_its_digest_and_visibility_are() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let rules = VisibilityRules { drafts: false, future: false, expired: false, now };
        assert!(is_unchanged(Some(&entry(None)), 1, &rules));
        assert!(!is_unchanged(Some(&entry(None)), 2, &rules));
        assert!(!is_unchanged(Some(&entry(Some("2025-01-01T00:00:00Z"))), 1, &rules));
        assert!(!is_unchanged(None, 1, &rules));
    }

    #[test]
    fn removes_posts_of_deleted_and_broken_files_but_not_of_unreadable_ones() {
        let (indexed, expired) = (entry(None), entry(Some("2025-01-01T00:00:00Z")));
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let rules = VisibilityRules { drafts: false, future: false, expired: false, now };
        let failure = SourceError { path: "a.md".into(), line: 1, message: "x".into() };
        let broken = || SourceState::Read(ReadOutcome::Failed(failure.clone()), 2);
        let unreadable = || SourceState::Unreadable(ReadFailure::Unreadable(failure.clone()));
        let removed = |indexed, state| match plan(indexed, state, &rules) {
            PlannedAction::Remove { is_indexed, reason } => Some((is_indexed, reason)),
            _ => None,
        };
        assert_eq!(removed(Some(&indexed), SourceState::Deleted), Some((true, None)));
        assert_eq!(removed(None, SourceState::Deleted), Some((false, None)));
        let failed = NotIndexed::Failed(failure.clone());
        assert_eq!(removed(Some(&indexed), broken()), Some((true, Some(failed))));
        let hidden = NotIndexed::Skipped(SkipReason::Expired);
        assert_eq!(removed(Some(&expired), unreadable()), Some((true, Some(hidden))));
        for indexed in [Some(&indexed), None] {
            let action = plan(indexed, unreadable(), &rules);
            assert!(
                matches!(action, PlannedAction::KeepUnreadable(of) if of.clone().into_error() == failure)
            );
        }
        assert!(matches!(plan(Some(&indexed), SourceState::Unchanged, &rules), PlannedAction::Keep));
    }
}
