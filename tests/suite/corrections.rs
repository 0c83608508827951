//! Corrections of the query and explanations of scores, over HTTP and on the command line.

use serde_json::{Value, json};

use crate::support::{SearchText, Server, TestSite, bloghound, post};

fn tools() -> TestSite {
    TestSite::with_posts(&[
        ("t/crossplane", "Crossplane compositions", "Providers of a cloud, version v1.2.3 of the port 8080."),
        ("t/lake", "The lake house", "Water and a boat. Crossplane is not here, but a cloud is."),
        ("t/k8s", "Pods in practice", "A utf8 text, and sha256 sums of it."),
    ])
}

/// The server's response to `q` and more parameters, both percent-encoded.
fn ask(server: &Server, query: &str) -> Value {
    let answer = server.get(&format!("/api/v1/search?q={query}"));
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    answer.json()
}

fn ids(body: &Value) -> Vec<&str> {
    let hits = body["hits"].as_array().unwrap().iter();
    hits.map(|hit| hit["id"].as_str().unwrap().trim_end_matches("/_index.md")).collect()
}

/// The corrected query, whether it was searched, and the words that differ. Asserts that the parts make up the query.
fn corrected(body: &Value) -> Option<(&str, bool, Vec<&str>)> {
    let correction = body.as_object()?.get("corrected")?;
    let parts = correction["parts"].as_array().unwrap();
    let text = |part: &Value| part["text"].as_str().unwrap().to_owned();
    let query = correction["query"].as_str().unwrap();
    assert_eq!(parts.iter().map(text).collect::<String>(), query, "{body}");
    let differ = parts.iter().filter(|part| part["is_corrected"] == true);
    let differ = differ.map(|part| part["text"].as_str().unwrap()).collect();
    Some((query, correction["applied"].as_bool().unwrap(), differ))
}

#[test]
fn corrects_a_typo_and_reports_the_correction() {
    let site = tools();
    let server = Server::start(site.root());
    let cases: [(&str, &str, &[&str]); 5] = [
        ("crossplne", "crossplane", &["crossplane"]),
        ("crossplne%20boat", "crossplane boat", &["crossplane"]),
        ("cloud%20crossplne%20", "cloud crossplane ", &["crossplane"]),
        ("crossplne%20%20compostions", "crossplane  compositions", &["crossplane", "compositions"]),
        ("title%3Acrossplne", "title:crossplane", &["crossplane"]),
    ];
    for (typed, meant, words) in cases {
        let body = ask(&server, typed);
        assert_eq!(corrected(&body), Some((meant, true, words.to_vec())), "{typed}");
        assert!(ids(&body).contains(&"t/crossplane") || typed.ends_with("boat"), "{typed}: {body}");
    }
}

#[test]
fn searches_words_as_typed_on_request() {
    let site = tools();
    let server = Server::start(site.root());
    let body = ask(&server, "crossplne&typos=0");
    assert_eq!(body["total"], 0);
    assert_eq!(corrected(&body), Some(("crossplane", false, vec!["crossplane"])));
    // The word that occurs still matches, and a correction of the other one is proposed.
    let body = ask(&server, "boat%20crossplne&typos=0");
    assert_eq!(ids(&body), ["t/lake"]);
    assert_eq!(corrected(&body), Some(("boat crossplane", false, vec!["crossplane"])));
    // This word has more than one typo.
    let body = ask(&server, "crsplane&typos=1");
    assert_eq!(
        (&body["total"], corrected(&body)),
        (&json!(0), Some(("crossplane", false, vec!["crossplane"])))
    );
}

#[test]
fn does_not_correct_words_that_occur() {
    let site = tools();
    let server = Server::start(site.root());
    for query in
        ["crossplane", "crossplane%20boat", "cross", "Crossplane%20CLOUD", "providers%20of%20a%20cloud"]
    {
        let body = ask(&server, query);
        assert!(body["total"].as_u64().unwrap() > 0, "{query}");
        assert_eq!(corrected(&body), None, "{query}");
        let body = ask(&server, &format!("{query}&typos=0"));
        assert_eq!(corrected(&body), None, "{query} without typos");
    }
}

