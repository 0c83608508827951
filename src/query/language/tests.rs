//! Tables of query texts and their syntax trees.

use super::properties::{MAX_DEPTH, depth, words};
use super::syntax_tree::{Filter, Node, SearchField};
use super::tree_builder::too_many_words;
use super::*;

/// Formats the tree in a short notation: `"…"` for phrases, `t:`, `h:` and `c:` for fields, `…` for an
/// unfinished word, `*` for a prefix, `-` for an exclusion, `[a b]` for all and `<a b>` for any of the
/// members.
fn shown(query: &str) -> String {
    joined(&parse(query).nodes)
}

fn joined(nodes: &[Node]) -> String {
    nodes.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn show(node: &Node) -> String {
    match node {
        Node::Literal(literal) => {
            let quotes = if literal.is_phrase { "\"" } else { "" };
            let field = match literal.field {
                Some(SearchField::Title) => "t:",
                Some(SearchField::Heading) => "h:",
                Some(SearchField::Code) => "c:",
                None => "",
            };
            let star = if literal.is_prefix { "*" } else { "" };
            let open = if literal.is_unfinished { "…" } else { "" };
            format!("{field}{quotes}{}{quotes}{star}{open}", literal.text)
        }
        Node::Filter(filter) => show_filter(filter),
        Node::Not(inner) => format!("-{}", show(inner)),
        Node::All(nodes) => format!("[{}]", joined(nodes)),
        Node::Any(nodes) => format!("<{}>", joined(nodes)),
    }
}

fn show_filter(filter: &Filter) -> String {
    let name = filter.field().name();
    match filter {
        Filter::Category(values)
        | Filter::Tag(values)
        | Filter::Author(values)
        | Filter::Lang(values)
        | Filter::Series(values)
        | Filter::Url(values) => format!("{name}={}", values.join(",")),
        Filter::Year(years) => {
            let years: Vec<String> = years.iter().map(ToString::to_string).collect();
            format!("{name}={}", years.join(","))
        }
        Filter::Before(bound) | Filter::After(bound) => format!("{name}={bound}"),
    }
}

fn assert_shown(cases: &[(&str, &str)]) {
    for (query, expected) in cases {
        assert_eq!(shown(query), *expected, "{query:?}");
        assert_eq!(parse(query).warnings, Vec::<String>::new(), "{query:?}");
    }
}

#[test]
fn parses_words_and_phrases() {
    assert_shown(&[
        ("canary deployment", "canary deployment…"),
        ("canary deployment ", "canary deployment"),
        ("\"vibe coding\" now", "\"vibe coding\" now…"),
        ("“curly quotes” «and» „others“", "\"curly quotes\" \"and\" \"others\""),
        ("\"not closed", "\"not closed\"…"),
        ("foo\"bar baz\"", "foo \"bar baz\""),
        ("\"\" x", "x…"),
        ("con con", "con con…"),
        ("kubectl --dry-run", "kubectl --dry-run…"),
        ("a - b", "a - b…"),
        ("", ""),
        (" \t\n", ""),
    ]);
}

#[test]
fn never_treats_excluded_words_as_unfinished() {
    assert_shown(&[
        ("gitops -argo", "gitops -argo"),
        ("gitops -\"argo cd\" x", "gitops -\"argo cd\" x…"),
        ("gitops -\"argo", "gitops -\"argo\""),
        ("con -falcon", "con -falcon"),
        ("a NOT b", "a -b"),
        ("NOT b a", "-b a…"),
        ("a NOT -b", "a b"),
        ("a NOT NOT b", "a b…"),
        ("a -title:b", "a -t:b"),
        ("a -.net", "a -.net"),
        ("a NOT", "a"),
    ]);
}

#[test]
fn joins_the_neighbours_of_an_or() {
    assert_shown(&[
        ("a OR b c", "<a b> c…"),
        ("a b OR c d", "a <b c> d…"),
        ("a OR b OR c", "<a b c…>"),
        ("a | b", "<a b…>"),
        ("a OR b c OR d", "<a b> <c d…>"),
        ("a AND b", "a b…"),
        ("a AND b OR c AND d", "a <b c> d…"),
        ("a OR -b", "<a -b>"),
        ("a OR NOT b", "<a -b>"),
        ("OR a", "a…"),
        ("a OR", "a"),
        ("a OR OR b", "<a b…>"),
        ("a or b", "a or b…"),
        ("\"a OR b\" \"OR\" c", "\"a OR b\" \"OR\" c…"),
        ("tag:x OR tag:y", "<tag=x tag=y>"),
        // An ignored operand between operators does not join its neighbours.
        ("a OR \"\" b", "a b…"),
        ("NOT \"\" b", "b…"),
    ]);
}

#[test]
fn groups_operands_in_parentheses() {
    assert_shown(&[
        ("(a OR b) c", "<a b> c…"),
        ("(a b) OR c", "<[a b] c…>"),
        ("(a b) c", "a b c…"),
        ("((a)) (b)", "a b"),
        ("a OR (b OR (c OR d))", "<a b c d>"),
        ("-(a b)", "-[a b]"),
        ("-(a OR b) c", "-<a b> c…"),
        ("NOT (a OR b)", "-<a b>"),
        ("-(a -(b c))", "-[a -[b c]]"),
        ("-(-(a b)) c", "a b c…"),
        ("() a", "a…"),
        ("(\"x y\" OR z*)", "<\"x y\" z*>"),
        ("foo(bar) f() print(\"x\")", "foo(bar) f() print( \"x\""),
        ("(f(x) OR g(y)) z", "<f(x) g(y)> z…"),
    ]);
}

#[test]
fn warns_about_unbalanced_parentheses() {
    let closed = "added a missing ) at the end of the query";
    let ignored = "ignored a ) without a matching (";
    for (query, expected, warning) in [
        ("a OR (b c", "<a [b c…]>", closed),
        ("-(a b", "-[a b]", closed),
        ("((((", "", closed),
        ("a) b", "a b…", ignored),
        ("))))", "", ignored),
        ("title:) x", "title: x…", ignored),
    ] {
        let parsed = parse(query);
        assert_eq!((joined(&parsed.nodes).as_str(), parsed.warnings), (expected, vec![warning.to_owned()]));
    }
}

#[test]
fn restricts_words_to_fields() {
    assert_shown(&[
        ("title:kubernetes x", "t:kubernetes x…"),
        ("Title:\"argo cd\"", "t:\"argo cd\""),
        ("heading:install CODE:println!", "h:install c:println!…"),
        ("title:(a b)", "t:a t:b"),
        ("title:(a OR \"b c\") d", "<t:a t:\"b c\"> d…"),
        ("title:(a heading:b (c))", "t:a h:b t:c"),
        ("-title:(a OR b)", "-<t:a t:b>"),
        ("title:kub", "t:kub…"),
        ("title:a,b", "t:a,b…"),
        ("title:-a", "t:-a…"),
    ]);
}

#[test]
fn treats_unknown_field_names_as_words() {
    assert_shown(&[
        ("color:red", "color:red…"),
        ("title: x", "title: x…"),
        ("title:", "title:…"),
        ("std::vec url::Url title::new", "std::vec url::Url title::new…"),
        ("https://example.org/a:b", "https://example.org/a:b…"),
        ("subtitle:x titles:x tïtle:x", "subtitle:x titles:x tïtle:x…"),
        ("\"title:x\"", "\"title:x\""),
    ]);
}

#[test]
fn parses_filters_with_one_or_several_values() {
    assert_shown(&[
        ("category:ai tag:\"c i\" -tag:old x", "category=ai tag=c i -tag=old x…"),
        ("con tag:con", "con tag=con"),
        ("tag:a,b", "tag=a,b"),
        ("tag:\"c i\",cd,", "tag=c i,cd"),
        ("author:\"Ann Lee\",bob lang:de,pt-BR", "author=Ann Lee,bob lang=de,pt-BR"),
        ("url:/2024/ url:https://a.org/x", "url=/2024/ url=https://a.org/x"),
        ("tag:(a OR b,c)", "<tag=a tag=b,c>"),
        ("tag:(a \"b c\")", "tag=a tag=b c"),
        ("-tag:a,b", "-tag=a,b"),
        ("tag:\"not closed", "tag=not closed"),
        ("tag:c++ tag:c#", "tag=c++ tag=c#"),
        ("tag:\"\" tag:,", ""),
    ]);
}

#[test]
fn parses_dates_as_in_parameters() {
    assert_shown(&[
        ("before:2024-06 after:2023", "before=2024-06-01T00:00:00 after=2023-01-01T00:00:00"),
        ("-before:2024-06-30", "-before=2024-06-30T00:00:00"),
        ("after:\"2024-06-30 12:00\"", "after=2024-06-30T12:00:00"),
        ("after:(2023)", "after=2023-01-01T00:00:00"),
    ]);
    for (query, expected) in
        [("x before:soon", "x"), ("a OR after:2024-13 b", "a b…"), ("NOT after:x b", "b…")]
    {
        let parsed = parse(query);
        assert_eq!(joined(&parsed.nodes), expected, "{query}");
        assert!(parsed.warnings[0].contains("expected a date like"), "{:?}", parsed.warnings);
    }
    let long = format!("after:{}", "x".repeat(1_000));
    assert!(parse(&long).warnings[0].starts_with(&format!("ignored the filter `after:{}…`", "x".repeat(40))));
}

#[test]
fn parses_a_trailing_star_as_a_prefix() {
    assert_shown(&[
        ("kube*", "kube*"),
        ("kube* x", "kube* x…"),
        ("-kube* title:kube*", "-kube* t:kube*"),
        ("\"kubectl get po*\"", "\"kubectl get po\"*"),
        ("\"kubectl get *\"", "\"kubectl get\""),
        ("kube**", "kube*"),
        ("* a * **", "a"),
        ("a OR * b", "a b…"),
        ("**kwargs", "**kwargs…"),
        ("f(*x)", "f(*x)…"),
        ("(ku* OR x)", "<ku* x>"),
    ]);
    for query in ["ku*be", "\"x ku*be\"", "ku*be*", "title:ku*be"] {
        let parsed = parse(query);
        assert!(parsed.warnings[0].contains("only at the end of a word"), "{query}: {parsed:?}");
    }
    assert_eq!(shown("ku*be*"), "ku*be*");
}

#[test]
fn records_the_byte_range_of_each_literal() {
    let query = "a -title:\" ünï c* \" (kube*";
    let parsed = parse(query);
    let Node::Not(phrase) = &parsed.nodes[1] else { panic!("{parsed:?}") };
    let (Node::Literal(phrase), Node::Literal(word)) = (phrase.as_ref(), &parsed.nodes[2]) else {
        panic!("{parsed:?}")
    };
    assert_eq!((&query[phrase.range.clone()], &query[word.range.clone()]), ("ünï c", "kube"));
}

#[test]
fn truncates_long_queries_with_a_warning() {
    let many = "word ".repeat(100);
    let parsed = parse(&many);
    assert_eq!(parsed.nodes.len(), limits::MAX_QUERY_WORDS);
    assert_eq!(parsed.warnings, [too_many_words()]);
    let long = "ü".repeat(5_000);
    assert!(parse(&long).warnings[0].contains("first 2000 bytes"));
    // Phrases and lists are truncated to the remaining words.
    let phrase = parse(&format!("\"{many}\""));
    assert_eq!(words(&phrase.nodes), limits::MAX_QUERY_WORDS);
    assert_eq!(phrase.warnings, [too_many_words()]);
    let list = parse(&format!("(a -(b OR tag:{}", "x,".repeat(100)));
    assert_eq!((words(&list.nodes), list.warnings), (limits::MAX_QUERY_WORDS, vec![too_many_words()]));
    let full = "word ".repeat(limits::MAX_QUERY_WORDS);
    assert_eq!(parse(&full).warnings, Vec::<String>::new());
}

#[test]
fn flattens_deep_groups_with_a_warning() {
    let nested = |depth: usize| format!("{}b{}", "(a OR -(".repeat(depth / 2), "))".repeat(depth / 2));
    assert_eq!(parse(&nested(limits::MAX_QUERY_DEPTH)).warnings, Vec::<String>::new());
    let parsed = parse(&format!("{} c", nested(limits::MAX_QUERY_DEPTH + 2)));
    assert_eq!(parsed.warnings, ["ignored parentheses nested more than 8 deep"]);
    assert_eq!(parsed.nodes.len(), 2, "the text after the groups is outside of them");
    let fragments =
        ["(", ")", "-(", "a)", "(a ", "f( ", "()", "title:(", "a OR (", "NOT (", "tag:(", "tag:a,(", "\"("];
    for fragment in fragments {
        let parsed = parse(&format!("{}x", fragment.repeat(10_000)));
        assert!(depth(&parsed.nodes) <= MAX_DEPTH && parsed.warnings.len() <= 4, "{fragment}: {parsed:?}");
    }
}
