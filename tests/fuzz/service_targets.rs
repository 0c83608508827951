//! Invariants of settings files and of HTTP requests for any input: the bodies of the fuzz targets that need a site or a
//! server. Like `targets.rs`, this file is part of the fuzzers and of the test suite.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bloghound::config::{Config, Overrides};
use bloghound::content::Site;
use bloghound::engine::Engine;
use bloghound::http;
use bloghound::reindex::{Indexer, OpenMode};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The targets; each has a folder of seeds and a dictionary of this name.
pub(crate) const SERVICE_TARGETS: [&str; 2] = ["settings", "http_request"];

const SETTINGS_FILES: [&str; 14] = [
    "bloghound.toml",
    "hugo.toml",
    "hugo.yaml",
    "hugo.json",
    "zola.toml",
    "_config.yml",
    "mkdocs.yml",
    "book.toml",
    "astro.config.mjs",
    "docusaurus.config.js",
    "gatsby-config.js",
    "nuxt.config.ts",
    ".eleventy.js",
    "package.json",
];
/// Far longer than a response takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Panics if an invariant of the target does not hold for `text`.
pub(crate) fn check_service(target: &str, text: &str) {
    match target {
        "settings" => settings(text),
        "http_request" => http_request(text),
        _ => panic!("{target} is none of {SERVICE_TARGETS:?}"),
    }
}

/// A settings file gives a site or a message; the base URL contains no control characters, the message no NUL.
fn settings(text: &str) {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("content")).unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    for name in SETTINGS_FILES {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        let overrides = Overrides { site: dir.path().to_owned(), ..Overrides::default() };
        let message = match Config::load(overrides) {
            Ok(config) => match Site::detect(&config) {
                Ok(site) => {
                    assert!(!site.base.contains(char::is_control), "{name}: {:?}", site.base);
                    site.base
                }
                Err(error) => error.to_string(),
            },
            Err(error) => error.to_string(),
        };
        assert!(!message.contains('\0'), "{name}: {message:?}");
        fs::remove_file(path).unwrap();
    }
}

/// A client gets a response other than 500, or none if it sent no request.
fn http_request(text: &str) {
    static SERVER: OnceLock<TestService> = OnceLock::new();
    let server = SERVER.get_or_init(TestService::start);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // The server may close the connection before it has read everything.
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
    let mut response = Vec::new();
    if let Err(error) = stream.read_to_end(&mut response) {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
    }
    if response.is_empty() {
        return;
    }
    let response = String::from_utf8(response).unwrap();
    let status = response.strip_prefix("HTTP/1.1 ").or_else(|| response.strip_prefix("HTTP/1.0 "));
    let status: u16 = status.and_then(|rest| rest.get(..3)).and_then(|status| status.parse().ok()).unwrap();
    assert!((200..600).contains(&status) && status != 500, "{response}");
    let body = response.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    if let Ok(body) = serde_json::from_str::<serde_json::Value>(body) {
        html_is_escaped("", &body);
    }
}

/// Fields that are inserted as HTML have no tag besides `<mark>`.
fn html_is_escaped(key: &str, value: &serde_json::Value) {
    match value {
        serde_json::Value::String(text) if key.ends_with("html") => {
            let unmarked = text.replace("<mark>", "").replace("</mark>", "");
            assert!(!unmarked.contains(['<', '>']), "{key}: {text}");
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| html_is_escaped(key, value)),
        serde_json::Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| html_is_escaped(key, value));
        }
        _ => {}
    }
}

/// A server with a small blog, in this process.
struct TestService {
    address: SocketAddr,
    _runtime: Runtime,
    _dir: TempDir,
}

impl TestService {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for number in 0..20 {
            let path = dir.path().join(format!("content/food/{number}/_index.md"));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let text = format!(
                "+++\ntitle = 'Bread {number} <script>alert(1)</script>'\ndate = 2024-01-02\ntags = ['a{number}']\n+++\n\
                 Flour, water & <script>alert(2)</script>.\n\n## Part {number}\n\n`let x = {number};` and more words.\n"
            );
            fs::write(path, text).unwrap();
        }
        fs::write(dir.path().join("hugo.toml"), "baseURL = 'https://a.example/'\n").unwrap();
        let overrides = Overrides { site: dir.path().to_owned(), ..Overrides::default() };
        let config = Config::load(overrides).unwrap();
        let site = Site::detect(&config).unwrap();
        let mut indexer = Indexer::open(&config, &site, OpenMode::Update).unwrap();
        indexer.reconcile(&mut |_, _| {}).unwrap();
        let engine = Arc::new(Engine::new(&config, indexer.snapshot().unwrap()));
        let runtime = http::runtime().unwrap();
        let bind = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = runtime.block_on(bind).unwrap();
        let address = listener.local_addr().unwrap();
        let service = http::service(engine, &config).unwrap();
        runtime.spawn(http::serve(listener, service, std::future::pending()));
        Self { address, _runtime: runtime, _dir: dir }
    }
}
