//! Random edits of the content in random order: once all events are handled, searches agree with a simple model of
//! the files and with a fresh index.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bloghound::config::{Config, Overrides};
use bloghound::content::Site;
use bloghound::engine::{Engine, SyncSetup};
use bloghound::query::SearchRequest;
use bloghound::reindex::{ContentChange, Dirty, Indexer, OpenMode, WatchOptions, Watcher};
use proptest::prelude::*;

use crate::support::{SearchText, TestSite, is_long, kill_after_commit, post, property_config};

const FOLDERS: [&str; 3] = ["food", "food/deep", "notes"];
const DEBOUNCE: Duration = Duration::from_millis(3);
/// Time without changes after which the watcher is considered idle.
const QUIET: Duration = Duration::from_millis(25);

/// Deadline for the events of the last step, which a busy machine delivers late.
const DEADLINE: Duration = Duration::from_secs(10);

/// An edit of the blog, or an event in the life of the process.
#[derive(Debug, Clone)]
enum Step {
    /// Writes a post in place.
    Save {
        place: Place,
        version: u8,
    },
    /// Writes a post to a temporary file and renames that, as editors do.
    SaveAtomically {
        place: Place,
        version: u8,
    },
    /// Makes a post a draft.
    Hide {
        place: Place,
    },
    Delete {
        place: Place,
    },
    Rename {
        from: Place,
        to: Place,
    },
    /// Writes a post without changing it.
    Touch {
        place: Place,
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
    /// Waits until the watcher is idle.
    Wait,
}

/// The path of one of a few posts.
#[derive(Debug, Clone, Copy)]
struct Place {
    folder: u8,
    post: u8,
}

impl Place {
    fn path(self) -> String {
        format!("content/{}/{}/_index.md", folder(self.folder), self.post)
    }
}

fn folder(number: u8) -> &'static str {
    FOLDERS[usize::from(number) % FOLDERS.len()]
}

fn place() -> impl Strategy<Value = Place> {
    (0..3_u8, 0..4_u8).prop_map(|(folder, post)| Place { folder, post })
}

fn step() -> impl Strategy<Value = Step> {
    let simple = prop_oneof![
        4 => (place(), 0..5_u8).prop_map(|(place, version)| Step::Save { place, version }),
        2 => (place(), 0..5_u8).prop_map(|(place, version)| Step::SaveAtomically { place, version }),
        1 => place().prop_map(|place| Step::Hide { place }),
        2 => place().prop_map(|place| Step::Delete { place }),
        2 => (place(), place()).prop_map(|(from, to)| Step::Rename { from, to }),
        1 => place().prop_map(|place| Step::Touch { place }),
        1 => (0..3_u8, 0..3_u8).prop_map(|(from, to)| Step::MoveFolder { from, to }),
        1 => (0..3_u8).prop_map(|folder| Step::DeleteFolder { folder }),
        1 => (0..3_u8, 0..3_u8).prop_map(|(folder, version)| Step::NameFolder { folder, version }),
    ];
    prop_oneof![
        12 => simple.clone(),
        3 => Just(Step::Wait),
        1 => (0..2_u8).prop_map(|version| Step::Configure { version }),
        1 => simple.clone().prop_map(|meanwhile| Step::Restart { meanwhile: Box::new(meanwhile) }),
        2 => (simple, prop_oneof![(0..40_u8).prop_map(Moment::Start), (0..3_000_u16).prop_map(Moment::Commit)])
            .prop_map(|(meanwhile, moment)| Step::Crash { meanwhile: Box::new(meanwhile), moment }),
    ]
}

/// The moment at which a process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// Milliseconds after its start.
    Start(u8),
    /// Microseconds after its commit, while it merges segments or is about to.
    Commit(u16),
}

/// The titles of published posts by path below the content directory. The value is `None` for drafts and for pages
/// of folders, which only list posts.
type Model = BTreeMap<String, Option<String>>;

