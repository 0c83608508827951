//! The arguments of filters, and what several filters do with them.

use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::value::{TemplateValue, as_f64};
use crate::content::anchor::URI_COMPONENT;

/// The arguments of a filter.
pub(super) struct FilterArguments<'a>(pub(super) &'a [TemplateValue]);

impl FilterArguments<'_> {
    pub(super) fn text(&self, number: usize) -> Option<String> {
        self.0.get(number)?.printed()
    }

    pub(super) fn number(&self, number: usize) -> Option<f64> {
        self.0.get(number)?.as_number()
    }

    pub(super) fn is_true(&self, number: usize) -> bool {
        self.0.get(number).is_some_and(TemplateValue::is_truthy)
    }
}

/// Returns the text as `encodeURIComponent` encodes it.
pub(super) fn encode_component(text: &str) -> String {
    utf8_percent_encode(text, URI_COMPONENT).to_string()
}

/// Returns the text as `url_decode` decodes it.
pub(super) fn decode_component(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Returns the part of a text or list from `begin`, which may be negative, to `begin + length`.
pub(super) fn slice(value: &TemplateValue, begin: f64, length: f64) -> Option<TemplateValue> {
    let size = match value.as_list() {
        Some(items) => items.len(),
        None => value.printed()?.chars().count(),
    };
    let begin = if begin < 0.0 { as_f64(size) + begin } else { begin };
    let (begin, length) = (index(begin), index(length));
    Some(match value.as_list() {
        Some(items) => TemplateValue::list(items.iter().skip(begin?).take(length?).cloned().collect()),
        None => TemplateValue::text(value.printed()?.chars().skip(begin?).take(length?).collect::<String>()),
    })
}

/// Returns a number as an index; `None` if it is negative or very large.
pub(super) fn index(number: f64) -> Option<usize> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    (0.0..1e9).contains(&number).then_some(number as usize)
}
