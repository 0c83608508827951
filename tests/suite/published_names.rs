//! The names that users and their scripts rely on: no published name may disappear or change.
//!
//! Each test collects the names that the program has now and compares them with a sorted list in
//! `published/`, one name per line. A new name is added to its list; a name that is in a list stays.

mod json;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::CommandFactory;

use crate::support::{Output, Server, TestSite, bloghound, own_site, request};

/// Compares the names that the program has with a list in `published/`.
fn assert_published(list: &str, names: &BTreeSet<String>) {
    let published = published(list);
    let removed: Vec<&String> = published.difference(names).collect();
    let added: Vec<&String> = names.difference(&published).collect();
    assert!(
        removed.is_empty() && added.is_empty(),
        "published names changed: tests/suite/published/{list}.txt\n\
         removed or renamed (users rely on them: restore them): {removed:#?}\n\
         added (add them to the list, which is sorted by bytes): {added:#?}"
    );
}

fn published(list: &str) -> BTreeSet<String> {
    let path = own_site().join(format!("tests/suite/published/{list}.txt"));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.lines().is_sorted(), "{} is not sorted", path.display());
    text.lines().map(str::to_owned).collect()
}

/// The names between backticks after the word `expected` in serde's error for an unknown key.
fn expected_keys(message: &str) -> impl Iterator<Item = String> + '_ {
    let (_, expected) = message.split_once("expected ").unwrap_or_else(|| panic!("{message}"));
    expected.split('`').skip(1).step_by(2).map(str::to_owned)
}

/// Every subcommand with the flags that it adds to those of its parent, and their possible values.
fn collect_commands(command: &clap::Command, path: &str, names: &mut BTreeSet<String>) {
    names.insert(path.to_owned());
    for argument in command.get_arguments().filter(|argument| !argument.is_positional()) {
        let long =
            argument.get_long_and_visible_aliases().into_iter().flatten().map(|long| format!("--{long}"));
        let short = argument.get_short_and_visible_aliases().into_iter().flatten();
        for flag in long.chain(short.map(|short| format!("-{short}"))) {
            // clap gives every switch the possible values true and false.
            let values = argument.get_possible_values();
            let values = values.iter().filter(|_| argument.get_action().takes_values());
            names.extend(values.map(|value| format!("{path} {flag} {}", value.get_name())));
            names.insert(format!("{path} {flag}"));
        }
    }
    for subcommand in command.get_subcommands() {
        collect_commands(subcommand, &format!("{path} {}", subcommand.get_name()), names);
    }
}

#[test]
fn commands_and_flags_keep_their_names() {
    let mut names = BTreeSet::new();
    collect_commands(&bloghound::cli::Cli::command(), "bloghound", &mut names);
    assert_published("commands", &names);
}

#[test]
fn settings_keep_their_keys() {
    let site = TestSite::new();
    let error_for = |settings: &str| {
        site.write("bloghound.toml", settings);
        let output = Output::of(bloghound().arg("--site").arg(site.root()).arg("posts"));
        (output.code != 0).then_some(output.stderr)
    };
    let mut names = BTreeSet::new();
    for table in ["", "urls", "search", "http", "http.tls", "watch"] {
        let settings = if table.is_empty() { "x = 1\n".to_owned() } else { format!("[{table}]\nx = 1\n") };
        let error = error_for(&settings).expect("an unknown key is accepted");
        let prefix = if table.is_empty() { String::new() } else { format!("{table}.") };
        names.extend(expected_keys(&error).map(|key| format!("{prefix}{key}")));
    }
    // `content` is a folder or a table, whose error does not list all of its keys.
    let keys = [
        ("dir", "'content'"),
        ("ignore", "['*.tmp.md']"),
        ("gitignore", "false"),
        ("follow_links", "'site'"),
    ];
    for (key, value) in keys {
        assert_eq!(error_for(&format!("[content]\n{key} = {value}\n")), None);
        names.insert(format!("content.{key}"));
    }
    assert_published("settings", &names);
}

