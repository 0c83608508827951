//! The formats of messages, and the signal that loads settings again.

use std::path::Path;

use serde_json::Value;

use crate::support::{Output, Server, TestSite, bloghound};

fn site() -> TestSite {
    let site = TestSite::with_posts(&[("food/bread", "Baking bread", "Flour.")]);
    site.write_post("food/broken", "+++\ntitle = \n+++\n");
    site
}

/// Parses what a command has written to standard error: an object per line.
fn messages(stderr: &str) -> Vec<Value> {
    let parse = |line: &str| -> Value {
        let message: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let keys: Vec<&String> = message.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["timestamp", "level", "message"], "{line}");
        message
    };
    stderr.lines().map(parse).collect()
}

fn run(site: &Path, args: &[&str], format: Option<&str>) -> Output {
    let mut command = bloghound();
    command.current_dir(site).args(args);
    if let Some(format) = format {
        command.env("BLOGHOUND_LOG_FORMAT", format);
    }
    Output::of(&mut command)
}

#[test]
fn every_command_writes_its_messages_as_text_or_json() {
    let site = site();
    for (args, format) in [
        (&["index", "--log-format", "json"][..], None),
        (&["--log-format=json", "index"], Some("text")),
        (&["index"], Some("json")),
    ] {
        let output = run(site.root(), args, format);
        assert_eq!(output.code, 1, "{args:?}");
        let messages = messages(&output.stderr);
        let is_about_the_post = |message: &Value| {
            let text = message["message"].as_str().unwrap();
            text.starts_with("food/broken/_index.md:2: ") && !text.contains('\u{1b}')
        };
        assert!(messages.iter().any(is_about_the_post), "{messages:?}");
        // The output itself stays as it is.
        assert!(output.stdout.contains("content digest"), "{}", output.stdout);
    }
    for (args, code) in
        [(&["search", "x", "--index", "nowhere"][..], 1), (&["index", "--site", "nowhere"], 2)]
    {
        let output = run(site.root(), args, Some("json"));
        let [error] = &messages(&output.stderr)[..] else { panic!("{}", output.stderr) };
        assert_eq!((output.code, &error["level"]), (code, &"ERROR".into()), "{error}");
        let text = run(site.root(), args, None);
        assert_eq!(text.stderr.trim_end(), format!("bloghound: {}", error["message"].as_str().unwrap()));
    }
    let invalid = run(site.root(), &["index"], Some("xml"));
    assert!(invalid.code == 2 && invalid.stderr.contains("json"), "{}", invalid.stderr);
}

#[test]
fn the_log_of_the_server_can_be_json() {
    let site = site();
    site.write_post("food/break", "+++\ntitle = 'a\\nb\n+++\n");
    let mut command = Server::command(site.root());
    command.args(["--log-format", "json"]);
    let mut server = Server::launch(command);
    server.find_in_log(&["not indexed", "food/broken"]);
    server.find_in_log(&["indexed 1 post"]);
    let lines = messages(&server.log_so_far().join("\n"));
    let levels: Vec<&str> = lines.iter().map(|line| line["level"].as_str().unwrap()).collect();
    assert!(levels.contains(&"INFO") && levels.contains(&"WARN"), "{levels:?}");
    assert!(server.stop("TERM").success());
}

#[test]
fn a_hangup_signal_loads_the_settings_and_ends_nothing() {
    let site = site();
    let mut server = Server::start(site.root());
    server.signal("HUP");
    server.find_in_log(&["loading the settings again"]);
    site.write(
        "bloghound.toml",
        "[search]\nsynonyms = ['brot = bread']\n[http]\nhosts = ['a.example']\nqueue_ms = 500\n",
    );
    server.signal("HUP");
    let warning = server.find_in_log(&["read only at the start"]);
    assert!(warning.contains("`http.hosts`, `http.queue_ms`"), "{warning}");
    server.wait_for_hits("brot", &["food/bread"]);
    site.write("bloghound.toml", "[search\n");
    server.signal("HUP");
    server.wait_for_problem("previous settings stay in effect");
    assert_eq!(server.hits("brot"), ["food/bread"]);
    let bundle = site.root().join("search.tar.zst");
    site.write("bloghound.toml", "");
    assert_eq!(run(site.root(), &["bundle", "create", bundle.to_str().unwrap()], None).code, 0);
    let served = Server::start_bundle(site.root(), &bundle, site.root());
    served.signal("HUP");
    assert_eq!(served.hits("flour"), ["food/bread"]);
    assert!(served.stop("TERM").success());
}
