//! Content that the user of the server may not read, for a time.

use std::fs;

use crate::support::{Server, TestSite, post, set_mode, unprivileged, wait_until};

/// A site that is polled so rarely that only file events tell of changes in time.
fn site() -> TestSite {
    let site =
        TestSite::with_posts(&[("food/bread", "Baking bread", "Flour."), ("food/soup", "Soup", "Carrots.")]);
    site.write("bloghound.toml", "[watch]\npoll_s = 3600\nreconcile_s = 86400\n");
    site
}

fn start(site: &TestSite) -> Option<Server> {
    let mut command = unprivileged(site)?;
    command.arg(env!("CARGO_BIN_EXE_bloghound")).args(["serve", "--addr", "127.0.0.1:0", "--site"]);
    command.arg(site.root());
    Some(Server::launch(command))
}

fn wait_for_events(server: &Server) {
    let watching = || server.get("/api/v1/status").json()["watching"].to_string();
    wait_until(watching, |watching| watching == "\"events\"");
}

#[test]
fn unreadable_content_keeps_its_posts_and_is_reported() {
    let site = site();
    let Some(server) = start(&site) else { return };
    server.wait_for_hits("carrots", &["food/soup"]);
    let file = site.content().join("food/soup/_index.md");
    for path in [file, site.content().join("food/soup"), site.content().join("food"), site.content()] {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        set_mode(&path, 0);
        let problem = server.wait_for_problem("cannot be read");
        assert!(problem.contains("\"files\""), "{problem}");
        assert_eq!(
            (server.hits("carrots"), server.hits("flour")),
            (vec!["food/soup".to_owned()], vec!["food/bread".to_owned()])
        );
        set_mode(&path, mode);
        server.wait_for_problem("");
    }
    wait_for_events(&server);
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
}

#[test]
fn content_that_cannot_be_watched_at_the_start_is_watched_once_it_is_readable() {
    let site = site();
    site.reindex();
    set_mode(&site.content(), 0);
    let Some(server) = start(&site) else { return };
    let problem = server.wait_for_problem("file events are unavailable");
    assert!(problem.contains("Permission denied"), "{problem}");
    assert_eq!(server.hits("carrots"), ["food/soup"]);
    set_mode(&site.content(), 0o755);
    wait_for_events(&server);
    server.wait_for_problem("");
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
}

#[test]
fn folders_next_to_one_that_cannot_be_watched_are_followed_once_it_is_readable() {
    let site = site();
    let Some(server) = start(&site) else { return };
    let moved_in = TestSite::with_posts(&[
        ("in/a", "A", "Walnuts."),
        ("in/b", "B", "Hazelnuts."),
        ("in/c", "C", "Chestnuts."),
    ]);
    unprivileged(&moved_in).unwrap();
    set_mode(&moved_in.content().join("in/b"), 0);
    fs::rename(moved_in.content().join("in"), site.content().join("in")).unwrap();
    server.wait_for_problem("file events are unavailable");
    set_mode(&site.content().join("in/b"), 0o755);
    wait_for_events(&server);
    server.wait_for_hits("hazelnuts", &["in/b"]);
    for folder in ["in/a", "in/b", "in/c"] {
        site.write_post(folder, &post("New", "2024-01-02", &format!("Macadamia of {}.", &folder[3..])));
    }
    server.wait_for_hits("macadamia", &["in/a", "in/b", "in/c"]);
    server.wait_for_problem("");
}