#[test]
fn weights_and_judged_queries_keep_their_keys() {
    let site = TestSite::with_posts(&[("a/bread", "Bread", "Flour.")]);
    let eval = |args: &[&str]| Output::of(bloghound().current_dir(site.root()).arg("eval").args(args));
    let entry = "query = 'bread'\nexpect = 'a/bread'\n";
    site.write("queries.toml", format!("[[queries]]\n{entry}"));
    site.write("weights.toml", "x = 1\n");
    let error = eval(&["queries.toml", "--weights", "weights.toml"]).stderr;
    let mut names: BTreeSet<String> = expected_keys(&error).map(|key| format!("weights {key}")).collect();
    site.write("queries.toml", "x = 1\n");
    names.extend(expected_keys(&eval(&["queries.toml"]).stderr).map(|key| format!("judged TOML {key}")));
    site.write("queries.toml", format!("[[queries]]\n{entry}x = 1\n"));
    let error = eval(&["queries.toml"]).stderr;
    names.extend(expected_keys(&error).map(|key| format!("judged TOML queries[].{key}")));
    // A line of JSON may have keys that mean nothing, so that its keys are tried.
    site.write(
        "queries.jsonl",
        r#"{"qid": "q1", "query": "bread", "kind": "words", "lang": "en", "relevant": {"a/bread/_index.md": 1}}"#,
    );
    let report = eval(&["queries.jsonl", "--per-query", "--json"]).json();
    let query = &report["per_query"][0];
    for (key, value) in [("qid", "q1"), ("query", "bread"), ("kind", "words"), ("lang", "en")] {
        assert_eq!(query[key], value, "{query}");
    }
    assert_eq!(query["ndcg"], 1.0, "{query}");
    names.extend(["qid", "query", "kind", "lang", "relevant"].map(|key| format!("judged JSON {key}")));
    assert_published("evaluation", &names);
}

/// The text in quotes after each `before` in the sources below `dir`.
fn literals_after(dir: &Path, before: &[&str]) -> BTreeSet<String> {
    let mut literals = BTreeSet::new();
    for entry in ignore::WalkBuilder::new(dir).build().flatten() {
        let is_test = entry.path().ends_with("tests.rs");
        if !is_test && entry.path().extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(entry.path()).unwrap();
            for before in before {
                let rests = text.split(before).skip(1);
                literals.extend(rests.map(|rest| rest.split('"').next().unwrap().to_owned()));
            }
        }
    }
    literals
}

#[test]
fn environment_variables_keep_their_names() {
    let before = ["var(\"", "var_os(\"", "from_env(\"", "env = \"", "_VARIABLE: &str = \""];
    assert_published("environment", &literals_after(&own_site().join("src"), &before));
}

#[test]
fn paths_and_parameters_keep_their_names() {
    let routes = literals_after(&own_site().join("src/http"), &[".route(\""]);
    let of_algolia = literals_after(&own_site().join("src/http/algolia"), &[".route(\""]);
    let mut names: BTreeSet<String> =
        routes.difference(&of_algolia).map(|route| format!("{} {route}", method_of(route))).collect();
    names.extend(of_algolia.iter().map(|route| format!("POST /1{route}")));
    let site = TestSite::with_posts(&[("a/bread", "Bread", "Flour.")]);
    let front_matter =
        "title = 'Tea'\ndate = 2024-01-02\ntags = ['Hot']\nauthors = ['Ann Lee']\nseries = ['Drinks']\n";
    site.write_post("b/tea", &format!("+++\n{front_matter}+++\nWater."));
    let server = Server::start(site.root());
    for name in published("http") {
        let path = name.trim_start_matches("GET ");
        let is_answered = match (name.strip_prefix("POST "), path.split_once('?')) {
            _ if path.contains("/api/v1/admin/") => needs_key(&server, &name),
            (Some(path), _) => accepts_post(&server, path),
            (None, None) => is_answered(&server, path),
            (None, Some((path, parameter))) => is_read(&server, path, parameter),
        };
        assert!(is_answered, "{name} is no longer answered");
        names.insert(name);
    }
    assert_published("http", &names);
}

/// The method of a route that is not of Algolia's protocol.
fn method_of(route: &str) -> &'static str {
    if route == "/api/v1/admin/reindex" { "POST" } else { "GET" }
}

/// Whether the server has an admin call, which needs a key.
fn needs_key(server: &Server, name: &str) -> bool {
    let (method, path) = name.split_once(' ').unwrap();
    request(&server.url(path), method, &[]).status == 401
}

