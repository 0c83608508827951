//! What has to be done so that the index says what the content says: a pure comparison.

use crate::content::{Audience, Failure, Post, Publication, Reading, SkipReason};
use crate::index::{Digest, ManifestEntry};

/// A source file as it was read.
#[derive(Debug)]
pub enum Observed {
    /// It is as the index has it.
    Same,
    /// It is not there any more.
    Gone,
    /// It was read; the digest tells this version of it from others.
    Read(Reading, Digest),
}

/// What has to be done about a source file.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    Keep,
    /// Add the post, or replace the one with its id; whether there is one.
    Put(Box<Post>, Digest, bool),
    /// Nothing may remain of it in the index; whether there is something, and why.
    Drop(bool, Option<Absence>),
}

/// Why a source file has no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    /// It is not meant to be searched.
    Skipped(SkipReason),
    /// It cannot be read.
    Failed(Failure),
}

/// Whether a file with this digest need not be read again.
#[must_use]
pub fn is_same(known: Option<&ManifestEntry>, digest: Digest, audience: &Audience) -> bool {
    known.is_some_and(|entry| entry.digest == digest && is_shown(&entry.publication, audience))
}

/// Whether a post is for these readers.
#[must_use]
pub fn is_shown(publication: &Publication, audience: &Audience) -> bool {
    publication.hidden_from(audience).is_none()
}

/// Compares what was read with what the index knows.
#[must_use]
pub fn decide(known: Option<&ManifestEntry>, observed: Observed) -> Action {
    let is_known = known.is_some();
    match observed {
        Observed::Same => Action::Keep,
        Observed::Gone => Action::Drop(is_known, None),
        Observed::Read(Reading::Post(post), digest) => Action::Put(post, digest, is_known),
        Observed::Read(Reading::Skipped(reason), _) => Action::Drop(is_known, Some(Absence::Skipped(reason))),
        Observed::Read(Reading::Failed(failure), _) => Action::Drop(is_known, Some(Absence::Failed(failure))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(expires_at: Option<&str>) -> ManifestEntry {
        let expires_at = expires_at.map(|at| at.parse().unwrap());
        let publication = Publication { expires_at, ..Publication::default() };
        ManifestEntry { digest: 1, publication, is_post: true, url: "/a/".into(), lang: "en".into() }
    }

    #[test]
    fn a_file_is_the_same_while_its_digest_and_visibility_are() {
        let now = "2026-01-01T00:00:00Z".parse().unwrap();
        let audience = Audience { drafts: false, future: false, expired: false, now };
        assert!(is_same(Some(&entry(None)), 1, &audience));
        assert!(!is_same(Some(&entry(None)), 2, &audience));
        assert!(!is_same(Some(&entry(Some("2025-01-01T00:00:00Z"))), 1, &audience));
        assert!(!is_same(None, 1, &audience));
    }

    #[test]
    fn what_is_gone_or_unreadable_leaves_the_index() {
        let known = entry(None);
        let failure = Failure { path: "a.md".into(), line: 1, message: "x".into() };
        let unreadable = Observed::Read(Reading::Failed(failure.clone()), 2);
        assert!(matches!(decide(Some(&known), Observed::Gone), Action::Drop(true, None)));
        assert!(matches!(decide(None, Observed::Gone), Action::Drop(false, None)));
        assert!(
            matches!(decide(Some(&known), unreadable), Action::Drop(true, Some(Absence::Failed(f))) if f == failure)
        );
        assert!(matches!(decide(Some(&known), Observed::Same), Action::Keep));
    }
}
