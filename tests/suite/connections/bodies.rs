//! The memory of request bodies.

use std::io::ErrorKind;
use std::net::TcpStream;

use super::{connect, exchange, read_to_close, site};
use crate::support::{Server, send, wait_until};

/// The smallest allowed value.
const MAX_BYTES: usize = 1 << 20;
const SLOW_BYTES: usize = 60_000;
const SLOW: usize = 200;
const PATHS: [&str; 2] = ["/api/v1/search", "/1/indexes/posts/query"];

/// A request whose body does not end.
fn slow(server: &Server, path: &str) -> TcpStream {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        SLOW_BYTES + 1
    );
    connect(server, head + &" ".repeat(SLOW_BYTES))
}

fn has_response(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let is_waiting = stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    !is_waiting
}

/// Checks that requests with a body are answered.
fn assert_served(server: &Server) {
    for (path, body) in PATHS.into_iter().zip([r#"{"q": "flour"}"#, r#"{"query": "flour"}"#]) {
        let answer = send(&server.url(path), "POST", &[("content-type", "application/json")], body);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(answer.body.contains("Baking bread"), "{path}: {}", answer.body);
    }
}

#[test]
fn slow_bodies_make_room_when_all_together_take_too_much_memory() {
    let site = site(&format!("request_timeout_s = 600\nmax_bodies_bytes = {MAX_BYTES}\n"));
    let server = Server::start(site.root());
    let others: Vec<(usize, TcpStream)> =
        (0..SLOW).map(|number| (number % 2, slow(&server, PATHS[number % 2]))).collect();
    let most = MAX_BYTES / SLOW_BYTES;
    let waiting = || others.iter().filter(|(_, stream)| !has_response(stream)).count();
    wait_until(|| waiting().to_string(), |count| count.parse::<usize>().unwrap() <= most);
    // The memory is full, and those who send all of a body are served.
    assert!(waiting() > most / 2, "{} of {most} are kept", waiting());
    assert_served(&server);
    let mut refused = [0; 2];
    for (kind, stream) in others.iter().filter(|(_, stream)| has_response(stream)) {
        // The system may reset a connection with bytes that the server has not read.
        let response = read_to_close(stream);
        let Some((head, body)) = response.split_once("\r\n\r\n") else { continue };
        let (status, field) = [("503", "detail"), ("429", "message")][*kind];
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")) && head.contains("retry-after: 1"),
            "{head}"
        );
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert!(body[field].as_str().unwrap().contains("too much memory"), "{body}");
        refused[*kind] += 1;
    }
    assert!(refused.iter().all(|count| *count > SLOW / 4), "{refused:?}");
    drop(others);
    assert_served(&server);
}

#[test]
fn a_body_may_be_as_long_as_the_setting_says() {
    let site = site("max_body_bytes = 1048576\nmax_bodies_bytes = 1048576\n");
    let server = Server::start(site.root());
    for (path, name) in PATHS.into_iter().zip(["q", "query"]) {
        let query = format!("{{\"{name}\": \"flour\"}}");
        let longest = query.clone() + &" ".repeat((1 << 20) - query.len());
        let answer = send(&server.url(path), "POST", &[("content-type", "application/json")], longest);
        assert_eq!(answer.status, 200, "{path}");
        let longer = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            (1 << 20) + 1
        );
        let refusal = exchange(&server, longer);
        assert!(refusal.starts_with("HTTP/1.1 413 "), "{path}: {refusal}");
    }
}
