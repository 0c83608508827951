//! The values of a JavaScript module that only holds data: its exports, or the names that it declares.
//!
//! Other than the settings of a generator, which are searched for in all objects of the code, a data module is
//! read strictly: an object inside a function is no value of the module.

use serde_json::{Map, Value};

use super::lexer::{ScriptToken, tokenize};
use super::parser::ScriptParser;
use crate::content::data::Data;

/// The key under which the values of a module list the paths of the keys that are computed, such as `permalink`
/// or `eleventyComputed.title`; `*` is any key. No generator has a key with a colon.
pub(crate) const COMPUTED_KEYS: &str = "computed:keys";

/// Returns the values that a module exports: by `export default`, `module.exports` or the names of `export const`.
/// Of a function, they are the objects that it returns.
#[must_use]
pub(crate) fn exported_values(text: &str) -> Data {
    let tokens = tokenize(text);
    let mut reader = ExportReader::new(&tokens);
    reader.read_statements();
    let named = std::mem::take(&mut reader.named);
    let values = reader.default.take().unwrap_or(named);
    reader.finish(values)
}

/// Returns the values of JavaScript as front matter: the object that it is, or the names that it declares.
///
/// Source: `Engines/FrontMatter/JavaScript.js` of Eleventy, and `node-retrieve-globals`.
#[must_use]
pub(crate) fn declared_values(text: &str) -> Data {
    let tokens = tokenize(text);
    let mut reader = ExportReader::new(&tokens);
    if reader.parser.take('{') {
        let value = reader.parser.object(1);
        let values = value.as_object().cloned().unwrap_or_default();
        return reader.finish(values);
    }
    reader.read_statements();
    let declared = std::mem::take(&mut reader.declared);
    for name in std::mem::take(&mut reader.functions) {
        reader.parser.note_computed(&name);
    }
    let values = reader.default.take().unwrap_or(declared);
    reader.finish(values)
}

struct ExportReader<'a> {
    parser: ScriptParser<'a>,
    /// The exported object.
    default: Option<Map<String, Value>>,
    /// The values that are exported by name.
    named: Map<String, Value>,
    /// All values that are declared at the top level.
    declared: Map<String, Value>,
    /// The names of functions at the top level.
    functions: Vec<String>,
}

impl<'a> ExportReader<'a> {
    fn new(tokens: &'a [ScriptToken]) -> Self {
        let parser = ScriptParser::new(tokens);
        Self { parser, default: None, named: Map::new(), declared: Map::new(), functions: Vec::new() }
    }

    /// Reads the statements at the top level; blocks are skipped.
    fn read_statements(&mut self) {
        let mut is_exported = false;
        while let Some(token) = self.parser.next() {
            match token {
                ScriptToken::Word(word) if word == "export" => {
                    is_exported = true;
                    continue;
                }
                ScriptToken::Word(word) if matches!(word.as_str(), "const" | "let" | "var") => {
                    self.read_declaration(is_exported);
                }
                ScriptToken::Word(word)
                    if word == "default" && is_exported || word == "exports" && self.assigns() =>
                {
                    self.parser.take('=');
                    self.read_export();
                }
                // `exports.name = …`: the lexer keeps the last name of a path.
                ScriptToken::Word(name) if self.assigns() => {
                    self.parser.take('=');
                    let name = name.clone();
                    let value = self.value_of(&name);
                    let target = self.default.as_mut().unwrap_or(&mut self.named);
                    target.insert(name, value);
                }
                ScriptToken::Word(word) if matches!(word.as_str(), "function" | "class") => {
                    if let Some(ScriptToken::Word(name)) = self.parser.tokens.get(self.parser.at) {
                        self.functions.push(name.clone());
                    }
                }
                ScriptToken::Mark('{' | '(' | '[') => self.skip_block(),
                _ => {}
            }
            is_exported = false;
        }
    }

    /// Returns whether a single `=` follows.
    fn assigns(&self) -> bool {
        self.parser.is_mark('=')
            && !matches!(self.parser.tokens.get(self.parser.at + 1), Some(ScriptToken::Mark('=' | '>')))
    }

    fn read_declaration(&mut self, is_exported: bool) {
        let start = self.parser.at;
        let Some(ScriptToken::Word(name)) = self.parser.tokens.get(start) else { return };
        let computed_before = self.parser.computed.len();
        let Some((_, value)) = self.parser.declaration() else {
            self.parser.at = start + 1;
            return;
        };
        if value.is_null() {
            self.parser.computed.truncate(computed_before);
            self.parser.note_computed(name);
            // Skip the expression, which the declaration leaves.
            let after = self.parser.at;
            self.parser.value(0);
            self.parser.computed.truncate(computed_before + 1);
            self.parser.at = self.parser.at.max(after);
        } else {
            // What is computed inside of the object counts once it is exported.
            self.parser.names.insert(name.clone(), value.clone());
        }
        self.declared.insert(name.clone(), value.clone());
        if is_exported {
            self.named.insert(name.clone(), value);
        }
    }

    /// Parses an assigned value; notes it as computed if it is not a literal.
    fn value_of(&mut self, name: &str) -> Value {
        let value = self.parser.value(0);
        if value.is_null() {
            self.parser.note_computed(name);
        }
        value
    }

    /// Reads the exported expression: an object, a name or a function.
    fn read_export(&mut self) {
        let (start, computed_before) = (self.parser.at, self.parser.computed.len());
        if let Value::Object(object) = self.parser.value(0) {
            self.default = Some(object);
            return;
        }
        self.parser.computed.truncate(computed_before);
        self.parser.at = start;
        self.default = Some(self.returned_values());
    }

