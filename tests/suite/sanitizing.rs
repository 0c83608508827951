//! Hostile content, file names and queries in the output of the commands and in the log of the service.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use crate::support::{Server, TestSite, get, post};

/// What content must not bring to a terminal: a window title, colours, a hyperlink, the clipboard, a bell, C1
/// controls, controls of the direction of text, and lines of their own.
const HOSTILE: &str = "x\u{1b}]0;owned\u{7}\u{1b}[8m\u{1b}]8;;http://evil\u{1b}\\\u{9b}31m\u{85}\u{202e}gnp\u{2066}\u{200f}\
                       \u{2028}\u{7f}\u{8}\u{feff}\r\nFORGED 2024-01-01 INFO all is well";

/// As [`HOSTILE`], for the name of a file.
fn hostile_name() -> String {
    HOSTILE.replace(['/', '\\'], "")
}

/// The text in the quotes of a TOML string.
fn toml(text: &str) -> String {
    text.chars().flat_map(|c| format!("\\U{:08x}", u32::from(c)).into_bytes()).map(char::from).collect()
}

fn site() -> TestSite {
    let site = TestSite::new();
    let hostile = toml(HOSTILE);
    let front_matter = format!(
        "title = \"flour {hostile}\"\ndate = 2024-01-01\ntags = [\"tag {hostile}\"]\ncategories = [\"kind {hostile}\"]\n\
         authors = [\"{hostile}\"]\nseries = [\"{hostile}\"]\ndescription = \"{hostile}\"\nimages = [\"{hostile}\"]\n\
         aliases = [\"/{hostile}\"]\nslug = \"{hostile}\"\nlang = \"{hostile}\"\n"
    );
    let body =
        format!("Flour {HOSTILE}.\n\n## Oven {HOSTILE}\n\nFlour, water, salt.\n\n```{HOSTILE}\ncode\n");
    let name = hostile_name();
    site.write(&format!("content/{name}/a {name}.md"), format!("+++\n{front_matter}+++\n{body}"));
    site.write("content/b.md", format!("+++\n{front_matter}+++\nFlour, water, salt, {HOSTILE}.\n"));
    site.write("content/c.md", post("Flour and water", "2024-01-02", "Flour, water, salt."));
    for (file, line) in [
        ("date", format!("date = \"{hostile}\"")),
        ("url", format!("url = \"/{hostile}/\"\ndate = 2024-01-01")),
        ("draft", format!("draft = \"{hostile}\"\ndate = 2024-01-01")),
        ("broken", format!("\"{hostile}\" = 1\n\"{hostile}\" = 2")),
    ] {
        let text = format!("+++\ntitle = \"{file} {hostile}\"\n{line}\n+++\nFlour.\n");
        site.write(&format!("content/{file} {name}.md"), text);
    }
    let queries = format!(
        "[[queries]]\nqid = \"q1{hostile}\"\nquery = \"flour {hostile}\"\nkind = \"k{hostile}\"\nlang = \"en\"\n\
         expect = \"c.md\"\n[[queries]]\nqid = \"q2\"\nquery = \"salt\"\nexpect = \"no/{hostile}\"\n"
    );
    site.write(&format!("{name}.toml"), queries);
    let run = serde_json::json!({ "qid": format!("q1{HOSTILE}"), "hits": [HOSTILE] });
    site.write("run.jsonl", format!("{run}\n"));
    site
}

/// Returns the text without colours, which the commands may use.
fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split("\u{1b}[");
    plain += parts.next().unwrap();
    for part in parts {
        match part.split_once('m').filter(|(codes, _)| codes.bytes().all(|c| c.is_ascii_digit() || c == b';'))
        {
            // The colour that hides text is not one of ours.
            Some((codes, rest)) if codes != "8" => plain += rest,
            _ => plain.extend(["\u{1b}[", part]),
        }
    }
    plain
}

fn assert_harmless(what: &str, output: &[u8]) {
    let text = without_colours(std::str::from_utf8(output).unwrap());
    let is_hostile = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    for line in text.lines() {
        assert!(!line.contains(is_hostile), "{what}: {line:?}");
        assert!(!line.trim_start().starts_with("FORGED"), "{what} has a line of the content: {text}");
    }
}

