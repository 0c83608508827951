//! `bloghound posts`: lists the parsed posts and their metadata.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::outcome::Outcome;
use super::output;
use super::printable::printable;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::terminal;
use crate::content::PostDate;
use crate::content::{Catalog, Post, PostKind, ReadOutcome, Severity, SkipReason, VisibilityRules, Warning};

/// Arguments of `bloghound posts`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PostsArgs {
    #[command(flatten)]
    unpublished: UnpublishedArgs,
    /// Include all other files of the content folders, each with the reason why it is not indexed
    #[arg(long)]
    skipped: bool,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  bloghound posts --drafts --skipped
  bloghound posts --json > posts.jsonl";

/// A post as printed by `--json`.
#[derive(Debug, Serialize)]
struct PostLine<'a> {
    id: &'a str,
    url: &'a str,
    /// Why the URL is a guess.
    url_guessed: Option<&'a str>,
    kind: PostKind,
    date: Option<PostDate>,
    lang: &'a str,
    title: &'a str,
    categories: Vec<&'a str>,
    tags: &'a [String],
    words: usize,
    warnings: &'a [Warning],
    description: Option<&'a str>,
    authors: &'a [String],
    series: &'a [String],
    updated: Option<PostDate>,
    image: Option<&'a str>,
    aliases: &'a [String],
    weight: Option<i64>,
    reading_minutes: usize,
    draft: bool,
    /// URLs of the translations, by language.
    translations: BTreeMap<&'a str, &'a str>,
}

/// A file that is not indexed, as printed by `--json`.
#[derive(Debug, Serialize)]
struct SkippedLine<'a> {
    id: &'a str,
    skipped: SkipReason,
}

/// A file that cannot be read, as printed by `--json`.
#[derive(Debug, Serialize)]
struct FailedLine<'a> {
    id: &'a str,
    /// Always `failed`.
    skipped: &'static str,
    line: usize,
    message: &'a str,
}

pub(super) fn run(args: &PostsArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    let (config, site) = site_args.load(args.unpublished)?;
    let catalog = Catalog::read(&site, &VisibilityRules::of(&config, &site, Timestamp::now()));
    let mut out = terminal::stdout();
    let outcomes = catalog.outcomes.iter();
    let shown = outcomes.filter(|(_, outcome)| args.skipped || matches!(outcome, ReadOutcome::Post(_)));
    if args.json {
        write_json(&mut out, &catalog, shown)?;
    } else {
        write_text(&mut out, shown)?;
    }
    for (id, skipped) in catalog.left_out.iter().filter(|_| args.skipped) {
        if args.json {
            terminal::write_json(&mut out, &SkippedLine { id, skipped: *skipped })?;
        } else {
            write_skipped(&mut out, id, *skipped)?;
        }
    }
    let problems = catalog.diagnostics();
    let failed = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    if failed > 0 {
        let count = output::plural(failed, "file");
        terminal::note(format_args!("{count} could not be read; run `bloghound check` for the reasons"));
    }
    Ok(if failed == 0 { Outcome::Done } else { Outcome::Problem })
}

fn write_json<'a>(
    out: &mut impl Write,
    catalog: &Catalog,
    outcomes: impl Iterator<Item = &'a (String, ReadOutcome)>,
) -> io::Result<()> {
    let mut translations: BTreeMap<&str, Vec<&Post>> = BTreeMap::new();
    for post in catalog.posts() {
        translations.entry(&post.translation_key).or_default().push(post);
    }
    for (id, outcome) in outcomes {
        match outcome {
            ReadOutcome::Post(post) => {
                let others = translations[post.translation_key.as_str()].iter();
                let others = others.filter(|other| other.lang != post.lang);
                let others = others.map(|other| (other.lang.as_str(), other.url.as_str())).collect();
                terminal::write_json(out, &post_line(post, others))?;
            }
            ReadOutcome::Skipped(reason) => {
                terminal::write_json(out, &SkippedLine { id, skipped: *reason })?;
            }
            ReadOutcome::Failed(error) => {
                terminal::write_json(
                    out,
                    &FailedLine { id, skipped: "failed", line: error.line, message: &error.message },
                )?;
            }
        }
    }
    Ok(())
}

fn post_line<'a>(post: &'a Post, translations: BTreeMap<&'a str, &'a str>) -> PostLine<'a> {
    PostLine {
        id: &post.id,
        url: &post.url,
        url_guessed: post.url_guessed.as_deref(),
        kind: post.kind,
        date: post.date,
        lang: &post.lang,
        title: &post.title,
        categories: post.categories.iter().map(|category| category.name.as_str()).collect(),
        tags: &post.tags,
        words: post.words,
        warnings: &post.warnings,
        description: post.description.as_deref(),
        authors: &post.authors,
        series: &post.series,
        updated: post.updated,
        image: post.image.as_deref(),
        aliases: &post.aliases,
        weight: post.weight,
        reading_minutes: post.reading_minutes,
        draft: post.publication.draft,
        translations,
    }
}

fn write_text<'a>(
    out: &mut impl Write,
    outcomes: impl Iterator<Item = &'a (String, ReadOutcome)>,
) -> io::Result<()> {
    let (title, link, faint) = (output::TITLE, output::LINK, output::FAINT);
    for (id, outcome) in outcomes {
        let id = printable(id);
        match outcome {
            ReadOutcome::Post(post) => {
                let day = post.date.map_or_else(|| "          ".to_owned(), PostDate::day);
                let mut details = vec![post.lang.clone(), output::plural(post.words, "word")];
                details.extend(post.categories.iter().map(|category| category.name.clone()));
                details.extend(post.tags.iter().map(|tag| format!("#{tag}")));
                details.extend(post.publication.draft.then(|| "draft".to_owned()));
                if !post.warnings.is_empty() {
                    details.push(output::plural(post.warnings.len(), "warning"));
                }
                writeln!(out, "{faint}{day}{faint:#}  {title}{}{title:#}", printable(&post.title))?;
                writeln!(out, "            {link}{}{link:#}", printable(&post.url))?;
                writeln!(out, "            {faint}{id} · {}{faint:#}", printable(&details.join(" · ")))?;
            }
            ReadOutcome::Skipped(reason) => write_skipped(out, &id, *reason)?,
            ReadOutcome::Failed(error) => {
                let message = printable(&error.message);
                writeln!(out, "{faint}skipped     {id}:{} · {message}{faint:#}", error.line)?;
            }
        }
    }
    Ok(())
}

fn write_skipped(out: &mut impl Write, id: &str, reason: SkipReason) -> io::Result<()> {
    let faint = output::FAINT;
    writeln!(out, "{faint}skipped     {} · {}{faint:#}", printable(id), reason.noun())
}
