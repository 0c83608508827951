//! Clients at several loopback addresses, some of which send searches that are as expensive as possible.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{PATIENCE, Server, TestSite};

const WORDS: [&str; 32] = [
    "apple", "bread", "cheese", "date", "egg", "fig", "grape", "honey", "ice", "jam", "kale", "lemon",
    "mint", "nut", "olive", "pear", "quince", "rice", "salt", "tea", "udon", "vanilla", "wheat", "yam",
    "zest", "anise", "basil", "chili", "dill", "endive", "fennel", "garlic",
];
const BOMBERS: usize = 40;
const BOMBER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const HONEST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

/// A site in which every post has all words many times.
fn site() -> TestSite {
    let site = TestSite::new();
    for number in 0..100_usize {
        let words = (0..600).map(|at| WORDS[(at * (number + 3) + at / 7) % WORDS.len()]);
        let body: Vec<&str> = words.collect();
        let text = format!("+++\ntitle = 'Recipe {number}'\ndate = 2024-01-01\n+++\n\n{}\n", body.join(" "));
        site.write_post(&format!("food/r{number}"), &text);
    }
    site.write("bloghound.toml", "[http]\nqueue_ms = 5000\n");
    site
}

/// The path of one of the most expensive searches. Each number gives another one, so that none is cached.
fn bomb(number: usize) -> String {
    format!("/api/v1/search?q={}&limit=100&fragments=3&sections=3&x{number}=1", WORDS.join("+"))
}

/// A client's response: status, `Retry-After`, body.
struct RawAnswer {
    status: u16,
    retry_after: Option<String>,
    body: String,
}

async fn connect(from: Ipv4Addr, server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    socket.connect(server).await.unwrap()
}

async fn ask(from: Ipv4Addr, server: SocketAddr, path: &str) -> RawAnswer {
    let mut stream = connect(from, server).await;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut response)).await.unwrap().unwrap();
    let response = String::from_utf8(response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let retry_after = head.lines().find_map(|line| line.strip_prefix("retry-after: "));
    RawAnswer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        retry_after: retry_after.map(str::to_owned),
        body: body.to_owned(),
    }
}

fn address(server: &Server) -> SocketAddr {
    server.url("").trim_start_matches("http://").parse().unwrap()
}

/// The value of a series in the metrics.
fn metric(server: &Server, series: &str) -> u64 {
    let body = server.get("/metrics").body;
    let line =
        body.lines().find_map(|line| line.strip_prefix(series)).unwrap_or_else(|| panic!("{series}: {body}"));
    line.trim().parse().unwrap()
}

#[test]
fn expensive_searches_from_one_address_do_not_delay_another() {
    let site = site();
    let server = Server::start(site.root());
    let addr = address(&server);
    let (stop, refused, sent) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..BOMBERS {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                while !stop.load(Ordering::Relaxed) {
                    let number = sent.fetch_add(1, Ordering::Relaxed);
                    let answer = runtime.block_on(ask(BOMBER, addr, &bomb(number)));
                    if answer.status == 503 {
                        assert_eq!(answer.retry_after.as_deref(), Some("1"), "{}", answer.body);
                        refused.fetch_add(1, Ordering::Relaxed);
                    } else {
                        assert_eq!(answer.status, 200, "{}", answer.body);
                    }
                }
            });
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let started = Instant::now();
        while sent.load(Ordering::Relaxed) < BOMBERS {
            assert!(started.elapsed() < PATIENCE, "the clients did not start");
            std::thread::sleep(Duration::from_millis(5));
        }
        let mut answers = Vec::new();
        for first in WORDS {
            let path = format!("/api/v1/search?q={first}+{}", WORDS[answers.len() / 2]);
            answers.push(runtime.block_on(ask(HONEST, addr, &path)));
        }
        // An expensive search of another address does not wait behind those of the first one.
        answers.push(runtime.block_on(ask(HONEST, addr, &bomb(1_000_000))));
        stop.store(true, Ordering::Relaxed);
        for answer in answers {
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
    });
    assert_eq!(
        metric(&server, "bloghound_refused_requests_total{kind=\"search\"} "),
        refused.into_inner() as u64
    );
}

#[test]
fn searches_of_disconnected_clients_are_dropped() {
    let site = site();
    let server = Server::start(site.root());
    let addr = address(&server);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let abandoned = "bloghound_abandoned_requests_total{kind=\"search\"} ";
    let started = Instant::now();
    let mut number = 0;
    while metric(&server, abandoned) == 0 {
        assert!(started.elapsed() < PATIENCE, "no search was abandoned");
        runtime.block_on(async {
            let mut clients = Vec::new();
            for _ in 0..20 {
                let mut stream = connect(BOMBER, addr).await;
                let request = format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", bomb(number));
                stream.write_all(request.as_bytes()).await.unwrap();
                clients.push(stream);
                number += 1;
            }
            // The searches must have begun to wait: those of clients that leave at once are not even queued.
            tokio::time::sleep(Duration::from_millis(50)).await;
        });
    }
    assert_eq!(runtime.block_on(ask(HONEST, addr, &bomb(1_000_000))).status, 200);
}
