//! The routes of `src/pages` that serve the entries of collections: `blog/[...slug].astro`.

use std::path::Path;

use super::super::project;
use super::super::script::Script;

/// Parameters of routes to lists.
const LIST_PARAMETERS: [&str; 9] =
    ["page", "tag", "tags", "category", "categories", "author", "topic", "series", "year"];

/// A path with parameters in it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Route {
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
enum Segment {
    Literal(String),
    Parameter(String),
}

/// A route, and what its program asks for.
pub(super) struct Served {
    pub(super) route: Route,
    program: Script,
}

/// The routes in a folder of pages that lead to entries.
pub(super) fn all(pages: &Path) -> Vec<Served> {
    let files = project::files_below(pages, &[".astro", ".tsx", ".jsx", ".svelte", ".vue"]);
    let entries = files.into_iter().filter_map(|(path, text)| {
        let route = Route::read(&path)?;
        // Between the lines `---` is the program; what follows is HTML.
        let program = text
            .trim_start()
            .strip_prefix("---")
            .and_then(|text| text.split_once("\n---"))
            .map_or("", |(program, _)| program);
        let program = Script::parse(program);
        (!program.mentions("paginate")).then_some(Served { route, program })
    });
    entries.collect()
}

impl Served {
    /// Whether the program asks for the entries of a collection.
    pub(super) fn asks_for(&self, collection: &str) -> bool {
        self.program.calls_with("getCollection", collection)
            || self.program.calls_with("getEntry", collection)
    }

    /// Whether a folder of the route has this name.
    pub(super) fn has_folder(&self, name: &str) -> bool {
        self.route.segments.iter().any(|segment| *segment == Segment::Literal(name.to_owned()))
    }
}

impl Route {
    /// The route of Starlight's documents: all at the root.
    pub(super) fn of_starlight() -> Self {
        Self { segments: vec![Segment::Parameter("slug".to_owned())] }
    }

    /// The route of a file in the folder of pages; `None` without a parameter for an entry at its end.
    fn read(path: &str) -> Option<Self> {
        let stem = path.rsplit_once('.')?.0;
        let stem = stem.strip_suffix("/index").unwrap_or(stem);
        let segments: Vec<Segment> = stem.split('/').map(Segment::read).collect();
        let is_entry = segments.iter().rev().find_map(|segment| match segment {
            Segment::Parameter(name) => Some(!LIST_PARAMETERS.contains(&name.as_str())),
            Segment::Literal(_) => None,
        });
        is_entry.unwrap_or(false).then_some(Self { segments })
    }

    /// Whether entries are served at the root.
    pub(super) fn is_root(&self) -> bool {
        self.segments.len() == 1
    }

    /// The path of an entry: each parameter is a part of its id, the last one all that is left.
    pub(super) fn fill(&self, entry: &str, default_locale: &str) -> String {
        let mut left: Vec<&str> = entry.split('/').collect();
        let mut parameters =
            self.segments.iter().filter(|segment| matches!(segment, Segment::Parameter(_))).count();
        let mut path: Vec<String> = Vec::new();
        for segment in &self.segments {
            match segment {
                Segment::Literal(name) => path.push(name.clone()),
                Segment::Parameter(_) if parameters == 1 => path.push(left.join("/")),
                Segment::Parameter(_) => {
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

impl Segment {
    fn read(text: &str) -> Self {
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
    fn routes_of_entries_are_filled() {
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
            assert_eq!(Route::read(path).map(|route| route.fill(entry, "en")).as_deref(), expected, "{path}");
        }
    }
}
