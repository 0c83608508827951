//! Arguments that select the blog and the posts for a command.

use std::path::PathBuf;

use clap::Args;

use crate::config::{Config, ConfigError, Overrides, Variables};
use crate::content::Site;

/// The blog of a command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Site options")]
pub(super) struct SiteArgs {
    /// Use the blog in this directory, with its configuration, content and index
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "BLOGHOUND_SITE",
        hide_env_values = true,
        default_value = "."
    )]
    pub(super) site: PathBuf,
    /// Read posts from this directory [default: the content directory of the site's generator]
    #[arg(long, global = true, value_name = "DIR", env = "BLOGHOUND_CONTENT", hide_env_values = true)]
    pub(super) content: Option<PathBuf>,
    /// Keep the index in this directory [default: `index` in the site's root]
    #[arg(long, global = true, value_name = "DIR", env = "BLOGHOUND_INDEX", hide_env_values = true)]
    pub(super) index: Option<PathBuf>,
}

/// Unpublished posts that a command includes.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct UnpublishedArgs {
    /// Include drafts
    #[arg(long)]
    pub(super) drafts: bool,
    /// Include posts dated in the future
    #[arg(long)]
    pub(super) future: bool,
}

impl SiteArgs {
    /// Loads the settings and detects the site.
    pub(super) fn load(self, unpublished: UnpublishedArgs) -> anyhow::Result<(Config, Site)> {
        let config = self.load_config(unpublished)?;
        let site = Site::detect(&config)?;
        Ok((config, site))
    }

    /// Loads only the settings, for commands that do not read the content.
    pub(super) fn load_config(self, unpublished: UnpublishedArgs) -> Result<Config, ConfigError> {
        Config::load(self.overrides(unpublished))
    }

    /// Returns the values of the arguments and of the environment, which override the settings file.
    pub(super) fn overrides(self, unpublished: UnpublishedArgs) -> Overrides {
        let Self { site, content, index } = self;
        let UnpublishedArgs { drafts, future } = unpublished;
        let variables = Variables::of_process();
        Overrides { site, variables, content, index, drafts, future, base_url: None, query_log: None }
    }
}
