//! A repository, a CI machine and a server, simulated as folders.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{get, post, wait_until};

/// Parses the options of ssh and scp, and requires that the key file is readable by its owner only.
const OPTIONS: &str = r#"#!/bin/bash
set -eu
while [[ "$1" == -* ]]; do
    case "$1" in
    -i) [ "$(stat -c %a "$2")" = 600 ] || { echo "bad permissions of $2" >&2; exit 255; } ;;
    -o) [ -e "${2#UserKnownHostsFile=}" ] || { echo "no ${2#*=}" >&2; exit 255; } ;;
    *) echo "unknown option $1" >&2; exit 255 ;;
    esac
    shift 2
done
"#;

const SSH: &str = r#"
[ "$1" = search@blog.example ] || exit 255
shift
cd "$SERVER"
# The other machine knows nothing of what is locked on this one.
exec 3>&- 4>&- 5>&- 6>&-
exec env HOME="$SERVER" PATH="$TOOLS:$SYSTEM_PATH" sh -c "$*"
"#;

const COPY: &str = r#"
[ "${2%%:*}" = search@blog.example ] || exit 255
cp "$1" "$SERVER/${2#*:}"
"#;

/// Installs where cargo does, if the version and the revision are those in the variables.
const CARGO: &str = r#"#!/bin/bash
set -eu
root=$HOME/.cargo
[ "$1 $2" = "install --locked" ]
shift 2
if [ "$1" = --root ]; then root=$2; shift 2; fi
[ "$*" = "--git https://git.example/bloghound --rev 0123abc bloghound" ]
mkdir -p "$root/bin"
ln -s "$BLOGHOUND" "$root/bin/bloghound"
"#;

/// Runs the user's unit as systemd does.
const SYSTEMCTL: &str = r#"#!/bin/bash
set -eu
[ "$1 $3" = "--user bloghound" ]
cd "$HOME"
echo "$2" >> systemctl.log
if [ "$2" != start ] && [ -e pid ]; then
    pid=$(cat pid)
    kill "$pid" 2> /dev/null || true
    # Who takes over orphans may leave a zombie.
    while grep -qs '^State:.[^Z]' "/proc/$pid/status"; do sleep 0.01; done
    rm pid
fi
[ "$2" != stop ] || exit 0
command=$(sed -n "s|%h|$HOME|g; s|^ExecStart=||p" .config/systemd/user/bloghound.service)
nohup $command --addr 127.0.0.1:0 > /dev/null 2> serve.log &
echo $! > pid
"#;

/// A script and its environment variables.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) script: String,
    pub(super) env: Vec<String>,
}

/// The three machines; dropping them stops the server and removes the folders.
pub(super) struct Machines {
    dir: tempfile::TempDir,
}

impl Machines {
    pub(super) fn new() -> Self {
        let machines = Self { dir: tempfile::tempdir().unwrap() };
        let tools: [(&str, String); 6] = [
            ("ssh", format!("{OPTIONS}{SSH}")),
            ("scp", format!("{OPTIONS}{COPY}")),
            ("rsync", format!("{OPTIONS}{COPY}")),
            ("cargo", CARGO.to_owned()),
            ("systemctl", SYSTEMCTL.to_owned()),
            ("apk", "#!/bin/sh\n".to_owned()),
        ];
        for (name, text) in tools {
            machines.write(&format!("tools/{name}"), &text);
        }
        machines.write("key", "a key");
        machines.write("known_hosts", "blog.example ssh-ed25519 AAAA");
        for relative in ["server/bin", "runner/bin"] {
            fs::create_dir_all(machines.path(relative)).unwrap();
        }
        std::os::unix::fs::symlink(bloghound(), machines.path("server/bin/bloghound")).unwrap();
        machines.write_to_repository("hugo.toml", "baseURL = 'https://blog.example/'\n");
        machines.write_to_repository("content/food/soup/_index.md", &post("Soup", "2024-01-01", "Water."));
        machines.write_to_repository(".gitignore", "index/\n*.tar.zst\n.bloghound/\n");
        let searches = "[[queries]]\nquery = 'soup'\nexpect = 'food/soup'\n";
        machines.write_to_repository("searches.toml", searches);
        machines.git("repository", &["init", "--quiet"]);
        machines
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.dir.path().join(relative)
    }

    pub(super) fn repository(&self) -> PathBuf {
        self.path("repository")
    }

    /// Writes an executable file.
    fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(super) fn write_to_repository(&self, relative: &str, text: &str) {
        self.write(&format!("repository/{relative}"), text);
    }

    pub(super) fn write_to_server(&self, relative: &str, text: &str) {
        self.write(&format!("server/{relative}"), text);
    }

    pub(super) fn write_to_runner(&self, relative: &str, text: &str) {
        self.write(&format!("runner/{relative}"), text);
    }

    /// Commits a post with this text.
    pub(super) fn publish(&self, text: &str) {
        self.write_to_repository("content/food/bread/_index.md", &post("Bread", "2024-01-02", text));
        self.git("repository", &["add", "."]);
        let name = ["-c", "user.name=A", "-c", "user.email=a@blog.example"];
        self.git("repository", &[&name[..], &["commit", "--quiet", "-m", text]].concat());
    }

    /// Clones the repository to `~/blog` of the server.
    pub(super) fn clone_to_server(&self) {
        self.git("server", &["clone", "--quiet", "../repository", "blog"]);
    }

