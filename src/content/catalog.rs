//! All content of a site, read at once: what an index of it would hold, and what is wrong with it.

use rayon::prelude::*;

use super::generator::Role;
use super::inventory::Inventory;
use super::post::{Audience, Post};
use super::problem::{Failure, Problem, Severity, duplicate_urls};
use super::reading::{Reading, read_post};
use super::site::Site;
use super::source;

/// The content of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    /// What became of each source file, by id.
    pub readings: Vec<(String, Reading)>,
    /// What could not even be listed.
    pub walk_failures: Vec<Failure>,
}

impl Catalog {
    /// Reads all files, on all cores.
    #[must_use]
    pub fn read(site: &Site, audience: &Audience) -> Self {
        let content_dir = &site.content_dir;
        let (files, walk_failures) = source::walk(site);
        let mut inventory = Inventory::default();
        for file in &files {
            let text = || std::fs::read_to_string(&file.path).ok();
            site.generator.add_to_inventory(&mut inventory, &file.id, text);
        }
        let pages: Vec<_> = files.into_iter().filter(|file| file.role == Role::Page).collect();
        let readings = pages.into_par_iter().filter_map(|file| {
            let reading = match source::read(content_dir, &file.id) {
                Ok(bytes) => read_post(&file.id, &bytes?, &inventory, site, audience),
                Err(failure) => Reading::Failed(failure),
            };
            Some((file.id, reading))
        });
        Self { readings: readings.collect(), walk_failures }
    }

    /// The posts and pages, in the order of their ids.
    pub fn posts(&self) -> impl Iterator<Item = &Post> {
        self.readings.iter().filter_map(|(_, reading)| match reading {
            Reading::Post(post) => Some(&**post),
            _ => None,
        })
    }

    /// What is wrong, in the order of paths and lines.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let failed = self.readings.iter().filter_map(|(_, reading)| match reading {
            Reading::Failed(failure) => Some(failure),
            _ => None,
        });
        let errors = self.walk_failures.iter().chain(failed).map(|failure| Problem {
            path: failure.path.clone(),
            line: failure.line,
            severity: Severity::Error,
            message: failure.message.clone(),
        });
        let warnings =
            self.posts().flat_map(|post| post.warnings.iter().map(|warning| warning.clone().at(&post.id)));
        let urls = self.posts().map(|post| (post.lang.as_str(), post.url.as_str(), post.id.as_str()));
        let mut problems: Vec<Problem> = errors.chain(warnings).chain(duplicate_urls(urls)).collect();
        problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        problems
    }
}