/// An index that is synced with the site as a server does it.
struct SyncedIndex<'a> {
    site: &'a TestSite,
    model: Model,
    config: Config,
    detected: Site,
    indexer: Indexer,
    watcher: Watcher,
}

impl<'a> SyncedIndex<'a> {
    fn start(site: &'a TestSite, model: Model) -> Self {
        let config = site.config();
        let detected = Site::detect(&config).unwrap();
        let watch_options =
            WatchOptions { debounce: DEBOUNCE, ..SyncSetup::watch_options(&config, &detected) };
        let watcher = Watcher::new(Some(watch_options));
        let mut indexer = Indexer::open(&config, &detected, OpenMode::Update).unwrap();
        indexer.reconcile(&mut |_, _| {}).unwrap();
        Self { site, model, config, detected, indexer, watcher }
    }

    fn drain(&mut self) {
        while let Some(ContentChange { dirty, .. }) = self.watcher.next(QUIET) {
            match dirty {
                Dirty::Paths(paths) => self.indexer.update(&paths).unwrap(),
                Dirty::Everything => self.indexer.reconcile(&mut |_, _| {}).unwrap(),
            };
        }
    }

    fn take(mut self, step: &Step) -> Self {
        match step {
            Step::Wait => self.drain(),
            Step::Restart { meanwhile } => {
                let (site, mut model) = (self.site, std::mem::take(&mut self.model));
                drop(self);
                apply(site, meanwhile, &mut model);
                return Self::start(site, model);
            }
            Step::Crash { meanwhile, moment } => {
                let (site, mut model) = (self.site, std::mem::take(&mut self.model));
                drop(self);
                apply(site, meanwhile, &mut model);
                index_and_kill(site, *moment);
                return Self::start(site, model);
            }
            Step::Configure { .. } => {
                apply(self.site, step, &mut self.model);
                self.config = self.site.config();
                self.detected = Site::detect(&self.config).unwrap();
                drop(self.indexer);
                self.indexer = Indexer::open(&self.config, &self.detected, OpenMode::Update).unwrap();
                self.indexer.reconcile(&mut |_, _| {}).unwrap();
            }
            _ => apply(self.site, step, &mut self.model),
        }
        self
    }
}

