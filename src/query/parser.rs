//! The query language: any text is a query.
//!
//! ```text
//! words            all of them, the last one also as the beginning of a word
//! "some words"     a phrase
//! -word -"phrase"  without it
//! a OR b           either
//! title:word       in the title
//! category:name tag:name -tag:name   filters
//! ```
//!
//! What is none of this is a word. Nothing is an error; what is left out becomes a warning.

use crate::config::limits;

/// A word or phrase as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The text, without quotes, field and sign.
    pub text: String,
    /// It was in quotes.
    pub is_phrase: bool,
    /// It has to stand in the title.
    pub in_title: bool,
    /// It is still being typed: its last word may be the beginning of one.
    pub is_open: bool,
}

/// Units of which one is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Joined by `OR`.
    pub alternatives: Vec<Unit>,
}

/// What a filter looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterField {
    /// Categories.
    Category,
    /// Tags.
    Tag,
}

/// A condition without influence on the order of hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// What it looks at.
    pub field: FilterField,
    /// The name looked for.
    pub value: String,
    /// Posts that fulfil it are left out.
    pub is_excluded: bool,
}

/// A query, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedQuery {
    /// All of them are wanted.
    pub clauses: Vec<Clause>,
    /// None of them may occur.
    pub excluded: Vec<Unit>,
    /// All of them must hold.
    pub filters: Vec<Filter>,
    /// What was left out, in words for the reader.
    pub warnings: Vec<String>,
}

/// Takes a query apart.
#[must_use]
pub fn parse(query: &str) -> ParsedQuery {
    let mut parsed = ParsedQuery::default();
    let query = cut(query, &mut parsed.warnings);
    let mut scanner = Scanner { rest: query };
    let (mut or_is_pending, mut is_open, mut words) = (false, false, 0);
    while let Some(item) = scanner.next() {
        is_open = false;
        if item.is_bare && item.value == "OR" {
            or_is_pending = !parsed.clauses.is_empty();
            continue;
        }
        words += item.value.split_whitespace().count();
        if words > limits::MAX_QUERY_WORDS {
            parsed.warnings.push(too_many_words());
            break;
        }
        // Only what stands at the very end is still being typed.
        let is_unfinished = item.is_unclosed || !item.is_quoted && scanner.rest.is_empty();
        is_open = parsed.add(&item, std::mem::take(&mut or_is_pending)) && is_unfinished;
    }
    if let Some(unit) = parsed.clauses.last_mut().and_then(|clause| clause.alternatives.last_mut()) {
        unit.is_open = is_open;
    }
    parsed
}

/// What the reader is told of words that are not searched.
pub(super) fn too_many_words() -> String {
    format!("only the first {} words are searched", limits::MAX_QUERY_WORDS)
}

fn cut<'a>(query: &'a str, warnings: &mut Vec<String>) -> &'a str {
    if query.len() <= limits::MAX_QUERY_BYTES {
        return query;
    }
    warnings.push(format!("only the first {} bytes of the query are searched", limits::MAX_QUERY_BYTES));
    let end = (0..=limits::MAX_QUERY_BYTES).rev().find(|at| query.is_char_boundary(*at)).unwrap_or(0);
    &query[..end]
}

impl ParsedQuery {
    /// Adds an item where it belongs; whether that is among the words that are searched.
    fn add(&mut self, item: &Item<'_>, follows_or: bool) -> bool {
        let filter_field = match item.field {
            Some("category") => Some(FilterField::Category),
            Some("tag") => Some(FilterField::Tag),
            _ => None,
        };
        let value = item.value.to_owned();
        if let Some(field) = filter_field {
            self.filters.push(Filter { field, value, is_excluded: item.is_excluded });
            return false;
        }
        let in_title = item.field == Some("title");
        let unit = Unit { text: value, is_phrase: item.is_quoted, in_title, is_open: false };
        match self.clauses.last_mut() {
            _ if item.is_excluded => self.excluded.push(unit),
            Some(clause) if follows_or => clause.alternatives.push(unit),
            _ => self.clauses.push(Clause { alternatives: vec![unit] }),
        }
        !item.is_excluded
    }
}

/// One word, phrase or filter of the query's text.
struct Item<'a> {
    value: &'a str,
    field: Option<&'a str>,
    is_excluded: bool,
    is_quoted: bool,
    is_unclosed: bool,
    /// Nothing but the value was typed.
    is_bare: bool,
}

struct Scanner<'a> {
    rest: &'a str,
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        loop {
            self.rest = self.rest.trim_start();
            let first = self.rest.chars().next()?;
            let is_excluded = self.take_sign(first);
            let field = self.take_field();
            let item = if self.rest.starts_with(is_quote) { self.quoted() } else { self.word() };
            if !item.value.trim().is_empty() {
                let is_bare = !item.is_quoted && !is_excluded && field.is_none();
                return Some(Item { field, is_excluded, is_bare, ..item });
            }
        }
    }
}

