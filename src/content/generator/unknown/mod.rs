//! Sites of an unknown generator: the tree of files is all there is to go by.
//!
//! A page has the path of its file, with its folders and letter case. `index` and `README` are the pages of their folders
//! and, other than in Hugo, do not turn the files beside them into resources. All URLs are therefore guesses, except those
//! that the front matter states.

mod content_folder;
mod publication;

use self::content_folder::{EXTENSIONS, RepositoryFiles};
use super::page::{GeneratedPage, PageOutcome, PageSource, encode_path};
use super::pattern::normalize_slashes;
use super::settings::{GeneratorSettings, SiteDefaults};
use super::site_files;
use crate::content::cascade::CascadeTarget;
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::front_matter::FrontMatterSyntax;
use crate::content::inventory::Inventory;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::folder_and_stem;

/// Why the URLs of these sites are guesses.
const GUESSED: &str = "the site's generator is unknown";

/// The rules for sites of an unknown generator.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct UnknownRules {
    /// The files of the repository that are not content, if the content is in its root.
    pub repository: RepositoryFiles,
    /// How the metadata between lines of dashes is read.
    pub front_matter: FrontMatterSyntax,
    /// Front matter keys of dates.
    pub date_keys: DateKeys,
}

impl Default for UnknownRules {
    fn default() -> Self {
        let mut date_keys = DateKeys::common();
        let append =
            |keys: &mut Vec<String>, more: &[&str]| keys.extend(more.iter().map(|key| (*key).to_owned()));
        append(&mut date_keys.date, &[":filename", "lastmod", "modified"]);
        append(&mut date_keys.publish, &["pubDate", "publishedAt"]);
        append(&mut date_keys.expiry, &["unpublishDate"]);
        Self { repository: RepositoryFiles::Content, front_matter: FrontMatterSyntax::YamlOrLines, date_keys }
    }
}

/// Returns the rules and the site's defaults, for a site without settings of a known generator.
#[must_use]
pub(super) fn read_settings(settings: &GeneratorSettings) -> (UnknownRules, SiteDefaults) {
    let site_dir = &settings.site_dir;
    let is_pelican = site_files::is_file(&site_dir.join("pelicanconf.py"));
    let defaults = SiteDefaults {
        content_folders: content_folder::candidates(site_dir),
        note: Some(
            "unknown generator: URLs are guessed from the paths of files; set `generator` in bloghound.toml to name it"
                .to_owned(),
        ),
        ..SiteDefaults::default()
    };
    let front_matter = if is_pelican { FrontMatterSyntax::Lines } else { FrontMatterSyntax::YamlOrLines };
    (UnknownRules { front_matter, ..UnknownRules::default() }, defaults)
}

impl UnknownRules {
    /// Sets whether the content is in the root of the site, where a repository has other Markdown files, too.
    pub(crate) fn set_content_at_root(&mut self, is_at_root: bool) {
        self.repository = if is_at_root { RepositoryFiles::NoContent } else { RepositoryFiles::Content };
    }

    /// Returns whether a folder may contain posts.
    pub(super) fn may_contain_sources(&self, folder: &str) -> bool {
        self.repository == RepositoryFiles::Content || !content_folder::is_of_repository(folder)
    }

    /// Returns whether the file's path says that it is no page: a file of the repository such as `LICENSE.md`, or a part
    /// of other pages, whose name or folder begins with `_`.
    pub(super) fn excludes(&self, id: &str) -> bool {
        let is_of_repository =
            || self.repository == RepositoryFiles::NoContent && content_folder::is_document_of_repository(id);
        publication::is_partial(id) || is_of_repository()
    }

    /// Returns whether the front matter marks the post as unpublished.
    pub(super) fn is_draft(data: &Data) -> bool {
        publication::is_draft(data)
    }

    /// Adds the values that `_index` files give to the pages in and below their folders.
    pub(super) fn inherit(id: &str, own: &mut Data, inventory: &Inventory) {
        let kind = match folder_and_stem(id) {
            ("", "_index") => "home",
            (_, "_index") => "section",
            _ => "page",
        };
        let page = CascadeTarget { path: id, kind, lang: "" };
        for (_, cascade) in inventory.cascades_for(id).filter(|(_, cascade)| cascade.applies_to(&page)) {
            own.fill_from(&cascade.values);
        }
    }

    pub(super) fn resolve_page(file: &PageSource<'_>) -> PageOutcome {
        let (folder, stem) = folder_and_stem(file.id);
        let is_list = file.inventory.is_list(file.id) && (folder.is_empty() || !file.has_body);
        if is_list {
            return PageOutcome::Skipped(SkipReason::List);
        }
        if publication::is_not_rendered(file.data) {
            return PageOutcome::Skipped(SkipReason::NotAPage);
        }
        if publication::is_unlisted(file.data) {
            return PageOutcome::Skipped(SkipReason::Unlisted);
        }
        let stated = stated_path(file.data);
        PageOutcome::Page(GeneratedPage {
            guessed: stated.is_none().then(|| GUESSED.to_owned()),
            path: stated.unwrap_or_else(|| path_of_file(file, folder, stem)),
            is_draft: publication::is_among_drafts(file.id),
            categories: file.inventory.category(file.id, "", "").into_iter().collect(),
            ..GeneratedPage::default()
        })
    }
}

/// Returns the path that the front matter states: `permalink`, `url` or `path` from the root, without placeholders.
fn stated_path(data: &Data) -> Option<String> {
    let is_literal = |path: &String| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains(['{', '}', '<', '>'])
            && !path.contains("/:")
    };
    let text = |key: &str| data.text(key).filter(is_literal);
    let path = text("permalink").map(|path| path.strip_suffix("index.html").unwrap_or(&path).to_owned());
    let path = path.or_else(|| ["url", "path"].iter().find_map(|key| text(key)).map(with_final_slash))?;
    Some(encode_path(&normalize_slashes(&path)))
}

