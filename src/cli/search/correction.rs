//! Spelling correction in the output of `bloghound search`: "Showing hits for", "Did you mean".

use std::io::{self, Write};

use crate::cli::output::{FAINT, mark};
use crate::cli::printable::printable;
use crate::query::SearchResponse;
use crate::query::response::Correction;

/// Prints that the hits are those of the corrected query, and how to search for the typed one.
pub(super) fn print_applied(response: &SearchResponse, out: &mut impl Write) -> io::Result<()> {
    let Some(correction) = response.corrected.as_ref().filter(|correction| correction.applied) else {
        return Ok(());
    };
    let typed = printable(&response.query);
    let verb = if response.total == 0 { "Searched for" } else { "Showing hits for" };
    writeln!(out, "{FAINT}{verb}:{FAINT:#} {}", highlighted(correction))?;
    writeln!(out, "{FAINT}(typed: {typed}; use --typos 0 to search for exactly that){FAINT:#}")
}

/// Prints a corrected query that was not applied: the hits, if any, are those of the typed query.
pub(super) fn print_proposed(response: &SearchResponse, out: &mut impl Write) -> io::Result<()> {
    let Some(correction) = response.corrected.as_ref().filter(|correction| !correction.applied) else {
        return Ok(());
    };
    writeln!(out, "{FAINT}Did you mean:{FAINT:#} {}{FAINT}?{FAINT:#}", highlighted(correction))
}

/// Returns the corrected query with the corrected words in colour.
fn highlighted(correction: &Correction) -> String {
    let (mut ranges, mut at) = (Vec::new(), 0);
    for part in &correction.parts {
        let end = at + part.text.len();
        if part.is_corrected {
            ranges.push([at, end]);
        }
        at = end;
    }
    mark(&correction.query, &ranges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::response::CorrectedPart;

    #[test]
    fn colours_corrected_words_only_and_escapes_control_characters() {
        let part = |text: &str, is_corrected| CorrectedPart { text: text.to_owned(), is_corrected };
        let parts = vec![part("crossplane", true), part(" \u{1b}[31mlake", false)];
        let query = parts.iter().map(|part| part.text.as_str()).collect();
        let line = highlighted(&Correction { query, applied: true, parts });
        assert!(line.ends_with(" \\u{1b}[31mlake") && line.starts_with('\u{1b}'), "{line:?}");
    }
}
