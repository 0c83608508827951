//! Settings from the file, environment variables and flags, and the settings that `serve --print-config` prints.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use serde_json::{Value, json};

use crate::support::{Output, Server, TestSite, bloghound, post};

/// Runs a command in the site with these variables.
fn run(site: &TestSite, args: &[&str], variables: &[(&str, &str)]) -> Output {
    Output::of(bloghound().current_dir(site.root()).args(args).envs(variables.iter().copied()))
}

/// The settings and options that `--print-config` prints: name → value, source and place.
fn printed(site: &TestSite, args: &[&str], variables: &[(&str, &str)]) -> BTreeMap<String, Value> {
    let args = [&["serve", "--print-config", "--json"], args].concat();
    let output = run(site, &args, variables);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{args:?} {variables:?}");
    let output = output.json();
    let lists = ["options", "settings"].map(|list| output[list].as_array().unwrap().clone());
    let by_name = |entry: Value| (entry["name"].as_str().unwrap().to_owned(), entry);
    lists.into_iter().flatten().map(by_name).collect()
}

fn setting(name: &str, value: &Value, source: &str, at: &Value) -> Value {
    json!({"name": name, "value": value, "source": source, "at": at})
}

#[test]
fn flags_take_precedence_over_variables_and_variables_over_the_file() {
    let site = TestSite::new();
    let value_of =
        |args: &[&str], variables: &[(&str, &str)]| printed(&site, args, variables)["index"].clone();
    let at = |path: &str| json!(site.root().canonicalize().unwrap().join(path));
    assert_eq!(value_of(&[], &[]), setting("index", &json!("index"), "default", &Value::Null));
    site.write("bloghound.toml", "\n# index\nindex = 'of-file'\n");
    assert_eq!(value_of(&[], &[])["value"], "of-file");
    assert!(value_of(&[], &[])["at"].as_str().unwrap().ends_with("bloghound.toml:3"));
    let variable = [("BLOGHOUND_INDEX", "of-variable")];
    let expected = setting("index", &at("of-variable"), "variable", &json!("BLOGHOUND_INDEX"));
    assert_eq!(value_of(&[], &variable), expected);
    let expected = setting("index", &at("of-flag"), "flag", &json!("--index"));
    assert_eq!(value_of(&["--index", "of-flag"], &variable), expected);
    // The index really is there.
    site.write_post("a/x", &post("X", "2024-01-01", "One."));
    assert_eq!(run(&site, &["index", "--index", "of-flag"], &variable).code, 0);
    assert!(site.root().join("of-flag").is_dir() && !site.root().join("of-variable").exists());
    assert_eq!(run(&site, &["index"], &variable).code, 0);
    assert!(site.root().join("of-variable").is_dir() && !site.root().join("of-file").exists());
}

#[test]
fn every_option_of_serve_can_be_a_variable() {
    let site = TestSite::new();
    let printed = printed(
        &site,
        &[],
        &[
            ("BLOGHOUND_ADDR", "127.0.0.1:9"),
            ("BLOGHOUND_ADMIN_ADDR", "off"),
            ("BLOGHOUND_IDLE_EXIT", "5"),
            ("BLOGHOUND_NO_WATCH", "true"),
            ("BLOGHOUND_READ_ONLY", "false"),
            ("BLOGHOUND_BUNDLE", ""),
            ("BLOGHOUND_LOG_FORMAT", "json"),
        ],
    );
    for (name, value, variable) in [
        ("--addr", "127.0.0.1:9", "BLOGHOUND_ADDR"),
        ("--admin-addr", "off", "BLOGHOUND_ADMIN_ADDR"),
        ("--idle-exit", "5", "BLOGHOUND_IDLE_EXIT"),
        ("--no-watch", "true", "BLOGHOUND_NO_WATCH"),
        ("--log-format", "json", "BLOGHOUND_LOG_FORMAT"),
    ] {
        assert_eq!(printed[name], setting(name, &json!(value), "variable", &json!(variable)));
    }
    assert_eq!(printed["--read-only"]["source"], "default");
    assert_eq!(printed["--bundle"], setting("--bundle", &Value::Null, "default", &Value::Null));
    // An empty variable and a switch that is off count as not set: they contradict nothing.
    let variables =
        [("BLOGHOUND_ADDR", ""), ("BLOGHOUND_NO_WATCH", "false"), ("BLOGHOUND_HTTP_QUEUE_MS", "")];
    let output = run(&site, &["serve", "--read-only", "--print-config"], &variables);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stdout.contains("# --addr 127.0.0.1:7878  # default\n"), "{}", output.stdout);
    assert!(output.stdout.contains("queue_ms = 1000  # default\n"), "{}", output.stdout);
}

