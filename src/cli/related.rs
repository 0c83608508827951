//! `bloghound related`: finds posts related to one post or to each post.

use std::io::{self, Write};

use clap::Args;
use rayon::prelude::*;

use super::outcome::Outcome;
use super::output::{FAINT, LINK, TITLE};
use super::printable::printable;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::terminal;
use crate::content::PostDate;
use crate::engine::Engine;
use crate::query::PostLookupError;
use crate::query::related::{RelatedRequest, RelatedResponse};

/// Responses that are computed in parallel and held in memory before they are printed.
const BATCH: usize = 256;

/// Arguments of `bloghound related`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RelatedArgs {
    /// Find posts related to this one: the path of its file below the content directory
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<String>,
    /// Find related posts for every post; with --json, print one object per line
    #[arg(long)]
    all: bool,
    /// Print at most this many related posts per post (1–20)
    #[arg(long, value_name = "NUMBER", default_value = "5")]
    limit: String,
    /// Print the JSON response of the HTTP API
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  bloghound related hosting/cache-headers/index.md
  bloghound related --all --json > related.jsonl";

pub(super) fn run(args: RelatedArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    let config = site_args.load_config(UnpublishedArgs::default())?;
    // Validation comes first, so that a usage error is reported even if there is no index.
    let request = RelatedRequest::validate(args.id.unwrap_or_else(|| "*".to_owned()), Some(&args.limit))?;
    let engine = Engine::open(&config)?;
    let ids = if args.all { engine.ids()? } else { vec![request.id] };
    let mut out = io::BufWriter::new(terminal::stdout());
    let mut found = 0;
    for batch in ids.chunks(BATCH) {
        let responses: Result<Vec<RelatedResponse>, PostLookupError> = batch
            .par_iter()
            .map(|id| engine.related(&RelatedRequest { id: id.clone(), limit: request.limit }))
            .collect();
        for response in responses? {
            found += response.related.len();
            if args.json {
                terminal::write_json(&mut out, &response)?;
            } else if args.all {
                writeln!(out, "{TITLE}{}{TITLE:#}", printable(&response.id))?;
                print(&response, &mut out)?;
                writeln!(out)?;
            } else {
                print(&response, &mut out)?;
            }
        }
    }
    out.flush()?;
    Ok(if found == 0 { Outcome::Problem } else { Outcome::Done })
}

fn print(response: &RelatedResponse, out: &mut impl Write) -> io::Result<()> {
    if response.related.is_empty() {
        writeln!(out, "{FAINT}No related posts.{FAINT:#}")?;
    }
    for (rank, post) in (1..).zip(&response.related) {
        writeln!(out, "{rank:>2}. {TITLE}{}{TITLE:#}", printable(&post.title))?;
        writeln!(out, "    {LINK}{}{LINK:#}", printable(&post.url))?;
        let date = post.date.map(PostDate::day);
        let details: Vec<String> =
            date.into_iter().chain([post.id.clone(), post.shared_terms.join(", ")]).collect();
        writeln!(out, "    {FAINT}{}{FAINT:#}", printable(&details.join(" · ")))?;
    }
    Ok(())
}
