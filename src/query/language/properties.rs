//! Property tests: invariants of the syntax tree for any text, and parsing as the inverse of rendering.

use proptest::prelude::*;

use jiff::Timestamp;

use super::syntax_tree::{Filter, Literal, Node, SearchField};
use super::*;
use crate::query::date_bound::{DateBound, Year};

/// The deepest possible tree: each group level can add three nodes (an excluded group whose members are
/// joined by `OR`).
pub(super) const MAX_DEPTH: usize = 3 * (limits::MAX_QUERY_DEPTH + 1);

/// Returns the nesting depth of the nodes.
pub(super) fn depth(nodes: &[Node]) -> usize {
    let below = |node: &Node| match node {
        Node::Literal(_) | Node::Filter(_) => 0,
        Node::Not(inner) => depth(std::slice::from_ref(inner.as_ref())),
        Node::All(nodes) | Node::Any(nodes) => depth(nodes),
    };
    nodes.iter().map(|node| 1 + below(node)).max().unwrap_or(0)
}

/// Visits every node, parents before their members.
fn each<'a>(nodes: &'a [Node], visit: &mut impl FnMut(&'a Node)) {
    for node in nodes {
        visit(node);
        match node {
            Node::Literal(_) | Node::Filter(_) => {}
            Node::Not(inner) => each(std::slice::from_ref(inner.as_ref()), visit),
            Node::All(nodes) | Node::Any(nodes) => each(nodes, visit),
        }
    }
}

/// Returns the number of words in literals plus the number of filter values.
pub(super) fn words(nodes: &[Node]) -> usize {
    let mut words = 0;
    each(nodes, &mut |node| {
        words += match node {
            Node::Literal(literal) => literal.text.split_whitespace().count(),
            Node::Filter(filter) => match filter {
                Filter::Category(values)
                | Filter::Tag(values)
                | Filter::Author(values)
                | Filter::Lang(values)
                | Filter::Series(values)
                | Filter::Url(values) => values.len(),
                Filter::Year(years) => years.len(),
                Filter::Before(_) | Filter::After(_) => 1,
            },
            _ => 0,
        }
    });
    words
}

fn assert_simplest_form(query: &str, nodes: &[Node]) {
    assert!(!nodes.iter().any(|node| matches!(node, Node::All(_))), "{query:?}");
    let mut open = 0;
    each(nodes, &mut |node| match node {
        Node::Literal(literal) => {
            let is_malformed = literal.text.trim().is_empty() || literal.is_unfinished && literal.is_prefix;
            assert!(!is_malformed, "{query:?}: {literal:?}");
            assert_eq!(query.get(literal.range.clone()), Some(literal.text.as_str()), "{query:?}");
            open += usize::from(literal.is_unfinished);
        }
        Node::Filter(_) => {}
        Node::Not(inner) => assert!(!matches!(inner.as_ref(), Node::Not(_)), "{query:?}"),
        Node::All(inner) => {
            assert!(inner.len() > 1 && !inner.iter().any(|node| matches!(node, Node::All(_))), "{query:?}");
        }
        Node::Any(inner) => {
            assert!(inner.len() > 1 && !inner.iter().any(|node| matches!(node, Node::Any(_))), "{query:?}");
        }
    });
    assert!(open <= 1, "{query:?}");
}

/// Renders the nodes as query text.
fn rendered(nodes: &[Node]) -> String {
    nodes.iter().map(render).collect::<Vec<_>>().join(" ")
}

fn render(node: &Node) -> String {
    match node {
        Node::Literal(literal) => {
            let field = match literal.field {
                Some(SearchField::Title) => "title:",
                Some(SearchField::Heading) => "heading:",
                Some(SearchField::Code) => "code:",
                None => "",
            };
            let star = if literal.is_prefix { "*" } else { "" };
            let quote = if literal.is_phrase { "\"" } else { "" };
            format!("{field}{quote}{}{star}{quote}", literal.text)
        }
        Node::Filter(filter) => match filter {
            Filter::Before(bound) => format!("before:{bound}"),
            Filter::After(bound) => format!("after:\"{bound}\""),
            Filter::Year(years) => {
                let years: Vec<String> = years.iter().map(ToString::to_string).collect();
                format!("year:{}", years.join(","))
            }
            Filter::Category(values)
            | Filter::Tag(values)
            | Filter::Author(values)
            | Filter::Lang(values)
            | Filter::Series(values)
            | Filter::Url(values) => format!("{}:\"{}\"", filter.field().name(), values.join("\",\"")),
        },
        Node::Not(inner) => match inner.as_ref() {
            Node::All(nodes) => format!("-({})", rendered(nodes)),
            inner @ Node::Any(_) => format!("-({})", render(inner)),
            inner => format!("-{}", render(inner)),
        },
        Node::All(nodes) => format!("({})", rendered(nodes)),
        Node::Any(nodes) => nodes.iter().map(render).collect::<Vec<_>>().join(" OR "),
    }
}

