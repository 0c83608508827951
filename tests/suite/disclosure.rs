//! Disclosure: the public status, the admin endpoint, the host check, and bounded quotations of requests.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::{Output, Server, TestSite, bloghound, get, post, request};

const SECRET: &str = "zanzibar";

/// A site with unpublished files of every kind, whose names and texts contain the secret.
fn site() -> TestSite {
    let site =
        TestSite::with_posts(&[("food/bread", "Baking bread", "Flour."), ("food/soup", "Soup", "Salt.")]);
    site.write("content/food/_index.md", "+++\ntitle = 'Food'\n+++\n");
    for (name, line) in [
        ("draft", "draft = true".to_owned()),
        ("future", "publishDate = 2999-01-01".to_owned()),
        ("expired", "expiryDate = 2001-01-01".to_owned()),
        ("unlisted", "build = { list = 'never' }".to_owned()),
        ("excluded", "search = false".to_owned()),
        ("hidden", "build = { render = 'never' }".to_owned()),
        ("broken", format!("draft = true\n{SECRET} = '{SECRET}' {SECRET}")),
        ("broken-too", format!("draft = true\n{SECRET} = ")),
    ] {
        let front_matter = format!("title = '{SECRET} {name}'\ndate = 2024-01-01\n{line}");
        site.write(&format!("content/{SECRET}/{name}.md"), format!("+++\n{front_matter}\n+++\n{SECRET}.\n"));
    }
    site
}

/// The names of all fields, at any depth.
fn fields(value: &Value, path: &str, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                names.insert(format!("{path}.{key}"));
                fields(value, &format!("{path}.{key}"), names);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| fields(value, path, names)),
        _ => {}
    }
}

#[test]
fn the_public_status_has_all_fields_and_no_unpublished_data() {
    let site = site();
    let mut server = Server::start(site.root());
    // Changes of settings are detected from then on.
    server.find_in_log(&["watching"]);
    let settings = std::fs::read_to_string(site.root().join("hugo.toml")).unwrap();
    site.write("hugo.toml", format!("baseURL = '{SECRET}' {SECRET}\n"));
    let problems = server.wait_for_problem("\"settings\"");
    let root = site.root().to_str().unwrap();
    assert!(problems.contains("hugo.toml:1") && problems.contains(root), "{problems}");
    let full = server.full_status();
    assert_eq!((full["skipped"]["draft"].as_u64(), full["failed"].as_array().unwrap().len()), (Some(1), 2));
    let public = server.get("/api/v1/status");
    for text in [SECRET, "content/", root, "hugo", "broken"] {
        assert!(!public.body.contains(text), "{text}: {}", public.body);
    }
    let public = public.json();
    let names = |status: &Value| {
        let mut names = BTreeSet::new();
        fields(status, "", &mut names);
        names
    };
    assert_eq!(names(&public), names(&full));
    let skipped = public["skipped"].as_object().unwrap().iter();
    let skipped: Vec<&str> =
        skipped.filter(|(_, count)| **count != 0).map(|(reason, _)| reason.as_str()).collect();
    assert_eq!(skipped, ["list"], "{public}");
    assert_eq!(public["failed"].as_array().unwrap().len(), 1, "{public}");
    assert_eq!(public["problems"][0]["since"], full["problems"][0]["since"]);
    assert_eq!(public["posts"], 2);
    // The number of broken files is not public either.
    assert!(server.get("/metrics").body.contains("bloghound_failed_files 1\n"));
    assert!(server.admin_get("/metrics").contains("bloghound_failed_files 2\n"));
    site.write("hugo.toml", settings);
    server.wait_for_problem("");
}

