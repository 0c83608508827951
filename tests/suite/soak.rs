//! A server under saves and queries for a long time: no request fails, and memory, open files and disk use stay
//! bounded.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Random, Server, TestSite, get, is_long, post};

const POSTS: usize = 200;
const MIB: u64 = 1 << 20;

fn duration() -> Duration {
    Duration::from_secs(if is_long() { 1_800 } else { 8 })
}

/// The resources that the server uses.
#[derive(Debug, Clone, Copy)]
struct Resources {
    /// Anonymous memory, in bytes.
    memory: u64,
    files: usize,
    disk: u64,
}

fn resources(server: &Server, index: &Path) -> Resources {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap_or_default();
    let memory = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = memory.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    let files = fs::read_dir(format!("/proc/{}/fd", server.pid())).map_or(0, Iterator::count);
    Resources { memory: kilobytes.unwrap_or(0) * 1024, files, disk: bytes_below(index) }
}

fn bytes_below(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes_below(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    bytes.sum()
}

fn write(site: &TestSite, folder: &str, n: usize, version: usize) {
    let body = format!("Everywhere version{version} of post{n}. {}", "Words of a post. ".repeat(40));
    site.write_post(&format!("{folder}/{n}"), &post(&format!("Number {n}"), "2024-01-01", &body));
}

/// Saves one or many posts, renames a folder and renames it back, or rewrites everything like a checkout.
fn change(site: &TestSite, random: &mut Random, version: usize) {
    match random.below(20) {
        0 => (0..POSTS).for_each(|n| write(site, "a", n, version)),
        1..3 => {
            let (from, to) = (site.content().join("a"), site.content().join("b"));
            fs::rename(&from, &to).unwrap();
            std::thread::sleep(Duration::from_millis(random.below(300) as u64));
            fs::rename(&to, &from).unwrap();
        }
        3..8 => (0..20).for_each(|_| write(site, "a", random.below(POSTS), version)),
        _ => write(site, "a", random.below(POSTS), version),
    }
}

#[test]
fn server_serves_during_saves_without_growing() {
    let site = TestSite::new();
    (0..POSTS).for_each(|n| write(&site, "a", n, 0));
    let server = Server::start(site.root());
    let index = site.root().join("index");
    let (is_over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut random = Random::new();
    let mut samples = Vec::new();
    let mut version = 0;
    std::thread::scope(|scope| {
        for query in ["everywhere", "post1", "words+of", "vers", "numbr"] {
            let url = server.url(&format!("/api/v1/search?q={query}"));
            let (is_over, asked) = (&is_over, &asked);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let answer = get(&url);
                    assert_eq!(answer.status, 200, "{}", answer.body);
                    asked.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(5));
                }
            });
        }
        let end = Instant::now() + duration();
        while Instant::now() < end {
            version += 1;
            change(&site, &mut random, version);
            std::thread::sleep(Duration::from_millis(random.below(400) as u64));
            samples.push(resources(&server, &index));
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let last = random.below(POSTS);
    write(&site, "a", last, version + 1);
    server.wait_for_hits(&format!("%22version{}%22", version + 1), &[&format!("a/{last}")]);
    let total = server.get("/api/v1/search?q=everywhere").json()["total"].clone();
    assert_eq!((total, server.problems()), (POSTS.into(), "[]".to_owned()));
    report(&samples, asked.into_inner(), version);
}

fn report(samples: &[Resources], asked: usize, changes: usize) {
    let most = |part: &[Resources], of: fn(&Resources) -> u64| part.iter().map(of).max().unwrap_or(0);
    let (first, second) = samples.split_at(samples.len() / 2);
    let figures = |name: &str, of: fn(&Resources) -> u64| {
        let (before, after) = (most(first, of), most(second, of));
        eprintln!("{name}: at most {before} in the first half, {after} in the second");
        (before, after)
    };
    eprintln!("{asked} requests, {changes} changes, none failed");
    let memory = figures("bytes of memory", |resources| resources.memory);
    let files = figures("open files", |resources| resources.files as u64);
    let disk = figures("bytes of disk", |resources| resources.disk);
    assert!(memory.1 < memory.0 + memory.0 / 4 + 16 * MIB, "memory grows: {memory:?}");
    assert!(files.1 < files.0 + 32, "open files grow: {files:?}");
    assert!(disk.1 < 2 * disk.0 + 4 * MIB, "the index grows: {disk:?}");
}