/// Whether the server has something at a path.
fn is_answered(server: &Server, path: &str) -> bool {
    let path = path.replace("{name}", "page.css").replace("{file}", "js");
    let parameters = match path.rsplit('/').next() {
        Some("related" | "posts" | "posts.md" | "preview") => "?id=b/tea/_index.md",
        Some("facets") => "?field=tag",
        _ => "",
    };
    server.get(&format!("{path}{parameters}")).status == 200
}

/// Whether a route of Algolia's protocol responds to a request.
fn accepts_post(server: &Server, path: &str) -> bool {
    let is_batch = path.ends_with("/queries") || path.ends_with("/recommendations");
    let path = path.replace("{index}", if is_batch { "*" } else { "posts" }).replace("{facet}", "tags");
    ureq::post(server.url(&path)).send(r#"{"requests":[]}"#).is_ok_and(|response| response.status() == 200)
}

/// Whether a route reads the parameter: it searches by its value, or refuses a value that makes no sense.
fn is_read(server: &Server, path: &str, parameter: &str) -> bool {
    let get = |query: &str| server.get(&format!("{path}?{query}"));
    let finds_tea = |query: &str| get(query).json()["total"] == 1;
    let counts_one = |query: &str| get(query).json()["values"][0]["count"] == 1;
    match (path, parameter) {
        ("/api/v1/facets", "prefix") => get("field=tag&prefix=ho").json()["total"] == 1,
        ("/api/v1/facets", "q") => counts_one("field=year&q=water"),
        ("/api/v1/facets", "category") => counts_one("field=year&category=b"),
        ("/api/v1/facets", "tag") => counts_one("field=year&tag=hot"),
        ("/api/v1/facets", "author") => counts_one("field=year&author=ann-lee"),
        ("/api/v1/facets", "series") => counts_one("field=year&series=drinks"),
        ("/api/v1/search", "series") => finds_tea("series=drinks"),
        ("/api/v1/suggest", "q") => get("q=te").json()["suggestions"][0]["text"] == "Tea",
        ("/api/v1/posts" | "/api/v1/related", "id") => {
            get("id=b/tea/_index.md").json()["id"] == "b/tea/_index.md"
        }
        ("/api/v1/search", "q") => finds_tea("q=water"),
        ("/api/v1/search", "category") => finds_tea("category=b"),
        ("/api/v1/search", "tag") => finds_tea("tag=hot"),
        ("/api/v1/search", "author") => finds_tea("author=Ann+Lee"),
        _ => {
            let field = if parameter == "field" { "" } else { "field=tag&" };
            let answer = get(&format!("{field}id=b/tea/_index.md&{parameter}=!"));
            answer.status == 400 && answer.json()["parameter"] == parameter
        }
    }
}

#[test]
fn metrics_keep_their_names_and_labels() {
    let site = TestSite::with_posts(&[("a/bread", "Bread", "Flour."), ("a/tea", "Tea", "Water.")]);
    let server = Server::start(site.root());
    for path in [
        "search?q=bread",
        "search?q=bread",
        "suggest?q=br",
        "related?id=a/bread/_index.md",
        "facets?field=tag",
        "posts?id=a/bread/_index.md",
    ] {
        assert_eq!(server.get(&format!("/api/v1/{path}")).status, 200, "{path}");
    }
    site.write_post("a/soup", "+++\ntitle = 'Soup'\n+++\nSalt.");
    server.wait_for_hits("salt", &["a/soup"]);
    fs::rename(site.content(), site.root().join("elsewhere")).unwrap();
    server.wait_for_problem("\"content\"");
    server.wait_for_problem("\"watching\"");
    let mut names = BTreeSet::new();
    for line in server.get("/metrics").body.lines() {
        let description = line.strip_prefix("# TYPE ").or_else(|| line.strip_prefix("# UNIT "));
        names.extend(description.map(str::to_owned));
        if line.starts_with('#') {
            continue;
        }
        let series = line.rsplit_once(' ').unwrap().0;
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        names.insert(name.to_owned());
        for label in labels.trim_end_matches('}').split(',').filter(|label| !label.is_empty()) {
            // The bounds of a histogram's buckets are numbers, not names.
            let label = if label.starts_with("le=") { "le" } else { label };
            // Whether a request arrives before the index is built is chance.
            if label == "outcome=\"unavailable\"" {
                continue;
            }
            names.insert(format!("{name} {label}"));
        }
    }
    assert_published("metrics", &names);
}
