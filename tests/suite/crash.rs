//! Real processes are killed while they index and serve: a committed state remains, with each post once, and the
//! next run updates it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bloghound::engine::Engine;
use bloghound::index::generation;

use crate::support::{Random, SearchText, TestSite, is_long, kill_after_commit, post};

const POSTS: usize = 40;
const BUNDLE: &str = "search.tar.zst";
/// Maximum number of kills in a row right after a commit: more than the segments that are left unmerged, so that
/// merges are running or overdue.
const MAX_KILLED_COMMITS: usize = 9;

fn kills() -> usize {
    if is_long() { 3_000 } else { 300 }
}

/// The version of each existing post.
type State = BTreeMap<usize, usize>;

/// The states that are allowed after a kill.
enum AllowedStates {
    /// Exactly one of these states.
    States(Vec<State>),
    /// One of these versions of each post: a running commit contains some of the changes.
    Versions(BTreeMap<usize, BTreeSet<Option<usize>>>),
}

impl AllowedStates {
    fn versions(states: &[&State]) -> Self {
        let of = |n: usize| states.iter().map(|state| state.get(&n).copied()).collect();
        Self::Versions((0..POSTS).map(|n| (n, of(n))).collect())
    }

    fn add(&mut self, state: &State) {
        match self {
            Self::States(states) => states.push(state.clone()),
            Self::Versions(versions) => {
                for (n, versions) in versions {
                    versions.insert(state.get(n).copied());
                }
            }
        }
    }

    fn check(&self, found: &State, when: &str) {
        match self {
            Self::States(states) => {
                assert!(states.contains(found), "{when}: {found:?} is none of {states:?}");
            }
            Self::Versions(versions) => {
                for (n, versions) in versions {
                    let version = found.get(n).copied();
                    assert!(versions.contains(&version), "{when}: post {n}: {version:?}, not {versions:?}");
                }
            }
        }
    }
}

/// A site with the state of its files and of its index.
struct Blog {
    site: TestSite,
    saved: State,
    committed: State,
    /// The state of each generation when it was current.
    generations: BTreeMap<PathBuf, State>,
    bundled: State,
    random: Random,
    next: usize,
}

impl Blog {
    fn new() -> Self {
        let mut blog = Self {
            site: TestSite::new(),
            saved: State::new(),
            committed: State::new(),
            generations: BTreeMap::new(),
            bundled: State::new(),
            random: Random::new(),
            next: 0,
        };
        (0..POSTS).for_each(|n| blog.save(n));
        blog.site.reindex();
        blog.record(blog.saved.clone());
        assert!(blog.start(&["bundle", "create", &blog.bundle()]).wait().unwrap().success());
        blog.bundled = blog.saved.clone();
        blog
    }

    fn bundle(&self) -> String {
        self.site.root().join(BUNDLE).display().to_string()
    }

    fn index(&self) -> PathBuf {
        self.site.root().join("index")
    }

    /// Saves a post atomically, as editors do.
    fn save(&mut self, n: usize) {
        self.next += 1;
        let version = self.next;
        let body = format!("Everywhere post{n} version{version}. {}", "Some more words. ".repeat(20));
        let text = post(&format!("Number {n} version {version}"), "2024-01-01", &body);
        self.site.write(&format!("content/a/{n}/_index.md.new"), text);
        let dir = self.site.content().join(format!("a/{n}"));
        fs::rename(dir.join("_index.md.new"), dir.join("_index.md")).unwrap();
        self.saved.insert(n, version);
    }

    fn change_one(&mut self) {
        let n = self.random.below(POSTS);
        if self.random.below(4) == 0 && self.saved.remove(&n).is_some() {
            fs::remove_dir_all(self.site.content().join(format!("a/{n}"))).unwrap();
        } else {
            self.save(n);
        }
    }

    fn change_some(&mut self) {
        (0..self.random.below(6)).for_each(|_| self.change_one());
    }