    /// Clones the repository on the machine that runs cron, where bloghound is installed.
    pub(super) fn clone_to_runner(&self) {
        self.git("runner", &["clone", "--quiet", "../repository", "blog"]);
        std::os::unix::fs::symlink(bloghound(), self.path("runner/bin/bloghound")).unwrap();
    }

    fn git(&self, relative: &str, args: &[&str]) {
        let mut git = Command::new("git");
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").current_dir(self.path(relative)).args(args);
        assert!(git.status().unwrap().success(), "git {args:?}");
    }

    /// Runs a job. Returns its output.
    pub(super) fn run_job(&self, steps: &[Step]) -> String {
        let (succeeded, printed) = self.try_job(steps);
        assert!(succeeded, "{printed}");
        printed
    }

    /// Runs a job that must fail. Returns its output.
    pub(super) fn fail_job(&self, steps: &[Step]) -> String {
        let (succeeded, printed) = self.try_job(steps);
        assert!(!succeeded, "{printed}");
        printed
    }

    /// The first job runs in the repository, the second in a folder that has only the artifacts of the first.
    fn try_job(&self, steps: &[Step]) -> (bool, String) {
        let is_first = !self.path("artifact").exists();
        let work = if is_first { self.repository() } else { self.path("artifact") };
        let mut printed = String::new();
        for step in steps {
            let mut shell = self.shell("runner", &work, &step.script);
            for name in &step.env {
                shell.env(name, self.variable(name, &step.script));
            }
            let output = shell.output().unwrap();
            printed += &String::from_utf8(output.stdout).unwrap();
            printed += &String::from_utf8(output.stderr).unwrap();
            if !output.status.success() {
                return (false, printed);
            }
        }
        if !is_first {
            fs::remove_dir_all(self.path("artifact")).unwrap();
        }
        (true, printed)
    }

    /// The value of a variable as the page describes it. For GitLab, a key is a file that GitLab makes private.
    fn variable(&self, name: &str, script: &str) -> String {
        let is_of_type_file = script.contains("UserKnownHostsFile=");
        let file = |relative: &str| self.path(relative).to_str().unwrap().to_owned();
        match name {
            "BLOGHOUND_GIT" => "https://git.example/bloghound".to_owned(),
            "BLOGHOUND_REV" => "0123abc".to_owned(),
            "SEARCH_SERVER" => "search@blog.example".to_owned(),
            "SEARCH_SSH_KEY" if is_of_type_file => file("key"),
            "SEARCH_KNOWN_HOSTS" if is_of_type_file => file("known_hosts"),
            "SEARCH_SSH_KEY" | "SEARCH_KNOWN_HOSTS" => "a secret".to_owned(),
            other => panic!("the page does not explain {other}"),
        }
    }

    /// Copies the bundle from the first job to the second.
    pub(super) fn hand_over(&self) {
        fs::create_dir(self.path("artifact")).unwrap();
        let bundle = self.repository().join("search.tar.zst");
        fs::rename(bundle, self.path("artifact/search.tar.zst")).unwrap();
    }

    pub(super) fn run_on_server(&self, script: &str) {
        self.run_in("server", script);
    }

    pub(super) fn run_on_runner(&self, script: &str) {
        self.run_in("runner", script);
    }

    fn run_in(&self, home: &str, script: &str) {
        let output = self.shell(home, &self.path(home), script).output().unwrap();
        assert!(output.status.success(), "{script}: {output:?}");
    }

    fn shell(&self, home: &str, work: &Path, script: &str) -> Command {
        const SYSTEM_PATH: &str = "/usr/local/bin:/usr/bin:/bin";
        let (home, tools) = (self.path(home), self.path("tools"));
        // Neither cron nor a command over ssh has `~/bin` in its PATH.
        let path = format!("{}:{}/.cargo/bin:{SYSTEM_PATH}", tools.display(), home.display());
        let mut shell = Command::new("bash");
        shell.args(["-eo", "pipefail", "-c", script]).current_dir(work).env_clear();
        shell.env("HOME", home).env("PATH", path).env("SYSTEM_PATH", SYSTEM_PATH).env("TOOLS", tools);
        shell.env("SERVER", self.path("server")).env("BLOGHOUND", bloghound());
        shell.env("GIT_CONFIG_GLOBAL", "/dev/null");
        shell
    }

    /// The number of starts and restarts of the service.
    pub(super) fn restarts(&self) -> usize {
        fs::read_to_string(self.path("server/systemctl.log")).unwrap_or_default().lines().count()
    }

    /// Waits for a line in the log of the running service.
    pub(super) fn wait_for_log(&self, text: &str) -> String {
        let log = || fs::read_to_string(self.path("server/serve.log")).unwrap_or_default();
        wait_until(log, |log| log.contains(text));
        log().lines().find(|line| line.contains(text)).unwrap().to_owned()
    }

    /// The ids of the hits on the server, without `/_index.md`.
    pub(super) fn search(&self, query: &str) -> Vec<String> {
        let line = self.wait_for_log("search page at ");
        let base = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
        let answer = get(&format!("http://{base}/api/v1/search?q={query}")).json();
        let hits = answer["hits"].as_array().unwrap().iter();
        hits.map(|hit| hit["id"].as_str().unwrap().trim_end_matches("/_index.md").to_owned()).collect()
    }
}

impl Drop for Machines {
    fn drop(&mut self) {
        let script = "systemctl --user stop bloghound";
        let _ = self.shell("server", &self.path("server"), script).status();
    }
}

fn bloghound() -> &'static str {
    env!("CARGO_BIN_EXE_bloghound")
}
