//! TLS: certificates and their replacement, protocols, time limits, and clients that speak plain HTTP.

use std::fs;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Empty;
use hyper::client::conn::{http1, http2};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, pki_types};

use super::{connect, exchange, read_to_close, site};
use crate::support::{Output, PATIENCE, Server, TestSite, bloghound, wait_until};

const NAME: &str = "blog.example";

/// Writes a new certificate and its key into the site.
fn write_certificate(site: &TestSite) {
    let generated = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
    site.write("tls/cert.pem", generated.cert.pem());
    site.write("tls/key.pem", generated.signing_key.serialize_pem());
}

fn tls_site(http: &str) -> TestSite {
    let site = site(&format!("{http}[http.tls]\ncert = 'tls/cert.pem'\nkey = 'tls/key.pem'\n"));
    write_certificate(&site);
    site
}

fn start(site: &TestSite) -> Server {
    let server = Server::start_unready(site.root());
    wait_until(|| server.admin_get("/api/v1/status"), |status| status.contains("\"build\":null"));
    server
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, future).await.unwrap() })
}

/// A connection of a client that trusts only the certificate of the site.
async fn connect_tls(
    server: &Server,
    site: &TestSite,
    protocols: &[&[u8]],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(pki_types::CertificateDer::from_pem_file(site.root().join("tls/cert.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let stream = TcpStream::connect(server.address()).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(NAME).unwrap(), stream).await
}

fn request(path: &str) -> Request<Empty<Bytes>> {
    let request = Request::get(format!("https://{NAME}{path}")).header("host", NAME);
    request.body(Empty::new()).unwrap()
}

/// The status of a response over TLS, with the protocol that client and server choose.
async fn status(server: &Server, site: &TestSite, protocols: &[&[u8]]) -> (Option<Vec<u8>>, StatusCode) {
    let stream = connect_tls(server, site, protocols).await.unwrap();
    let chosen = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    let request = request("/api/v1/search?q=flour");
    let response = if chosen.as_deref() == Some(b"h2") {
        let (mut client, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        client.send_request(request).await.unwrap()
    } else {
        let (mut client, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        client.send_request(request).await.unwrap()
    };
    (chosen, response.status())
}

#[test]
fn clients_choose_the_protocol_over_tls() {
    let site = tls_site("");
    let mut server = start(&site);
    server.find_in_log(&["search page at https://"]);
    block_on(async {
        for (offered, chosen) in [
            (&[&b"h2"[..], b"http/1.1"][..], Some(b"h2".to_vec())),
            (&[b"http/1.1"], Some(b"http/1.1".to_vec())),
            (&[], None),
        ] {
            assert_eq!(status(&server, &site, offered).await, (chosen, StatusCode::OK));
        }
    });
    assert!(server.stop("TERM").success());
}

#[test]
fn a_connection_over_tls_is_kept_while_it_gives_its_buffers_back() {
    let site = tls_site("");
    let server = start(&site);
    block_on(async {
        let stream = connect_tls(&server, &site, &[b"http/1.1"]).await.unwrap();
        let (mut client, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        for pause_ms in [0, 1_600, 1_600] {
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            let response = client.send_request(request("/healthz")).await.unwrap();
            assert_eq!(response.status(), 200);
            drop(http_body_util::BodyExt::collect(response.into_body()).await.unwrap());
        }
    });
}

#[test]
fn plain_http_on_a_port_with_tls_gets_a_clear_response() {
    let site = tls_site("");
    let server = start(&site);
    for request in ["GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let response = exchange(&server, request);
        assert!(response.starts_with("HTTP/1.1 400") && response.contains("https://"), "{response}");
    }
}

#[test]
fn slow_and_invalid_handshakes_are_ended() {
    let site = tls_site("header_timeout_s = 1\n");
    let server = start(&site);
    // A record that never ends, and nothing at all.
    for sent in [&[22, 3, 1, 2, 0, 1][..], &[]] {
        assert_eq!(read_to_close(&connect(&server, sent)), "");
    }
    let status = || server.admin_get("/metrics");
    wait_until(status, |metrics| {
        metrics.contains("bloghound_closed_connections_total{reason=\"header_timeout\"} 2")
    });
    let mut invalid = connect(&server, [22; 600]);
    let _ = invalid.write_all(&[0; 600]);
    let started = Instant::now();
    let _ = std::io::Read::read_to_end(&mut invalid, &mut Vec::new());
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    block_on(async { assert_eq!(self::status(&server, &site, &[]).await.1, 200) });
}

#[test]
fn a_new_certificate_is_used_and_one_that_is_invalid_is_reported() {
    let site = tls_site("");
    let mut server = start(&site);
    block_on(async { assert_eq!(status(&server, &site, &[]).await.1, 200) });
    let before = fs::read(site.root().join("tls/cert.pem")).unwrap();
    write_certificate(&site);
    server.signal("HUP");
    server.find_in_log(&["the certificate has changed"]);
    block_on(async { assert_eq!(status(&server, &site, &[]).await.1, 200) });
    let key = fs::read(site.root().join("tls/key.pem")).unwrap();
    let new = fs::read(site.root().join("tls/cert.pem")).unwrap();
    for (cert, key, problem) in [
        (&before, &key, "cannot use the certificate"),
        (&b"no certificate".to_vec(), &key, "no certificate or no private key"),
        (&new, &b"no key".to_vec(), "no certificate or no private key"),
    ] {
        site.write("tls/cert.pem", cert);
        site.write("tls/key.pem", key);
        server.signal("HUP");
        let problems = server.wait_for_problem(problem);
        assert!(problems.contains("previous certificate stays in use"), "{problems}");
        assert!(!problems.contains("PRIVATE KEY"), "{problems}");
    }
    site.write("tls/cert.pem", &new);
    site.write("tls/key.pem", &key);
    // Without a signal, the files are looked at every few seconds.
    server.wait_for_problem("");
    block_on(async { assert_eq!(status(&server, &site, &[]).await.1, 200) });
}

#[test]
fn a_certificate_that_cannot_be_used_fails_the_start() {
    let site = tls_site("");
    let run = || Output::of(bloghound().args(["serve", "--addr", "127.0.0.1:0", "--site"]).arg(site.root()));
    let key = fs::read(site.root().join("tls/key.pem")).unwrap();
    write_certificate(&site);
    site.write("tls/key.pem", key);
    let output = run();
    assert!(output.code == 1 && output.stderr.contains("cannot use the certificate"), "{}", output.stderr);
    fs::remove_file(site.root().join("tls/key.pem")).unwrap();
    let output = run();
    assert!(output.code == 1 && output.stderr.contains("key.pem"), "{}", output.stderr);
    site.write("bloghound.toml", "[http.tls]\ncert = 'tls/cert.pem'\n");
    let output = run();
    assert!(output.code == 2 && output.stderr.contains("`key`"), "{}", output.stderr);
}
