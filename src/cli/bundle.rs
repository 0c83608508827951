//! `bloghound bundle`: the index as one file, from where it is built to where it answers.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::output::{self, megabytes};
use super::{Outcome, Place};
use crate::config::Config;
use crate::content::Site;
use crate::index::bundle::{self, Description, Switch};
use crate::reindex::fingerprint;

/// Options of `bloghound bundle`.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    action: Action,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Pack the index into a file
    Create {
        /// The file, like search.tar.zst
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Check that a bundle is whole and can be searched by this version; nothing is installed
    Verify {
        /// The bundle
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Make the index of a bundle the current one, and keep the one before
    Install {
        /// The bundle
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Make the index before the current one the current one again
    Rollback,
}

pub(super) fn run(options: &Options, place: Place) -> anyhow::Result<Outcome> {
    // There may be no content where an index is installed.
    let config = place.config(false, false)?;
    let mut out = anstream::stdout().lock();
    match &options.action {
        Action::Create { file } => {
            let description = bundle::create(&config.index_dir, file)?;
            write_description(&mut out, options.json, file, "packed", &description)?;
        }
        Action::Verify { file } => return verify(&mut out, options.json, file),
        Action::Install { file } => {
            let switch = bundle::install(file, &config.index_dir)?;
            warn_of_settings(&config, &switch);
            write_switch(&mut out, options.json, "installed", &switch)?;
        }
        Action::Rollback => {
            let switch = bundle::roll_back(&config.index_dir)?;
            write_switch(&mut out, options.json, "rolled back", &switch)?;
        }
    }
    Ok(Outcome::Done)
}

fn verify(out: &mut impl Write, as_json: bool, file: &Path) -> anyhow::Result<Outcome> {
    match bundle::verify(file) {
        Ok(description) => {
            write_description(out, as_json, file, "sound", &description)?;
            Ok(Outcome::Done)
        }
        Err(error) if as_json => {
            writeln!(out, "{}", json!({ "sound": false, "problem": error.to_string() }))?;
            Ok(Outcome::Problem)
        }
        Err(error) => Err(error.into()),
    }
}

fn write_description(
    out: &mut impl Write,
    as_json: bool,
    file: &Path,
    state: &str,
    description: &Description,
) -> anyhow::Result<()> {
    let packed_bytes = std::fs::metadata(file)?.len();
    let unpacked_bytes = description.unpacked_bytes();
    if as_json {
        let sizes = json!({ state: true, "packed_bytes": packed_bytes, "unpacked_bytes": unpacked_bytes });
        let mut object = serde_json::to_value(description)?;
        if let (Some(object), serde_json::Value::Object(sizes)) = (object.as_object_mut(), sizes) {
            object.extend(sizes);
        }
        writeln!(out, "{object}")?;
        return Ok(());
    }
    writeln!(
        out,
        "{} is {state}: {} posts and pages in {}, {} unpacked, made by bloghound {} at {}",
        file.display(),
        description.posts,
        megabytes(packed_bytes),
        megabytes(unpacked_bytes),
        description.bloghound,
        description.created_at
    )?;
    writeln!(out, "content digest {}", description.content_digest)?;
    Ok(())
}

fn write_switch(out: &mut impl Write, as_json: bool, what: &str, switch: &Switch) -> io::Result<()> {
    if as_json {
        return writeln!(out, "{}", json!(switch));
    }
    let previous = match &switch.previous {
        Some(previous) => format!("`bloghound bundle rollback` leads to {previous}"),
        None => "there was no index before".to_owned(),
    };
    writeln!(out, "{what}: {} with {} posts and pages; {previous}", switch.generation, switch.posts)?;
    writeln!(out, "content digest {}", switch.content_digest)
}

/// Where the content is at hand, too, its settings should be those of the bundle.
fn warn_of_settings(config: &Config, switch: &Switch) {
    let Ok(site) = Site::detect(config) else { return };
    if fingerprint(&site) != switch.settings {
        let style = output::WARNING;
        anstream::eprintln!(
            "{style}warning:{style:#} the bundle was made with other settings of the site than those in {}; the next \
             `bloghound index` or `bloghound serve` here builds the index anew",
            config.site_dir.display()
        );
    }
}
