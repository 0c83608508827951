//! An index that contains a post twice, which earlier versions could leave behind: it is never served, and the next
//! run rebuilds it.

use std::fs;

use bloghound::content::{Catalog, Site, VisibilityRules};
use bloghound::index::{OpenOutcome, Provenance, Writer, generation};
use bloghound::reindex::fingerprint;
use jiff::Timestamp;

use crate::support::{Output, SearchText, Server, TestSite, bloghound};

const MESSAGE: &str = "post food/bread/_index.md is indexed twice; run `bloghound index` to rebuild it";

fn indexed_site() -> TestSite {
    let site = TestSite::with_posts(&[("food/bread", "Bread", "Flour."), ("food/soup", "Soup", "Carrots.")]);
    site.reindex();
    site
}

/// A site with an index that contains a post twice.
pub(crate) fn damaged_site() -> TestSite {
    let site = indexed_site();
    add_duplicate(&site);
    site
}

/// Commits a post a second time.
fn add_duplicate(site: &TestSite) {
    let (config, detected) = (site.config(), Site::detect(&site.config()).unwrap());
    let dir = generation::current(&config.index_dir).unwrap();
    let OpenOutcome::Ready(opened) = Writer::open(&dir, Provenance::of(&fingerprint(&detected))).unwrap()
    else {
        panic!("the index needs a rebuild")
    };
    let mut writer = opened.writer;
    let catalog = Catalog::read(&detected, &VisibilityRules::of(&config, &detected, Timestamp::now()));
    let bread = catalog.posts().find(|post| post.id == "food/bread/_index.md").unwrap();
    writer.add(writer.document_builder().build(bread, 1).unwrap()).unwrap();
    writer.commit().unwrap();
    writer.close().unwrap();
}

fn run(site: &TestSite, args: &[&str]) -> Output {
    Output::of(bloghound().current_dir(site.root()).args(args))
}

#[test]
fn every_command_reports_the_duplicate() {
    let site = damaged_site();
    let commands: [&[&str]; 4] = [
        &["search", "flour"],
        &["suggest", "br"],
        &["related", "food/soup/_index.md"],
        &["bundle", "create", "search.tar.zst"],
    ];
    for args in commands {
        let output = run(&site, args);
        assert_eq!(output.code, 1, "{args:?}: {}", output.stdout);
        assert!(output.stderr.contains(MESSAGE), "{args:?}: {}", output.stderr);
    }
    assert!(!fs::exists(site.root().join("search.tar.zst")).unwrap());
}

#[test]
fn index_command_rebuilds_the_index() {
    let site = damaged_site();
    let report = run(&site, &["index", "--json"]).json();
    assert_eq!((&report["added"], &report["posts"]), (&2.into(), &2.into()));
    assert_eq!(site.engine().hits("flour"), ["food/bread"]);
}

#[test]
fn server_rebuilds_the_index() {
    let site = damaged_site();
    let server = Server::start(site.root());
    server.wait_for_hits("flour", &["food/bread"]);
    server.wait_for_problem("");
}

#[test]
fn read_only_server_does_not_start_on_it() {
    let site = damaged_site();
    let output = run(&site, &["serve", "--read-only", "--addr", "127.0.0.1:0"]);
    assert_eq!(output.code, 1);
    assert!(output.stderr.contains(MESSAGE), "{}", output.stderr);
}

#[test]
fn read_only_server_keeps_serving_the_commit_before_it() {
    let site = indexed_site();
    let server = Server::start_with(site.root(), &site.root().join("index"), &["--read-only"]);
    add_duplicate(&site);
    let problem = server.wait_for_problem("is indexed twice");
    assert!(problem.contains("keeps serving"), "{problem}");
    assert_eq!(server.hits("flour"), ["food/bread"]);
    assert_eq!(run(&site, &["index"]).code, 0);
    server.wait_for_problem("");
    assert_eq!(server.hits("flour"), ["food/bread"]);
}

#[test]
fn rollback_does_not_switch_to_it() {
    let (site, good) = (damaged_site(), indexed_site());
    let bundle = good.root().join("search.tar.zst").display().to_string();
    assert_eq!(run(&good, &["bundle", "create", &bundle]).code, 0);
    assert_eq!(run(&site, &["bundle", "install", &bundle]).code, 0);
    let output = run(&site, &["bundle", "rollback"]);
    assert_eq!(output.code, 1, "{}", output.stdout);
    assert!(output.stderr.contains("is indexed twice"), "{}", output.stderr);
    assert_eq!(run(&site, &["search", "flour"]).code, 0);
}
