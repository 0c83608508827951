//! HTTP/2 with prior knowledge: what clients get, the limits, hostile frames, and the end of the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::{connect, read_to_close, site, wait_until_closed};
use crate::support::{PATIENCE, Server};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Types of frames.
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
/// Flags of frames.
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// The setting for the size of the windows of responses.
const INITIAL_WINDOW_SIZE: [u8; 2] = [0, 4];

type Client = SendRequest<Empty<Bytes>>;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, future).await.unwrap() })
}

async fn client(server: &Server) -> Client {
    let stream = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    let (client, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    client
}

fn request(host: &str, path: &str) -> Request<Empty<Bytes>> {
    Request::get(format!("http://{host}{path}")).body(Empty::new()).unwrap()
}

async fn ask(client: &mut Client, request: Request<Empty<Bytes>>) -> (StatusCode, String) {
    let response = client.send_request(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// A frame.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The fields of a GET request, uncompressed. Both texts are short.
fn fields(path: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    // Entries of the static table: GET, http; then the path and the authority as literals.
    [&[0x82, 0x86, 0x04][..], &text(path), &[0x01], &text("localhost")].concat()
}

/// A connection that has begun with HTTP/2.
fn begin(server: &Server, settings: &[u8]) -> TcpStream {
    connect(server, [PREFACE, &frame(SETTINGS, 0, 0, settings)].concat())
}

/// The types of the frames that the server sends until it closes the connection.
fn frames_to_close(stream: &mut TcpStream) -> Vec<u8> {
    let mut kinds = Vec::new();
    let mut head = [0; 9];
    while stream.read_exact(&mut head).is_ok() {
        kinds.push(head[3]);
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        if stream.read_exact(&mut vec![0; length as usize]).is_err() {
            break;
        }
    }
    kinds
}

#[test]
fn requests_on_one_connection_are_answered_at_the_same_time() {
    let site = site("");
    let server = Server::start(site.root());
    let mut over_http1 = server.get("/api/v1/search?q=flour").json();
    block_on(async {
        let client = client(&server).await;
        let requests = (0..50).map(|_| {
            let mut client = client.clone();
            tokio::spawn(
                async move { ask(&mut client, request("localhost", "/api/v1/search?q=flour")).await },
            )
        });
        for response in requests.collect::<Vec<_>>() {
            let (status, body) = response.await.unwrap();
            assert_eq!(status, 200, "{body}");
            let mut body: serde_json::Value = serde_json::from_str(&body).unwrap();
            for answer in [&mut over_http1, &mut body] {
                answer["took_us"] = 0.into();
            }
            assert_eq!(body, over_http1);
        }
        let mut client = client;
        for (host, path, expected) in [
            ("localhost", "/", 200),
            ("localhost", "/nowhere", 404),
            ("localhost", "/api/v1/search?limit=0", 400),
            ("evil.example", "/healthz", 421),
        ] {
            assert_eq!(ask(&mut client, request(host, path)).await.0, expected, "{host}{path}");
        }
        let head = Request::head("http://localhost/healthz").body(Empty::new()).unwrap();
        assert_eq!(ask(&mut client, head).await, (StatusCode::OK, String::new()));
    });
}

#[test]
fn long_requests_over_http_2_are_refused_with_a_problem() {
    let site = site("max_uri_bytes = 2000\nmax_header_bytes = 3000\n");
    let server = Server::start(site.root());
    let with = |path: &str, fields: &[(&str, String)]| {
        let mut request = request("localhost", path);
        for (name, value) in fields {
            let name: hyper::header::HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        request
    };
    let many: Vec<(&str, String)> = (0..101).map(|_| ("a", "b".to_owned())).collect();
    block_on(async {
        let mut client = client(&server).await;
        for (request, expected) in [
            (with(&format!("/api/v1/search?q={}", "a".repeat(2_000)), &[]), 414),
            (with("/healthz", &[("x", "a".repeat(3_000))]), 431),
            (with("/healthz", &many), 431),
        ] {
            let (status, body) = ask(&mut client, request).await;
            assert_eq!(status, expected, "{body}");
            let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!(problem["status"], expected, "{body}");
        }
        // Beyond what is read at all, there may be no body.
        let response = client.send_request(with("/healthz", &[("x", "a".repeat(60_000))])).await;
        assert!(response.is_err() || response.unwrap().status() == 431);
        let mut client = self::client(&server).await;
        assert_eq!(ask(&mut client, with("/healthz", &[("x", "a".repeat(2_900))])).await.0, 200);
    });
}

#[test]
fn http_2_starts_only_with_the_connection_and_also_in_parts() {
    let site = site("");
    let server = Server::start(site.root());
    let opening = [
        PREFACE,
        &frame(SETTINGS, 0, 0, &[]),
        &frame(HEADERS, END_STREAM | END_HEADERS, 1, &fields("/healthz")),
    ];
    let opening = opening.concat();
    let mut stream = connect(&server, "");
    for byte in &opening[..40] {
        stream.write_all(&[*byte]).unwrap();
        std::thread::sleep(Duration::from_millis(2));
    }
    stream.write_all(&opening[40..]).unwrap();
    stream.write_all(&frame(GOAWAY, 0, 0, &[0; 8])).unwrap();
    let kinds = frames_to_close(&mut stream);
    assert!(kinds.contains(&SETTINGS) && kinds.contains(&HEADERS), "{kinds:?}");
    // After a request, the preface is an invalid one, before and after the connection has given its buffers back.
    for pause in [0, 1_600] {
        let mut stream = connect(&server, "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert_eq!(super::read_response(&mut stream).0, 200);
        std::thread::sleep(Duration::from_millis(pause));
        stream.write_all(&opening).unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        let rest = String::from_utf8_lossy(&rest);
        assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 400"), "{rest:?}");
    }
}

#[test]
fn http_2_connections_have_the_time_limits_of_all_others() {
    let site = site("header_timeout_s = 1\nidle_timeout_s = 2\nrequest_timeout_s = 3\n");
    let server = Server::start(site.root());
    // Neither frames without a request nor parts of one extend the time.
    let mut silent = begin(&server, &[]);
    let mut pinging = begin(&server, &[]);
    let mut partial = begin(&server, &[]);
    partial.write_all(&frame(HEADERS, END_STREAM, 1, &fields("/healthz"))).unwrap();
    let started = Instant::now();
    while pinging.write_all(&frame(PING, 0, 0, &[0; 8])).is_ok() {
        assert!(started.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(50));
    }
    for stream in [&mut silent, &mut partial] {
        frames_to_close(stream);
    }
    wait_until_closed(&server, "header_timeout", 3);
    let mut idle = begin(&server, &[]);
    idle.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &fields("/healthz"))).unwrap();
    assert!(frames_to_close(&mut idle).contains(&HEADERS));
    wait_until_closed(&server, "idle_timeout", 1);
    // A client that never lets a response be sent.
    let no_window = [&INITIAL_WINDOW_SIZE[..], &[0; 4]].concat();
    let mut stuck = begin(&server, &no_window);
    stuck.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &fields("/assets/page.css"))).unwrap();
    let started = Instant::now();
    let mut stream = 3;
    // Other requests do not extend its time.
    while stuck.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, stream, &fields("/nowhere"))).is_ok() {
        assert!(started.elapsed() < PATIENCE);
        stream += 2;
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(started.elapsed() >= Duration::from_secs(3), "{:?}", started.elapsed());
    wait_until_closed(&server, "request_timeout", 1);
}

