//! Names in filters that no post has.

use super::{site, warnings};
use crate::support::Server;

#[test]
fn unknown_names_are_reported_with_the_nearest_one() {
    let site = site();
    let server = Server::start(site.root());
    for (parameters, expected) in [
        (
            "q=deploy&category=Operatoins",
            "no post is in the category \"Operatoins\"; the nearest is \"Operations\"",
        ),
        ("q=deploy&tag=kubernets", "no post has the tag \"kubernets\"; the nearest is \"Kubernetes\""),
        ("q=deploy&author=Ann+Leee", "no post is by the author \"Ann Leee\"; the nearest is \"Ann Lee\""),
        ("q=deploy&series=CD", "no post is in the series \"CD\""),
        ("q=deploy&series=ci+ce", "no post is in the series \"ci ce\"; the nearest is \"CI/CD\""),
        ("q=deploy&lang=klingon", "no post is in the language \"klingon\""),
        ("lang=klingon&group=translations", "no post is in the language \"klingon\""),
        ("q=deploy+tag:kube", "no post has the tag \"kube\"; the nearest is \"Kubernetes\""),
        ("q=deploy+tag:rust,rsut", "no post has the tag \"rsut\"; the nearest is \"rust\""),
        ("q=deploy+-author:xyz", "no post is by the author \"xyz\""),
        ("q=deploy+(tag:xyz+OR+cluster)", "no post has the tag \"xyz\""),
        ("q=tag:xyz", "no post has the tag \"xyz\""),
    ] {
        assert_eq!(warnings(&server, &format!("/api/v1/search?{parameters}")), expected, "{parameters}");
    }
    let facets = warnings(&server, "/api/v1/facets?field=tag&category=Cod");
    assert_eq!(facets, "no post is in the category \"Cod\"; the nearest is \"Code\"");
}

#[test]
fn known_names_are_not_reported_however_they_are_written() {
    let site = site();
    let server = Server::start(site.root());
    for parameters in [
        "category=operations&tag=KUBERNETES&author=ann-lee&series=ci+cd&lang=EN",
        "lang=de-AT",
        "q=tag:c%2B%2B+-lang:de+author:bob,ann-lee",
        "year=1999",
        "q=url:/nowhere/",
        // The facet's own filter does not apply.
        "q=deploy&facets=tag&tag=rust",
    ] {
        assert_eq!(warnings(&server, &format!("/api/v1/search?{parameters}")), "", "{parameters}");
    }
    assert_eq!(warnings(&server, "/api/v1/facets?field=tag&tag=xyz"), "");
}

#[test]
fn names_are_unknown_once_their_last_post_is_gone() {
    let site = site();
    let server = Server::start(site.root());
    assert_eq!(warnings(&server, "/api/v1/search?tag=GitOps"), "");
    std::fs::remove_file(site.root().join("content/ops/cluster.md")).unwrap();
    server.wait_for_hits("cluster", &[]);
    assert_eq!(warnings(&server, "/api/v1/search?tag=GitOps"), "no post has the tag \"GitOps\"");
    assert_eq!(warnings(&server, "/api/v1/search?tag=Gitops+x&lang=de"), "no post has the tag \"Gitops x\"");
    // A name in one of several segments is known.
    site.write(
        "content/ops/new.md",
        "+++\ntitle = 'New'\ndate = 2024-02-01\ntags = ['fresh']\n+++\n\nNovel.\n",
    );
    server.wait_for_hits("novel", &["ops/new.md"]);
    assert_eq!(warnings(&server, "/api/v1/search?tag=fresh&q=tag:rust,fresh+tag:fresh"), "");
    assert_eq!(
        warnings(&server, "/api/v1/search?tag=frsh&q=tag:frsh"),
        "no post has the tag \"frsh\"; the nearest is \"fresh\""
    );
}

#[test]
fn hostile_names_are_reported_in_short() {
    let site = site();
    let server = Server::start(site.root());
    let long = "ab ".repeat(3_000);
    let reported = warnings(&server, &format!("/api/v1/search?tag={}", long.replace(' ', "+")));
    assert!(reported.starts_with("no post has the tag \"ab ab ") && reported.len() < 300, "{reported}");
    let many: Vec<String> = (0..40).map(|at| format!("xx{at}")).collect();
    let reported = warnings(&server, &format!("/api/v1/search?q=tag:{}", many.join(",")));
    assert_eq!(reported.matches("no post has the tag").count(), 32, "{reported}");
    for name in ["%00", "%F0%9F%A6%80", "%22%3Cscript%3E", "%5C", "%E2%80%AE"] {
        let reported = warnings(&server, &format!("/api/v1/search?tag={name}"));
        assert!(reported.starts_with("no post has the tag "), "{reported}");
    }
}
