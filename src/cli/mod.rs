//! The command line: one file a subcommand.

mod annotation;
mod bundle;
mod check;
mod eval;
mod index;
mod output;
mod posts;
mod related;
mod search;
mod serve;
mod suggest;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, ConfigError, Overrides};
use crate::content::{Site, SiteError};

/// The search service that a blog runs for itself.
#[derive(Debug, Parser)]
#[command(name = "bloghound", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    place: Place,
}

/// Where the blog is.
#[derive(Debug, Clone, Args)]
struct Place {
    /// The site's root, with its configuration, content and index
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    site: PathBuf,
    /// The content directory [default: content in the site's root]
    #[arg(long, global = true, value_name = "DIR")]
    content: Option<PathBuf>,
    /// The index directory [default: index in the site's root]
    #[arg(long, global = true, value_name = "DIR")]
    index: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring the index up to date with the content
    Index(index::Options),
    /// Search the index
    Search(Box<search::Options>),
    /// Complete what is being typed
    Suggest(suggest::Options),
    /// Find the posts closest to a post
    Related(related::Options),
    /// Index, follow changes, and answer searches over HTTP
    Serve(serve::Options),
    /// List the posts as they were understood
    Posts(posts::Options),
    /// Report what is wrong with the content
    Check(check::Options),
    /// Pack the index into one file, check it, install it, step back
    Bundle(bundle::Options),
    /// Measure the relevance of searches by judged queries
    Eval(eval::Options),
}

/// How a command ended: the process's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done: 0.
    Done,
    /// It is done and found a problem, or found nothing: 1.
    Problem,
}

/// Runs the command.
///
/// # Errors
/// When it could not do its work; the error says why and what to do.
pub fn run(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Index(options) => index::run(&options, cli.place),
        Command::Search(options) => search::run(*options, cli.place),
        Command::Suggest(options) => suggest::run(&options, cli.place),
        Command::Related(options) => related::run(options, cli.place),
        Command::Serve(options) => serve::run(&options, cli.place),
        Command::Posts(options) => posts::run(&options, cli.place),
        Command::Check(options) => check::run(&options, cli.place),
        Command::Bundle(options) => bundle::run(&options, cli.place),
        Command::Eval(options) => eval::run(&options, cli.place),
    }
}

/// Whether the error is the user's to mend by calling the command differently: exit code 2, where
/// other errors are 1.
#[must_use]
pub fn is_usage_error(error: &anyhow::Error) -> bool {
    error.is::<ConfigError>() || error.is::<SiteError>() || error.is::<crate::query::RequestError>()
}

impl Cli {
    /// Reads the process's arguments; prints help, or what is wrong with them, and exits.
    #[must_use]
    pub fn from_process() -> Self {
        Self::parse_from(protect_exclusions(std::env::args_os()))
    }
}

/// Puts a blank before `-word` after `search`, so that it is read as an excluded word and not as
/// short options, of which there are none but `-h` and `-V`.
fn protect_exclusions(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut is_search = false;
    let protect = |arg: OsString| {
        is_search |= arg == "search";
        let text = arg.to_str().unwrap_or_default();
        let is_short = text.starts_with('-') && !text.starts_with("--") && text.len() > 1;
        if is_search && is_short && text != "-h" && text != "-V" { format!(" {text}").into() } else { arg }
    };
    args.map(protect).collect()
}

impl Place {
    fn load(self, drafts: bool, future: bool) -> anyhow::Result<(Config, Site)> {
        let config = self.config(drafts, future)?;
        let site = Site::detect(&config)?;
        Ok((config, site))
    }

    /// The settings alone, for what needs no content.
    fn config(self, drafts: bool, future: bool) -> Result<Config, ConfigError> {
        let Self { site, content, index } = self;
        Config::load(Overrides { site, content, index, drafts, future })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn excluded_words_are_no_options() {
        let protected = |args: &[&str]| protect_exclusions(args.iter().map(OsString::from));
        assert_eq!(protected(&["b", "search", "gitops", "-argo", "--limit", "3"])[3], " -argo");
        assert_eq!(protected(&["b", "search", "-h"])[2], "-h");
        assert_eq!(protected(&["b", "index", "-x"])[2], "-x");
    }
}
