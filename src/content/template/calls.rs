//! Finding and replacing template calls in a text.

use crate::config::limits;

/// A code fence longer than any that authors write, so that fences inside the code do not end it.
pub(super) const FENCE: &str = "````````````";

/// Returns the offset of `needle` within the first [`limits::MAX_CALL_BYTES`] of `text`.
pub(super) fn find_near(text: &str, needle: &str) -> Option<usize> {
    let end = text.floor_char_boundary(limits::MAX_CALL_BYTES);
    text[..end].find(needle)
}

/// Returns `text` with its template calls replaced.
///
/// `read_call` is called at each `{`. It appends the replacement to the output and returns the length of the
/// call in bytes, or `None` if there is no call.
pub(super) fn replace_calls<'a>(
    text: &'a str,
    mut read_call: impl FnMut(&'a str, &mut String) -> Option<usize>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, call) = rest.split_at(start);
        out.push_str(before);
        let length = read_call(call, &mut out).unwrap_or_else(|| {
            out.push('{');
            1
        });
        rest = &call[length..];
    }
    out.push_str(rest);
    out
}
