//! `bloghound eval`: measures relevance by judged queries.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Outcome, Place, index};
use crate::engine::Engine;
use crate::evaluation::{DEPTH, Group, Half, JudgedQuery, Run, read_queries, summarize};
use crate::query::{SearchRequest, Weights};

/// Options of `bloghound eval`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Judged queries, as JSON Lines of `{"qid", "query", "kind", "relevant": {"id": grade}}`
    #[arg(value_name = "QUERIES.jsonl")]
    queries: PathBuf,
    /// Write the hits of each query, `{"qid", "hits": [id, …]}` a line
    #[arg(long, value_name = "FILE")]
    run_file: Option<PathBuf>,
    /// Judge only the queries whose qid ends in an even or an odd number
    #[arg(long, value_name = "even|odd", value_parser = parse_half)]
    half: Option<Half>,
    /// Rank by the constants in this TOML file
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Print the measures as JSON
    #[arg(long)]
    json: bool,
}

fn parse_half(text: &str) -> Result<Half, String> {
    match text {
        "even" => Ok(Half::Even),
        "odd" => Ok(Half::Odd),
        _ => Err("allowed are even and odd".to_owned()),
    }
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    let mut queries = read_queries(&options.queries)?;
    queries.retain(|query| options.half.is_none_or(|half| half.contains(query)));
    let engine = fresh_engine(place)?.with_weights(read_weights(options)?);
    let runs: Result<Vec<Run>, _> = queries.iter().map(|query| run_query(&engine, query)).collect();
    let runs = runs?;
    if let Some(path) = &options.run_file {
        let lines: Result<Vec<String>, _> = runs.iter().map(serde_json::to_string).collect();
        std::fs::write(path, lines?.join("\n") + "\n")?;
    }
    let groups = summarize(&queries, &runs);
    let mut out = anstream::stdout().lock();
    if options.json {
        writeln!(out, "{}", serde_json::to_string(&groups)?)?;
    } else {
        print(&groups, &mut out)?;
    }
    Ok(Outcome::Done)
}

/// An engine over the content as it is now. Unless `--index` names an index, it is built in a
/// temporary directory: judging must neither need nor leave anything in the site.
fn fresh_engine(mut place: Place) -> anyhow::Result<Engine> {
    let temporary = tempfile::tempdir()?;
    place.index.get_or_insert_with(|| temporary.path().join("index"));
    let (config, site) = place.load(false, false)?;
    let (indexer, _) = index::build(&config, &site, false)?;
    let engine = Engine::new(&config, &site, indexer.snapshot()?);
    indexer.close()?;
    Ok(engine)
}

fn read_weights(options: &Options) -> anyhow::Result<Weights> {
    let Some(path) = &options.weights else { return Ok(Weights::default()) };
    Ok(toml::from_str(&std::fs::read_to_string(path)?)?)
}

fn run_query(engine: &Engine, judged: &JudgedQuery) -> anyhow::Result<Run> {
    let request = SearchRequest { query: judged.query.clone(), limit: DEPTH, ..SearchRequest::default() };
    let response = engine.search(&request)?;
    Ok(Run { qid: judged.qid.clone(), hits: response.hits.into_iter().map(|hit| hit.id).collect() })
}

fn print(groups: &[Group], out: &mut impl Write) -> std::io::Result<()> {
    let width = groups.iter().map(|group| group.kind.len()).max().unwrap_or(0).max(4);
    writeln!(
        out,
        "{:width$} {:>7} {:>8} {:>8} {:>9} {:>10}",
        "kind", "queries", "nDCG@10", "MRR@10", "Recall@10", "Success@1"
    )?;
    for Group { kind, queries, means } in groups {
        writeln!(
            out,
            "{kind:width$} {queries:>7} {:>8.4} {:>8.4} {:>9.4} {:>10.4}",
            means.ndcg, means.mrr, means.recall, means.success_at_1
        )?;
    }
    Ok(())
}
