//! Costs of generated blogs of growing size, from 1,000 to 1,000,000 posts.
//!
//! For each size it writes a blog (see [`generated_blog`](crate::generated_blog)), or takes it from `--dir`, and measures
//! indexing and serving with the program `bloghound`, and queries in this process. The words of the blogs are those of
//! the site in `BLOGHOUND_BENCH_SITE`, by default the one in this repository.

mod measure;
mod report;
mod serving;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::generated_blog::{DEFAULT_SEED, GeneratedBlog};
use crate::{ChartArgs, Effort, ReportArgs};
use measure::{BlogCosts, GrowthWork};
use report::GrowthReport;

/// Posts of the only blog in a trial.
const TRIAL_POSTS: u64 = 50;

#[derive(Args)]
pub(crate) struct GrowthArgs {
    /// Sizes of the blogs, in posts
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
    posts: Vec<u64>,
    /// Directory that keeps the blogs, each in a folder named after its number of posts; missing ones are
    /// written [default: a temporary directory]
    #[arg(long)]
    dir: Option<PathBuf>,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    chart: ChartArgs,
}

pub(crate) fn run(args: &GrowthArgs, effort: Effort) -> anyhow::Result<()> {
    let temp_dir = tempfile::tempdir()?;
    let (mut sizes, work, kept_dir) = match effort {
        Effort::Full => (args.posts.clone(), GrowthWork::FULL, args.dir.as_deref()),
        Effort::Trial => (vec![TRIAL_POSTS], GrowthWork::TRIAL, None),
    };
    sizes.sort_unstable();
    let mut blogs = Vec::with_capacity(sizes.len());
    for posts in sizes {
        let site_dir = kept_dir.unwrap_or(temp_dir.path()).join(posts.to_string());
        write_if_missing(&site_dir, posts)?;
        eprintln!("measuring {posts} posts");
        blogs.push(BlogCosts::measure(&site_dir, &temp_dir.path().join("index"), posts, &work)?);
        if kept_dir.is_none() {
            std::fs::remove_dir_all(&site_dir)?;
        }
    }
    let report = GrowthReport { blogs };
    if let Some(path) = &args.chart.svg {
        report.draw(path)?;
    }
    args.report.print(&report)
}

fn write_if_missing(site_dir: &Path, posts: u64) -> anyhow::Result<()> {
    if !site_dir.join("hugo.toml").exists() {
        eprintln!("writing {posts} posts to {}", site_dir.display());
        GeneratedBlog::from_bench_site(DEFAULT_SEED)?.write(posts, site_dir)?;
    }
    Ok(())
}
