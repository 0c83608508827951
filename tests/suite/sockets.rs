//! The sockets of the service: Unix sockets, sockets that a service manager passes, the end of an idle service, and
//! restarts under load.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bloghound::content::Site;
use bloghound::reindex::{Indexer, OpenMode};

use crate::support::{Output, PATIENCE, Server, TestSite, bloghound, wait_until};

/// The service's end takes at most this long after its time without requests.
const SLACK: Duration = Duration::from_secs(20);

fn site() -> TestSite {
    let site = TestSite::with_posts(&[("food/bread", "Baking bread", "Flour.")]);
    site.write("bloghound.toml", "[http]\nheader_timeout_s = 1\n");
    site.reindex();
    site
}

/// A command that becomes a server, which gets sockets as a service manager passes them.
fn activated(site: &Path, socket: impl Into<OwnedFd>) -> Command {
    let script = "exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_bloghound"), "serve", "--site"]).arg(site);
    command.stdin(Stdio::from(socket.into()));
    command
}

/// Sends a request and returns the response, up to the end of the connection.
fn exchange(mut stream: impl Read + Write, path: &str) -> String {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: blog.example\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

fn search(stream: impl Read + Write) {
    let response = exchange(stream, "/api/v1/search?q=flour");
    assert!(response.starts_with("HTTP/1.1 200") && response.contains("Baking bread"), "{response}");
}

#[test]
fn serves_at_a_unix_socket_within_the_limits_of_connections() {
    let site = site();
    let path = site.root().join("s.sock");
    let addr = format!("unix:{}", path.display());
    // A server that was killed leaves the file of its socket.
    drop(UnixListener::bind(&path).unwrap());
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
        command.args(["serve", "--admin-addr", "off", "--addr", &addr, "--site"]).arg(site.root());
        command
    };
    let server = Server::launch_unready(command());
    search(UnixStream::connect(&path).unwrap());
    // Any user may connect, as to a loopback address.
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o666);
    let mut slow = UnixStream::connect(&path).unwrap();
    slow.set_read_timeout(Some(PATIENCE)).unwrap();
    slow.write_all(b"GET / HT").unwrap();
    assert_eq!(slow.read_to_string(&mut String::new()).unwrap(), 0);
    let other = TestSite::with_posts(&[("a/x", "X", "One.")]);
    let second = Output::of(bloghound().args(["serve", "--addr", &addr, "--site"]).arg(other.root()));
    assert_eq!(second.code, 1);
    assert!(second.stderr.contains("another server listens there"), "{}", second.stderr);
    assert!(server.stop("TERM").success());
    assert!(!path.exists());
}

#[test]
fn serves_at_a_socket_that_the_service_manager_passes() {
    let site = site();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = Server::launch(activated(site.root(), tcp.try_clone().unwrap()));
    assert_eq!(server.address(), tcp.local_addr().unwrap().to_string());
    // The host is checked at a passed loopback address, too.
    search(TcpStream::connect(tcp.local_addr().unwrap()).unwrap());
    let url = server.url("/healthz");
    assert_eq!(crate::support::request(&url, "GET", &[("host", "evil.example")]).status, 421);
    assert!(server.stop("TERM").success());
    let path = site.root().join("passed.sock");
    let unix = UnixListener::bind(&path).unwrap();
    let server = Server::launch_unready(activated(site.root(), unix.try_clone().unwrap()));
    search(UnixStream::connect(&path).unwrap());
    assert!(server.stop("TERM").success());
    // It belongs to the service manager.
    assert!(path.exists());
}

#[test]
fn refuses_passed_sockets_that_it_cannot_serve_at_and_ignores_those_of_other_processes() {
    let site = site();
    let run = |variables: &str, stdin: OwnedFd| {
        let script = format!("exec 3<&0 4<&0 </dev/null; export {variables}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_bloghound"), "serve", "--idle-exit", "1"]);
        command.args(["--addr", "127.0.0.1:0", "--site"]).arg(site.root()).stdin(stdin);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let tcp = || OwnedFd::from(TcpListener::bind("127.0.0.1:0").unwrap());
    let (code, message) = run("LISTEN_FDS=2 LISTEN_PID=$$", tcp());
    assert!(code == Some(1) && message.contains("2 sockets were passed"), "{code:?} {message}");
    let (code, message) = run("LISTEN_FDS=1 LISTEN_PID=$$", std::fs::File::open("/dev/null").unwrap().into());
    assert!(code == Some(1) && message.contains("expected a TCP socket"), "{code:?} {message}");
    let passed = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = passed.local_addr().unwrap().to_string();
    let (code, message) = run("LISTEN_FDS=1 LISTEN_PID=1", passed.into());
    assert!(code == Some(0) && !message.contains(&addr), "{code:?} {message}");
}