impl<'a> Scanner<'a> {
    /// A single `-` before something excludes it; `--flag` is a word.
    fn take_sign(&mut self, first: char) -> bool {
        let after = &self.rest[first.len_utf8()..];
        let is_sign =
            first == '-' && after.starts_with(|c: char| c.is_alphanumeric() || is_quote(c) || c == '.');
        if is_sign {
            self.rest = after;
        }
        is_sign
    }

    fn take_field(&mut self) -> Option<&'a str> {
        let field = ["title", "category", "tag"].into_iter().find(|name| {
            let after = self.rest.get(name.len()..).and_then(|after| after.strip_prefix(':'));
            let is_field = self.rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
            is_field && after.is_some_and(|after| after.starts_with(|c: char| !c.is_whitespace()))
        })?;
        self.rest = &self.rest[field.len() + 1..];
        Some(field)
    }

    fn quoted(&mut self) -> Item<'a> {
        let opening = self.rest.chars().next().map_or(0, char::len_utf8);
        let inner = &self.rest[opening..];
        let end = inner.find(is_quote);
        let (value, rest) = match end {
            Some(end) => {
                let closing = inner[end..].chars().next().map_or(0, char::len_utf8);
                (&inner[..end], &inner[end + closing..])
            }
            None => (inner, ""),
        };
        self.rest = rest;
        Item {
            value: value.trim(),
            field: None,
            is_excluded: false,
            is_quoted: true,
            is_unclosed: end.is_none(),
            is_bare: false,
        }
    }

    fn word(&mut self) -> Item<'a> {
        let end = self.rest.find(|c: char| c.is_whitespace() || is_quote(c)).unwrap_or(self.rest.len());
        let (value, rest) = self.rest.split_at(end);
        self.rest = rest;
        Item { value, field: None, is_excluded: false, is_quoted: false, is_unclosed: false, is_bare: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The query in a short notation: `p"…"` phrases, `t:` title, `*` open, `|` or, `-` excluded.
    fn shown(query: &str) -> String {
        let parsed = parse(query);
        let unit = |unit: &Unit| {
            let quotes = if unit.is_phrase { "\"" } else { "" };
            let title = if unit.in_title { "t:" } else { "" };
            let open = if unit.is_open { "*" } else { "" };
            format!("{title}{quotes}{}{quotes}{open}", unit.text)
        };
        let mut parts: Vec<String> = Vec::new();
        for clause in &parsed.clauses {
            parts.push(clause.alternatives.iter().map(unit).collect::<Vec<_>>().join("|"));
        }
        parts.extend(parsed.excluded.iter().map(|u| format!("-{}", unit(u).trim_end_matches('*'))));
        for filter in &parsed.filters {
            let sign = if filter.is_excluded { "-" } else { "" };
            parts.push(format!("{sign}{:?}={}", filter.field, filter.value));
        }
        parts.join(" ")
    }

    #[test]
    fn the_language_is_read() {
        let cases = [
            ("canary deployment", "canary deployment*"),
            ("canary deployment ", "canary deployment"),
            ("\"vibe coding\" now", "\"vibe coding\" now*"),
            ("gitops -argo", "gitops -argo"),
            ("gitops -\"argo cd\" x", "gitops x* -\"argo cd\""),
            ("a OR b c", "a|b c*"),
            ("OR a", "a*"),
            ("a OR", "a"),
            ("title:kubernetes x", "t:kubernetes x*"),
            ("Title:\"argo cd\"", "t:\"argo cd\""),
            ("category:ai tag:\"c i\" -tag:old x", "x* Category=ai Tag=c i -Tag=old"),
            ("color:red", "color:red*"),
            ("title: x", "title: x*"),
            ("kubectl --dry-run", "kubectl --dry-run*"),
            ("a - b", "a - b*"),
            ("“curly quotes”", "\"curly quotes\""),
            ("\"not closed", "\"not closed\"*"),
            ("foo\"bar baz\"", "foo \"bar baz\""),
            ("\"\" x", "x*"),
            ("con -falcon", "con -falcon"),
            ("con tag:con", "con Tag=con"),
            ("con con", "con con*"),
            ("", ""),
        ];
        for (query, expected) in cases {
            assert_eq!(shown(query), expected, "{query:?}");
        }
    }

    #[test]
    fn long_queries_are_cut_with_a_warning() {
        let many = "word ".repeat(100);
        let parsed = parse(&many);
        assert_eq!(parsed.clauses.len(), limits::MAX_QUERY_WORDS);
        assert_eq!(parsed.warnings.len(), 1);
        let long = "ü".repeat(5_000);
        assert!(parse(&long).warnings[0].contains("first 2000 bytes"));
    }
}
