//! The tree builder: lexemes to the syntax tree.
//!
//! Open groups are on a stack of bounded height, so no text can nest too deep.

use std::ops::Range;

use super::scanner::{Lexeme, Operand, Operator, Prefix, QueryField};
use super::syntax_tree::{Filter, FilterField, Literal, Node, ParsedQuery, SearchField};
use crate::config::limits;
use crate::query::date_bound::{Year, parse_date_bound};

/// An open group, or the query itself.
#[derive(Default)]
struct OpenGroup {
    prefix: Prefix,
    nodes: Vec<Node>,
    /// An `OR` is waiting for its right operand.
    has_pending_or: bool,
    /// A `NOT` is waiting for its operand.
    has_pending_not: bool,
}

impl OpenGroup {
    /// Adds an operand, or `None` for one that was ignored; either way the pending operators are consumed.
    fn add(&mut self, node: Option<Node>) {
        let joins = std::mem::take(&mut self.has_pending_or);
        let excludes = std::mem::take(&mut self.has_pending_not);
        let Some(node) = node else { return };
        let node = if excludes { negated(node) } else { node };
        match self.nodes.pop() {
            Some(left) if joins => self.nodes.push(either(left, node)),
            left => {
                self.nodes.extend(left);
                self.nodes.push(node);
            }
        }
    }

    /// Returns the nodes, with the members of redundant inner groups moved up.
    fn into_nodes(self) -> Vec<Node> {
        let mut nodes = Vec::with_capacity(self.nodes.len());
        for node in self.nodes {
            match node {
                Node::All(inner) => nodes.extend(inner),
                other => nodes.push(other),
            }
        }
        nodes
    }

    fn into_node(self) -> Option<Node> {
        let is_excluded = self.prefix.is_excluded;
        let mut nodes = self.into_nodes();
        let node = if nodes.len() > 1 { Node::All(nodes) } else { nodes.pop()? };
        Some(if is_excluded { negated(node) } else { node })
    }
}

fn negated(node: Node) -> Node {
    match node {
        Node::Not(inner) => *inner,
        other => Node::Not(Box::new(other)),
    }
}

fn either(left: Node, right: Node) -> Node {
    let mut alternatives = Vec::new();
    for node in [left, right] {
        match node {
            Node::Any(inner) => alternatives.extend(inner),
            other => alternatives.push(other),
        }
    }
    Node::Any(alternatives)
}

/// Builds the syntax tree from lexemes.
pub(super) struct TreeBuilder<'a> {
    query: &'a str,
    /// The innermost open group.
    group: OpenGroup,
    /// The enclosing groups, outermost first.
    outer: Vec<OpenGroup>,
    /// Number of ignored open parentheses in the innermost group that are not closed yet.
    flattened_groups: usize,
    /// Number of words that may still be added.
    remaining_words: usize,
    is_full: bool,
    warnings: Vec<String>,
}

impl<'a> TreeBuilder<'a> {
    pub(super) fn new(query: &'a str, warnings: Vec<String>) -> Self {
        let group = OpenGroup::default();
        let remaining_words = limits::MAX_QUERY_WORDS;
        Self {
            query,
            group,
            outer: Vec::new(),
            flattened_groups: 0,
            remaining_words,
            is_full: false,
            warnings,
        }
    }

    /// Returns whether a word was dropped because the query has too many.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Returns the field that operands without one inherit from their group.
    pub(super) fn inherited_field(&self) -> Option<QueryField> {
        self.group.prefix.field
    }

    pub(super) fn add(&mut self, lexeme: Lexeme) {
        match lexeme {
            Lexeme::Open(prefix) => self.open(prefix),
            Lexeme::Close if self.flattened_groups > 0 => self.flattened_groups -= 1,
            Lexeme::Close => self.close(),
            Lexeme::StrayClose => self.warn("ignored a ) without a matching (".to_owned()),
            Lexeme::Operator(Operator::Or) => self.group.has_pending_or = !self.group.nodes.is_empty(),
            Lexeme::Operator(Operator::And) => {}
            Lexeme::Operator(Operator::Not) => self.group.has_pending_not ^= true,
            Lexeme::Operand(operand) => self.operand(&operand),
        }
    }

    pub(super) fn finish(mut self) -> ParsedQuery {
        if !self.is_full && (self.flattened_groups > 0 || !self.outer.is_empty()) {
            self.warn("added a missing ) at the end of the query".to_owned());
        }
        while !self.outer.is_empty() {
            self.close();
        }
        ParsedQuery { nodes: self.group.into_nodes(), warnings: self.warnings }
    }

