//! The engines: where they are installed, what they are and what their responses contain.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use super::corpus::Corpus;
use super::{PeersArgs, bloghound, meilisearch, node, sonic, typesense};
use crate::client::Endpoint;
use crate::process::{ChildProcess, ProcessCost};

pub(super) struct PeerEngine {
    pub(super) name: &'static str,
    /// Content of the responses and features of the search.
    pub(super) responses: &'static str,
    /// How to install it.
    install: &'static str,
    program: PeerProgram,
}

enum PeerProgram {
    Bloghound,
    /// A package in a directory of packages.
    Node {
        modules: PathBuf,
        package: &'static str,
    },
    Sonic(PathBuf),
    Meilisearch(PathBuf),
    Typesense(PathBuf),
}

/// Where an engine runs when a site uses it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EngineKind {
    Server,
    /// A library that runs in the reader's browser; measured in Node.js behind a minimal HTTP server.
    BrowserLibrary,
}

impl EngineKind {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::BrowserLibrary => "library",
        }
    }
}

/// Saves a post again, with a word added to its text.
pub(super) type SavePost = Box<dyn Fn(&str) -> anyhow::Result<()>>;

/// An engine that has indexed all posts and responds to searches.
pub(super) struct RunningPeer {
    /// Without CPU time if the server does the indexing.
    pub(super) indexing: ProcessCost,
    pub(super) index_bytes: u64,
    pub(super) server: ChildProcess,
    pub(super) endpoint: Endpoint,
    pub(super) save: SavePost,
}

impl PeerEngine {
    pub(super) fn all(args: &PeersArgs) -> Vec<Self> {
        let library = |name, package, responses| Self {
            name,
            responses,
            install: "(cd benches/peers && npm ci), with Node.js 20 or later",
            program: PeerProgram::Node { modules: args.node_modules.clone(), package },
        };
        vec![
            Self {
                name: "bloghound",
                responses: "highlighted snippet of the best fragment, its section; typos, prefixes, stems",
                install: "",
                program: PeerProgram::Bloghound,
            },
            library(
                "pagefind",
                "pagefind",
                "highlighted snippet; prefixes, stems, no typos; a save rebuilds the index",
            ),
            library("minisearch", "minisearch", "titles only; typos, prefixes"),
            library("lunr", "lunr", "titles only; typos, prefixes, stems; a save rebuilds the index"),
            library(
                "flexsearch",
                "flexsearch",
                "highlighted snippet of the first matching field; prefixes, no typos",
            ),
            library("orama", "@orama/orama", "titles only; typos, prefixes"),
            Self {
                name: "sonic",
                responses: "post ids only; typos and prefixes for words without hits",
                install: "cargo install sonic-server; pass --sonic FILE if it is not on the PATH",
                program: PeerProgram::Sonic(args.sonic.clone()),
            },
            Self {
                name: "meilisearch",
                responses: "highlighted snippet; typos, prefix of the last word",
                install: "https://www.meilisearch.com/docs; pass --meilisearch FILE if it is not on the PATH",
                program: PeerProgram::Meilisearch(args.meilisearch.clone()),
            },
            Self {
                name: "typesense",
                responses: "highlighted snippet; typos, prefix of the last word",
                install: "https://typesense.org/docs; pass --typesense FILE if it is not on the PATH",
                program: PeerProgram::Typesense(args.typesense.clone()),
            },
        ]
    }

    pub(super) fn is_bloghound(&self) -> bool {
        matches!(self.program, PeerProgram::Bloghound)
    }

    pub(super) fn kind(&self) -> EngineKind {
        match self.program {
            PeerProgram::Node { .. } => EngineKind::BrowserLibrary,
            _ => EngineKind::Server,
        }
    }

    /// Returns how to install the engine, or `None` if it is installed.
    pub(super) fn missing(&self) -> Option<&'static str> {
        let is_installed = match &self.program {
            PeerProgram::Bloghound => true,
            PeerProgram::Node { modules, package } => {
                modules.join(package).is_dir() && find_program(Path::new("node")).is_some()
            }
            PeerProgram::Sonic(program)
            | PeerProgram::Meilisearch(program)
            | PeerProgram::Typesense(program) => find_program(program).is_some(),
        };
        (!is_installed).then_some(self.install)
    }

    /// Returns the version of a library; `None` for a server.
    pub(super) fn version(&self) -> Option<String> {
        let PeerProgram::Node { modules, package } = &self.program else { return None };
        let manifest = std::fs::read_to_string(modules.join(package).join("package.json")).ok()?;
        let manifest: serde_json::Value = serde_json::from_str(&manifest).ok()?;
        Some(manifest["version"].as_str()?.to_owned())
    }

    /// Indexes all posts and starts serving them. The engine keeps its files in `dir`, which is empty.
    pub(super) fn start(&self, corpus: &Corpus, dir: &Path) -> anyhow::Result<RunningPeer> {
        let program = |program: &Path| find_program(program).context("the program was removed");
        match &self.program {
            PeerProgram::Bloghound => bloghound::start(corpus, dir),
            PeerProgram::Node { modules, .. } => node::start(self.name, modules, corpus, dir),
            PeerProgram::Sonic(path) => sonic::start(&program(path)?, corpus, dir),
            PeerProgram::Meilisearch(path) => meilisearch::start(&program(path)?, corpus, dir),
            PeerProgram::Typesense(path) => typesense::start(&program(path)?, corpus, dir),
        }
    }
}

/// Finds a program by its path, or by its name in the directories of `PATH`.
fn find_program(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program
            .is_file()
            .then(|| std::path::absolute(program).unwrap_or_else(|_| program.to_owned()));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|program| program.is_file())
}