/// Returns the path with a slash at its end, unless it is that of a file.
fn with_final_slash(path: String) -> String {
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file { path } else { format!("{path}/") }
}

/// Returns the path of the file, with `slug` instead of its name if the front matter has one.
fn path_of_file(file: &PageSource<'_>, folder: &str, stem: &str) -> String {
    let (above, name) = if is_page_of_folder(file, folder, stem) {
        folder.rsplit_once('/').unwrap_or(("", folder))
    } else {
        (folder, stem)
    };
    let path = match file.data.text("slug") {
        Some(slug) if slug.starts_with('/') => slug,
        Some(slug) if !name.is_empty() => format!("{}/{slug}", literal(above)),
        _ => format!("{}/{}", literal(above), literal(name)),
    };
    encode_path(&normalize_slashes(&format!("/{path}/")))
}

/// Returns the name of a file or folder with its percent signs encoded, which are no encoding.
fn literal(name: &str) -> String {
    name.replace('%', "%25")
}

/// Returns whether the file is the page of its folder: `index`, `_index`, or `README` in a folder without these.
fn is_page_of_folder(file: &PageSource<'_>, folder: &str, stem: &str) -> bool {
    match stem.to_ascii_lowercase().as_str() {
        "index" | "_index" => true,
        "readme" => !["index", "_index"].iter().any(|name| {
            let name = if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
            EXTENSIONS.iter().any(|extension| file.inventory.contains(&format!("{name}.{extension}")))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;
    use crate::content::generator::Generator;

    /// The pages of a site with these files: their paths, or the reasons why they are none.
    fn pages(files: &[(&str, &str)]) -> Vec<String> {
        let generator = Generator::default();
        let mut inventory = Inventory::default();
        for (id, yaml) in files {
            let text = format!("---\n{yaml}\n---\n");
            generator.add_to_inventory(&mut inventory, id, || Some(text)).unwrap();
        }
        let resolve = |(id, yaml): &(&str, &str)| {
            let (yaml, has_body) = yaml.strip_suffix("# body").map_or((*yaml, false), |yaml| (yaml, true));
            let data = Data::parse(yaml, DataFormat::Yaml).unwrap();
            let data = generator.inherit(id, data, "", &inventory);
            let file = PageSource { has_body, ..PageSource::complete(id, &data, &inventory) };
            match UnknownRules::resolve_page(&file) {
                PageOutcome::Page(page) if page.is_draft => "draft".to_owned(),
                PageOutcome::Page(page) => {
                    format!("{}{}", page.path, if page.guessed.is_some() { "" } else { " stated" })
                }
                PageOutcome::Skipped(reason) => format!("{reason:?}"),
            }
        };
        files.iter().map(resolve).collect()
    }

    #[test]
    fn paths_keep_folders_and_letter_case() {
        for (id, yaml, expected) in [
            ("Notes/Old Boats/ROWING.md", "", "/Notes/Old%20Boats/ROWING/"),
            ("Ärger/a#b.md", "", "/%C3%84rger/a%23b/"),
            ("50%.md", "", "/50%25/"),
            ("trips/2023-06-07-Fjord.md", "", "/trips/2023-06-07-Fjord/"),
            ("trips/a.md", "slug: Other", "/trips/Other/"),
            ("trips/a/index.md", "slug: b", "/trips/b/"),
            ("trips/a.md", "slug: /b/c", "/b/c/"),
            ("index.md", "slug: home", "/"),
            ("a.md", "permalink: /x/y", "/x/y stated"),
            ("a.md", "permalink: /x/index.html", "/x/ stated"),
            ("a.md", "permalink: /:year/:title/", "/a/"),
            ("a.md", "permalink: '/{{ slug }}/'", "/a/"),
            ("a.md", "url: https://example.org/x", "/a/"),
            ("a.md", "url: /X", "/X/ stated"),
            ("a.md", "path: /X/y.html", "/X/y.html stated"),
            ("a.md", "path: images", "/a/"),
            ("drafts/a.md", "", "draft"),
            ("a.md", "permalink: false", "NotAPage"),
            ("a.md", "unlisted: true", "Unlisted"),
        ] {
            assert_eq!(pages(&[(id, yaml)]), [expected], "{id} {yaml}");
        }
    }

    #[test]
    fn an_index_is_the_page_of_its_folder_and_no_bundle() {
        let files = [
            "a/index.md",
            "a/b.md",
            "a/c/README.md",
            "a/c/d.md",
            "e/Readme.md",
            "e/index.mdx",
            "e/f/x.md",
            "README.md",
        ];
        let expected = ["/a/", "/a/b/", "/a/c/", "/a/c/d/", "/e/Readme/", "/e/", "/e/f/x/", "/"];
        assert_eq!(pages(&files.map(|id| (id, ""))), expected);
    }

    #[test]
    fn a_section_is_a_page_if_it_has_text_or_is_alone() {
        let files = [
            ("_index.md", "# body"),
            ("a/_index.md", ""),
            ("a/x.md", ""),
            ("b/_index.md", "# body"),
            ("b/x/_index.md", ""),
        ];
        assert_eq!(pages(&files), ["List", "List", "/a/x/", "/b/", "/b/x/"]);
    }

    #[test]
    fn sections_pass_values_to_their_pages() {
        let files = [
            ("a/_index.md", "cascade: {unlisted: true}"),
            ("a/b/c.md", ""),
            ("a/d.md", "unlisted: false"),
            ("e.md", ""),
        ];
        assert_eq!(pages(&files), ["List", "Unlisted", "/a/d/", "/e/"]);
    }
}