#[test]
fn never_corrects_quotes_numbers_or_names_with_digits() {
    let site = tools();
    let server = Server::start(site.root());
    for query in ["%22crossplne%22", "8081", "utf9", "sha255", "sha2566", "%22the%20lke%22"] {
        let body = ask(&server, query);
        assert_eq!((&body["total"], corrected(&body)), (&json!(0), None), "{query}: {body}");
    }
    // A version is matched by its prefix, but not corrected to another version.
    let body = ask(&server, "v1.2.4");
    assert_eq!((corrected(&body), &body["hits"][0]["missing"]), (None, &json!(["4"])));
}

#[test]
fn explains_a_score_by_parts_that_add_up() {
    let site = tools();
    let server = Server::start(site.root());
    for query in ["crossplane%20cloud", "crossplne", "the%20lake", "cloud%20zyzzyvas", "cro", "title%3Alake"]
    {
        let body = ask(&server, &format!("{query}&explain=1"));
        let hits = body["hits"].as_array().unwrap();
        assert!(!hits.is_empty(), "{query}");
        for hit in hits {
            let parts = hit["explanation"]["parts"].as_array().unwrap();
            let sum: f64 = parts.iter().map(|part| part["value"].as_f64().unwrap()).sum();
            assert!((sum - hit["score"].as_f64().unwrap()).abs() < 1e-3, "{query}: {hit}");
            assert!(parts.iter().all(|part| part["reason"] != "" && part["name"] != ""), "{hit}");
        }
        assert_eq!(ask(&server, query)["hits"][0].get("explanation"), None);
    }
    let body = ask(&server, "crossplne%20cloud%20boat&explain=1");
    let of_first = &body["hits"][0]["explanation"]["words"];
    assert_eq!(body["hits"][0]["id"], "t/lake/_index.md");
    assert_eq!(of_first[0]["word"], "crossplne");
    assert_eq!(of_first[0]["forms"], json!(["crossplane"]));
    assert_eq!(of_first[0]["found"], json!([{"field": "text", "count": 1}]));
    let of_second = &body["hits"][1]["explanation"]["words"];
    assert_eq!((&of_second[2]["word"], &of_second[2]["found"]), (&json!("boat"), &json!([])));
}

#[test]
fn applies_synonyms_in_the_direction_of_their_rules() {
    let site = TestSite::with_posts(&[
        ("s/kubernetes", "Running Kubernetes", "Nodes."),
        ("s/k8s", "Small k8s", "Raspberries."),
        ("s/iac", "Why IaC", "Terraform."),
        ("s/long", "Declaring", "We love infrastructure as code here."),
        ("s/mixed", "Mixed", "The code of an infrastructure as it was."),
        ("s/js", "Only js", "Short."),
        ("s/javascript", "About JavaScript", "Long."),
    ]);
    site.write(
        "bloghound.toml",
        "[search]\nsynonyms = [\"k8s = kubernetes\", \"iac = infrastructure as code\", \"js => javascript\"]\n",
    );
    let engine = site.engine();
    let cases: [(&str, &[&str]); 7] = [
        ("k8s", &["s/k8s", "s/kubernetes"]),
        ("kubernetes", &["s/kubernetes", "s/k8s"]),
        ("iac", &["s/iac", "s/long"]),
        ("\"iac\"", &["s/iac"]),
        ("js", &["s/js", "s/javascript"]),
        ("javascript", &["s/javascript"]),
        ("raspberries kubernetes", &["s/k8s"]),
    ];
    for (query, expected) in cases {
        let answer = engine.search_text(query);
        assert_eq!(engine.hits(query), expected, "{query}");
        assert_eq!(answer.corrected, None, "{query}");
    }
    // The synonym matches all words of the name, and ranks higher in a title than they do in a text.
    assert_eq!(engine.hits("infrastructure as code")[..2], ["s/iac", "s/long"]);
    assert!(engine.search_text("infrastructure as code").hits[0].missing.is_empty());
    let first = &engine.search_text("terraform infrastructure as code").hits[0];
    assert!(first.id.starts_with("s/iac") && first.missing.is_empty(), "{first:?}");
}