    /// Returns the values that all objects returned by a function have in common; others are noted as computed.
    fn returned_values(&mut self) -> Map<String, Value> {
        let mut common: Option<Map<String, Value>> = None;
        while let Some(token) = self.parser.next() {
            let is_arrow = matches!(token, ScriptToken::Mark('>')) && self.parser.take('(');
            let is_return = matches!(token, ScriptToken::Word(word) if word == "return");
            if !(is_arrow || is_return) {
                continue;
            }
            let start = self.parser.at;
            let Value::Object(object) = self.parser.value(0) else {
                self.parser.at = start;
                continue;
            };
            common = Some(match common {
                None => object,
                Some(earlier) => self.merge_returned(earlier, object),
            });
        }
        common.unwrap_or_else(|| {
            self.parser.note_computed("*");
            Map::new()
        })
    }

    fn merge_returned(
        &mut self,
        earlier: Map<String, Value>,
        mut later: Map<String, Value>,
    ) -> Map<String, Value> {
        let mut common = Map::new();
        for (key, value) in earlier {
            if later.remove(&key).as_ref() == Some(&value) {
                common.insert(key, value);
            } else {
                self.parser.note_computed(&key);
            }
        }
        for key in later.keys() {
            self.parser.note_computed(key);
        }
        common
    }

    fn skip_block(&mut self) {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.parser.next() {
                Some(ScriptToken::Mark('{' | '(' | '[')) => depth += 1,
                Some(ScriptToken::Mark('}' | ')' | ']')) => depth -= 1,
                Some(_) => {}
                None => break,
            }
        }
    }

    /// Returns the values, with the list of the computed ones among them.
    fn finish(self, mut values: Map<String, Value>) -> Data {
        let is_set = |path: &str| {
            let key = path.split('.').next().unwrap_or(path);
            !values.contains_key(key) || values[key].is_null() || path.contains('.')
        };
        let computed: Vec<Value> = self
            .parser
            .computed
            .iter()
            .filter(|path| is_set(path))
            .map(|path| path.as_str().into())
            .collect();
        values.retain(|_, value| !value.is_null());
        if !computed.is_empty() {
            values.insert(COMPUTED_KEYS.to_owned(), Value::Array(computed));
        }
        Data::from_value(&Value::Object(values)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(data: &Data) -> String {
        let object: Map<String, Value> =
            data.entries().map(|(key, value)| (key.to_owned(), value.clone())).collect();
        Value::Object(object).to_string().replace(COMPUTED_KEYS, "?")
    }

    #[test]
    fn reads_exports_of_data_modules() {
        let cases = [
            ("export default { draft: true };", r#"{"draft":true}"#),
            ("module.exports = { layout: 'a.njk', n: 1.5 }", r#"{"layout":"a.njk","n":1.5}"#),
            (
                "let data = { layout: 'a' };\nif (x) { data.date = 'b'; }\nexport default data;",
                r#"{"layout":"a"}"#,
            ),
            ("export const draft = true;\nexport const layout = `b`;", r#"{"draft":true,"layout":"b"}"#),
            ("exports.draft = true;\nmodule.exports.tags = ['x'];", r#"{"draft":true,"tags":["x"]}"#),
            ("module.exports = function () { return { draft: true } }", r#"{"draft":true}"#),
            ("export default async () => ({ draft: true })", r#"{"draft":true}"#),
            ("export default () => { fetch({ title: 'no' }); return { layout: 'a' } }", r#"{"layout":"a"}"#),
            (
                "module.exports = () => { if (x) { return { a: 1, b: 2 } } return { a: 1, b: 3 } }",
                r#"{"a":1,"?":["b"]}"#,
            ),
            ("export default { permalink: (data) => `/${data.x}/`, a: 1 }", r#"{"a":1,"?":["permalink"]}"#),
            ("export default { permalink(data) { return '/x/' }, a: 1 }", r#"{"a":1,"?":["permalink"]}"#),
            (
                "export default { eleventyComputed: { title: (data) => data.x } }",
                r#"{"eleventyComputed":{"title":null},"?":["eleventyComputed.title"]}"#,
            ),
            (
                "export default { eleventyComputed: { permalink: (data) => data.draft ? false : data.permalink } }",
                r#"{"eleventyComputed":{"permalink":null}}"#,
            ),
            ("const base = { a: 1 };\nexport default { ...base, b: 2 }", r#"{"a":1,"b":2}"#),
            ("export default { ...require('./x'), b: 2 }", r#"{"b":2,"?":["*"]}"#),
            ("module.exports = require('./x.json')", r#"{"?":["*"]}"#),
            ("", "{}"),
        ];
        for (script, expected) in cases {
            assert_eq!(json(&exported_values(script)), expected, "{script}");
        }
    }

    #[test]
    fn reads_front_matter_in_javascript() {
        let cases = [
            ("{\n  title: \"A\",\n  permalink: false,\n}", r#"{"title":"A","permalink":false}"#),
            (
                "const title = 'A';\nlet draft = true\nvar date = new Date('2024-01-02')",
                r#"{"title":"A","draft":true,"date":"2024-01-02"}"#,
            ),
            ("const a = 'x';\nconst title = `${a} y`;", r#"{"a":"x","title":"x y"}"#),
            ("const a = 'x' + '/y';", r#"{"a":"x/y"}"#),
            ("const a = f(1);\nfunction permalink(data) { const b = 1; }", r#"{"?":["a","permalink"]}"#),
            ("module.exports = { title: 'A' }", r#"{"title":"A"}"#),
        ];
        for (script, expected) in cases {
            assert_eq!(json(&declared_values(script)), expected, "{script}");
        }
        for deep in ["[".repeat(50_000), "{a:".repeat(50_000), "const a = (".repeat(5_000)] {
            assert!(declared_values(&deep).keys().count() < 3 && exported_values(&deep).keys().count() < 3);
        }
    }
}
