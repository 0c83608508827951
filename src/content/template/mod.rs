//! Takes what is meant for a generator's templates out of Markdown and leaves what is meant for
//! readers.

mod hugo;
mod kramdown;
mod liquid;
mod zola;

/// A fence longer than any that a writer types, so that fences inside stay text.
const FENCE: &str = "````````````";

/// Bytes within which a call has to end: what is longer is no call, and looking for its end again
/// and again would cost more than the text is worth.
const MAX_CALL_BYTES: usize = 4_096;

/// Where `needle` stands near the beginning of `text`.
fn find_near(text: &str, needle: &str) -> Option<usize> {
    let end = text.floor_char_boundary(MAX_CALL_BYTES);
    text[..end].find(needle)
}

/// Copies `text` and puts in the place of calls what `read_call` writes for them. It is asked at each
/// `{` and says how many bytes the call there has, or that there is none.
fn replace_calls<'a>(
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

/// The Markdown that a generator understands, with what its templates add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Goldmark with Hugo's shortcodes.
    Hugo,
    /// pulldown-cmark with Zola's shortcodes.
    Zola,
    /// kramdown with Liquid.
    Jekyll,
}

/// The Markdown without template calls and attributes.
#[must_use]
pub fn plain_markdown(text: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Hugo => hugo::remove_shortcodes(text),
        Dialect::Zola => zola::remove_shortcodes(text),
        Dialect::Jekyll => kramdown::resolve_attributes(&liquid::remove_tags(text)),
    }
}
