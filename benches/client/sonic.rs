//! Sonic Channel, the line protocol of Sonic (specified in PROTOCOL.md of its repository).

use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Collection and bucket of the posts.
const BUCKET: &str = "posts default";
const MAX_HITS: usize = 10;
/// Reserve for the parts of a command around its text, in bytes: command name, bucket, post id, quotes.
const COMMAND_OVERHEAD_BYTES: usize = 256;

/// A connection in one mode: `search`, `ingest` or `control`.
pub(crate) struct SonicChannel {
    stream: BufReader<TcpStream>,
    /// Maximum length of the text in one command, in bytes.
    max_text_bytes: usize,
}

impl SonicChannel {
    /// The password in the settings file that the benchmark writes.
    pub(crate) const PASSWORD: &str = "SecretPassword";

    pub(crate) async fn open(addr: SocketAddr, mode: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let mut channel = Self { stream: BufReader::new(stream), max_text_bytes: 0 };
        channel.expect("CONNECTED").await?;
        let started = channel.command(&format!("START {mode} {}", Self::PASSWORD), "STARTED").await?;
        let buffer = started.split_once("buffer(").and_then(|(_, rest)| rest.split_once(')'));
        let buffer_bytes: usize = buffer
            .and_then(|(bytes, _)| bytes.parse().ok())
            .with_context(|| format!("no buffer size in Sonic's response {started:?}"))?;
        channel.max_text_bytes = buffer_bytes.saturating_sub(COMMAND_OVERHEAD_BYTES);
        Ok(channel)
    }

    /// Returns the line with the ids of the hits.
    pub(crate) async fn query(&mut self, query: &str) -> anyhow::Result<String> {
        let query = query.replace(['"', '\\', '\n'], " ");
        self.command(&format!("QUERY {BUCKET} \"{query}\" LIMIT({MAX_HITS})"), "PENDING").await?;
        self.expect("EVENT QUERY").await
    }

    /// Adds text to a post, in as many commands as it needs. The id must not contain blanks.
    pub(crate) async fn push(&mut self, id: &str, text: &str) -> anyhow::Result<()> {
        let text = text.replace(['"', '\\', '\n', '\r'], " ");
        let mut rest = text.trim();
        while !rest.is_empty() {
            let end = rest.floor_char_boundary(self.max_text_bytes.max(1).min(rest.len()));
            let blank = if end < rest.len() { rest[..end].rfind(' ').filter(|at| *at > 0) } else { None };
            let (part, remaining) = rest.split_at(blank.unwrap_or(end));
            self.command(&format!("PUSH {BUCKET} {id} \"{part}\""), "OK").await?;
            rest = remaining.trim_start();
        }
        Ok(())
    }

    /// Removes a post.
    pub(crate) async fn remove(&mut self, id: &str) -> anyhow::Result<()> {
        self.command(&format!("FLUSHO {BUCKET} {id}"), "RESULT").await.map(drop)
    }

    /// Builds the data for completion and correction; only in the mode `control`.
    pub(crate) async fn consolidate(&mut self) -> anyhow::Result<()> {
        self.command("TRIGGER consolidate", "OK").await.map(drop)
    }

    async fn command(&mut self, command: &str, expected: &str) -> anyhow::Result<String> {
        self.stream.get_mut().write_all(format!("{command}\n").as_bytes()).await?;
        self.expect(expected).await
    }

    async fn expect(&mut self, expected: &str) -> anyhow::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        anyhow::ensure!(line.starts_with(expected), "Sonic responded {line:?}; expected {expected}");
        Ok(line)
    }
}
