//! Shared by all areas: temporary sites, servers, command output, random numbers, reports of skipped tests.

mod killed;
pub(crate) mod oracle;
mod random;
mod server;
mod site;
mod skip;
mod unprivileged;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub(crate) use killed::kill_after_commit;
pub(crate) use random::{Random, property_config};
pub(crate) use server::{Answer, Server, get, request, send};
pub(crate) use site::{SearchText, TestSite, post};
pub(crate) use skip::{Missing, corpus, has_program, report_skip};
pub(crate) use unprivileged::{set_mode, unprivileged};

/// Deadline of everything that a test waits for: far longer than it takes, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Reads a text again and again until it is as expected.
pub(crate) fn wait_until(read: impl Fn() -> String, is_expected: impl Fn(&str) -> bool) {
    let started = Instant::now();
    loop {
        let text = read();
        if is_expected(&text) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "after {PATIENCE:?}, it is still {text}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether tests run in their long form, which takes hours.
pub(crate) fn is_long() -> bool {
    std::env::var_os("BLOGHOUND_LONG").is_some()
}

/// The root of the project, which is a site, too.
pub(crate) fn own_site() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The output and exit code of a command.
pub(crate) struct Output {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut assert_cmd::Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Standard output parsed as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        self.parse(&self.stdout)
    }

    /// The last line of standard output parsed as JSON.
    pub(crate) fn last_json(&self) -> serde_json::Value {
        self.parse(self.stdout.lines().last().unwrap_or_default())
    }

    fn parse(&self, text: &str) -> serde_json::Value {
        serde_json::from_str(text)
            .unwrap_or_else(|error| panic!("{error}: {:?} {:?}", self.stdout, self.stderr))
    }
}

/// The binary under test, without the settings of the tests' own environment.
pub(crate) fn bloghound() -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_bloghound"));
    for name in own_variables() {
        command.env_remove(name);
    }
    command
}

/// The variables of this process that bloghound may read.
pub(crate) fn own_variables() -> impl Iterator<Item = OsString> {
    let names = std::env::vars_os().map(|(name, _)| name);
    names.filter(|name| name.to_string_lossy().starts_with("BLOGHOUND_"))
}
