//! A real nginx as a shared cache in front of the service.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::support::oracle::nginx_program;
use crate::support::{Answer, Server, TestSite, post, request, wait_until};

const SEARCH: &str = "/api/v1/search?q=release&fields=title,url";
/// The setting `[http] cache_max_age_s`.
const MAX_AGE: Duration = Duration::from_secs(1);
/// nginx counts ages in whole seconds.
const ROUNDING: Duration = Duration::from_secs(1);
const POLL_PAUSE: Duration = Duration::from_millis(10);

/// An nginx that is killed on drop.
struct Nginx {
    process: Child,
    address: String,
    /// Its configuration and its cache.
    _dir: tempfile::TempDir,
}

impl Nginx {
    fn start(program: &Path, origin: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let address = unused_address();
        let path = |name: &str| dir.path().join(name).display().to_string();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};", path(kind)))
            .join(" ");
        let configuration = format!(
            "daemon off; master_process off; pid {pid}; error_log {log}; events {{}}
             http {{
                 access_log off; {temporary}
                 proxy_cache_path {cache} keys_zone=search:1m;
                 server {{
                     listen {address};
                     location / {{
                         proxy_pass http://{origin};
                         proxy_cache search;
                         proxy_cache_revalidate on;
                         add_header X-Cache-Status $upstream_cache_status always;
                     }}
                 }}
             }}",
            pid = path("pid"),
            log = path("error.log"),
            cache = path("cache"),
        );
        let file = dir.path().join("nginx.conf");
        std::fs::write(&file, configuration).unwrap();
        let mut command = Command::new(program);
        command.arg("-p").arg(dir.path()).arg("-c").arg(&file).arg("-e").arg(dir.path().join("error.log"));
        let process = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let nginx = Self { process, address, _dir: dir };
        let is_open = || std::net::TcpStream::connect(&nginx.address).is_ok().to_string();
        wait_until(is_open, |is_open| is_open == "true");
        nginx
    }

    fn get(&self, path: &str) -> Answer {
        self.request(path, &[])
    }

    fn request(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        request(&format!("http://{}{path}", self.address), "GET", headers)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn unused_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

fn write_release(site: &TestSite, number: u32) {
    site.write_post(
        "release",
        &post(&format!("Release {number}"), "2024-01-01", "What is new in this release."),
    );
}

/// The title and URL of the first hit, or nothing if the response is an error.
fn state(answer: &Answer) -> Option<String> {
    let hit = (answer.status == 200).then(|| answer.json()["hits"][0].clone())?;
    Some(format!("{} {}", hit["title"].as_str()?, hit["url"].as_str()?))
}

fn settings(base_url: &str) -> String {
    format!("base_url = '{base_url}'\n[http]\ncache_max_age_s = {}\n", MAX_AGE.as_secs())
}

/// A response of nginx.
struct Seen {
    asked: Instant,
    state: Option<String>,
    cache_status: String,
}

/// Asks nginx again and again until told to stop.
fn poll(nginx: &Nginx, is_over: &AtomicBool) -> Vec<Seen> {
    let mut seen = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let asked = Instant::now();
        let answer = nginx.get(SEARCH);
        let cache_status = answer.header("x-cache-status").to_owned();
        seen.push(Seen { asked, state: state(&answer), cache_status });
        std::thread::sleep(POLL_PAUSE);
    }
    seen
}

/// A state of the service, from the moment at which it was seen.
struct Version {
    since: Instant,
    state: String,
}

/// Waits until the service itself has a state that contains `text`.
fn wait_for_version(server: &Server, text: &str) -> Version {
    let read = || state(&server.get(SEARCH)).unwrap_or_default();
    wait_until(read, |state| state.contains(text));
    Version { since: Instant::now(), state: read() }
}

