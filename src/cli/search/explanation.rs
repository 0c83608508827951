//! What a hit's score is made of, for a terminal.

use std::io::{self, Write};

use crate::cli::output::{FAINT, mark};
use crate::query::Hit;
use crate::query::response::{Explanation, Part, WordMatch};

/// The column of a hit's text.
const INDENT: &str = "    ";

/// Writes the score, its parts, and where the post has each word.
pub(super) fn print(hit: &Hit, width: usize, out: &mut impl Write) -> io::Result<()> {
    let Some(explanation) = &hit.explanation else { return Ok(()) };
    for line in lines(hit.score, explanation, width) {
        writeln!(out, "{FAINT}{line}{FAINT:#}")?;
    }
    Ok(())
}

fn lines(score: f32, explanation: &Explanation, width: usize) -> Vec<String> {
    let names = explanation.parts.iter().map(|part| part.name.len()).max().unwrap_or(0).max("score".len());
    let mut lines = vec![format!("{INDENT}{:names$} {score:>8.3}", "score")];
    for Part { name, value, reason } in &explanation.parts {
        lines.extend(wrapped(&format!("{INDENT}{name:names$} {value:>8.3}  "), reason, width));
    }
    for word in &explanation.words {
        lines.extend(wrapped(&format!("{INDENT}\"{}\"  ", mark(&word.word, &[])), &found(word), width));
    }
    lines
}

/// Where and in which forms a post has a word, and what the word is worth.
fn found(word: &WordMatch) -> String {
    let worth = format!("worth {:.2}", word.worth);
    if word.found.is_empty() {
        return format!("not in this post ({worth})");
    }
    let places: Vec<String> =
        word.found.iter().map(|place| format!("{} {}×", place.field, place.count)).collect();
    let forms = if word.forms.is_empty() { String::new() } else { format!("as {}: ", word.forms.join(", ")) };
    format!("{forms}{} ({worth})", places.join(", "))
}

/// The text behind its label; where it needs more lines, they begin below its own beginning.
fn wrapped(label: &str, text: &str, width: usize) -> Vec<String> {
    let blanks = " ".repeat(textwrap::core::display_width(label));
    let indent = if blanks.len() * 2 > width { INDENT } else { &blanks };
    let options = textwrap::Options::new(width).initial_indent(label).subsequent_indent(indent);
    let lines = textwrap::wrap(text, options);
    lines.into_iter().map(|line| mark(&line, &[])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::response::FieldCount;

    fn explanation() -> Explanation {
        let part = |name, value, reason: &str| Part { name, value, reason: reason.to_owned() };
        let word = |word: &str, forms: &[&str], found: &[(&'static str, u32)]| WordMatch {
            word: word.to_owned(),
            worth: 2.5,
            forms: forms.iter().map(|form| (*form).to_owned()).collect(),
            found: found.iter().map(|(field, count)| FieldCount { field, count: *count }).collect(),
        };
        Explanation {
            parts: vec![
                part("words", 10.25, "\"ovens\" as oven (title 1×, text 2×)"),
                part("title_exact", 2.0, "it is"),
            ],
            words: vec![word("ovens", &["oven"], &[("title", 1), ("text", 2)]), word("gas\u{7}", &[], &[])],
        }
    }

    #[test]
    fn values_stand_below_each_other_and_words_have_their_places() {
        let expected = [
            "    score         12.250",
            "    words         10.250  \"ovens\" as oven (title 1×, text 2×)",
            "    title_exact    2.000  it is",
            "    \"ovens\"  as oven: title 1×, text 2× (worth 2.50)",
            "    \"gas\u{fffd}\"  not in this post (worth 2.50)",
        ];
        assert_eq!(lines(12.25, &explanation(), usize::MAX), expected);
    }

    #[test]
    fn reasons_wrap_below_themselves() {
        let lines = lines(12.25, &explanation(), 54);
        assert_eq!(
            lines[1..3],
            ["    words         10.250  \"ovens\" as oven (title 1×,", "                          text 2×)",]
        );
    }
}
