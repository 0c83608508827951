//! The fields of all JSON that the program prints or answers.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;

use bloghound::content::Site;
use bloghound::reindex::{Indexer, OpenMode};
use serde_json::Value;

use super::assert_published;
use crate::support::{Output, Server, TestSite, bloghound, post, request, wait_until};

/// Fields whose values are names, too: each is one of a few that scripts compare with.
const NAMED_VALUES: [&str; 17] = [
    "search: hits[].kind",
    "search: hits[].explanation.parts[].name",
    "search: hits[].explanation.words[].found[].field",
    "suggest: suggestions[].kind",
    "related: related[].kind",
    "facets: field",
    "post: kind",
    "status: watching",
    "status: problems[].concern",
    "posts: kind",
    "posts: skipped",
    "check: severity",
    "index: warnings[].severity",
    "keys: scope",
    "reindex: action",
    "query log: source",
    "print-config: settings[].source",
];
/// Objects whose keys are not names of ours.
const OPEN_OBJECTS: [&str; 2] = ["posts: translations", "tune: changed"];

/// Names as paths, such as `search: hits[].url`.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    /// Adds the fields of `value`, which `source` has printed.
    fn add(&mut self, source: &str, value: &Value) {
        assert!(value.is_object(), "{source}: {value}");
        self.add_at(&format!("{source}: "), value);
    }

    fn add_at(&mut self, path: &str, value: &Value) {
        match value {
            Value::Object(_) if OPEN_OBJECTS.contains(&path) => {}
            Value::Object(object) => {
                let prefix = if path.ends_with(": ") { path.to_owned() } else { format!("{path}.") };
                for (key, value) in object {
                    self.0.insert(format!("{prefix}{key}"));
                    self.add_at(&format!("{prefix}{key}"), value);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.add_at(&format!("{path}[]"), value)),
            Value::String(name) if NAMED_VALUES.contains(&path) => {
                self.0.insert(format!("{path} = {name}"));
            }
            _ => {}
        }
    }

    /// Adds each line of what a command has printed.
    fn add_lines(&mut self, source: &str, output: &Output) {
        for line in output.stdout.lines() {
            self.add(source, &serde_json::from_str(line).unwrap());
        }
    }
}

/// A site that has all that responses can show.
fn site() -> TestSite {
    let site = TestSite::new();
    site.write(
        "hugo.toml",
        "baseURL = 'https://blog.example/'\ndefaultContentLanguage = 'en'\n[languages.en]\nweight = 1\n\
         [languages.de]\nweight = 2\n",
    );
    let front_matter = "title = 'Baking bread'\ndate = 2024-01-01\nlastmod = 2024-02-01\ntags = ['Oven']\n\
                        categories = ['Kitchen']\nauthors = ['Ann Lee']\nseries = ['Food']\n\
                        description = 'Flour, water, salt.'\nimages = ['bread.png']\naliases = ['/old/']\n\
                        weight = 3\n";
    let filler = "It takes a while until the dough has risen and is ready. ".repeat(30);
    let body = format!(
        "Flour first.\n\n{filler}\n\n## Flour and water\n\nMix flour well. `flour --help` prints more.\n\n{filler}\n\n\
         ## The oven\n\nFlour burns in a hot oven.\n"
    );
    site.write("content/food/bread.md", format!("+++\n{front_matter}+++\n\n{body}"));
    site.write("content/food/bread.de.md", post("Flour und Brot", "2024-01-01", "Flour ist Mehl."));
    site.write(
        "content/food/soup.md",
        post("Soup", "2024-01-02", "Hot water, flour, salt.\n\n## Salt\n\nSalt."),
    );
    site.write("content/food/tea.md", post("Tea", "2024-01-03", "Hot water.\n\n```sh\nls flour"));
    site.write("content/food/_index.md", "+++\ntitle = 'Food'\n+++\n");
    site.write("content/about.md", "+++\ntitle = 'About flour'\n+++\nFlour.");
    site.write("content/broken.md", "+++\ntitle = \n+++\n");
    for left_out in ["content/.hidden.md", "content/picture.png", "content/empty.md"] {
        site.write(left_out, "");
    }
    site.write("content/lost.md", "+++\ntitle = 'Lost'\nurl = '/404.html'\n+++\nNothing.");
    for (name, line) in [
        ("draft", "draft = true"),
        ("future", "publishDate = 2999-01-01"),
        ("expired", "expiryDate = 2001-01-01"),
        ("not_a_page", "build = { render = 'never' }"),
        ("redirect", "layout = 'redirect'"),
        ("unlisted", "build = { list = 'never' }"),
        ("excluded", "sitemap = { disable = true }\nsearch = false\nrobots = 'noindex'"),
    ] {
        site.write(
            &format!("content/{name}.md"),
            format!("+++\ntitle = 'X'\ndate = 2024-01-01\n{line}\n+++\nX."),
        );
    }
    site
}

