//! The steps of the model test, applied to files and to the model.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use proptest::prelude::*;

use crate::support::{TestSite, kill_after_commit, post};

const FOLDERS: [&str; 3] = ["food", "food/deep", "notes"];

/// An edit of the blog, or an event in the life of the process.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Writes a post in place.
    Save {
        target: PostPath,
        version: u8,
    },
    /// Writes a post to a temporary file and renames that, as editors do.
    SaveAtomically {
        target: PostPath,
        version: u8,
    },
    /// Makes a post a draft.
    Hide {
        target: PostPath,
    },
    Delete {
        target: PostPath,
    },
    Rename {
        from: PostPath,
        to: PostPath,
    },
    /// Writes a post without changing it.
    Touch {
        target: PostPath,
    },
    MoveFolder {
        from: u8,
        to: u8,
    },
    DeleteFolder {
        folder: u8,
    },
    /// Writes the folder's own page, which names the category.
    NameFolder {
        folder: u8,
        version: u8,
    },
    /// Changes the site's settings.
    Configure {
        version: u8,
    },
    /// Restarts the process; the step in between causes no events.
    Restart {
        meanwhile: Box<Step>,
    },
    /// Kills a process while it indexes a step.
    Crash {
        meanwhile: Box<Step>,
        moment: Moment,
    },
    /// Deletes the index while it is served.
    DeleteIndex,
    /// Sets the clock, in hours from the right time.
    SetClock {
        hours: i32,
    },
    /// Makes the sync loop panic.
    Panic,
    /// Waits until the index follows the content.
    Wait,
}

/// The path of one of a few posts.
#[derive(Debug, Clone, Copy)]
pub(super) struct PostPath {
    folder: u8,
    post: u8,
}

impl PostPath {
    fn path(self) -> String {
        format!("content/{}/{}/_index.md", folder(self.folder), self.post)
    }
}

fn folder(number: u8) -> &'static str {
    FOLDERS[usize::from(number) % FOLDERS.len()]
}

fn post_path() -> impl Strategy<Value = PostPath> {
    (0..3_u8, 0..4_u8).prop_map(|(folder, post)| PostPath { folder, post })
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let simple = prop_oneof![
        4 => (post_path(), 0..5_u8).prop_map(|(target, version)| Step::Save { target, version }),
        2 => (post_path(), 0..5_u8).prop_map(|(target, version)| Step::SaveAtomically { target, version }),
        1 => post_path().prop_map(|target| Step::Hide { target }),
        2 => post_path().prop_map(|target| Step::Delete { target }),
        2 => (post_path(), post_path()).prop_map(|(from, to)| Step::Rename { from, to }),
        1 => post_path().prop_map(|target| Step::Touch { target }),
        1 => (0..3_u8, 0..3_u8).prop_map(|(from, to)| Step::MoveFolder { from, to }),
        1 => (0..3_u8).prop_map(|folder| Step::DeleteFolder { folder }),
        1 => (0..3_u8, 0..3_u8).prop_map(|(folder, version)| Step::NameFolder { folder, version }),
    ];
    prop_oneof![
        12 => simple.clone(),
        3 => Just(Step::Wait),
        2 => (0..2_u8).prop_map(|version| Step::Configure { version }),
        1 => Just(Step::DeleteIndex),
        1 => prop_oneof![Just(0), Just(-24 * 365 * 8), Just(24 * 365)].prop_map(|hours| Step::SetClock { hours }),
        1 => Just(Step::Panic),
        1 => simple.clone().prop_map(|meanwhile| Step::Restart { meanwhile: Box::new(meanwhile) }),
        2 => (simple, prop_oneof![(0..40_u8).prop_map(Moment::Start), (0..3_000_u16).prop_map(Moment::Commit)])
            .prop_map(|(meanwhile, moment)| Step::Crash { meanwhile: Box::new(meanwhile), moment }),
    ]
}

/// The moment at which a process is killed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// Milliseconds after its start.
    Start(u8),
    /// Microseconds after its commit, while it merges segments or is about to.
    Commit(u16),
}

/// The titles of published posts by path below the content directory. The value is `None` for drafts and for pages
/// of folders, which only list posts.
pub(super) type Model = BTreeMap<String, Option<String>>;

/// Returns the posts that readers can see according to a model, with their titles.
pub(super) fn visible(model: &Model) -> BTreeMap<String, String> {
    model.iter().filter_map(|(path, title)| Some((path.clone(), title.clone()?))).collect()
}

pub(super) fn index_and_kill(site: &TestSite, moment: Moment) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
    command.arg("index").arg("--site").arg(site.root()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    match moment {
        Moment::Start(after_ms) => {
            std::thread::sleep(Duration::from_millis(u64::from(after_ms)));
            process.kill().unwrap();
            process.wait().unwrap();
        }
        Moment::Commit(after_us) => {
            let after = Duration::from_micros(u64::from(after_us));
            kill_after_commit(process, &site.root().join("index"), after);
        }
    }
}