#[test]
fn the_status_command_prints_the_full_status() {
    let site = site();
    let status =
        |args: &[&str]| Output::of(bloghound().arg("--site").arg(site.root()).arg("status").args(args));
    let none = status(&[]);
    assert_eq!(none.code, 1);
    assert!(
        none.stderr.contains("no server answers at unix:") && none.stderr.contains("admin.sock"),
        "{}",
        none.stderr
    );
    let server = Server::start(site.root());
    let text = status(&[]);
    assert_eq!(text.code, 1, "{}", text.stderr);
    for part in ["2 posts and pages", "1 draft", &format!("{SECRET}/broken.md:5:"), "events"] {
        assert!(text.stdout.contains(part), "{part}: {}", text.stdout);
    }
    let json = status(&["--json"]).json();
    assert_eq!(json["failed"], server.full_status()["failed"]);
    for name in ["broken", "broken-too"] {
        std::fs::remove_file(site.content().join(format!("{SECRET}/{name}.md"))).unwrap();
    }
    crate::support::wait_until(|| status(&[]).code.to_string(), |code| code == "0");
}

#[test]
fn the_admin_socket_is_private_and_removed_with_the_server() {
    let site = site();
    let server = Server::start(site.root());
    let socket = site.root().join("index/admin.sock");
    assert_eq!(server.admin(), format!("unix:{}", socket.display()));
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    // A second server on the index has no admin socket and logs that.
    let mut second = Server::start_with(site.root(), &site.root().join("index"), &["--read-only"]);
    second.find_in_log(&["cannot serve the full status", "another server", "--admin-addr"]);
    assert_eq!(second.hits("flour"), ["food/bread"]);
    drop(second);
    assert!(server.full_status()["posts"] == 2);
    drop(server);
    assert!(!socket.exists());
}

#[test]
fn the_admin_address_can_be_changed_or_disabled() {
    let site = site();
    let index = site.root().join("index");
    let server = Server::start_with(site.root(), &index, &["--admin-addr", "127.0.0.1:0"]);
    let url = format!("http://{}/api/v1/status", server.admin());
    assert!(get(&url).body.contains(SECRET));
    // Pages in a browser cannot read it, neither from their own origin nor by DNS rebinding.
    let from_page = request(&url, "GET", &[("Origin", "https://blog.example")]);
    assert_eq!(from_page.header("access-control-allow-origin"), "");
    assert_eq!(raw_status(&url, "GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\n"), 421);
    assert!(!index.join("admin.sock").exists());
    drop(server);
    let server = Server::start_with(site.root(), &index, &["--admin-addr", "off"]);
    assert!(!server.log_so_far().iter().any(|line| line.contains("owner")), "{:?}", server.log_so_far());
    assert!(!index.join("admin.sock").exists());
    for (address, message) in
        [("/x/y.sock", "expected unix:PATH"), ("unix:/no/such/dir/x.sock", "cannot listen on")]
    {
        let args = ["serve", "--addr", "127.0.0.1:0", "--admin-addr", address];
        let other = tempfile::tempdir().unwrap();
        let output = Output::of(
            bloghound().args(["--site"]).arg(site.root()).arg("--index").arg(other.path()).args(args),
        );
        assert!(output.code != 0 && output.stderr.contains(message), "{address}: {}", output.stderr);
    }
}

/// The status of the response to a request, which is sent as it is, to the host and port of a URL.
fn raw_status(url: &str, head: &str) -> u16 {
    let address = url.split('/').nth(2).unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{head}Connection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response.split(' ').nth(1).unwrap_or_else(|| panic!("{response:?}")).parse().unwrap()
}

#[test]
fn requests_for_other_hosts_are_refused_on_loopback_addresses() {
    let site = site();
    site.write(
        "bloghound.toml",
        "[http]\nhosts = ['search.example']\nallow_origins = ['https://blog.example']\n",
    );
    let server = Server::start(site.root());
    let status = |host: &str| {
        raw_status(&server.url(""), &format!("GET /api/v1/search?q=flour HTTP/1.1\r\nHost: {host}\r\n"))
    };
    for host in ["localhost", "localhost:7878", "127.0.0.1", "[::1]:80", "blog.example", "Search.Example:443"]
    {
        assert_eq!(status(host), 200, "{host}");
    }
    for host in
        ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io:7878", "blog.example.evil.example"]
    {
        assert_eq!(status(host), 421, "{host}");
    }
    for path in ["/", "/assets/page.css", "/healthz", "/metrics", "/api/v1/status", "/nowhere"] {
        let head = format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\n");
        assert_eq!(raw_status(&server.url(""), &head), 421, "{path}");
    }
    let refused = request(&server.url("/api/v1/search?q=flour"), "GET", &[("Host", "evil.example")]);
    assert_eq!((refused.status, refused.header("content-type")), (421, "application/problem+json"));
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("\"evil.example\"") && detail.contains("`hosts`"), "{detail}");
    assert_eq!(raw_status(&server.url(""), "GET /healthz HTTP/1.0\r\n"), 200);
    assert_eq!(
        raw_status(&server.url(""), "GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n"),
        421
    );
}

