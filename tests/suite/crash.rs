//! Real processes are killed while they index and serve: what is left answers, and is mended.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bloghound::engine::Engine;

use crate::support::{Ask, Random, TestSite, is_long, post, seed};

const POSTS: usize = 40;
const BUNDLE: &str = "search.tar.zst";

fn kills() -> usize {
    if is_long() { 3_000 } else { 300 }
}

/// A site and what it says: the version of each post that is there.
struct Blog {
    site: TestSite,
    versions: BTreeMap<usize, usize>,
    random: Random,
    next: usize,
}

impl Blog {
    fn new() -> Self {
        let mut blog =
            Self { site: TestSite::new(), versions: BTreeMap::new(), random: Random(seed()), next: 0 };
        (0..POSTS).for_each(|n| blog.save(n));
        blog
    }

    fn save(&mut self, n: usize) {
        self.next += 1;
        let body = format!("Everywhere post{n} version{}. {}", self.next, "Some more words. ".repeat(20));
        self.site.write_post(&format!("a/{n}"), &post(&format!("Number {n}"), "2024-01-01", &body));
        self.versions.insert(n, self.next);
    }

    fn change_some(&mut self) {
        for _ in 0..self.random.below(6) {
            let n = self.random.below(POSTS);
            if self.random.below(4) == 0 && self.versions.remove(&n).is_some() {
                fs::remove_dir_all(self.site.content().join(format!("a/{n}"))).unwrap();
            } else {
                self.save(n);
            }
        }
    }

    fn start(&self, args: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
        command.args(args).arg("--site").arg(self.site.root());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn pause(&mut self, most_ms: usize) {
        std::thread::sleep(Duration::from_micros(self.random.below(most_ms * 1_000) as u64));
    }

    /// Starts one of the commands that write, and kills it somewhere on its way.
    fn kill_one(&mut self) {
        let bundle = self.site.root().join(BUNDLE).display().to_string();
        let commands: [&[&str]; 6] = [
            &["index"],
            &["index", "--full"],
            &["bundle", "install", &bundle],
            &["bundle", "rollback"],
            &["bundle", "create", &bundle],
            &["serve", "--addr", "127.0.0.1:0"],
        ];
        let which = self.random.below(commands.len());
        let mut process = self.start(commands[which]);
        self.pause(30);
        if which == 5 {
            // Saves while it serves.
            for _ in 0..self.random.below(4) {
                self.change_some();
                self.pause(60);
            }
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// What is left answers at once, each post once.
    fn check_last_commit(&self, when: &str) {
        let engine = Engine::open(&self.site.config()).unwrap_or_else(|error| panic!("{when}: {error}"));
        let mut ids = engine.hits("everywhere");
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "{when}: a post is there twice");
        assert!(count > POSTS / 2, "{when}: {count} posts");
    }

    /// The next run brings everything up to date: nothing is lost, nothing stays.
    fn check_mended(&self, when: &str) {
        let report = self.site.reindex(false);
        assert_eq!(report.posts, self.versions.len(), "{when}: {report:?}");
        let engine = Engine::open(&self.site.config()).unwrap();
        let ids = engine.ids().unwrap();
        let expected = |n: &usize| format!("a/{n}/_index.md");
        let mut expected: Vec<String> = self.versions.keys().map(expected).collect();
        expected.sort();
        assert_eq!(ids, expected, "{when}");
        for (n, version) in &self.versions {
            assert_eq!(engine.hits(&format!("\"version{version}\"")), [format!("a/{n}")], "{when}");
        }
        let found = engine.hits("everywhere").len();
        assert_eq!(found, self.versions.len(), "{when}");
    }
}

fn generations(index: &Path) -> usize {
    let entries = fs::read_dir(index).unwrap().filter_map(Result::ok);
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("gen-")).count()
}

#[test]
fn after_a_kill_at_any_moment_the_last_commit_answers_and_the_next_run_mends_it() {
    let mut blog = Blog::new();
    blog.site.reindex(false);
    let bundle = blog.site.root().join(BUNDLE).display().to_string();
    assert!(blog.start(&["bundle", "create", &bundle]).wait().unwrap().success());
    for n in 0..kills() {
        let when = format!("kill {n}");
        blog.change_some();
        blog.kill_one();
        blog.check_last_commit(&when);
        if n % 3 == 2 {
            blog.check_mended(&when);
            let left = generations(&blog.site.root().join("index"));
            // The current one, the one that a rollback leads to, and one that a killed process has begun.
            assert!(left <= 3, "{when}: {left} generations");
        }
    }
    blog.check_mended("at the end");
}
