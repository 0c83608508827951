//! Options of the command line that environment variables set, and the sources of their values.
//!
//! A flag takes precedence over its variable. An empty variable counts as not set, and so does a switch that is `false`.

use std::any::TypeId;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::builder::{Resettable, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::terminal;
use crate::config::Variables;

/// An option of the invoked command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OptionValue {
    /// The name, such as `--addr`.
    pub(super) name: String,
    /// The value; `None` if there is none.
    pub(super) value: Option<String>,
    pub(super) source: OptionSource,
}

/// The source of the value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OptionSource {
    Default,
    Flag,
    /// An environment variable with this name.
    Variable(String),
}

/// Returns the command without the variables that count as not set.
pub(super) fn without_unset_variables(command: Command) -> Command {
    command.mut_args(without_unset_variable).mut_subcommands(without_unset_variables)
}

fn without_unset_variable(arg: Arg) -> Arg {
    let is_switch = !arg.get_action().takes_values();
    let counts_as_unset = |value: OsString| value.is_empty() || (is_switch && value == "false");
    if value_of_variable(&arg).is_some_and(counts_as_unset) { arg.env(Resettable::Reset) } else { arg }
}

/// Returns the value of the variable of an option, if the variable exists.
fn value_of_variable(arg: &Arg) -> Option<OsString> {
    std::env::var_os(arg.get_env()?)
}

/// Returns the options of a command and its subcommands that have variables.
fn options_with_variables(command: &Command) -> Vec<&Arg> {
    let own = command.get_arguments().filter(|arg| arg.get_env().is_some());
    own.chain(command.get_subcommands().flat_map(options_with_variables)).collect()
}

/// Returns the name of the variable of an option.
fn variable_of(arg: &Arg) -> String {
    arg.get_env().unwrap_or_default().to_string_lossy().into_owned()
}

/// Adds to a usage error that a value comes from a variable.
pub(super) fn explain(mut error: clap::Error, command: &Command) -> clap::Error {
    let mut tips = Vec::new();
    for arg in options_with_variables(command) {
        let (Some(value), Some(name)) = (value_of_variable(arg), arg.get_long()) else { continue };
        let flag = format!("--{name}");
        let is_given = std::env::args_os().any(|arg| is_flag(&arg, &flag));
        let is_text = arg.get_value_parser().type_id() != TypeId::of::<PathBuf>();
        // clap does not tell which value is not UTF-8.
        let is_blamed = error.kind() == ErrorKind::InvalidUtf8 || is_named(&error, &flag);
        if is_given || !is_blamed {
            continue;
        }
        if is_text && value.to_str().is_none() {
            let message = format!("{}: invalid UTF-8; set a text in UTF-8", variable_of(arg));
            return command.clone().error(ErrorKind::InvalidUtf8, message);
        }
        if error.kind() != ErrorKind::InvalidUtf8 {
            tips.push(format!("`{flag}` is set by the variable {}", variable_of(arg)));
        }
    }
    // Several commands have the same options.
    tips.sort_unstable();
    tips.dedup();
    if !tips.is_empty() {
        let tips = tips.into_iter().map(StyledStr::from).collect();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    error
}

/// Returns whether an error is about this flag.
fn is_named(error: &clap::Error, flag: &str) -> bool {
    let is_it = |arg: &String| is_flag(OsStr::new(arg), flag);
    [ContextKind::InvalidArg, ContextKind::PriorArg].into_iter().any(|kind| match error.get(kind) {
        Some(ContextValue::String(arg)) => is_it(arg),
        Some(ContextValue::Strings(args)) => args.iter().any(is_it),
        _ => false,
    })
}

/// Returns whether an argument is this flag, alone or with a value.
fn is_flag(arg: &OsStr, flag: &str) -> bool {
    let rest = arg.to_str().and_then(|arg| arg.strip_prefix(flag));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['=', ' ']))
}

/// Returns the options of the invoked subcommand.
pub(super) fn options(command: &Command, matches: &ArgMatches) -> Vec<OptionValue> {
    let Some((name, matches)) = matches.subcommand() else { return Vec::new() };
    let of_subcommand = command.find_subcommand(name).into_iter().flat_map(Command::get_arguments);
    let inherited = command.get_arguments().filter(|arg| arg.is_global_set());
    of_subcommand.chain(inherited).filter_map(|arg| option_value(arg, matches)).collect()
}

fn option_value(arg: &Arg, matches: &ArgMatches) -> Option<OptionValue> {
    let (id, name) = (arg.get_id().as_str(), format!("--{}", arg.get_long()?));
    if matches!(
        arg.get_action(),
        ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version
    ) {
        return None;
    }
    let source = match matches.value_source(id) {
        Some(ValueSource::CommandLine) => OptionSource::Flag,
        Some(ValueSource::EnvVariable) => OptionSource::Variable(variable_of(arg)),
        _ => OptionSource::Default,
    };
    let value = if arg.get_action().takes_values() {
        matches
            .get_raw(id)
            .and_then(|mut values| values.next())
            .map(|value| value.to_string_lossy().into_owned())
    } else {
        Some(matches.get_flag(id).to_string())
    };
    Some(OptionValue { name, value, source })
}

/// Warns of variables that are probably misspelled settings or options.
pub(super) fn warn_of_unknown_variables(command: fn() -> Command) {
    let variables = Variables::of_process();
    if variables.is_empty() {
        return;
    }
    let command = command();
    let mut others: Vec<String> = options_with_variables(&command).into_iter().map(variable_of).collect();
    others.push(super::log::LEVEL_VARIABLE.to_owned());
    for unknown in variables.unknown(&others) {
        terminal::warning(&format!(
            "unknown variable {} ignored; did you mean {}?",
            unknown.name, unknown.nearest
        ));
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_option_of_serve_has_a_variable() {
        let mut command = Cli::command();
        command.build();
        let serve = command.find_subcommand("serve").unwrap();
        let without = serve.get_arguments().filter(|arg| arg.get_env().is_none());
        let names: Vec<&str> = without.map(|arg| arg.get_id().as_str()).collect();
        // The first two have the variables of their settings, BLOGHOUND_BASE_URL and BLOGHOUND_HTTP_QUERY_LOG; the others
        // select an output.
        assert_eq!(names, ["base_url", "query_log", "print_config", "json", "help", "version"]);
        for arg in options_with_variables(&command) {
            let expected = arg.get_long().unwrap().replace('-', "_").to_uppercase();
            assert_eq!(variable_of(arg), format!("BLOGHOUND_{expected}"));
        }
    }

    #[test]
    fn flags_are_recognized_with_and_without_a_value() {
        for arg in ["--addr", "--addr=x", "--addr <ADDRESS>"] {
            assert!(is_flag(OsStr::new(arg), "--addr"), "{arg}");
        }
        for arg in ["--address", "addr", "--addr-x=1", ""] {
            assert!(!is_flag(OsStr::new(arg), "--addr"), "{arg}");
        }
    }
}
