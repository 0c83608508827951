//! Calls in settings in JavaScript, such as `eleventyConfig.addFilter("slug", …)`, with their literal arguments.

use serde_json::Value;

use super::ParsedScript;
use super::lexer::ScriptToken;
use super::parser::ScriptParser;

/// A call of a function.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ScriptCall<'a> {
    /// The values of the arguments; null for what is computed.
    pub(crate) arguments: Vec<Value>,
    /// The tokens of the arguments.
    tokens: &'a [ScriptToken],
    /// The literal that a function among the arguments returns, if it returns only one.
    pub(crate) returned: Option<Value>,
}

impl ParsedScript {
    /// Returns all calls of `function`.
    #[must_use]
    pub(crate) fn calls(&self, function: &str) -> Vec<ScriptCall<'_>> {
        let mut parser = ScriptParser::new(&self.tokens);
        parser.names.clone_from(&self.names);
        let mut calls = Vec::new();
        for (at, tokens) in self.tokens.windows(2).enumerate() {
            let is_call =
                matches!(tokens, [ScriptToken::Word(name), ScriptToken::Mark('(')] if name == function);
            if !is_call || at + 2 < parser.at {
                continue;
            }
            parser.at = at + 2;
            let arguments = parser.items(')', 1);
            let tokens = self.tokens.get(at + 2..parser.at).unwrap_or_default();
            let returned = returned(&mut parser, at + 2);
            calls.push(ScriptCall { arguments, tokens, returned });
        }
        calls
    }
}

/// Returns the only literal that the function between `start` and the parser's position returns.
fn returned(parser: &mut ScriptParser<'_>, start: usize) -> Option<Value> {
    let end = parser.at;
    let mut literals = Vec::new();
    for at in start..end {
        let begins = match (parser.tokens.get(at)?, parser.tokens.get(at + 1)) {
            (ScriptToken::Mark('>'), Some(next)) => *next != ScriptToken::Mark('{'),
            (ScriptToken::Word(word), _) => word == "return",
            _ => false,
        };
        if begins {
            parser.at = at + 1;
            literals.push(parser.value(0));
        }
    }
    parser.at = end;
    literals.pop().filter(|literal| literals.is_empty() && !literal.is_null())
}

impl ScriptCall<'_> {
    /// Returns the first argument, if it is a text.
    pub(crate) fn name(&self) -> Option<&str> {
        self.arguments.first()?.as_str()
    }

    /// Returns whether a name is in the code of the arguments.
    pub(crate) fn mentions(&self, word: &str) -> bool {
        self.tokens.iter().any(|token| matches!(token, ScriptToken::Word(is) if is == word))
    }

    /// Returns the name that is the first argument, such as a plugin, if all its options are written in the call: there are
    /// none, or they are an object without spread ones.
    pub(crate) fn plugin_with_own_options(&self) -> Option<&str> {
        let is_spread = |tokens: &[ScriptToken]| tokens.iter().all(|token| *token == ScriptToken::Mark('.'));
        match self.tokens {
            [ScriptToken::Word(name)] | [ScriptToken::Word(name), ScriptToken::Mark(')')] => Some(name),
            [ScriptToken::Word(name), ScriptToken::Mark(','), ScriptToken::Mark('{'), rest @ ..]
                if !rest.windows(3).any(is_spread) =>
            {
                Some(name)
            }
            _ => None,
        }
    }

    /// Returns whether a function among the arguments returns nothing but the value that the page has under `key` or
    /// `false`, as functions that hide drafts do.
    pub(crate) fn passes_through(&self, key: &str) -> bool {
        let has_path = self.texts().any(|text| text.contains(['/', '{']));
        self.mentions(key) && !self.builds_text() && !has_path
    }

    /// Returns whether the code of the arguments has a template with substitutions or joins texts.
    pub(crate) fn builds_text(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, ScriptToken::Template(_) | ScriptToken::Mark('+')))
    }

    /// Returns the texts in the code of the arguments after the first one.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = self.tokens.iter().filter_map(|token| match token {
            ScriptToken::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.skip(1)
    }

    /// Returns the argument of the call of a method within the arguments: a text, or the name of a parameter.
    pub(crate) fn argument_of(&self, method: &str) -> Option<CallArgument<'_>> {
        self.tokens.windows(3).find_map(|tokens| match tokens {
            [ScriptToken::Word(name), ScriptToken::Mark('('), argument] if name == method => match argument {
                ScriptToken::Text(text) => Some(CallArgument::Text(text)),
                ScriptToken::Word(word) => Some(CallArgument::Name(word)),
                _ => None,
            },
            _ => None,
        })
    }

    /// Returns the text that a parameter has by default, as in `(date, format = "yyyy") =>`.
    pub(crate) fn default_of(&self, parameter: &str) -> Option<&str> {
        self.tokens.windows(3).find_map(|tokens| match tokens {
            [ScriptToken::Word(name), ScriptToken::Mark('='), ScriptToken::Text(text)]
                if name == parameter =>
            {
                Some(text.as_str())
            }
            _ => None,
        })
    }
}

/// The argument of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallArgument<'a> {
    /// A literal text.
    Text(&'a str),
    /// A name, such as a parameter of the function around the call.
    Name(&'a str),
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_calls_with_their_literals() {
        let script = ParsedScript::parse(
            "const f = ['md'];\nc.set(f); c.set('a,b', { x: 1 }, (d, g = 'yyyy') => d.to(g));\nc.add('x', () => '/y/');",
        );
        let calls = script.calls("set");
        assert_eq!(calls[0].arguments, [json!(["md"])]);
        assert_eq!((calls[1].name(), &calls[1].arguments[1]), (Some("a,b"), &json!({ "x": 1 })));
        assert_eq!(calls[1].argument_of("to"), Some(CallArgument::Name("g")));
        assert_eq!(calls[1].default_of("g"), Some("yyyy"));
        assert_eq!(script.calls("add")[0].returned, Some(json!("/y/")));
        let plugins =
            ParsedScript::parse("m.use(a).use(b, { x: f(1) }).use(c, d).use(e, { ...f }).use(g('h'))");
        let own: Vec<_> = plugins
            .calls("use")
            .iter()
            .map(ScriptCall::plugin_with_own_options)
            .map(|name| name.map(str::to_owned))
            .collect();
        assert_eq!(own, [Some("a".to_owned()), Some("b".to_owned()), None, None, None]);
        let two = ParsedScript::parse("c.add('x', (d) => { if (d.a) { return 'a' } return 'b' })");
        assert_eq!(two.calls("add")[0].returned, None);
    }
}
