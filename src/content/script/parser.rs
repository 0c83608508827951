//! The parser for literal values in JavaScript and TypeScript tokens.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::lexer::ScriptToken;
use crate::config::limits;
use crate::content::data::Data;

/// The literal values in a file.
pub(super) struct ScriptLiterals {
    /// The exported object, completed with the values of the other objects.
    pub(super) data: Data,
    /// Literals by the names that they are declared with.
    pub(super) names: HashMap<String, Value>,
}

/// Parses the literal values in the tokens of a file. `names` are the literals that it imports.
pub(super) fn parse_literals(tokens: &[ScriptToken], names: HashMap<String, Value>) -> ScriptLiterals {
    let mut parser = ScriptParser { names, ..ScriptParser::new(tokens) };
    let data = parser.parse_all();
    ScriptLiterals { data, names: parser.names }
}

/// Parses the expression at a position, with literals by the names that they are declared with.
pub(super) fn parse_value(tokens: &[ScriptToken], at: usize, names: HashMap<String, Value>) -> Value {
    ScriptParser { at, names, ..ScriptParser::new(tokens) }.value(0)
}

/// Returns the path that a call of `path.join`, `path.resolve` or `require.resolve` makes of literals; folders of the
/// site's root at the beginning, such as `__dirname`, are left out.
fn joined_path(function: &str, arguments: &[Value]) -> Option<String> {
    let (base, parts) = match arguments {
        [base, parts @ ..] if base.is_null() => (true, parts),
        all => (false, all),
    };
    let is_path = match function {
        "resolve" => !parts.is_empty(),
        "join" => !parts.is_empty() && (base || parts.len() > 1),
        _ => false,
    };
    let parts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
    parts.filter(|_| is_path).map(|parts| parts.join("/"))
}

pub(super) struct ScriptParser<'a> {
    pub(super) tokens: &'a [ScriptToken],
    pub(super) at: usize,
    /// Literals by the names that they are declared with, so far.
    pub(super) names: HashMap<String, Value>,
    /// The keys of the objects around the current position.
    path: Vec<String>,
    /// Paths of keys, such as `a.b`, whose values are computed; `*` is any key of the object.
    pub(super) computed: Vec<String>,
}

impl<'a> ScriptParser<'a> {
    pub(super) fn new(tokens: &'a [ScriptToken]) -> Self {
        Self { tokens, at: 0, names: HashMap::new(), path: Vec::new(), computed: Vec::new() }
    }

