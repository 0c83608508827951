//! Limits on time and on the number of connections.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpSocket;

use super::{
    closed, connect, connect_without_reading, exchange, read_response, read_to_close, site, wait_until_closed,
};
use crate::support::{PATIENCE, Server, TestSite, wait_until};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
const PARTIAL_HEAD: &str = "GET /healthz HTTP/1.1\r\nhost: local";

#[test]
fn connections_are_closed_when_a_request_takes_too_long_to_arrive() {
    let site = site("header_timeout_s = 1\nidle_timeout_s = 600\n");
    let server = Server::start(site.root());
    let silent = connect(&server, "");
    let partial = connect(&server, PARTIAL_HEAD);
    let mut later = connect(&server, HEALTH);
    assert_eq!(read_response(&mut later).0, 200);
    later.write_all(PARTIAL_HEAD.as_bytes()).unwrap();
    let mut slow = connect(&server, "GET /");
    let trickle = std::thread::spawn(move || {
        let started = Instant::now();
        while slow.write_all(b"a").is_ok() {
            assert!(started.elapsed() < PATIENCE, "a head that never ends is still read");
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    for stream in [silent, partial, later] {
        assert_eq!(read_to_close(&stream), "");
    }
    trickle.join().unwrap();
    wait_until_closed(&server, "header_timeout", 4);
    assert_eq!(closed(&server, "idle_timeout"), 0);
}

#[test]
fn idle_connections_are_closed() {
    let site = site("idle_timeout_s = 1\nheader_timeout_s = 600\n");
    let server = Server::start(site.root());
    let mut stream = connect(&server, HEALTH);
    assert_eq!(read_response(&mut stream).0, 200);
    // A request in time keeps it open.
    std::thread::sleep(Duration::from_millis(600));
    stream.write_all(HEALTH.as_bytes()).unwrap();
    assert_eq!(read_response(&mut stream).0, 200);
    assert_eq!(read_to_close(&stream), "");
    wait_until_closed(&server, "idle_timeout", 1);
}

#[test]
fn connections_are_closed_when_the_client_does_not_read() {
    let site = site("write_timeout_s = 1\n");
    let server = Server::start(site.root());
    let _stream = connect_without_reading(&server);
    wait_until_closed(&server, "write_timeout", 1);
}

#[test]
fn connections_are_closed_when_a_request_takes_too_long() {
    let site = site("request_timeout_s = 2\nwrite_timeout_s = 600\n");
    let server = Server::start(site.root());
    let mut stream = connect_without_reading(&server);
    // It reads, so that writes make progress, but too slowly.
    let is_closed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_closed.load(Ordering::Relaxed) && matches!(stream.read(&mut [0; 10]), Ok(1..)) {
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        wait_until_closed(&server, "request_timeout", 1);
        is_closed.store(true, Ordering::Relaxed);
    });
}

#[test]
fn clients_are_served_next_to_more_connections_than_the_limit() {
    let site = site("max_connections = 32\nheader_timeout_s = 600\nidle_timeout_s = 600\n");
    let server = Server::start(site.root());
    let mut honest = connect(&server, HEALTH);
    assert_eq!(read_response(&mut honest).0, 200);
    let mut others = Vec::new();
    for number in 0..150 {
        let sent = match number % 3 {
            0 => "",
            1 => PARTIAL_HEAD,
            _ => HEALTH,
        };
        others.push(connect(&server, sent));
        if number % 5 == 0 {
            honest.write_all(HEALTH.as_bytes()).unwrap();
            assert_eq!(read_response(&mut honest).0, 200, "after {number} connections");
            assert_eq!(server.get("/healthz").status, 200);
        }
    }
    assert!(closed(&server, "limit") >= 100, "{} connections were closed", closed(&server, "limit"));
    let is_within_limit = |open: &str| open.parse::<u32>().unwrap() <= 33;
    let open = || {
        let metrics = server.get("/metrics").body;
        let open = metrics.lines().find_map(|line| line.strip_prefix("bloghound_connections "));
        open.unwrap().to_owned()
    };
    wait_until(open, is_within_limit);
    // The oldest were closed, the newest are open.
    assert!(matches!(others[0].read(&mut [0]), Ok(0) | Err(_)));
    let newest = others.last_mut().unwrap();
    assert_eq!(read_response(newest).0, 200);
    newest.write_all(HEALTH.as_bytes()).unwrap();
    assert_eq!(read_response(newest).0, 200);
}

#[test]
fn incomplete_heads_are_closed_when_all_together_take_too_much_memory() {
    const MAX_BYTES: usize = 1 << 20;
    let site = site(&format!("header_timeout_s = 600\nmax_partial_heads_bytes = {MAX_BYTES}\n"));
    let server = Server::start(site.root());
    let silent = connect(&server, "");
    let head = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}", "a".repeat(14_000));
    // On a busy machine, the heads do not arrive in the order of the connections.
    let others: Vec<TcpStream> = (0..300).map(|_| connect(&server, &head)).collect();
    let most = MAX_BYTES / head.len();
    wait_until_closed(&server, "partial_heads", 300 - u64::try_from(most).unwrap());
    let open = || others.iter().filter(|stream| is_open(stream)).count();
    wait_until(|| open().to_string(), |_| open() <= most);
    let newest = connect(&server, &head);
    // The newest is kept, and so are connections without a part of a head.
    for (mut stream, rest) in [(&newest, "\r\n\r\n"), (&silent, HEALTH)] {
        stream.write_all(rest.as_bytes()).unwrap();
        assert_eq!(read_response(&mut stream.try_clone().unwrap()).0, 200);
    }
    let kept = 301 - usize::try_from(closed(&server, "partial_heads")).unwrap();
    assert!(kept > most / 4, "only {kept} of {most} are open");
}

/// Whether a connection, on which the server has sent nothing, is open.
fn is_open(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    stream.peek(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

/// A connection from another address of this machine.
fn connect_from(address: &str, server: &Server) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
        socket.connect(server.address().parse().unwrap()).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

#[test]
fn an_idle_connection_is_kept_while_another_address_has_more() {
    let site = site("max_connections = 32\nheader_timeout_s = 600\nidle_timeout_s = 600\n");
    let server = Server::start(site.root());
    let mut oldest = connect_from("127.0.0.2", &server);
    let _others: Vec<TcpStream> = (0..100).map(|_| connect(&server, PARTIAL_HEAD)).collect();
    wait_until_closed(&server, "limit", 60);
    oldest.write_all(HEALTH.as_bytes()).unwrap();
    assert_eq!(read_response(&mut oldest).0, 200);
}

/// A server whose process can open at most 64 descriptors.
fn server_with_few_descriptors(site: &TestSite) -> Server {
    let mut command = Command::new("sh");
    let script = r#"ulimit -n 64 && exec "$0" serve --addr 127.0.0.1:0 --site "$1""#;
    command.args(["-c", script, env!("CARGO_BIN_EXE_bloghound")]).arg(site.root());
    Server::launch(command)
}

#[test]
fn running_out_of_descriptors_shuts_out_neither_clients_nor_changes() {
    let site = site("header_timeout_s = 600\nidle_timeout_s = 600\n");
    let server = server_with_few_descriptors(&site);
    let _others: Vec<TcpStream> = (0..200).map(|_| connect(&server, PARTIAL_HEAD)).collect();
    assert_eq!(server.hits("flour"), ["food/bread"]);
    site.write_post("food/cake", &crate::support::post("Cake", "2024-02-01", "Flour and sugar."));
    server.wait_for_hits("sugar", &["food/cake"]);
    assert!(closed(&server, "limit") >= 150);
    assert_eq!(server.problems(), "[]");
}

#[test]
fn accepting_goes_on_after_it_failed_for_lack_of_descriptors() {
    let site = site("");
    let mut server = Server::start(site.root());
    let idle: Vec<TcpStream> = (0..20).map(|_| connect(&server, "")).collect();
    assert_eq!(server.get("/healthz").status, 200);
    let set_limit = |limit: &str| {
        let pid = server.pid().to_string();
        let limit = format!("--nofile={limit}:");
        assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
    };
    // Fewer than are open: accepting fails until enough idle connections are closed.
    set_limit("20");
    let response = exchange(&server, "GET /healthz HTTP/1.0\r\n\r\n");
    assert!(response.ends_with("ok\n"), "{response}");
    set_limit("1000");
    assert_eq!(server.get("/healthz").status, 200);
    server.find_in_log(&["cannot accept connections", "Too many open files"]);
    let problem = server.wait_for_problem("cannot accept connections");
    assert!(problem.contains("\"connections\"") && problem.contains("Too many open files"), "{problem}");
    // It is over when nothing has failed for some seconds, without further connections, too.
    server.wait_for_problem("");
    drop(idle);
}
