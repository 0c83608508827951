//! Output that cannot be written: commands fail or end quietly, the service keeps running.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{PATIENCE, Server, TestSite, get, post};

/// Every command, in every format, with something to print.
const COMMANDS: [&str; 47] = [
    "--help",
    "--version",
    "help search",
    "search --help",
    "bundle create --help",
    "index",
    "index --full",
    "index --json",
    "index --format json",
    "index --format github",
    "posts",
    "posts --skipped",
    "posts --json",
    "posts --json --skipped",
    "check",
    "check --format json",
    "check --format github",
    "check --strict",
    "search flour",
    "search flour --explain --facets year",
    "search flour --json",
    "search zyzzyva",
    "search zyzzyva --json",
    "suggest fl",
    "suggest fl --json",
    "suggest zyzzyva",
    "related food/bread.md",
    "related food/bread.md --json",
    "related --all",
    "related --all --json",
    "bundle create x.tar.zst",
    "bundle create x.tar.zst --json",
    "bundle verify x.tar.zst",
    "bundle verify x.tar.zst --json",
    "bundle verify queries.toml --json",
    "bundle install x.tar.zst",
    "bundle install x.tar.zst --json",
    "bundle rollback",
    "bundle rollback --json",
    "eval queries.toml",
    "eval queries.toml --json",
    "eval queries.toml --per-query --strict",
    "eval queries.toml --tune --rounds 1 --only recency",
    "eval queries.toml --tune --rounds 1 --only recency --json",
    "completions bash",
    "completions fish",
    "man",
];
/// Commands that write only to standard error.
const FAILING: [&str; 5] =
    ["", "search", "search x --sort best", "search x --limit 0", "bundle verify nothing.tar.zst"];

/// A site for all commands, indexed twice, so that a bundle can be rolled back.
fn site() -> TestSite {
    let site = TestSite::new();
    site.write("content/food/bread.md", post("Flour and bread", "2024-01-01", "Flour, water.\n\n```sh\nls"));
    site.write("content/food/soup.md", post("Flour soup", "2024-01-02", "Flour, water, salt."));
    site.write("content/food/broken.md", "+++\ntitle = \n+++\n");
    let queries =
        [("q1", "bread", "food/bread.md"), ("q2", "soup", "food/soup.md"), ("q3", "x", "food/x.md")];
    let queries = queries.map(|(qid, query, expect)| {
        format!("[[queries]]\nqid = '{qid}'\nquery = '{query}'\nexpect = '{expect}'\n")
    });
    site.write("queries.toml", queries.concat());
    for command in ["index", "bundle create x.tar.zst", "bundle install x.tar.zst"] {
        self::command(&site, command).output().unwrap();
    }
    site
}

fn command(site: &TestSite, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
    command.current_dir(site.root()).args(arguments.split_whitespace());
    command
}

/// A file that accepts no byte, as a file on a full disk.
fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

/// A pipe whose reading end is closed.
fn closed_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

#[test]
fn commands_fail_if_standard_output_cannot_be_written() {
    let site = site();
    for arguments in COMMANDS {
        let output = command(&site, arguments).stdout(full()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments}: {stderr}");
        let expected = "bloghound: cannot write to standard output: No space left on device";
        assert!(stderr.lines().last().unwrap_or_default().starts_with(expected), "{arguments}: {stderr}");
    }
}

#[test]
fn commands_end_quietly_when_the_pipe_is_closed() {
    let site = site();
    for arguments in COMMANDS {
        let output = command(&site, arguments).stdout(closed_pipe()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments}: {stderr}");
        assert!(!stderr.contains("standard output"), "{arguments}: {stderr}");
    }
}

