//! The routes of `src/pages` that serve the entries of collections: `blog/[...slug].astro`.

use std::path::Path;

use super::super::project;
use super::super::script::Script;
use super::Collection;

/// Parameters of routes to lists.
const LIST_PARAMETERS: [&str; 9] =
    ["page", "tag", "tags", "category", "categories", "author", "topic", "series", "year"];

/// A path with parameters in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Parameter(String),
}

/// A route, and what its program asks for.
pub(super) struct Served {
    route: Route,
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

/// Gives each collection its route: one whose program asks for it, one in a folder of its name, or the
/// only one there is.
pub(super) fn assign(collections: &mut [Collection], routes: &[Served], is_starlight: bool) {
    let is_alone = collections.len() == 1 && routes.len() == 1;
    for collection in collections {
        let name = collection.name.as_str();
        let asks = |served: &&Served| {
            let program = &served.program;
            program.calls_with("getCollection", name) || program.calls_with("getEntry", name)
        };
        let named = |served: &&Served| {
            served.route.segments.iter().any(|segment| *segment == Segment::Literal(name.to_owned()))
        };
        let found = routes.iter().find(asks).or_else(|| routes.iter().find(named));
        let found = found.or_else(|| routes.first().filter(|_| is_alone));
        collection.route = match found {
            Some(served) => Some(served.route.clone()),
            None => (is_starlight && name == "docs")
                .then(|| Route { segments: vec![Segment::Parameter("slug".to_owned())] }),
        };
    }
}

impl Route {
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
