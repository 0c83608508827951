//! The parameters of each route.

use std::sync::LazyLock;

use super::{Parameter, ParameterKind};
use crate::config::limits;
use crate::query::{FacetField, GROUPINGS, HIT_FIELDS, SORTS};

/// The parameters of a route, built on first use.
type ParameterTable = LazyLock<Vec<Parameter>>;

/// The parameters of `/api/v1/search`.
pub(in crate::http) static SEARCH: ParameterTable = LazyLock::new(|| {
    let mut parameters = vec![query()];
    parameters.extend(filters());
    parameters.extend([
        optional(
            "page",
            number(1..=limits::MAX_HIT_RANK, 1),
            &format!("Page of results. `page` × `limit` is at most {}: later results cannot be read.", limits::MAX_HIT_RANK),
            "2",
        ),
        optional("limit", number(1..=limits::MAX_LIMIT, limits::DEFAULT_LIMIT), "Results per page.", "20"),
        optional("sort", choice(&SORTS), "Order of the results.", "newest"),
        optional(
            "facets",
            ParameterKind::List(facet_names()),
            &format!(
                "Fields whose values are counted, up to {} values each. A facet ignores the parameter that filters by \
                 its field.",
                limits::MAX_FACET_VALUES
            ),
            "category,year",
        ),
        optional(
            "fields",
            ParameterKind::List(HIT_FIELDS.to_vec()),
            "Fields of the results; all if it is empty.",
            "url,title,snippet",
        ),
        grouping(),
        optional(
            "fragments",
            number(1..=limits::MAX_FRAGMENTS, 1),
            "Text fragments per result, the snippet included.",
            "2",
        ),
        optional("sections", number(0..=limits::MAX_SECTIONS, 0), "Further matching sections per result.", "2"),
        optional(
            "explain",
            ParameterKind::Switch,
            &format!("Whether to explain the scores of the first {} results of the page.", limits::MAX_EXPLAINED),
            "1",
        ),
        typos(),
    ]);
    parameters
});

/// The parameters of `/api/v1/facets`.
pub(in crate::http) static FACETS: ParameterTable = LazyLock::new(|| {
    let field = optional(
        "field",
        ParameterKind::Choice(facet_names()),
        "Field whose values are counted. A filter on the same field does not apply.",
        "tag",
    );
    let mut parameters = vec![
        Parameter { is_required: true, ..field },
        optional(
            "prefix",
            ParameterKind::Text,
            "Beginning of a word of the values, in any case and with or without diacritics.",
            "kub",
        ),
        optional(
            "limit",
            number(1..=limits::MAX_FACET_VALUES, limits::DEFAULT_LIMIT),
            "Values per response.",
            "20",
        ),
        query(),
    ];
    parameters.extend(filters());
    parameters.extend([grouping(), typos()]);
    parameters
});

/// The parameters of `/api/v1/suggest`.
pub(in crate::http) static SUGGEST: ParameterTable = LazyLock::new(|| {
    let typed = "Text typed so far; a space at its end marks the last word as complete.";
    let limit = number(1..=limits::MAX_SUGGESTIONS, limits::MAX_SUGGESTIONS);
    vec![
        optional("q", ParameterKind::Text, typed, "cache h"),
        optional("limit", limit, "Maximum number of suggestions.", "5"),
    ]
});

/// The parameters of `/api/v1/related`.
pub(in crate::http) static RELATED: ParameterTable = LazyLock::new(|| {
    let limit = number(1..=limits::MAX_RELATED, limits::DEFAULT_RELATED);
    vec![id(), optional("limit", limit, "Maximum number of related posts.", "3")]
});

/// The parameters of `/api/v1/posts`.
pub(in crate::http) static POSTS: ParameterTable = LazyLock::new(|| vec![id()]);

fn optional(name: &'static str, kind: ParameterKind, description: &str, example: &'static str) -> Parameter {
    Parameter { name, kind, description: description.to_owned(), example, is_required: false }
}

fn number(allowed: std::ops::RangeInclusive<usize>, default: usize) -> ParameterKind {
    ParameterKind::Number { allowed, default: Some(default) }
}

fn choice<T>(choices: &[(&'static str, T)]) -> ParameterKind {
    ParameterKind::Choice(choices.iter().map(|(name, _)| *name).collect())
}

fn facet_names() -> Vec<&'static str> {
    FacetField::ALL.map(FacetField::name).to_vec()
}

fn id() -> Parameter {
    let description = "Path of the post's source file below the content folder, as in search results.";
    let id = optional("id", ParameterKind::NonBlank, description, "search/bm25-without-fear/_index.md");
    Parameter { is_required: true, ..id }
}

/// The parameters of `/api/v1/admin/reindex`.
pub(in crate::http) static REINDEX: ParameterTable = LazyLock::new(|| {
    let description =
        "Whether to build a new generation of the index instead of comparing the content with it.";
    vec![optional("rebuild", ParameterKind::Switch, description, "1")]
});

fn query() -> Parameter {
    let description = format!(
        "Query in the query language; every text is valid. An empty query finds all posts, newest first. What exceeds \
         {} bytes or {} words is ignored with a warning.",
        limits::MAX_QUERY_BYTES,
        limits::MAX_QUERY_WORDS
    );
    optional("q", ParameterKind::Text, &description, "hot oven")
}

fn grouping() -> Parameter {
    let description = "`translations` makes all translations and near-copies of a post one result.";
    optional("group", choice(&GROUPINGS), description, "translations")
}

fn typos() -> Parameter {
    let allowed = 0..=usize::from(limits::MAX_TYPOS);
    let description = "Maximum number of typos per word; by default it depends on the length of the word.";
    optional("typos", ParameterKind::Number { allowed, default: None }, description, "0")
}

/// Returns the parameters that restrict the results.
fn filters() -> [Parameter; 8] {
    let text = |name, description, example| optional(name, ParameterKind::Text, description, example);
    [
        text("category", "Only posts in this category, by name or folder.", "hosting"),
        text("tag", "Only posts with this tag.", "rust"),
        text("author", "Only posts by this author.", "Ann Lee"),
        text("series", "Only posts in this series.", "Ranking"),
        optional(
            "lang",
            ParameterKind::Language,
            "Only posts in this language, regional variants included; if there are none, posts in the more general language. With \
             `group=translations`, the language of the version that is returned.",
            "pt-BR",
        ),
        optional("year", ParameterKind::Year, "Only posts dated in this year.", "2024"),
        optional("after", ParameterKind::Date, "Only posts dated at this time or later.", "2024-06"),
        optional("before", ParameterKind::Date, "Only posts dated before this time.", "2024-06-30T12:00:00Z"),
    ]
}
