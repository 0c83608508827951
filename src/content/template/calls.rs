//! Template calls in a text: how their end is found and how they are replaced.

/// A fence longer than any that a writer types, so that fences inside stay text.
pub(super) const FENCE: &str = "````````````";

/// Bytes within which a call has to end: what is longer is no call, and looking for its end again
/// and again would cost more than the text is worth.
pub(super) const MAX_CALL_BYTES: usize = 4_096;

/// Where `needle` stands near the beginning of `text`.
pub(super) fn find_near(text: &str, needle: &str) -> Option<usize> {
    let end = text.floor_char_boundary(MAX_CALL_BYTES);
    text[..end].find(needle)
}

/// Copies `text` and puts in the place of calls what `read_call` writes for them. It is asked at each
/// `{` and says how many bytes the call there has, or that there is none.
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
