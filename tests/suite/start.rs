//! Starting a server with the index of an earlier run.

use bloghound::config::{Config, Overrides};
use bloghound::content::Site;
use bloghound::reindex::{Indexer, OpenMode};

use crate::support::{Server, TestSite, post};

const LAST_INDEX: &str = "of the existing index";

fn site() -> TestSite {
    TestSite::with_posts(&[("food/bread", "Baking bread", "Flour."), ("food/soup", "Soup", "Carrots.")])
}

#[test]
fn serves_the_last_index_first_and_the_current_content_next() {
    for args in [&[][..], &["--no-watch"]] {
        let site = site();
        site.reindex();
        site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
        let mut server = Server::start_with(site.root(), &site.root().join("index"), args);
        assert!(
            server.log_so_far().iter().any(|line| line.contains(LAST_INDEX)),
            "{:?}",
            server.log_so_far()
        );
        assert_eq!(server.hits("flour"), ["food/bread"]);
        server.find_in_log(&["indexed 2 posts", "1 updated"]);
        assert_eq!(server.hits("parsnips"), ["food/soup"]);
        assert!(server.hits("carrots").is_empty());
        assert_eq!(server.get("/api/v1/status").json()["posts"], 2);
    }
}

#[test]
fn finds_changes_made_right_after_the_start() {
    let site = site();
    site.reindex();
    let server = Server::start(site.root());
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
}

#[test]
fn serves_once_an_index_is_built() {
    let site = site();
    let server = Server::start(site.root());
    assert!(!server.log_so_far().iter().any(|line| line.contains(LAST_INDEX)));
    assert_eq!(server.hits("carrots"), ["food/soup"]);
}

#[test]
fn does_not_serve_an_index_with_drafts() {
    let site = site();
    site.write_post("food/secret", "+++\ntitle = 'Secret'\ndate = 2024-02-01\ndraft = true\n+++\nTruffles.");
    let overrides = Overrides { site: site.root().to_owned(), drafts: true, ..Overrides::default() };
    let config = Config::load(overrides).unwrap();
    let mut indexer = Indexer::open(&config, &Site::detect(&config).unwrap(), OpenMode::Update).unwrap();
    assert_eq!(indexer.reconcile(&mut |_, _| {}).unwrap().added, 3);
    indexer.close().unwrap();
    let server = Server::start(site.root());
    assert!(server.hits("truffles").is_empty());
    assert!(!server.log_so_far().iter().any(|line| line.contains(LAST_INDEX)));
    assert_eq!(server.hits("carrots"), ["food/soup"]);
}

#[test]
fn serves_an_index_of_other_settings_until_the_new_one_is_built() {
    let site = site();
    site.reindex();
    site.write("hugo.toml", "baseURL = 'https://other.example/'\nlanguageCode = 'en-us'\n");
    let mut server = Server::start(site.root());
    server.find_in_log(&["rebuilding the index", "settings have changed"]);
    server.find_in_log(&[LAST_INDEX]);
    server.find_in_log(&["indexed 2 posts", "2 added"]);
    let answer = server.get("/api/v1/search?q=carrots").json();
    assert_eq!(answer["hits"][0]["url"], "https://other.example/food/soup/");
}

#[test]
fn reports_unreadable_files_after_a_restart() {
    let site = site();
    site.write_post("food/broken", "+++\ntitle = \n+++\n");
    site.reindex();
    let mut server = Server::start(site.root());
    server.find_in_log(&["food/broken/_index.md:2", "invalid TOML"]);
    server.find_in_log(&["indexed 2 posts", "unchanged"]);
    assert_eq!(server.full_status()["failed"][0]["path"], "food/broken/_index.md");
}