#[test]
fn messages_that_cannot_be_written_do_not_change_the_exit_code() {
    let site = site();
    for arguments in COMMANDS.into_iter().chain(FAILING) {
        let run = |stderr: Stdio| {
            // What a command does to the index must not change what the next one does.
            command(&site, "bundle install x.tar.zst").output().unwrap();
            let mut command = command(&site, arguments);
            command.stdout(Stdio::null()).stderr(stderr).status().unwrap().code()
        };
        let expected = run(Stdio::null());
        assert!(expected.is_some(), "{arguments}");
        assert_eq!(run(full().into()), expected, "{arguments} 2>/dev/full");
        assert_eq!(run(closed_pipe()), expected, "{arguments} with a closed pipe");
    }
}

#[test]
fn keeps_serving_when_the_disk_of_the_log_is_full() {
    let site = TestSite::with_posts(&[("food/bread", "Bread", "Flour.")]);
    let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut serve = command(&site, "serve");
    let mut process = serve.arg("--addr").arg(addr.to_string()).stderr(full()).spawn().unwrap();
    let base = format!("http://{addr}");
    let started = Instant::now();
    while std::net::TcpStream::connect(addr).is_err() {
        assert!(
            started.elapsed() < PATIENCE && process.try_wait().unwrap().is_none(),
            "serve does not listen"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_keeps_serving(&site, &base);
    terminate(&process);
    assert!(process.wait().unwrap().success());
}

#[test]
fn keeps_serving_when_the_reader_of_the_log_has_closed_it() {
    let site = TestSite::with_posts(&[("food/bread", "Bread", "Flour.")]);
    let mut server = Server::start(site.root());
    server.close_log();
    // The reader notices at the next line that its log is closed; the line after it cannot be written.
    site.write_post("food/tea", &post("Tea", "2024-01-05", "Leaves."));
    server.wait_for_hits("leaves", &["food/tea"]);
    assert_keeps_serving(&site, &server.url(""));
    assert!(server.stop("TERM").success());
}

#[test]
fn keeps_serving_when_nobody_reads_the_log() {
    let site = TestSite::with_posts(&[("food/bread", "Bread", "Flour.")]);
    let mut serve = command(&site, "serve --addr 127.0.0.1:0");
    let mut process = serve.env("BLOGHOUND_LOG", "trace").stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(process.stderr.take().unwrap());
    let base = loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "serve ended");
        if let Some((_, rest)) = line.split_once("search page at ") {
            break rest.split("/,").next().unwrap().to_owned();
        }
    };
    // Requests are logged until the pipe and the queue are full.
    let started = Instant::now();
    while !get(&format!("{base}/metrics")).body.lines().any(has_dropped_lines) {
        assert!(started.elapsed() < PATIENCE, "no line was dropped");
    }
    assert_keeps_serving(&site, &base);
    let problems = get(&format!("{base}/api/v1/status")).json()["problems"].to_string();
    assert!(problems.contains("\"log\""), "{problems}");
    terminate(&process);
    assert!(process.wait().unwrap().success());
}

fn has_dropped_lines(line: &str) -> bool {
    line.strip_prefix("bloghound_dropped_log_lines_total ").is_some_and(|count| count != "0")
}

fn terminate(process: &std::process::Child) {
    Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
}

/// Saves a post, breaks one, and saves one again: all of this is logged, and has to be found.
fn assert_keeps_serving(site: &TestSite, base: &str) {
    let wait_for = |path: &str, is_expected: &dyn Fn(&str) -> bool| {
        crate::support::wait_until(|| get(&format!("{base}{path}")).body, is_expected);
    };
    for (word, title) in [("salt", "Soup"), ("sugar", "Cake")] {
        site.write_post(&format!("food/{word}"), &post(title, "2024-01-03", word));
        wait_for(&format!("/api/v1/search?q={word}"), &|body| body.contains("\"total\":1"));
        site.write_post("food/broken", &format!("+++\ntitle = \n{word} = \n+++\n"));
        wait_for("/api/v1/status", &|body| !body.contains("\"failed\":[]"));
    }
    wait_for("/metrics", &|body| body.lines().any(has_dropped_lines));
    let status = get(&format!("{base}/api/v1/status")).json();
    assert!(status["problems"].to_string().contains("\"log\""), "{status}");
}
