//! `bloghound completions`: prints a shell completion script.

use std::io::{self, Write};

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Outcome};

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

pub(super) fn run(args: &CompletionsArgs) -> anyhow::Result<Outcome> {
    io::stdout().write_all(&script(args.shell))?;
    Ok(Outcome::Done)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "bloghound", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn scripts_complete_commands_options_and_values() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script(*shell)).unwrap();
            for word in ["search", "facets", "bundle"] {
                assert!(script.contains(word), "{shell} does not complete {word}");
            }
        }
        let script = String::from_utf8(script(Shell::Bash)).unwrap();
        assert!(script.contains("relevance newest oldest"), "bash does not complete the values of --sort");
    }
}
