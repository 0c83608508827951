//! The text of a query to its words, phrases, operators and parentheses.
//!
//! Each byte is looked at a bounded number of times, whatever the text.

use std::ops::Range;

use super::syntax_tree::{FilterField, SearchField};

/// What a name before a colon asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// To search there.
    Search(SearchField),
    /// To leave out what does not fulfil it.
    Filter(FilterField),
}

/// The names before a colon, in any case of letters.
const FIELDS: [(&str, Field); 10] = [
    ("title", Field::Search(SearchField::Title)),
    ("heading", Field::Search(SearchField::Heading)),
    ("code", Field::Search(SearchField::Code)),
    ("category", Field::Filter(FilterField::Category)),
    ("tag", Field::Filter(FilterField::Tag)),
    ("author", Field::Filter(FilterField::Author)),
    ("lang", Field::Filter(FilterField::Lang)),
    ("url", Field::Filter(FilterField::Url)),
    ("before", Field::Filter(FilterField::Before)),
    ("after", Field::Filter(FilterField::After)),
];

/// What stands before a word, a phrase or a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Prefix {
    /// A `-`.
    pub(crate) is_excluded: bool,
    /// A field.
    pub(crate) field: Option<Field>,
}

/// What stands between others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// One of both.
    Or,
    /// Both, as without it.
    And,
    /// Not the next one.
    Not,
}

/// A word, a phrase, or the values of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// What stands before it.
    pub(crate) prefix: Prefix,
    /// Where it stands in the query, trimmed; more than one for filters only, none where nothing is left.
    pub(crate) ranges: Vec<Range<usize>>,
    /// In quotes.
    pub(crate) is_quoted: bool,
    /// Nothing follows, not even a blank or a quote.
    pub(crate) is_unfinished: bool,
}

/// The smallest thing of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// A group begins.
    Open(Prefix),
    /// A group ends.
    Close,
    /// A closing parenthesis without an opening one.
    StrayClose,
    /// An operator.
    Operator(Operator),
    /// Anything else.
    Item(Item),
}

/// Reads a query from its beginning to its end.
pub(super) struct Scanner<'a> {
    query: &'a str,
    at: usize,
    /// Parentheses opened by words here, like `f( x )`, and not closed yet.
    unclosed: usize,
    /// The same for what stands around each open group.
    unclosed_outside: Vec<usize>,
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// The field with which the text begins and its length with the colon, if it has a value: `url::Url` is a
/// path in code.
pub(super) fn field_at(text: &str) -> Option<(usize, Field)> {
    FIELDS.into_iter().find_map(|(name, field)| {
        let is_named = text.get(..name.len())?.eq_ignore_ascii_case(name);
        let value = text.get(name.len()..)?.strip_prefix(':')?;
        let has_value =
            !value.is_empty() && !value.starts_with(|c: char| c.is_whitespace() || matches!(c, ')' | ':'));
        (is_named && has_value).then_some((name.len() + 1, field))
    })
}

impl<'a> Scanner<'a> {
    pub(super) fn new(query: &'a str) -> Self {
        Self { query, at: 0, unclosed: 0, unclosed_outside: Vec::new() }
    }

    /// The next lexeme, where `inherited` is the field of the group that it stands in.
    pub(super) fn next(&mut self, inherited: Option<Field>) -> Option<Lexeme> {
        loop {
            self.at = self.query.len() - self.rest().trim_start().len();
            if !self.rest().starts_with(')') {
                break;
            }
            self.at += 1;
            if self.unclosed > 0 {
                self.unclosed -= 1;
            } else if let Some(unclosed) = self.unclosed_outside.pop() {
                self.unclosed = unclosed;
                return Some(Lexeme::Close);
            } else {
                return Some(Lexeme::StrayClose);
            }
        }
        if self.rest().is_empty() {
            return None;
        }
        let prefix = Prefix { is_excluded: self.take_sign(), field: self.take_field() };
        if self.rest().starts_with('(') {
            self.at += 1;
            self.unclosed_outside.push(std::mem::take(&mut self.unclosed));
            return Some(Lexeme::Open(prefix));
        }
        let item = self.item(prefix, inherited);
        Some(self.operator(&item).map_or(Lexeme::Item(item), Lexeme::Operator))
    }