#[test]
fn nginx_never_serves_a_response_older_than_its_maximum_age() {
    let Some(program) = nginx_program() else { return };
    let site = TestSite::new();
    site.write("bloghound.toml", settings("https://blog.example"));
    write_release(&site, 1);
    let origin = unused_address();
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
        command.args(["serve", "--addr", &origin, "--site"]).arg(site.root());
        Server::launch(command)
    };
    let mut server = start();
    let nginx = Nginx::start(&program, &origin);
    let is_over = AtomicBool::new(false);
    let (versions, seen) = std::thread::scope(|scope| {
        let poller = scope.spawn(|| poll(&nginx, &is_over));
        let mut versions = vec![wait_for_version(&server, "Release 1 ")];
        // Unchanged for some time, so that nginx revalidates.
        std::thread::sleep(3 * MAX_AGE);
        for number in 2..=4 {
            write_release(&site, number);
            versions.push(wait_for_version(&server, &format!("Release {number} ")));
            std::thread::sleep(MAX_AGE / 2);
        }
        site.write("bloghound.toml", settings("https://moved.example"));
        versions.push(wait_for_version(&server, "https://moved.example/"));
        std::thread::sleep(2 * MAX_AGE);
        assert!(server.stop("TERM").success());
        std::fs::remove_dir_all(site.root().join("index")).unwrap();
        write_release(&site, 5);
        server = start();
        versions.push(wait_for_version(&server, "Release 5 "));
        std::thread::sleep(MAX_AGE + 2 * ROUNDING);
        is_over.store(true, Ordering::Relaxed);
        (versions, poller.join().unwrap())
    });
    for Seen { asked, state, .. } in &seen {
        let Some(state) = state else { continue };
        let position = versions.iter().position(|version| version.state == *state);
        let position = position.unwrap_or_else(|| panic!("{state} is no state of the service"));
        if let Some(next) = versions.get(position + 1) {
            let age = asked.saturating_duration_since(next.since);
            assert!(age <= MAX_AGE + ROUNDING, "{state} was served {age:?} after the next version");
        }
    }
    let count = |status: &str| seen.iter().filter(|seen| seen.cache_status == status).count();
    assert!(count("HIT") > seen.len() / 2, "{} hits of {}", count("HIT"), seen.len());
    // Between the releases there may be no time for a response to expire; before and after the settings there is.
    let (revalidated, expired) = (count("REVALIDATED"), count("EXPIRED"));
    assert!(revalidated > 0 && expired >= 2, "{revalidated} revalidated, {expired} expired");
    let last = seen.last().and_then(|seen| seen.state.clone());
    assert_eq!(last, versions.last().map(|version| version.state.clone()));
}

#[test]
fn nginx_stores_neither_errors_nor_responses_to_requests_with_a_key() {
    let Some(program) = nginx_program() else { return };
    let site = TestSite::with_posts(&[("release", "Release 1", "What is new.")]);
    site.write("bloghound.toml", "[http]\ncache_max_age_s = 60\n");
    let server = Server::start(site.root());
    let nginx = Nginx::start(&program, server.address());
    let status = |answer: &Answer| answer.header("x-cache-status").to_owned();
    for (path, headers) in [
        ("/api/v1/search?limit=0", &[][..]),
        ("/api/v1/posts?id=none", &[]),
        ("/api/v1/status", &[]),
        ("/readyz", &[]),
        ("/nothing", &[]),
        ("/api/v1/search?q=new", &[("Authorization", "Bearer secret")]),
    ] {
        for _ in 0..3 {
            assert_eq!(status(&nginx.request(path, headers)), "MISS", "{path}");
        }
    }
    // The same search without a key is stored, in each encoding for itself.
    for encoding in ["identity", "gzip", "br"] {
        let headers = [("Accept-Encoding", encoding)];
        let answers = [(); 3].map(|()| status(&nginx.request("/api/v1/search?q=new", &headers)));
        assert_eq!(answers, ["MISS", "HIT", "HIT"], "{encoding}");
    }
}
