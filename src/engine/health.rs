//! What is wrong with the service, and how fresh its answers are.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::reindex::Mode;

/// What a trouble is about; each has one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Concern {
    /// The content directory.
    Content,
    /// The index.
    Index,
    /// The settings of the site or of bloghound.
    Settings,
    /// How changes come to be known.
    Watching,
}

impl Concern {
    /// Its name, as in the status.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Index => "index",
            Self::Settings => "settings",
            Self::Watching => "watching",
        }
    }
}

/// Something that is wrong while the last good state keeps answering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// What it is about.
    pub concern: Concern,
    /// What is wrong, why, and what to do.
    pub message: String,
    /// Since when.
    pub since: Timestamp,
}

/// How far the answers are behind the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// When a change of the content was seen last.
    pub last_change_at: Option<Timestamp>,
    /// When all content was compared with the index last.
    pub compared_at: Option<Timestamp>,
    /// Milliseconds from the last change that was seen to its being found, the debounce among them.
    pub lag_ms: Option<u64>,
    /// How changes come to be known: `events`, `polling`, `off`, or `missing` where there is no content.
    pub watching: &'static str,
}

impl Default for Freshness {
    fn default() -> Self {
        Self { last_change_at: None, compared_at: None, lag_ms: None, watching: "off" }
    }
}

#[derive(Debug, Default)]
pub(super) struct Health {
    troubles: Mutex<BTreeMap<Concern, Trouble>>,
    freshness: Mutex<Freshness>,
}

impl Health {
    /// Takes note of what is wrong; the log says it once.
    pub(super) fn trouble(&self, concern: Concern, message: String) {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        let known = troubles.get(&concern);
        if known.is_some_and(|known| known.message == message) {
            return;
        }
        tracing::error!("{message}");
        let since = known.map_or_else(Timestamp::now, |known| known.since);
        troubles.insert(concern, Trouble { concern, message, since });
    }

    /// Takes note that nothing is wrong any more.
    pub(super) fn well(&self, concern: Concern) {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gone) = troubles.remove(&concern) {
            let seconds = Timestamp::now().duration_since(gone.since).as_secs();
            tracing::info!("well again, after {seconds} s: {}", gone.message);
        }
    }

    pub(super) fn troubles(&self) -> Vec<Trouble> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(super) fn freshness(&self) -> Freshness {
        self.freshness.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, change: impl FnOnce(&mut Freshness)) {
        change(&mut self.freshness.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn changed(&self) {
        self.note(|freshness| freshness.last_change_at = Some(Timestamp::now()));
    }

    pub(super) fn found(&self, lag: Duration) {
        self.note(|freshness| freshness.lag_ms = u64::try_from(lag.as_millis()).ok());
    }

    pub(super) fn compared(&self) {
        self.note(|freshness| freshness.compared_at = Some(Timestamp::now()));
    }

    pub(super) fn watching(&self, mode: &Mode) {
        let name = match mode {
            Mode::Off => "off",
            Mode::Events => "events",
            Mode::Polling(_) => "polling",
            Mode::Missing => "missing",
        };
        self.note(|freshness| freshness.watching = name);
    }
}