fn text(target: PostPath, version: u8) -> String {
    let body =
        format!("Everywhere is word{} of version{version}.\n\n## Part {version}\n\nMore.", target.post);
    post(&title(target, version), "2024-01-02", &body)
}

fn title(target: PostPath, version: u8) -> String {
    format!("Post {} {version}", target.post)
}

/// Moves the posts below a folder in the model.
fn move_below(model: &mut Model, from: &str, to: &str) {
    let moved = model.extract_if(.., |path, _| path.starts_with(&format!("{from}/")));
    let moved: Model = moved.map(|(path, title)| (format!("{to}{}", &path[from.len()..]), title)).collect();
    model.extend(moved);
}

/// Returns whether a post may be missing from the content while the step is applied, or afterwards. A file that is
/// written in place is empty for a moment.
pub(super) fn may_hide(step: &Step, id: &str) -> bool {
    let is_below = |number: &u8| id.strip_prefix(folder(*number)).is_some_and(|rest| rest.starts_with('/'));
    let is = |target: &PostPath| target.path()["content/".len()..] == *id;
    match step {
        Step::Save { target, .. }
        | Step::Touch { target }
        | Step::Hide { target }
        | Step::Delete { target } => is(target),
        Step::Rename { from, to } => is(from) || is(to),
        Step::MoveFolder { from, to } => is_below(from) || is_below(to),
        Step::DeleteFolder { folder } => is_below(folder),
        Step::Restart { meanwhile } | Step::Crash { meanwhile, .. } => may_hide(meanwhile, id),
        Step::SaveAtomically { .. }
        | Step::NameFolder { .. }
        | Step::Configure { .. }
        | Step::DeleteIndex
        | Step::SetClock { .. }
        | Step::Panic
        | Step::Wait => false,
    }
}

/// Applies a step to the files and to the model.
pub(super) fn apply(site: &TestSite, step: &Step, model: &mut Model) {
    let path = |target: &PostPath| site.root().join(target.path());
    let id = |target: &PostPath| target.path()["content/".len()..].to_owned();
    let dir = |number: u8| site.content().join(folder(number));
    match step {
        Step::Save { target, version } => {
            site.write(&target.path(), text(*target, *version));
            model.insert(id(target), Some(title(*target, *version)));
        }
        Step::SaveAtomically { target, version } => {
            let temporary = target.path().replace("_index.md", "_index.md.new");
            site.write(&temporary, text(*target, *version));
            fs::rename(site.root().join(temporary), path(target)).unwrap();
            model.insert(id(target), Some(title(*target, *version)));
        }
        Step::Hide { target } => {
            let draft = text(*target, 9).replacen("+++\n", "+++\ndraft = true\n", 1);
            site.write(&target.path(), draft);
            model.insert(id(target), None);
        }
        Step::Delete { target } => {
            ignore_missing(fs::remove_file(path(target)));
            model.remove(&id(target));
        }
        Step::Rename { from, to } => {
            fs::create_dir_all(path(to).parent().unwrap()).unwrap();
            ignore_missing(fs::rename(path(from), path(to)));
            if let Some(title) = model.remove(&id(from)) {
                model.insert(id(to), title);
            }
        }
        Step::Touch { target } => {
            if let Ok(text) = fs::read(path(target)) {
                site.write(&target.path(), text);
            }
        }
        Step::MoveFolder { from, to } => {
            // The system refuses to move a folder into itself or over a folder that is not empty.
            if fs::rename(dir(*from), dir(*to)).is_ok() {
                move_below(model, folder(*from), folder(*to));
            }
        }
        Step::DeleteFolder { folder: number } => {
            ignore_missing(fs::remove_dir_all(dir(*number)));
            model.retain(|path, _| !path.starts_with(&format!("{}/", folder(*number))));
        }
        Step::NameFolder { folder: number, version } => {
            let page = format!("+++\ntitle = 'Named {version}'\n+++\n");
            site.write(&format!("content/{}/_index.md", folder(*number)), page);
        }
        Step::Configure { version } => {
            let settings = format!("baseURL = 'https://blog{version}.example/'\nlanguageCode = 'en-us'\n");
            site.write("hugo.toml", settings);
        }
        Step::DeleteIndex => {
            // The sync loop may be writing files at the same time.
            let _ = fs::remove_dir_all(site.root().join("index"));
        }
        Step::Restart { .. } | Step::Crash { .. } | Step::SetClock { .. } | Step::Panic | Step::Wait => {}
    }
}

fn ignore_missing(result: std::io::Result<()>) {
    if let Err(error) = result {
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
    }
}
