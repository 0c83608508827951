//! `bloghound bundle`: packs the index into one file, to move it from CI to the server.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::outcome::Outcome;
use super::output::{self, OutputFormat, megabytes};
use super::printable::printable;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::terminal;
use crate::config::Config;
use crate::content::Site;
use crate::index::bundle::{self, BundleError, BundleManifest, GenerationSwitch};
use crate::reindex::fingerprint;

/// Arguments of `bloghound bundle`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct BundleArgs {
    #[command(subcommand)]
    action: BundleCommand,
    /// Print the result as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum BundleCommand {
    /// Pack the current index into a file
    #[command(after_help = "Example:\n  bloghound bundle create search.tar.zst")]
    Create {
        /// Write the bundle to this file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Check that a bundle is intact and compatible with this version, without installing it
    #[command(after_help = "Example:\n  bloghound bundle verify search.tar.zst")]
    Verify {
        /// Verify this bundle
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Switch to the index of a bundle and keep the previous index for a rollback
    #[command(after_help = "Example:\n  bloghound bundle install search.tar.zst --site /srv/blog")]
    Install {
        /// Install this bundle
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Switch back to the previous index
    #[command(after_help = "Example:\n  bloghound bundle rollback --site /srv/blog")]
    Rollback,
}

const EXAMPLES: &str = "\
Examples:
  bloghound bundle create search.tar.zst                          in CI, after `bloghound index`
  bloghound bundle install search.tar.zst --site /srv/blog        on the server
  bloghound bundle rollback --site /srv/blog                      undo the installation";

pub(super) fn run(args: &BundleArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    // Only the settings are loaded: a server may have an index but no content.
    let config = site_args.load_config(UnpublishedArgs::default())?;
    let format = if args.json { OutputFormat::Json } else { OutputFormat::Text };
    let mut out = terminal::stdout();
    match &args.action {
        BundleCommand::Create { file } => {
            let manifest = bundle::create(&config.index_dir, file)?;
            write_manifest(&mut out, format, file, "packed", &manifest)?;
        }
        BundleCommand::Verify { file } => return verify(&mut out, format, file),
        BundleCommand::Install { file } => {
            let switch = bundle::install(file, &config.index_dir)?;
            warn_about_other_settings(&config, &switch);
            write_switch(&mut out, format, "installed", &switch)?;
        }
        BundleCommand::Rollback => {
            let switch = bundle::roll_back(&config.index_dir)?;
            write_switch(&mut out, format, "rolled back", &switch)?;
        }
    }
    Ok(Outcome::Done)
}

fn verify(out: &mut impl Write, format: OutputFormat, file: &Path) -> anyhow::Result<Outcome> {
    match bundle::verify(file) {
        Ok(manifest) => {
            write_manifest(out, format, file, "sound", &manifest)?;
            Ok(Outcome::Done)
        }
        // A bundle that cannot be unpacked here may be intact.
        Err(error @ BundleError::NotVerified { .. }) => Err(error.into()),
        Err(error) if format == OutputFormat::Json => {
            terminal::write_json(out, &json!({ "sound": false, "problem": error.to_string() }))?;
            Ok(Outcome::Problem)
        }
        Err(error) => Err(error.into()),
    }
}

fn write_manifest(
    out: &mut impl Write,
    format: OutputFormat,
    file: &Path,
    state: &str,
    manifest: &BundleManifest,
) -> anyhow::Result<()> {
    let packed_bytes = std::fs::metadata(file)?.len();
    let unpacked_bytes = manifest.unpacked_bytes();
    if format == OutputFormat::Json {
        let sizes = json!({ state: true, "packed_bytes": packed_bytes, "unpacked_bytes": unpacked_bytes });
        let mut object = serde_json::to_value(manifest)?;
        if let (Some(object), serde_json::Value::Object(sizes)) = (object.as_object_mut(), sizes) {
            object.extend(sizes);
        }
        terminal::write_json(out, &object)?;
        return Ok(());
    }
    writeln!(
        out,
        "{} is {state}: {} posts and pages in {}, {} unpacked, built by bloghound {} at {}",
        printable(&file.to_string_lossy()),
        manifest.posts,
        megabytes(packed_bytes),
        megabytes(unpacked_bytes),
        printable(&manifest.bloghound),
        printable(&manifest.created_at.to_string())
    )?;
    writeln!(out, "content digest {}", printable(&manifest.content_digest))?;
    Ok(())
}

fn write_switch(
    out: &mut impl Write,
    format: OutputFormat,
    action: &str,
    switch: &GenerationSwitch,
) -> io::Result<()> {
    if format == OutputFormat::Json {
        return terminal::write_json(out, switch);
    }
    let previous = match &switch.previous {
        Some(previous) => format!("`bloghound bundle rollback` switches back to {previous}"),
        None => "there is no previous index".to_owned(),
    };
    let line = format!("{action}: {} with {} posts and pages; {previous}", switch.generation, switch.posts);
    writeln!(out, "{}", printable(&line))?;
    writeln!(out, "content digest {}", printable(&switch.content_digest))
}

/// Warns if the settings of the site differ from those of the bundle. They can be compared only if the content is on
/// this machine.
fn warn_about_other_settings(config: &Config, switch: &GenerationSwitch) {
    let Ok(site) = Site::detect(config) else { return };
    if fingerprint(&site) != switch.settings {
        let style = output::WARNING;
        terminal::note(format_args!(
            "{style}warning:{style:#} the bundle was built with settings that differ from those in {}; the next \
             `bloghound index` or `bloghound serve` will rebuild the index",
            printable(&config.site_dir.to_string_lossy())
        ));
    }
}
