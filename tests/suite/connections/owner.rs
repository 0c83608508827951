//! Connections to the admin listener over TCP.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;

use super::{read_response, read_to_close, site};
use crate::support::{PATIENCE, Server, TestSite, request};

fn start(site: &TestSite, admin_addr: &str) -> Server {
    Server::start_with(site.root(), &site.root().join("index"), &["--admin-addr", admin_addr])
}

/// A connection to the admin listener that has sent some bytes.
fn connect(server: &Server, sent: &str) -> TcpStream {
    let port = server.admin().rsplit_once(':').unwrap().1.parse().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(sent.as_bytes()).unwrap();
    stream
}

#[test]
fn slow_and_long_requests_to_the_owner_s_listener_are_refused() {
    let site = site("header_timeout_s = 1\nidle_timeout_s = 1\nmax_uri_bytes = 2000\n");
    let server = start(&site, "127.0.0.1:0");
    let mut idle = connect(&server, "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
    read_response(&mut idle);
    for stream in [connect(&server, ""), connect(&server, "GET /api/v1/status HTTP/1.1\r\nhost: loc"), idle] {
        assert_eq!(read_to_close(&stream), "");
    }
    let mut long =
        connect(&server, &format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(3_000)));
    assert_eq!(read_response(&mut long).0, 414);
    assert_eq!(server.full_status()["posts"], 1);
}

#[test]
fn connections_to_the_owner_s_unix_socket_have_the_same_limits() {
    let site = site("header_timeout_s = 2\n");
    let server = Server::start(site.root());
    let path = server.admin().strip_prefix("unix:").unwrap();
    let connect = |sent: &str| {
        let mut stream = UnixStream::connect(path).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        stream
    };
    let mut others: Vec<UnixStream> = (0..200).map(|_| connect("GET /api/v1/status HTT")).collect();
    assert_eq!(server.full_status()["posts"], 1);
    for stream in &mut others {
        // A Unix socket that is closed with unread bytes is reset.
        let end = stream.read_to_end(&mut Vec::new());
        assert!(
            end.as_ref()
                .map_or_else(|error| error.kind() == ErrorKind::ConnectionReset, |length| *length == 0)
        );
    }
    let mut long =
        connect(&format!("GET /{} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", "a".repeat(20_000)));
    let mut refusal = String::new();
    long.read_to_string(&mut refusal).unwrap();
    assert!(refusal.starts_with("HTTP/1.1 414"), "{refusal}");
}

#[test]
fn the_owner_is_served_next_to_many_idle_connections() {
    let site = site("header_timeout_s = 600\nidle_timeout_s = 600\n");
    let server = start(&site, "127.0.0.1:0");
    let others: Vec<TcpStream> = (0..200).map(|_| connect(&server, "GET /api/v1/status HTT")).collect();
    assert_eq!(server.full_status()["posts"], 1);
    // The oldest make room: at most 64 are open.
    for stream in &others[..100] {
        assert_eq!(read_to_close(stream), "");
    }
}

#[test]
fn the_owner_s_listener_answers_only_for_its_hosts() {
    let status = |server: &Server, host: &str| {
        let url = format!("http://127.0.0.1:{}/api/v1/status", server.admin().rsplit_once(':').unwrap().1);
        request(&url, "GET", &[("host", host)]).status
    };
    let site = site("hosts = ['metrics.example']\n");
    for addr in ["127.0.0.1:0", "0.0.0.0:0"] {
        let server = start(&site, addr);
        for (host, expected) in [("localhost", 200), ("metrics.example", 200), ("evil.example", 421)] {
            assert_eq!(status(&server, host), expected, "{addr} {host}");
        }
    }
}
