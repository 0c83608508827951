//! From the pieces of a program to the values in it.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::lexer::Token;
use crate::content::data::Data;

/// How deep values may be nested; what is deeper counts as absent.
const MAX_DEPTH: usize = 48;

/// What is exported, with the program's other objects besides, and what names are declared with.
pub(super) fn values_of(tokens: &[Token]) -> (Data, HashMap<String, Value>) {
    let mut reader = Reader { tokens, at: 0, names: HashMap::new() };
    let data = reader.read_all();
    (data, reader.names)
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    /// What names are declared with.
    names: HashMap<String, Value>,
}

impl<'a> Reader<'a> {
    /// The exported object first, then the others in their order.
    fn read_all(&mut self) -> Data {
        let mut exported = Data::default();
        let mut others: Vec<Data> = Vec::new();
        while let Some(token) = self.next() {
            match token {
                Token::Word(word) if matches!(word.as_str(), "const" | "let" | "var") => {
                    if let Some((name, value)) = self.declaration() {
                        others.extend(Data::from_value(&value));
                        self.names.insert(name, value);
                    }
                }
                Token::Word(word) if word == "default" || word == "exports" && self.is_mark('=') => {
                    self.take('=');
                    let start = self.at;
                    if let Some(data) = Data::from_value(&self.value(0)) {
                        exported.fill_from(&data);
                    } else {
                        // A function: its objects are found as the others are.
                        self.at = start;
                    }
                }
                Token::Mark('{') if self.begins_object() => {
                    others.extend(Data::from_value(&self.object(1)));
                }
                _ => {}
            }
        }
        for data in others {
            exported.fill_from(&data);
        }
        exported
    }

    fn declaration(&mut self) -> Option<(String, Value)> {
        let Some(Token::Word(name)) = self.tokens.get(self.at) else { return None };
        self.at += 1;
        // The type between the name and `=` is a few words at most.
        let equals =
            (self.at..self.at + 12).find(|at| matches!(self.tokens.get(*at), Some(Token::Mark('='))))?;
        let is_type = matches!(self.tokens.get(self.at), Some(Token::Mark(':')));
        if equals > self.at && !is_type {
            return None;
        }
        self.at = equals + 1;
        let start = self.at;
        let value = self.value(0);
        if value.is_null() {
            self.at = start;
        }
        Some((name.clone(), value))
    }

    fn next(&mut self) -> Option<&'a Token> {
        let token = self.tokens.get(self.at);
        self.at += 1;
        token
    }

    fn is_mark(&self, mark: char) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Mark(is)) if *is == mark)
    }

    fn take(&mut self, mark: char) -> bool {
        let is = self.is_mark(mark);
        self.at += usize::from(is);
        is
    }

    /// Whether what follows a `{` is a key, and so no block of statements.
    fn begins_object(&self) -> bool {
        matches!(
            (self.tokens.get(self.at), self.tokens.get(self.at + 1)),
            (Some(Token::Word(_) | Token::Text(_)), Some(Token::Mark(':' | ',')))
                | (Some(Token::Mark('.')), _)
        )
    }

    /// The value that begins here, and what follows it up to the end of the expression.
    fn value(&mut self, depth: usize) -> Value {
        if depth > MAX_DEPTH {
            return Value::Null;
        }
        let mut value = self.operand(depth);
        // `process.env.URL || 'https://…'`, and what else an expression goes on with.
        while let Some(token) = self.tokens.get(self.at) {
            match token {
                Token::Mark(',' | '}' | ']' | ')' | ';') => break,
                Token::Mark('|' | '?') if self.tokens.get(self.at + 1) == Some(token) => {
                    self.at += 2;
                    let other = self.operand(depth);
                    value = if value.is_null() { other } else { value };
                }
                Token::Word(word) if matches!(word.as_str(), "as" | "satisfies") => {
                    self.at += 2;
                }
                Token::Word(word)
                    if matches!(word.as_str(), "const" | "let" | "var" | "export" | "module" | "import") =>
                {
                    break;
                }
                Token::Word(_) if !value.is_null() => break,
                // Computed.
                _ => {
                    value = Value::Null;
                    self.operand(depth);
                }
            }
        }
        value
    }

    fn operand(&mut self, depth: usize) -> Value {
        let depth = depth + 1;
        if depth > MAX_DEPTH {
            self.at += 1;
            return Value::Null;
        }
        match self.next() {
            Some(Token::Text(text)) => Value::String(text.clone()),
            Some(Token::Template(text)) => self.filled(text).map_or(Value::Null, Value::String),
            Some(Token::Mark('{')) => self.object(depth),
            Some(Token::Mark('[')) => Value::Array(self.items(']', depth)),
            Some(Token::Mark('(')) => self.items(')', depth).into_iter().next().unwrap_or_default(),
            Some(Token::Word(word)) if self.is_mark('(') => {
                self.at += 1;
                let arguments = self.items(')', depth);
                // `defineConfig({…})` is what it is given; other calls compute something.
                let is_wrapper = word.starts_with("define") || word.starts_with("with") || word == "glob";
                arguments.into_iter().find(|_| is_wrapper).unwrap_or_default()
            }
            Some(Token::Word(word)) => match word.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                word => match word.parse::<i64>() {
                    Ok(number) => Value::from(number),
                    Err(_) => self.names.get(word).cloned().unwrap_or_default(),
                },
            },
            _ => Value::Null,
        }
    }

    /// A template whose values are declared texts.
    fn filled(&self, template: &str) -> Option<String> {
        let mut text = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, inner)) = rest.split_once("${") {
            let (name, after) = inner.split_once('}')?;
            text.push_str(before);
            text.push_str(self.names.get(name.trim())?.as_str()?);
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    }

    fn items(&mut self, end: char, depth: usize) -> Vec<Value> {
        let mut items = Vec::new();
        while self.at < self.tokens.len() && !self.take(end) {
            let start = self.at;
            items.push(self.value(depth));
            self.take(',');
            // Something of another kind closes here: leave it alone.
            if self.at == start {
                self.at += 1;
            }
        }
        items
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut object = Map::new();
        while self.at < self.tokens.len() && !self.take('}') {
            let start = self.at;
            match self.next() {
                Some(Token::Word(key) | Token::Text(key)) if self.take(':') => {
                    let value = self.value(depth);
                    object.insert(key.clone(), value);
                }
                Some(Token::Word(key)) if self.is_mark(',') || self.is_mark('}') => {
                    let value = self.names.get(key).cloned().unwrap_or_default();
                    object.insert(key.clone(), value);
                }
                Some(_) => {
                    self.at = start;
                    self.value(depth);
                }
                None => break,
            }
            self.take(',');
            self.take(';');
            if self.at == start {
                self.at += 1;
            }
        }
        Value::Object(object)
    }
}
