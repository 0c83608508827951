//! The pieces of a JavaScript or TypeScript program: words, strings, marks; no comments.

use std::iter::Peekable;
use std::str::CharIndices;

/// A piece of a program.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name, keyword or number.
    Word(String),
    /// A string, or a template without values in it.
    Text(String),
    /// A template with values in it: its text, `${…}` and all.
    Template(String),
    /// Any other character.
    Mark(char),
}

/// The pieces of a program in their order.
pub(super) fn tokens_of(text: &str) -> Vec<Token> {
    Lexer { chars: text.char_indices().peekable(), text, tokens: Vec::new() }.read()
}

struct Lexer<'a> {
    chars: Peekable<CharIndices<'a>>,
    text: &'a str,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn read(mut self) -> Vec<Token> {
        while let Some((at, c)) = self.chars.next() {
            match c {
                '"' | '\'' => {
                    let text = self.quoted(c);
                    self.tokens.push(Token::Text(text));
                }
                '`' => {
                    let text = self.quoted(c);
                    let is_plain = !text.contains("${");
                    self.tokens.push(if is_plain { Token::Text(text) } else { Token::Template(text) });
                }
                '/' if self.text[at..].starts_with("//") => self.skip_to(at, "\n"),
                '/' if self.text[at..].starts_with("/*") => self.skip_to(at + 2, "*/"),
                '/' if self.begins_value() => self.regex(),
                _ if is_word(c) => {
                    let mut end = at + c.len_utf8();
                    while let Some((next, c)) = self.chars.next_if(|(_, c)| is_word(*c) || *c == '.') {
                        end = next + c.len_utf8();
                    }
                    self.words(&self.text[at..end]);
                }
                _ if c.is_whitespace() => {}
                _ => self.tokens.push(Token::Mark(c)),
            }
        }
        self.tokens
    }

    /// `a.b.c` is its last name, so that methods are found by theirs; numbers keep their dots.
    fn words(&mut self, path: &str) {
        let is_number = path.starts_with(|c: char| c.is_ascii_digit());
        let word =
            if is_number { path } else { path.rsplit('.').find(|part| !part.is_empty()).unwrap_or(path) };
        self.tokens.push(Token::Word(word.to_owned()));
    }

    /// The text up to the quote; a line's end ends a string that nothing closes.
    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        while let Some((_, c)) = self.chars.next() {
            match c {
                _ if c == quote => break,
                '\n' if quote != '`' => break,
                '\\' => match self.chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, '\n')) | None => {}
                    Some((_, escaped)) => text.push(escaped),
                },
                _ => text.push(c),
            }
        }
        text
    }

    fn skip_to(&mut self, from: usize, end: &str) {
        let end = self.text[from..].find(end).map_or(self.text.len(), |at| from + at + end.len());
        while self.chars.next_if(|(at, _)| *at < end).is_some() {}
    }

    /// Whether a `/` here begins a regular expression rather than dividing something.
    fn begins_value(&self) -> bool {
        match self.tokens.last() {
            None => true,
            Some(Token::Mark(mark)) => !matches!(mark, ')' | ']' | '}'),
            Some(Token::Word(word)) => word == "return",
            Some(_) => false,
        }
    }

    fn regex(&mut self) {
        let mut is_in_class = false;
        while let Some((_, c)) = self.chars.next_if(|(_, c)| *c != '\n') {
            match c {
                '\\' => {
                    self.chars.next();
                }
                '[' => is_in_class = true,
                ']' => is_in_class = false,
                '/' if !is_in_class => break,
                _ => {}
            }
        }
        self.tokens.push(Token::Mark('/'));
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '@')
}
