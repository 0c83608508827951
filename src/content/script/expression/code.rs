//! JavaScript code in which declarations, properties and calls are searched for.

use std::collections::BTreeSet;

use super::parser::CodeParser;
use super::syntax::Expression;
use super::tokens::{CodeToken, tokens};
use crate::config::limits;

/// Tokens of JavaScript code.
#[derive(Debug, Clone, Default)]
pub(crate) struct ScriptCode {
    tokens: Vec<CodeToken>,
}

/// Names that code imports from a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScriptImport {
    /// The names, in the importing code.
    pub(crate) names: Vec<String>,
    /// The module, such as `../lib/posts`.
    pub(crate) module: String,
}

impl ScriptCode {
    /// Splits code into tokens. Any text is accepted.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Self {
        Self { tokens: tokens(text) }
    }

    /// Returns the code of a function that is declared as `function name() {…}` or `const name = … => …`.
    #[must_use]
    pub(crate) fn function(&self, name: &str) -> Option<Self> {
        let is_declared =
            |at: usize| match (at.checked_sub(1).map(|at| &self.tokens[at]), self.tokens.get(at + 1)) {
                (Some(CodeToken::Name(word)), _) if word == "function" => true,
                (Some(CodeToken::Name(word)), Some(CodeToken::Mark("=" | ":"))) => {
                    matches!(word.as_str(), "const" | "let" | "var")
                }
                _ => false,
            };
        let named = |token: &CodeToken| matches!(token, CodeToken::Name(is) if is == name);
        let at = (0..self.tokens.len()).find(|at| named(&self.tokens[*at]) && is_declared(*at))?;
        // The function ends where the next statement at the same depth begins.
        let mut open = 0_usize;
        let mut end = self.tokens.len();
        for (position, token) in self.tokens.iter().enumerate().skip(at + 1) {
            match token {
                CodeToken::Mark("(" | "[" | "{") => open += 1,
                CodeToken::Mark(")" | "]" | "}") => open = open.saturating_sub(1),
                CodeToken::Mark(";") if open == 0 => {
                    end = position;
                    break;
                }
                CodeToken::Name(word)
                    if open == 0
                        && matches!(
                            word.as_str(),
                            "export" | "const" | "let" | "var" | "function" | "import"
                        ) =>
                {
                    end = position;
                    break;
                }
                _ => {}
            }
        }
        Some(Self { tokens: self.tokens[at + 1..end].to_vec() })
    }

    /// Returns whether a name occurs in the code.
    #[must_use]
    pub(crate) fn mentions(&self, name: &str) -> bool {
        self.tokens.iter().any(|token| matches!(token, CodeToken::Name(is) if is == name))
    }

    /// Returns the names that are bound to expressions: declarations, and parameters of callbacks and loops, which are
    /// [`Expression::Subject`].
    #[must_use]
    pub(crate) fn bindings(&self) -> Vec<(String, Expression)> {
        let mut found = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            match token {
                CodeToken::Name(word) if matches!(word.as_str(), "const" | "let" | "var") => {
                    found.extend(self.declaration(at + 1));
                }
                CodeToken::Name(word) if word == "function" => {
                    let declared = CodeParser::new(&self.tokens, at + 1).declared_function();
                    if let Some((name, function)) = declared {
                        if let Expression::Function(parameters, _) = &function {
                            found.extend(parameters.clone());
                        }
                        found.push((name, function));
                    }
                }
                CodeToken::Mark("=>") => found.extend(self.parameters(at)),
                _ => {}
            }
        }
        found
    }

    fn declaration(&self, at: usize) -> Vec<(String, Expression)> {
        let mut parser = CodeParser::new(&self.tokens, at);
        let names = parser.pattern(&Expression::Subject);
        let mut after = parser.at;
        if self.tokens.get(after) == Some(&CodeToken::Mark(":")) {
            let equals = (after..after + limits::MAX_SCRIPT_TYPE_TOKENS)
                .find(|at| self.tokens.get(*at) == Some(&CodeToken::Mark("=")));
            after = equals.unwrap_or(after);
        }
        match self.tokens.get(after) {
            Some(CodeToken::Mark("=")) => {
                let value = CodeParser::new(&self.tokens, after + 1).expression();
                // A list of entries stands for each of them.
                let is_list = value
                    .has(&|part| matches!(part, Expression::Name(name) if name.starts_with("getCollection")));
                let value = if is_list { Expression::Unknown } else { value };
                CodeParser::new(&self.tokens, at).pattern(&value)
            }
            Some(CodeToken::Name(word)) if word == "of" => names,
            _ => Vec::new(),
        }
    }

    /// Returns the parameters of the arrow function whose arrow is at this position.
    fn parameters(&self, arrow: usize) -> Vec<(String, Expression)> {
        let Some(last) = arrow.checked_sub(1) else { return Vec::new() };
        match &self.tokens[last] {
            CodeToken::Name(name) => vec![(name.clone(), Expression::Subject)],
            CodeToken::Mark(")") => {
                let mut open = 0_usize;
                for at in (0..=last).rev() {
                    match self.tokens[at] {
                        CodeToken::Mark(")" | "]" | "}") => open += 1,
                        CodeToken::Mark("(" | "[" | "{") => open = open.saturating_sub(1),
                        _ => {}
                    }
                    if open == 0 {
                        return CodeParser::new(&self.tokens, at + 1).pattern(&Expression::Subject);
                    }
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the values of all properties with this key: `key: value`, and `key` alone.
    #[must_use]
    pub(crate) fn properties(&self, key: &str) -> Vec<Expression> {
        let is_key =
            |token: &CodeToken| matches!(token, CodeToken::Name(is) | CodeToken::Text(is) if is == key);
        let keys = (0..self.tokens.len())
            .filter(|at| is_key(&self.tokens[*at]) && self.tokens.get(at + 1) == Some(&CodeToken::Mark(":")));
        let values = keys.map(|at| CodeParser::new(&self.tokens, at + 2).expression());
        values.collect()
    }

    /// Returns the arguments of all calls of a function or method with this name.
    #[must_use]
    pub(crate) fn calls(&self, name: &str) -> Vec<Vec<Expression>> {
        let found = (0..self.tokens.len()).filter_map(|at| {
            let is_name = matches!(&self.tokens[at], CodeToken::Name(is) if is == name);
            let open = match self.tokens.get(at + 1) {
                Some(CodeToken::Mark("(")) if is_name => at + 1,
                // Type arguments: `getCollection<'blog'>('blog')`.
                Some(CodeToken::Mark("<")) if is_name => {
                    let open =
                        (at + 2..at + 8).find(|at| self.tokens.get(*at) == Some(&CodeToken::Mark("(")))?;
                    (self.tokens[open - 1] == CodeToken::Mark(">")).then_some(open)?
                }
                _ => return None,
            };
            Some(CodeParser::new(&self.tokens, open + 1).items(")"))
        });
        found.collect()
    }

    /// Returns the names of the functions that are called.
    #[must_use]
    pub(crate) fn called_names(&self) -> BTreeSet<&str> {
        let calls = self.tokens.windows(2).filter_map(|tokens| match tokens {
            [CodeToken::Name(name), CodeToken::Mark("(")] => Some(name.as_str()),
            _ => None,
        });
        calls.collect()
    }

    /// Returns the imports from modules.
    #[must_use]
    pub(crate) fn imports(&self) -> Vec<ScriptImport> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            let is_import =
                matches!(&self.tokens[at], CodeToken::Name(word) if word == "import" || word == "export");
            let Some(from) = is_import.then(|| self.end_of_import(at)).flatten() else { continue };
            let Some(CodeToken::Text(module)) = self.tokens.get(from + 1) else { continue };
            let names = self.tokens[at + 1..from].iter().filter_map(|token| match token {
                CodeToken::Name(name) if !matches!(name.as_str(), "type" | "as") => Some(name.clone()),
                _ => None,
            });
            found.push(ScriptImport { names: names.collect(), module: module.clone() });
        }
        found
    }

    /// Returns the position of `from` of the import at this position.
    fn end_of_import(&self, at: usize) -> Option<usize> {
        let rest = self.tokens[at + 1..].iter().enumerate();
        for (length, token) in rest {
            match token {
                CodeToken::Name(word) if word == "from" => return Some(at + 1 + length),
                CodeToken::Name(_) | CodeToken::Mark("{" | "}" | "," | "*") => {}
                _ => return None,
            }
        }
        None
    }
}