#[test]
fn a_service_without_requests_ends_and_the_next_one_answers_what_came_in_between() {
    let site = site();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    for _ in 0..2 {
        // A connection that comes while no service runs starts the next one.
        let mut waiting = TcpStream::connect(addr).unwrap();
        let mut command = activated(site.root(), listener.try_clone().unwrap());
        command.args(["--idle-exit", "2"]);
        let mut server = Server::launch_unready(command);
        search(&mut waiting);
        // Requests keep it alive, whatever they are, and open connections do not.
        let _silent = TcpStream::connect(addr).unwrap();
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(4) {
            assert!(exchange(TcpStream::connect(addr).unwrap(), "/healthz").ends_with("ok\n"));
            std::thread::sleep(Duration::from_millis(200));
        }
        let last = Instant::now();
        server.find_in_log(&["no request for 2 s"]);
        assert!(last.elapsed() >= Duration::from_millis(1_500), "{:?}", last.elapsed());
        assert!(server.wait().success());
        assert!(last.elapsed() < SLACK, "{:?}", last.elapsed());
    }
}

#[test]
fn an_idle_service_finishes_its_first_build_before_it_ends() {
    let site = TestSite::with_posts(&[("food/bread", "Baking bread", "Flour.")]);
    let config = site.config();
    let indexer = Indexer::open(&config, &Site::detect(&config).unwrap(), OpenMode::Update).unwrap();
    let mut command = Server::command(site.root());
    command.args(["--idle-exit", "1"]);
    let server = Server::launch_unready(command);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(server.get("/healthz").status, 200);
    indexer.close().unwrap();
    assert!(server.wait().success());
    assert!(bloghound::index::generation::current(&config.index_dir).is_some());
}

/// Results of the requests of a load.
#[derive(Default)]
struct Load {
    is_over: AtomicBool,
    answered: AtomicUsize,
    failures: Mutex<Vec<String>>,
}

impl Load {
    /// Sends requests, each on a new connection or all on one that is replaced when the server closes it after a response.
    fn send(&self, addr: SocketAddr, keeps_alive: bool) {
        let mut open = None;
        while !self.is_over.load(Ordering::Relaxed) {
            match Self::send_one(addr, open.take()) {
                Ok(stream) => {
                    self.answered.fetch_add(1, Ordering::Relaxed);
                    open = stream.filter(|_| keeps_alive);
                }
                Err(failure) => self.failures.lock().unwrap().push(failure),
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Sends a request and reads its response. Returns the connection unless the server closes it.
    fn send_one(addr: SocketAddr, open: Option<TcpStream>) -> Result<Option<TcpStream>, String> {
        let is_new = open.is_none();
        let failed = |what: &str, error: std::io::Error| format!("{what}, new: {is_new}: {error}");
        let mut stream = match open {
            Some(stream) => stream,
            None => TcpStream::connect(addr).map_err(|error| failed("connect", error))?,
        };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = "GET /api/v1/search?q=flour HTTP/1.1\r\nHost: localhost\r\n\r\n";
        stream.write_all(request.as_bytes()).map_err(|error| failed("write", error))?;
        let mut response = Vec::new();
        loop {
            let mut space = [0; 4_096];
            let length = stream.read(&mut space).map_err(|error| failed("read", error))?;
            if length == 0 {
                return Err(failed("end", std::io::ErrorKind::UnexpectedEof.into()));
            }
            response.extend_from_slice(&space[..length]);
            if response.ends_with(b"}") {
                break;
            }
        }
        let text = String::from_utf8(response).unwrap();
        if !text.starts_with("HTTP/1.1 200") || !text.contains("Baking bread") {
            return Err(text);
        }
        Ok((!text.contains("connection: close")).then_some(stream))
    }
}

#[test]
fn restarts_under_load_fail_no_request() {
    const RESTARTS: usize = 6;
    let site = site();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let start = || Server::launch_unready(activated(site.root(), listener.try_clone().unwrap()));
    let load = Load::default();
    std::thread::scope(|scope| {
        let mut server = start();
        for keeps_alive in [true, true, true, false, false, false] {
            let load = &load;
            scope.spawn(move || load.send(addr, keeps_alive));
        }
        for _ in 0..RESTARTS {
            let before = load.answered.load(Ordering::Relaxed);
            wait_until(
                || load.answered.load(Ordering::Relaxed).to_string(),
                |answered| answered.parse::<usize>().unwrap() > before + 100,
            );
            assert!(server.stop("TERM").success());
            server = start();
        }
        let before = load.answered.load(Ordering::Relaxed);
        wait_until(
            || load.answered.load(Ordering::Relaxed).to_string(),
            |answered| answered.parse::<usize>().unwrap() > before + 100,
        );
        load.is_over.store(true, Ordering::Relaxed);
    });
    let failures = load.failures.into_inner().unwrap();
    eprintln!("{} requests were answered over {RESTARTS} restarts", load.answered.into_inner());
    assert!(failures.is_empty(), "{} failed: {:#?}", failures.len(), &failures[..failures.len().min(5)]);
}
