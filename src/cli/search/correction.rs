//! Did you mean: what was searched, or could be, instead of what was typed.

use std::io::{self, Write};

use crate::cli::output::{FAINT, mark};
use crate::query::SearchResponse;
use crate::query::response::Correction;

/// Says that the hits are those of the corrected query, and how to get those of the typed one.
pub(super) fn print_applied(response: &SearchResponse, out: &mut impl Write) -> io::Result<()> {
    let Some(correction) = response.corrected.as_ref().filter(|correction| correction.applied) else {
        return Ok(());
    };
    let typed = mark(&response.query, &[]);
    let verb = if response.total == 0 { "Searched for" } else { "Showing hits for" };
    writeln!(out, "{FAINT}{verb}:{FAINT:#} {}", corrected(correction))?;
    writeln!(out, "{FAINT}(typed: {typed}; search for exactly that with --typos 0){FAINT:#}")
}

/// Proposes the corrected query where the hits, if there are any, are those of the typed one.
pub(super) fn print_proposed(response: &SearchResponse, out: &mut impl Write) -> io::Result<()> {
    let Some(correction) = response.corrected.as_ref().filter(|correction| !correction.applied) else {
        return Ok(());
    };
    writeln!(out, "{FAINT}Did you mean:{FAINT:#} {}{FAINT}?{FAINT:#}", corrected(correction))
}

/// The corrected query with what differs in colour.
fn corrected(correction: &Correction) -> String {
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
    fn only_what_differs_is_in_colour_and_nothing_controls_the_terminal() {
        let part = |text: &str, is_corrected| CorrectedPart { text: text.to_owned(), is_corrected };
        let parts = vec![part("crossplane", true), part(" \u{1b}[31mlake", false)];
        let query = parts.iter().map(|part| part.text.as_str()).collect();
        let line = corrected(&Correction { query, applied: true, parts });
        assert_eq!(anstream::adapter::strip_str(&line).to_string(), "crossplane \u{fffd}[31mlake");
        assert!(line.ends_with(" \u{fffd}[31mlake") && line.starts_with('\u{1b}'), "{line:?}");
    }
}