fn any_literal() -> impl Strategy<Value = Node> {
    let field = prop_oneof![
        Just(None),
        Just(Some(SearchField::Title)),
        Just(Some(SearchField::Heading)),
        Just(Some(SearchField::Code)),
    ];
    let text = prop_oneof![
        "[a-zü]{1,6}".prop_map(|text| (text, false)),
        "[a-z]{1,3}\\([a-z]{0,2}\\)".prop_map(|text| (text, false)),
        "[a-zü(:,]{1,6}( [a-z)|-]{1,4}){0,2}".prop_map(|text| (text, true)),
    ];
    (text, field, any::<bool>()).prop_map(|((text, is_phrase), field, is_prefix)| {
        Node::Literal(Literal { text, is_phrase, field, is_unfinished: false, is_prefix, range: 0..0 })
    })
}

fn any_filter() -> impl Strategy<Value = Node> {
    let values = || prop::collection::vec("[a-z0-9/]{1,4}( [a-z(,)]{1,3})?", 1..3);
    let bound = || {
        (0_i64..4_000_000_000, any::<bool>()).prop_map(|(at, is_instant)| {
            let timestamp = Timestamp::from_second(at).unwrap();
            let written = jiff::tz::Offset::UTC.to_datetime(timestamp);
            if is_instant { DateBound::Instant(timestamp) } else { DateBound::Written(written) }
        })
    };
    prop_oneof![
        values().prop_map(Filter::Category),
        values().prop_map(Filter::Tag),
        values().prop_map(Filter::Author),
        values().prop_map(Filter::Lang),
        values().prop_map(Filter::Series),
        values().prop_map(Filter::Url),
        prop::collection::vec(1_i64..4_000_000_000, 1..3).prop_map(|times| {
            Filter::Year(times.into_iter().filter_map(Year::of_unix_seconds).collect())
        }),
        bound().prop_map(Filter::Before),
        bound().prop_map(Filter::After),
    ]
    .prop_map(Node::Filter)
}

/// A tree in its simplest form: redundant groups are flattened.
fn any_node() -> impl Strategy<Value = Node> {
    prop_oneof![3 => any_literal(), 1 => any_filter()].prop_recursive(4, 20, 3, |inner| {
        let members = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            inner.prop_map(|node| if matches!(node, Node::Not(_)) {
                node
            } else {
                Node::Not(Box::new(node))
            }),
            members.clone().prop_map(|nodes| Node::All(nodes.into_iter().flat_map(all_members).collect())),
            members.prop_map(|nodes| Node::Any(nodes.into_iter().flat_map(any_members).collect())),
        ]
    })
}

fn all_members(node: Node) -> Vec<Node> {
    if let Node::All(nodes) = node { nodes } else { vec![node] }
}

fn any_members(node: Node) -> Vec<Node> {
    if let Node::Any(nodes) = node { nodes } else { vec![node] }
}

fn without_ranges(mut nodes: Vec<Node>) -> Vec<Node> {
    for node in &mut nodes {
        match node {
            Node::Literal(literal) => literal.range = 0..0,
            Node::Filter(_) => {}
            Node::Not(inner) => **inner = without_ranges(vec![inner.as_ref().clone()]).remove(0),
            Node::All(inner) | Node::Any(inner) => *inner = without_ranges(std::mem::take(inner)),
        }
    }
    nodes
}

const FRAGMENTS: &str =
    "(OR|AND|NOT|\\||-|\"|«| |\\(|\\)|\\*|,|:|title:|code:|tag:|before:|2024|argo|c\\+\\+|ü){0,60}";

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn parses_any_text_to_a_bounded_tree_in_its_simplest_form(text in prop_oneof!["\\PC{0,60}", "[a-z\"\\-:() *,]{0,60}", FRAGMENTS]) {
        let parsed = parse(&text);
        prop_assert!(words(&parsed.nodes) <= limits::MAX_QUERY_WORDS, "{text:?}");
        prop_assert!(depth(&parsed.nodes) <= MAX_DEPTH, "{text:?}");
        assert_simplest_form(&text, &parsed.nodes);
        prop_assert_eq!(parse(&text), parsed);
    }

    #[test]
    fn parses_rendered_trees_back_to_the_same_tree(nodes in prop::collection::vec(any_node(), 0..4)) {
        let nodes: Vec<Node> = nodes.into_iter().flat_map(all_members).collect();
        prop_assume!(words(&nodes) <= limits::MAX_QUERY_WORDS);
        // The trailing space completes the last word.
        let text = format!("{} ", rendered(&nodes));
        let parsed = parse(&text);
        prop_assert_eq!(without_ranges(parsed.nodes), nodes, "{}", text);
        prop_assert_eq!(parsed.warnings, Vec::<String>::new(), "{}", text);
    }
}
