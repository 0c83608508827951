//! What the areas share: sites made for a test, engines over them, servers.

pub(crate) mod oracle;
mod server;
mod site;

use std::path::PathBuf;

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

/// The project's own site.
pub(crate) fn own_site() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The binary under test.
pub(crate) fn bloghound() -> assert_cmd::Command {
    assert_cmd::Command::new(env!("CARGO_BIN_EXE_bloghound"))
}
