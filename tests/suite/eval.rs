//! `bloghound eval`: judged queries, baselines, limits for CI, tuning.

use std::path::PathBuf;
use std::process::Command;

use bloghound::query::{SearchRequest, Weights};
use serde_json::Value;

use crate::support::{
    Missing, Output, SearchText, TestSite, bloghound, corpus, has_program, own_site, report_skip,
};

/// Runs `eval` in the site's root.
fn eval(site: &TestSite, args: &[&str]) -> Output {
    Output::of(bloghound().current_dir(site.root()).arg("eval").args(args))
}

/// A blog of three posts with queries in TOML: the first finds its post, the second one of two, the third none.
fn small_blog() -> TestSite {
    let site = TestSite::with_posts(&[
        ("a/bread", "Bread", "Flour and water."),
        ("a/soup", "Soup", "Water and salt."),
        ("b/tea", "Tea", "Water, hot."),
    ]);
    site.write(
        "searches.toml",
        "[[queries]]\nquery = 'bread'\nexpect = 'a/bread'\n\
         [[queries]]\nquery = 'salt'\nkind = 'body'\nexpect = ['content/a/soup/', 'b/tea/_index.md']\n\
         [[queries]]\nquery = 'flour'\nkind = 'body'\nexpect = { 'b/tea' = 2 }\n",
    );
    site
}

#[test]
fn measures_toml_queries_by_kind() {
    let site = small_blog();
    let report = eval(&site, &["searches.toml", "--json", "--per-query"]).json();
    let of = |group: &Value| (group["kind"].clone(), group["queries"].clone(), group["success_at_1"].clone());
    let groups: Vec<_> = report["groups"].as_array().unwrap().iter().map(of).collect();
    assert_eq!(groups[..2], [("-".into(), 1.into(), 1.0.into()), ("body".into(), 2.into(), 0.5.into())]);
    assert_eq!(report["all"]["success_at_1"], 2.0 / 3.0);
    assert!(report["languages"].is_null());
    let salt = &report["per_query"][1];
    assert_eq!((&salt["qid"], &salt["recall"]), (&"salt".into(), &0.5.into()));
    assert_eq!(salt["hits"][0], "a/soup/_index.md");
    let text = eval(&site, &["searches.toml"]);
    assert_eq!((text.code, text.stderr.as_str()), (0, ""));
    assert!(text.stdout.starts_with("kind queries"), "{}", text.stdout);
}

#[test]
fn reports_several_files_by_language_and_kind() {
    let site = small_blog();
    site.write(
        "more.jsonl",
        "{\"qid\":\"1\",\"query\":\"tea\",\"kind\":\"body\",\"lang\":\"de\",\"relevant\":{\"b/tea\":1},\"source\":[]}\n",
    );
    let heads = |args: &[&str]| {
        let output = eval(&site, args).stdout;
        output.lines().filter(|line| line.contains("queries")).map(str::to_owned).collect::<Vec<_>>()
    };
    let both = heads(&["searches.toml", "more.jsonl"]);
    assert!(both.len() == 2 && both[0].starts_with("kind ") && both[1].starts_with("lang "), "{both:?}");
    let table = eval(&site, &["searches.toml", "more.jsonl", "--by", "kind,lang"]).stdout;
    assert!(table.starts_with("kind lang queries") && table.contains("body de         1"), "{table}");
    assert_eq!(heads(&["searches.toml", "more.jsonl", "--by", "lang"]).len(), 1);
}

