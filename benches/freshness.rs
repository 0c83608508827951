//! Time from saving posts until a search finds them: one post, a burst, and a `git checkout` that changes all posts.
//!
//! A `bloghound serve` watches a copy of the site's content. Each time is measured from before the first write until a
//! search over HTTP finds the post that was written last, the debounce included. The checkouts switch between two
//! commits of a Git repository around the content that differ in every post.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use crate::client::Client;
use crate::query_set::unique_word;
use crate::server::BloghoundServer;
use crate::site::BenchSite;
use crate::statistics::Percentiles;
use crate::{Effort, ReportArgs};

/// Timeout of the first response and of finding saved posts.
const TIMEOUT: Duration = Duration::from_mins(5);
const BURST_POSTS: usize = 100;
const SINGLE_SAVES: usize = 60;
const BURSTS: usize = 20;
const CHECKOUTS: usize = 10;
/// The branches between which checkouts switch.
const BRANCHES: [&str; 2] = ["first", "second"];

#[derive(Args)]
pub(crate) struct FreshnessArgs {
    #[command(flatten)]
    report: ReportArgs,
}

/// Milliseconds from saving to finding.
#[derive(Serialize)]
struct FreshnessReport {
    posts: usize,
    debounce_ms: u128,
    one: Percentiles,
    burst: Percentiles,
    checkout: Percentiles,
}

pub(crate) fn run(args: &FreshnessArgs, effort: Effort) -> anyhow::Result<()> {
    let rounds = |full| if effort == Effort::Full { full } else { 1 };
    let bench_site = BenchSite::open()?;
    let mut posts = PostFiles::open(&bench_site)?;
    // Before the server starts, which looks for a repository around the content once.
    let repository = GitRepository::create(bench_site.dir.path())?;
    let client = Client::new()?;
    let server = BloghoundServer::start(&bench_site.config, &bench_site.site, &client, TIMEOUT)?;
    let watched = WatchedSite { client, server };
    // Untimed: after its start the server may still be comparing all files with the index.
    posts.time_saves(&watched, 1, 1)?;
    let one = posts.time_saves(&watched, 1, rounds(SINGLE_SAVES))?;
    let burst = posts.time_saves(&watched, BURST_POSTS, rounds(BURSTS))?;
    let checkout = posts.time_checkouts(&watched, &repository, rounds(CHECKOUTS))?;
    let debounce_ms = bench_site.config.debounce.as_millis();
    args.report.print(&FreshnessReport { posts: posts.files.len(), debounce_ms, one, burst, checkout })
}

/// A server and the client that searches it.
struct WatchedSite {
    client: Client,
    server: BloghoundServer,
}

impl WatchedSite {
    fn wait_for(&self, word: &str, started: Instant) -> anyhow::Result<Duration> {
        self.client.wait_for_hit(&self.server.endpoint, word, started, TIMEOUT)
    }
}

/// The files of all posts.
struct PostFiles {
    /// Path and original bytes, by path, which is the order in which git writes files.
    files: Vec<(PathBuf, Vec<u8>)>,
    next_word: u64,
}

impl PostFiles {
    fn open(bench_site: &BenchSite) -> anyhow::Result<Self> {
        let sources = bench_site.source_files()?;
        let posts: BTreeSet<String> = sources.parse(bench_site).into_iter().map(|post| post.id).collect();
        let mut files = sources.files;
        files.retain(|(id, _)| posts.contains(id));
        anyhow::ensure!(!files.is_empty(), "the site has no posts");
        files.sort_unstable();
        let content_dir = &bench_site.site.content_dir;
        let files = files.into_iter().map(|(id, source)| (content_dir.join(id), source)).collect();
        Ok(Self { files, next_word: 0 })
    }

    /// Appends a word to each of these posts. Returns that of the last post, which no other post has.
    fn save(&mut self, posts: std::ops::Range<usize>) -> anyhow::Result<String> {
        let [other_word, last_word] = [self.next_word, self.next_word + 1].map(unique_word);
        self.next_word += 2;
        let last = posts.end - 1;
        for at in posts {
            let (path, source) = &self.files[at];
            let word = if at == last { &last_word } else { &other_word };
            std::fs::write(path, [source, format!("\n\n{word}\n").as_bytes()].concat())?;
        }
        Ok(last_word)
    }

    /// Saves `count` posts in each of several rounds.
    fn time_saves(
        &mut self,
        watched: &WatchedSite,
        count: usize,
        rounds: usize,
    ) -> anyhow::Result<Percentiles> {
        let count = count.min(self.files.len());
        let mut times = Vec::with_capacity(rounds);
        for round in 0..rounds {
            let first = round * count % (self.files.len() - count + 1);
            let started = Instant::now();
            let word = self.save(first..first + count)?;
            times.push(watched.wait_for(&word, started)?);
        }
        Ok(Percentiles::of(times))
    }

    /// Switches between two commits that differ in every post.
    fn time_checkouts(
        &mut self,
        watched: &WatchedSite,
        repository: &GitRepository,
        rounds: usize,
    ) -> anyhow::Result<Percentiles> {
        let mut words = Vec::with_capacity(BRANCHES.len());
        for branch in BRANCHES {
            let word = self.save(0..self.files.len())?;
            repository.commit(branch)?;
            watched.wait_for(&word, Instant::now())?;
            words.push(word);
        }
        let mut times = Vec::with_capacity(rounds);
        // The second branch is checked out at first.
        for (branch, word) in BRANCHES.into_iter().zip(&words).cycle().take(rounds) {
            let started = Instant::now();
            repository.check_out(branch)?;
            times.push(watched.wait_for(word, started)?);
        }
        Ok(Percentiles::of(times))
    }
}

/// A Git repository around the content of a site.
struct GitRepository {
    root: PathBuf,
}

impl GitRepository {
    fn create(root: &Path) -> anyhow::Result<Self> {
        let repository = Self { root: root.to_owned() };
        repository.git(&["init", "--quiet"])?;
        Ok(repository)
    }

    /// Commits all content to a new branch.
    fn commit(&self, branch: &str) -> anyhow::Result<()> {
        self.git(&["checkout", "--quiet", "-b", branch])?;
        self.git(&["add", "content"])?;
        self.git(&["commit", "--quiet", "--message", branch])
    }

    fn check_out(&self, branch: &str) -> anyhow::Result<()> {
        self.git(&["checkout", "--quiet", branch])
    }

    /// Runs git without the settings of the user, such as hooks, signatures and line endings.
    fn git(&self, args: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::new("git");
        command.current_dir(&self.root).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" });
        command.args(["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"]);
        let output = command.args(args).output().context("cannot start git, which this benchmark needs")?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "git {} failed: {}", args.join(" "), stderr.trim());
        Ok(())
    }
}

impl fmt::Display for FreshnessReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { posts, debounce_ms, .. } = self;
        writeln!(f, "{posts} posts; ms from saving to finding, with a debounce of {debounce_ms} ms\n")?;
        writeln!(f, "{:<40}{:>10}{:>10}{:>10}{:>10}", "", "p50", "p90", "p99", "max")?;
        let burst = format!("last of a burst of {}", BURST_POSTS.min(*posts));
        let rows = [
            ("one post", &self.one),
            (&burst, &self.burst),
            ("last of a git checkout of all posts", &self.checkout),
        ];
        for (name, Percentiles { p50, p90, p99, max }) in rows {
            writeln!(f, "{name:<40}{p50:>10.1}{p90:>10.1}{p99:>10.1}{max:>10.1}")?;
        }
        Ok(())
    }
}
