//! The engines: where they are, what they answer with, and how one is brought to serve.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::corpus::Corpus;
use crate::load::Endpoint;
use crate::process::{Cost, Running};
use crate::{Cli, bloghound_serve, meilisearch, node, sonic, typesense};

/// An engine.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// What its answers have, and what they had to be found by.
    pub(crate) answers: &'static str,
    /// How to get it.
    install: &'static str,
    kind: Kind,
}

enum Kind {
    Bloghound,
    /// A library in that directory of packages, of that name there.
    Node {
        modules: PathBuf,
        package: &'static str,
    },
    Sonic(PathBuf),
    Meilisearch(PathBuf),
    Typesense(PathBuf),
}

/// Saves a post again, with a word at its end.
pub(crate) type Save = Box<dyn Fn(&str) -> anyhow::Result<()>>;

/// An engine that has indexed all posts and serves them.
pub(crate) struct Serving {
    /// What it took to index. Where the server does that itself, its processor time is not told.
    pub(crate) indexing: Cost,
    pub(crate) index_bytes: u64,
    pub(crate) server: Running,
    pub(crate) endpoint: Endpoint,
    pub(crate) save: Save,
}

impl Peer {
    pub(crate) fn all(cli: &Cli) -> Vec<Self> {
        let library = |name, package, answers| Self {
            name,
            answers,
            install: "(cd benches/peers && npm ci), with Node.js 20 or later",
            kind: Kind::Node { modules: cli.node_modules.clone(), package },
        };
        vec![
            Self {
                name: "bloghound",
                answers: "highlighted snippet of the best place, its section; typos, beginnings, stems",
                install: "",
                kind: Kind::Bloghound,
            },
            library(
                "pagefind",
                "pagefind",
                "highlighted excerpt; beginnings, stems, no typos; a save indexes all",
            ),
            library("minisearch", "minisearch", "titles only; typos, beginnings"),
            library("lunr", "lunr", "titles only; typos, beginnings, stems; a save indexes all"),
            library(
                "flexsearch",
                "flexsearch",
                "highlighted snippet of the first field that matches; beginnings, no typos",
            ),
            library("orama", "@orama/orama", "titles only; typos, beginnings"),
            Self {
                name: "sonic",
                answers: "numbers of posts only; typos and beginnings where a word has no hits",
                install: "cargo install sonic-server, and --sonic FILE if it is not on the path",
                kind: Kind::Sonic(cli.sonic.clone()),
            },
            Self {
                name: "meilisearch",
                answers: "highlighted crop; typos, beginnings of the last word",
                install: "https://www.meilisearch.com/docs, and --meilisearch FILE if it is not on the path",
                kind: Kind::Meilisearch(cli.meilisearch.clone()),
            },
            Self {
                name: "typesense",
                answers: "highlighted snippet; typos, beginnings of the last word",
                install: "https://typesense.org/docs, and --typesense FILE if it is not on the path",
                kind: Kind::Typesense(cli.typesense.clone()),
            },
        ]
    }

    pub(crate) fn is_bloghound(&self) -> bool {
        matches!(self.kind, Kind::Bloghound)
    }

    /// How to install it, where it is not.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        let is_there = match &self.kind {
            Kind::Bloghound => true,
            Kind::Node { modules, package } => {
                modules.join(package).is_dir() && find_program(Path::new("node")).is_some()
            }
            Kind::Sonic(program) | Kind::Meilisearch(program) | Kind::Typesense(program) => {
                find_program(program).is_some()
            }
        };
        (!is_there).then_some(self.install)
    }

    /// The version of a library.
    pub(crate) fn version(&self) -> Option<String> {
        let Kind::Node { modules, package } = &self.kind else { return None };
        let manifest = std::fs::read_to_string(modules.join(package).join("package.json")).ok()?;
        let manifest: serde_json::Value = serde_json::from_str(&manifest).ok()?;
        Some(manifest["version"].as_str()?.to_owned())
    }

    /// Indexes all posts and serves them, with its files in a new directory.
    pub(crate) fn serve(&self, corpus: &Corpus, dir: &Path) -> anyhow::Result<Serving> {
        let program = |program: &Path| find_program(program).context("it is gone");
        match &self.kind {
            Kind::Bloghound => bloghound_serve::serve(corpus, dir),
            Kind::Node { modules, .. } => node::serve(self.name, modules, corpus, dir),
            Kind::Sonic(path) => sonic::serve(&program(path)?, corpus, dir),
            Kind::Meilisearch(path) => meilisearch::serve(&program(path)?, corpus, dir),
            Kind::Typesense(path) => typesense::serve(&program(path)?, corpus, dir),
        }
    }
}

/// A program by its path, or by its name on the path of programs.
fn find_program(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program
            .is_file()
            .then(|| std::path::absolute(program).unwrap_or_else(|_| program.to_owned()));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|program| program.is_file())
}
