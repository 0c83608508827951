//! Settings in JavaScript or TypeScript: the literal values in the code, which is not run.
//!
//! The parser is tolerant: object literals are read anywhere in the code, names are replaced by the literals
//! that they are declared with, and computed values count as absent.

mod calls;
mod exports;
pub(crate) mod expression;
mod lexer;
mod parser;

use std::collections::HashMap;

use serde_json::Value;

pub(crate) use self::calls::{CallArgument, ScriptCall};
pub(crate) use self::exports::{COMPUTED_KEYS, declared_values, exported_values};
use self::lexer::{ScriptToken, tokenize};
use crate::config::limits;
use crate::content::data::Data;

/// The tokens and literal values of a JavaScript or TypeScript file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ParsedScript {
    tokens: Vec<ScriptToken>,
    data: Data,
    /// Literals by the names that they are declared with.
    names: HashMap<String, Value>,
}

impl ParsedScript {
    /// Parses source code. Any text is accepted.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Self {
        Self::parse_with(text, HashMap::new())
    }

    /// Parses source code that imports the literals `names`.
    #[must_use]
    pub(crate) fn parse_with(text: &str, names: HashMap<String, Value>) -> Self {
        let tokens = tokenize(text);
        let literals = parser::parse_literals(&tokens, names);
        Self { tokens, data: literals.data, names: literals.names }
    }

    /// Returns the exported object, completed with the values of the other objects in the code.
    #[must_use]
    pub(crate) fn data(&self) -> &Data {
        &self.data
    }

    /// Returns the literals by the names that they are declared with.
    #[must_use]
    pub(crate) fn names(&self) -> &HashMap<String, Value> {
        &self.names
    }

    /// Returns whether `word` is a string or a name in the code, except in comments.
    #[must_use]
    pub(crate) fn mentions(&self, word: &str) -> bool {
        self.tokens
            .iter()
            .any(|token| matches!(token, ScriptToken::Word(text) | ScriptToken::Text(text) if text == word))
    }

    /// Returns the object that a name is declared with; empty if there is none.
    #[must_use]
    pub(crate) fn declared_object(&self, name: &str) -> Data {
        self.names.get(name).and_then(Data::from_value).unwrap_or_default()
    }

    /// Returns the object that is the first argument of a call of `function`; empty if there is none.
    #[must_use]
    pub(crate) fn argument_of(&self, function: &str) -> Data {
        let called = |at: &usize| matches!(&self.tokens[*at..*at + 2], [ScriptToken::Word(name), ScriptToken::Mark('(')] if name == function);
        let calls = (0..self.tokens.len().saturating_sub(1)).filter(called);
        let mut arguments = calls.map(|at| parser::parse_value(&self.tokens, at + 2, self.names.clone()));
        arguments.find_map(|value| Data::from_value(&value)).unwrap_or_default()
    }

    /// Returns the source texts of templates with substitutions, including `${…}`.
    pub(crate) fn templates(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter_map(|token| match token {
            ScriptToken::Template(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Returns the strings under `key`, at any depth. The strings of a call such as `join(a, 'b', 'c')` are
    /// joined to a path.
    #[must_use]
    pub(crate) fn texts_of(&self, key: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (at, tokens) in self.tokens.windows(3).enumerate() {
            let ([ScriptToken::Word(name) | ScriptToken::Text(name), ScriptToken::Mark(':'), value], true) =
                (tokens, at + 3 <= self.tokens.len())
            else {
                continue;
            };
            if name != key {
                continue;
            }
            match value {
                ScriptToken::Text(text) | ScriptToken::Template(text) => found.push(text.clone()),
                ScriptToken::Word(_) if self.tokens.get(at + 3) == Some(&ScriptToken::Mark('(')) => {
                    let arguments =
                        self.tokens[at + 4..].iter().take_while(|token| **token != ScriptToken::Mark(')'));
                    let texts =
                        arguments.take(limits::MAX_SCRIPT_PATH_TOKENS).filter_map(|token| match token {
                            ScriptToken::Text(text) => Some(text.as_str()),
                            _ => None,
                        });
                    found.push(texts.collect::<Vec<_>>().join("/"));
                }
                _ => {}
            }
        }
        found
    }

    /// Returns whether the value under `key` is computed rather than a literal.
    #[must_use]
    pub(crate) fn computes(&self, key: &str) -> bool {
        self.tokens.windows(3).any(|tokens| match tokens {
            [
                ScriptToken::Word(name) | ScriptToken::Text(name),
                ScriptToken::Mark(':'),
                ScriptToken::Word(value),
            ] => name == key && !matches!(value.as_str(), "true" | "false" | "null" | "undefined"),
            [ScriptToken::Word(name) | ScriptToken::Text(name), ScriptToken::Mark(':' | '('), value] => {
                name == key && matches!(value, ScriptToken::Template(_) | ScriptToken::Mark('('))
            }
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(script: &str, path: &str) -> Option<String> {
        let mut data = ParsedScript::parse(script).data().clone();
        let (tables, key) = path.rsplit_once('.').unwrap_or(("", path));
        for table in tables.split('.').filter(|table| !table.is_empty()) {
            data = data.table(table);
        }
        data.text(key)
    }

    #[test]
    fn finds_literal_values_in_any_style_of_code() {
        let cases = [
            ("module.exports = { url: 'https://a.org' }", "url", "https://a.org"),
            ("export default { 'url': \"https://a.org\", }", "url", "https://a.org"),
            ("export default defineConfig({ x: 1, site: `https://a.org` });", "site", "https://a.org"),
            ("const config: Config = { url: 'a' };\nexport default config;", "url", "a"),
            ("const config = { url: 'a' } satisfies Config\nmodule.exports = config", "url", "a"),
            ("const u = 'a';\nexport default { nav: [{url: 'b'}], url: u }", "url", "a"),
            ("const url = 'a'\nconst x = { n: 1 }\nexport default { url, y: 2 }", "url", "a"),
            (
                "// url: 'no'\n/* url: 'no' */ export default { url: 'https://a.org' /* x */ }",
                "url",
                "https://a.org",
            ),
            ("export default { re: /['\"]{/, url: 'a' }", "url", "a"),
            ("export default { url: process.env.URL || 'a', n: 1 }", "url", "a"),
            ("export default { url: process.env.URL ?? 'a' }", "url", "a"),
            ("export default { f() { return {a: 1} }, g: (x) => x.url, url: 'a' }", "url", "a"),
            (
                "module.exports = function (c) { c.addX(); return { dir: { input: 'src' } }; };",
                "dir.input",
                "src",
            ),
            (
                "export default async function(c) {}\nexport const config = { dir: { input: 'src' } }",
                "dir.input",
                "src",
            ),
            ("export default { i18n: { locales: ['en'], defaultLocale: 'en' } }", "i18n.defaultLocale", "en"),
            ("export default { a: b('x', {url: 'no'}), ...rest, url: 'a' }", "url", "a"),
            ("export default { site: isProd ? 'a' : 'b', base: '/c' }", "base", "/c"),
        ];
        for (script, path, expected) in cases {
            assert_eq!(text(script, path).as_deref(), Some(expected), "{script}");
        }
    }

    #[test]
    fn computed_values_are_absent() {
        for script in [
            "export default { url: f('a') }",
            "export default { url: `a${b}` }",
            "url: ",
            "",
            "{{{",
            "export default { url: 'a' + b }",
        ] {
            assert_eq!(text(script, "url"), None, "{script}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(text(&deep, "url"), None);
        assert_eq!(text(&"{a:".repeat(100_000), "url"), None);
    }

    #[test]
    fn finds_calls_words_and_templates() {
        let script = ParsedScript::parse(
            "c.setInputDirectory('src'); // setInputDirectory('no')\nuse(`/blog${x}`, '@a/b');",
        );
        assert_eq!(script.templates().collect::<Vec<_>>(), ["/blog${x}"]);
        assert!(script.mentions("@a/b") && !script.mentions("no"));
        assert!(ParsedScript::parse("x = { permalink: (data) => 1 }").computes("permalink"));
        assert!(ParsedScript::parse("x = { permalink: function () {} }").computes("permalink"));
        assert!(!ParsedScript::parse("x = { permalink: '/a/' }").computes("permalink"));
        assert!(!ParsedScript::parse("x = { permalink: false }").computes("permalink"));
    }
}