#[test]
fn json_fields_keep_their_names() {
    let site = site();
    let run = |args: &[&str]| Output::of(bloghound().current_dir(site.root()).args(args));
    let mut names = Names::default();
    names.add_lines("index", &run(&["index", "--json"]));
    names.add_lines("posts", &run(&["posts", "--json", "--skipped"]));
    names.add_lines("check", &run(&["check", "--format", "json"]));
    names.add_lines("print-config", &run(&["serve", "--print-config", "--json"]));
    add_searches(&mut names, &site);
    add_queries(&mut names);
    add_building(&mut names);
    add_bundles(&mut names, &site);
    add_evaluations(&mut names, &site);
    add_keys(&mut names);
    assert_published("json", &names.0);
}

/// What the HTTP service answers; the commands print the same.
fn add_searches(names: &mut Names, site: &TestSite) {
    let server = Server::start(site.root());
    let search =
        "/api/v1/search?facets=category,tag,author,lang,series,year&explain=1&fragments=3&sections=3&q=";
    for query in [
        "flour",
        "flour+oven",
        "baking+bread",
        "bred+water",
        "hot+water+zebra",
        "%22flour+and+water%22",
        "salt",
        "about",
    ] {
        names.add("search", &server.get(&format!("{search}{query}")).json());
        names.add("search", &server.get(&format!("{search}{query}&group=translations")).json());
    }
    for typed in ["ba", "fl", "ov", "ki", "sa", "ho"] {
        names.add("suggest", &server.get(&format!("/api/v1/suggest?q={typed}")).json());
    }
    names.add("related", &server.get("/api/v1/related?id=food/bread.md").json());
    names.add("related", &server.get("/api/v1/related?id=food/soup.md").json());
    names.add("facets", &server.get("/api/v1/facets?field=tag").json());
    names.add("post", &server.get("/api/v1/posts?id=food/bread.md").json());
    names.add("post", &server.get("/api/v1/posts?id=about.md").json());
    names.add("problem", &server.get("/api/v1/search?q=x&limit=0").json());
    names.add("problem", &request(&server.url("/nowhere"), "GET", &[]).json());
    names.add("status", &server.get("/api/v1/status").json());
    site.write("content/food/cake.md", post("Cake", "2024-01-04", "Sugar."));
    server.wait_for_hits("sugar", &["food/cake.md"]);
    names.add("full status", &server.full_status());
    fs::rename(site.content(), site.root().join("elsewhere")).unwrap();
    server.wait_for_problem("\"content\"");
    server.wait_for_problem("\"watching\"");
    names.add("status", &server.get("/api/v1/status").json());
    fs::rename(site.root().join("elsewhere"), site.content()).unwrap();
    server.wait_for_problem("");
    let settings = fs::read_to_string(site.root().join("hugo.toml")).unwrap();
    site.write("hugo.toml", "baseURL = \n");
    server.wait_for_problem("\"settings\"");
    names.add("status", &server.get("/api/v1/status").json());
    site.write("hugo.toml", settings);
    server.wait_for_problem("");
    drop(server);
    for (settings, arguments, watching) in
        [("", &["--no-watch"][..], "\"off\""), ("[watch]\npoll = true\n", &[], "\"polling\"")]
    {
        site.write("bloghound.toml", settings);
        let server = Server::start_with(site.root(), &site.root().join("index"), arguments);
        // Watching starts a moment after serving.
        wait_until(|| server.get("/api/v1/status").body, |status| status.contains(watching));
        names.add("status", &server.get("/api/v1/status").json());
    }
    let run = |args: &[&str]| Output::of(bloghound().current_dir(site.root()).args(args));
    names.add_lines("search", &run(&["search", "flour", "--json", "--explain", "--facets", "year"]));
    names.add_lines("suggest", &run(&["suggest", "ba", "--json"]));
    names.add_lines("related", &run(&["related", "food/bread.md", "--json"]));
    names.add_lines("related", &run(&["related", "--all", "--json"]));
}

/// The log of queries and its summary.
fn add_queries(names: &mut Names) {
    let site = TestSite::with_posts(&[("a/bread", "Bread", "Flour.")]);
    site.write("bloghound.toml", "[http]\nquery_log = 'queries.jsonl'\n");
    let server = Server::start(site.root());
    server.get(
        "/api/v1/search?q=flour&category=a&tag=a&author=a&lang=en&series=a&year=2024&after=2024&before=2025",
    );
    assert!(server.stop("TERM").success());
    let log = fs::read_to_string(site.root().join("queries.jsonl")).unwrap();
    names.add("query log", &serde_json::from_str(&log).unwrap());
    names.add_lines("queries", &Output::of(bloghound().current_dir(site.root()).args(["queries", "--json"])));
}

