//! Counts with their nouns, for messages.

/// Returns a count with its noun: `1 post`, `2 posts`, `2 queries`, `2 files without a page`.
#[must_use]
pub(crate) fn plural(count: usize, noun: &str) -> String {
    match (
        noun.split_once(' ').filter(|(first, _)| matches!(*first, "file" | "post")),
        noun.strip_suffix("ry"),
    ) {
        (Some((first, rest)), _) if count != 1 => format!("{count} {first}s {rest}"),
        (_, Some(stem)) if count != 1 => format!("{count} {stem}ries"),
        _ => format!("{count} {noun}{}", if count == 1 { "" } else { "s" }),
    }
}
