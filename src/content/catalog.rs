//! The catalog: all content of a site, read at once without an index.

use rayon::prelude::*;

use super::diagnostic::{Diagnostic, PageUrl, Severity, duplicate_urls};
use super::error::{ReadFailure, SourceError};
use super::generator::SourceRole;
use super::inventory::Inventory;
use super::post::{Post, VisibilityRules};
use super::reading::{ReadOutcome, read_post};
use super::site::Site;
use super::skip_reason::SkipReason;
use super::source::SourceListing;
use super::source_reader::SourceReader;
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
    /// Files and folders that are not read, with the reasons; ordered by id. Ids of folders end in `/`, and what is below
    /// them is left out.
    pub left_out: Vec<(String, SkipReason)>,
    /// Errors about folders and files that cannot be listed.
    pub list_errors: Vec<SourceError>,
}

impl Catalog {
    /// Reads all source files of `site`, on all cores.
    #[must_use]
    pub fn read(site: &Site, rules: &VisibilityRules) -> Self {
        let SourceListing { files, errors: mut list_errors, left_out, .. } = list_sources(site);
        let (mut inventory, reader) = (Inventory::default(), SourceReader::new(site));
        for file in &files {
            let failure = reader.add_to_inventory(&mut inventory, &file.id);
            // Errors of pages are reported when the pages are read, below.
            let failure = failure.filter(|_| file.role == SourceRole::FolderData);
            list_errors.extend(failure.map(ReadFailure::into_error));
        }
        let (pages, data): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| file.role == SourceRole::Page);
        let data = data.into_iter().map(|file| (file.id, SkipReason::NotAPage));
        let mut left_out: Vec<_> = left_out.into_iter().chain(data).collect();
        left_out.sort();
        let outcomes = pages.into_par_iter().filter_map(|file| {
            let outcome = match reader.read(&file.id) {
                Ok(bytes) => {
                    let outcome = read_post(&file.id, &bytes?, &inventory, site, rules);
                    match (outcome, inventory.unknown_values(&file.id)) {
                        // The page might be a draft, or excluded.
                        (ReadOutcome::Post(_), Some(failure)) => {
                            ReadOutcome::Failed(failure.clone().into_error())
                        }
                        (outcome, _) => outcome,
                    }
                }
                Err(failure) => ReadOutcome::Failed(failure.into_error()),
            };
            Some((file.id, outcome))
        });
        Self { outcomes: outcomes.collect(), left_out, list_errors }
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
        problems.sort_by(|a, b| (&a.path, a.line, &a.message).cmp(&(&b.path, b.line, &b.message)));
        // A broken file is the reason why none of the pages that inherit from it is read.
        problems.dedup();
        problems
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::{Config, Overrides};
    use crate::content::SiteError;

    fn site_of(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Result<Site, SiteError>) {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let overrides = Overrides { site: dir.path().to_owned(), ..Overrides::default() };
        let site = Site::detect(&Config::load(overrides).unwrap());
        (dir, site)
    }

    /// The ids of the posts, and the path and line of each problem.
    fn read(files: &[(&str, &[u8])]) -> (Vec<String>, Vec<String>) {
        let (_dir, site) = site_of(files);
        let now = jiff::Timestamp::now();
        let rules = VisibilityRules { drafts: false, future: false, expired: false, now };
        let catalog = Catalog::read(&site.unwrap(), &rules);
        let problems = catalog.diagnostics().into_iter();
        (
            catalog.posts().map(|post| post.id.clone()).collect(),
            problems.map(|problem| format!("{}:{}", problem.path, problem.line)).collect(),
        )
    }

    const HUGO: (&str, &[u8]) = ("hugo.toml", b"baseURL = 'https://a.example/'\n");
    const ZOLA: (&str, &[u8]) = ("config.toml", b"base_url = 'https://a.example'\n");
    const ELEVENTY: (&str, &[u8]) = (".eleventy.js", b"module.exports = { dir: { input: 'src' } };\n");
    const TOML: &[u8] = b"+++\ntitle = 'X'\n+++\nWords.\n";
    const YAML: &[u8] = b"---\ntitle: X\n---\nWords.\n";

