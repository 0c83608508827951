//! The dynamic routes of `src/pages` that serve the entries of collections: `blog/[...slug].astro`.

use regex::Regex;

use super::query::{CollectionQueries, ProjectCode, code_of};
use crate::content::script::expression::{Evaluation, Expression, ScriptCode, ScriptValue};

/// Parameters of routes that serve lists rather than entries.
const LIST_PARAMETERS: [&str; 9] =
    ["page", "tag", "tags", "category", "categories", "author", "topic", "series", "year"];
/// Offsets of time zones, in hours, between which all zones are.
const FARTHEST_ZONES: [i8; 2] = [-12, 14];

/// A dynamic route: a path with parameters.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct AstroRoute {
    segments: Vec<Vec<RoutePart>>,
    /// The values of parameters, as `getStaticPaths` makes them of an entry.
    params: Vec<(String, Expression)>,
    /// Expressions by name, in the code of the route.
    names: Vec<(String, Expression)>,
    /// Conditions that entries of this route meet.
    filters: Vec<Expression>,
    /// Front matter key of the title, if the page shows another one than `title`.
    pub title_key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
enum RoutePart {
    Literal(String),
    Parameter(String),
}

/// The path of an entry by its route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RoutePath {
    /// The path, as the code makes it.
    Known(String),
    /// A path that depends on the time zone of the build; UTC is assumed.
    InUtc(String),
    /// The code is not understood.
    Unknown,
}

/// A file that serves a dynamic route, with the collections that it queries.
pub(super) struct RouteFile {
    pub(super) route: AstroRoute,
    pub(super) queries: CollectionQueries,
    /// Whether the file shows the text of entries.
    pub(super) has_content: bool,
}

/// Returns the routes of a project that serve entries.
pub(super) fn find_routes(project: &ProjectCode) -> Vec<RouteFile> {
    let files = project.pages.iter();
    files.filter_map(|(path, text)| RouteFile::read(project, &format!("pages/{path}"), path, text)).collect()
}

