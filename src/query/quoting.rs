//! Bounded quotations of requests in responses, because a request may be as long as the server accepts.

use std::borrow::Cow;

use crate::config::limits;

/// Returns the text, cut at `max` bytes or a little before, with `…` in place of the rest.
#[must_use]
pub(crate) fn shortened(text: &str, max: usize) -> Cow<'_, str> {
    if text.len() <= max {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", &text[..text.floor_char_boundary(max)]))
}

/// Returns the part of a query that responses repeat: the first [`limits::MAX_QUERY_BYTES`].
pub(crate) fn repeated_query(query: &str) -> String {
    query[..query.floor_char_boundary(limits::MAX_QUERY_BYTES)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("short", 5), "short");
        assert_eq!(shortened("éé", 3), "é…");
        assert_eq!(repeated_query("hot oven"), "hot oven");
        let repeated = repeated_query(&"日".repeat(20_000));
        assert_eq!(repeated.len(), limits::MAX_QUERY_BYTES / 3 * 3);
    }
}