#[test]
fn a_wrong_value_in_a_variable_is_an_error_that_names_the_variable() {
    let site = TestSite::new();
    site.write("bloghound.toml", "[http.tls]\ncert = 'a.pem'\n");
    let tls = ("BLOGHOUND_HTTP_TLS_KEY", "b.pem");
    for (args, variable, value, expected) in [
        (
            &["posts"][..],
            "BLOGHOUND_HTTP_QUEUE_MS",
            "1",
            "invalid value 1 for `queue_ms`; expected 10 to 60000",
        ),
        (
            &["posts"],
            "BLOGHOUND_WATCH_POLL",
            "yes",
            "invalid value \"yes\" for `poll`; expected true or false",
        ),
        (&["posts"], "BLOGHOUND_BASE_URL", "x", "invalid value \"x\" for `base_url`; expected a URL"),
        (&["posts"], "BLOGHOUND_CONTENT_IGNORE", "['[z-a]']", "invalid value \"[z-a]\" for `ignore`"),
        (&["serve"], "BLOGHOUND_ADDR", "here", "tip: `--addr` is set by the variable BLOGHOUND_ADDR"),
        (
            &["serve"],
            "BLOGHOUND_NO_WATCH",
            "yes",
            "tip: `--no-watch` is set by the variable BLOGHOUND_NO_WATCH",
        ),
        (
            &["serve", "--bundle", "b"],
            "BLOGHOUND_INDEX",
            "i",
            "`--index` is set by the variable BLOGHOUND_INDEX",
        ),
        (
            &["status"],
            "BLOGHOUND_ADMIN_ADDR",
            "x",
            "tip: `--admin-addr` is set by the variable BLOGHOUND_ADMIN_ADDR",
        ),
    ] {
        let output = run(&site, args, &[(variable, value), tls]);
        assert_eq!(output.code, 2, "{variable}: {}", output.stderr);
        assert!(output.stderr.contains(expected), "{variable}: {}", output.stderr);
        assert!(output.stderr.contains(variable), "{variable}: {}", output.stderr);
    }
    let without_key = run(&site, &["posts"], &[]);
    let expected = "bloghound.toml:2: `http.tls` has no `key`; expected both `cert` and `key`";
    assert!(without_key.code == 2 && without_key.stderr.contains(expected), "{}", without_key.stderr);
    // The flag is given, so that its variable does not matter.
    let output = run(&site, &["serve", "--addr", "there"], &[("BLOGHOUND_ADDR", "here"), tls]);
    assert!(output.stderr.contains("there") && !output.stderr.contains("tip:"), "{}", output.stderr);
}

#[test]
fn a_variable_that_is_not_utf_8_is_an_error_that_names_it() {
    let site = TestSite::new();
    for (args, variable) in [
        (&["posts"][..], "BLOGHOUND_HTTP_PUBLIC_URL"),
        (&["serve"], "BLOGHOUND_ADDR"),
        (&["index"], "BLOGHOUND_LOG_FORMAT"),
    ] {
        let mut command = bloghound();
        command.current_dir(site.root()).args(args).env(variable, OsStr::from_bytes(b"a\xff"));
        let output = Output::of(&mut command);
        let expected = format!("{variable}: invalid UTF-8");
        assert!(output.code == 2 && output.stderr.contains(&expected), "{}", output.stderr);
    }
}

#[test]
fn a_misspelled_variable_is_a_warning() {
    let site = TestSite::with_posts(&[("a/x", "X", "One.")]);
    let variables =
        [("BLOGHOUND_HTTP_QUEU_MS", "1"), ("BLOGHOUND_VERSION", "1"), ("BLOGHOUND_PORT", "tcp://[::1]:1")];
    let output = run(&site, &["posts"], &variables);
    let warning = "bloghound: warning: unknown variable BLOGHOUND_HTTP_QUEU_MS ignored; did you mean \
                   BLOGHOUND_HTTP_QUEUE_MS?\n";
    assert_eq!((output.code, output.stderr.as_str()), (0, warning));
    let output = run(&site, &["posts", "--log-format", "json"], &variables);
    let message: Value = serde_json::from_str(&output.stderr).unwrap();
    assert_eq!(message["level"], "WARN");
}

