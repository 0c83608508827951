//! The lexer for JavaScript and TypeScript: words, strings, templates and punctuation, without comments.

use std::iter::Peekable;
use std::str::CharIndices;

/// A token of JavaScript or TypeScript.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ScriptToken {
    /// A name, keyword or number; of a path `a.b.c`, the last name.
    Word(String),
    /// A string, or a template without substitutions.
    Text(String),
    /// A template with substitutions: its source text, including `${…}`.
    Template(String),
    /// Any other character; a regular expression is one `/`.
    Mark(char),
}

/// Splits source code into tokens.
pub(super) fn tokenize(text: &str) -> Vec<ScriptToken> {
    ScriptLexer { chars: text.char_indices().peekable(), text, tokens: Vec::new() }.run()
}

struct ScriptLexer<'a> {
    chars: Peekable<CharIndices<'a>>,
    text: &'a str,
    tokens: Vec<ScriptToken>,
}

impl ScriptLexer<'_> {
    fn run(mut self) -> Vec<ScriptToken> {
        while let Some((at, c)) = self.chars.next() {
            match c {
                '"' | '\'' => {
                    let text = self.quoted(c);
                    self.tokens.push(ScriptToken::Text(text));
                }
                '`' => {
                    let text = self.quoted(c);
                    let is_plain = !text.contains("${");
                    self.tokens.push(if is_plain {
                        ScriptToken::Text(text)
                    } else {
                        ScriptToken::Template(text)
                    });
                }
                '/' if self.text[at..].starts_with("//") => self.skip_to(at, "\n"),
                '/' if self.text[at..].starts_with("/*") => self.skip_to(at + 2, "*/"),
                '/' if self.expects_operand() => self.skip_regex(),
                _ if is_word_char(c) => {
                    let mut end = at + c.len_utf8();
                    while let Some((next, c)) = self.chars.next_if(|(_, c)| is_word_char(*c) || *c == '.') {
                        end = next + c.len_utf8();
                    }
                    self.push_word(&self.text[at..end]);
                }
                _ if c.is_whitespace() => {}
                _ => self.tokens.push(ScriptToken::Mark(c)),
            }
        }
        self.tokens
    }

    /// Pushes the last name of a path `a.b.c`, so that methods are found by name; numbers keep their dots.
    fn push_word(&mut self, path: &str) {
        let is_number = path.starts_with(|c: char| c.is_ascii_digit());
        let word =
            if is_number { path } else { path.rsplit('.').find(|part| !part.is_empty()).unwrap_or(path) };
        self.tokens.push(ScriptToken::Word(word.to_owned()));
    }

    /// Returns the text up to the closing quote; the end of the line ends an unclosed string.
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

    /// Skips up to the next `end` after the offset `from`.
    fn skip_to(&mut self, from: usize, end: &str) {
        let end = self.text[from..].find(end).map_or(self.text.len(), |at| from + at + end.len());
        while self.chars.next_if(|(at, _)| *at < end).is_some() {}
    }

    /// Returns whether a `/` at this position begins a regular expression rather than a division.
    fn expects_operand(&self) -> bool {
        match self.tokens.last() {
            None => true,
            Some(ScriptToken::Mark(mark)) => !matches!(mark, ')' | ']' | '}'),
            Some(ScriptToken::Word(word)) => word == "return",
            Some(_) => false,
        }
    }

    fn skip_regex(&mut self) {
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
        self.tokens.push(ScriptToken::Mark('/'));
    }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '@')
}
