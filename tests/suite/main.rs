//! The tests of the whole: one module an area, over real files, real sockets and the real binary.

mod adversarial;
mod analysis;
mod answers;
mod cli;
mod content_cli;
mod corrections;
mod eval;
mod generator;
mod grouping;
mod http;
mod hugo_sites;
mod jekyll_sites;
mod language;
mod oracles;
mod peculiarities;
mod query_language;
mod related;
mod relevance;
mod robustness;
mod search;
mod snippets;
mod start;
mod suggest;
mod support;
mod watch;
mod words;
