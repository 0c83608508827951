//! The command line: one file per subcommand.

mod admin;
mod annotation;
mod bundle;
mod check;
mod completions;
mod eval;
mod index;
mod keys;
mod listening;
mod log;
mod log_format;
mod man;
mod option_sources;
mod outcome;
mod output;
mod posts;
mod print_config;
mod printable;
mod queries;
mod related;
mod search;
mod serve;
mod signals;
mod site_args;
mod status;
mod suggest;
mod summary;
mod terminal;
mod trimmed;

use std::ffi::OsString;
use std::io::Write;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::ConfigError;
use crate::content::SiteError;
use crate::http::KeysError;
use log_format::LogFormat;
use option_sources::OptionValue;
use printable::printable;
use site_args::SiteArgs;

pub use outcome::Outcome;

/// Self-hosted search for static-site blogs.
#[derive(Debug, Parser)]
#[command(name = "bloghound", version, propagate_version = true, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    site_args: SiteArgs,
    /// Write the log and all other messages in this format
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        env = "BLOGHOUND_LOG_FORMAT",
        hide_env_values = true,
        default_value_t,
        help_heading = "Log options"
    )]
    log_format: LogFormat,
    /// The options of the command, with the sources of their values.
    #[arg(skip)]
    options: Vec<OptionValue>,
}

const EXAMPLES: &str = "\
Examples:
  bloghound serve                          serve the blog in the current directory
  bloghound index --site ~/blog            build or update the index of another blog
  bloghound search \"blue green deployment\"
  bloghound help eval                      show all options of a command";

#[derive(Debug, Subcommand)]
enum Command {
    /// Build or update the index
    Index(index::IndexArgs),
    /// Search the index
    Search(Box<search::SearchArgs>),
    /// Suggest completions for a partly typed query
    Suggest(suggest::SuggestArgs),
    /// Find posts related to a post
    Related(related::RelatedArgs),
    /// Serve the search page and the HTTP API, and keep the index up to date
    Serve(serve::ServeArgs),
    /// Show the status of the running server, with problems and unreadable files
    Status(status::StatusArgs),
    /// List the queries of readers from the query log
    Queries(queries::QueriesArgs),
    /// List parsed posts and their metadata
    Posts(posts::PostsArgs),
    /// Check the content for errors and warnings
    Check(check::CheckArgs),
    /// Pack the index into a file, or verify, install or roll back such a bundle
    Bundle(bundle::BundleArgs),
    /// Add, list and revoke the keys of private blogs and admin calls
    Keys(keys::KeysArgs),
    /// Measure search relevance with judged queries
    Eval(Box<eval::EvalArgs>),
    /// Print a shell completion script
    Completions(completions::CompletionsArgs),
    /// Print the man pages, or write them to a directory
    Man(man::ManArgs),
}

/// Runs the command and flushes its output.
///
/// # Errors
/// If the command failed; the error says why and what to do.
pub fn run(cli: Cli) -> anyhow::Result<Outcome> {
    cli.log_format.set();
    option_sources::warn_of_unknown_variables(Cli::command);
    let outcome = run_command(cli)?;
    terminal::flush_stdout()?;
    Ok(outcome)
}

fn run_command(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Index(args) => index::run(&args, cli.site_args),
        Command::Search(args) => search::run(*args, cli.site_args),
        Command::Suggest(args) => suggest::run(&args, cli.site_args),
        Command::Related(args) => related::run(args, cli.site_args),
        Command::Serve(args) => serve::run(&args, cli.site_args, &cli.options),
        Command::Status(args) => status::run(&args, cli.site_args),
        Command::Queries(args) => queries::run(args, cli.site_args),
        Command::Posts(args) => posts::run(&args, cli.site_args),
        Command::Check(args) => check::run(&args, cli.site_args),
        Command::Bundle(args) => bundle::run(&args, cli.site_args),
        Command::Keys(args) => keys::run(&args, cli.site_args),
        Command::Eval(args) => eval::run(&args, cli.site_args),
        Command::Completions(args) => completions::run(&args, &mut Cli::command()),
        Command::Man(args) => man::run(&args, Cli::command()),
    }
}