#[test]
fn a_server_keeps_variables_on_top_of_a_changed_file() {
    let site = TestSite::with_posts(&[("a/k", "Kubernetes", "Pods."), ("a/j", "JavaScript", "Promises.")]);
    site.write("bloghound.toml", "[search]\nsynonyms = ['zzz = javascript']\n");
    let mut command = Server::command(site.root());
    command.env("BLOGHOUND_SEARCH_SYNONYMS", "['xkz = kubernetes']");
    let mut server = Server::launch(command);
    assert_eq!(server.hits("xkz"), ["a/k"]);
    assert!(server.hits("zzz").is_empty());
    site.write(
        "bloghound.toml",
        "base_url = 'https://new.example'\n[search]\nsynonyms = ['yyy = javascript']\n",
    );
    server.find_in_log(&["settings have changed"]);
    server.wait_for_hits("xkz", &["a/k"]);
    assert!(server.hits("yyy").is_empty() && server.hits("zzz").is_empty());
}

#[test]
fn a_variable_that_changes_what_is_indexed_rebuilds_the_index() {
    let site = TestSite::with_posts(&[("a/x", "X", "One.")]);
    let url = |variables: &[(&str, &str)]| {
        assert_eq!(run(&site, &["index"], variables).code, 0);
        run(&site, &["search", "one", "--json"], variables).json()["hits"][0]["url"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(!url(&[]).starts_with("https://v.example/"));
    assert!(url(&[("BLOGHOUND_BASE_URL", "https://v.example/")]).starts_with("https://v.example/"));
    assert!(!url(&[]).starts_with("https://v.example/"));
}

#[test]
fn the_printed_settings_have_the_same_effect_as_a_file() {
    let site = TestSite::new();
    let settings = r#"
        base_url = "https://blog.example/a"
        content = "content"
        urls.permalink = { "blog" = "/b/:slug/", "" = "/:title/" }
        [search]
        synonyms = ["k8s = kubernetes", "\u05d0\u200f = b \" \\ '"]
        [http]
        allow_origins = []
        tls = { cert = "tls/cert.pem", key = "tls/key.pem" }
        [watch]
        poll_s = 0.1
    "#;
    site.write("bloghound.toml", settings);
    let variables = [
        ("BLOGHOUND_HTTP_HOSTS", "['a.example', 'b.example']"),
        ("BLOGHOUND_CONTENT_IGNORE", "['*.tmp.md']"),
        ("BLOGHOUND_HTTP_QUERY_LOG", "logs/queries.jsonl"),
    ];
    let values = |args: &[&str], variables: &[(&str, &str)]| -> BTreeMap<String, Value> {
        let printed = printed(&site, args, variables).into_iter();
        printed.map(|(name, entry)| (name, entry["value"].clone())).collect()
    };
    let args = ["--index", "../elsewhere\n[x]"];
    let (before, file) =
        (values(&args, &variables), run(&site, &["serve", "--print-config", args[0], args[1]], &variables));
    assert_eq!(file.code, 0, "{}", file.stderr);
    site.write("bloghound.toml", &file.stdout);
    let after = values(&[], &[]);
    assert_eq!(after, before, "{}", file.stdout);
    assert_eq!(after["http.hosts"], json!(["a.example", "b.example"]));
    assert_eq!(after["watch.poll_s"], 0.1);
    assert_eq!(after["urls.permalink"], json!({"blog": "/b/:slug/", "": "/:title/"}));
    assert_eq!(after["http.query_log"], "logs/queries.jsonl");
}

#[test]
fn the_printed_settings_of_a_site_without_a_file_are_a_file() {
    let site = TestSite::with_posts(&[("a/x", "X", "One.")]);
    let printed_file = run(&site, &["serve", "--print-config"], &[]).stdout;
    for line in [
        "# --site .  # default\n",
        "index = \"index\"  # default\n",
        "# base_url = \"",
        "# [http.tls]\n# cert =   # not set\n",
        "# [urls]\n# permalink =   # not set\n",
        "gitignore = true  # default\n",
    ] {
        assert!(printed_file.contains(line), "{line:?} is missing in {printed_file}");
    }
    assert!(printed_file.contains("# detected from the site\n"), "{printed_file}");
    let before = printed(&site, &[], &[]);
    site.write("bloghound.toml", &printed_file);
    for (name, after) in printed(&site, &[], &[]) {
        assert_eq!(after["value"], before[&name]["value"], "{name}");
    }
    let output = run(&site, &["serve", "--json"], &[]);
    assert!(output.code == 2 && output.stderr.contains("--print-config"), "{}", output.stderr);
}
