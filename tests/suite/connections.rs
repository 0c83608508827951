//! Connections that are slow, silent or too many, requests that are too long, and the end of the server.

mod bodies;
mod http2;
mod limits;
mod owner;
mod shutdown;
mod tls;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::{PATIENCE, Server, TestSite};

/// A site with these settings in `[http]`.
fn site(http: &str) -> TestSite {
    let site = TestSite::with_posts(&[("food/bread", "Baking bread", "Flour, water and salt.")]);
    site.write("bloghound.toml", format!("[http]\n{http}"));
    site
}

/// A connection that has sent some bytes.
fn connect(server: &Server, sent: impl AsRef<[u8]>) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(sent.as_ref()).unwrap();
    stream
}

/// What the server sends until it closes the connection; it may reset it.
fn read_to_close(mut stream: &TcpStream) -> String {
    let mut received = Vec::new();
    let mut space = [0; 4_096];
    loop {
        match stream.read(&mut space) {
            Ok(0) => break,
            Ok(length) => received.extend_from_slice(&space[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the server did not close the connection: {error}"),
        }
    }
    String::from_utf8(received).unwrap()
}

/// Sends bytes and returns all that the server responds until it closes the connection.
fn exchange(server: &Server, sent: impl AsRef<[u8]>) -> String {
    read_to_close(&connect(server, sent))
}

/// Reads one response with a body of known length.
fn read_response(stream: &mut TcpStream) -> (u16, String) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0].into());
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, String::from_utf8(body).unwrap())
}

/// The number of connections that were closed for a reason.
fn closed(server: &Server, reason: &str) -> u64 {
    let metrics = server.get("/metrics").body;
    let name = format!("bloghound_closed_connections_total{{reason=\"{reason}\"}} ");
    let count = metrics.lines().find_map(|line| line.strip_prefix(&name));
    count.unwrap_or_else(|| panic!("{name} is missing in {metrics}")).parse().unwrap()
}

/// Waits until a number of connections were closed for a reason.
fn wait_until_closed(server: &Server, reason: &str, expected: u64) {
    let started = Instant::now();
    while closed(server, reason) < expected {
        assert!(started.elapsed() < PATIENCE, "{} of {expected} closed: {reason}", closed(server, reason));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A connection with requests in progress: sends them until the server stops reading, because nobody reads the responses.
fn connect_without_reading(server: &Server) -> TcpStream {
    let mut stream = connect(server, "");
    stream.set_write_timeout(Some(Duration::from_millis(300))).unwrap();
    let request = "GET /assets/page.css HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(100);
    while stream.write_all(request.as_bytes()).is_ok() {}
    stream
}

#[test]
fn responses_follow_requests_in_order_on_one_connection() {
    let site = site("");
    let server = Server::start(site.root());
    let health = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let search = "GET /api/v1/search?q=flour HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut stream = connect(&server, format!("{health}{search}{health}"));
    assert_eq!(read_response(&mut stream).1, "ok\n");
    assert!(read_response(&mut stream).1.contains("Baking bread"));
    assert_eq!(read_response(&mut stream).1, "ok\n");
    // A head in parts, and the start of the next one with its end.
    for part in [&health[..5], &health[5..20]] {
        stream.write_all(part.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }
    stream.write_all(format!("{}{}", &health[20..], &search[..7]).as_bytes()).unwrap();
    assert_eq!(read_response(&mut stream).1, "ok\n");
    // By now the connection has given its buffers back, with the start of the head.
    std::thread::sleep(Duration::from_millis(1_600));
    stream.write_all(&search.as_bytes()[7..]).unwrap();
    assert!(read_response(&mut stream).1.contains("Baking bread"));
    std::thread::sleep(Duration::from_millis(1_600));
    stream.write_all(health.as_bytes()).unwrap();
    assert_eq!(read_response(&mut stream).1, "ok\n");
}

#[test]
fn head_requests_and_clients_of_http_1_0_get_their_responses() {
    let site = site("");
    let server = Server::start(site.root());
    let head = exchange(&server, "HEAD /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("content-length: 3"), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "{head}");
    let old = exchange(&server, "GET /healthz HTTP/1.0\r\n\r\n");
    assert!(old.starts_with("HTTP/1.0 200") && old.ends_with("ok\n"), "{old}");
}

#[test]
fn requests_that_are_too_long_are_refused_with_a_problem() {
    let site = site("max_uri_bytes = 2000\nmax_header_bytes = 3000\n");
    let server = Server::start(site.root());
    let get =
        |path: &str, field: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nx: {field}\r\n\r\n");
    let long_uri = format!("/api/v1/search?q={}", "a".repeat(2_000));
    let endless = |length: usize| format!("GET /{}", "a".repeat(length));
    for (request, status) in [
        (get(&long_uri, ""), 414),
        (get("/healthz", &"a".repeat(3_000)), 431),
        (endless(100_000), 414),
        (format!("GET / HTTP/1.1\r\nx: {}", "a".repeat(100_000)), 431),
        (format!("GET / HTTP/1.1\r\n{}", "a: b\r\n".repeat(200)), 431),
    ] {
        let start: String = request.chars().take(50).collect();
        let mut stream = connect(&server, &request);
        let (found, body) = read_response(&mut stream);
        assert_eq!(found, status, "{start}: {body}");
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["status"], status, "{start}: {body}");
    }
    // The longest allowed ones are served, also by a connection that has been used before.
    let mut stream = connect(&server, get("/healthz", &"a".repeat(2_900)));
    assert_eq!(read_response(&mut stream).0, 200);
    stream.write_all(get(&long_uri, "").as_bytes()).unwrap();
    assert_eq!(read_response(&mut stream).0, 414);
    stream.write_all(get(&long_uri[..1_990], "").as_bytes()).unwrap();
    assert_eq!(read_response(&mut stream).0, 200);
}

#[test]
fn invalid_requests_are_refused_at_once() {
    let site = site("");
    let server = Server::start(site.root());
    for request in
        ["\u{16}\u{3}\u{1}\u{2}", "GET\r\n\r\n", "GET / HTTP/3.0\r\n", "GET / HTTP/1.1\r\n a\r\n\r\n"]
    {
        let response = exchange(&server, request);
        assert!(response.starts_with("HTTP/1.1 400"), "{request:?} got {response:?}");
    }
    // A body that never comes, to a route that takes none.
    let response =
        exchange(&server, "POST /healthz HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n");
    assert!(response.starts_with("HTTP/1.1 405"), "{response}");
}
