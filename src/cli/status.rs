//! `bloghound status`: asks the running server for its full status.

use std::io::{self, Read, Write};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use serde_json::Value;

use super::admin::{AdminArg, default_addr};
use super::outcome::Outcome;
use super::output::{FAINT, PROBLEM, plural};
use super::printable::printable;
use super::site_args::{SiteArgs, UnpublishedArgs};
use super::terminal;
use crate::config::limits;
use crate::http::ListenAddr;

/// Timeout of the response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);

/// Arguments of `bloghound status`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct StatusArgs {
    /// Query the server at this address: the value of its --admin-addr [default: the socket in the index directory]
    #[arg(
        long,
        value_name = "ADDRESS",
        value_parser = AdminArg::parse,
        env = "BLOGHOUND_ADMIN_ADDR",
        hide_env_values = true
    )]
    admin_addr: Option<AdminArg>,
    /// Print the status as JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  bloghound status --site /srv/blog
  bloghound status --json --admin-addr 127.0.0.1:7879

Exit codes: 0 no problems, 1 problems or unreadable files, or no server answers, 2 usage error.";

pub(super) fn run(args: &StatusArgs, site_args: SiteArgs) -> anyhow::Result<Outcome> {
    let config = site_args.load_config(UnpublishedArgs::default())?;
    let addr = match &args.admin_addr {
        Some(AdminArg::At(addr)) => Some(addr.clone()),
        Some(AdminArg::Off) => None,
        None => default_addr(&config.index_dir),
    };
    let addr = addr.context("no admin address; pass that of the server with --admin-addr")?;
    let status = ask(&addr).with_context(|| {
        format!("no server answers at {addr}; start `bloghound serve`, or pass its address with --admin-addr")
    })?;
    let mut out = terminal::stdout();
    if args.json {
        terminal::write_json(&mut out, &status)?;
    } else {
        write_text(&mut out, &status)?;
    }
    let is_fine = list(&status, "problems").is_empty() && list(&status, "failed").is_empty();
    Ok(if is_fine { Outcome::Done } else { Outcome::Problem })
}

/// Requests the full status.
fn ask(addr: &ListenAddr) -> anyhow::Result<Value> {
    let answer = match addr {
        ListenAddr::Tcp(addr) => {
            let stream = std::net::TcpStream::connect_timeout(addr, RESPONSE_TIMEOUT)?;
            stream.set_read_timeout(Some(RESPONSE_TIMEOUT))?;
            request(stream)?
        }
        #[cfg(unix)]
        ListenAddr::Unix(path) => {
            let stream = std::os::unix::net::UnixStream::connect(path)?;
            stream.set_read_timeout(Some(RESPONSE_TIMEOUT))?;
            request(stream)?
        }
        #[cfg(not(unix))]
        ListenAddr::Unix(_) => anyhow::bail!("there are no Unix sockets here"),
    };
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer is not HTTP")?;
    anyhow::ensure!(
        head.split(' ').nth(1) == Some("200"),
        "the answer is {}",
        head.lines().next().unwrap_or("empty")
    );
    Ok(serde_json::from_str(body)?)
}

/// Sends an HTTP/1.0 request, whose response ends with the connection.
fn request(mut stream: impl Read + Write) -> io::Result<String> {
    stream.write_all(b"GET /api/v1/status HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(limits::MAX_STATUS_BYTES).read_to_string(&mut answer)?;
    Ok(answer)
}

fn list<'a>(status: &'a Value, field: &str) -> &'a [Value] {
    status[field].as_array().map_or(&[], Vec::as_slice)
}

fn write_text(out: &mut impl Write, status: &Value) -> io::Result<()> {
    let text = |value: &Value| match value {
        Value::String(text) => printable(text).into_owned(),
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    };
    let posts = status["posts"].as_u64().and_then(|posts| usize::try_from(posts).ok()).unwrap_or(0);
    writeln!(out, "{} and pages, commit {}", plural(posts, "post"), text(&status["generation"]))?;
    let build = &status["build"];
    if !build.is_null() {
        let (percent, done, total) =
            (text(&build["percent"]), text(&build["files_done"]), text(&build["files_total"]));
        writeln!(out, "building the index: {percent} % done, files {done} of {total}")?;
    }
    for (label, field) in [
        ("indexed", "indexed_at"),
        ("compared", "compared_at"),
        ("last change", "last_change_at"),
        ("watching", "watching"),
        ("content digest", "content_digest"),
    ] {
        writeln!(out, "{FAINT}{label:14}{FAINT:#} {}", text(&status[field]))?;
    }
    let skipped = status["skipped"].as_object().into_iter().flatten().filter(|(_, count)| **count != 0);
    let skipped: Vec<String> = skipped.map(|(reason, count)| format!("{count} {reason}")).collect();
    let skipped = if skipped.is_empty() { "none".to_owned() } else { skipped.join(", ") };
    writeln!(out, "{FAINT}{:14}{FAINT:#} {}", "skipped", printable(&skipped))?;
    for guessed in list(status, "guessed_urls") {
        let (posts, reason) = (text(&guessed["posts"]), text(&guessed["reason"]));
        writeln!(out, "{FAINT}{:14}{FAINT:#} {posts}: {reason}", "guessed URLs")?;
    }
    for failure in list(status, "failed") {
        let (path, line, message) =
            (text(&failure["path"]), text(&failure["line"]), text(&failure["message"]));
        writeln!(out, "{PROBLEM}{path}:{line}:{PROBLEM:#} {message}")?;
    }
    for problem in list(status, "problems") {
        let (check, since, message) =
            (text(&problem["concern"]), text(&problem["since"]), text(&problem["message"]));
        writeln!(out, "{PROBLEM}{check}:{PROBLEM:#} {message} {FAINT}(since {since}){FAINT:#}")?;
    }
    Ok(())
}
