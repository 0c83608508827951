//! A site whose index is kept up to date by the sync loop, as `serve` does it, while a reader searches all the time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bloghound::config::{Config, Overrides};
use bloghound::content::Site;
use bloghound::engine::{Engine, SyncIntervals, SyncSetup, SyncThread};
use bloghound::query::SearchRequest;
use bloghound::reindex::{Clock, Indexer, OpenMode};
use jiff::{SignedDuration, Timestamp};

use super::steps::{Model, Step, apply, index_and_kill, may_hide, visible};
use crate::support::{SearchText, TestSite};

const INTERVALS: SyncIntervals = SyncIntervals {
    check: Duration::from_millis(10),
    retry: Duration::from_millis(20),
    max_retry: Duration::from_millis(100),
};
const DEBOUNCE: Duration = Duration::from_millis(3);
/// Deadline for following the content; on a busy machine, events are late.
const PATIENCE: Duration = Duration::from_secs(30);
/// File whose existence makes the sync loop panic once.
const PANIC_FILE: &str = "panic.json";

/// Posts that must be found at this moment: they were found before and are still in the content. The numbers tell
/// apart a post that was deleted and saved again.
#[derive(Debug, Clone, Default)]
struct MustFind {
    posts: BTreeMap<String, u64>,
    next: u64,
}

/// The site, its model, and what is running.
pub(super) struct FollowedSite<'a> {
    site: &'a TestSite,
    pub(super) model: Model,
    clock_offset_h: Arc<AtomicI32>,
    must_find: Arc<Mutex<MustFind>>,
    missing: Arc<Mutex<Vec<String>>>,
    running: Option<Running>,
}

struct Running {
    engine: Arc<Engine>,
    sync_thread: SyncThread,
    reader: JoinHandle<()>,
    should_stop: Arc<AtomicBool>,
}

impl<'a> FollowedSite<'a> {
    pub(super) fn start(site: &'a TestSite) -> Self {
        let mut followed = Self {
            site,
            model: Model::new(),
            clock_offset_h: Arc::default(),
            must_find: Arc::default(),
            missing: Arc::default(),
            running: None,
        };
        followed.run();
        followed
    }

    /// Opens the index, or builds it if there is none, and starts the sync loop and the reader.
    fn run(&mut self) {
        let config = config(self.site.root());
        let detected = Site::detect(&config).unwrap();
        let offset_h = Arc::clone(&self.clock_offset_h);
        let clock = Clock::new(move || {
            Timestamp::now() + SignedDuration::from_hours(offset_h.load(Ordering::Relaxed).into())
        });
        let engine = Engine::open(&config).unwrap_or_else(|_| {
            if clock.now() < Timestamp::now() - SignedDuration::from_hours(1) {
                // Without its index, a new process cannot know that the clock is behind.
                self.must_find.lock().unwrap().posts.clear();
            }
            build(&config, &detected, &clock)
        });
        let engine = Arc::new(engine);
        let root = self.site.root().to_owned();
        let setup = SyncSetup {
            config,
            site: detected,
            watches_content: true,
            indexer: None,
            on_first_reconcile: None,
            reload: Box::new(move || reload(&root)),
            clock,
            intervals: INTERVALS,
        };
        let sync_thread = SyncThread::start(Arc::clone(&engine), setup).unwrap();
        let should_stop = Arc::new(AtomicBool::new(false));
        let read = {
            let (engine, should_stop) = (Arc::clone(&engine), Arc::clone(&should_stop));
            let (must_find, missing) = (Arc::clone(&self.must_find), Arc::clone(&self.missing));
            move || read_until(&should_stop, &engine, &must_find, &missing)
        };
        let reader = std::thread::spawn(read);
        self.running = Some(Running { engine, sync_thread, reader, should_stop });
    }

    fn stop(&mut self) {
        let Some(running) = self.running.take() else { return };
        running.should_stop.store(true, Ordering::Relaxed);
        running.reader.join().unwrap();
        assert!(running.sync_thread.stop_within(PATIENCE), "the sync loop did not stop");
    }

