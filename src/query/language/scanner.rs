//! The scanner: query text to lexemes (words, phrases, operators, parentheses).
//!
//! It visits each byte a bounded number of times.

use std::ops::Range;

use super::syntax_tree::{FilterField, SearchField};

/// A field name before a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueryField {
    /// Restricts a word or phrase to a part of the post.
    Search(SearchField),
    /// Restricts the search to posts that pass a filter.
    Filter(FilterField),
}

/// The field names; matched without regard to ASCII case.
const FIELDS: [(&str, QueryField); 12] = [
    ("title", QueryField::Search(SearchField::Title)),
    ("heading", QueryField::Search(SearchField::Heading)),
    ("code", QueryField::Search(SearchField::Code)),
    ("category", QueryField::Filter(FilterField::Category)),
    ("tag", QueryField::Filter(FilterField::Tag)),
    ("author", QueryField::Filter(FilterField::Author)),
    ("lang", QueryField::Filter(FilterField::Lang)),
    ("series", QueryField::Filter(FilterField::Series)),
    ("url", QueryField::Filter(FilterField::Url)),
    ("year", QueryField::Filter(FilterField::Year)),
    ("before", QueryField::Filter(FilterField::Before)),
    ("after", QueryField::Filter(FilterField::After)),
];

/// The prefix of a word, a phrase or a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Prefix {
    /// A `-` precedes it.
    pub(crate) is_excluded: bool,
    /// The field before it.
    pub(crate) field: Option<QueryField>,
}

/// An operator between operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `OR` or `|`.
    Or,
    /// `AND`, which changes nothing.
    And,
    /// `NOT`, which excludes the next operand.
    Not,
}

/// A word, a phrase, or the values of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operand {
    /// The `-` and the field before it.
    pub(crate) prefix: Prefix,
    /// Trimmed byte ranges of the values in the query. Only filters have several; empty if no text is left.
    pub(crate) ranges: Vec<Range<usize>>,
    /// Whether it was quoted.
    pub(crate) is_quoted: bool,
    /// Whether the query ends right after it, without a space or closing quote.
    pub(crate) is_unfinished: bool,
}

/// The smallest unit of the query language.
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
    /// Any other text.
    Operand(Operand),
}

/// A cursor over the query text that yields lexemes.
pub(super) struct QueryScanner<'a> {
    query: &'a str,
    at: usize,
    /// Parentheses that words opened in the current group and that are still open, as in `f( x )`.
    unclosed: usize,
    /// The same count for each enclosing group.
    enclosing_unclosed: Vec<usize>,
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// Returns the field at the start of the text and the length of its name and colon, if a value follows.
/// `url::Url` has no field: it is a path in code.
pub(super) fn field_at(text: &str) -> Option<(usize, QueryField)> {
    FIELDS.into_iter().find_map(|(name, field)| {
        let is_named = text.get(..name.len())?.eq_ignore_ascii_case(name);
        let value = text.get(name.len()..)?.strip_prefix(':')?;
        let has_value =
            !value.is_empty() && !value.starts_with(|c: char| c.is_whitespace() || matches!(c, ')' | ':'));
        (is_named && has_value).then_some((name.len() + 1, field))
    })
}

impl<'a> QueryScanner<'a> {
    pub(super) fn new(query: &'a str) -> Self {
        Self { query, at: 0, unclosed: 0, enclosing_unclosed: Vec::new() }
    }

    /// Returns the next lexeme; `inherited` is the field of the enclosing group.
    pub(super) fn next(&mut self, inherited: Option<QueryField>) -> Option<Lexeme> {
        loop {
            self.at = self.query.len() - self.rest().trim_start().len();
            if !self.rest().starts_with(')') {
                break;
            }
            self.at += 1;
            if self.unclosed > 0 {
                self.unclosed -= 1;
            } else if let Some(unclosed) = self.enclosing_unclosed.pop() {
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
            self.enclosing_unclosed.push(std::mem::take(&mut self.unclosed));
            return Some(Lexeme::Open(prefix));
        }
        let operand = self.operand(prefix, inherited);
        Some(self.operator(&operand).map_or(Lexeme::Operand(operand), Lexeme::Operator))
    }

    fn rest(&self) -> &'a str {
        &self.query[self.at..]
    }

    /// Consumes a `-` that excludes the operand after it; `--flag` is a word.
    fn take_sign(&mut self) -> bool {
        let is_excludable = |c: char| c.is_alphanumeric() || is_quote(c) || c == '.' || c == '(';
        let is_sign = self.rest().strip_prefix('-').is_some_and(|after| after.starts_with(is_excludable));
        self.at += usize::from(is_sign);
        is_sign
    }

    fn take_field(&mut self) -> Option<QueryField> {
        let (len, field) = field_at(self.rest())?;
        self.at += len;
        Some(field)
    }

    fn operand(&mut self, prefix: Prefix, inherited: Option<QueryField>) -> Operand {
        let field = prefix.field.or(inherited);
        let is_list = matches!(field, Some(QueryField::Filter(field)) if field.takes_list());
        let mut operand = Operand { prefix, ranges: Vec::new(), is_quoted: false, is_unfinished: false };
        loop {
            let range = if self.rest().starts_with(is_quote) {
                operand.is_quoted = true;
                let (range, is_unclosed) = self.quoted();
                operand.is_unfinished = is_unclosed;
                range
            } else {
                let range = self.word(|c| is_list && c == ',');
                operand.is_unfinished = self.rest().is_empty();
                range
            };
            if !range.is_empty() {
                operand.ranges.push(range);
            }
            if !is_list || !self.rest().starts_with(',') {
                return operand;
            }
            self.at += 1;
        }
    }

    fn operator(&self, operand: &Operand) -> Option<Operator> {
        let [range] = operand.ranges.as_slice() else { return None };
        if operand.is_quoted || operand.prefix != Prefix::default() {
            return None;
        }
        match &self.query[range.clone()] {
            "OR" | "|" => Some(Operator::Or),
            "AND" => Some(Operator::And),
            "NOT" => Some(Operator::Not),
            _ => None,
        }
    }

    /// Consumes a quoted text; it is unclosed if the query ends before the closing quote.
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

    /// Consumes a word: up to whitespace, a quote, a separator, or a parenthesis that closes a group.
    fn word(&mut self, is_separator: impl Fn(char) -> bool) -> Range<usize> {
        let is_end = |c: char| c.is_whitespace() || is_quote(c) || is_separator(c);
        let rest = self.rest();
        // With no open group, only trailing parentheses of a word can close something.
        let closing_from = if self.unclosed == 0 && self.enclosing_unclosed.is_empty() {
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

    /// Formats the lexemes in a short notation, without prefixes.
    fn shown(query: &str) -> String {
        let mut scanner = QueryScanner::new(query);
        let mut parts = Vec::new();
        while let Some(lexeme) = scanner.next(None) {
            parts.push(match lexeme {
                Lexeme::Open(_) => "<".to_owned(),
                Lexeme::Close => ">".to_owned(),
                Lexeme::StrayClose => "!".to_owned(),
                Lexeme::Operator(operator) => format!("{operator:?}").to_uppercase(),
                Lexeme::Operand(operand) => {
                    let texts = operand.ranges.iter().map(|range| &query[range.clone()]);
                    texts.map(|text| format!("[{text}]")).collect::<Vec<_>>().join(",")
                }
            });
        }
        parts.join(" ")
    }

    #[test]
    fn opens_groups_only_at_the_start_of_an_operand() {
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
    fn reads_operators_only_as_separate_words_in_capitals() {
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
    fn splits_lists_only_for_filters_that_take_them() {
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