    fn start(&self, args: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
        command.args(args).arg("--site").arg(self.site.root());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn some_time(&mut self, most_ms: usize) -> Duration {
        Duration::from_micros(self.random.below(most_ms * 1_000) as u64)
    }

    fn kill(&mut self, args: &[&str]) {
        let mut process = self.start(args);
        std::thread::sleep(self.some_time(30));
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Kills one of the commands that write the index at a random moment. Returns the states that are allowed.
    fn kill_one(&mut self, when: &str) -> AllowedStates {
        let unchanged = AllowedStates::States(vec![self.committed.clone()]);
        let changed_to = |state: &State| AllowedStates::States(vec![self.committed.clone(), state.clone()]);
        match self.random.below(7) {
            0 => {
                let allowed = changed_to(&self.saved);
                self.kill(&["index"]);
                allowed
            }
            1 => {
                let allowed = changed_to(&self.saved);
                self.kill(&["index", "--full"]);
                allowed
            }
            2 => {
                let allowed = changed_to(&self.bundled);
                self.kill(&["bundle", "install", &self.bundle()]);
                allowed
            }
            3 => {
                let previous = generation::previous(&self.index());
                let allowed = match previous.and_then(|dir| self.generations.get(&dir)) {
                    Some(previous) => changed_to(previous),
                    None => unchanged,
                };
                self.kill(&["bundle", "rollback"]);
                allowed
            }
            4 => {
                let before = fs::read(self.bundle()).unwrap();
                self.kill(&["bundle", "create", &self.bundle()]);
                if fs::read(self.bundle()).unwrap() != before {
                    self.bundled = self.committed.clone();
                }
                unchanged
            }
            5 => self.kill_server(),
            _ => self.kill_commits(when),
        }
    }

    /// Changes posts while a server runs, then kills the server.
    fn kill_server(&mut self) -> AllowedStates {
        let mut allowed = AllowedStates::versions(&[&self.committed, &self.saved]);
        let mut process = self.start(&["serve", "--addr", "127.0.0.1:0"]);
        std::thread::sleep(self.some_time(30));
        for _ in 0..self.random.below(4) {
            for _ in 0..self.random.below(6) {
                self.change_one();
                allowed.add(&self.saved);
            }
            std::thread::sleep(self.some_time(60));
        }
        process.kill().unwrap();
        process.wait().unwrap();
        allowed
    }

    /// Kills commands right after their commit, while they merge segments or are about to.
    fn kill_commits(&mut self, when: &str) -> AllowedStates {
        let mut killed = 1 + self.random.below(MAX_KILLED_COMMITS);
        loop {
            self.change_one();
            let allowed = AllowedStates::States(vec![self.committed.clone(), self.saved.clone()]);
            let process = self.start(&["index"]);
            kill_after_commit(process, &self.index(), self.some_time(3));
            killed -= 1;
            if killed == 0 {
                return allowed;
            }
            self.check_last_commit(&allowed, when);
        }
    }

    /// The state of the index. Asserts that it contains each post once and nothing of other versions.
    fn index_state(&self, when: &str) -> State {
        let engine = Engine::open(&self.site.config()).unwrap_or_else(|error| panic!("{when}: {error}"));
        let hits = engine.search_text("everywhere").hits;
        let number = |word: Option<&str>| word.and_then(|word| word.parse::<usize>().ok()).unwrap();
        let mut found = State::new();
        for hit in &hits {
            let words: Vec<&str> = hit.title.split(' ').collect();
            let (n, version) = (number(words.get(1).copied()), number(words.get(3).copied()));
            assert_eq!(hit.id, format!("a/{n}/_index.md"), "{when}");
            assert_eq!(found.insert(n, version), None, "{when}: post {n} is there twice");
            assert_eq!(engine.hits(&format!("\"version{version}\"")), [format!("a/{n}")], "{when}");
        }
        let mut ids: Vec<&String> = hits.iter().map(|hit| &hit.id).collect();
        ids.sort();
        assert!(engine.ids().unwrap().iter().eq(ids), "{when}: the posts differ from the hits");
        found
    }

    fn record(&mut self, state: State) {
        self.generations.insert(generation::current(&self.index()).unwrap(), state.clone());
        self.committed = state;
    }

    /// Asserts that the remaining index can be searched and has an allowed state.
    fn check_last_commit(&mut self, allowed: &AllowedStates, when: &str) {
        let found = self.index_state(when);
        allowed.check(&found, when);
        self.record(found);
    }

    /// Asserts that the next run updates the index and removes unused generations.
    fn check_recovery(&mut self, when: &str) {
        let report = self.site.reindex();
        assert_eq!(report.posts, self.saved.len(), "{when}: {report:?}");
        let found = self.index_state(when);
        assert_eq!(found, self.saved, "{when}");
        self.record(found);
    }
}

fn generations(index: &Path) -> usize {
    let entries = fs::read_dir(index).unwrap().filter_map(Result::ok);
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("gen-")).count()
}

#[test]
fn serves_the_last_commit_after_a_kill_and_recovers_with_the_next_run() {
    let mut blog = Blog::new();
    for n in 0..kills() {
        let when = format!("kill {n}");
        blog.change_some();
        let allowed = blog.kill_one(&when);
        blog.check_last_commit(&allowed, &when);
        if n % 3 == 2 {
            blog.check_recovery(&when);
            let left = generations(&blog.index());
            // The current one, the previous one, and an unfinished one of a killed process.
            assert!(left <= 3, "{when}: {left} generations");
        }
    }
    blog.check_recovery("at the end");
}
