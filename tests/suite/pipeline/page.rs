//! Runs the workflows and scripts of `docs/ci.md` unchanged. Only what is outside of this machine is simulated: ssh,
//! scp and rsync reach a folder, and systemctl starts and stops a real `bloghound serve`.

mod machines;

use std::fs;

use machines::{Machines, Step};

/// A code block of the page.
struct Block {
    section: String,
    /// The file that it belongs in, named by its first comment.
    name: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ci.md");
    let (mut blocks, mut section, mut open) = (Vec::new(), String::new(), None::<String>);
    for line in fs::read_to_string(path).unwrap().lines() {
        match &mut open {
            None if line.starts_with("```") => open = Some(String::new()),
            None if line.starts_with('#') => {
                line.trim_start_matches(['#', ' ']).clone_into(&mut section);
            }
            None => {}
            Some(_) if line == "```" => {
                let text = open.take().unwrap();
                let name = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default();
                blocks.push(Block { section: section.clone(), name: name.to_owned(), text: text.clone() });
            }
            Some(text) => text.extend([line, "\n"]),
        }
    }
    blocks
}

fn block(section: &str, name: &str) -> String {
    let found = blocks().into_iter().find(|block| block.section == section && block.name.ends_with(name));
    found.unwrap_or_else(|| panic!("the page has no {name} in {section:?}")).text
}

/// Installs the service and the scripts of a section at the paths in the page.
fn set_up(machines: &Machines, section: &str) {
    for name in ["~/.config/systemd/user/bloghound.service", "~/bin/switch-search", "~/bin/step-back"] {
        machines.write_to_server(name.trim_start_matches("~/"), &block(section, name));
    }
}

/// The steps of the workflow's first and second job.
fn github_jobs() -> [Vec<Step>; 2] {
    let workflow: serde_json::Value =
        serde_saphyr::from_str(&block("GitHub Actions", "search.yml")).expect("the workflow is YAML");
    ["index", "deliver"].map(|job| {
        let steps = workflow["jobs"][job]["steps"].as_array().unwrap().iter();
        let step = |step: &serde_json::Value| {
            let names = step["env"].as_object().map(|env| env.keys().cloned().collect()).unwrap_or_default();
            Some(Step { script: step["run"].as_str()?.to_owned(), env: names })
        };
        steps.filter_map(step).collect()
    })
}

/// The scripts of the two jobs, which see all variables, as on GitLab.
fn gitlab_jobs() -> [Vec<Step>; 2] {
    let pipeline: serde_json::Value =
        serde_saphyr::from_str(&block("GitLab CI", ".gitlab-ci.yml")).expect("the pipeline is YAML");
    ["index", "deliver"].map(|job| {
        let lines = ["before_script", "script"].map(|part| pipeline[job][part].as_array().unwrap().clone());
        let lines: Vec<&str> = lines.iter().flatten().map(|line| line.as_str().unwrap()).collect();
        let names =
            ["BLOGHOUND_GIT", "BLOGHOUND_REV", "SEARCH_SERVER", "SEARCH_SSH_KEY", "SEARCH_KNOWN_HOSTS"];
        vec![Step { script: lines.join("\n"), env: names.map(str::to_owned).to_vec() }]
    })
}

const ONLY_THE_BUNDLE: &str = "Only the bundle";
const THE_CONTENT_TOO: &str = "The content too";

#[test]
fn github_workflow_delivers_and_the_server_rolls_back() {
    let machines = Machines::new();
    set_up(&machines, ONLY_THE_BUNDLE);
    let [index, deliver] = github_jobs();
    assert_eq!((index.len(), deliver.len()), (4, 1));
    for word in ["flour", "rye"] {
        machines.publish(&format!("Bread of {word}."));
        let printed = machines.run_job(&index);
        assert!(
            printed.contains("content digest") && printed.contains("search.tar.zst is sound"),
            "{printed}"
        );
        machines.hand_over();
        machines.run_job(&deliver);
        assert_eq!(machines.search(word), ["food/bread"]);
    }
    assert!(machines.search("flour").is_empty());
    machines.run_on_server("bin/step-back");
    assert_eq!(machines.search("flour"), ["food/bread"]);
}

#[test]
fn gitlab_pipeline_delivers_and_the_server_rolls_back_and_forward() {
    let machines = Machines::new();
    set_up(&machines, THE_CONTENT_TOO);
    machines.publish("Bread of wheat.");
    machines.clone_to_server();
    machines.run_on_server("systemctl --user start bloghound");
    let [index, deliver] = gitlab_jobs();
    for word in ["flour", "rye"] {
        machines.publish(&format!("Bread of {word}."));
        machines.run_job(&index);
        machines.hand_over();
        let printed = machines.run_job(&deliver);
        assert!(printed.contains("installed: gen-"), "{printed}");
        assert_eq!(machines.search(word), ["food/bread"]);
        // The server has the index of the bundle; nothing was indexed there.
        machines.wait_for_log("indexed 2 posts and 0 pages, unchanged");
    }
    for word in ["flour", "rye"] {
        machines.run_on_server("bin/step-back");
        machines.wait_for_log("indexed 2 posts and 0 pages, unchanged");
        assert_eq!(machines.search(word), ["food/bread"]);
    }
    // A delivery after a rollback works, too.
    machines.run_on_server("bin/step-back");
    machines.publish("Bread of spelt.");
    machines.run_job(&index);
    machines.hand_over();
    machines.run_job(&deliver);
    assert_eq!(machines.search("spelt"), ["food/bread"]);
}

#[test]
fn cron_job_delivers_changes() {
    let machines = Machines::new();
    set_up(&machines, ONLY_THE_BUNDLE);
    machines.publish("Bread of flour.");
    machines.write_to_runner("bin/publish-search", &block("Plain cron", "publish-search"));
    let table = blocks().into_iter().find(|block| block.text.starts_with("*/10 ")).unwrap();
    let line = table.text.trim().splitn(6, ' ').last().unwrap().to_owned();
    let cron = || machines.run_on_runner(&line);
    machines.clone_to_runner();
    cron();
    assert_eq!((machines.search("flour"), machines.restarts()), (vec!["food/bread".to_owned()], 1));
    cron();
    assert_eq!(machines.restarts(), 1, "delivered without a change");
    machines.publish("Bread of rye.");
    cron();
    assert_eq!((machines.search("rye"), machines.restarts()), (vec!["food/bread".to_owned()], 2));
}

#[test]
fn does_not_pack_broken_content_or_worse_results() {
    let machines = Machines::new();
    let [index, _] = github_jobs();
    machines.publish("Bread of flour.");
    machines.write_to_repository("content/food/bad.md", "+++\ntitle = 'Bad'\npublishDate = 'soon'\n+++\n");
    let printed = machines.fail_job(&index);
    assert!(
        printed.contains("::error file=content/food/bad.md,line=3::invalid value \"soon\" for `publishDate`"),
        "{printed}"
    );
    fs::remove_file(machines.repository().join("content/food/bad.md")).unwrap();
    machines.write_to_repository("searches.toml", "[[queries]]\nquery = 'soup'\nexpect = 'food/bread'\n");
    for job in [index, gitlab_jobs()[0].clone()] {
        let printed = machines.fail_job(&job);
        assert!(printed.contains("below the 0.9 required by --min-ndcg"), "{printed}");
        assert!(!printed.contains("search.tar.zst"), "{printed}");
    }
}
