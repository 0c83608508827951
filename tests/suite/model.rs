//! Whatever is done to the content, and in whatever order: once it is quiet, a search says what a plain model of
//! the files says, and all that a fresh index says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bloghound::config::{Config, Overrides};
use bloghound::content::Site;
use bloghound::engine::{Engine, SyncSetup};
use bloghound::query::SearchRequest;
use bloghound::reindex::{ContentChange, Dirty, Indexer, OpenMode, WatchOptions, Watcher};
use proptest::prelude::*;

use crate::support::{Ask, TestSite, is_long, kill_after_commit, post, property_config};

const FOLDERS: [&str; 3] = ["food", "food/deep", "notes"];
const DEBOUNCE: Duration = Duration::from_millis(3);
/// How long nothing happens when the watcher is idle.
const QUIET: Duration = Duration::from_millis(25);

/// How often it is looked again.
const MORE_LOOKS: usize = 40;

/// Something that happens to a blog.
#[derive(Debug, Clone)]
enum Step {
    /// A post is written, or written anew.
    Save {
        place: Place,
        version: u8,
    },
    /// It is written beside, and renamed over, as editors do.
    SaveAtomically {
        place: Place,
        version: u8,
    },
    /// It becomes a draft.
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
    /// Written as it is.
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
    /// The folder's own page, which names the category.
    NameFolder {
        folder: u8,
        version: u8,
    },
    /// The site's settings.
    Configure {
        version: u8,
    },
    /// The process ends and starts again; what is done meanwhile gives no events.
    Restart {
        meanwhile: Box<Step>,
    },
    /// Something is done, and a process that indexes it is killed on its way.
    Crash {
        meanwhile: Box<Step>,
        moment: Moment,
    },
    /// The watcher has time to tell.
    Wait,
}

/// One of a few posts.
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

/// When a process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// So many milliseconds after its start.
    Start(u8),
    /// So many microseconds after its commit, when it merges or is about to.
    Commit(u16),
}

/// The titles of the posts that readers may see, by path below the content directory; none of a draft, and of a
/// folder's page, which only lists others.
type Model = BTreeMap<String, Option<String>>;

/// What keeps an index in step with the site, as a server does.
struct Kept<'a> {
    site: &'a TestSite,
    model: Model,
    config: Config,
    detected: Site,
    indexer: Indexer,
    watcher: Watcher,
}

impl<'a> Kept<'a> {
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
                happen(site, meanwhile, &mut model);
                return Self::start(site, model);
            }
            Step::Crash { meanwhile, moment } => {
                let (site, mut model) = (self.site, std::mem::take(&mut self.model));
                drop(self);
                happen(site, meanwhile, &mut model);
                index_and_be_killed(site, *moment);
                return Self::start(site, model);
            }
            Step::Configure { .. } => {
                happen(self.site, step, &mut self.model);
                self.config = self.site.config();
                self.detected = Site::detect(&self.config).unwrap();
                drop(self.indexer);
                self.indexer = Indexer::open(&self.config, &self.detected, OpenMode::Update).unwrap();
                self.indexer.reconcile(&mut |_, _| {}).unwrap();
            }
            _ => happen(self.site, step, &mut self.model),
        }
        self
    }
}

fn index_and_be_killed(site: &TestSite, moment: Moment) {
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

/// Moves what the model has below a folder.
fn move_below(model: &mut Model, from: &str, to: &str) {
    let moved = model.extract_if(.., |path, _| path.starts_with(&format!("{from}/")));
    let moved: Model = moved.map(|(path, title)| (format!("{to}{}", &path[from.len()..]), title)).collect();
    model.extend(moved);
}

/// Does the step to the files, and to the model.
fn happen(site: &TestSite, step: &Step, model: &mut Model) {
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
            // Into itself, and over a folder that is not empty, is refused by the system.
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

/// The posts, all of which have the word, with their titles.
fn posts(engine: &Engine) -> BTreeMap<String, String> {
    let request = SearchRequest { query: "everywhere".to_owned(), limit: 100, ..SearchRequest::default() };
    engine.search(&request).unwrap().hits.into_iter().map(|hit| (hit.id, hit.title)).collect()
}

/// All that a reader may see: ids, URLs, titles, categories, scores, snippets.
fn seen(engine: &Engine) -> BTreeSet<String> {
    let queries = ["everywhere", "word1", "version3", "part 2", "vers", "wrod2", "named", "category:food"];
    let hits =
        queries.iter().flat_map(|query| engine.ask(query).hits.into_iter().map(move |hit| (query, hit)));
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
    seen(&Engine::new(&config, indexer.snapshot().unwrap()))
}

fn cases() -> u32 {
    if is_long() { 5_000 } else { 150 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 500, ..property_config() })]

    #[test]
    fn an_index_that_follows_says_what_a_fresh_one_says(steps in prop::collection::vec(step(), 1..24)) {
        let site = TestSite::new();
        let mut kept = Kept::start(&site, Model::new());
        for step in &steps {
            kept = kept.take(step);
        }
        kept.drain();
        let fresh = fresh(&site, &site.root().join("fresh"));
        let mut followed = seen(&Engine::new(&kept.config, kept.indexer.snapshot().unwrap()));
        // On a busy machine events take their time.
        for _ in 0..MORE_LOOKS {
            if followed == fresh {
                break;
            }
            std::thread::sleep(QUIET);
            kept.drain();
            followed = seen(&Engine::new(&kept.config, kept.indexer.snapshot().unwrap()));
        }
        let shown = kept.model.iter().filter_map(|(path, title)| Some((path.clone(), title.clone()?)));
        let engine = Engine::new(&kept.config, kept.indexer.snapshot().unwrap());
        prop_assert_eq!(posts(&engine), shown.collect::<BTreeMap<_, _>>());
        let (stale, missing) = (followed.difference(&fresh), fresh.difference(&followed));
        let (stale, missing): (Vec<&String>, Vec<&String>) = (stale.collect(), missing.collect());
        prop_assert!(stale.is_empty() && missing.is_empty(), "stale: {:#?}\nmissing: {:#?}", stale, missing);
    }
}
