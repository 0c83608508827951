//! The parser for JavaScript expressions. It accepts any tokens; code that it does not know is
//! [`Expression::Unknown`].

use super::syntax::Expression;
use super::tokens::{CodeToken, tokens, unescaped};
use crate::config::limits;

/// Binary operators by their strength, the weakest ones first.
const OPERATORS: [&[&str]; 6] = [
    &["??", "||"],
    &["&&"],
    &["===", "!==", "==", "!="],
    &["<", ">", "<=", ">="],
    &["+", "-"],
    &["*", "/", "%"],
];

/// A parser, at a token.
pub(super) struct CodeParser<'a> {
    tokens: &'a [CodeToken],
    pub(super) at: usize,
    depth: usize,
}

impl<'a> CodeParser<'a> {
    pub(super) fn new(tokens: &'a [CodeToken], at: usize) -> Self {
        Self { tokens, at, depth: 0 }
    }

    pub(super) fn is_mark(&self, mark: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(CodeToken::Mark(is)) if *is == mark)
    }

    pub(super) fn take(&mut self, mark: &str) -> bool {
        let is = self.is_mark(mark);
        self.at += usize::from(is);
        is
    }

    fn is_name(&self, name: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(CodeToken::Name(is)) if is == name)
    }

    /// Parses an expression.
    pub(super) fn expression(&mut self) -> Expression {
        self.depth += 1;
        let parsed = if self.depth > limits::MAX_SCRIPT_DEPTH {
            self.at += 1;
            Expression::Unknown
        } else {
            self.conditional()
        };
        self.depth -= 1;
        parsed
    }

    fn conditional(&mut self) -> Expression {
        if let Some(function) = self.function() {
            return function;
        }
        let condition = self.binary(0);
        if !self.take("?") {
            return condition;
        }
        let yes = self.expression();
        if !self.take(":") {
            return Expression::Unknown;
        }
        let no = self.expression();
        Expression::Conditional(Box::new([condition, yes, no]))
    }

    fn binary(&mut self, strength: usize) -> Expression {
        let Some(operators) = OPERATORS.get(strength) else { return self.unary() };
        let mut left = self.binary(strength + 1);
        while let Some(CodeToken::Mark(mark)) = self.tokens.get(self.at)
            && operators.contains(mark)
        {
            self.at += 1;
            let right = self.binary(strength + 1);
            left = Expression::Binary((*mark).to_owned(), Box::new(left), Box::new(right));
        }
        left
    }

    fn unary(&mut self) -> Expression {
        if self.depth > limits::MAX_SCRIPT_DEPTH {
            self.at += 1;
            return Expression::Unknown;
        }
        self.depth += 1;
        let parsed = if self.take("!") {
            Expression::Not(Box::new(self.unary()))
        } else if self.take("-") {
            match self.unary() {
                Expression::Number(number) => Expression::Number(-number),
                _ => Expression::Unknown,
            }
        } else if self.is_name("await") {
            self.at += 1;
            self.unary()
        } else {
            let operand = self.operand();
            self.chain(operand)
        };
        self.depth -= 1;
        parsed
    }

    /// Parses what follows an operand: properties, elements, calls and types.
    fn chain(&mut self, mut of: Expression) -> Expression {
        loop {
            if self.take(".") || self.take("?.") {
                match self.tokens.get(self.at) {
                    Some(CodeToken::Name(name)) => {
                        self.at += 1;
                        of = Expression::Member(Box::new(of), name.clone());
                    }
                    Some(CodeToken::Mark("[" | "(")) => {}
                    _ => return Expression::Unknown,
                }
            } else if self.take("[") {
                let element = self.expression();
                self.take("]");
                of = Expression::Element(Box::new(of), Box::new(element));
            } else if self.take("(") {
                of = Expression::Call(Box::new(of), self.items(")"));
            } else if self.is_mark("!") && self.tokens.get(self.at + 1) != Some(&CodeToken::Mark("=")) {
                // TypeScript's assertion that a value is not null.
                self.at += 1;
            } else if self.is_name("as") || self.is_name("satisfies") {
                self.at += 1;
                self.skip_type();
            } else {
                return of;
            }
        }
    }

    fn skip_type(&mut self) {
        for _ in 0..limits::MAX_SCRIPT_TYPE_TOKENS {
            match self.tokens.get(self.at) {
                Some(
                    CodeToken::Name(_) | CodeToken::Text(_) | CodeToken::Mark("." | "|" | "<" | ">" | "&"),
                ) => {
                    self.at += 1;
                }
                Some(CodeToken::Mark("[")) if self.tokens.get(self.at + 1) == Some(&CodeToken::Mark("]")) => {
                    self.at += 2;
                }
                _ => break,
            }
        }
    }

    fn operand(&mut self) -> Expression {
        let token = self.tokens.get(self.at);
        self.at += 1;
        match token {
            Some(CodeToken::Text(text)) => Expression::Text(text.clone()),
            Some(CodeToken::Number(number)) => Expression::Number(*number),
            Some(CodeToken::Regex(pattern, flags)) => Expression::Regex(pattern.clone(), flags.clone()),
            Some(CodeToken::Template(source)) => self.template(source),
            Some(CodeToken::Mark("(")) => {
                let inner = self.expression();
                self.take(")");
                inner
            }
            Some(CodeToken::Mark("[")) => Expression::Array(self.items("]")),
            Some(CodeToken::Mark("{")) => self.object(),
            Some(CodeToken::Name(name)) => match name.as_str() {
                "true" => Expression::Bool(true),
                "false" => Expression::Bool(false),
                "undefined" | "null" => Expression::Undefined,
                "new" => self.construction(),
                _ => Expression::Name(name.clone()),
            },
            _ => {
                self.at -= 1;
                Expression::Unknown
            }
        }
    }

    fn construction(&mut self) -> Expression {
        let Some(CodeToken::Name(class)) = self.tokens.get(self.at) else { return Expression::Unknown };
        self.at += 1;
        let arguments = if self.take("(") { self.items(")") } else { Vec::new() };
        Expression::New(class.clone(), arguments)
    }

    /// Parses a list of expressions up to `end`.
    pub(super) fn items(&mut self, end: &str) -> Vec<Expression> {
        let mut items = Vec::new();
        while self.at < self.tokens.len() && !self.take(end) {
            let start = self.at;
            let is_spread = self.take("...");
            let item = self.expression();
            items.push(if is_spread { Expression::Unknown } else { item });
            self.take(",");
            self.at += usize::from(self.at == start);
        }
        items
    }

    /// Parses an object after its `{`.
    fn object(&mut self) -> Expression {
        let mut entries = Vec::new();
        while self.at < self.tokens.len() && !self.take("}") {
            let start = self.at;
            let key = match self.tokens.get(self.at) {
                Some(CodeToken::Name(key) | CodeToken::Text(key)) => Some(key.clone()),
                _ => None,
            };
            self.at += 1;
            match key {
                Some(key) if self.take(":") => {
                    let value = self.expression();
                    entries.push((key, value));
                }
                Some(key) if self.is_mark(",") || self.is_mark("}") => {
                    entries.push((key.clone(), Expression::Name(key)));
                }
                _ => {
                    self.at = start;
                    self.take("...");
                    self.expression();
                    entries.push((String::new(), Expression::Unknown));
                }
            }
            self.take(",");
            self.at += usize::from(self.at == start);
        }
        Expression::Object(entries)
    }

    fn template(&mut self, source: &str) -> Expression {
        let mut parts = Vec::new();
        let mut rest = source;
        while let Some((before, inner)) = rest.split_once("${") {
            let Some((code, after)) = inner.split_once('}') else { return Expression::Unknown };
            parts.push(Expression::Text(unescaped(before)));
            let code = tokens(code);
            let mut parser = CodeParser { tokens: &code, at: 0, depth: self.depth };
            parts.push(parser.expression());
            if parser.at < code.len() {
                return Expression::Unknown;
            }
            rest = after;
        }
        if parts.is_empty() {
            return Expression::Text(unescaped(source));
        }
        parts.push(Expression::Text(unescaped(rest)));
        Expression::Template(parts)
    }

    /// Parses an arrow function, if one begins here.
    fn function(&mut self) -> Option<Expression> {
        let start = self.at;
        if self.is_name("async") {
            self.at += 1;
        }
        let names = match self.tokens.get(self.at) {
            Some(CodeToken::Name(name)) if self.tokens.get(self.at + 1) == Some(&CodeToken::Mark("=>")) => {
                self.at += 1;
                Some(vec![(name.clone(), Expression::Subject)])
            }
            Some(CodeToken::Mark("(")) => {
                self.at += 1;
                let names = self.pattern(&Expression::Subject);
                let close = self.closing();
                self.at = close + 1;
                self.is_mark("=>").then_some(names)
            }
            _ => None,
        };
        if names.is_none() || !self.take("=>") {
            self.at = start;
            return None;
        }
        let mut names = names?;
        let body = if self.is_mark("{") { self.block(&mut names) } else { self.expression() };
        Some(Expression::Function(names, Box::new(body)))
    }

    /// Returns the position of the bracket that closes the one before this position.
    fn closing(&self) -> usize {
        let mut open = 1_usize;
        for at in self.at..self.tokens.len() {
            match self.tokens[at] {
                CodeToken::Mark("(" | "[" | "{") => open += 1,
                CodeToken::Mark(")" | "]" | "}") => open -= 1,
                _ => {}
            }
            if open == 0 {
                return at;
            }
        }
        self.tokens.len()
    }

    /// Parses a function after `function`: its name, and the function.
    pub(super) fn declared_function(&mut self) -> Option<(String, Expression)> {
        let Some(CodeToken::Name(name)) = self.tokens.get(self.at) else { return None };
        self.at += 1;
        if !self.take("(") {
            return None;
        }
        let mut names = self.pattern(&Expression::Subject);
        self.at = self.closing() + 1;
        // The type of the result may follow.
        if self.take(":") {
            self.skip_type();
        }
        let body = if self.is_mark("{") { self.block(&mut names) } else { Expression::Unknown };
        Some((name.clone(), Expression::Function(names, Box::new(body))))
    }

    /// Parses a block that declares names and returns an expression.
    fn block(&mut self, names: &mut Vec<(String, Expression)>) -> Expression {
        self.at += 1;
        let close = self.closing();
        while self.is_name("const") || self.is_name("let") {
            let start = self.at + 1;
            self.at = start;
            self.pattern(&Expression::Subject);
            if !self.take("=") {
                break;
            }
            let value = self.expression();
            let end = self.at;
            self.at = start;
            names.extend(self.pattern(&value));
            self.at = end;
            self.take(";");
        }
        let returned = if self.is_name("return") {
            self.at += 1;
            let value = self.expression();
            self.take(";");
            if self.at == close { value } else { Expression::Unknown }
        } else {
            Expression::Unknown
        };
        self.at = close + 1;
        returned
    }

    /// Parses the names that a name or a destructuring pattern binds to parts of `of`.
    pub(super) fn pattern(&mut self, of: &Expression) -> Vec<(String, Expression)> {
        self.depth += 1;
        let mut names = Vec::new();
        if self.depth > limits::MAX_SCRIPT_DEPTH {
            self.at += 1;
        } else if self.take("{") {
            while self.at < self.tokens.len() && !self.take("}") {
                self.part_of_object(of, &mut names);
            }
        } else if self.take("[") {
            let mut position = 0.0;
            while self.at < self.tokens.len() && !self.take("]") {
                let part = if self.take("...") {
                    let slice = Expression::Member(Box::new(of.clone()), "slice".to_owned());
                    Expression::Call(Box::new(slice), vec![Expression::Number(position)])
                } else {
                    Expression::Element(Box::new(of.clone()), Box::new(Expression::Number(position)))
                };
                let start = self.at;
                names.extend(self.pattern(&part));
                self.take(",");
                self.at += usize::from(self.at == start);
                position += 1.0;
            }
        } else if let Some(CodeToken::Name(name)) = self.tokens.get(self.at) {
            self.at += 1;
            names.push((name.clone(), of.clone()));
        }
        self.depth -= 1;
        names
    }

    fn part_of_object(&mut self, of: &Expression, names: &mut Vec<(String, Expression)>) {
        let key = self.tokens.get(self.at);
        self.at += 1;
        let Some(CodeToken::Name(key) | CodeToken::Text(key)) = key else { return };
        let part = Expression::Member(Box::new(of.clone()), key.clone());
        if self.take(":") {
            names.extend(self.pattern(&part));
        } else if self.take("=") {
            let default = self.expression();
            names.push((key.clone(), Expression::Binary("??".to_owned(), Box::new(part), Box::new(default))));
        } else {
            names.push((key.clone(), part));
        }
        self.take(",");
    }
}