impl RouteFile {
    /// Reads a route. Returns `None` for one that serves no entries: without parameters, or a list.
    fn read(project: &ProjectCode, file_path: &str, path: &str, text: &str) -> Option<Self> {
        let mut route = AstroRoute::parse(path)?;
        let file = ScriptCode::parse(code_of(path, text));
        let scope = file.function("getStaticPaths");
        if file.mentions("paginate") {
            return None;
        }
        let scope = scope.unwrap_or_else(|| file.clone());
        route.read_params(&file, &scope);
        let has_content = text.contains("<Content") || file.mentions("render") || text.contains(".body");
        let is_by_id = route.params.iter().any(|(_, value)| {
            value.has(&|part| matches!(part, Expression::Member(_, name) if name == "id" || name == "slug"))
        });
        if route.is_list() && !(has_content && is_by_id) {
            return None;
        }
        let mut queries = project.queries(file_path, &file, &scope);
        let arguments = scope.calls("filter");
        let callbacks: Vec<&Expression> =
            arguments.iter().filter_map(|arguments| arguments.first()).collect();
        let named: Vec<&str> = callbacks
            .iter()
            .filter_map(|callback| match callback {
                Expression::Name(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        queries.filters.extend(project.functions(file_path, &file, &named));
        queries.filters.extend(
            callbacks.into_iter().filter(|callback| matches!(callback, Expression::Function(..))).cloned(),
        );
        // A condition on other lists than that of the entries has no data.
        queries.filters.retain(|filter| filter.has(&|part| matches!(part, Expression::Member(_, name) if name == "data" || name == "id" || name == "slug")));
        route.filters = std::mem::take(&mut queries.filters);
        route.title_key = title_key(text);
        Some(Self { route, queries, has_content })
    }

    /// Returns whether a folder of the route has this name.
    pub(super) fn has_folder(&self, name: &str) -> bool {
        self.route.segments.iter().any(|segment| *segment == [RoutePart::Literal(name.to_owned())])
    }
}

/// Returns the front matter key of the heading of a page, else that of its title, if it is not `title`.
fn title_key(text: &str) -> Option<String> {
    let patterns = [
        r"<h1[^>]*>\s*\{\s*[A-Za-z_$][\w$.?!]*\bdata\.(\w+)\s*\}",
        r"\b(?:title|heading|text)=\{\s*[A-Za-z_$][\w$.?!]*\bdata\.(\w+)\s*\}",
    ];
    let find = |pattern: &&str| {
        let captures = Regex::new(pattern).ok()?.captures(text)?;
        captures.get(1).map(|key| key.as_str().to_owned())
    };
    patterns.iter().find_map(find).filter(|key| key != "title")
}

impl AstroRoute {
    /// Returns the route of Starlight's documents, which are served at the root.
    pub(super) fn of_starlight() -> Self {
        Self { segments: vec![vec![RoutePart::Parameter("slug".to_owned())]], ..Self::default() }
    }

    /// Parses the path of a file in the folder of pages. Returns `None` without parameters.
    fn parse(path: &str) -> Option<Self> {
        let stem = path.rsplit_once('.')?.0;
        let stem = stem.strip_suffix("/index").unwrap_or(stem);
        let segments: Vec<Vec<RoutePart>> = stem.split('/').map(route_parts).collect();
        let is_dynamic = segments.iter().flatten().any(|part| matches!(part, RoutePart::Parameter(_)));
        is_dynamic.then_some(Self { segments, ..Self::default() })
    }

    /// Returns whether the last parameter is that of a list.
    fn is_list(&self) -> bool {
        let last = self.parameters().last();
        last.is_some_and(|name| LIST_PARAMETERS.contains(&name))
    }

    fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().flatten().filter_map(|part| match part {
            RoutePart::Parameter(name) => Some(name.as_str()),
            RoutePart::Literal(_) => None,
        })
    }

    /// Reads the values of the parameters in the code of `getStaticPaths`.
    fn read_params(&mut self, file: &ScriptCode, scope: &ScriptCode) {
        self.names = scope.bindings();
        for (name, value) in file.bindings() {
            if !self.names.iter().any(|(own, _)| *own == name) && value != Expression::Subject {
                self.names.push((name, value));
            }
        }
        let objects = scope.properties("params").into_iter().filter_map(|params| match params {
            Expression::Object(entries) => Some(entries),
            _ => None,
        });
        let is_complete = |entries: &Vec<(String, Expression)>| {
            self.parameters().all(|name| entries.iter().any(|(own, _)| own == name))
        };
        self.params = objects.into_iter().find(is_complete).unwrap_or_default();
    }

    /// Returns whether code gives the parameters values other than whole ids.
    pub(super) fn is_computed(&self) -> bool {
        !self.params.is_empty()
    }

    /// Returns whether the route serves entries at the root.
    pub(super) fn is_root(&self) -> bool {
        self.segments.len() == 1
    }

    /// Returns whether an entry meets the conditions of the route; a condition that is not understood counts as met.
    pub(super) fn accepts(&self, entry: &ScriptValue) -> bool {
        let evaluation = || Evaluation::new(entry, &self.names, 0);
        self.filters.iter().all(|filter| evaluation().value(filter).is_none_or(|met| met.is_true()))
    }

    /// Returns whether entries are compared with the current time.
    pub(super) fn hides_future(&self) -> bool {
        let is_now = |part: &Expression| match part {
            Expression::New(class, arguments) => class == "Date" && arguments.is_empty(),
            Expression::Call(function, _) => matches!(&**function, Expression::Member(of, name)
                if name == "now" && matches!(&**of, Expression::Name(class) if class == "Date")),
            _ => false,
        };
        self.filters.iter().any(|filter| filter.has(&is_now))
    }

    /// Returns the URL path of an entry, as the code makes it.
    pub(super) fn path(&self, entry: &ScriptValue) -> RoutePath {
        let Some(path) = self.path_in(entry, 0) else { return RoutePath::Unknown };
        let is_sure = FARTHEST_ZONES.iter().all(|zone| self.path_in(entry, *zone).as_ref() == Some(&path));
        if is_sure { RoutePath::Known(path) } else { RoutePath::InUtc(path) }
    }

    fn path_in(&self, entry: &ScriptValue, zone: i8) -> Option<String> {
        let mut path = Vec::new();
        for segment in &self.segments {
            let mut written = String::new();
            for part in segment {
                match part {
                    RoutePart::Literal(text) => written.push_str(text),
                    RoutePart::Parameter(name) => {
                        let (_, value) = self.params.iter().find(|(own, _)| own == name)?;
                        match Evaluation::new(entry, &self.names, zone).value(value)? {
                            ScriptValue::Undefined => {}
                            value => written.push_str(&value.text()?),
                        }
                    }
                }
            }
            path.push(written);
        }
        path.retain(|part| !part.is_empty());
        Some(path.join("/"))
    }

    /// Returns a guess of the URL path of an entry. Each parameter takes one segment of the entry's id, and the last one
    /// takes the rest.
    pub(super) fn fill(&self, entry: &str, default_locale: &str) -> String {
        let mut left: Vec<&str> = entry.split('/').collect();
        let mut parameters = self.parameters().count();
        let mut path: Vec<String> = Vec::new();
        for segment in &self.segments {
            let mut written = String::new();
            for part in segment {
                match part {
                    RoutePart::Literal(name) => written.push_str(name),
                    RoutePart::Parameter(_) if parameters == 1 => written.push_str(&left.join("/")),
                    RoutePart::Parameter(_) => {
                        parameters -= 1;
                        written.push_str(if left.len() > parameters {
                            left.remove(0)
                        } else {
                            default_locale
                        });
                    }
                }
            }
            path.push(written);
        }
        path.join("/")
    }
}

/// Splits a segment into literals and parameters: `[lang]-[...slug]`.
fn route_parts(segment: &str) -> Vec<RoutePart> {
    let mut parts = Vec::new();
    let mut rest = segment;
    while let Some((before, (name, after))) =
        rest.split_once('[').and_then(|(before, inner)| Some((before, inner.split_once(']')?)))
    {
        if !before.is_empty() {
            parts.push(RoutePart::Literal(before.to_owned()));
        }
        parts.push(RoutePart::Parameter(name.trim_start_matches("...").to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(RoutePart::Literal(rest.to_owned()));
    }
    parts
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
            ("p-[id].astro", "a", Some("p-a")),
            ("about.astro", "a", None),
        ];
        for (path, entry, expected) in cases {
            assert_eq!(
                AstroRoute::parse(path).map(|route| route.fill(entry, "en")).as_deref(),
                expected,
                "{path}"
            );
        }
        for (path, expected) in
            [("blog/[page].astro", true), ("[lang]/tags/[tag].astro", true), ("[tag]/[id].astro", false)]
        {
            assert_eq!(AstroRoute::parse(path).map(|route| route.is_list()), Some(expected), "{path}");
        }
    }

    #[test]
    fn finds_the_key_of_a_title() {
        let cases = [
            ("<Layout title={post.data.title}><h1>{post.data.name}</h1>", Some("name")),
            ("<Head title={entry.data.label} />", Some("label")),
            ("<h1 class='x'>{post.data.title}</h1><Head title={entry.data.label} />", None),
            ("<h1>{title}</h1>", None),
        ];
        for (text, expected) in cases {
            assert_eq!(title_key(text).as_deref(), expected, "{text}");
        }
    }
}
