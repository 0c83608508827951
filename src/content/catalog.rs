//! The catalog: all content of a site, read at once without an index.

use rayon::prelude::*;

use super::diagnostic::{Diagnostic, PageUrl, Severity, duplicate_urls};
use super::error::SourceError;
use super::generator::SourceRole;
use super::inventory::Inventory;
use super::post::{Post, VisibilityRules};
use super::reading::{ReadOutcome, read_post};
use super::site::Site;
use super::source::SourceListing;
use super::source_reader::{ReadFailure, SourceReader};
use super::source_walker::list_sources;

/// The outcome of reading every source file of a site.
///
/// # Examples
/// ```
/// use bloghound::config::{Config, Overrides};
/// use bloghound::content::{Catalog, Site, VisibilityRules};
///
/// let config = Config::load(Overrides { site: ".".into(), ..Overrides::default() })?;
/// let site = Site::detect(&config)?;
/// let rules = VisibilityRules::of(&config, &site, jiff::Timestamp::now());
/// let catalog = Catalog::read(&site, &rules);
/// assert!(catalog.posts().all(|post| !post.title.is_empty()));
/// assert_eq!(catalog.diagnostics(), []);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    /// Outcome of each source file, with the file's id; ordered by id.
    pub outcomes: Vec<(String, ReadOutcome)>,
    /// Errors about folders and files that cannot be listed.
    pub list_errors: Vec<SourceError>,
}

impl Catalog {
    /// Reads all source files of `site`, on all cores.
    #[must_use]
    pub fn read(site: &Site, rules: &VisibilityRules) -> Self {
        let SourceListing { files, errors: mut list_errors, .. } = list_sources(site);
        let (mut inventory, reader) = (Inventory::default(), SourceReader::new(site));
        for file in &files {
            let failure = reader.add_to_inventory(&mut inventory, &file.id);
            // Errors of pages are reported when the pages are read, below.
            let failure = failure.filter(|_| file.role == SourceRole::FolderData);
            list_errors.extend(failure.map(ReadFailure::into_error));
        }
        let pages: Vec<_> = files.into_iter().filter(|file| file.role == SourceRole::Page).collect();
        let outcomes = pages.into_par_iter().filter_map(|file| {
            let outcome = match reader.read(&file.id) {
                Ok(bytes) => read_post(&file.id, &bytes?, &inventory, site, rules),
                Err(failure) => ReadOutcome::Failed(failure.into_error()),
            };
            Some((file.id, outcome))
        });
        Self { outcomes: outcomes.collect(), list_errors }
    }

    /// Returns the posts and pages, ordered by id.
    pub fn posts(&self) -> impl Iterator<Item = &Post> {
        self.outcomes.iter().filter_map(|(_, outcome)| match outcome {
            ReadOutcome::Post(post) => Some(&**post),
            _ => None,
        })
    }

    /// Returns all errors and warnings, ordered by path and line.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let failed = self.outcomes.iter().filter_map(|(_, outcome)| match outcome {
            ReadOutcome::Failed(failure) => Some(failure),
            _ => None,
        });
        let errors = self.list_errors.iter().chain(failed).map(|failure| Diagnostic {
            path: failure.path.clone(),
            line: failure.line,
            severity: Severity::Error,
            message: failure.message.clone(),
        });
        let warnings =
            self.posts().flat_map(|post| post.warnings.iter().map(|warning| warning.clone().at(&post.id)));
        let urls = self.posts().map(|post| PageUrl { id: &post.id, lang: &post.lang, url: &post.url });
        let mut problems: Vec<Diagnostic> = errors.chain(warnings).chain(duplicate_urls(urls)).collect();
        problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        problems
    }
}
