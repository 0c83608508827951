//! What follows from a date that cannot be read: a warning, or that the post is hidden.

use jiff::tz::TimeZone;

use super::date_keys::UnreadableDate;
use super::post::{VisibilityRules, Warning};

impl UnreadableDate {
    /// Returns the error that hides the post; `None` if it is shown in spite of the date.
    ///
    /// The post is hidden if the site holds back posts by their dates and this value may be one that holds it back: it is
    /// the start or end of publication, or names a year after the present one. Any other value is only displayed, so that
    /// the post is not lost because of it: Hugo, too, publishes a post whose date it cannot read.
    #[must_use]
    pub(crate) fn hiding(&self, rules: &VisibilityRules) -> Option<String> {
        let present = TimeZone::UTC.to_datetime(rules.now).year();
        let may_hold_back = self.is_schedule || self.latest_year.is_some_and(|year| year > present);
        let is_checked = !rules.future || self.is_schedule && !rules.expired;
        (may_hold_back && is_checked)
            .then(|| format!("{}; the post is hidden, because it may not be published now", self.message))
    }

    /// Returns the warning about a post that is shown in spite of the date.
    #[must_use]
    pub(crate) fn warning(&self) -> Warning {
        Warning { line: self.line, message: format!("{}; the date is ignored", self.message) }
    }
}