#[test]
fn no_command_passes_on_what_a_terminal_acts_on() {
    let site = site();
    let name = hostile_name();
    let queries = format!("{name}.toml");
    let bundle = format!("{name}.zst");
    let hostile_id = format!("{name}/a {name}.md");
    let mut printed = 0;
    for arguments in [
        &["index"][..],
        &["index", "--json"],
        &["index", "--full", "--format", "github"],
        &["posts", "--skipped", "--drafts"],
        &["posts", "--json", "--skipped"],
        &["check"],
        &["check", "--format", "json"],
        &["check", "--format", "github"],
        &["search", "flour", "--explain", "--facets", "category,tag,year"],
        &["search", "flour", "--json", "--explain", "--facets", "category,tag,year"],
        &["search", HOSTILE],
        &["search", HOSTILE, "--json"],
        &["search", "flour owned", "--typos", HOSTILE],
        &["search", "flour", "--limit", HOSTILE],
        &["search", "flour", HOSTILE, "--sort", HOSTILE],
        &["suggest", "flour"],
        &["suggest", "tag"],
        &["suggest", "kind"],
        &["suggest", "oven"],
        &["suggest", "flour", "--json"],
        &["suggest", HOSTILE],
        &["related", "b.md"],
        &["related", "--all"],
        &["related", "--all", "--json"],
        &["related", HOSTILE],
        &["related", &hostile_id],
        &["eval", &queries, "--per-query", "--by", "kind,lang", "--baseline", "run.jsonl"],
        &["eval", &queries, "--json", "--per-query", "--baseline", "run.jsonl"],
        &["eval", &queries, "--strict"],
        &["eval", &queries, "--tune", "--rounds", "1", "--only", "recency"],
        &["eval", &queries, "--tune", "--only", HOSTILE],
        &["eval", HOSTILE],
        &["bundle", "create", &bundle],
        &["bundle", "verify", &bundle],
        &["bundle", "install", &bundle],
        &["bundle", "verify", &queries],
        &["bundle", "verify", &queries, "--json"],
        &["status"],
        &["posts", "--site", HOSTILE],
        &["posts", "--content", HOSTILE],
        &[HOSTILE],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
        command.current_dir(site.root()).args(arguments).env("CLICOLOR_FORCE", "1");
        let output = command.output().unwrap();
        assert_harmless(&format!("{arguments:?} on standard output"), &output.stdout);
        assert_harmless(&format!("{arguments:?} on standard error"), &output.stderr);
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        printed += usize::from(text.contains("owned"));
    }
    // The test would be worth nothing if the content did not reach the output.
    assert!(printed > 30, "only {printed} commands printed hostile text");
}

#[test]
fn no_content_forges_a_line_of_the_log() {
    let site = site();
    for log in ["bloghound=info", "trace"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
        command.current_dir(site.root()).args(["serve", "--addr", "127.0.0.1:0"]).env("BLOGHOUND_LOG", log);
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = process.stderr.take().unwrap();
        let mut output = Vec::new();
        let base = loop {
            let mut buffer = [0; 8_192];
            let read = stderr.read(&mut buffer).unwrap();
            assert!(read > 0, "serve ended: {}", String::from_utf8_lossy(&output));
            output.extend_from_slice(&buffer[..read]);
            let text = String::from_utf8_lossy(&output);
            if let Some((_, rest)) = text.split_once("search page at ").filter(|(_, rest)| rest.contains('/'))
            {
                break rest.split("/,").next().unwrap().to_owned();
            }
        };
        let reader = std::thread::spawn(move || {
            stderr.read_to_end(&mut output).unwrap();
            output
        });
        let broken = format!("+++\ntitle = 'x'\ndate = \"{}\"\n+++\n", toml(HOSTILE));
        site.write(&format!("content/new {log} {}.md", hostile_name()), broken);
        site.write("content/d.md", post("Sugar", "2024-01-01", &format!("{}.", log.replace('=', " "))));
        crate::support::wait_until(
            || get(&format!("{base}/api/v1/search?q=sugar")).body,
            |body| body.contains("\"total\":1"),
        );
        get(&format!("{base}/api/v1/related?id=%1b%5d0%3bx%07%0aFORGED"));
        Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
        assert!(process.wait().unwrap().success());
        let output = reader.join().unwrap();
        assert_harmless(&format!("the log at {log}"), &output);
        let text = String::from_utf8(output).unwrap();
        assert!(text.contains("owned") && text.contains("FORGED"), "{text}");
        fs::remove_file(site.content().join("d.md")).unwrap();
    }
    // A server whose index has such names serves them as data.
    let server = Server::start(site.root());
    let id = server.get("/api/v1/search?q=oven").json()["hits"][0]["id"].as_str().unwrap().to_owned();
    assert!(id.contains('\u{202e}') && id.contains('\n'), "{id:?}");
}
