//! The file of the keys while a server runs: changes, failures, last use, and who never sees it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::{add, private_site, run, site, wait_for_status, with_key};
use crate::support::{Output, PATIENCE, Server, TestSite, bloghound, wait_until};

const FILE: &str = "bloghound.keys.toml";
const SEARCH: &str = "/api/v1/search?q=flour";

#[test]
fn added_keys_work_and_revoked_ones_stop_on_open_connections() {
    let site = private_site();
    let server = Server::start(site.root());
    server.wait_for_problem("no key is valid");
    let key = add(&site, "search", "phone");
    wait_for_status(&server, &key, 200);
    server.wait_for_problem("");
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut status = || {
        let head =
            format!("HEAD {SEARCH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut response = Vec::new();
        while !response.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            response.push(byte[0]);
        }
        String::from_utf8(response[9..12].to_vec()).unwrap()
    };
    assert_eq!(status(), "200");
    assert_eq!(run(site.root(), &["revoke", "phone"]).code, 0);
    let started = std::time::Instant::now();
    while status() != "401" {
        assert!(started.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(10));
    }
    // Revoking all keys does not open the blog.
    assert_eq!(server.get(SEARCH).status, 401);
    server.wait_for_problem("no key is valid");
}

#[test]
fn a_broken_file_keeps_the_previous_keys_and_is_reported() {
    let site = private_site();
    let key = add(&site, "search", "phone");
    let server = Server::start(site.root());
    wait_for_status(&server, &key, 200);
    let path = site.root().join(FILE);
    let good = fs::read(&path).unwrap();
    for broken in [&b"[[key]]\nname = 1\n"[..], b"\xff", &vec![b' '; 2 << 20]] {
        fs::write(&path, broken).unwrap();
        let problem = server.wait_for_problem("the previous keys stay valid");
        assert!(problem.contains("\"keys\""), "{problem}");
        assert_eq!((with_key(&server, "GET", SEARCH, &key).status, server.get(SEARCH).status), (200, 401));
        fs::write(&path, &good).unwrap();
        server.wait_for_problem("");
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    server.wait_for_problem("a folder");
    assert_eq!(with_key(&server, "GET", SEARCH, &key).status, 200);
    fs::remove_dir(&path).unwrap();
    // Without a file there are no keys: that is how all can be revoked at once.
    wait_for_status(&server, &key, 401);
    fs::write(&path, &good).unwrap();
    wait_for_status(&server, &key, 200);
}

#[test]
fn a_server_does_not_start_with_a_broken_file() {
    for settings in ["private = true", ""] {
        let site = site(settings);
        site.write(FILE, "[[key]]\nsecret = 'bh_search_1'\n");
        let args = ["serve", "--addr", "127.0.0.1:0", "--site"];
        let output = Output::of(bloghound().args(args).arg(site.root()));
        assert_eq!(output.code, 1, "{}", output.stderr);
        assert!(output.stderr.contains("bloghound.keys.toml:2: invalid keys"), "{}", output.stderr);
    }
}

#[test]
fn the_last_use_is_listed_and_does_not_change_the_file_of_the_keys() {
    let site = private_site();
    let (used, unused) = (add(&site, "search", "used"), add(&site, "search", "unused"));
    let file = fs::read(site.root().join(FILE)).unwrap();
    let server = Server::start(site.root());
    wait_for_status(&server, &used, 200);
    let _ = with_key(&server, "GET", SEARCH, &format!("{unused}0"));
    let list = || run(site.root(), &["list", "--json"]).stdout;
    wait_until(list, |list| !list.lines().next().unwrap().contains("\"last_used\":null"));
    let listed = list();
    assert!(listed.lines().nth(1).unwrap().contains("\"last_used\":null"), "{listed}");
    // Uses of the last minute are written at the end.
    assert_eq!(with_key(&server, "GET", SEARCH, &unused).status, 200);
    drop(server);
    assert!(!list().contains("\"last_used\":null"), "{}", list());
    assert_eq!(fs::read(site.root().join(FILE)).unwrap(), file);
}

#[test]
fn the_file_is_not_served_indexed_or_packed() {
    // The whole site is content.
    let site = TestSite::new();
    fs::remove_file(site.root().join("hugo.toml")).unwrap();
    fs::remove_dir(site.content()).unwrap();
    site.write("_config.yml", "url: https://blog.example\n");
    site.write("_posts/2024-01-01-bread.md", "---\ntitle: Bread\n---\nFlour.\n");
    site.write("index.md", "---\ntitle: Home\n---\nWelcome.\n");
    let key = add(&site, "search", "zanzibar");
    let server = Server::start(site.root());
    wait_for_status(&server, &key, 200);
    assert_eq!(server.hits("flour"), ["_posts/2024-01-01-bread.md"]);
    for query in ["zanzibar", "sha256", "scope", "bloghound"] {
        assert!(server.hits(query).is_empty(), "{query}");
    }
    for path in [
        FILE,
        "bloghound.keys.used",
        "bloghound.keys.lock",
        "assets/bloghound.keys.toml",
        "assets/..%2f..%2fbloghound.keys.toml",
    ] {
        assert_eq!(server.get(&format!("/{path}")).status, 404, "{path}");
    }
    drop(server);
    let bundle = site.root().join("x.tar.zst");
    let created =
        Output::of(bloghound().arg("--site").arg(site.root()).args(["bundle", "create"]).arg(&bundle));
    assert_eq!(created.code, 0, "{}", created.stderr);
    let mut unpacked = Vec::new();
    zstd::Decoder::new(fs::File::open(&bundle).unwrap()).unwrap().read_to_end(&mut unpacked).unwrap();
    let has = |text: &str| unpacked.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(!has("zanzibar") && !has(FILE) && has("bundle.json"));
}

#[test]
fn a_bundle_is_private_if_the_settings_of_its_site_say_so() {
    let site = private_site();
    site.reindex();
    let bundle = site.root().join("x.tar.zst");
    let created =
        Output::of(bloghound().arg("--site").arg(site.root()).args(["bundle", "create"]).arg(&bundle));
    assert_eq!(created.code, 0, "{}", created.stderr);
    let temporary = tempfile::tempdir().unwrap();
    let server = Server::start_bundle(site.root(), &bundle, temporary.path());
    let key = add(&site, "search", "phone");
    wait_for_status(&server, &key, 200);
    assert_eq!(server.get(SEARCH).status, 401);
}

#[test]
fn private_can_only_change_at_a_restart() {
    let site = private_site();
    let mut server = Server::start(site.root());
    server.find_in_log(&["watching"]);
    site.write("bloghound.toml", "[http]\nprivate = false\n");
    server.wait_for_log("`http.private`: read only at the start");
    assert_eq!(server.get(SEARCH).status, 401);
}
