//! `bloghound completions`: prints a shell completion script.

use clap::{Args, Command};
use clap_complete::Shell;

use super::outcome::Outcome;
use super::terminal;

/// Arguments of `bloghound completions`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompletionsArgs {
    /// Generate the script for this shell
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  bloghound completions bash > ~/.local/share/bash-completion/completions/bloghound
  bloghound completions fish > ~/.config/fish/completions/bloghound.fish";

pub(super) fn run(args: &CompletionsArgs, cli: &mut Command) -> anyhow::Result<Outcome> {
    terminal::write_raw(&script(args.shell, cli))?;
    Ok(Outcome::Done)
}

fn script(shell: Shell, cli: &mut Command) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, cli, "bloghound", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, ValueEnum};

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn scripts_complete_commands_options_and_values() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script(*shell, &mut Cli::command())).unwrap();
            for word in ["search", "facets", "bundle"] {
                assert!(script.contains(word), "{shell} does not complete {word}");
            }
        }
        let script = String::from_utf8(script(Shell::Bash, &mut Cli::command())).unwrap();
        assert!(script.contains("relevance newest oldest"), "bash does not complete the values of --sort");
    }
}