    #[test]
    fn a_broken_file_hides_the_pages_that_inherit_from_it_and_is_reported_once() {
        type File = (&'static str, &'static [u8]);
        let cases: [(&[File], &[&str], &[&str]); 7] = [
            (
                &[
                    HUGO,
                    ("content/s/_index.md", b"+++\ncascade = {draft = true\n+++\n"),
                    ("content/s/x.md", TOML),
                    ("content/s/deep/y.md", TOML),
                    ("content/other.md", TOML),
                ],
                &["other.md"],
                &["s/_index.md:2"],
            ),
            (
                &[
                    HUGO,
                    (
                        "content/s/_index.md",
                        b"+++\n[cascade]\ndraft = true\n[cascade._target]\npath = '/s/['\n+++\n",
                    ),
                    ("content/s/x.md", TOML),
                ],
                &[],
                &["s/_index.md:1"],
            ),
            (
                &[HUGO, ("content/s/_index.md", b"+++\ntitle = '\xff'\n+++\n"), ("content/s/x.md", TOML)],
                &[],
                &["s/_index.md:2"],
            ),
            (
                &[
                    ZOLA,
                    ("content/s/_index.md", b"+++\ndraft = true\ntitle = \n+++\n"),
                    ("content/s/x.md", TOML),
                ],
                &[],
                &["s/_index.md:3"],
            ),
            (
                &[ELEVENTY, ("src/posts/posts.json", b"{\"permalink\": false,"), ("src/posts/x.md", YAML)],
                &[],
                &["posts/posts.json:1"],
            ),
            (
                &[
                    ELEVENTY,
                    ("src/posts/one.11tydata.json", b"{\"permalink\": false,"),
                    ("src/posts/one.md", YAML),
                    ("src/posts/two.md", YAML),
                ],
                &["posts/two.md"],
                &["posts/one.11tydata.json:1"],
            ),
            (
                &[("book.toml", b""), ("src/SUMMARY.md", b"\xff"), ("src/x.md", b"# X\nWords.\n")],
                &[],
                &["SUMMARY.md:1"],
            ),
        ];
        for (files, posts, problems) in cases {
            assert_eq!(
                read(files),
                (
                    posts.iter().map(ToString::to_string).collect(),
                    problems.iter().map(ToString::to_string).collect()
                ),
                "{}",
                files[1].0
            );
        }
    }

    #[test]
    fn drafts_of_sections_stay_hidden() {
        // Line endings as on old Macintoshes, which the front matter of posts may have, too.
        let cascade = b"+++\r[cascade]\rdraft = true\r+++\r";
        assert_eq!(
            read(&[HUGO, ("content/s/_index.md", cascade), ("content/s/x.md", TOML)]),
            (vec![], vec![])
        );
        // Zola skips the whole folder of a section that is a draft, whatever its pages say.
        let (draft, own) = (b"+++\ndraft = true\n+++\n", b"+++\ntitle = 'X'\ndraft = false\n+++\nWords.\n");
        let files: [(&str, &[u8]); 4] =
            [ZOLA, ("content/s/_index.md", draft), ("content/s/x.md", own), ("content/y.md", own)];
        assert_eq!(read(&files), (vec!["y.md".to_owned()], vec![]));
    }

    #[test]
    fn settings_that_nobody_can_read_are_an_error() {
        for (name, text) in [
            ("package.json", "{\"devDependencies\": {\"@11ty/eleventy\": \"^3\"}"),
            ("hugo.toml", "[cascade]\ndraft = true\n[cascade._target]\npath = '['\n"),
            ("_config.yml", "defaults: [{scope: {path: ''}, values: {published: false}"),
        ] {
            let (_dir, site) = site_of(&[(name, text.as_bytes()), ("content/x.md", TOML)]);
            let message = site.unwrap_err().to_string();
            assert!(message.contains(name), "{message}");
        }
    }
}
