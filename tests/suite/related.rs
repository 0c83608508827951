//! Related posts, with real indexes, sockets and the binary.

use bloghound::analysis::{Analyzer, Lexicon};
use bloghound::engine::Engine;
use bloghound::index::post_store::WordCounts;
use bloghound::index::{Snapshot, generation};
use bloghound::query::related::RelatedRequest;
use serde_json::Value;

use crate::support::{Server, TestSite, bloghound};

const BREAD: &str = "Sourdough needs flour, water and patience. Knead the dough, let the dough rest, \
                     bake the loaf in a hot oven. The crust of the loaf tells when the oven was hot.";
const CAKE: &str = "A cake needs flour and sugar. Bake it in the oven; the oven is warm, not hot. Sugar \
                    makes the cake sweet, flour makes the dough firm.";
const RUST: &str = "The borrow checker follows lifetimes. Ownership moves a value; a borrow lends the value. \
                    Lifetimes name how long a borrow lasts.";
const ASYNC: &str = "Futures are polled. A borrow across an await point needs lifetimes that outlive the \
                     future; ownership of the value moves into the task.";

fn write(site: &TestSite, path: &str, title: &str, tags: &str, body: &str) {
    let text = format!("+++\ntitle = '{title}'\ndate = 2024-01-01\ntags = [{tags}]\n+++\n\n{body}\n");
    site.write(&format!("content/{path}"), text);
}

fn blog() -> TestSite {
    let site = TestSite::new();
    write(&site, "food/bread.md", "Baking sourdough bread", "'baking'", BREAD);
    write(&site, "food/cake.md", "A plain cake", "'baking'", CAKE);
    write(&site, "code/rust.md", "The borrow checker", "'rust'", RUST);
    write(&site, "code/async.md", "Lifetimes in async code", "'rust'", ASYNC);
    write(&site, "trips/alps.md", "Over the Alps", "", "Snow lies on every mountain pass until June.");
    site
}

fn related(engine: &Engine, id: &str) -> Vec<String> {
    let response = engine.related(&RelatedRequest { id: id.to_owned(), limit: 5 }).unwrap();
    response.related.into_iter().map(|post| post.id).collect()
}

#[test]
fn relates_posts_with_the_same_subject() {
    let engine = blog().engine();
    assert_eq!(related(&engine, "food/bread.md"), ["food/cake.md"]);
    assert_eq!(related(&engine, "food/cake.md"), ["food/bread.md"]);
    assert_eq!(related(&engine, "code/rust.md"), ["code/async.md"]);
    assert_eq!(related(&engine, "trips/alps.md"), [] as [&str; 0]);
}

#[test]
fn prefers_a_shared_tag_between_equals() {
    let site = blog();
    write(&site, "food/tagged.md", "Tagged", "'baking'", "An oven and some dough.");
    write(&site, "food/bare.md", "Bared", "", "An oven and some dough.");
    let found = related(&site.engine(), "food/bread.md");
    let rank = |id: &str| found.iter().position(|found| found == id).unwrap();
    assert!(rank("food/tagged.md") < rank("food/bare.md"), "{found:?}");
}

#[test]
fn orders_equals_by_date_then_id() {
    let site = blog();
    let text = |date: &str| format!("+++\ntitle = 'Oven'\ndate = {date}\n+++\n\nAn oven and some dough.\n");
    for (path, date) in [("a", "2023-01-01"), ("c", "2024-01-01"), ("b", "2024-01-01")] {
        site.write(&format!("content/food/{path}.md"), text(date));
    }
    let found = related(&site.engine(), "food/bread.md");
    let ours: Vec<&String> = found.iter().filter(|id| id.len() == "food/a.md".len()).collect();
    assert_eq!(ours, ["food/b.md", "food/c.md", "food/a.md"]);
}

#[test]
fn does_not_relate_translations_or_copies() {
    let site = blog();
    let long: Vec<String> = (0..80).map(|n| format!("oven{n} dough{n} flour")).collect();
    let long = long.join(" ");
    write(&site, "food/long.md", "Long", "", &format!("{BREAD} {long}"));
    write(&site, "food/copy.md", "Copied", "", &format!("{BREAD} {long}"));
    let keyed =
        |key: &str| format!("+++\ntitle = 'K'\ndate = 2024-01-01\ntranslationKey = '{key}'\n+++\n\n{CAKE}\n");
    site.write("content/food/one.md", keyed("same"));
    site.write("content/food/two.md", keyed("same"));
    site.write("content/food/other.md", keyed("other"));
    let engine = site.engine();
    let of_long = related(&engine, "food/long.md");
    assert!(of_long.contains(&"food/bread.md".to_owned()), "{of_long:?}");
    assert!(!of_long.contains(&"food/copy.md".to_owned()), "{of_long:?}");
    let of_one = related(&engine, "food/one.md");
    assert!(of_one.contains(&"food/other.md".to_owned()), "{of_one:?}");
    assert!(!of_one.contains(&"food/two.md".to_owned()), "{of_one:?}");
}

#[test]
fn does_not_relate_posts_in_another_language() {
    let site = blog();
    let text = format!("+++\ntitle = 'Brot'\ndate = 2024-01-01\nlang = 'de'\n+++\n\n{BREAD}\n");
    site.write("content/food/brot.md", text);
    assert!(!related(&site.engine(), "food/bread.md").contains(&"food/brot.md".to_owned()));
}

