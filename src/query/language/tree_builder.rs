//! Lexemes to the tree of a query.
//!
//! Open groups stand on a stack of bounded height, so that no text is too deep.

use std::ops::Range;

use super::scanner::{Field, Item, Lexeme, Operator, Prefix};
use super::syntax_tree::{Filter, FilterField, Node, ParsedQuery, SearchField, Unit};
use crate::config::limits;
use crate::query::date_bound::parse_moment;

/// Characters of the query that a warning repeats.
const QUOTED_CHARS: usize = 40;

/// A group that is not closed yet, or the query itself.
#[derive(Default)]
struct Group {
    prefix: Prefix,
    nodes: Vec<Node>,
    /// An `OR` waits for what it joins.
    or_is_pending: bool,
    /// A `NOT` waits for what it excludes.
    not_is_pending: bool,
}

impl Group {
    /// Adds a part, or nothing in its place: either way the operators before it are used up.
    fn add(&mut self, node: Option<Node>) {
        let joins = std::mem::take(&mut self.or_is_pending);
        let excludes = std::mem::take(&mut self.not_is_pending);
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

    /// The parts, with those of inner groups that only say once more that all are wanted.
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

/// Puts lexemes together.
pub(super) struct Builder<'a> {
    query: &'a str,
    /// The innermost group.
    group: Group,
    /// Those around it, outermost first.
    outer: Vec<Group>,
    /// Groups inside of the innermost one that were too deep, and are not closed yet.
    flattened: usize,
    /// Words that may still be added.
    room: usize,
    is_full: bool,
    warnings: Vec<String>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(query: &'a str, warnings: Vec<String>) -> Self {
        let group = Group::default();
        let room = limits::MAX_QUERY_WORDS;
        Self { query, group, outer: Vec::new(), flattened: 0, room, is_full: false, warnings }
    }

    /// Whether there is no room for another word, and one was refused.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// The field of what has none of its own.
    pub(super) fn inherited_field(&self) -> Option<Field> {
        self.group.prefix.field
    }

    pub(super) fn add(&mut self, lexeme: Lexeme) {
        match lexeme {
            Lexeme::Open(prefix) => self.open(prefix),
            Lexeme::Close if self.flattened > 0 => self.flattened -= 1,
            Lexeme::Close => self.close(),
            Lexeme::StrayClose => self.warn("a ) without a ( was ignored".to_owned()),
            Lexeme::Operator(Operator::Or) => self.group.or_is_pending = !self.group.nodes.is_empty(),
            Lexeme::Operator(Operator::And) => {}
            Lexeme::Operator(Operator::Not) => self.group.not_is_pending ^= true,
            Lexeme::Item(item) => self.item(&item),
        }
    }

    pub(super) fn finish(mut self) -> ParsedQuery {
        if !self.is_full && (self.flattened > 0 || !self.outer.is_empty()) {
            self.warn("a ( without a ) was closed at the end of the query".to_owned());
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
            self.flattened += 1;
            self.group.not_is_pending ^= prefix.is_excluded;
            self.warn(format!("parentheses more than {} deep were ignored", limits::MAX_QUERY_DEPTH));
            return;
        }
        let field = prefix.field.or(self.inherited_field());
        let inner = Group { prefix: Prefix { field, ..prefix }, ..Group::default() };
        self.outer.push(std::mem::replace(&mut self.group, inner));
    }

    fn close(&mut self) {
        let Some(outer) = self.outer.pop() else { return };
        let inner = std::mem::replace(&mut self.group, outer);
        self.group.add(inner.into_node());
    }

    fn item(&mut self, item: &Item) {
        let node = match item.prefix.field.or(self.inherited_field()) {
            Some(Field::Filter(field)) => self.filter(field, item),
            Some(Field::Search(field)) => self.unit(Some(field), item),
            None => self.unit(None, item),
        };
        let node = node.map(|node| if item.prefix.is_excluded { negated(node) } else { node });
        self.group.add(node);
    }

    fn filter(&mut self, field: FilterField, item: &Item) -> Option<Node> {
        let room = self.take_room(item.ranges.len());
        let values = item.ranges.iter().take(room).map(|range| self.query[range.clone()].to_owned());
        let values: Vec<String> = values.collect();
        let first = values.first()?;
        let filter = match field {
            FilterField::Category => Filter::Category(values),
            FilterField::Tag => Filter::Tag(values),
            FilterField::Author => Filter::Author(values),
            FilterField::Lang => Filter::Lang(values),
            FilterField::Url => Filter::Url(values),
            FilterField::Before | FilterField::After => match parse_moment(first) {
                Ok(moment) if field == FilterField::Before => Filter::Before(moment),
                Ok(moment) => Filter::After(moment),
                Err(allowed) => {
                    let value = shortened(first);
                    self.warn(format!("`{}:{value}` was left out: {allowed}", field.name()));
                    return None;
                }
            },
        };
        Some(Node::Filter(filter))
    }

    fn unit(&mut self, field: Option<SearchField>, item: &Item) -> Option<Node> {
        let typed = item.ranges.first()?;
        let without_star = self.query[typed.clone()].trim_end_matches('*');
        let text = without_star.trim_end();
        let range = self.within_room(typed.start..typed.start + text.len())?;
        let is_whole = range.len() == text.len();
        let text = self.query[range.clone()].to_owned();
        if has_wildcard_inside(&text) {
            self.warn(format!(
                "the `*` in `{}` was ignored: only one at the end of a word stands for more letters",
                shortened(&text)
            ));
        }
        // In `"some *"` it stands for no letters but for a word.
        let is_prefix = is_whole && without_star.len() < typed.len() && without_star.len() == text.len();
        let is_open =
            is_whole && item.is_unfinished && without_star.len() == typed.len() && !self.is_excluding(item);
        Some(Node::Unit(Unit { text, is_phrase: item.is_quoted, field, is_open, is_prefix, range }))
    }

    /// Whether the item, or a group around it, is what posts must not have.
    fn is_excluding(&self, item: &Item) -> bool {
        let groups = self.outer.iter().chain([&self.group]);
        item.prefix.is_excluded
            || groups.into_iter().any(|group| group.prefix.is_excluded || group.not_is_pending)
    }

    /// The words of the range that there is room for; `None` where that is nothing.
    fn within_room(&mut self, range: Range<usize>) -> Option<Range<usize>> {
        let text = &self.query[range.clone()];
        let room = self.take_room(text.split_whitespace().count());
        let len = first_words(text, room).len();
        (len > 0).then_some(range.start..range.start + len)
    }

    /// How many of the words may be added.
    fn take_room(&mut self, words: usize) -> usize {
        let taken = words.min(self.room);
        self.room -= taken;
        if taken < words {
            self.is_full = true;
            self.warn(too_many_words());
        }
        taken
    }
}

/// What the reader is told of words that are not searched.
pub(crate) fn too_many_words() -> String {
    format!("only the first {} words are searched", limits::MAX_QUERY_WORDS)
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

fn first_words(text: &str, words: usize) -> &str {
    let (mut end, mut seen) = (0, 0);
    for piece in text.split_inclusive(char::is_whitespace) {
        if !piece.trim().is_empty() {
            seen += 1;
        }
        if seen > words {
            break;
        }
        end += piece.len();
    }
    text[..end].trim_end()
}

fn shortened(text: &str) -> String {
    let end = text.char_indices().nth(QUOTED_CHARS);
    end.map_or_else(|| text.to_owned(), |(end, _)| format!("{}…", &text[..end]))
}
