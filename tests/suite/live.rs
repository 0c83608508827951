//! Long-running servers: settings change, disks come and go, git rewrites thousands of files, and the system has no
//! file events.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Missing, Server, TestSite, has_program, post, report_skip, wait_until};

fn site() -> TestSite {
    TestSite::with_posts(&[("food/bread", "Baking bread", "Flour."), ("food/soup", "Soup", "Carrots.")])
}

fn url_of_first_hit(server: &Server, query: &str) -> String {
    server.get(&format!("/api/v1/search?q={query}")).json()["hits"][0]["url"].as_str().unwrap().to_owned()
}

#[test]
fn applies_changed_site_settings() {
    let site = site();
    let mut server = Server::start(site.root());
    assert_eq!(url_of_first_hit(&server, "carrots"), "https://blog.example/food/soup/");
    site.write("hugo.toml", "baseURL = \n");
    let problem = server.wait_for_problem("hugo.toml:1");
    assert!(problem.contains("previous settings stay in effect"), "{problem}");
    assert_eq!(url_of_first_hit(&server, "carrots"), "https://blog.example/food/soup/");
    site.write("hugo.toml", "baseURL = 'https://new.example/'\nlanguageCode = 'en-us'\n");
    server.find_in_log(&["rebuilding the index", "settings have changed"]);
    server.find_in_log(&["indexed in", "2 added"]);
    assert_eq!(url_of_first_hit(&server, "carrots"), "https://new.example/food/soup/");
    server.wait_for_problem("");
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
}

#[test]
fn applies_changed_search_settings_without_reindexing() {
    let site = site();
    let mut server = Server::start(site.root());
    let generation = |server: &Server| server.get("/api/v1/status").json()["generation"].clone();
    let before = generation(&server);
    assert!(server.hits("brot").is_empty());
    site.write("bloghound.toml", "[search]\nsynonyms = ['brot = bread']\n");
    server.find_in_log(&["the settings have changed"]);
    server.wait_for_hits("brot", &["food/bread"]);
    assert_eq!(generation(&server), before);
}

#[test]
fn keeps_serving_while_the_content_folder_is_missing_and_resumes() {
    let site = site();
    let server = Server::start(site.root());
    let elsewhere = site.root().join("elsewhere");
    fs::rename(site.content(), &elsewhere).unwrap();
    let problem = server.wait_for_problem("no such directory");
    assert!(problem.contains("last index keeps serving"), "{problem}");
    assert_eq!(server.hits("carrots"), ["food/soup"]);
    // Another directory of that name, as with a late mount.
    site.write_post("food/stew", &post("Stew", "2024-01-03", "Beans."));
    server.wait_for_hits("beans", &["food/stew"]);
    server.wait_for_hits("carrots", &[]);
    server.wait_for_problem("");
    fs::remove_dir_all(site.content()).unwrap();
    fs::rename(&elsewhere, site.content()).unwrap();
    server.wait_for_hits("carrots", &["food/soup"]);
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
}

#[test]
fn waits_for_content_that_is_mounted_late() {
    let site = site();
    site.reindex();
    let elsewhere = site.root().join("elsewhere");
    fs::rename(site.content(), &elsewhere).unwrap();
    let server = Server::start(site.root());
    assert_eq!(server.hits("carrots"), ["food/soup"]);
    server.wait_for_problem("no such directory");
    fs::rename(&elsewhere, site.content()).unwrap();
    server.wait_for_problem("");
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
}

#[test]
fn does_not_index_files_ignored_by_git_or_settings() {
    let site = site();
    fs::create_dir(site.root().join(".git")).unwrap();
    site.write(".gitignore", "/content/private/\n");
    site.write("bloghound.toml", "[content]\nignore = ['*.tmp.md']\n");
    site.write_post("private/diary", &post("Diary", "2024-01-03", "Truffles."));
    let server = Server::start(site.root());
    site.write_post("private/letter", &post("Letter", "2024-01-03", "Truffles."));
    site.write("content/food/soup.tmp.md", post("Soup again", "2024-01-03", "Truffles."));
    site.write_post("food/stew", &post("Stew", "2024-01-04", "Truffles."));
    server.wait_for_hits("truffles", &["food/stew"]);
    site.write("bloghound.toml", "[content]\ngitignore = false\n");
    server.wait_for_hits("truffles", &["food/soup.tmp.md", "food/stew", "private/diary", "private/letter"]);
}

