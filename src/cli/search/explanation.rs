//! Score explanations in the output of `bloghound search --explain`.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::cli::output::FAINT;
use crate::cli::printable::printable;
use crate::query::Hit;
use crate::query::response::{Explanation, ScorePart, WordMatch};

/// Indentation of a hit's text.
const INDENT: &str = "    ";

/// Prints the score, its parts, and the matches of each query word.
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
    for ScorePart { name, value, reason } in &explanation.parts {
        lines.extend(wrapped(&format!("{INDENT}{name:names$} {value:>8.3}  "), reason, width));
    }
    for word in &explanation.words {
        lines.extend(wrapped(
            &format!("{INDENT}\"{}\"  ", printable(&word.word)),
            &describe_match(word),
            width,
        ));
    }
    lines
}

/// Returns the fields and word forms in which a post matches a query word, and the weight of the word.
fn describe_match(word: &WordMatch) -> String {
    let weight = format!("weight {:.2}", word.weight);
    if word.found.is_empty() {
        return format!("not in this post ({weight})");
    }
    let counts: Vec<String> =
        word.found.iter().map(|count| format!("{} {}×", count.field, count.count)).collect();
    let forms = if word.forms.is_empty() { String::new() } else { format!("as {}: ", word.forms.join(", ")) };
    format!("{forms}{} ({weight})", counts.join(", "))
}

/// Returns the text after its label, wrapped with a hanging indent.
fn wrapped(label: &str, text: &str, width: usize) -> Vec<String> {
    let hanging_indent = " ".repeat(textwrap::core::display_width(label));
    let indent = if hanging_indent.len() * 2 > width { INDENT } else { &hanging_indent };
    let options = textwrap::Options::new(width).initial_indent(label).subsequent_indent(indent);
    textwrap::wrap(&printable(text), options).into_iter().map(Cow::into_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::response::FieldCount;

    fn explanation() -> Explanation {
        let part = |name, value, reason: &str| ScorePart { name, value, reason: reason.to_owned() };
        let word = |word: &str, forms: &[&str], found: &[(&'static str, u32)]| WordMatch {
            word: word.to_owned(),
            weight: 2.5,
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
    fn aligns_values_and_lists_the_matches_of_each_word() {
        let expected = [
            "    score         12.250",
            "    words         10.250  \"ovens\" as oven (title 1×, text 2×)",
            "    title_exact    2.000  it is",
            "    \"ovens\"  as oven: title 1×, text 2× (weight 2.50)",
            "    \"gas\\u{7}\"  not in this post (weight 2.50)",
        ];
        assert_eq!(lines(12.25, &explanation(), usize::MAX), expected);
    }

    #[test]
    fn wraps_reasons_with_a_hanging_indent() {
        let lines = lines(12.25, &explanation(), 54);
        assert_eq!(
            lines[1..3],
            ["    words         10.250  \"ovens\" as oven (title 1×,", "                          text 2×)",]
        );
    }
}
