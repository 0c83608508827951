//! `bloghound search`: asks the index.

mod correction;
mod explanation;

use std::io::{self, IsTerminal, Write};

use clap::Args;

use super::output::{FAINT, LINK, PROBLEM, TITLE, mark, plural};
use super::{Outcome, Place};
use crate::content::date::PostDate;
use crate::engine::Engine;
use crate::query::{Hit, RawRequest, SearchResponse, language};

/// Options of `bloghound search`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// What to look for: words, "a phrase", begin*, -without, this OR that, (a group), title:word,
    /// heading:word, code:word, category:name, tag:one,other, author:name, lang:tag, url:part,
    /// after:2023, before:2024-06
    #[arg(required = true)]
    words: Vec<String>,
    /// Hits a page, from 1 to 100
    #[arg(long, default_value = "10")]
    limit: String,
    /// Page of hits, from 1
    #[arg(long, default_value = "1")]
    page: String,
    /// Only posts of this category
    #[arg(long)]
    category: Option<String>,
    /// Only posts with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Only posts by this author
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Only posts in this language, like de or pt-BR
    #[arg(long, value_name = "TAG")]
    lang: Option<String>,
    /// Only posts of this date or later, like 2024, 2024-06 or 2024-06-30
    #[arg(long, value_name = "DATE")]
    after: Option<String>,
    /// Only posts before this date
    #[arg(long, value_name = "DATE")]
    before: Option<String>,
    /// The order of hits: relevance, newest or oldest
    #[arg(long, default_value = "relevance")]
    sort: String,
    /// Count the hits by category, tag or year (comma list)
    #[arg(long, value_name = "FIELDS")]
    facets: Option<String>,
    /// Let one post stand for all of its translations: translations or none
    #[arg(long, default_value = "none", value_name = "BY")]
    group: String,
    /// Most typos that a word may have: 0, 1 or 2; by its length where it is not said
    #[arg(long, value_name = "NUMBER")]
    typos: Option<String>,
    /// Say what the score of each hit is made of
    #[arg(long)]
    explain: bool,
    /// Print the HTTP service's answer
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: Options, place: Place) -> anyhow::Result<Outcome> {
    let config = place.config(false, false)?;
    let request = RawRequest {
        q: query_text(&options.words),
        page: Some(options.page),
        limit: Some(options.limit),
        category: options.category,
        tag: options.tag,
        author: options.author,
        lang: options.lang,
        after: options.after,
        before: options.before,
        sort: Some(options.sort),
        facets: options.facets,
        group: Some(options.group),
        explain: options.explain.then(|| "1".to_owned()),
        typos: options.typos,
        ..RawRequest::default()
    };
    let request = request.validate()?;
    let response = Engine::open(&config)?.search(&request)?;
    let mut out = anstream::stdout().lock();
    if options.json {
        writeln!(out, "{}", serde_json::to_string(&response)?)?;
    } else {
        print(&response, &mut out)?;
    }
    Ok(if response.total == 0 { Outcome::Problem } else { Outcome::Done })
}

/// A shell takes quotes away: an argument with blanks was a phrase, unless it is the only one, or a
/// group.
fn query_text(words: &[String]) -> String {
    if let [query] = words {
        return query.trim_start().to_owned();
    }
    words.iter().map(|word| with_quotes(word.trim_start())).collect::<Vec<_>>().join(" ")
}

fn with_quotes(word: &str) -> String {
    if !word.contains(char::is_whitespace) || word.contains('"') {
        return word.to_owned();
    }
    let sign = if word.starts_with('-') { "-" } else { "" };
    let after_sign = &word[sign.len()..];
    let (field, value) = after_sign.split_at(language::field_len(after_sign));
    if value.starts_with('(') { word.to_owned() } else { format!("{sign}{field}\"{value}\"") }
}

fn print(response: &SearchResponse, out: &mut impl Write) -> io::Result<()> {
    for warning in &response.warnings {
        writeln!(out, "{FAINT}{warning}{FAINT:#}")?;
    }
    correction::print_applied(response, out)?;
    if response.total == 0 {
        writeln!(out, "{PROBLEM}No post found{PROBLEM:#} for: {}", response.query)?;
        return correction::print_proposed(response, out);
    }
    correction::print_proposed(response, out)?;
    let width = if io::stdout().is_terminal() { textwrap::termwidth().min(100) } else { usize::MAX };
    let first = (response.page - 1) * response.limit + 1;
    for (rank, hit) in (first..).zip(&response.hits) {
        print_hit(rank, hit, width, out)?;
    }
    for (field, counts) in &response.facets {
        let counts: Vec<String> =
            counts.iter().map(|facet| format!("{} ({})", facet.value, facet.count)).collect();
        writeln!(out, "{FAINT}By {field}:{FAINT:#} {}", counts.join(", "))?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a time to read")]
    let milliseconds = response.took_us as f64 / 1000.0;
    writeln!(
        out,
        "{FAINT}{}, page {}, {milliseconds:.1} ms{FAINT:#}",
        plural(response.total, "hit"),
        response.page
    )
}

fn print_hit(rank: usize, hit: &Hit, width: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{rank:>2}. {TITLE}{}{TITLE:#}", hit.title)?;
    let url = hit.section.as_ref().map_or(&hit.url, |section| &section.url);
    writeln!(out, "    {LINK}{url}{LINK:#}")?;
    let date = hit.date.map(PostDate::day);
    let facts: Vec<String> = date.into_iter().chain(hit.categories.iter().cloned()).collect();
    if !facts.is_empty() {
        writeln!(out, "    {FAINT}{}{FAINT:#}", facts.join(" · "))?;
    }
    let marked = mark(&hit.snippet.text, &hit.snippet.ranges);
    let options = textwrap::Options::new(width).initial_indent("    ").subsequent_indent("    ");
    for line in textwrap::wrap(&marked, options) {
        writeln!(out, "{line}")?;
    }
    if !hit.missing.is_empty() {
        writeln!(out, "    {FAINT}without: {}{FAINT:#}", hit.missing.join(", "))?;
    }
    explanation::print(hit, width, out)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_the_shell_took_come_back() {
        let text = |words: &[&str]| query_text(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(text(&["canary deployment"]), "canary deployment");
        assert_eq!(text(&["canary", "deployment"]), "canary deployment");
        assert_eq!(text(&["vibe coding", "-argo cd", "x"]), "\"vibe coding\" -\"argo cd\" x");
        assert_eq!(text(&["tag:c i", "-title:argo cd", "a: b"]), "tag:\"c i\" -title:\"argo cd\" \"a: b\"");
        assert_eq!(text(&["(a OR b)", "-title:(c d)", "x"]), "(a OR b) -title:(c d) x");
    }
}