#[test]
fn other_listeners_answer_for_every_host_unless_hosts_are_set() {
    let site = TestSite::with_posts(&[("food/bread", "Bread", "Flour.")]);
    let start = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bloghound"));
        command.args(["serve", "--addr", "0.0.0.0:0", "--site"]).arg(site.root());
        Server::launch(command)
    };
    let status = |server: &Server, host: &str| {
        let url = server.url("").replace("0.0.0.0", "127.0.0.1");
        raw_status(&url, &format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n"))
    };
    let server = start();
    assert_eq!(status(&server, "evil.example"), 200);
    drop(server);
    site.write("bloghound.toml", "[http]\nhosts = ['search.example']\n");
    let server = start();
    assert_eq!((status(&server, "evil.example"), status(&server, "search.example")), (421, 200));
}

#[test]
fn responses_repeat_only_a_bounded_part_of_a_request() {
    let site = TestSite::with_posts(&[("food/bread", "Bread", "Flour."), ("food/soup", "Soup", "Salt.")]);
    let server = Server::start(site.root());
    // Two bytes per character, six when percent-encoded; longer URIs are refused.
    let long = "é".repeat(1_250);
    let encoded = "%C3%A9".repeat(1_250);
    for path in ["search", "suggest"] {
        let answer = server.get(&format!("/api/v1/{path}?q={encoded}"));
        assert_eq!(answer.status, 200, "{path}");
        let query = answer.json()["query"].as_str().unwrap().to_owned();
        assert!(query.len() == 2_000 && long.starts_with(&query), "{path}: {} bytes", query.len());
    }
    let many: Vec<String> = (0..1_000).map(|at| format!("&p{at}=")).collect();
    let many = many.concat();
    for path in [
        format!("/api/v1/search?limit={encoded}"),
        format!("/api/v1/search?page={encoded}"),
        format!("/api/v1/search?sort={encoded}"),
        format!("/api/v1/search?facets={encoded}"),
        format!("/api/v1/search?lang={encoded}"),
        format!("/api/v1/search?after={encoded}"),
        format!("/api/v1/search?q=zyzzyva&{encoded}=1"),
        format!("/api/v1/search?q=zyzzyva&category={encoded}"),
        format!("/api/v1/search?q=zyzzyva{many}"),
        format!("/api/v1/suggest?limit={encoded}"),
        format!("/api/v1/related?id={encoded}"),
        format!("/api/v1/related?id=food/bread/_index.md&limit={encoded}"),
        format!("/assets/{encoded}"),
        format!("/{encoded}"),
        format!("/%ff{encoded}"),
    ] {
        let answer = server.get(&path);
        assert!(answer.body.len() < 1_500, "{path:.40}: {} bytes: {:.300}", answer.body.len(), answer.body);
        assert!(!answer.body.contains(&"é".repeat(200)), "{path:.40}: {:.300}", answer.body);
    }
    let wrong = request(&server.url(&format!("/{encoded}")), &"X".repeat(1_000), &[]);
    assert!(wrong.body.len() < 1_500, "{}", wrong.body);
    // The command line repeats as little.
    let output =
        Output::of(bloghound().arg("--site").arg(site.root()).args(["search", &long, "--limit", &long]));
    assert!(output.code == 2 && output.stderr.len() < 1_000, "{}", output.stderr);
    // What is short is repeated in full.
    let query = format!("flour {}", post("x", "y", "z"));
    let encoded: Vec<String> = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let encoded = encoded.concat();
    assert_eq!(server.get(&format!("/api/v1/search?q={encoded}")).json()["query"], query.as_str());
}
