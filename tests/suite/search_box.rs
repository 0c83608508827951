//! The files of the search box, as pages of other origins load them. `tests/browser/box` tests what they do.

use crate::support::{Answer, Server, TestSite, request};

const ORIGIN: (&str, &str) = ("Origin", "https://other.example");

/// A server whose API only one origin may call.
fn server() -> (TestSite, Server) {
    let site = TestSite::with_posts(&[("food/bread", "Baking bread", "Flour and water.")]);
    site.write("bloghound.toml", "[http]\nallow_origins = ['https://blog.example']\nbase_path = '/find'\n");
    let server = Server::start(site.root());
    (site, server)
}

fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    request(&server.url(path), "GET", headers)
}

/// The name of the lazy part that the element imports.
fn lazy_part(element: &str) -> String {
    let rest = element.split_once("import(\"./").expect("the element imports its lazy part").1;
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn the_element_is_cached_briefly_and_its_lazy_part_forever() {
    let (_site, server) = server();
    let element = get(&server, "/bloghound.js", &[ORIGIN]);
    assert_eq!(
        (element.status, element.header("cache-control")),
        (200, "public, max-age=300, must-revalidate")
    );
    assert_eq!(element.header("content-type"), "text/javascript; charset=utf-8");
    let part = get(&server, &format!("/{}", lazy_part(&element.body)), &[ORIGIN]);
    assert_eq!((part.status, part.header("cache-control")), (200, "public, max-age=31536000, immutable"));
    for answer in [&element, &part] {
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    let with_tag = ("If-None-Match", element.header("etag"));
    let unchanged = get(&server, "/bloghound.js", &[ORIGIN, with_tag]);
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));
    assert_eq!(unchanged.header("access-control-allow-origin"), "*");
    assert_eq!(unchanged.header("cache-control"), "public, max-age=300, must-revalidate");
}

#[test]
fn the_box_is_served_below_the_base_path_and_with_its_types() {
    let (_site, server) = server();
    let element = get(&server, "/find/bloghound.js", &[]);
    assert_eq!(element.status, 200);
    assert_eq!(get(&server, &format!("/find/{}", lazy_part(&element.body)), &[]).status, 200);
    assert!(get(&server, "/bloghound.client.js", &[]).body.contains("createClient"));
    for (path, name) in
        [("/bloghound.d.ts", "BloghoundSearchElement"), ("/bloghound.client.d.ts", "createClient")]
    {
        let types = get(&server, path, &[]);
        assert_eq!(types.header("content-type"), "application/typescript; charset=utf-8");
        assert!(types.body.contains(name), "{path}");
    }
}

#[test]
fn files_of_another_version_and_invalid_names_are_not_found() {
    let (_site, server) = server();
    for path in [
        "/bloghound.core.0000000000.js",
        "/bloghound.",
        "/bloghound.JS",
        "/bloghound.files.rs.in",
        "/bloghound.%2e%2e%2fCargo.toml",
        "/bloghound.%ff.js",
        "/bloghound.js/",
    ] {
        let answer = get(&server, path, &[ORIGIN]);
        assert_eq!((answer.status, answer.header("cache-control")), (404, "no-store"), "{path}");
    }
    assert_eq!(request(&server.url("/bloghound.js"), "POST", &[]).status, 405);
}