fn index_and_kill(site: &TestSite, moment: Moment) {
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

fn text(place: Place, version: u8) -> String {
    let body =
        format!("Everywhere stands word{} of version{version}.\n\n## Part {version}\n\nMore.", place.post);
    post(&title(place, version), "2024-01-02", &body)
}

fn title(place: Place, version: u8) -> String {
    format!("Post {} {version}", place.post)
}

/// Moves the posts below a folder in the model.
fn move_below(model: &mut Model, from: &str, to: &str) {
    let moved = model.extract_if(.., |path, _| path.starts_with(&format!("{from}/")));
    let moved: Model = moved.map(|(path, title)| (format!("{to}{}", &path[from.len()..]), title)).collect();
    model.extend(moved);
}

/// Applies a step to the files and to the model.
fn apply(site: &TestSite, step: &Step, model: &mut Model) {
    let path = |place: &Place| site.root().join(place.path());
    let id = |place: &Place| place.path()["content/".len()..].to_owned();
    let dir = |number: u8| site.content().join(folder(number));
    match step {
        Step::Save { place, version } => {
            site.write(&place.path(), text(*place, *version));
            model.insert(id(place), Some(title(*place, *version)));
        }
        Step::SaveAtomically { place, version } => {
            let beside = place.path().replace("_index.md", "_index.md.new");
            site.write(&beside, text(*place, *version));
            fs::rename(site.root().join(beside), path(place)).unwrap();
            model.insert(id(place), Some(title(*place, *version)));
        }
        Step::Hide { place } => {
            let draft = text(*place, 9).replacen("+++\n", "+++\ndraft = true\n", 1);
            site.write(&place.path(), draft);
            model.insert(id(place), None);
        }
        Step::Delete { place } => {
            ignore_missing(fs::remove_file(path(place)));
            model.remove(&id(place));
        }
        Step::Rename { from, to } => {
            fs::create_dir_all(path(to).parent().unwrap()).unwrap();
            ignore_missing(fs::rename(path(from), path(to)));
            if let Some(title) = model.remove(&id(from)) {
                model.insert(id(to), title);
            }
        }
        Step::Touch { place } => {
            if let Ok(text) = fs::read(path(place)) {
                site.write(&place.path(), text);
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
        Step::Restart { .. } | Step::Crash { .. } | Step::Wait => {}
    }
}

fn ignore_missing(result: std::io::Result<()>) {
    if let Err(error) = result {
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
    }
}

/// The posts and their titles; all posts contain the word that is searched.
fn posts(engine: &Engine) -> BTreeMap<String, String> {
    let request = SearchRequest { query: "everywhere".to_owned(), limit: 100, ..SearchRequest::default() };
    engine.search(&request).unwrap().hits.into_iter().map(|hit| (hit.id, hit.title)).collect()
}

/// Everything that readers see of the posts: ids, URLs, titles, categories, scores, snippets.
fn visible_posts(engine: &Engine) -> BTreeSet<String> {
    let queries = ["everywhere", "word1", "version3", "part 2", "vers", "wrod2", "named", "category:food"];
    let hits = queries
        .iter()
        .flat_map(|query| engine.search_text(query).hits.into_iter().map(move |hit| (query, hit)));
    let shown = hits.map(|(query, hit)| {
        let section = hit.section.map(|section| section.url);
        format!(
            "{query}: {} {} {} {:?} {:?} {} {}",
            hit.id, hit.url, hit.title, hit.categories, section, hit.score, hit.snippet.html
        )
    });
    shown.collect()
}

fn fresh(site: &TestSite, index: &Path) -> BTreeSet<String> {
    let overrides =
        Overrides { site: site.root().to_owned(), index: Some(index.to_owned()), ..Overrides::default() };
    let config = Config::load(overrides).unwrap();
    let mut indexer = Indexer::open(&config, &Site::detect(&config).unwrap(), OpenMode::Rebuild).unwrap();
    indexer.reconcile(&mut |_, _| {}).unwrap();
    visible_posts(&Engine::new(&config, indexer.snapshot().unwrap()))
}

fn cases() -> u32 {
    if is_long() { 5_000 } else { 150 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 500, ..property_config() })]

    #[test]
    fn a_synced_index_equals_a_fresh_one(steps in prop::collection::vec(step(), 1..24)) {
        let site = TestSite::new();
        let mut synced = SyncedIndex::start(&site, Model::new());
        for step in &steps {
            synced = synced.take(step);
        }
        synced.drain();
        let fresh = fresh(&site, &site.root().join("fresh"));
        let mut followed = visible_posts(&Engine::new(&synced.config, synced.indexer.snapshot().unwrap()));
        let started = Instant::now();
        while followed != fresh && started.elapsed() < DEADLINE {
            synced.drain();
            followed = visible_posts(&Engine::new(&synced.config, synced.indexer.snapshot().unwrap()));
        }
        let shown = synced.model.iter().filter_map(|(path, title)| Some((path.clone(), title.clone()?)));
        let engine = Engine::new(&synced.config, synced.indexer.snapshot().unwrap());
        prop_assert_eq!(posts(&engine), shown.collect::<BTreeMap<_, _>>());
        let (stale, missing) = (followed.difference(&fresh), fresh.difference(&followed));
        let (stale, missing): (Vec<&String>, Vec<&String>) = (stale.collect(), missing.collect());
        prop_assert!(stale.is_empty() && missing.is_empty(), "stale: {:#?}\nmissing: {:#?}", stale, missing);
    }
}
