//! The dynamic routes of `src/pages` that serve the entries of collections: `blog/[...slug].astro`.

use std::path::Path;

use super::super::script::ParsedScript;
use crate::content::generator::site_files;

/// Parameters of routes that serve lists rather than entries.
const LIST_PARAMETERS: [&str; 9] =
    ["page", "tag", "tags", "category", "categories", "author", "topic", "series", "year"];

/// A dynamic route: a path with parameters.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AstroRoute {
    segments: Vec<RouteSegment>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
enum RouteSegment {
    Literal(String),
    Parameter(String),
}

/// A file that serves a dynamic route, with its code.
pub(super) struct RouteFile {
    pub(super) route: AstroRoute,
    code: ParsedScript,
}

/// Returns the routes in a folder of pages that serve entries.
pub(super) fn find_routes(pages: &Path) -> Vec<RouteFile> {
    let files = site_files::files_below(pages, &[".astro", ".tsx", ".jsx", ".svelte", ".vue"]);
    let entries = files.into_iter().filter_map(|(path, text)| {
        let route = AstroRoute::parse(&path)?;
        // The code is between two lines `---`; HTML follows.
        let code = text
            .trim_start()
            .strip_prefix("---")
            .and_then(|text| text.split_once("\n---"))
            .map_or("", |(code, _)| code);
        let code = ParsedScript::parse(code);
        (!code.mentions("paginate")).then_some(RouteFile { route, code })
    });
    entries.collect()
}

impl RouteFile {
    /// Returns whether the code queries the entries of a collection.
    pub(super) fn queries(&self, collection: &str) -> bool {
        self.code.calls_with("getCollection", collection) || self.code.calls_with("getEntry", collection)
    }

    /// Returns whether a folder of the route has this name.
    pub(super) fn has_folder(&self, name: &str) -> bool {
        self.route.segments.iter().any(|segment| *segment == RouteSegment::Literal(name.to_owned()))
    }
}

impl AstroRoute {
    /// Returns the route of Starlight's documents, which are served at the root.
    pub(super) fn of_starlight() -> Self {
        Self { segments: vec![RouteSegment::Parameter("slug".to_owned())] }
    }

    /// Parses the path of a file in the folder of pages. Returns `None` unless the last parameter is that of
    /// an entry.
    fn parse(path: &str) -> Option<Self> {
        let stem = path.rsplit_once('.')?.0;
        let stem = stem.strip_suffix("/index").unwrap_or(stem);
        let segments: Vec<RouteSegment> = stem.split('/').map(RouteSegment::parse).collect();
        let is_entry = segments.iter().rev().find_map(|segment| match segment {
            RouteSegment::Parameter(name) => Some(!LIST_PARAMETERS.contains(&name.as_str())),
            RouteSegment::Literal(_) => None,
        });
        is_entry.unwrap_or(false).then_some(Self { segments })
    }

    /// Returns whether the route serves entries at the root.
    pub(super) fn is_root(&self) -> bool {
        self.segments.len() == 1
    }

    /// Returns the URL path of an entry. Each parameter takes one segment of the entry's id, and the last one
    /// takes the rest.
    pub(super) fn fill(&self, entry: &str, default_locale: &str) -> String {
        let mut left: Vec<&str> = entry.split('/').collect();
        let mut parameters =
            self.segments.iter().filter(|segment| matches!(segment, RouteSegment::Parameter(_))).count();
        let mut path: Vec<String> = Vec::new();
        for segment in &self.segments {
            match segment {
                RouteSegment::Literal(name) => path.push(name.clone()),
                RouteSegment::Parameter(_) if parameters == 1 => path.push(left.join("/")),
                RouteSegment::Parameter(_) => {
                    parameters -= 1;
                    path.push(if left.len() > parameters {
                        left.remove(0).to_owned()
                    } else {
                        default_locale.to_owned()
                    });
                }
            }
        }
        path.join("/")
    }
}

impl RouteSegment {
    fn parse(text: &str) -> Self {
        match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            Some(name) => Self::Parameter(name.trim_start_matches("...").to_owned()),
            None => Self::Literal(text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_routes_of_entries() {
        let cases = [
            ("blog/[...slug].astro", "a/b", Some("blog/a/b")),
            ("posts/[slug]/index.astro", "a", Some("posts/a")),
            ("[lang]/blog/[...slug].astro", "fr/a/b", Some("fr/blog/a/b")),
            ("[lang]/blog/[...slug].astro", "a", Some("en/blog/a")),
            ("[...id].astro", "a", Some("a")),
            ("blog/[page].astro", "a", None),
            ("tags/[tag].astro", "a", None),
            ("about.astro", "a", None),
        ];
        for (path, entry, expected) in cases {
            assert_eq!(
                AstroRoute::parse(path).map(|route| route.fill(entry, "en")).as_deref(),
                expected,
                "{path}"
            );
        }
    }
}
