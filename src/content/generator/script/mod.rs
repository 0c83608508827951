//! Settings that are JavaScript or TypeScript programs: the literal values in them, without running them.
//!
//! The reading is tolerant: object literals are trees of values wherever they stand, names stand for the
//! literals that they are declared with, and whatever is computed counts as absent.

mod lexer;
mod reader;

use std::collections::HashMap;

use serde_json::Value;

use self::lexer::{Token, tokens_of};
use crate::content::data::Data;

/// The literal values of a program.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    tokens: Vec<Token>,
    data: Data,
    /// What names are declared with.
    names: HashMap<String, Value>,
}

impl Script {
    /// Reads a program.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let tokens = tokens_of(text);
        let (data, names) = reader::values_of(&tokens);
        Self { tokens, data, names }
    }

    /// What is exported, with what the program's other objects say besides.
    #[must_use]
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Whether a string or a name in the program is `word`; comments do not count.
    #[must_use]
    pub fn mentions(&self, word: &str) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Word(text) | Token::Text(text) if text == word))
    }

    /// The first arguments of the calls of `function` that are texts.
    #[must_use]
    pub fn arguments(&self, function: &str) -> Vec<&str> {
        let calls = self.tokens.windows(3).filter_map(|tokens| match tokens {
            [Token::Word(name), Token::Mark('('), Token::Text(text)] if name == function => {
                Some(text.as_str())
            }
            _ => None,
        });
        calls.collect()
    }

    /// Whether `function` is called with `text` as its first argument.
    #[must_use]
    pub fn calls_with(&self, function: &str, text: &str) -> bool {
        self.arguments(function).contains(&text)
    }

    /// The text that Eleventy's `addGlobalData` gives to a name.
    #[must_use]
    pub fn global_data(&self, name: &str) -> Option<String> {
        self.tokens.windows(5).find_map(|tokens| match tokens {
            [Token::Word(call), Token::Mark('('), Token::Text(key), Token::Mark(','), Token::Text(text)]
                if call == "addGlobalData" && key == name =>
            {
                Some(text.clone())
            }
            _ => None,
        })
    }

    /// What a name is declared with, where that is a table.
    #[must_use]
    pub fn declared(&self, name: &str) -> Data {
        self.names.get(name).and_then(Data::from_value).unwrap_or_default()
    }

    /// The templates with values in them, `${…}` and all.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Template(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The texts that stand under `key`, at whatever depth; those of `join(a, 'b', 'c')` as a path.
    #[must_use]
    pub fn texts_of(&self, key: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (at, tokens) in self.tokens.windows(3).enumerate() {
            let ([Token::Word(name) | Token::Text(name), Token::Mark(':'), value], true) =
                (tokens, at + 3 <= self.tokens.len())
            else {
                continue;
            };
            if name != key {
                continue;
            }
            match value {
                Token::Text(text) | Token::Template(text) => found.push(text.clone()),
                Token::Word(_) if self.tokens.get(at + 3) == Some(&Token::Mark('(')) => {
                    let arguments =
                        self.tokens[at + 4..].iter().take_while(|token| **token != Token::Mark(')'));
                    let texts = arguments.take(16).filter_map(|token| match token {
                        Token::Text(text) => Some(text.as_str()),
                        _ => None,
                    });
                    found.push(texts.collect::<Vec<_>>().join("/"));
                }
                _ => {}
            }
        }
        found
    }

    /// Whether something stands under `key` that is no literal.
    #[must_use]
    pub fn computes(&self, key: &str) -> bool {
        self.tokens.windows(3).any(|tokens| match tokens {
            [Token::Word(name) | Token::Text(name), Token::Mark(':'), Token::Word(value)] => {
                name == key && !matches!(value.as_str(), "true" | "false" | "null" | "undefined")
            }
            [Token::Word(name) | Token::Text(name), Token::Mark(':' | '('), value] => {
                name == key && matches!(value, Token::Template(_) | Token::Mark('('))
            }
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(script: &str, path: &str) -> Option<String> {
        let mut data = Script::parse(script).data().clone();
        let (tables, key) = path.rsplit_once('.').unwrap_or(("", path));
        for table in tables.split('.').filter(|table| !table.is_empty()) {
            data = data.table(table);
        }
        data.text(key)
    }

    #[test]
    fn literal_values_are_found_in_any_shape_of_program() {
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
    fn what_is_computed_is_absent() {
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
    fn calls_words_and_templates_are_found() {
        let script = Script::parse(
            "c.setInputDirectory('src'); // setInputDirectory('no')\nuse(`/blog${x}`, '@a/b');",
        );
        assert_eq!(script.arguments("setInputDirectory"), ["src"]);
        assert_eq!(script.templates().collect::<Vec<_>>(), ["/blog${x}"]);
        assert!(script.mentions("@a/b") && !script.mentions("no"));
        assert!(Script::parse("x = { permalink: (data) => 1 }").computes("permalink"));
        assert!(Script::parse("x = { permalink: function () {} }").computes("permalink"));
        assert!(!Script::parse("x = { permalink: '/a/' }").computes("permalink"));
        assert!(!Script::parse("x = { permalink: false }").computes("permalink"));
    }
}
