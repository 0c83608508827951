//! Sonic Channel, the line protocol of Sonic (its repository's PROTOCOL.md).

use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Where the posts are kept.
const BUCKET: &str = "posts default";
/// Hits that are asked for.
const LIMIT: usize = 10;
/// Bytes of a command that are not text: its name, the bucket, the post's name, quotes.
const COMMAND_BYTES: usize = 256;

/// A connection in one mode, `search` or `ingest`.
pub(crate) struct Channel {
    stream: BufReader<TcpStream>,
    /// Longest text of one command, in bytes.
    room: usize,
}

impl Channel {
    /// The password in the settings that the harness writes.
    pub(crate) const PASSWORD: &str = "SecretPassword";

    pub(crate) async fn open(addr: SocketAddr, mode: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let mut channel = Self { stream: BufReader::new(stream), room: 0 };
        channel.expect("CONNECTED").await?;
        let started = channel.command(&format!("START {mode} {}", Self::PASSWORD), "STARTED").await?;
        let buffer = started.split_once("buffer(").and_then(|(_, rest)| rest.split_once(')'));
        let bytes: usize = buffer.and_then(|(bytes, _)| bytes.parse().ok()).context("no buffer is named")?;
        channel.room = bytes.saturating_sub(COMMAND_BYTES);
        Ok(channel)
    }

    /// The line with the names of the hits.
    pub(crate) async fn query(&mut self, query: &str) -> anyhow::Result<String> {
        let query = query.replace(['"', '\\', '\n'], " ");
        self.command(&format!("QUERY {BUCKET} \"{query}\" LIMIT({LIMIT})"), "PENDING").await?;
        self.expect("EVENT QUERY").await
    }

    /// Adds the text to what is known of a post; its name has no blanks.
    pub(crate) async fn push(&mut self, id: &str, text: &str) -> anyhow::Result<()> {
        let text = text.replace(['"', '\\', '\n', '\r'], " ");
        let mut rest = text.trim();
        while !rest.is_empty() {
            let fits = rest.floor_char_boundary(self.room.max(1).min(rest.len()));
            let blank = if fits < rest.len() { rest[..fits].rfind(' ').filter(|at| *at > 0) } else { None };
            let (part, later) = rest.split_at(blank.unwrap_or(fits));
            self.command(&format!("PUSH {BUCKET} {id} \"{part}\""), "OK").await?;
            rest = later.trim_start();
        }
        Ok(())
    }

    /// Forgets a post.
    pub(crate) async fn forget(&mut self, id: &str) -> anyhow::Result<()> {
        self.command(&format!("FLUSHO {BUCKET} {id}"), "RESULT").await.map(drop)
    }

    /// Makes what words are completed and corrected by; of the mode `control`.
    pub(crate) async fn consolidate(&mut self) -> anyhow::Result<()> {
        self.command("TRIGGER consolidate", "OK").await.map(drop)
    }

    async fn command(&mut self, command: &str, answer: &str) -> anyhow::Result<String> {
        self.stream.get_mut().write_all(format!("{command}\n").as_bytes()).await?;
        self.expect(answer).await
    }

    async fn expect(&mut self, beginning: &str) -> anyhow::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        anyhow::ensure!(line.starts_with(beginning), "Sonic answered {line:?}, not {beginning}");
        Ok(line)
    }
}
