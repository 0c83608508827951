//! How costs grow with a blog, from 1,000 posts to 1,000,000.
//!
//! `cargo bench --bench growth -- --posts 1000,10000,100000` writes a blog of each size (see [`blog`]),
//! or takes it from `--dir` if it is there, and measures indexing and serving with the program itself,
//! and queries in process. `--json` prints for scripts, `--svg FILE` draws.
//! `cargo bench --bench growth -- generate --posts 100000 --out DIR` writes a blog and nothing else.
//! The words are those of the site in `BLOGHOUND_BENCH_SITE`, else of the project's own.
//! With `--test`, or run by `cargo test`, it only tries itself out.

#[path = "../blog/mod.rs"]
mod blog;
#[path = "../chart/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod chart;
#[path = "../load/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod load;
mod measure;
#[path = "../process/mod.rs"]
mod process;
#[path = "../questions/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod questions;
mod report;
#[path = "../served/mod.rs"]
mod served;
mod serving;
#[path = "../site/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod site;

use std::path::{Path, PathBuf};

use blog::{Blog, Lexicon, SEED};
use clap::{Parser, Subcommand};
use measure::{Effort, Measured};
use site::{BenchSite, text_of};

#[derive(Parser)]
#[command(name = "growth", about = "How costs grow with a blog")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Sizes of blogs, in posts
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
    posts: Vec<u64>,
    /// Where blogs are kept, each in a directory named by its number of posts; those that are not there
    /// are written. Otherwise they are removed in the end
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Draw into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Only try it out
    #[arg(long)]
    test: bool,
    /// Said by `cargo bench`
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Write a blog, and nothing else
    Generate {
        /// How many posts
        #[arg(long)]
        posts: u64,
        /// A new or empty directory
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Another number makes other posts
        #[arg(long, default_value_t = SEED)]
        seed: u64,
    },
}

/// The blog that is made of the words of real posts.
fn blog(seed: u64) -> anyhow::Result<Blog> {
    let place = BenchSite::open()?;
    let posts = place.sources()?.posts(&place.site);
    Ok(Blog::new(Lexicon::new(posts.iter().map(text_of))?, seed))
}

/// The blog of that size in a directory, written unless it is there.
fn provide(dir: &Path, posts: u64) -> anyhow::Result<PathBuf> {
    let place = dir.join(posts.to_string());
    if !place.join("hugo.toml").exists() {
        eprintln!("writing {posts} posts into {}", place.display());
        blog(SEED)?.write(posts, &place)?;
    }
    Ok(place)
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if let Some(Command::Generate { posts, out, seed }) = cli.command {
        let bytes = blog(seed)?.write(posts, &out)?;
        println!("{posts} posts of {bytes} bytes in {}", out.display());
        return Ok(());
    }
    let is_trial = cli.test || !cli.bench;
    let effort = if is_trial { Effort::TRIAL } else { Effort::FULL };
    let mut sizes = if is_trial { vec![50] } else { cli.posts };
    sizes.sort_unstable();
    let scratch = tempfile::tempdir()?;
    let dir = cli.dir.filter(|_| !is_trial);
    let mut measured = Vec::new();
    for posts in sizes {
        let place = provide(dir.as_deref().unwrap_or(scratch.path()), posts)?;
        eprintln!("measuring {posts} posts");
        measured.push(Measured::of(&place, &scratch.path().join("index"), posts, &effort)?);
        if dir.is_none() {
            std::fs::remove_dir_all(&place)?;
        }
    }
    if let Some(path) = cli.svg {
        report::draw(&path, &measured)?;
    }
    if cli.json {
        println!("{}", serde_json::to_string_pretty(&measured)?);
    } else {
        print!("{}", report::table(&measured));
    }
    Ok(())
}