/// Returns whether the user can fix the error by calling the command differently: exit code 2 instead of 1.
#[must_use]
pub fn is_usage_error(error: &anyhow::Error) -> bool {
    error.is::<ConfigError>()
        || error
            .downcast_ref::<SiteError>()
            .is_some_and(|error| !matches!(error, SiteError::NothingFound { .. }))
        || error.is::<crate::query::RequestError>()
        || error.downcast_ref::<KeysError>().is_some_and(KeysError::is_usage_error)
}

/// Returns an error with its causes, without those that the error itself tells.
fn message_of(error: &anyhow::Error) -> String {
    let mut message = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !message.contains(&cause) {
            message = format!("{message}: {cause}");
        }
    }
    message
}

/// Prints the error to standard error.
pub fn print_error(error: &anyhow::Error) {
    let message = printable(&message_of(error)).into_owned();
    match LogFormat::current() {
        LogFormat::Text => terminal::note(format_args!("bloghound: {message}")),
        LogFormat::Json => terminal::error(&message),
    }
}

/// Prints the help or the version to standard output, or a usage error to standard error.
///
/// # Errors
/// If standard output cannot be written.
pub fn print_usage(usage: &clap::Error) -> anyhow::Result<Outcome> {
    let text = usage.render();
    if usage.use_stderr() {
        match LogFormat::asked_for() {
            LogFormat::Text => drop(write!(terminal::stderr(), "{}", text.ansi())),
            LogFormat::Json => terminal::error(text.to_string().trim_end()),
        }
        return Ok(Outcome::WrongUsage);
    }
    write!(terminal::stdout(), "{}", text.ansi())?;
    terminal::flush_stdout()?;
    Ok(Outcome::Done)
}

impl Cli {
    /// Parses the arguments of the process.
    ///
    /// # Errors
    /// The help, the version or a usage error, if the arguments ask for it or are invalid; see [`print_usage`].
    pub fn from_process() -> Result<Self, clap::Error> {
        let args = protect_exclusions(std::env::args_os());
        Self::parse_args(&args).map_err(|error| {
            if error.kind() == ErrorKind::InvalidUtf8 {
                return error;
            }
            // clap quotes arguments as they are, among colours and newlines of its own.
            let shown: Vec<OsString> =
                args.iter().map(|arg| printable(&arg.to_string_lossy()).into_owned().into()).collect();
            Self::parse_args(&shown).err().unwrap_or(error)
        })
    }

    fn parse_args(args: &[OsString]) -> Result<Self, clap::Error> {
        let mut command = option_sources::without_unset_variables(Self::command());
        let parsed = command.try_get_matches_from_mut(args).and_then(|matches| {
            let options = option_sources::options(&command, &matches);
            Ok(Self { options, ..Self::from_arg_matches(&matches)? })
        });
        parsed.map_err(|error| option_sources::explain(error, &command))
    }
}

/// Prefixes every `-word` after `search` with a space, so that clap reads it as an excluded word and not as a
/// cluster of short options. `-h` and `-V`, the only short options, stay options.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn argument_definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_ends_its_help_with_an_example() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let example = format!("bloghound {}", command.get_name());
            assert!(help.contains("Example") && help.contains(&example), "{example}: {help}");
        }
    }

    #[test]
    fn site_options_have_their_own_help_heading() {
        let mut command = Cli::command();
        command.build();
        for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
            let headed = command.get_arguments().filter(|arg| arg.get_help_heading() == Some("Site options"));
            let names: Vec<&str> = headed.map(|arg| arg.get_id().as_str()).collect();
            assert_eq!(names, ["site", "content", "index"], "{}", command.get_name());
        }
    }

    #[test]
    fn excluded_words_are_not_parsed_as_options() {
        let protected = |args: &[&str]| protect_exclusions(args.iter().map(OsString::from));
        assert_eq!(protected(&["b", "search", "gitops", "-argo", "--limit", "3"])[3], " -argo");
        assert_eq!(protected(&["b", "search", "-h"])[2], "-h");
        assert_eq!(protected(&["b", "index", "-x"])[2], "-x");
    }

    #[test]
    fn an_error_tells_each_cause_once() {
        let twice = || crate::config::ConfigError::Unreadable {
            path: "a.toml".into(),
            source: crate::config::RegularFileError::Irregular("a folder"),
        };
        let once = twice().to_string();
        assert_eq!(message_of(&anyhow::Error::new(twice())), once);
        let outer = anyhow::Error::new(twice()).context("cannot start");
        assert_eq!(message_of(&outer), format!("cannot start: {once}"));
    }
}
