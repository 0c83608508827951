//! A server under saves, changes of the settings, git checkouts, expensive searches and slow clients for a long time: no
//! request of an honest client fails, and memory, open files, threads and disk use stay bounded.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Random, Server, TestSite, get, is_long, post, wait_until};

const POSTS: usize = 200;
const MIB: u64 = 1 << 20;

fn duration() -> Duration {
    Duration::from_secs(if is_long() { 2_700 } else { 8 })
}

/// The resources that the server uses.
#[derive(Debug, Clone, Copy)]
struct Resources {
    /// Anonymous memory, in bytes.
    memory: u64,
    files: usize,
    threads: usize,
    disk: u64,
}

fn resources(server: &Server, index: &Path) -> Resources {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap_or_default();
    let memory = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = memory.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    let count = |dir: &str| fs::read_dir(format!("/proc/{}/{dir}", server.pid())).map_or(0, Iterator::count);
    let memory = kilobytes.unwrap_or(0) * 1024;
    Resources { memory, files: count("fd"), threads: count("task"), disk: bytes_below(index) }
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

/// Runs git in the site; its output is shown only if it fails.
fn git(site: &TestSite, arguments: &[&str]) {
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "gc.auto=0"];
    let output =
        Command::new("git").args(identity).args(arguments).current_dir(site.root()).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes two branches whose posts all differ.
fn make_branches(site: &TestSite) {
    site.write(".gitignore", "index/\n");
    git(site, &["init", "-q", "-b", "one"]);
    git(site, &["add", "."]);
    git(site, &["commit", "-q", "-m", "One"]);
    git(site, &["checkout", "-q", "-b", "two"]);
    (0..POSTS).for_each(|n| write(site, "a", n, 1_000_000));
    git(site, &["commit", "-q", "-a", "-m", "Two"]);
}

/// Saves one or many posts, renames a folder and renames it back, rewrites everything, checks out another branch, or
/// changes the settings so that all posts get other URLs.
fn change(site: &TestSite, random: &mut Random, version: usize) {
    match random.below(24) {
        0 => (0..POSTS).for_each(|n| write(site, "a", n, version)),
        1..3 => {
            let (from, to) = (site.content().join("a"), site.content().join("b"));
            fs::rename(&from, &to).unwrap();
            std::thread::sleep(Duration::from_millis(random.below(300) as u64));
            fs::rename(&to, &from).unwrap();
        }
        3..8 => (0..20).for_each(|_| write(site, "a", random.below(POSTS), version)),
        8..10 => git(site, &["checkout", "-q", "-f", ["one", "two"][random.below(2)]]),
        10 => site.write("hugo.toml", format!("baseURL = 'https://blog{}.example/'\n", random.below(3))),
        _ => write(site, "a", random.below(POSTS), version),
    }
}

/// Sends a request's head byte by byte, or never reads the response, until the server closes the connection.
fn be_slow(address: &str, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        let Ok(mut stream) = TcpStream::connect(address) else { continue };
        for byte in b"GET /api/v1/search?q=everywhere HTTP/1.1\r\nHost: localhost\r\nX-Slow: 1\r\n\r\n" {
            if stream.write_all(&[*byte]).is_err() || is_over.load(Ordering::Relaxed) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Sends expensive searches, each a different one; they may be refused.
fn send_bombs(address: &str, is_over: &AtomicBool) {
    for number in 0_usize.. {
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        let words = "everywhere+of+post1+words+post2+version1+a+post3+wrods+evrywhere";
        let query = format!("q={words}+x{number}&limit=100&fragments=3&sections=3&explain=true&facets=tag");
        let status = get(&format!("http://{address}/api/v1/search?{query}")).status;
        assert!([200, 503].contains(&status), "{status}");
    }
}

#[test]
fn server_serves_without_growing_whatever_authors_and_clients_do() {
    let site = TestSite::new();
    (0..POSTS).for_each(|n| write(&site, "a", n, 0));
    make_branches(&site);
    let server = Server::start(site.root());
    let (index, address) = (site.root().join("index"), server.address().to_owned());
    let (is_over, asked, refused) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let mut random = Random::new();
    let mut samples = Vec::new();
    let mut version = 0;
    std::thread::scope(|scope| {
        for query in ["everywhere", "post1", "words+of", "vers", "numbr"] {
            let url = server.url(&format!("/api/v1/search?q={query}"));
            let (is_over, asked, refused) = (&is_over, &asked, &refused);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let answer = get(&url);
                    // The bombs come from the same address, as behind a proxy.
                    assert!([200, 503].contains(&answer.status), "{}", answer.body);
                    let counter = if answer.status == 200 { asked } else { refused };
                    counter.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(5));
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| send_bombs(&address, &is_over));
            scope.spawn(|| be_slow(&address, &is_over));
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
    let (asked, refused) = (asked.into_inner(), refused.into_inner());
    eprintln!("{asked} requests were answered, {refused} refused");
    assert!(refused <= asked / 20, "{refused} of {asked} cheap requests were refused");
    report(&samples, asked, version);
}

/// About 3.4 MB of words, of which one in fifty occurs nowhere else.
fn large_text(random: &mut Random) -> String {
    let mut text = String::new();
    while text.len() < 3_400_000 {
        let end = if random.below(50) == 0 { 1_000_000_000 } else { 20_000 };
        let number = random.below(end);
        text.extend(["word", &number.to_string(), " "]);
    }
    text
}

#[test]
fn memory_of_large_posts_is_returned() {
    let site = TestSite::new();
    (0..POSTS).for_each(|n| write(&site, "a", n, 0));
    let server = Server::start(site.root());
    server.wait_for_hits("%22version0%22+%22post0%22", &["a/0"]);
    let memory = || resources(&server, &site.root().join("index")).memory;
    let before = memory();
    let mut random = Random::new();
    let posts = if is_long() { 14 } else { 6 };
    for n in 0..posts {
        site.write_post(&format!("large/{n}"), &post("Large", "2024-01-01", &large_text(&mut random)));
    }
    let indexed = || server.get("/api/v1/status").json()["posts"].as_u64().unwrap();
    let is_indexed = |at_least: usize| wait_until(|| indexed().to_string(), |_| indexed() >= at_least as u64);
    (1..=posts).for_each(|n| is_indexed(POSTS + n));
    let during = memory();
    fs::remove_dir_all(site.content().join("large")).unwrap();
    wait_until(|| indexed().to_string(), |count| count == POSTS.to_string());
    let limit = before + before / 2 + 4 * MIB;
    eprintln!(
        "bytes of memory: {before} before, {during} with {posts} large posts, at most {limit} afterwards"
    );
    wait_until(|| memory().to_string(), |_| memory() < limit);
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
    let threads = figures("threads", |resources| resources.threads as u64);
    let disk = figures("bytes of disk", |resources| resources.disk);
    assert!(memory.1 < memory.0 + memory.0 / 4 + 16 * MIB, "memory grows: {memory:?}");
    assert!(files.1 < files.0 + 32, "open files grow: {files:?}");
    assert!(threads.1 <= threads.0 + 4, "threads grow: {threads:?}");
    assert!(disk.1 < 2 * disk.0 + 4 * MIB, "the index grows: {disk:?}");
}
