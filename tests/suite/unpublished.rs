//! What a site does not publish is nowhere: not found, suggested, related, counted, a facet, a correction, or in a bundle.
//!
//! The sites are those of bug reports and real ones, beside the corpora.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bloghound::config::{Config, Overrides};
use bloghound::content::{Catalog, ReadOutcome, Site, VisibilityRules};
use bloghound::engine::Engine;
use bloghound::query::RawRequest;
use bloghound::query::related::RelatedRequest;
use bloghound::query::suggest::SuggestRequest;
use bloghound::reindex::{Indexer, OpenMode};
use jiff::Timestamp;

use crate::support::{Output, bloghound, corpus, is_long};

/// Words that are tried per hidden file, the longest first.
const WORDS_PER_FILE: usize = 4;
/// Hidden files that are tried per site; all of them in long tests.
const FILES_PER_SITE: usize = 40;
/// Largest hidden file that is read.
const MAX_BYTES: u64 = 200_000;

/// A site with its index, and its words that no reader may see.
struct Examined {
    dir: tempfile::TempDir,
    name: String,
    engine: Engine,
    /// Ids of the posts and pages.
    shown: BTreeSet<String>,
    /// Words of hidden files that no shown file has, with the files.
    secrets: BTreeMap<String, String>,
    /// Names of categories, tags and authors, by facet.
    names: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Examined {
    /// Indexes a site in a directory of its own; `None` if it has no content.
    fn new(site_dir: &Path) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let index = Some(dir.path().join("index"));
        let overrides = Overrides { site: site_dir.to_owned(), index, ..Overrides::default() };
        let config = Config::load(overrides).unwrap();
        let site = Site::detect(&config).ok()?;
        let catalog = Catalog::read(&site, &VisibilityRules::of(&config, &site, Timestamp::now()));
        let mut indexer = Indexer::open(&config, &site, OpenMode::Rebuild).unwrap();
        indexer.reconcile(&mut |_, _| {}).unwrap();
        indexer.close().unwrap();
        let mut names = BTreeMap::<&str, BTreeSet<String>>::new();
        for post in catalog.posts() {
            names.entry("tag").or_default().extend(post.tags.iter().cloned());
            names.entry("author").or_default().extend(post.authors.iter().cloned());
            let categories = post.categories.iter().map(|category| category.name.clone());
            names.entry("category").or_default().extend(categories);
        }
        Some(Self {
            name: site_dir.display().to_string(),
            engine: Engine::open(&config).unwrap(),
            shown: catalog.posts().map(|post| post.id.clone()).collect(),
            secrets: secrets(&site.content_dir, &catalog),
            names,
            dir,
        })
    }

    fn search(&self, query: &str, facets: Option<&str>) -> bloghound::query::SearchResponse {
        let facets = facets.map(str::to_owned);
        let raw =
            RawRequest { q: query.to_owned(), limit: Some("50".to_owned()), facets, ..RawRequest::default() };
        self.engine.search(&raw.validate().unwrap()).unwrap()
    }

    /// Asserts that the engine knows the shown posts and nothing else.
    fn examine(&self) {
        assert!(self.engine.ids().unwrap().iter().eq(&self.shown), "{}", self.name);
        self.examine_counts();
        for (word, file) in &self.secrets {
            self.examine_word(word, file);
        }
        for id in self.shown.iter().take(FILES_PER_SITE) {
            let response = self.engine.related(&RelatedRequest { id: id.clone(), limit: 20 }).unwrap();
            for post in response.related {
                assert!(self.shown.contains(&post.id), "{}: {id} has {}", self.name, post.id);
            }
        }
        self.examine_bundle();
    }

    /// Every post has a URL with a slash.
    fn examine_counts(&self) {
        let all = self.search("url:/", Some("tag,author,category,lang"));
        assert_eq!(all.total, self.shown.len(), "{}", self.name);
        for (facet, values) in &all.facets {
            assert!(values.iter().all(|value| value.count <= all.total), "{}: {facet}", self.name);
            let Some(names) = self.names.get(facet) else { continue };
            for value in values {
                assert!(names.contains(&value.value), "{}: {facet} {}", self.name, value.value);
            }
        }
    }

