//! `bloghound keys`: adds, lists and revokes the keys of private blogs and of admin calls.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;

use super::outcome::Outcome;
use super::output::FAINT;
use super::printable::printable;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::terminal;
use crate::config::Config;
use crate::http::keys::{KeyFile, KeyScope, LastUseFile, StoredKey};

/// Arguments of `bloghound keys`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct KeysArgs {
    #[command(subcommand)]
    action: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Create a key and print it, once
    #[command(after_help = "Example:\n  bloghound keys add --name phone")]
    Add {
        /// What the key allows
        #[arg(long, value_enum, default_value_t = ScopeArg::Search)]
        scope: ScopeArg,
        /// Call the key by this name, to know later whose it is
        #[arg(long)]
        name: String,
    },
    /// List the keys: id, scope, creation, last use, name
    #[command(after_help = "Example:\n  bloghound keys list --json")]
    List {
        /// Print one JSON object per line
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key: a running server refuses it within a second
    #[command(after_help = "Example:\n  bloghound keys revoke phone")]
    Revoke {
        /// The id or the name of the key
        #[arg(value_name = "ID|NAME")]
        key: String,
    },
}

/// The value of `--scope`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ScopeArg {
    /// Searches and pages of a private blog
    Search,
    /// Admin calls, and what `search` allows
    Admin,
}

impl From<ScopeArg> for KeyScope {
    fn from(scope: ScopeArg) -> Self {
        match scope {
            ScopeArg::Search => Self::Search,
            ScopeArg::Admin => Self::Admin,
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  bloghound keys add --name phone
  bloghound keys add --name ci --scope admin > key.txt
  bloghound keys list
  bloghound keys revoke phone

Run it as the user of the server, which has to be able to read the file.

Exit codes: 0 success, 1 failure or no such key, 2 usage error.";

pub(super) fn run(args: &KeysArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    let config = site_args.load_config(UnpublishedArgs::default())?;
    match &args.action {
        KeysCommand::Add { scope, name } => add(&config, (*scope).into(), name),
        KeysCommand::List { json: true } => list(&config, write_json),
        KeysCommand::List { json: false } => list(&config, write_text),
        KeysCommand::Revoke { key } => revoke(&config, key),
    }
}

fn add(config: &Config, scope: KeyScope, name: &str) -> anyhow::Result<Outcome> {
    let file = KeyFile::at(&config.keys_file);
    let key = file.add(name, scope)?;
    let printed = writeln!(terminal::stdout(), "{}", key.reveal()).and_then(|()| terminal::flush_stdout());
    if let Err(error) = printed {
        // Nobody has seen it.
        let revoked = file.revoke(name);
        revoked.with_context(|| format!("the key is lost and could not be revoked: revoke {name:?}"))?;
        return Err(error.into());
    }
    let path = config.keys_file.display().to_string();
    terminal::note(format_args!("the key is not shown again; its hash is in {}", printable(&path)));
    if scope == KeyScope::Search && !config.private {
        terminal::note(format_args!(
            "the blog is public, so that searches need no key: set `private = true` in the table [http] of bloghound.toml \
             and restart the server"
        ));
    }
    Ok(Outcome::Done)
}

fn revoke(config: &Config, key: &str) -> anyhow::Result<Outcome> {
    if let Some(revoked) = KeyFile::at(&config.keys_file).revoke(key)? {
        let (id, name) = (revoked.id(), revoked.name);
        terminal::note(format_args!("revoked {id} ({})", printable(&name)));
        return Ok(Outcome::Done);
    }
    // A key by mistake must not appear in a log.
    let shown = if key.starts_with("bh_") { "…" } else { key };
    terminal::note(format_args!(
        "no key has the id or the name {}; `bloghound keys list` lists all",
        printable(shown)
    ));
    Ok(Outcome::Problem)
}

/// A key as printed by `--json`.
#[derive(Debug, Serialize)]
struct KeyLine {
    id: String,
    name: String,
    scope: KeyScope,
    created: Timestamp,
    last_used: Option<Timestamp>,
}

fn list(
    config: &Config,
    write: impl FnOnce(&mut dyn Write, &[KeyLine]) -> io::Result<()>,
) -> anyhow::Result<Outcome> {
    let keys = KeyFile::at(&config.keys_file).read()?;
    let uses: BTreeMap<String, Timestamp> = LastUseFile::beside(&config.keys_file).read();
    let line = |key: StoredKey| {
        let (id, StoredKey { name, scope, created, .. }) = (key.id(), key);
        KeyLine { last_used: uses.get(&id).copied(), id, name, scope, created }
    };
    let lines: Vec<KeyLine> = keys.into_iter().map(line).collect();
    write(&mut terminal::stdout(), &lines)?;
    Ok(Outcome::Done)
}

fn write_json(mut out: &mut dyn Write, keys: &[KeyLine]) -> io::Result<()> {
    keys.iter().try_for_each(|key| terminal::write_json(&mut out, key))
}

fn write_text(out: &mut dyn Write, keys: &[KeyLine]) -> io::Result<()> {
    if keys.is_empty() {
        terminal::note(format_args!("there are no keys; create one with `bloghound keys add`"));
        return Ok(());
    }
    writeln!(out, "{FAINT}{:8}  {:6}  {:20}  {:20}  name{FAINT:#}", "id", "scope", "created", "last used")?;
    for KeyLine { id, name, scope, created, last_used } in keys {
        let last_used = last_used.map_or_else(|| "never".to_owned(), |time| time.to_string());
        let (scope, created) = (scope.name(), created.to_string());
        writeln!(out, "{id:8}  {scope:6}  {created:20}  {last_used:20}  {}", printable(name))?;
    }
    Ok(())
}