/// What a server answers while another process builds the index.
fn add_building(names: &mut Names) {
    let site = TestSite::with_posts(&[("a/bread", "Bread", "Flour.")]);
    let config = site.config();
    let _indexer = Indexer::open(&config, &Site::detect(&config).unwrap(), OpenMode::Update).unwrap();
    let server = Server::start_unready(site.root());
    names.add("problem", &server.get("/api/v1/search?q=flour").json());
    names.add("status", &server.get("/api/v1/status").json());
    names.add("full status", &server.full_status());
}

/// The list of keys, and what admin calls answer.
fn add_keys(names: &mut Names) {
    let site = TestSite::with_posts(&[("a/bread", "Bread", "Flour.")]);
    let run = |args: &[&str]| Output::of(bloghound().current_dir(site.root()).arg("keys").args(args));
    let key = run(&["add", "--name", "a", "--scope", "admin"]).stdout;
    run(&["add", "--name", "b"]);
    names.add_lines("keys", &run(&["list", "--json"]));
    let server = Server::start(site.root());
    let bearer = format!("Bearer {}", key.trim_end());
    let headers = [("Authorization", bearer.as_str()), ("X-Bloghound-Admin", "1")];
    for path in ["reindex", "reindex?rebuild=1"] {
        let answer = request(&server.url(&format!("/api/v1/admin/{path}")), "POST", &headers);
        names.add("reindex", &answer.json());
    }
}

fn add_bundles(names: &mut Names, site: &TestSite) {
    let run = |args: &[&str]| {
        Output::of(bloghound().current_dir(site.root()).arg("bundle").args(args).arg("--json"))
    };
    names.add_lines("bundle create", &run(&["create", "x.tar.zst"]));
    names.add_lines("bundle verify", &run(&["verify", "x.tar.zst"]));
    names.add_lines("bundle install", &run(&["install", "x.tar.zst"]));
    names.add_lines("bundle rollback", &run(&["rollback"]));
    let archive = zstd::Decoder::new(File::open(site.root().join("x.tar.zst")).unwrap()).unwrap();
    let mut archive = tar::Archive::new(archive);
    let mut first = archive.entries().unwrap().next().unwrap().unwrap();
    let mut text = String::new();
    first.read_to_string(&mut text).unwrap();
    let path = first.path().unwrap().display().to_string();
    names.0.insert(path.clone());
    names.add(&path, &serde_json::from_str(&text).unwrap());
    site.write("x.tar.zst", "nothing");
    names.add_lines("bundle verify", &run(&["verify", "x.tar.zst"]));
}

fn add_evaluations(names: &mut Names, site: &TestSite) {
    let query = |qid: &str, text: &str, lang: &str, expect: &str| {
        format!("[[queries]]\nqid = '{qid}'\nquery = '{text}'\nlang = '{lang}'\nexpect = '{expect}'\n")
    };
    let queries = [
        query("q1", "baking bread", "en", "food/bread.md"),
        query("q2", "water", "de", "food/tea.md"),
        query("q3", "salt", "en", "food/nowhere.md"),
        query("q4", "soup", "en", "food/soup.md"),
    ];
    site.write("queries.toml", queries.concat());
    let run = |args: &[&str]| {
        Output::of(bloghound().current_dir(site.root()).args(["eval", "queries.toml"]).args(args))
    };
    names.add_lines("eval", &run(&["--json", "--per-query", "--run-file", "runs.jsonl"]));
    let runs = fs::read_to_string(site.root().join("runs.jsonl")).unwrap();
    names.add("eval run", &serde_json::from_str(runs.lines().next().unwrap()).unwrap());
    // One query is worse than in the baseline, one is better, one is new, and one is gone.
    let run_of = |qid: &str, hit: &str| format!("{{\"qid\":\"{qid}\",\"hits\":[\"{hit}\"]}}\n");
    let runs = [run_of("q1", "food/tea.md"), run_of("q2", "food/tea.md"), run_of("q5", "about.md")];
    site.write("runs.jsonl", runs.concat());
    site.write("weights.toml", "recency = 0.9\n");
    names.add_lines("eval", &run(&["--json", "--baseline", "runs.jsonl", "--by", "kind,lang"]));
    site.write(
        "runs.jsonl",
        run_of("q4", "food/soup.md") + &run_of("q2", "food/tea.md") + &run_of("q3", "x"),
    );
    site.write("content/food/soup.md", post("Broth", "2024-01-02", "Tea."));
    names.add_lines("eval", &run(&["--json", "--baseline", "runs.jsonl", "--by", "lang"]));
    names.add_lines("tune", &run(&["--json", "--tune", "--rounds", "1", "--only", "recency"]));
}