    fn examine_word(&self, word: &str, file: &str) {
        let at = format!("{}: {word:?} of {file}", self.name);
        let mut letters: Vec<char> = word.chars().collect();
        letters.swap(1, 2);
        let misspelled: String = letters.into_iter().collect();
        for query in [word, &misspelled, &word[..word.len() - 1]] {
            let response = self.search(query, None);
            let is_shown = |id: &String| self.shown.contains(id);
            assert!(response.hits.iter().all(|hit| is_shown(&hit.id)), "{at}: {query}");
            let corrected = response.corrected.map(|correction| correction.query.to_lowercase());
            assert!(query == word || corrected.as_deref() != Some(word), "{at}: {query} is corrected");
        }
        for typed in [&word[..3], &word[..word.len() - 1], word] {
            let request = SuggestRequest { query: typed.to_owned(), limit: 20 };
            for suggestion in self.engine.suggest(&request).unwrap().suggestions {
                let text = suggestion.text.to_lowercase();
                assert!(typed == word || !words(&text).contains(word), "{at}: {typed} suggests {text}");
            }
        }
    }

    /// An index that was installed from a bundle has the same posts.
    fn examine_bundle(&self) {
        let (bundle, installed) = (self.dir.path().join("site.bundle"), self.dir.path().join("installed"));
        for (index, command) in [(self.dir.path().join("index"), "create"), (installed.clone(), "install")] {
            let mut process = bloghound();
            process.current_dir(self.dir.path()).arg("--index").arg(index);
            let output = Output::of(process.args(["bundle", command]).arg(&bundle));
            assert_eq!(output.code, 0, "{}: {}", self.name, output.stderr);
        }
        let overrides =
            Overrides { site: self.dir.path().to_owned(), index: Some(installed), ..Overrides::default() };
        let engine = Engine::open(&Config::load(overrides).unwrap()).unwrap();
        assert!(engine.ids().unwrap().iter().eq(&self.shown), "{}", self.name);
    }
}

/// The words of hidden files that no shown file has, each with its file.
fn secrets(content_dir: &Path, catalog: &Catalog) -> BTreeMap<String, String> {
    let read = |id: &str| {
        let path = content_dir.join(id);
        let is_small = path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() < MAX_BYTES);
        let text = if is_small { fs::read_to_string(&path).unwrap_or_default() } else { String::new() };
        text.to_lowercase()
    };
    let mut known = BTreeSet::new();
    for post in catalog.posts() {
        known.extend(words(&read(&post.id)));
        known.extend(words(&format!("{} {}", post.id, post.url).to_lowercase()));
        known.extend(words(&format!("{post:?}").to_lowercase()));
    }
    let hidden = catalog.outcomes.iter().filter(|(_, outcome)| !matches!(outcome, ReadOutcome::Post(_)));
    let hidden = hidden.map(|(id, _)| id).chain(catalog.left_out.iter().map(|(id, _)| id));
    let limit = if is_long() { usize::MAX } else { FILES_PER_SITE };
    let mut secrets = BTreeMap::new();
    for id in hidden.take(limit) {
        let mut own: Vec<String> =
            words(&read(id)).into_iter().filter(|word| !known.contains(word)).collect();
        own.sort_by_key(|word| std::cmp::Reverse(word.len()));
        secrets.extend(own.into_iter().take(WORDS_PER_FILE).map(|word| (word, id.clone())));
    }
    secrets
}

/// The words of a lower-case text that have between 6 and 20 letters from a to z.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_lowercase());
    words.filter(|word| (6..=20).contains(&word.len())).map(str::to_owned).collect()
}

/// The folders beside the corpora with the sites.
fn folders(kind: &str) -> Vec<PathBuf> {
    let Some(corpora) = corpus(".") else { return Vec::new() };
    let mut folders: Vec<PathBuf> =
        fs::read_dir(corpora.join("..").join(kind)).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[test]
fn hidden_files_of_reported_sites_are_nowhere() {
    let mut tried = 0;
    for case in folders("field") {
        let site = case.join("site");
        // The site of some cases is a folder below.
        let roots = [site.clone(), site.join("website")];
        let examined = roots.iter().filter(|root| root.is_dir()).filter_map(|root| Examined::new(root));
        for site in examined {
            tried += site.secrets.len();
            site.examine();
        }
    }
    assert!(tried > 100 || corpus(".").is_none(), "only {tried} words");
}

#[test]
fn hidden_files_of_real_sites_are_nowhere() {
    let mut tried = 0;
    for site in folders("sites").iter().filter_map(|dir| Examined::new(dir)) {
        tried += site.secrets.len();
        site.examine();
    }
    assert!(tried > 100 || corpus(".").is_none(), "only {tried} words");
}
