//! `bloghound suggest`: completes what is being typed.

use std::io::{self, Write};

use clap::Args;

use super::output::{FAINT, LINK, PROBLEM, mark, plural};
use super::{Outcome, Place};
use crate::engine::Engine;
use crate::index::SuggestionKind;
use crate::query::suggest::{SuggestRequest, SuggestResponse, Suggestion};

/// Options of `bloghound suggest`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// What was typed; a blank at the end finishes the last word
    #[arg(required = true, value_name = "TEXT")]
    words: Vec<String>,
    /// Suggestions, from 1 to 8
    #[arg(long, default_value = "8")]
    limit: String,
    /// Print the HTTP service's answer
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    let config = place.config(false, false)?;
    let request = SuggestRequest::validate(options.words.join(" "), Some(&options.limit))?;
    let response = Engine::open(&config)?.suggest(&request)?;
    let mut out = anstream::stdout().lock();
    if options.json {
        writeln!(out, "{}", serde_json::to_string(&response)?)?;
    } else {
        print(&response, &mut out)?;
    }
    Ok(if response.suggestions.is_empty() { Outcome::Problem } else { Outcome::Done })
}

fn print(response: &SuggestResponse, out: &mut impl Write) -> io::Result<()> {
    if response.suggestions.is_empty() {
        return writeln!(out, "{PROBLEM}No suggestion{PROBLEM:#} for: {}", response.query);
    }
    for suggestion in &response.suggestions {
        let Suggestion { text, ranges, kind, posts, url, .. } = suggestion;
        let facts = format!("{} · {}", name(*kind), plural(*posts as usize, "post"));
        writeln!(out, "{}  {FAINT}{facts}{FAINT:#}", mark(text, ranges))?;
        if let Some(url) = url {
            writeln!(out, "    {LINK}{url}{LINK:#}")?;
        }
    }
    Ok(())
}

fn name(kind: SuggestionKind) -> &'static str {
    match kind {
        SuggestionKind::Title => "title",
        SuggestionKind::Tag => "tag",
        SuggestionKind::Category => "category",
        SuggestionKind::Heading => "heading",
        SuggestionKind::Phrase => "phrase",
    }
}
