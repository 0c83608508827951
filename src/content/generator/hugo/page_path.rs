//! The path of a Hugo page (`CreateTargetPaths` in Hugo's `resources/page/page_paths.go`).

use super::languages::LocatedFile;
use super::permalink::PermalinkValues;
use super::rules::HugoRules;
use super::sanitize::Sanitizer;
use super::sections::Sections;
use super::url_rules::PageKind;
use crate::content::generator::file_name::split_date;
use crate::content::generator::page::{PageSource, encode_path};
use crate::content::generator::pattern::normalize_slashes;
use crate::content::source_id::folder_and_stem;

impl HugoRules {
    /// Returns the kind of a page.
    pub(super) fn kind(&self, located: &LocatedFile<'_>) -> PageKind {
        match folder_and_stem(&located.path) {
            (folder, "_index") => self.urls(located.language).kind_of_folder(folder),
            _ => PageKind::Page,
        }
    }

    /// Returns the root-relative path of a page, percent-encoded.
    pub(super) fn path(&self, file: &PageSource<'_>, located: &LocatedFile<'_>) -> String {
        let urls = self.urls(located.language);
        let sanitizer = Sanitizer::new(urls);
        let kind = self.kind(located);
        let (own_folder, stem) = folder_and_stem(&located.path);
        let is_bundle = matches!(stem, "_index" | "index");
        let (above, name) = if is_bundle {
            own_folder.rsplit_once('/').unwrap_or(("", own_folder))
        } else {
            (own_folder, stem)
        };
        let slug = file.data.text("slug").or_else(|| self.slug_of_name(name));
        let title = file.data.text("title").unwrap_or_default();
        let sections = Sections::new(&self.languages, located.language, file.inventory);
        let is_branch = kind != PageKind::Page;
        let values = PermalinkValues {
            date: file.date,
            title: &title,
            slug: slug.as_deref(),
            name,
            is_branch,
            folder: if is_branch { own_folder } else { above },
            sections,
            sanitizer,
        };
        let prefix = self.languages.prefix(located.language);
        if let Some(url) = file.data.text("url").filter(|_| kind != PageKind::Home) {
            let url = if url.contains(':') { values.fill(&url) } else { url };
            return encode_path(&path_of_url(&url, &prefix));
        }
        let page_path = if is_bundle { own_folder.to_owned() } else { format!("{own_folder}/{stem}") };
        let language = located.language.map_or("", |language| language.code.as_str());
        let path = if let Some(pattern) = urls.pattern(kind, page_path.trim_start_matches('/'), language) {
            sanitizer.path(&without_dots(&values.fill(pattern)))
        } else {
            let last = slug.as_deref().map_or_else(|| sanitizer.normalized(name), str::to_owned);
            // A page with the name of the output file is in its folder.
            let last = if last == "index" && !is_bundle { "" } else { &last };
            let folder = sanitizer.normalized(&sections.with_slugs(above));
            format!("{}/{}", sanitizer.path(&folder), sanitizer.path(last))
        };
        let path = normalize_slashes(&format!("{prefix}/{path}"));
        let ending = self.ending(located, kind);
        encode_path(&normalize_slashes(&format!("{}{ending}", path.trim_end_matches('/'))))
    }

    /// Returns the end of a page's path, by `uglyURLs`.
    fn ending(&self, located: &LocatedFile<'_>, kind: PageKind) -> &'static str {
        let section = located.path.split_once('/').map_or("", |(section, _)| section);
        match kind {
            PageKind::Home => "/",
            _ if !self.urls(located.language).ugly_urls.apply_to(section) => "/",
            PageKind::Page | PageKind::Term => ".html",
            PageKind::Section | PageKind::Taxonomy => "/index.html",
        }
    }

    /// Returns the part of a file's name that follows its date, if the settings take dates from names.
    fn slug_of_name(&self, name: &str) -> Option<String> {
        let (_, rest) = split_date(name, &['-', '_']).filter(|_| self.date_keys.uses_file_name())?;
        Some(rest.to_owned())
    }
}

/// Returns the path of a URL in the front matter: a folder unless it has a dot and no slash at its end. Only one without a
/// slash at its start is below the language's prefix.
fn path_of_url(url: &str, prefix: &str) -> String {
    let prefix = if url.starts_with('/') { "" } else { prefix };
    let url = if url.contains("..") { without_dots(url) + trailing_slash(url) } else { url.to_owned() };
    let is_file = url.contains('.') && !url.ends_with('/');
    let path = normalize_slashes(&format!("{prefix}/{url}{}", if is_file { "" } else { "/" }));
    path.strip_suffix("index.html").filter(|path| path.ends_with('/')).map_or(path.clone(), str::to_owned)
}

fn trailing_slash(url: &str) -> &str {
    if url.ends_with('/') { "/" } else { "" }
}

/// Returns a path without `.` and `..`, as Go's `path.Clean` does.
fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