#[test]
fn reports_mistakes_in_queries_with_the_line_and_the_expected_form() {
    let site = small_blog();
    let cases = [
        ("bad.toml", "[[queries]]\nquery = 'x'\nexpected = 'y'\n", "bad.toml:3: unknown field `expected`"),
        ("bad.toml", "[[queries]]\nquery = ' '\nexpect = 'y'\n", "bad.toml:2: the query is empty"),
        (
            "bad.toml",
            "\n[[queries]]\nquery = 'x'\nexpect = []\n",
            "bad.toml:4: invalid `expect`: it has no relevant path",
        ),
        ("bad.toml", "[[queries]]\nquery = 'bread'\nexpect = 'y'\n", "duplicate qid \"bread\""),
        ("bad.jsonl", "{\"qid\":\"1\"}\n", "bad.jsonl:1: not a judged query: missing field `query`"),
    ];
    for (name, text, expected) in cases {
        site.write(name, text);
        let output = eval(&site, &["searches.toml", name]);
        assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{text}");
        assert!(output.stderr.contains(expected), "{text}: {}", output.stderr);
    }
    for args in [
        &["searches.toml", "--min-ndcg", "1.1"][..],
        &["searches.toml", "--top", "3"],
        &["searches.toml", "--by", "color"],
        &["searches.toml", "--tune", "--half", "even"],
        &["searches.toml", "--only", "title"],
        &["searches.toml", "--tune", "--only", "titel"],
        &["searches.toml", "--tune", "--also", "elsewhere"],
        &[],
    ] {
        let output = eval(&site, args);
        assert_eq!(output.code, 2, "{args:?}: {}", output.stderr);
    }
}

#[test]
fn warns_about_expected_posts_that_do_not_exist() {
    let site = small_blog();
    site.write_post("a/secret", "+++\ntitle = 'Secret'\ndate = 2024-01-01\ndraft = true\n+++\nText.\n");
    site.write(
        "rot.toml",
        "[[queries]]\nquery = 'bread'\nexpect = ['a/bread', 'a/braed']\n\
         [[queries]]\nquery = 'secret'\nexpect = 'a/secret'\n",
    );
    let output = eval(&site, &["rot.toml"]);
    assert_eq!(output.code, 0);
    let expected = [
        "rot.toml:2: `a/braed` is not in the index; did you mean a/bread/_index.md",
        "rot.toml:5: `a/secret` is not in the index: a/secret/_index.md is a draft",
    ];
    for message in expected {
        assert!(output.stderr.contains(message), "{}", output.stderr);
    }
    let strict = eval(&site, &["rot.toml", "--strict", "--json"]);
    assert_eq!((strict.code, &strict.json()["problems"]["count"]), (1, &2.into()));
    assert_eq!(eval(&site, &["searches.toml", "--strict"]).code, 0);
}

#[test]
fn fails_below_a_limit_with_a_reason() {
    let site = small_blog();
    let ndcg = eval(&site, &["searches.toml", "--json"]).json()["all"]["ndcg"].as_f64().unwrap();
    assert_eq!(eval(&site, &["searches.toml", "--min-ndcg", &ndcg.to_string()]).code, 0);
    let output = eval(&site, &["searches.toml", "--min-ndcg", &(ndcg + 0.001).to_string()]);
    assert_eq!(output.code, 1);
    assert!(output.stderr.contains("below the") && output.stderr.contains("--min-ndcg"), "{}", output.stderr);
    assert!(output.stdout.contains("ALL"), "{}", output.stdout);
}

#[test]
fn compares_with_a_baseline() {
    let site = small_blog();
    let before = eval(&site, &["searches.toml", "--run-file", "before.jsonl", "--json", "--per-query"]);
    site.write("before.json", &before.stdout);
    // `flour` finds the expected post now, `bread` ranks it lower, `tea` is new, `salt` is gone.
    site.write(
        "searches.toml",
        "[[queries]]\nquery = 'bread'\nexpect = 'a/bread'\n\
         [[queries]]\nquery = 'flour'\nexpect = 'b/tea'\n\
         [[queries]]\nquery = 'tea'\nexpect = 'b/tea'\n",
    );
    site.write_post("b/tea", "+++\ntitle = 'Flour'\ndate = 2024-01-03\n+++\nWater, hot.\n");
    site.write_post("b/other", "+++\ntitle = 'Bread, bread'\ndate = 2024-02-03\n+++\nBread, bread.\n");
    site.write_post("a/bread", "+++\ntitle = 'Loaves'\ndate = 2024-01-01\n+++\nBread, flour and water.\n");
    for baseline in ["before.jsonl", "before.json"] {
        let output = eval(&site, &["searches.toml", "--baseline", baseline]);
        assert_eq!(output.code, 0, "{}", output.stderr);
        for expected in [
            "2 queries in both, 1 new, 1 no longer judged",
            "(p = 1.000, paired randomization test)",
            "Worse: 1 query\n  1.0000 → 0.6309  bread\n",
            "first hit a/bread/_index.md → b/other/_index.md; first relevant hit at rank 1 → 2",
            "Better: 1 query\n  0.0000 → 1.0000  flour\n",
            "first relevant hit at rank none → 1",
            "New: 1 query\n  tea\n",
        ] {
            assert!(output.stdout.contains(expected), "{expected:?} is not in {}", output.stdout);
        }
        let comparison = eval(&site, &["searches.toml", "--baseline", baseline, "--json"]).json();
        let comparison = &comparison["comparison"];
        assert_eq!((&comparison["worse"]["count"], &comparison["gone"][0]), (&1.into(), &"salt".into()));
    }
    let none = eval(&site, &["searches.toml", "--baseline", "before.jsonl", "--top", "0"]).stdout;
    assert!(none.contains("Worse: 1 query\n  and 1 more (raise --top to list them)"), "{none}");
}

