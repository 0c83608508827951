//! `bloghound posts`: what was understood of each post.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::{Outcome, Place, output};
use crate::content::date::PostDate;
use crate::content::{Audience, Catalog, Kind, Post, Reading, SkipReason, Warning};

/// Options of `bloghound posts`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// List drafts too
    #[arg(long)]
    drafts: bool,
    /// List posts dated in the future too
    #[arg(long)]
    future: bool,
    /// List the files that are not searched too, each with the reason
    #[arg(long)]
    skipped: bool,
    /// Print a JSON object a line
    #[arg(long)]
    json: bool,
}

/// A post as `--json` prints it.
#[derive(Debug, Serialize)]
struct Line<'a> {
    id: &'a str,
    url: &'a str,
    kind: Kind,
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
    /// URLs of its translations by language.
    translations: BTreeMap<&'a str, &'a str>,
}

/// A file that is not searched, as `--json` prints it.
#[derive(Debug, Serialize)]
struct SkippedLine<'a> {
    id: &'a str,
    skipped: SkipReason,
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    let (config, site) = place.load(options.drafts, options.future)?;
    let catalog = Catalog::read(&site, &Audience::of(&config, &site, Timestamp::now()));
    let mut out = anstream::stdout().lock();
    if options.json {
        write_json(&mut out, &catalog, options.skipped)?;
    } else {
        write_text(&mut out, &catalog, options.skipped)?;
    }
    let problems = catalog.problems();
    let failed =
        problems.iter().filter(|problem| problem.severity == crate::content::Severity::Error).count();
    if failed > 0 {
        let count = output::plural(failed, "file");
        anstream::eprintln!("{count} could not be read: `bloghound check` says why");
    }
    Ok(if failed == 0 { Outcome::Done } else { Outcome::Problem })
}

fn write_json(out: &mut impl Write, catalog: &Catalog, with_skipped: bool) -> io::Result<()> {
    let mut translations: BTreeMap<&str, Vec<&Post>> = BTreeMap::new();
    for post in catalog.posts() {
        translations.entry(&post.translation_key).or_default().push(post);
    }
    for (id, reading) in &catalog.readings {
        match reading {
            Reading::Post(post) => {
                let others = translations[post.translation_key.as_str()].iter();
                let others = others.filter(|other| other.lang != post.lang);
                let others = others.map(|other| (other.lang.as_str(), other.url.as_str())).collect();
                writeln!(out, "{}", serde_json::to_string(&line(post, others))?)?;
            }
            Reading::Skipped(reason) if with_skipped => {
                writeln!(out, "{}", serde_json::to_string(&SkippedLine { id, skipped: *reason })?)?;
            }
            Reading::Skipped(_) | Reading::Failed(_) => {}
        }
    }
    Ok(())
}

fn line<'a>(post: &'a Post, translations: BTreeMap<&'a str, &'a str>) -> Line<'a> {
    Line {
        id: &post.id,
        url: &post.url,
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

fn write_text(out: &mut impl Write, catalog: &Catalog, with_skipped: bool) -> io::Result<()> {
    let (title, link, faint) = (output::TITLE, output::LINK, output::FAINT);
    for (id, reading) in &catalog.readings {
        match reading {
            Reading::Post(post) => {
                let day = post.date.map_or_else(|| "          ".to_owned(), PostDate::day);
                let mut notes = vec![post.lang.clone(), output::plural(post.words, "word")];
                notes.extend(post.categories.iter().map(|category| category.name.clone()));
                notes.extend(post.tags.iter().map(|tag| format!("#{tag}")));
                notes.extend(post.publication.draft.then(|| "draft".to_owned()));
                if !post.warnings.is_empty() {
                    notes.push(output::plural(post.warnings.len(), "warning"));
                }
                writeln!(out, "{faint}{day}{faint:#}  {title}{}{title:#}", post.title)?;
                writeln!(out, "            {link}{}{link:#}", post.url)?;
                writeln!(out, "            {faint}{id} · {}{faint:#}", notes.join(" · "))?;
            }
            Reading::Skipped(reason) if with_skipped => {
                writeln!(out, "{faint}skipped     {id} · {}{faint:#}", output::reason(*reason))?;
            }
            Reading::Skipped(_) | Reading::Failed(_) => {}
        }
    }
    Ok(())
}
