//! `bloghound man`: prints the man pages or writes them to a directory.

use std::io;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command};
use clap_mangen::Man;

use super::outcome::Outcome;
use super::terminal;

/// Arguments of `bloghound man`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ManArgs {
    /// Write one file per command to this directory [default: print all pages to standard output]
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  bloghound man | man -l -
  bloghound man ~/.local/share/man/man1";

/// A man page in roff, such as `bloghound-search.1`.
struct ManPage {
    file_name: String,
    roff: Vec<u8>,
}

pub(super) fn run(args: &ManArgs, cli: Command) -> anyhow::Result<Outcome> {
    let pages = pages(cli)?;
    if let Some(dir) = &args.dir {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
        for page in pages {
            let path = dir.join(page.file_name);
            std::fs::write(&path, page.roff).with_context(|| format!("cannot write {}", path.display()))?;
        }
    } else {
        for page in pages {
            terminal::write_raw(&page.roff)?;
        }
    }
    Ok(Outcome::Done)
}

/// Returns the page of `bloghound`, then those of its subcommands.
fn pages(cli: Command) -> io::Result<Vec<ManPage>> {
    let mut command = cli.disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add_pages(command, &mut pages)?;
    Ok(pages)
}

fn add_pages(command: Command, pages: &mut Vec<ManPage>) -> io::Result<()> {
    let subcommands: Vec<Command> = command.get_subcommands().cloned().collect();
    let man = Man::new(command);
    let mut roff = Vec::new();
    man.render(&mut roff)?;
    pages.push(ManPage { file_name: man.get_filename(), roff });
    subcommands.into_iter().try_for_each(|subcommand| add_pages(subcommand, pages))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_command_has_a_page() {
        let pages = pages(Cli::command()).unwrap();
        assert_eq!(pages[0].file_name, "bloghound.1");
        for name in ["bloghound-search.1", "bloghound-bundle-install.1", "bloghound-man.1"] {
            let page = pages.iter().find(|page| page.file_name == name).unwrap();
            let text = String::from_utf8_lossy(&page.roff);
            assert!(text.contains(".SH SYNOPSIS") && text.contains("SITE OPTIONS"), "{name}: {text}");
        }
        assert!(pages.iter().all(|page| !page.file_name.contains("help")));
    }

    #[test]
    fn pages_are_written_to_a_directory() {
        let dir = tempfile::tempdir().unwrap();
        let man_dir = dir.path().join("man1");
        run(&ManArgs { dir: Some(man_dir.clone()) }, Cli::command()).unwrap();
        let search = std::fs::read_to_string(man_dir.join("bloghound-search.1")).unwrap();
        for value in ["relevance", "newest", "oldest"] {
            assert!(search.lines().any(|line| line == value), "{value} is missing in {search}");
        }
        assert!(std::fs::read_dir(man_dir).unwrap().count() > 10);
    }
}