    fn rest(&self) -> &'a str {
        &self.query[self.at..]
    }

    /// A single `-` before something excludes it; `--flag` is a word.
    fn take_sign(&mut self) -> bool {
        let is_excludable = |c: char| c.is_alphanumeric() || is_quote(c) || c == '.' || c == '(';
        let is_sign = self.rest().strip_prefix('-').is_some_and(|after| after.starts_with(is_excludable));
        self.at += usize::from(is_sign);
        is_sign
    }

    fn take_field(&mut self) -> Option<Field> {
        let (len, field) = field_at(self.rest())?;
        self.at += len;
        Some(field)
    }

    fn item(&mut self, prefix: Prefix, inherited: Option<Field>) -> Item {
        let field = prefix.field.or(inherited);
        let is_list = matches!(field, Some(Field::Filter(field)) if field.takes_list());
        let mut item = Item { prefix, ranges: Vec::new(), is_quoted: false, is_unfinished: false };
        loop {
            let range = if self.rest().starts_with(is_quote) {
                item.is_quoted = true;
                let (range, is_unclosed) = self.quoted();
                item.is_unfinished = is_unclosed;
                range
            } else {
                let range = self.word(|c| is_list && c == ',');
                item.is_unfinished = self.rest().is_empty();
                range
            };
            if !range.is_empty() {
                item.ranges.push(range);
            }
            if !is_list || !self.rest().starts_with(',') {
                return item;
            }
            self.at += 1;
        }
    }

    fn operator(&self, item: &Item) -> Option<Operator> {
        let [range] = item.ranges.as_slice() else { return None };
        if item.is_quoted || item.prefix != Prefix::default() {
            return None;
        }
        match &self.query[range.clone()] {
            "OR" | "|" => Some(Operator::Or),
            "AND" => Some(Operator::And),
            "NOT" => Some(Operator::Not),
            _ => None,
        }
    }

    /// What stands between this quote and the next one, or the end, which is said.
    fn quoted(&mut self) -> (Range<usize>, bool) {
        let opening = self.rest().chars().next().map_or(0, char::len_utf8);
        let inner = &self.rest()[opening..];
        let end = inner.find(is_quote);
        let value = &inner[..end.unwrap_or(inner.len())];
        let start = self.at + opening + value.len() - value.trim_start().len();
        let range = start..start + value.trim().len();
        let closing = end.and_then(|end| inner[end..].chars().next()).map_or(0, char::len_utf8);
        self.at += opening + value.len() + closing;
        (range, end.is_none())
    }

    /// What stands up to a blank, a quote, or a parenthesis that closes what the word did not open.
    fn word(&mut self, is_separator: impl Fn(char) -> bool) -> Range<usize> {
        let is_end = |c: char| c.is_whitespace() || is_quote(c) || is_separator(c);
        let rest = self.rest();
        // Where nothing is open, only the last parentheses of a word can be meant to close something.
        let closing_from = if self.unclosed == 0 && self.unclosed_outside.is_empty() {
            let whole = &rest[..rest.find(is_end).unwrap_or(rest.len())];
            whole.trim_end_matches(')').len()
        } else {
            0
        };
        let mut opened = 0;
        let end = rest.char_indices().find(|(at, c)| {
            match c {
                '(' => opened += 1,
                ')' if opened > 0 => opened -= 1,
                ')' => return *at >= closing_from,
                _ => return is_end(*c),
            }
            false
        });
        let end = end.map_or(rest.len(), |(at, _)| at);
        self.unclosed += opened;
        let start = self.at;
        self.at += end;
        start..self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lexemes in a short notation, without prefixes.
    fn shown(query: &str) -> String {
        let mut scanner = Scanner::new(query);
        let mut parts = Vec::new();
        while let Some(lexeme) = scanner.next(None) {
            parts.push(match lexeme {
                Lexeme::Open(_) => "<".to_owned(),
                Lexeme::Close => ">".to_owned(),
                Lexeme::StrayClose => "!".to_owned(),
                Lexeme::Operator(operator) => format!("{operator:?}").to_uppercase(),
                Lexeme::Item(item) => {
                    let texts = item.ranges.iter().map(|range| &query[range.clone()]);
                    texts.map(|text| format!("[{text}]")).collect::<Vec<_>>().join(",")
                }
            });
        }
        parts.join(" ")
    }

    #[test]
    fn only_a_parenthesis_that_begins_an_item_groups() {
        let cases = [
            ("(a b)", "< [a] [b] >"),
            ("foo(bar) f()", "[foo(bar)] [f()]"),
            ("(foo(bar))", "< [foo(bar)] >"),
            ("-(a) title:(b)", "< [a] > < [b] >"),
            ("(a)(b)", "< [a] > < [b] >"),
            ("(a)b", "< [a] > [b]"),
            ("a)", "[a] !"),
            ("a))) b", "[a] ! ! ! [b]"),
            ("a)b", "[a)b]"),
            (":) x", "[:] ! [x]"),
            ("f( x ) y", "[f(] [x] [y]"),
            ("print(\"x y\") z", "[print(] [x y] [z]"),
            ("(print(\"x\") OR y)", "< [print(] [x] OR [y] >"),
            ("f( (a) )", "[f(] < [a] >"),
            ("((", "< <"),
            ("(\"a)\")", "< [a)] >"),
        ];
        for (query, expected) in cases {
            assert_eq!(shown(query), expected, "{query:?}");
        }
    }

    #[test]
    fn operators_stand_alone_and_in_capitals() {
        let cases = [
            ("a OR b | c", "[a] OR [b] OR [c]"),
            ("a AND NOT b", "[a] AND NOT [b]"),
            ("or \"OR\" -OR title:OR ORs a|b || &&", "[or] [OR] [OR] [OR] [ORs] [a|b] [||] [&&]"),
            ("(OR)", "< OR >"),
        ];
        for (query, expected) in cases {
            assert_eq!(shown(query), expected, "{query:?}");
        }
    }

    #[test]
    fn lists_are_those_of_filters() {
        let cases = [
            ("tag:a,b", "[a],[b]"),
            ("tag:\"c i\",cd,“x y” z", "[c i],[cd],[x y] [z]"),
            ("tag:a, b", "[a] [b]"),
            ("tag:,,a,,", "[a]"),
            ("tag:, x", " [x]"),
            ("title:a,b", "[a,b]"),
            ("before:2024,2025", "[2024,2025]"),
        ];
        for (query, expected) in cases {
            assert_eq!(shown(query), expected, "{query:?}");
        }
    }
}
