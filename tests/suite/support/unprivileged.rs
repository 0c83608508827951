//! Commands of a user without privileges, for whom permissions count: root reads everything.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown};
use std::path::Path;
use std::process::Command;

use super::{Missing, TestSite, report_skip};

/// The user `nobody`.
const NOBODY: u32 = 65_534;

/// A command that runs its arguments as a user without privileges who owns the site: as the user of the test or, if
/// that is root, as nobody. `None`, reported as a skip, if root cannot do that here.
pub(crate) fn unprivileged(site: &TestSite) -> Option<Command> {
    if fs::metadata(site.root()).unwrap().uid() != 0 {
        return Some(Command::new("env"));
    }
    let mut trial = as_nobody();
    let output = match trial.args([env!("CARGO_BIN_EXE_bloghound"), "--version"]).output() {
        Ok(output) => output,
        Err(error) => {
            report_skip(Missing::Program, &format!("setpriv is not installed: {error}"));
            return None;
        }
    };
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        report_skip(Missing::Environment, &format!("root cannot run bloghound as nobody: {}", reason.trim()));
        return None;
    }
    give_to_nobody(site.root());
    Some(as_nobody())
}

fn as_nobody() -> Command {
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={NOBODY}"), &format!("--regid={NOBODY}"), "--clear-groups", "--"]);
    command
}

fn give_to_nobody(path: &Path) {
    lchown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if fs::symlink_metadata(path).unwrap().is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_to_nobody(&entry.unwrap().path());
        }
    }
}

/// Sets the permissions of a file or folder.
pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
