//! What the areas share: sites made for a test, engines over them, servers.

mod killed;
pub(crate) mod oracle;
mod server;
mod site;

use std::path::PathBuf;

pub(crate) use killed::kill_after_commit;
pub(crate) use server::{Server, get, request};
pub(crate) use site::{Ask, TestSite, post};

/// The shared blogs, or `None`, with the reason printed, where they are not at hand.
pub(crate) fn corpus(name: &str) -> Option<PathBuf> {
    let Some(corpora) = std::env::var_os("BLOGHOUND_CORPORA") else {
        eprintln!("skipped: BLOGHOUND_CORPORA is not set, so there is no {name} to test on");
        return None;
    };
    let dir = PathBuf::from(corpora).join(name);
    assert!(dir.is_dir(), "BLOGHOUND_CORPORA is set, but there is no {}", dir.display());
    Some(dir)
}

/// Whether there is time for the long form of tests: hours, not minutes.
pub(crate) fn is_long() -> bool {
    std::env::var_os("BLOGHOUND_LONG").is_some()
}

/// Numbers that look random and are the same for the same seed (splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }
}

/// The seed of tests that are to be the same in every short run.
const SEED: u64 = 1_796_012_989;

/// A seed that is told, so that a failure can be repeated: that of `BLOGHOUND_SEED`, else always the same in the
/// short form of tests and another each time in the long one.
pub(crate) fn seed() -> u64 {
    let told = std::env::var("BLOGHOUND_SEED").ok().and_then(|seed| seed.parse().ok());
    let clock = || std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let seed = told.unwrap_or_else(|| if is_long() { clock() } else { SEED });
    eprintln!("BLOGHOUND_SEED={seed}");
    seed
}

/// The project's own site.
pub(crate) fn own_site() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a command has printed, and how it ended.
pub(crate) struct Output {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// Runs the command to its end.
    pub(crate) fn of(command: &mut assert_cmd::Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// All that was printed as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        self.parse(&self.stdout)
    }

    /// The last line as JSON.
    pub(crate) fn last_json(&self) -> serde_json::Value {
        self.parse(self.stdout.lines().last().unwrap_or_default())
    }

    fn parse(&self, text: &str) -> serde_json::Value {
        serde_json::from_str(text)
            .unwrap_or_else(|error| panic!("{error}: {:?} {:?}", self.stdout, self.stderr))
    }
}

/// The binary under test.
pub(crate) fn bloghound() -> assert_cmd::Command {
    assert_cmd::Command::new(env!("CARGO_BIN_EXE_bloghound"))
}