fn git(dir: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    let done = Command::new("git").arg("-C").arg(dir).args(identity).args(args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn indexes_a_checkout_in_one_commit() {
    const POSTS: usize = 1_500;
    if !has_program("git", "--version") {
        return;
    }
    let site = site();
    git(site.root(), &["init", "-q", "-b", "main"]);
    site.write(".gitignore", "/index/\n");
    git(site.root(), &["add", "."]);
    git(site.root(), &["commit", "-qm", "few"]);
    git(site.root(), &["checkout", "-qb", "many"]);
    for n in 0..POSTS {
        site.write_post(&format!("many/{n:04}"), &post(&format!("Number {n}"), "2024-02-01", "Checked out."));
    }
    git(site.root(), &["add", "."]);
    git(site.root(), &["commit", "-qm", "many"]);
    git(site.root(), &["checkout", "-q", "main"]);
    let mut server = Server::start(site.root());
    server.find_in_log(&["watching", "for changes"]);
    // On a busy machine the events of a checkout may come with longer pauses than a checkout is given.
    let is_one_commit = (0..5).any(|_| {
        git(site.root(), &["checkout", "-q", "many"]);
        let added = commits_until(&mut server, "added", POSTS);
        git(site.root(), &["checkout", "-q", "main"]);
        let deleted = commits_until(&mut server, "deleted", POSTS);
        assert_eq!(server.hits("checked"), [""; 0]);
        (added, deleted) == (1, 1)
    });
    assert!(is_one_commit, "{:#?}", server.log_so_far());
}

/// Waits until so many posts are added or deleted; the commits that took.
fn commits_until(server: &mut Server, change: &str, posts: usize) -> usize {
    let (mut sum, mut commits) = (0, 0);
    while sum < posts {
        let line = server.wait_for_log("indexed in");
        let before = line.split(&format!(" {change}")).next().unwrap();
        sum += before.rsplit(' ').next().unwrap().parse::<usize>().unwrap();
        commits += 1;
    }
    commits
}

#[test]
fn polls_if_configured() {
    let site = site();
    site.write("bloghound.toml", "[watch]\npoll = true\npoll_s = 0.1\n");
    let server = Server::start(site.root());
    let watching = |server: &Server| server.get("/api/v1/status").json()["watching"].clone();
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips, and more of them."));
    server.wait_for_hits("parsnips", &["food/soup"]);
    assert_eq!(watching(&server), "polling");
    server.wait_for_problem("");
}

/// A command in its own namespace, after a shell has run `preparation` there.
pub(crate) fn in_namespace(flags: &str, preparation: &str) -> Option<Command> {
    let mut command = Command::new("unshare");
    command.args([flags, "sh", "-c", &format!("{preparation}\nexec \"$@\""), "sh"]);
    let mut trial = Command::new("unshare");
    trial.args([flags, "sh", "-c", preparation]);
    if trial.output().is_ok_and(|output| output.status.success()) {
        return Some(command);
    }
    report_skip(Missing::Environment, "this system does not let this user create namespaces");
    None
}

#[test]
fn falls_back_to_polling_at_the_limit_of_watches_until_it_is_raised_and_says_how() {
    let site = site();
    site.write("bloghound.toml", "[watch]\npoll_s = 0.1\n");
    let preparation = format!(
        "cd '{}'; echo 2 > /proc/sys/user/max_inotify_watches || exit\n\
         (while [ -e hugo.toml ] && [ ! -e raise ]; do sleep 0.1; done\n\
         echo 9999 > /proc/sys/user/max_inotify_watches) >/dev/null 2>&1 &",
        site.root().display()
    );
    let Some(mut command) = in_namespace("-Ur", &preparation) else { return };
    command.arg(env!("CARGO_BIN_EXE_bloghound")).args(["serve", "--addr", "127.0.0.1:0", "--site"]);
    command.arg(site.root());
    let server = Server::launch(command);
    let problem = server.wait_for_problem("max_user_watches");
    assert!(problem.contains("sysctl"), "{problem}");
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips, and more of them."));
    server.wait_for_hits("parsnips", &["food/soup"]);
    let watching = || server.get("/api/v1/status").json()["watching"].to_string();
    assert_eq!(watching(), "\"polling\"");
    site.write("raise", "");
    wait_until(watching, |watching| watching == "\"events\"");
    server.wait_for_problem("");
}

#[test]
fn metrics_agree_with_the_status() {
    let site = site();
    site.write_post("food/broken", "+++\ntitle = \n+++\n");
    let server = Server::start(site.root());
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
    server.get("/api/v1/search?q=flour");
    server.get("/api/v1/search?q=flour");
    server.get("/api/v1/suggest?q=so");
    let answer = server.get("/metrics");
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let value = |name: &str| -> f64 {
        let line = answer.body.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name} is missing in {}", answer.body)).parse().unwrap()
    };
    assert!(
        (value("bloghound_posts") - 2.0).abs() < 0.1 && (value("bloghound_failed_files") - 1.0).abs() < 0.1
    );
    assert!(value("bloghound_answers_total{kind=\"search\",remembered=\"true\"}") >= 1.0);
    assert!((value("bloghound_answers_total{kind=\"suggest\",remembered=\"false\"}") - 1.0).abs() < 0.1);
    assert!(value("bloghound_answer_seconds_count") >= 2.0);
    let age = |name: &str| jiff::Timestamp::now().as_duration().as_secs_f64() - value(name);
    assert!(
        age("bloghound_indexed_timestamp_seconds") < 60.0
            && age("bloghound_last_change_timestamp_seconds") < 60.0
    );
    assert!(value("bloghound_lag_seconds") < 20.0);
    assert!(answer.body.ends_with("# EOF\n"));
    std::fs::rename(site.content(), site.root().join("gone")).unwrap();
    server.wait_for_problem("no such directory");
    assert!(server.get("/metrics").body.contains("bloghound_problems{concern=\"watching\"} 1"));
}

#[test]
fn status_reports_freshness() {
    let site = site();
    let server = Server::start(site.root());
    site.write_post("food/soup", &post("Soup", "2024-01-02", "Parsnips."));
    server.wait_for_hits("parsnips", &["food/soup"]);
    // The delay is known a moment after the post is found.
    wait_until(|| server.get("/api/v1/status").body, |status| !status.contains("\"lag_ms\":null"));
    let status = server.get("/api/v1/status").json();
    for key in ["last_change_at", "indexed_at", "compared_at"] {
        let text = status[key].as_str().unwrap_or_else(|| panic!("{key}: {status}"));
        let age = jiff::Timestamp::now().duration_since(text.parse().unwrap());
        assert!(age.as_secs() < 60, "{key}: {text}");
    }
    assert!(status["lag_ms"].as_u64().is_some_and(|lag| lag < 20_000), "{status}");
    assert_eq!((&status["watching"], &status["problems"]), (&"events".into(), &serde_json::json!([])));
}

#[test]
fn waits_for_content_and_reports_where_it_looks() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start_unready(dir.path());
    server.wait_for_problem("no content was found");
    // A folder that was no candidate at the start.
    let posts = dir.path().join("posts");
    fs::create_dir(&posts).unwrap();
    let problem = server.wait_for_problem("no posts or pages were found");
    assert!(problem.contains("no file at all") && problem.contains("waiting for content"), "{problem}");
    fs::write(posts.join("lamp.md"), "---\ntitle: Lamp\ndraft: true\n---\nOil.\n").unwrap();
    let problem = server.wait_for_problem("only 1 draft");
    assert!(problem.contains("--drafts"), "{problem}");
    fs::write(posts.join("lamp.md"), "---\ntitle: Lamp\n---\nOil.\n").unwrap();
    server.wait_for_hits("oil", &["lamp.md"]);
    server.wait_for_problem("");
}