    fn warn(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn open(&mut self, prefix: Prefix) {
        if self.outer.len() >= limits::MAX_QUERY_DEPTH {
            self.flattened_groups += 1;
            self.group.has_pending_not ^= prefix.is_excluded;
            self.warn(format!("ignored parentheses nested more than {} deep", limits::MAX_QUERY_DEPTH));
            return;
        }
        let field = prefix.field.or(self.inherited_field());
        let inner = OpenGroup { prefix: Prefix { field, ..prefix }, ..OpenGroup::default() };
        self.outer.push(std::mem::replace(&mut self.group, inner));
    }

    fn close(&mut self) {
        let Some(outer) = self.outer.pop() else { return };
        let inner = std::mem::replace(&mut self.group, outer);
        self.group.add(inner.into_node());
    }

    fn operand(&mut self, operand: &Operand) {
        let node = match operand.prefix.field.or(self.inherited_field()) {
            Some(QueryField::Filter(field)) => self.filter(field, operand),
            Some(QueryField::Search(field)) => self.literal(Some(field), operand),
            None => self.literal(None, operand),
        };
        let node = node.map(|node| if operand.prefix.is_excluded { negated(node) } else { node });
        self.group.add(node);
    }

    fn filter(&mut self, field: FilterField, operand: &Operand) -> Option<Node> {
        let remaining_words = self.reserve_words(operand.ranges.len());
        let values =
            operand.ranges.iter().take(remaining_words).map(|range| self.query[range.clone()].to_owned());
        let values: Vec<String> = values.collect();
        let first = values.first()?;
        let filter = match field {
            FilterField::Category => Filter::Category(values),
            FilterField::Tag => Filter::Tag(values),
            FilterField::Author => Filter::Author(values),
            FilterField::Lang => Filter::Lang(values),
            FilterField::Series => Filter::Series(values),
            FilterField::Url => Filter::Url(values),
            FilterField::Year => Filter::Year(self.years(&values)?),
            FilterField::Before | FilterField::After => match parse_date_bound(first) {
                Ok(bound) if field == FilterField::Before => Filter::Before(bound),
                Ok(bound) => Filter::After(bound),
                Err(allowed) => {
                    self.warn_about_value(field, first, &allowed);
                    return None;
                }
            },
        };
        Some(Node::Filter(filter))
    }

    /// Returns the years among the values, or `None` if there are none.
    fn years(&mut self, values: &[String]) -> Option<Vec<Year>> {
        let mut years = Vec::with_capacity(values.len());
        for value in values {
            match Year::parse(value) {
                Ok(year) => years.push(year),
                Err(allowed) => self.warn_about_value(FilterField::Year, value, &allowed),
            }
        }
        (!years.is_empty()).then_some(years)
    }

    fn warn_about_value(&mut self, field: FilterField, value: &str, allowed: &str) {
        self.warn(format!("ignored the filter `{}:{}`: expected {allowed}", field.name(), shortened(value)));
    }

    fn literal(&mut self, field: Option<SearchField>, operand: &Operand) -> Option<Node> {
        let typed = operand.ranges.first()?;
        let without_star = self.query[typed.clone()].trim_end_matches('*');
        let text = without_star.trim_end();
        let range = self.within_limit(typed.start..typed.start + text.len())?;
        let is_whole = range.len() == text.len();
        let text = self.query[range.clone()].to_owned();
        if has_wildcard_inside(&text) {
            self.warn(format!(
                "ignored the `*` inside `{}`: it is a wildcard only at the end of a word",
                shortened(&text)
            ));
        }
        // In `"some *"` the star follows a space: it is not a prefix.
        let is_prefix = is_whole && without_star.len() < typed.len() && without_star.len() == text.len();
        let is_unfinished = is_whole
            && operand.is_unfinished
            && without_star.len() == typed.len()
            && !self.is_in_excluded_part(operand);
        Some(Node::Literal(Literal {
            text,
            is_phrase: operand.is_quoted,
            field,
            is_unfinished,
            is_prefix,
            range,
        }))
    }

    /// Returns whether the operand or an enclosing group is excluded.
    fn is_in_excluded_part(&self, operand: &Operand) -> bool {
        let groups = self.outer.iter().chain([&self.group]);
        operand.prefix.is_excluded
            || groups.into_iter().any(|group| group.prefix.is_excluded || group.has_pending_not)
    }

    /// Returns the range cut to the words that may still be added, or `None` if no word is left.
    fn within_limit(&mut self, range: Range<usize>) -> Option<Range<usize>> {
        let text = &self.query[range.clone()];
        let remaining_words = self.reserve_words(text.split_whitespace().count());
        let len = leading_words(text, remaining_words).len();
        (len > 0).then_some(range.start..range.start + len)
    }

    /// Reserves up to `words` words and returns how many may be added.
    fn reserve_words(&mut self, words: usize) -> usize {
        let taken = words.min(self.remaining_words);
        self.remaining_words -= taken;
        if taken < words {
            self.is_full = true;
            self.warn(too_many_words());
        }
        taken
    }
}

/// Returns the warning about words beyond [`limits::MAX_QUERY_WORDS`].
pub(crate) fn too_many_words() -> String {
    format!("only the first {} words were searched", limits::MAX_QUERY_WORDS)
}

fn has_wildcard_inside(text: &str) -> bool {
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_inside = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
        if c == '*' && is_inside(before.as_ref()) && is_inside(chars.peek()) {
            return true;
        }
        before = Some(c);
    }
    false
}

fn leading_words(text: &str, words: usize) -> &str {
    let (mut end, mut seen) = (0, 0);
    for word in text.split_inclusive(char::is_whitespace) {
        if !word.trim().is_empty() {
            seen += 1;
        }
        if seen > words {
            break;
        }
        end += word.len();
    }
    text[..end].trim_end()
}

fn shortened(text: &str) -> String {
    let end = text.char_indices().nth(limits::MAX_QUOTED_CHARS);
    end.map_or_else(|| text.to_owned(), |(end, _)| format!("{}…", &text[..end]))
}
