//! `bloghound related`: the posts closest to a post, or to each.

use std::io::{self, Write};

use clap::Args;
use rayon::prelude::*;

use super::output::{FAINT, LINK, TITLE};
use super::{Outcome, Place};
use crate::content::date::PostDate;
use crate::engine::Engine;
use crate::query::related::{RelatedError, RelatedRequest, RelatedResponse};

/// Posts of which the related ones are held in memory before they are printed.
const BATCH: usize = 256;

/// Options of `bloghound related`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The post: the path of its file below the content directory
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<String>,
    /// Answer for every post: with --json an object a line
    #[arg(long)]
    all: bool,
    /// Related posts, from 1 to 20
    #[arg(long, default_value = "5")]
    limit: String,
    /// Print the HTTP service's answer
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: Options, place: Place) -> anyhow::Result<Outcome> {
    let config = place.config(false, false)?;
    // Wrong usage is told before anything is opened.
    let request =
        RelatedRequest::validate(options.id.unwrap_or_else(|| "*".to_owned()), Some(&options.limit))?;
    let engine = Engine::open(&config)?;
    let ids = if options.all { engine.ids()? } else { vec![request.id] };
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    let mut found = 0;
    for batch in ids.chunks(BATCH) {
        let answers: Result<Vec<RelatedResponse>, RelatedError> = batch
            .par_iter()
            .map(|id| engine.related(&RelatedRequest { id: id.clone(), limit: request.limit }))
            .collect();
        for answer in answers? {
            found += answer.related.len();
            if options.json {
                writeln!(out, "{}", serde_json::to_string(&answer)?)?;
            } else {
                print(&answer, options.all, &mut out)?;
            }
        }
    }
    out.flush()?;
    Ok(if found == 0 { Outcome::Problem } else { Outcome::Done })
}

fn print(response: &RelatedResponse, with_id: bool, out: &mut impl Write) -> io::Result<()> {
    if with_id {
        writeln!(out, "{TITLE}{}{TITLE:#}", response.id)?;
    }
    if response.related.is_empty() {
        writeln!(out, "{FAINT}No post is related to it.{FAINT:#}")?;
    }
    for (rank, post) in (1..).zip(&response.related) {
        writeln!(out, "{rank:>2}. {TITLE}{}{TITLE:#}", post.title)?;
        writeln!(out, "    {LINK}{}{LINK:#}", post.url)?;
        let date = post.date.map(PostDate::day);
        let facts: Vec<String> =
            date.into_iter().chain([post.id.clone(), post.shared_terms.join(", ")]).collect();
        writeln!(out, "    {FAINT}{}{FAINT:#}", facts.join(" · "))?;
    }
    if with_id { writeln!(out) } else { Ok(()) }
}
