//! How costs grow with a blog, from 1,000 posts to 1,000,000: see [`blog`] for the posts.
//!
//! `cargo bench --bench growth -- generate --posts 100000 --out DIR` writes a blog for other uses. Its
//! words are those of the site in `BLOGHOUND_BENCH_SITE`, else of the project's own.

mod blog;
#[expect(dead_code, reason = "what the benches share")]
mod site;

use std::path::PathBuf;

use blog::{Blog, Lexicon, SEED};
use clap::{Parser, Subcommand};
use site::{BenchSite, text_of};

#[derive(Parser)]
#[command(name = "growth")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
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

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if let Some(Command::Generate { posts, out, seed }) = cli.command {
        let bytes = blog(seed)?.write(posts, &out)?;
        println!("{posts} posts of {bytes} bytes in {}", out.display());
    }
    Ok(())
}
