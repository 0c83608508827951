//! An index that an older version of the program made: it has a post that is hidden now, and is never searched.
//!
//! The files in `older_index` were made before `draft: yes` hid a post.

use std::fs;
use std::path::Path;

use crate::support::{Output, Server, TestSite, bloghound};

const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/older_index");

/// A site with the older index of its posts.
fn site() -> TestSite {
    let site = TestSite::new();
    site.write(
        "content/posts/open.md",
        "---\ntitle: Lamp oil\ndate: 2024-02-03\n---\nA lamp needs oil and a wick.\n",
    );
    site.write(
        "content/posts/held.md",
        "---\ntitle: Wick stock\ndate: 2024-02-04\ndraft: yes\n---\nThe wick is not for sale yet.\n",
    );
    copy(Path::new(FILES), &site.root().join("index"));
    site
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn run(site: &TestSite, args: &[&str]) -> Output {
    Output::of(bloghound().arg("--site").arg(site.root()).args(args))
}

#[test]
fn commands_refuse_it_and_name_the_remedy() {
    let site = site();
    for command in [&["search", "wick"][..], &["suggest", "wick"], &["related", "posts/open.md"]] {
        let output = run(&site, command);
        assert_eq!(output.code, 1, "{command:?}: {}", output.stdout);
        assert!(
            output.stdout.is_empty() && output.stderr.contains("run `bloghound index`"),
            "{}",
            output.stderr
        );
    }
    assert_eq!(run(&site, &["index"]).code, 0);
    let output = run(&site, &["search", "wick", "--json"]);
    assert!(output.stdout.contains("posts/open.md") && !output.stdout.contains("held"), "{}", output.stdout);
}

#[test]
fn the_service_never_answers_from_it() {
    for args in [&[][..], &["--no-watch"]] {
        let site = site();
        let server = Server::start_with(site.root(), &site.root().join("index"), args);
        let mut has_answered = false;
        while !has_answered {
            let answer = server.get("/api/v1/search?q=wick");
            assert!(matches!(answer.status, 200 | 503), "{}", answer.body);
            assert!(!answer.body.contains("held"), "{}", answer.body);
            has_answered = answer.status == 200;
        }
    }
}
