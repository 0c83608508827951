//! `bloghound keys`.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::{add, private_site, run, site};
use crate::support::{Output, TestSite, bloghound, set_mode, unprivileged};

fn list(site: &TestSite) -> Vec<Value> {
    let output = run(site.root(), &["list", "--json"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_key_is_printed_once_and_only_its_hash_is_stored() {
    let site = private_site();
    let output = run(site.root(), &["add", "--name", "phone"]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 1), "{}", output.stderr);
    let key = output.stdout.trim_end();
    let digits = key.strip_prefix("bh_search_").unwrap();
    assert!(digits.len() == 64 && !output.stderr.contains(digits), "{key}: {}", output.stderr);
    // The note about public blogs is for public blogs.
    assert!(!output.stderr.contains("public"), "{}", output.stderr);
    let path = site.root().join("bloghound.keys.toml");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let stored = fs::read_to_string(&path).unwrap();
    assert!(!stored.contains(&digits[..8]), "{stored}");
    let mut hash = std::process::Command::new("sh");
    hash.args(["-c", "printf %s \"$0\" | sha256sum", key]);
    let hash = String::from_utf8(hash.output().unwrap().stdout).unwrap();
    assert!(stored.contains(&hash[..64]), "{hash}: {stored}");
    let [listed] = &list(&site)[..] else { panic!("not one key") };
    assert_eq!(listed["id"], hash[..8], "{listed}");
    let text = run(site.root(), &["list"]).stdout;
    assert!(text.contains(&hash[..8]) && text.contains("never") && text.contains("phone"), "{text}");
    assert!(!text.contains(&digits[..8]), "{text}");
}

#[test]
fn keys_are_listed_and_revoked_by_name_or_id() {
    let site = site("");
    let none = run(site.root(), &["list"]);
    assert!(none.code == 0 && none.stdout.is_empty() && none.stderr.contains("keys add"), "{}", none.stderr);
    add(&site, "search", "phone");
    assert!(add(&site, "admin", "Käthe's \"laptop\" \u{202e}").starts_with("bh_admin_"));
    add(&site, "search", "tv");
    let keys = list(&site);
    let of = |field: &str| keys.iter().map(|key| key[field].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(of("name"), ["phone", "Käthe's \"laptop\" \u{202e}", "tv"]);
    assert_eq!(of("scope"), ["search", "admin", "search"]);
    assert!(
        keys.iter().all(|key| key["last_used"].is_null() && key["created"].as_str().unwrap().ends_with('Z'))
    );
    let text = run(site.root(), &["list"]).stdout;
    assert!(text.contains("\\u{202e}") && !text.contains('\u{202e}'), "{text}");
    let revoke = |key: &str| run(site.root(), &["revoke", key]).code;
    assert_eq!((revoke("phone"), revoke(of("id")[1]), revoke("phone")), (0, 0, 1));
    assert_eq!(list(&site)[0]["name"], "tv");
}

#[test]
fn a_public_blog_needs_no_key_and_the_command_says_so() {
    let site = site("");
    let search = run(site.root(), &["add", "--name", "a"]);
    assert!(
        search.stderr.contains("`private = true`") && search.stderr.contains("[http]"),
        "{}",
        search.stderr
    );
    let admin = run(site.root(), &["add", "--name", "b", "--scope", "admin"]);
    assert!(!admin.stderr.contains("private"), "{}", admin.stderr);
}

#[test]
fn wrong_usage_failures_and_missing_keys_have_their_exit_codes() {
    let site = site("");
    add(&site, "search", "phone");
    for args in [
        &["add"][..],
        &["add", "--name", ""],
        &["add", "--name", "phone"],
        &["add", "--name", "0123abcd"],
        &["add", "--name", "a\u{1b}[31m"],
        &["add", "--name", "a", "--scope", "everything"],
        &["revoke"],
        &["nothing"],
        &[],
    ] {
        let output = run(site.root(), args);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{args:?}: {}", output.stderr);
        assert!(!output.stderr.contains('\u{1b}'), "{}", output.stderr);
    }
    let unknown = run(site.root(), &["revoke", "nobody"]);
    assert!(unknown.code == 1 && unknown.stderr.contains("keys list"), "{}", unknown.stderr);
    // A key by mistake is not repeated.
    let secret = format!("bh_search_{}", "1".repeat(64));
    assert!(!run(site.root(), &["revoke", &secret]).stderr.contains("1111"));
    assert!(!run(site.root(), &["add", "--name", &secret]).stderr.contains("1111"));
    site.write("bloghound.keys.toml", "[[key]]\nname = 1\n");
    for args in [&["list"][..], &["add", "--name", "x"], &["revoke", "phone"]] {
        let output = run(site.root(), args);
        assert!(
            output.code == 1 && output.stderr.contains("bloghound.keys.toml:2"),
            "{args:?}: {}",
            output.stderr
        );
    }
    assert_eq!(fs::read_to_string(site.root().join("bloghound.keys.toml")).unwrap(), "[[key]]\nname = 1\n");
    let nowhere = Output::of(bloghound().args(["keys", "list", "--site", "/no/such/site"]));
    assert_eq!(nowhere.code, 2, "{}", nowhere.stderr);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_that_says_what_to_do() {
    let site = site("keys_file = 'secrets/keys.toml'");
    let missing = run(site.root(), &["add", "--name", "a"]);
    assert!(missing.code == 1 && missing.stderr.contains("`keys_file`"), "{}", missing.stderr);
    fs::create_dir(site.root().join("secrets")).unwrap();
    add(&site, "search", "a");
    let Some(mut command) = unprivileged(&site) else { return };
    set_mode(&site.root().join("secrets"), 0o555);
    command.args([env!("CARGO_BIN_EXE_bloghound"), "keys", "add", "--name", "b", "--site"]).arg(site.root());
    let output = Output::of(&mut assert_cmd::Command::from_std(command));
    set_mode(&site.root().join("secrets"), 0o755);
    assert!(output.code == 1 && output.stdout.is_empty(), "{} {}", output.stdout, output.stderr);
    assert_eq!(list(&site).len(), 1);
}

#[test]
fn concurrent_commands_lose_no_key() {
    let site = site("");
    std::thread::scope(|scope| {
        for at in 0..8 {
            let site = &site;
            scope.spawn(move || add(site, "search", &format!("key {at}")));
        }
    });
    let names: BTreeSet<String> = list(&site).iter().map(|key| key["name"].to_string()).collect();
    assert_eq!(names.len(), 8);
}

#[test]
fn a_key_that_cannot_be_printed_is_not_kept() {
    let site = site("");
    let mut command = std::process::Command::new("sh");
    let script = "exec \"$0\" --site \"$1\" keys add --name lost > /dev/full";
    command.args(["-c", script, env!("CARGO_BIN_EXE_bloghound")]).arg(site.root());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(list(&site).is_empty());
}
