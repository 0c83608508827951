//! `bloghound suggest`: completes a partly typed query.

use std::io::{self, Write};

use clap::Args;

use super::outcome::Outcome;
use super::output::{FAINT, LINK, PROBLEM, mark, plural};
use super::printable::printable;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::terminal;
use crate::engine::Engine;
use crate::index::SuggestionKind;
use crate::query::suggest::{SuggestRequest, SuggestResponse, Suggestion};

/// Arguments of `bloghound suggest`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SuggestArgs {
    /// Complete this text; a trailing space marks the last word as complete
    #[arg(required = true, value_name = "TEXT")]
    words: Vec<String>,
    /// Print at most this many suggestions (1–8)
    #[arg(long, value_name = "NUMBER", default_value = "8")]
    limit: String,
    /// Print the JSON response of the HTTP API
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  bloghound suggest blue gre
  bloghound suggest kuber --limit 3 --json";

pub(super) fn run(args: &SuggestArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    let config = site_args.load_config(UnpublishedArgs::default())?;
    let request = SuggestRequest::validate(args.words.join(" "), Some(&args.limit))?;
    let response = Engine::open(&config)?.suggest(&request)?;
    let mut out = terminal::stdout();
    if args.json {
        terminal::write_json(&mut out, &response)?;
    } else {
        print(&response, &mut out)?;
    }
    Ok(if response.suggestions.is_empty() { Outcome::Problem } else { Outcome::Done })
}

fn print(response: &SuggestResponse, out: &mut impl Write) -> io::Result<()> {
    if response.suggestions.is_empty() {
        return writeln!(out, "{PROBLEM}No suggestion{PROBLEM:#} for: {}", printable(&response.query));
    }
    for suggestion in &response.suggestions {
        let Suggestion { text, ranges, kind, posts, url, .. } = suggestion;
        let details = format!("{} · {}", kind_name(*kind), plural(*posts as usize, "post"));
        writeln!(out, "{}  {FAINT}{details}{FAINT:#}", mark(text, ranges))?;
        if let Some(url) = url {
            writeln!(out, "    {LINK}{}{LINK:#}", printable(url))?;
        }
    }
    Ok(())
}

fn kind_name(kind: SuggestionKind) -> &'static str {
    match kind {
        SuggestionKind::Title => "title",
        SuggestionKind::Tag => "tag",
        SuggestionKind::Category => "category",
        SuggestionKind::Heading => "heading",
        SuggestionKind::Phrase => "phrase",
    }
}