#[test]
fn fails_on_a_regression() {
    let site = small_blog();
    eval(&site, &["searches.toml", "--run-file", "before.jsonl"]);
    let fall = |most| eval(&site, &["searches.toml", "--baseline", "before.jsonl", "--max-regression", most]);
    assert_eq!(fall("0").code, 0);
    let front = "+++\ntitle = 'Loaves'\ndate = 2024-01-01\nurl = '/loaves/'\n+++\n";
    site.write_post("a/bread", &format!("{front}Flour and water.\n"));
    let output = fall("0.1");
    assert_eq!(output.code, 1);
    assert!(output.stderr.contains("fell by 0.3333 since the baseline"), "{}", output.stderr);
    assert_eq!(fall("0.5").code, 0);
    site.write("other.jsonl", "{\"qid\":\"x\",\"hits\":[]}\n");
    let output = eval(&site, &["searches.toml", "--baseline", "other.jsonl"]);
    assert!(
        output.code == 1 && output.stderr.contains("other.jsonl has none of the judged queries"),
        "{}",
        output.stderr
    );
}

/// A blog with misleading tags: each query matches the body of its post and the tag of another one.
fn misleading_blog() -> TestSite {
    let words = ["maple", "birch", "cedar", "aspen", "larch", "hazel", "rowan", "alder"];
    let site = TestSite::new();
    let mut queries = Vec::new();
    for (n, word) in words.iter().enumerate() {
        let other = words[(n + 1) % words.len()];
        let front = format!("+++\ntitle = 'Post {n}'\ndate = 2024-01-01\ntags = ['{other}']\n+++\n");
        site.write_post(&format!("p{n}"), &(front + &format!("{word} grows here. ").repeat(1 + n / 2)));
        queries.push(format!("[[queries]]\nqid = 'q{n}'\nquery = '{word}'\nexpect = 'p{n}'\n"));
    }
    site.write("searches.toml", queries.concat());
    site
}

