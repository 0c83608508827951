//! Full, read-only and damaged disks: a clear message or a rebuilt index, never wrong results.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use bloghound::engine::Engine;

use crate::live::in_namespace;
use crate::support::{Random, SearchText, Server, TestSite, bloghound, is_long, post, wait_until};

/// Bytes at the end of a file that no checksum covers: a bit is flipped in each of them.
const END_BYTES: usize = 160;

/// Regions of a file. In each of them, a bit is flipped, and the file is truncated there.
fn regions() -> u64 {
    if is_long() { 16_384 } else { 512 }
}
const QUERIES: [&str; 5] = ["flour", "carr", "\"number 7\"", "flor", "category:food"];

/// A site whose index has several segments and deletions.
fn site() -> TestSite {
    let site = TestSite::new();
    for n in 0..30 {
        let body = format!("Flour and carrots, number {n}. {}", "More words follow. ".repeat(n));
        site.write_post(&format!("food/{n:02}"), &post(&format!("Number {n}"), "2024-01-01", &body));
    }
    site.reindex();
    site.write_post("food/03", &post("Number 3", "2024-01-01", "Flour only."));
    fs::remove_dir_all(site.content().join("food/04")).unwrap();
    site.reindex();
    site
}

fn answers(engine: &Engine) -> Vec<Vec<String>> {
    let shown = |query: &str| {
        let answer = engine.search_text(query);
        answer.hits.iter().map(|hit| format!("{} {} {}", hit.id, hit.score, hit.snippet.html)).collect()
    };
    QUERIES.iter().map(|query| shown(query)).collect()
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// The damaged versions of a file, each with a description.
fn damages(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let len = bytes.len() as u64;
    let mut offsets: Vec<usize> =
        (0..regions()).map(|region| usize::try_from(region * len / regions()).unwrap()).collect();
    offsets.extend(bytes.len().saturating_sub(END_BYTES)..bytes.len());
    offsets.sort_unstable();
    offsets.dedup();
    let mut damages = Vec::new();
    for at in offsets.into_iter().filter(|at| *at < bytes.len()) {
        let mut flipped = bytes.to_vec();
        flipped[at] ^= 1 << (at % 8);
        damages.push((format!("bit {} of byte {at} flipped", at % 8), flipped));
        damages.push((format!("cut at {at}"), bytes[..at].to_vec()));
    }
    damages
}

#[test]
fn detects_damage_to_every_file_that_readers_use() {
    let site = site();
    let index = site.root().join("index");
    let good = answers(&Engine::open(&site.config()).unwrap());
    assert!(good.iter().all(|hits| !hits.is_empty()), "{good:?}");
    let (mut noticed, mut harmless) = (0, Vec::new());
    for file in files_below(&index) {
        let bytes = fs::read(&file).unwrap();
        for (what, damaged) in damages(&bytes) {
            // As a new file, because the previous one may still be mapped into memory.
            fs::remove_file(&file).unwrap();
            fs::write(&file, damaged).unwrap();
            let name = file.strip_prefix(&index).unwrap().display().to_string();
            let opened = catch_unwind(AssertUnwindSafe(|| {
                Engine::open(&site.config()).map(|engine| answers(&engine)).map_err(|error| error.to_string())
            }));
            match opened.unwrap_or_else(|_| panic!("{name}, {what}: panicked")) {
                Ok(found) => {
                    assert_eq!(found, good, "{name}, {what}: wrong answers");
                    harmless.push(format!("{name}: {what}"));
                }
                Err(message) => {
                    let is_clear = message.contains("index") && message.contains("bloghound index");
                    assert!(is_clear, "{name}, {what}: {message}");
                    noticed += 1;
                }
            }
        }
        fs::remove_file(&file).unwrap();
        fs::write(&file, bytes).unwrap();
    }
    assert!(noticed > 500, "{noticed}");
    // No checksum covers the version of Tantivy that wrote a file, nor what only writers read.
    let of_segments = |line: &&String| !line.contains("json") && !line.contains("lock");
    let of_segments: Vec<&String> = harmless.iter().filter(of_segments).collect();
    assert!(of_segments.len() * 20 < noticed, "{of_segments:?}");
}

#[test]
fn rebuilds_a_damaged_index_with_the_next_write() {
    let site = site();
    let index = site.root().join("index");
    let good = answers(&Engine::open(&site.config()).unwrap());
    let names: Vec<PathBuf> =
        files_below(&index).iter().map(|file| file.strip_prefix(&index).unwrap().to_owned()).collect();
    for name in names.iter().filter(|name| !name.to_string_lossy().contains("lock")) {
        site.rebuild();
        let file = files_below(&index).into_iter().find(|file| file.extension() == name.extension());
        let Some(file) = file else { continue };
        let mut bytes = fs::read(&file).unwrap();
        bytes.truncate(bytes.len() / 2);
        fs::write(&file, bytes).unwrap();
        let report = site.reindex();
        assert_eq!(report.posts, 29, "{}", name.display());
        assert_eq!(answers(&Engine::open(&site.config()).unwrap()), good, "{}", name.display());
    }
}

#[test]
fn server_rebuilds_a_damaged_index_and_logs_it() {
    let site = site();
    let file =
        files_below(&site.root().join("index")).into_iter().find(|file| file.ends_with_extension("pos"));
    let file = file.unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes[10] ^= 4;
    fs::write(&file, bytes).unwrap();
    let message = bloghound().args(["search", "flour", "--site"]).arg(site.root()).output().unwrap();
    let message = String::from_utf8_lossy(&message.stderr).into_owned();
    assert!(message.contains("checksum") && message.contains("bloghound index"), "{message}");
    let mut server = Server::start(site.root());
    server.find_in_log(&["rebuilding the index", "checksum"]);
    assert_eq!(server.get("/api/v1/search?q=flour").json()["total"], 29);
}

trait Extension {
    fn ends_with_extension(&self, extension: &str) -> bool;
}

impl Extension for PathBuf {
    fn ends_with_extension(&self, extension: &str) -> bool {
        self.extension().is_some_and(|found| found == extension)
    }
}

/// A server whose index is on a small disk of its own. `preparation` finds the disk in `$disk` and the site in
/// `$site`.
fn on_a_disk(site: &TestSite, options: &str, preparation: &str) -> Option<Server> {
    Some(Server::launch(command_on_a_disk(site, options, preparation)?))
}

fn command_on_a_disk(site: &TestSite, options: &str, preparation: &str) -> Option<Command> {
    let disk = site.root().join("disk");
    fs::create_dir_all(&disk).unwrap();
    let (disk, root) = (disk.display().to_string(), site.root().display().to_string());
    let binary = env!("CARGO_BIN_EXE_bloghound");
    let mount = format!(
        "set -e\ndisk='{disk}'; site='{root}'; bloghound='{binary}'\nmount -t tmpfs -o {options} tmpfs \"$disk\""
    );
    in_namespace("-rm", &mount)?;
    let mut command = in_namespace("-rm", &format!("{mount}\n{preparation}"))?;
    command.arg(binary).args([
        "serve",
        "--addr",
        "127.0.0.1:0",
        "--admin-addr",
        "127.0.0.1:0",
        "--site",
        &root,
        "--index",
    ]);
    command.arg(format!("{disk}/index"));
    Some(command)
}

#[test]
fn a_first_build_that_fails_on_a_full_disk_is_reported_and_retried() {
    let site = site();
    let fill = "dd if=/dev/zero of=\"$disk/filler\" bs=4k 2>/dev/null || :\n\
                (while [ ! -e \"$site/room\" ]; do sleep 0.1; done; rm -f \"$disk/filler\") >/dev/null 2>&1 &";
    let Some(command) = command_on_a_disk(&site, "size=16m", fill) else { return };
    let server = Server::launch_unready(command);
    let problem = server.wait_for_problem("No space left");
    assert!(problem.contains("there is no index to serve yet"), "{problem}");
    assert_eq!(server.get("/api/v1/search?q=number").status, 503);
    site.write("room", "");
    wait_until(|| server.get("/readyz").body, |ready| ready == "ready\n");
    assert_eq!(server.hits("number").len(), 10);
    server.wait_for_problem("");
}

#[test]
fn serves_the_last_index_on_a_full_disk_and_resumes_when_there_is_space() {
    let site = site();
    let fill = "\"$bloghound\" index --site \"$site\" --index \"$disk/index\" >&2\n\
                (while [ ! -e \"$site/room\" ]; do [ -e \"$site/fill\" ] && { dd if=/dev/zero of=\"$disk/filler\" bs=4k \
                oflag=append conv=notrunc 2>/dev/null || :; : > \"$site/full\"; }; \
                sleep 0.1; done; rm -f \"$site/fill\" \"$disk/filler\") >/dev/null 2>&1 &";
    let Some(server) = on_a_disk(&site, "size=64m", fill) else { return };
    assert_eq!(server.hits("number").len(), 10);
    site.write("fill", "");
    wait_until(|| fs::exists(site.root().join("full")).unwrap().to_string(), |is_full| is_full == "true");
    // More than what removing old files of the index can free.
    let mut random = Random::new();
    let words: Vec<String> = (0..150_000).map(|_| format!("{:x}", random.below(usize::MAX))).collect();
    site.write_post("food/new", &post("New", "2024-02-01", &format!("Truffles. {}", words.join(" "))));
    let problem = server.wait_for_problem("cannot update the index");
    assert!(problem.contains("No space left") && problem.contains("keeps serving"), "{problem}");
    assert_eq!(server.hits("number").len(), 10);
    assert!(server.hits("truffles").is_empty());
    site.write("room", "");
    server.wait_for_hits("truffles", &["food/new"]);
    server.wait_for_problem("");
}

#[test]
fn serves_the_index_on_a_read_only_disk_and_resumes_when_it_is_writable() {
    let site = site();
    let read_only = "\"$bloghound\" index --site \"$site\" --index \"$disk/index\" >&2\nmount -o remount,ro \"$disk\"\n\
                     (while [ ! -e \"$site/writable\" ]; do sleep 0.1; done; mount -o remount,rw \"$disk\") >/dev/null 2>&1 &";
    let Some(server) = on_a_disk(&site, "size=16m", read_only) else { return };
    assert_eq!(server.hits("number").len(), 10);
    let problem = server.wait_for_problem("changes are not indexed");
    assert!(problem.contains("Read-only file system"), "{problem}");
    site.write_post("food/new", &post("New", "2024-02-01", "Truffles."));
    site.write("writable", "");
    server.wait_for_hits("truffles", &["food/new"]);
    server.wait_for_problem("");
}

#[test]
fn reports_unreadable_posts_until_they_are_readable_again() {
    let site = site();
    let server = Server::start(site.root());
    let path = site.content().join("food/05/_index.md");
    // A symbolic link to nothing.
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("nowhere.md", &path).unwrap();
    server.wait_for_hits("%22number%205%22", &[]);
    fs::remove_file(&path).unwrap();
    fs::write(&path, [0xff, 0xfe, 0x00]).unwrap();
    let failed = || server.full_status()["failed"].to_string();
    wait_until(failed, |failed| failed.contains("food/05/_index.md"));
    fs::write(&path, post("Number 5", "2024-01-01", "Number 5 is back.")).unwrap();
    server.wait_for_hits("%22is%20back%22", &["food/05"]);
    wait_until(failed, |failed| failed == "[]");
}