#[test]
fn joins_and_splits_words() {
    let site = TestSite::with_posts(&[
        ("j/joined", "One", "We compile to WebAssembly, and practise GitOps and DevOps."),
        ("j/split", "Two", "We compile to web assembly, and practise git-ops and dev ops."),
        ("j/other", "Three", "An assembly of people on the web, a git, a dev. And other ops."),
    ]);
    let engine = site.engine();
    let cases = [("web assembly", "webassembly"), ("git-ops", "gitops"), ("dev ops", "devops")];
    for (apart, together) in cases {
        for query in [apart.to_owned(), together.to_owned(), format!("{apart} "), format!("{together} ")] {
            let answer = engine.search_text(&query);
            let hits = engine.hits(&query);
            for id in ["j/joined", "j/split"] {
                let hit = answer.hits.iter().find(|hit| hit.id.starts_with(id));
                let hit = hit.unwrap_or_else(|| panic!("{query:?} does not find {id}, but {hits:?}"));
                assert!(hit.missing.is_empty(), "{query:?}: {:?} of {id}", hit.missing);
            }
            assert!(hits[..2].iter().all(|id| id != "j/other"), "{query:?}: {hits:?}");
            assert_eq!(answer.corrected, None, "{query:?}");
        }
        assert!(!engine.hits(together).contains(&"j/other".to_owned()), "{together}");
    }
}

#[test]
fn ranks_the_newer_of_equal_posts_first_unless_recency_is_off() {
    let dated = |date: &str, more: &str| {
        format!("+++\ntitle = 'Resizing volumes'\ndate = {date}\n{more}\n+++\n\nHow to resize a volume.\n")
    };
    let site = TestSite::new();
    site.write_post("a/old", &dated("2014-01-01", ""));
    site.write_post("z/new", &dated("2024-01-01", ""));
    assert_eq!(site.engine().hits("volumes"), ["z/new", "a/old"]);
    // The evergreen post has the recency of the newest one; the old post comes last.
    site.write_post("m/middle", &dated("2020-01-01", ""));
    site.write_post("a/old", &dated("2014-01-01", "evergreen = true"));
    let engine = site.engine();
    assert_eq!(engine.hits("volumes"), ["z/new", "a/old", "m/middle"]);
    let hits = engine.search_text("volumes").hits;
    assert!((hits[0].score - hits[1].score).abs() < 1e-5 && hits[1].score > hits[2].score);
}

#[test]
fn ranks_an_old_exact_title_before_a_new_vague_match() {
    let site = TestSite::new();
    site.write_post("a/old", &post("Resizing volumes", "2009-01-01", "How it is done."));
    let vague = "Some words on resizing and on volumes. Volumes again, resizing again, and resizing volumes.";
    site.write_post("z/new", &post("News of the week", "2024-01-01", vague));
    assert_eq!(site.engine().hits("resizing volumes"), ["a/old", "z/new"]);
}

/// Exit code and standard output of `bloghound search` with the arguments.
fn search(site: &TestSite, args: &[&str]) -> (i32, String) {
    let output = bloghound().arg("--site").arg(site.root()).arg("search").args(args).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn prints_the_corrected_query() {
    let site = tools();
    site.reindex();
    let (code, out) = search(&site, &["crossplne"]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((code, lines[0]), (0, "Showing hits for: crossplane"));
    assert_eq!(lines[1], "(typed: crossplne; use --typos 0 to search for exactly that)");
    let (code, out) = search(&site, &["crossplne", "--typos", "0"]);
    assert_eq!((code, out.lines().last()), (1, Some("Did you mean: crossplane?")), "{out}");
    let (code, out) = search(&site, &["crossplane"]);
    assert_eq!(code, 0);
    assert!(
        !out.contains("Showing hits") && !out.contains("Did you mean") && !out.contains("score"),
        "{out}"
    );
}

#[test]
fn prints_the_explanation_of_each_hit() {
    let site = tools();
    site.reindex();
    let (code, out) = search(&site, &["--explain", "crossplne boat"]);
    assert_eq!(code, 0);
    let number = |line: &str| -> f64 { line.split_whitespace().nth(1).unwrap().parse().unwrap() };
    let names = ["words ", "title ", "title_exact ", "heading ", "proximity ", "recency "];
    let mut explained = 0;
    for block in out.split("    score ").skip(1) {
        let block = format!("score {block}");
        let is_part = |line: &&str| names.iter().any(|name| line.trim_start().starts_with(name));
        let parts: f64 = block.lines().filter(is_part).map(number).sum();
        assert!((parts - number(&block)).abs() < 0.01, "{block}");
        assert!(block.contains("\"crossplne\"  as crossplane: "), "{block}");
        assert!(block.contains("\"boat\"  "), "{block}");
        explained += 1;
    }
    assert_eq!(explained, 1, "{out}");
}