    /// Parses all objects. The values of the exported object take precedence, then those of earlier objects.
    fn parse_all(&mut self) -> Data {
        let mut exported = Data::default();
        let mut others: Vec<Data> = Vec::new();
        while let Some(token) = self.next() {
            match token {
                ScriptToken::Word(word) if matches!(word.as_str(), "const" | "let" | "var") => {
                    if let Some((name, value)) = self.declaration() {
                        others.extend(Data::from_value(&value));
                        self.names.insert(name, value);
                    }
                }
                ScriptToken::Word(word) if word == "default" || word == "exports" && self.is_mark('=') => {
                    self.take('=');
                    let start = self.at;
                    if let Some(data) = Data::from_value(&self.value(0)) {
                        exported.fill_from(&data);
                    } else {
                        // The export is a function: its objects are read like all others.
                        self.at = start;
                    }
                }
                ScriptToken::Mark('{') if self.begins_object() => {
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

    /// Parses a declaration after `const`, `let` or `var`.
    pub(super) fn declaration(&mut self) -> Option<(String, Value)> {
        let Some(ScriptToken::Word(name)) = self.tokens.get(self.at) else { return None };
        self.at += 1;
        // The type between the name and `=` has a few tokens at most.
        let equals = (self.at..self.at + limits::MAX_SCRIPT_TYPE_TOKENS)
            .find(|at| matches!(self.tokens.get(*at), Some(ScriptToken::Mark('='))))?;
        let is_type = matches!(self.tokens.get(self.at), Some(ScriptToken::Mark(':')));
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

    pub(super) fn next(&mut self) -> Option<&'a ScriptToken> {
        let token = self.tokens.get(self.at);
        self.at += 1;
        token
    }

    pub(super) fn is_mark(&self, mark: char) -> bool {
        matches!(self.tokens.get(self.at), Some(ScriptToken::Mark(is)) if *is == mark)
    }

    /// Consumes a punctuation character, if it is the next token.
    pub(super) fn take(&mut self, mark: char) -> bool {
        let is = self.is_mark(mark);
        self.at += usize::from(is);
        is
    }

    /// Returns whether a key follows the `{`, so that it begins an object rather than a block.
    fn begins_object(&self) -> bool {
        matches!(
            (self.tokens.get(self.at), self.tokens.get(self.at + 1)),
            (Some(ScriptToken::Word(_) | ScriptToken::Text(_)), Some(ScriptToken::Mark(':' | ',')))
                | (Some(ScriptToken::Mark('.')), _)
        )
    }

    /// Parses an expression; returns null if it is computed.
    pub(super) fn value(&mut self, depth: usize) -> Value {
        if depth > limits::MAX_SCRIPT_DEPTH {
            return Value::Null;
        }
        let mut value = self.operand(depth);
        // The expression may continue with operators, such as `process.env.URL || 'https://…'`.
        while let Some(token) = self.tokens.get(self.at) {
            match token {
                ScriptToken::Mark(',' | '}' | ']' | ')' | ';') => break,
                ScriptToken::Mark('|' | '?') if self.tokens.get(self.at + 1) == Some(token) => {
                    self.at += 2;
                    let other = self.operand(depth);
                    value = if value.is_null() { other } else { value };
                }
                ScriptToken::Word(word) if matches!(word.as_str(), "as" | "satisfies") => {
                    self.at += 2;
                }
                ScriptToken::Word(word)
                    if matches!(word.as_str(), "const" | "let" | "var" | "export" | "module" | "import") =>
                {
                    break;
                }
                ScriptToken::Word(_) if !value.is_null() => break,
                ScriptToken::Mark('+') if value.is_string() => {
                    self.at += 1;
                    value = match (value, self.operand(depth)) {
                        (Value::String(left), Value::String(right)) => Value::String(left + &right),
                        _ => Value::Null,
                    };
                }
                // Any other operator computes a value.
                _ => {
                    value = Value::Null;
                    self.operand(depth);
                }
            }
        }
        value
    }

    /// Parses an operand: a literal, a name, a call or an expression in parentheses.
    fn operand(&mut self, depth: usize) -> Value {
        let depth = depth + 1;
        if depth > limits::MAX_SCRIPT_DEPTH {
            self.at += 1;
            return Value::Null;
        }
        match self.next() {
            Some(ScriptToken::Text(text)) => Value::String(text.clone()),
            Some(ScriptToken::Template(text)) => self.substitute(text).map_or(Value::Null, Value::String),
            Some(ScriptToken::Mark('{')) => self.object(depth),
            Some(ScriptToken::Mark('[')) => Value::Array(self.items(']', depth)),
            Some(ScriptToken::Mark('(')) => self.items(')', depth).into_iter().next().unwrap_or_default(),
            Some(ScriptToken::Word(word)) if word == "new" && self.is_word("Date") => {
                self.at += 1;
                self.take('(');
                self.items(')', depth).into_iter().next().filter(Value::is_string).unwrap_or_default()
            }
            Some(ScriptToken::Word(word)) if self.is_mark('(') => {
                self.at += 1;
                let arguments = self.items(')', depth);
                if let Some(path) = joined_path(word, &arguments) {
                    return Value::String(path);
                }
                // `defineConfig({…})` returns its argument; other calls compute a value.
                let is_wrapper = word.starts_with("define") || word.starts_with("with") || word == "glob";
                arguments.into_iter().find(|_| is_wrapper).unwrap_or_default()
            }
            Some(ScriptToken::Word(word)) => match word.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                word => match word.parse::<i64>() {
                    Ok(number) => Value::from(number),
                    Err(_) if word.starts_with(|c: char| c.is_ascii_digit()) => {
                        word.parse::<f64>().map(Value::from).unwrap_or_default()
                    }
                    Err(_) => self.names.get(word).cloned().unwrap_or_default(),
                },
            },
            _ => Value::Null,
        }
    }

    /// Substitutes declared strings in a template.
    fn substitute(&self, template: &str) -> Option<String> {
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

    /// Parses a list of expressions up to `end`.
    pub(super) fn items(&mut self, end: char, depth: usize) -> Vec<Value> {
        let mut items = Vec::new();
        while self.at < self.tokens.len() && !self.take(end) {
            let start = self.at;
            items.push(self.value(depth));
            self.take(',');
            // Skip an unmatched closing bracket of another kind.
            if self.at == start {
                self.at += 1;
            }
        }
        items
    }

    /// Parses an object after its `{`.
    pub(super) fn object(&mut self, depth: usize) -> Value {
        let mut object = Map::new();
        while self.at < self.tokens.len() && !self.take('}') {
            let start = self.at;
            match self.next() {
                Some(ScriptToken::Word(key) | ScriptToken::Text(key)) if self.take(':') => {
                    let value = self.entry(key, depth);
                    object.insert(key.clone(), value);
                }
                Some(ScriptToken::Word(key)) if self.is_mark(',') || self.is_mark('}') => {
                    let value = self.names.get(key).cloned().unwrap_or_default();
                    if value.is_null() {
                        self.note_computed(key);
                    }
                    object.insert(key.clone(), value);
                }
                Some(ScriptToken::Mark('.')) if self.is_mark('.') => {
                    while self.take('.') {}
                    match self.value(depth) {
                        Value::Object(spread) => object.extend(spread),
                        _ => self.note_computed("*"),
                    }
                }
                Some(_) => {
                    self.at = start;
                    let method = self.method_name();
                    self.value(depth);
                    if let Some(name) = method.filter(|name| !self.passes_through(name, start)) {
                        self.note_computed(name);
                    }
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

    /// Parses the value of a key, and notes whether it is computed.
    fn entry(&mut self, key: &str, depth: usize) -> Value {
        let start = self.at;
        self.path.push(key.to_owned());
        let value = self.value(depth);
        self.path.pop();
        let is_literal_null = self.at == start + 1
            && matches!(self.tokens.get(start), Some(ScriptToken::Word(word)) if matches!(word.as_str(), "null" | "undefined"));
        if value.is_null() && !is_literal_null && !self.passes_through(key, start) {
            self.note_computed(key);
        }
        value
    }

    /// Returns the name of the method that begins at this position, such as `permalink(data) {`.
    fn method_name(&self) -> Option<&'a str> {
        let tokens = self.tokens.get(self.at..)?;
        let tokens = match tokens.first()? {
            ScriptToken::Word(word) if matches!(word.as_str(), "async" | "get") => &tokens[1..],
            _ => tokens,
        };
        match tokens {
            [ScriptToken::Word(name) | ScriptToken::Text(name), ScriptToken::Mark('('), ..] => Some(name),
            _ => None,
        }
    }

    /// Notes that a key of the current object is computed.
    pub(super) fn note_computed(&mut self, key: &str) {
        if self.computed.len() < limits::MAX_COMPUTED_KEYS {
            let parts = self.path.iter().map(String::as_str).chain([key]);
            self.computed.push(parts.collect::<Vec<_>>().join("."));
        }
    }

    /// Returns whether the code from `start` to here, the value of `key`, returns nothing but that very value of
    /// the page or `false`, as the functions that hide drafts do: `(data) => data.draft ? false : data.permalink`.
    fn passes_through(&self, key: &str, start: usize) -> bool {
        let tokens = self.tokens.get(start..self.at).unwrap_or_default();
        let names_key = || tokens.iter().any(|token| matches!(token, ScriptToken::Word(word) if word == key));
        let builds_text = || {
            tokens.iter().any(|token| match token {
                ScriptToken::Template(_) => true,
                ScriptToken::Text(text) => text.contains(['/', '{']),
                _ => false,
            })
        };
        key == "permalink" && names_key() && !builds_text()
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(ScriptToken::Word(is)) if is == word)
    }
}
