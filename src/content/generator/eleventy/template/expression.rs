//! Expressions of Liquid and Nunjucks: values, operators and filters.

use super::filters;
use super::scope::{TemplateEngine, TemplateScope, Unevaluated};
use super::value::TemplateValue;
use crate::config::limits;

/// A token of an expression.
#[derive(Debug, Clone, PartialEq)]
enum ExpressionToken {
    /// A name, a keyword, or a path such as `page.date`.
    Name(String),
    Text(String),
    Number(f64),
    Mark(&'static str),
}

const MARKS: [&str; 24] = [
    "===", "!==", "==", "!=", "<>", "<=", ">=", "&&", "||", "<", ">", "|", ":", ",", "(", ")", "[", "]", "~",
    "+", "-", "*", "!", "?",
];

/// The value of an expression.
pub(super) struct Evaluated {
    pub(super) value: TemplateValue,
    /// Whether Nunjucks prints it unescaped.
    pub(super) is_safe: bool,
}

/// Evaluates an expression with its filters.
pub(super) fn evaluate(expression: &str, scope: &TemplateScope<'_>) -> Result<Evaluated, Unevaluated> {
    let mut reader = ExpressionReader { tokens: tokenize(expression)?, at: 0, depth: 0, scope };
    let evaluated = reader.conditional()?;
    match reader.tokens.get(reader.at) {
        None => Ok(evaluated),
        Some(_) => Err(Unevaluated::new(format!("the expression `{}`", expression.trim()))),
    }
}

fn tokenize(expression: &str) -> Result<Vec<ExpressionToken>, Unevaluated> {
    let mut tokens = Vec::new();
    let mut rest = expression.trim_start();
    while let Some(first) = rest.chars().next() {
        if tokens.len() > limits::MAX_TEMPLATE_TOKENS {
            return Err(Unevaluated::new("a very long expression"));
        }
        let length = match first {
            '"' | '\'' => {
                let end = rest[1..].find(first).ok_or_else(|| Unevaluated::new("an unclosed text"))?;
                tokens.push(ExpressionToken::Text(unescaped(&rest[1..=end])));
                end + 2
            }
            '0'..='9' => {
                let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                let number = rest[..end].parse().map_err(|_| Unevaluated::new(format!("`{rest}`")))?;
                tokens.push(ExpressionToken::Number(number));
                end
            }
            _ if first.is_alphabetic() || first == '_' => {
                let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
                let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
                tokens.push(ExpressionToken::Name(rest[..end].to_owned()));
                end
            }
            '.' if tokens.last() == Some(&ExpressionToken::Mark("]")) => {
                // A member after an index, `a["b"].c`, is read as another index.
                let name = &rest[1..];
                let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
                let index = ExpressionToken::Text(name[..end].to_owned());
                tokens.extend([ExpressionToken::Mark("["), index, ExpressionToken::Mark("]")]);
                end + 1
            }
            _ => {
                let mark = MARKS.iter().find(|mark| rest.starts_with(**mark));
                let mark = mark.ok_or_else(|| Unevaluated::new(format!("the expression `{expression}`")))?;
                tokens.push(ExpressionToken::Mark(mark));
                mark.len()
            }
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\\\", "\\")
}

struct ExpressionReader<'a> {
    tokens: Vec<ExpressionToken>,
    at: usize,
    depth: usize,
    scope: &'a TemplateScope<'a>,
}

impl ExpressionReader<'_> {
    fn is_nunjucks(&self) -> bool {
        self.scope.engine == TemplateEngine::Nunjucks
    }

    fn take(&mut self, mark: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(ExpressionToken::Mark(is)) if *is == mark);
        self.at += usize::from(is);
        is
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(ExpressionToken::Name(is)) if is == word);
        self.at += usize::from(is);
        is
    }

    fn is_true(&self, value: &TemplateValue) -> bool {
        if self.is_nunjucks() { value.is_truthy() } else { value.is_set() }
    }

    /// Parses `a if b else c` of Nunjucks, or what binds more.
    fn conditional(&mut self) -> Result<Evaluated, Unevaluated> {
        self.depth += 1;
        if self.depth > limits::MAX_TEMPLATE_DEPTH {
            return Err(Unevaluated::new("a deeply nested expression"));
        }
        let chosen = self.disjunction();
        let result = if self.is_nunjucks() && chosen.is_ok() && self.take_word("if") {
            let condition = self.disjunction()?.value;
            let other = if self.take_word("else") {
                self.conditional()?
            } else {
                Evaluated { value: TemplateValue::Nil, is_safe: false }
            };
            if self.is_true(&condition) { chosen } else { Ok(other) }
        } else {
            chosen
        };
        self.depth -= 1;
        result
    }

    /// Parses operands with `or` and `and`. Liquid reads them from right to left, so that `and` and `or` bind alike.
    fn disjunction(&mut self) -> Result<Evaluated, Unevaluated> {
        let mut left = self.conjunction()?;
        while self.take_word("or") || self.take("||") {
            let right = if self.is_nunjucks() { self.conjunction()? } else { self.disjunction()? };
            left = if self.is_true(&left.value) { left } else { right };
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Evaluated, Unevaluated> {
        let mut left = self.comparison()?;
        while self.take_word("and") || self.take("&&") {
            let right = if self.is_nunjucks() { self.comparison()? } else { self.disjunction()? };
            left = if self.is_true(&left.value) { right } else { left };
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<Evaluated, Unevaluated> {
        if self.take_word("not") || self.take("!") {
            let value = self.comparison()?.value;
            let flag = !self.is_true(&value);
            return Ok(Evaluated { value: TemplateValue::flag(flag), is_safe: false });
        }
        let left = self.sum()?;
        let Some(operator) = self.operator() else { return Ok(left) };
        let right = self.sum()?.value;
        let flag = compare(&left.value, &operator, &right)
            .ok_or_else(|| Unevaluated::new(format!("the operator `{operator}`")))?;
        Ok(Evaluated { value: TemplateValue::flag(flag), is_safe: false })
    }

    fn operator(&mut self) -> Option<String> {
        let operator = match self.tokens.get(self.at)? {
            ExpressionToken::Mark(mark)
                if matches!(*mark, "<" | ">") || mark.len() > 1 && !matches!(*mark, "&&" | "||") =>
            {
                (*mark).to_owned()
            }
            ExpressionToken::Name(word) if matches!(word.as_str(), "contains" | "in") => word.clone(),
            _ => return None,
        };
        self.at += 1;
        Some(operator)
    }

    /// Parses filtered operands with the operators that join texts and add numbers.
    fn sum(&mut self) -> Result<Evaluated, Unevaluated> {
        let mut left = self.filtered()?;
        loop {
            let is_join = self.take("~");
            if !(is_join || self.is_nunjucks() && self.take("+")) {
                return Ok(left);
            }
            let right = self.filtered()?.value;
            let numbers = match (&left.value, &right) {
                (
                    TemplateValue::Json(serde_json::Value::Number(a)),
                    TemplateValue::Json(serde_json::Value::Number(b)),
                ) => a.as_f64().zip(b.as_f64()).filter(|_| !is_join),
                _ => None,
            };
            let value = match numbers {
                Some((a, b)) => TemplateValue::number(a + b),
                None => match left.value.printed().zip(right.printed()) {
                    Some((a, b)) => TemplateValue::text(a + &b),
                    None => return Err(Unevaluated::new("a date as text")),
                },
            };
            left = Evaluated { value, is_safe: false };
        }
    }

    /// Parses an operand and the filters after it.
    fn filtered(&mut self) -> Result<Evaluated, Unevaluated> {
        let mut result = self.operand().map(|value| Evaluated { value, is_safe: false });
        while self.take("|") {
            let Some(ExpressionToken::Name(name)) = self.tokens.get(self.at).cloned() else {
                return Err(Unevaluated::new("a filter without a name"));
            };
            self.at += 1;
            let arguments = self.arguments()?;
            let evaluated = result?;
            let is_safe = matches!(name.as_str(), "safe" | "escape" | "e" | "forceescape");
            let value = filters::apply(&evaluated.value, &name, &arguments, self.scope)?;
            result = Ok(Evaluated { value, is_safe: is_safe && self.is_nunjucks() });
        }
        result
    }

    /// Parses the arguments of a filter: after `:` in Liquid, in parentheses in Nunjucks.
    fn arguments(&mut self) -> Result<Vec<TemplateValue>, Unevaluated> {
        let mut arguments = Vec::new();
        let in_parentheses = self.take("(");
        if !in_parentheses && !self.take(":") {
            return Ok(arguments);
        }
        while !(in_parentheses && self.take(")")) {
            arguments.push(if in_parentheses { self.conditional()?.value } else { self.operand()? });
            if !self.take(",") && !in_parentheses {
                break;
            }
            if self.at >= self.tokens.len() && in_parentheses {
                return Err(Unevaluated::new("unclosed parentheses"));
            }
        }
        Ok(arguments)
    }

    fn operand(&mut self) -> Result<TemplateValue, Unevaluated> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        let mut value = match token {
            Some(ExpressionToken::Text(text)) => TemplateValue::text(text),
            Some(ExpressionToken::Number(number)) => TemplateValue::number(number),
            Some(ExpressionToken::Mark("-")) => match self.operand()?.as_number() {
                Some(number) => TemplateValue::number(-number),
                None => return Err(Unevaluated::new("a negative value")),
            },
            Some(ExpressionToken::Mark("(")) if self.is_nunjucks() => {
                let value = self.conditional()?.value;
                if !self.take(")") {
                    return Err(Unevaluated::new("unclosed parentheses"));
                }
                value
            }
            Some(ExpressionToken::Name(name)) => {
                if matches!(self.tokens.get(self.at), Some(ExpressionToken::Mark("("))) {
                    return Err(Unevaluated::new(format!("the call `{name}()`")));
                }
                self.named(&name)?
            }
            _ => return Err(Unevaluated::new("an empty expression")),
        };
        while self.take("[") {
            let key = self.conditional()?.value.printed().unwrap_or_default();
            if !self.take("]") {
                return Err(Unevaluated::new("unclosed brackets"));
            }
            value = value.member(&key);
        }
        Ok(value)
    }

    fn named(&self, name: &str) -> Result<TemplateValue, Unevaluated> {
        match name {
            "true" => Ok(TemplateValue::flag(true)),
            "false" => Ok(TemplateValue::flag(false)),
            "nil" | "null" | "none" | "undefined" => Ok(TemplateValue::Nil),
            "empty" | "blank" if !self.is_nunjucks() => Ok(TemplateValue::text("")),
            _ => self.scope.variable(name),
        }
    }
}

/// Compares two values; `None` if they cannot be compared.
fn compare(left: &TemplateValue, operator: &str, right: &TemplateValue) -> Option<bool> {
    let contains = |all: &TemplateValue, one: &TemplateValue| match all {
        TemplateValue::Json(serde_json::Value::Array(items)) => {
            Some(items.iter().any(|item| TemplateValue::from_json(item).equals(one)))
        }
        TemplateValue::Json(serde_json::Value::String(text)) => Some(text.contains(&one.printed()?)),
        TemplateValue::Json(serde_json::Value::Object(table)) => Some(table.contains_key(&one.printed()?)),
        _ => Some(false),
    };
    match operator {
        "==" | "===" => Some(left.equals(right)),
        "!=" | "!==" | "<>" => Some(!left.equals(right)),
        "contains" => contains(left, right),
        "in" => contains(right, left),
        _ => {
            let order = match (left, right) {
                (TemplateValue::Date(a), TemplateValue::Date(b)) => a.timestamp.cmp(&b.timestamp),
                _ => left.as_number()?.partial_cmp(&right.as_number()?)?,
            };
            Some(match operator {
                "<" => order.is_lt(),
                ">" => order.is_gt(),
                "<=" => order.is_le(),
                _ => order.is_ge(),
            })
        }
    }
}