#[test]
fn the_server_ends_after_the_requests_in_progress_of_http_2() {
    let site = site("");
    let server = Server::start(site.root());
    let mut idle = begin(&server, &[]);
    idle.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &fields("/healthz"))).unwrap();
    let started = Instant::now();
    block_on(async {
        let client = client(&server).await;
        let mut requests = Vec::new();
        for number in 0..40 {
            let mut client = client.clone();
            let path = format!("/api/v1/search?q=flour+{number}");
            requests
                .push(tokio::spawn(async move { client.send_request(request("localhost", &path)).await }));
        }
        // All of them have arrived once one of a later connection is answered.
        for request in &mut requests {
            assert_eq!(request.await.unwrap().unwrap().status(), 200);
        }
        server.signal("TERM");
    });
    assert!(frames_to_close(&mut idle).contains(&GOAWAY));
    assert!(server.wait().success());
    assert!(started.elapsed() < Duration::from_secs(9), "{:?}", started.elapsed());
}

/// The memory of the server, in bytes.
fn memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1_024
}

#[test]
fn floods_of_frames_cost_little_and_delay_no_one_else() {
    const FRAMES: u32 = 20_000;
    let site = site("");
    let server = Server::start(site.root());
    server.get("/api/v1/search?q=flour");
    let (before, address) = (memory(&server), server.address().to_owned());
    let mut slowest = Duration::ZERO;
    // Requests that are cancelled at once; a header that never ends; settings and pings; invalid requests.
    let reset: Vec<u8> = (0..FRAMES)
        .flat_map(|number| {
            let stream = 2 * number + 1;
            let path = format!("/api/v1/search?q=flour+{number}");
            let headers = frame(HEADERS, END_STREAM | END_HEADERS, stream, &fields(&path));
            [headers, frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes())].concat()
        })
        .collect();
    let continuations: Vec<u8> = std::iter::once(frame(HEADERS, END_STREAM, 1, &fields("/")))
        .chain((0..FRAMES).map(|_| frame(CONTINUATION, 0, 1, &[0x00, 1, b'a', 1, b'b'].repeat(50))))
        .flatten()
        .collect();
    let small: Vec<u8> =
        (0..FRAMES).flat_map(|_| [frame(SETTINGS, 0, 0, &[]), frame(PING, 0, 0, &[0; 8])].concat()).collect();
    let invalid: Vec<u8> = (0..FRAMES)
        .flat_map(|number| frame(HEADERS, END_STREAM | END_HEADERS, 2 * number + 1, &[0x82]))
        .collect();
    for flood in [&reset, &continuations, &small, &invalid] {
        std::thread::scope(|scope| {
            let floods = (0..4).map(|_| {
                scope.spawn(|| {
                    let mut stream = TcpStream::connect(&address).unwrap();
                    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).unwrap();
                    stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
                    let _ = stream.write_all(flood);
                })
            });
            let floods: Vec<_> = floods.collect();
            while floods.iter().any(|flood| !flood.is_finished()) {
                let started = Instant::now();
                assert_eq!(server.get("/healthz").status, 200);
                slowest = slowest.max(started.elapsed());
                std::thread::sleep(Duration::from_millis(20));
            }
        });
    }
    let after = memory(&server);
    eprintln!("{before} bytes of memory before, {after} after; the slowest other request took {slowest:?}");
    assert!(after < before + (48 << 20), "{before} bytes before, {after} after");
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
    assert_eq!(server.get("/api/v1/search?q=flour").json()["total"], 1);
}

#[test]
fn a_client_that_opens_too_many_streams_is_refused_the_rest() {
    let site = site("max_streams = 4\n");
    let server = Server::start(site.root());
    let no_window = [&INITIAL_WINDOW_SIZE[..], &[0; 4]].concat();
    let mut stream = begin(&server, &no_window);
    for number in 0..8 {
        let headers = frame(HEADERS, END_STREAM | END_HEADERS, 2 * number + 1, &fields("/assets/page.css"));
        stream.write_all(&headers).unwrap();
    }
    let mut refused = 0;
    while refused < 4 {
        let mut head = [0; 9];
        stream.read_exact(&mut head).unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).unwrap();
        if head[3] == RST_STREAM {
            // REFUSED_STREAM: the client may repeat the request.
            assert_eq!(payload, 7_u32.to_be_bytes());
            refused += 1;
        }
    }
    drop(stream);
    assert_eq!(
        read_to_close(&connect(&server, "GET /healthz HTTP/1.0\r\n\r\n")).split("\r\n\r\n").nth(1),
        Some("ok\n")
    );
}