    pub(super) fn take(&mut self, step: &Step) {
        match step {
            Step::Wait => {
                // Posts saved while the clock is wrong may be hidden until it is right.
                if self.clock_offset_h.load(Ordering::Relaxed) == 0 {
                    self.wait();
                }
            }
            Step::Restart { meanwhile } => {
                self.stop();
                self.change(meanwhile);
                self.run();
            }
            Step::Crash { meanwhile, moment } => {
                self.stop();
                self.change(meanwhile);
                index_and_kill(self.site, *moment);
                self.run();
            }
            Step::SetClock { hours } => self.clock_offset_h.store(*hours, Ordering::Relaxed),
            Step::Panic => self.site.write(PANIC_FILE, ""),
            _ => self.change(step),
        }
    }

    /// Changes files and model. What may disappear need not be found from then on.
    fn change(&mut self, step: &Step) {
        self.must_find.lock().unwrap().posts.retain(|id, _| !may_hide(step, id));
        apply(self.site, step, &mut self.model);
    }

    /// Waits until the index has what the model has.
    fn wait(&mut self) {
        let shown = visible(&self.model);
        let engine = self.engine();
        let started = Instant::now();
        loop {
            let found = posts(&engine);
            if found == shown {
                break;
            }
            let status = engine.status();
            assert!(started.elapsed() < PATIENCE, "found {found:#?} instead of {shown:#?}: {status:#?}");
            std::thread::sleep(Duration::from_millis(2));
        }
        let mut must_find = self.must_find.lock().unwrap();
        for id in shown.into_keys() {
            let next = must_find.next;
            must_find.posts.entry(id).or_insert(next);
            must_find.next += 1;
        }
    }

    fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.running.as_ref().unwrap().engine)
    }

    /// Sets the clock right and waits until searches give the same as with a fresh index. Returns the searches that
    /// missed posts at any time before.
    pub(super) fn finish(&mut self) -> Vec<String> {
        self.clock_offset_h.store(0, Ordering::Relaxed);
        self.wait();
        let fresh = fresh(self.site, &self.site.root().join("fresh"));
        let engine = self.engine();
        let started = Instant::now();
        loop {
            let followed = visible_posts(&engine);
            if followed == fresh {
                break;
            }
            let (stale, missing) = (followed.difference(&fresh), fresh.difference(&followed));
            let (stale, missing): (Vec<&String>, Vec<&String>) = (stale.collect(), missing.collect());
            assert!(started.elapsed() < PATIENCE, "stale: {stale:#?}\nmissing: {missing:#?}");
            std::thread::sleep(Duration::from_millis(2));
        }
        self.stop();
        std::mem::take(&mut *self.missing.lock().unwrap())
    }
}

impl Drop for FollowedSite<'_> {
    fn drop(&mut self) {
        self.stop();
    }
}

fn config(root: &Path) -> Config {
    let overrides = Overrides { site: root.to_owned(), ..Overrides::default() };
    Config { debounce: DEBOUNCE, ..Config::load(overrides).unwrap() }
}

fn build(config: &Config, site: &Site, clock: &Clock) -> Engine {
    let mut indexer = Indexer::open(config, site, OpenMode::Update).unwrap().with_clock(clock.clone());
    indexer.reconcile(&mut |_, _| {}).unwrap();
    Engine::new(config, indexer.snapshot().unwrap())
}

fn reload(root: &Path) -> Result<(Config, Site), String> {
    assert!(fs::remove_file(root.join(PANIC_FILE)).is_err(), "this panic is expected by the model test");
    let config = config(root);
    let site = Site::detect(&config).map_err(|error| error.to_string())?;
    Ok((config, site))
}

/// Searches until it should stop, and notes each search that missed posts.
fn read_until(
    should_stop: &AtomicBool,
    engine: &Engine,
    must_find: &Mutex<MustFind>,
    missing: &Mutex<Vec<String>>,
) {
    while !should_stop.load(Ordering::Relaxed) {
        let before = must_find.lock().unwrap().posts.clone();
        let found = posts(engine);
        let after = must_find.lock().unwrap().posts.clone();
        let lost =
            |(id, number): &(&String, &u64)| after.get(*id) == Some(*number) && !found.contains_key(*id);
        let lost: Vec<&String> = before.iter().filter(lost).map(|(id, _)| id).collect();
        if !lost.is_empty() {
            let generation = engine.generation();
            missing.lock().unwrap().push(format!("{generation} has {} posts, without {lost:?}", found.len()));
        }
        std::thread::sleep(Duration::from_micros(500));
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