#[test]
fn tuning_improves_ndcg_and_reports_both_halves() {
    let site = misleading_blog();
    let before = eval(&site, &["searches.toml", "--json"]).json()["all"]["ndcg"].as_f64().unwrap();
    assert!(before < 0.9, "{before}");
    let output = eval(&site, &["searches.toml", "--tune", "--write", "weights.toml"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    for expected in ["even the site       4", "odd  the site       4", "macro nDCG@10 of the odd half"] {
        assert!(output.stdout.contains(expected), "{expected:?} is not in {}", output.stdout);
    }
    let after = eval(&site, &["searches.toml", "--json", "--weights", "weights.toml"]).json();
    assert!(after["all"]["ndcg"].as_f64().unwrap() > before, "{after}");
    // Tuning is reproducible; without --write, it prints the weights.
    let printed = eval(&site, &["searches.toml", "--tune"]).stdout;
    assert_eq!(printed, std::fs::read_to_string(site.root().join("weights.toml")).unwrap());
    let report = eval(&site, &["searches.toml", "--tune", "--json", "--objective", "micro"]).json();
    let even = &report["even"];
    assert!(even["after"].as_f64() > even["before"].as_f64(), "{report}");
}

#[test]
fn tunes_only_named_weights_over_several_sites() {
    let (site, other) = (misleading_blog(), small_blog());
    let name = serde_json::to_value(Weights::default()).unwrap().as_object().unwrap().keys().next().cloned();
    let name = name.unwrap();
    let also = format!("{}={}", other.root().display(), other.root().join("searches.toml").display());
    let args = ["searches.toml", "--tune", "--json", "--only", &name, "--also", &also, "--rounds", "1"];
    let report = eval(&site, &args).json();
    let changed: Vec<&String> = report["changed"].as_object().unwrap().keys().collect();
    assert!(changed.iter().all(|changed| **changed == name), "{changed:?}");
    assert_eq!(report["even"]["sets"].as_array().unwrap().len(), 2);
    let count = |half: &str| report[half]["sets"][1]["queries"].as_u64().unwrap();
    assert_eq!(count("even") + count("odd"), 3);
}

#[test]
fn rank_gives_the_hits_of_search() {
    let site = small_blog();
    let engine = site.engine();
    for query in ["water", "salt water", "\"hot\"", "", "nothing", "-bread water", "wter", "fl"] {
        let request = SearchRequest { query: query.to_owned(), ..SearchRequest::default() };
        let ids: Vec<String> = engine.search_text(query).hits.into_iter().map(|hit| hit.id).collect();
        assert_eq!(engine.rank_with(&request, &Weights::default()).unwrap(), ids, "{query}");
        let second = SearchRequest { page: 2, limit: 1, ..request };
        let expected: Vec<String> = ids.into_iter().skip(1).take(1).collect();
        assert_eq!(engine.rank_with(&second, &Weights::default()).unwrap(), expected, "{query}");
    }
}

/// An independent implementation of the measures: a Python script next to the shared blogs.
fn metrics_tool() -> Option<PathBuf> {
    let corpora = std::env::var_os("BLOGHOUND_CORPORA");
    let tool = corpora.and_then(|dir| Some(PathBuf::from(dir).parent()?.join("tools/metrics.py")));
    let Some(tool) = tool.filter(|tool| tool.is_file()) else {
        report_skip(Missing::Environment, "tools/metrics.py is not next to the folder in BLOGHOUND_CORPORA");
        return None;
    };
    has_program("python3", "--version").then_some(tool)
}

#[test]
fn measures_agree_with_an_independent_implementation() {
    let Some(tool) = metrics_tool() else { return };
    let Some(blog) = corpus("burntsushi") else { return };
    let dir = tempfile::tempdir().unwrap();
    let (runs, queries) = (dir.path().join("runs.jsonl"), blog.join("queries.jsonl"));
    let output = bloghound()
        .args(["--site".as_ref(), blog.as_os_str(), "eval".as_ref(), queries.as_os_str()])
        .args(["--run-file".as_ref(), runs.as_os_str(), "--json".as_ref()])
        .output()
        .unwrap();
    let ours: Value = serde_json::from_slice(&output.stdout).unwrap();
    let output = Command::new("python3").arg(tool).arg(runs).arg(queries).arg("--json").output().unwrap();
    let theirs: Value = serde_json::from_slice(&output.stdout).unwrap();
    let groups = ours["groups"].as_array().unwrap();
    assert!(groups.len() > 3 && groups.len() == theirs.as_object().unwrap().len());
    for group in groups {
        let other = &theirs[group["kind"].as_str().unwrap()];
        for (own, name) in
            [("ndcg", "ndcg"), ("mrr", "mrr"), ("recall", "recall"), ("success_at_1", "success1")]
        {
            let difference = group[own].as_f64().unwrap() - other[name].as_f64().unwrap();
            assert!(difference.abs() < 1e-9, "{name} of {group}: {other}");
        }
    }
}

#[test]
fn help_shows_a_valid_query_file() {
    let help = bloghound().args(["eval", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let example = help.split("A file of judged queries:").nth(1).unwrap();
    let example = example.split("\n\n").next().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("searches.toml");
    std::fs::write(&path, example).unwrap();
    let output = bloghound().arg("--site").arg(own_site()).arg("eval").arg(&path).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("`hosting/nginx` is not in the index"), "{stderr}");
}