#[test]
fn does_not_relate_deleted_posts() {
    let site = blog();
    assert_eq!(related(&site.engine(), "food/bread.md"), ["food/cake.md"]);
    std::fs::remove_file(site.content().join("food/cake.md")).unwrap();
    assert_eq!(related(&site.engine(), "food/bread.md"), [] as [&str; 0]);
}

#[test]
fn results_do_not_depend_on_how_the_index_was_built() {
    let site = blog();
    for round in 0..4 {
        write(&site, "food/pie.md", &format!("Pie {round}"), "'baking'", &format!("{CAKE} Round {round}."));
        site.reindex();
    }
    let answers = |engine: &Engine| {
        ["food/bread.md", "food/pie.md", "code/rust.md"].map(|id| {
            let response = engine.related(&RelatedRequest { id: id.to_owned(), limit: 5 }).unwrap();
            serde_json::to_string(&response.related).unwrap()
        })
    };
    let grown = answers(&site.engine());
    site.rebuild();
    assert_eq!(grown, answers(&site.engine()));
}

#[test]
fn response_has_the_documented_fields() {
    let site = blog();
    let server = Server::start(site.root());
    let answer = server.get("/api/v1/related?id=food/bread.md&limit=1");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let body = answer.json();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&body), ["id", "took_us", "generation", "related"]);
    let first = &body["related"][0];
    let expected = [
        "id",
        "url",
        "title",
        "description",
        "kind",
        "categories",
        "tags",
        "date",
        "lang",
        "image",
        "score",
        "shared_terms",
    ];
    assert_eq!(keys(first), expected);
    assert_eq!((&first["id"], &first["lang"]), (&"food/cake.md".into(), &"en".into()));
    assert!(first["shared_terms"].as_array().unwrap().contains(&"oven".into()), "{first}");
}

#[test]
fn reports_unknown_ids_and_invalid_limits() {
    let site = blog();
    let server = Server::start(site.root());
    let missing = server.get("/api/v1/related?id=food/braed.md");
    assert_eq!((missing.status, missing.header("content-type")), (404, "application/problem+json"));
    let detail = missing.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("path of its file") && detail.contains("food/bread.md"), "{detail}");
    for (query, parameter) in [("", "id"), ("id=food/bread.md&limit=21", "limit"), ("id=x&limit=0", "limit")]
    {
        let answer = server.get(&format!("/api/v1/related?{query}"));
        assert_eq!((answer.status, &answer.json()["parameter"]), (400, &parameter.into()), "{query}");
    }
}

#[test]
fn prints_one_line_per_post_with_all() {
    let site = blog();
    site.reindex();
    let run = |args: &[&str]| bloghound().arg("related").args(args).arg("--site").arg(site.root()).assert();
    let out = String::from_utf8(run(&["--all", "--json"]).success().get_output().stdout.clone()).unwrap();
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&str> = lines.iter().map(|line| line["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["code/async.md", "code/rust.md", "food/bread.md", "food/cake.md", "trips/alps.md"]);
    assert_eq!(lines[2]["related"][0]["id"], "food/cake.md");
    let text = String::from_utf8(run(&["food/bread.md"]).success().get_output().stdout.clone()).unwrap();
    assert!(text.contains("A plain cake"), "{text}");
    let error = run(&["food/braed.md"]).code(1).get_output().stderr.clone();
    assert!(String::from_utf8(error).unwrap().contains("similar ids: food/bread.md"));
    run(&[]).code(2);
    run(&["food/bread.md", "--limit", "0"]).code(2);
}

#[test]
fn the_words_of_long_posts_are_stored() {
    let site = blog();
    let sections: Vec<String> =
        (0..400).map(|number| format!("## Loaf {number}\n\n{BREAD} `knead{number}()`\n")).collect();
    write(&site, "food/long.md", "All about sourdough", "'baking', 'my loaves'", &sections.join("\n"));
    assert_eq!(related(&site.engine(), "food/long.md"), ["food/bread.md", "food/cake.md"]);
    let (dir, _lease) = generation::lease_current(&site.config().index_dir).unwrap();
    let snapshot = Snapshot::open_dir(&dir).unwrap();
    let record = |id| snapshot.record(snapshot.find(id).unwrap().unwrap()).unwrap();
    assert_eq!(record("food/bread.md").words().unwrap(), None);
    let record = record("food/long.md");
    let (post, mut lexicon, mut counts) = (record.post().unwrap(), Lexicon::default(), WordCounts::default());
    let headings = (0..record.num_sections()).map(|at| record.section(at).unwrap().title);
    let headings = headings.collect::<Vec<_>>().join("\n");
    for text in [&post.title, &post.tags.join("\n"), &headings, &record.text().unwrap()] {
        counts.add(&Analyzer::new("en").analyze(text, &mut lexicon).tokens, &lexicon);
    }
    let words = record.words().unwrap().unwrap();
    assert!(words.contains(&("loaves".to_owned(), 1)) && words.len() > 400, "{words:?}");
    assert_eq!(words, counts.into_words(&lexicon));
}
