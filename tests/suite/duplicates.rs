//! An index that contains a post twice, which earlier versions could leave behind: it is never served, and the next
//! run rebuilds it.

use std::fs;

use bloghound::content::{Catalog, Site, VisibilityRules};
use bloghound::index::{OpenOutcome, Provenance, Writer, generation};
use bloghound::reindex::fingerprint;
use jiff::Timestamp;

use crate::support::{Output, SearchText, Server, TestSite, bloghound};

const MESSAGE: &str = "post food/bread/_index.md is indexed twice; run `bloghound index` to rebuild it";

/// A site with an index that contains a post twice.
pub(crate) fn damaged_site() -> TestSite {
    let site = TestSite::with_posts(&[("food/bread", "Bread", "Flour."), ("food/soup", "Soup", "Carrots.")]);
    site.reindex(false);
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
    site
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
