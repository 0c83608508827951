//! Tokens of a date for JavaScript: numbers, names and signs.

use std::iter::Peekable;
use std::str::Chars;

/// Maximum number of a number's digits that count; V8 ignores the others.
pub(super) const MAX_DIGITS: usize = 9;

/// First three letters of the names of months.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Names of time zones, with their hours from UTC.
const ZONES: [(&str, i64); 12] = [
    ("ut", 0),
    ("utc", 0),
    ("z", 0),
    ("gmt", 0),
    ("cdt", -5),
    ("cst", -6),
    ("edt", -4),
    ("est", -5),
    ("mdt", -6),
    ("mst", -7),
    ("pdt", -7),
    ("pst", -8),
];

/// A token of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateToken {
    /// A number, and how many digits it has.
    Number { value: i64, length: usize },
    /// One of `:`, `-`, `+`, `.` and `)`.
    Symbol(char),
    /// A month by its name.
    Month(i64),
    /// `am` or `pm`, with the hours that it adds.
    Meridiem(i64),
    /// The name of a time zone, with its hours from UTC and the length of the name.
    ZoneName { hours: i64, length: usize },
    /// `T` between day and time.
    TimeSeparator,
    /// Another word.
    Word,
    /// A white space character.
    Space,
    /// Text in parentheses, or another character.
    Other,
    /// The end of the text.
    End,
}

/// Reads tokens, with one of them in advance.
pub(super) struct TokenReader<'a> {
    chars: Peekable<Chars<'a>>,
    next: DateToken,
}

impl<'a> TokenReader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Self { chars: text.chars().peekable(), next: DateToken::End };
        reader.next = reader.scan();
        reader
    }

    /// Returns the next token without reading it.
    pub(super) fn peek(&self) -> DateToken {
        self.next
    }

    /// Reads the next token.
    pub(super) fn next(&mut self) -> DateToken {
        let next = self.scan();
        std::mem::replace(&mut self.next, next)
    }

    /// Reads the next token if it is this symbol.
    pub(super) fn skip(&mut self, symbol: char) -> bool {
        let is_next = self.next == DateToken::Symbol(symbol);
        if is_next {
            self.next();
        }
        is_next
    }

    fn scan(&mut self) -> DateToken {
        let Some(&first) = self.chars.peek() else { return DateToken::End };
        if first.is_ascii_digit() {
            return self.number();
        }
        if first >= 'A' {
            return self.word();
        }
        self.chars.next();
        match first {
            '\0' => {
                // V8 takes the character NUL for the end of the text.
                self.chars = "".chars().peekable();
                DateToken::End
            }
            ':' | '-' | '+' | '.' | ')' => DateToken::Symbol(first),
            '(' => {
                self.skip_parentheses();
                DateToken::Other
            }
            c if c.is_whitespace() => DateToken::Space,
            _ => DateToken::Other,
        }
    }

    fn number(&mut self) -> DateToken {
        let (mut value, mut length) = (0, 0);
        while let Some(digit) = self.chars.peek().and_then(|c| c.to_digit(10)) {
            if length < MAX_DIGITS {
                value = value * 10 + i64::from(digit);
            }
            length += 1;
            self.chars.next();
        }
        DateToken::Number { value, length }
    }

    fn word(&mut self) -> DateToken {
        let (mut prefix, mut length) = (String::new(), 0);
        while let Some(c) = self.chars.next_if(|c| *c >= 'A') {
            if length < 3 {
                prefix.push(c.to_ascii_lowercase());
            }
            length += 1;
        }
        let month = MONTHS.iter().position(|name| *name == prefix);
        if let Some(month) = month.and_then(|month| i64::try_from(month).ok()) {
            return DateToken::Month(month + 1);
        }
        if length > 3 {
            return DateToken::Word;
        }
        match prefix.as_str() {
            "am" => DateToken::Meridiem(0),
            "pm" => DateToken::Meridiem(12),
            "t" => DateToken::TimeSeparator,
            name => {
                let zone = ZONES.iter().find(|(zone, _)| *zone == name);
                zone.map_or(DateToken::Word, |(_, hours)| DateToken::ZoneName { hours: *hours, length })
            }
        }
    }

    /// Reads up to the parenthesis that closes one just read.
    fn skip_parentheses(&mut self) {
        let mut open = 1;
        while open > 0
            && let Some(c) = self.chars.next()
        {
            open += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
        }
    }
}
