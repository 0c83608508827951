//! Keys: the commands, private blogs, and admin calls.

mod admin_calls;
mod commands;
mod files;
mod private_blog;

use std::path::Path;

use crate::support::{Answer, Output, Server, TestSite, bloghound, request, wait_until};

/// A site with two posts and these settings in the table `[http]`.
fn site(settings: &str) -> TestSite {
    let site = TestSite::with_posts(&[
        ("food/bread", "Baking bread", "Flour and water."),
        ("food/cake", "Baking cake", "Flour and sugar."),
    ]);
    site.write("bloghound.toml", format!("[http]\n{settings}\n"));
    site
}

fn private_site() -> TestSite {
    site("private = true")
}

fn run(site: &Path, args: &[&str]) -> Output {
    Output::of(bloghound().arg("--site").arg(site).arg("keys").args(args))
}

/// Adds a key and returns it.
fn add(site: &TestSite, scope: &str, name: &str) -> String {
    let output = run(site.root(), &["add", "--scope", scope, "--name", name]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.stdout.trim_end().to_owned()
}

/// The response to a request with a key as a token.
fn with_key(server: &Server, method: &str, path: &str, key: &str) -> Answer {
    request(&server.url(path), method, &[("Authorization", &format!("Bearer {key}"))])
}

/// Waits until a search with a key has a status.
fn wait_for_status(server: &Server, key: &str, status: u16) {
    let status = status.to_string();
    let search = || with_key(server, "GET", "/api/v1/search?q=flour", key).status.to_string();
    wait_until(search, |found| found == status);
}
