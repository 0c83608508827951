//! The end of `bloghound serve`: within a stated time, whatever clients and files do.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bloghound::content::Site;
use bloghound::engine::{SyncIntervals, SyncSetup, SyncThread};
use bloghound::reindex::Clock;

use super::{connect, connect_without_reading, read_response, read_to_close, site};
use crate::support::{Output, PATIENCE, Server, TestSite, bloghound, wait_until};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Well below the 10 s that a shutdown may take by default.
const AT_ONCE: Duration = Duration::from_secs(5);

fn make_fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn open_connections_without_a_request_do_not_delay_the_end() {
    for signal in ["TERM", "INT"] {
        let site = site("");
        let server = Server::start(site.root());
        let mut idle = connect(&server, HEALTH);
        assert_eq!(read_response(&mut idle).0, 200);
        let partial = connect(&server, "GET / HTTP/1.1\r\nhost: local");
        let silent = connect(&server, "");
        let started = Instant::now();
        assert!(server.stop(signal).success(), "SIG{signal}");
        assert!(started.elapsed() < AT_ONCE, "SIG{signal} took {:?}", started.elapsed());
        for stream in [idle, partial, silent] {
            assert_eq!(read_to_close(&stream), "");
        }
    }
}

#[test]
fn requests_in_progress_delay_the_end_for_the_stated_time() {
    let site = site("shutdown_s = 1\n");
    let server = Server::start(site.root());
    let _stream = connect_without_reading(&server);
    let started = Instant::now();
    assert!(server.stop("TERM").success());
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
}

#[test]
fn a_second_signal_ends_the_process_at_once() {
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let site = site("shutdown_s = 600\n");
        let mut server = Server::start(site.root());
        let _stream = connect_without_reading(&server);
        server.signal("TERM");
        server.wait_for_log("stopping");
        assert_eq!(server.stop(signal).code(), Some(code));
    }
}

#[test]
fn indexing_that_is_stuck_delays_the_end_for_the_stated_time() {
    let site = site("shutdown_s = 1\n");
    let server = Server::start(site.root());
    // Reading either never ends while no one writes to it.
    fs::remove_file(site.root().join("hugo.toml")).unwrap();
    make_fifo(&site.root().join("hugo.toml"));
    make_fifo(&site.content().join("post.md"));
    std::thread::sleep(Duration::from_millis(1_500));
    let started = Instant::now();
    assert!(server.stop("TERM").success());
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
}

#[test]
fn a_git_lock_does_not_delay_the_end() {
    let site = site("shutdown_s = 1\n");
    site.write(".git/index.lock", "");
    let server = Server::start(site.root());
    site.write_post("food/cake", &crate::support::post("Cake", "2024-02-01", "Sugar."));
    std::thread::sleep(Duration::from_millis(300));
    let started = Instant::now();
    assert!(server.stop("TERM").success());
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
}

#[test]
fn stopping_waits_for_a_stuck_thread_only_for_the_stated_time() {
    let site = site("");
    let engine = Arc::new(site.engine());
    let config = site.config();
    let (reached, is_reached) = channel();
    let (release, is_released) = channel::<()>();
    let is_released = Mutex::new(is_released);
    let setup = SyncSetup {
        site: Site::detect(&config).unwrap(),
        config,
        watches_content: false,
        indexer: None,
        on_first_reconcile: None,
        reload: Box::new(move || {
            let _ = reached.send(());
            let _ = is_released.lock().unwrap().recv();
            Err("released".to_owned())
        }),
        clock: Clock::default(),
        intervals: SyncIntervals::default(),
    };
    let thread = SyncThread::start(engine, setup).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    site.write("bloghound.toml", "[watch]\nreconcile_s = 17\n");
    is_reached.recv_timeout(PATIENCE).unwrap();
    let started = Instant::now();
    assert!(!thread.stop_within(Duration::from_millis(300)));
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    drop(release);
}

#[test]
fn signals_during_the_first_build_end_the_server_at_once() {
    let text = "Bread needs flour, water, salt and time. ".repeat(100);
    let posts: Vec<String> = (0..2_000).map(|number| format!("food/bread-{number}")).collect();
    let site = TestSite::new();
    for folder in &posts {
        site.write_post(folder, &crate::support::post(folder, "2024-01-01", &text));
    }
    for signal in ["TERM", "INT"] {
        let server = Server::start_unready(site.root());
        assert_eq!(server.get("/readyz").status, 503);
        let started = Instant::now();
        assert!(server.stop(signal).success(), "SIG{signal}");
        assert!(started.elapsed() < AT_ONCE, "SIG{signal} took {:?}", started.elapsed());
        assert_eq!(bloghound::index::generation::current(&site.root().join("index")), None);
    }
}

fn wait_for_end(process: &mut Child) -> std::process::ExitStatus {
    let started = Instant::now();
    loop {
        if let Some(status) = process.try_wait().unwrap() {
            return status;
        }
        if started.elapsed() > PATIENCE {
            process.kill().unwrap();
            panic!("the process did not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn entries(dir: &Path) -> String {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap() + "\n").collect()
}

#[test]
fn the_unpacked_bundle_is_removed_whenever_the_signal_comes() {
    let site = site("");
    site.reindex();
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("search.tar.zst");
    let pack = Output::of(bloghound().arg("--site").arg(site.root()).args(["bundle", "create"]).arg(&file));
    assert_eq!(pack.code, 0, "{}", pack.stderr);
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start_bundle(site.root(), &file, dir.path());
    assert!(entries(dir.path()).starts_with("bloghound-"));
    assert!(server.stop("TERM").success());
    assert_eq!(entries(dir.path()), "");
    // Reading this bundle never ends.
    let fifo = temporary.path().join("endless.tar.zst");
    make_fifo(&fifo);
    let mut process = Command::new(env!("CARGO_BIN_EXE_bloghound"))
        .args(["serve", "--addr", "127.0.0.1:0", "--bundle"])
        .arg(&fifo)
        .env("TMPDIR", dir.path())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until(|| entries(dir.path()), |entries| entries.starts_with("bloghound-"));
    assert!(Command::new("kill").arg(process.id().to_string()).status().unwrap().success());
    assert_eq!(wait_for_end(&mut process).code(), Some(143));
    assert_eq!(entries(dir.path()), "");
}
