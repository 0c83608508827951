//! How soon a reader finds what was saved: one post, a burst of 100, and a checkout that writes all of them.
//!
//! A real `bloghound serve` follows a copy of the site's content. Each time is from before the first file is
//! written until the post that was written last is found over HTTP, the debounce (50 ms) among it.
//! `cargo bench --bench freshness` takes the project's own site, `BLOGHOUND_BENCH_SITE` names another one;
//! `--json` prints for scripts. With `--test`, or run by `cargo test`, it only tries itself out.

#[path = "../load/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod load;
#[path = "../process/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod process;
#[path = "../questions/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod questions;
#[path = "../served/mod.rs"]
mod served;
#[path = "../site/mod.rs"]
#[expect(dead_code, reason = "what the benches share")]
mod site;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Parser;
use load::{Client, Endpoint, Latency};
use process::{Running, free_addr};
use serde::Serialize;
use served::client_of;
use site::BenchSite;

/// What is waited for the first answer, and for what was saved.
const PATIENCE: Duration = Duration::from_mins(5);
/// Posts of a burst.
const BURST: usize = 100;
/// How often each is done.
const SAVES: usize = 60;
const BURSTS: usize = 20;
const CHECKOUTS: usize = 5;

#[derive(Parser)]
#[command(name = "freshness", about = "How soon a reader finds what was saved")]
struct Cli {
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Only try it out
    #[arg(long)]
    test: bool,
    /// Said by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

/// A word that no post has, and that is no typo of another of its kind.
fn unheard_of(number: u64) -> String {
    let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let letter = |place: u32| char::from(b'a' + u8::try_from((mixed >> (place * 5)) % 26).unwrap_or(0));
    format!("zq{}", (0..12).map(letter).collect::<String>())
}

/// Milliseconds from saving to finding.
#[derive(Serialize)]
struct Measured {
    files: usize,
    one: Latency,
    burst: Latency,
    checkout: Latency,
}

/// The files that are saved, as they are.
struct Files(Vec<(PathBuf, Vec<u8>)>);

impl Files {
    /// The times of saving `count` files until the last one is found, for each of `rounds`.
    fn time(
        &self,
        (count, rounds): (usize, usize),
        next: &mut usize,
        (client, endpoint): (&Client, &Endpoint),
    ) -> anyhow::Result<Latency> {
        let count = count.min(self.0.len());
        let mut times = Vec::with_capacity(rounds);
        for round in 0..rounds {
            *next += 1;
            let first = round * count % (self.0.len() - count + 1);
            let started = Instant::now();
            let mut word = String::new();
            for (at, (path, source)) in self.0[first..first + count].iter().enumerate() {
                // All are changed, the last one has a word that no other has.
                word = unheard_of(*next as u64 * 2 + u64::from(at + 1 == count));
                std::fs::write(path, [source, format!("\n\n{word}\n").as_bytes()].concat())?;
            }
            times.push(client.wait_for_hit(endpoint, &word, started, PATIENCE)?);
        }
        Ok(Latency::new(times))
    }
}

fn measure(is_trial: bool) -> anyhow::Result<Measured> {
    let place = BenchSite::open()?;
    let sources = place.sources()?;
    let posts: BTreeSet<String> = sources.posts(&place.site).into_iter().map(|post| post.id).collect();
    let files = sources.files.into_iter().filter(|(id, _)| posts.contains(id));
    let files = Files(files.map(|(id, source)| (place.site.content_dir.join(id), source)).collect());
    let addr = free_addr()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
    command.arg("serve").arg("--site").arg(&place.config.site_dir);
    command.arg("--content").arg(&place.site.content_dir).arg("--index").arg(&place.config.index_dir);
    let mut server = Running::start(command.args(["--addr", &addr.to_string()]))?;
    let (client, endpoint) = client_of(&mut server, addr, PATIENCE)?;
    let mut next = 0;
    let mut time = |count: usize, rounds: usize| {
        files.time((count, if is_trial { 1 } else { rounds }), &mut next, (&client, &endpoint))
    };
    time(1, 1)?;
    let (one, burst, checkout) = (time(1, SAVES)?, time(BURST, BURSTS)?, time(usize::MAX, CHECKOUTS)?);
    Ok(Measured { files: files.0.len(), one, burst, checkout })
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let measured = measure(cli.test || !cli.bench)?;
    if cli.json {
        println!("{}", serde_json::to_string(&measured)?);
        return Ok(());
    }
    println!("{} files; ms from saving to finding       p50       p99       max", measured.files);
    let rows = [
        ("one post", &measured.one),
        ("a burst of 100", &measured.burst),
        ("all of them", &measured.checkout),
    ];
    for (name, Latency { p50, p99, max }) in rows {
        println!("{name:<40}{p50:>10.1}{p99:>10.1}{max:>10.1}");
    }
    Ok(())
}
