//! The evaluation of expressions, as far as they consist of literals, properties and the methods that paths are made
//! with.

use std::cell::Cell;

use super::methods::{call_method, property};
use super::syntax::Expression;
use super::value::ScriptValue;
use crate::config::limits;

/// The evaluation of expressions for one subject.
pub(crate) struct Evaluation<'a> {
    /// The subject.
    subject: &'a ScriptValue,
    /// Expressions by name.
    names: Vec<&'a [(String, Expression)]>,
    /// Offset of the time zone in which parts of dates are taken, in hours.
    zone: i8,
    /// Number of steps that are left, so that the work is bounded.
    steps: Cell<usize>,
}

impl<'a> Evaluation<'a> {
    /// Begins an evaluation, with names that are bound to expressions. Parts of dates are taken in a zone that is
    /// `zone` hours ahead of UTC.
    #[must_use]
    pub(crate) fn new(subject: &'a ScriptValue, names: &'a [(String, Expression)], zone: i8) -> Self {
        Self { subject, names: vec![names], zone, steps: Cell::new(limits::MAX_SCRIPT_STEPS) }
    }

    /// Returns the value of an expression; `None` if it is computed in a way that is not supported.
    #[must_use]
    pub(crate) fn value(&self, expression: &Expression) -> Option<ScriptValue> {
        self.steps.set(self.steps.get().checked_sub(1)?);
        match expression {
            Expression::Undefined => Some(ScriptValue::Undefined),
            Expression::Bool(flag) => Some(ScriptValue::Bool(*flag)),
            Expression::Number(number) => Some(ScriptValue::Number(*number)),
            Expression::Text(text) => Some(ScriptValue::Text(text.clone())),
            Expression::Subject => Some(self.subject.clone()),
            Expression::Template(parts) => self.joined(parts).map(ScriptValue::Text),
            Expression::Array(items) => {
                items.iter().map(|item| self.value(item)).collect::<Option<_>>().map(ScriptValue::List)
            }
            Expression::Object(entries) => {
                let pairs = entries.iter().map(|(key, value)| Some((key.clone(), self.value(value)?)));
                pairs.collect::<Option<_>>().map(ScriptValue::Object)
            }
            Expression::Name(name) => self.named(name),
            Expression::Member(of, name) => {
                environment(of, name).or_else(|| property(&self.value(of)?, name))
            }
            Expression::Element(of, key) => match self.value(key)? {
                ScriptValue::Text(name) => property(&self.value(of)?, &name),
                key => call_method(self.zone, &self.value(of)?, "at", &[key]),
            },
            Expression::Call(function, arguments) => self.call(function, arguments),
            Expression::New(class, arguments) => match (class.as_str(), arguments.as_slice()) {
                ("Date", [date]) => self.value(date)?.date().map(ScriptValue::Date),
                _ => None,
            },
            Expression::Not(of) => Some(ScriptValue::Bool(!self.value(of)?.is_true())),
            Expression::Binary(operator, left, right) => self.binary(operator, left, right),
            Expression::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                self.value(if self.value(condition)?.is_true() { yes } else { no })
            }
            Expression::Function(names, body) => {
                let scope = Evaluation {
                    subject: self.subject,
                    names: std::iter::once(names.as_slice()).chain(self.names.iter().copied()).collect(),
                    zone: self.zone,
                    steps: self.steps.clone(),
                };
                let value = scope.value(body);
                self.steps.set(scope.steps.get());
                value
            }
            Expression::Regex(..) | Expression::Unknown => None,
        }
    }

    fn named(&self, name: &str) -> Option<ScriptValue> {
        let bound = self.names.iter().find_map(|names| names.iter().find(|(own, _)| own == name));
        let (_, expression) = bound?;
        // A name that is bound to itself is not evaluated.
        let is_itself = matches!(expression, Expression::Name(own) if own == name);
        if is_itself { None } else { self.value(expression) }
    }

    fn joined(&self, parts: &[Expression]) -> Option<String> {
        let texts = parts.iter().map(|part| match self.value(part)? {
            ScriptValue::Undefined => Some("undefined".to_owned()),
            value => value.text(),
        });
        texts.collect()
    }

    fn call(&self, function: &Expression, arguments: &[Expression]) -> Option<ScriptValue> {
        match function {
            Expression::Member(of, method) => {
                if let [Expression::Regex(pattern, flags), by] = arguments {
                    return replaced(
                        &self.value(of)?.text()?,
                        method,
                        pattern,
                        flags,
                        &self.value(by)?.text()?,
                    );
                }
                if let ("filter", [Expression::Name(name)]) = (method.as_str(), arguments)
                    && name == "Boolean"
                {
                    return call_method(self.zone, &self.value(of)?, "filter", &[]);
                }
                let arguments: Option<Vec<_>> =
                    arguments.iter().map(|argument| self.value(argument)).collect();
                call_method(self.zone, &self.value(of)?, method, &arguments?)
            }
            Expression::Name(name) => {
                let [argument] = arguments else { return None };
                let value = self.value(argument)?;
                match name.as_str() {
                    "String" => value.text().map(ScriptValue::Text),
                    "Number" | "parseInt" => value.number().map(ScriptValue::Number),
                    "Boolean" => Some(ScriptValue::Bool(value.is_true())),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn binary(&self, operator: &str, left: &Expression, right: &Expression) -> Option<ScriptValue> {
        let is_short = matches!(operator, "&&" | "||");
        let left = match self.value(left) {
            // `unknown && false` is false, `unknown || true` is true.
            None if is_short => {
                let right = self.value(right)?;
                return (right.is_true() == (operator == "||")).then_some(right);
            }
            left => left?,
        };
        match operator {
            "&&" => return if left.is_true() { self.value(right) } else { Some(left) },
            "||" => return if left.is_true() { Some(left) } else { self.value(right) },
            "??" => return if left == ScriptValue::Undefined { self.value(right) } else { Some(left) },
            _ => {}
        }
        let right = self.value(right)?;
        let order = || match (&left, &right) {
            (ScriptValue::Date(_), _) | (_, ScriptValue::Date(_)) => {
                Some(left.date()?.timestamp.cmp(&right.date()?.timestamp))
            }
            (ScriptValue::Number(left), ScriptValue::Number(right)) => left.partial_cmp(right),
            (ScriptValue::Text(left), ScriptValue::Text(right)) => Some(left.cmp(right)),
            _ => None,
        };
        let value = match operator {
            "===" | "==" => ScriptValue::Bool(left == right),
            "!==" | "!=" => ScriptValue::Bool(left != right),
            "<" => ScriptValue::Bool(order()?.is_lt()),
            ">" => ScriptValue::Bool(order()?.is_gt()),
            "<=" => ScriptValue::Bool(order()?.is_le()),
            ">=" => ScriptValue::Bool(order()?.is_ge()),
            "+" => match (&left, &right) {
                (ScriptValue::Number(left), ScriptValue::Number(right)) => ScriptValue::Number(left + right),
                _ => ScriptValue::Text(left.text()? + &right.text()?),
            },
            "-" => ScriptValue::Number(left.number()? - right.number()?),
            _ => return None,
        };
        Some(value)
    }
}

/// Returns the value of a property that tells a build from a development server: `import.meta.env.PROD`,
/// `process.env.NODE_ENV`.
fn environment(of: &Expression, name: &str) -> Option<ScriptValue> {
    let Expression::Member(_, env) = of else { return None };
    match name {
        "PROD" if env == "env" => Some(ScriptValue::Bool(true)),
        "DEV" if env == "env" => Some(ScriptValue::Bool(false)),
        "MODE" | "NODE_ENV" if env == "env" => Some(ScriptValue::Text("production".to_owned())),
        _ => None,
    }
}

/// Returns a text in which a regular expression is replaced.
fn replaced(text: &str, method: &str, pattern: &str, flags: &str, by: &str) -> Option<ScriptValue> {
    let is_all = flags.contains('g') || method == "replaceAll";
    if !matches!(method, "replace" | "replaceAll") {
        return None;
    }
    let regex = regex::RegexBuilder::new(&pattern.replace("\\/", "/"))
        .case_insensitive(flags.contains('i'))
        .size_limit(limits::MAX_SCRIPT_REGEX_BYTES)
        .build()
        .ok()?;
    // `$1x` is group 1 in JavaScript, and the group `1x` in the crate.
    let mut numbered = String::with_capacity(by.len());
    let mut rest = by;
    while let Some((before, after)) = rest.split_once('$') {
        numbered.push_str(before);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        match digits {
            0 => numbered.push_str("$$"),
            _ => numbered.extend(["${", &after[..digits], "}"]),
        }
        rest = &after[digits..];
    }
    numbered.push_str(rest);
    let text = if is_all { regex.replace_all(text, numbered) } else { regex.replace(text, numbered) };
    Some(ScriptValue::Text(text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::{Data, DataFormat};
    use crate::content::script::expression::ScriptCode;

    fn value(expression: &str) -> String {
        let yaml = "id: notes/2024_My.Post\ndata:\n  date: 2024-01-01\n  moment: 2023-12-31T23:30:00Z\n  draft: true\n  tags: [a, b]\n";
        let subject = ScriptValue::of_data(&Data::parse(yaml, DataFormat::Yaml).unwrap());
        let code = ScriptCode::parse(&format!(
            "posts.map(({{ id, data: {{ tags: [first] }} }}) => 1); posts.map((post) => 1); const [head, ...tail] = post.id.split('/'); const at = {{ it: {expression} }};"
        ));
        let names = code.bindings();
        let found = code.properties("it");
        match Evaluation::new(&subject, &names, 0).value(&found[0]) {
            Some(ScriptValue::Undefined) => "undefined".to_owned(),
            Some(value) => value.text().unwrap_or_else(|| format!("{value:?}")),
            None => "?".to_owned(),
        }
    }

    #[test]
    fn evaluates_chains_of_properties_and_methods() {
        let cases = [
            ("post.id", "notes/2024_My.Post"),
            ("id.split('/').pop().split('_')[1]", "My.Post"),
            ("post.id.split('/').at(-1)?.toLowerCase()", "2024_my.post"),
            ("post.data.date.getFullYear()", "2024"),
            ("new Date(post.data.date).getFullYear().toString()", "2024"),
            ("post.data.moment.getUTCFullYear() + 1", "2024"),
            (
                "`${post.data.date.getFullYear()}/${String(post.data.date.getMonth() + 1).padStart(2, '0')}`",
                "2024/01",
            ),
            ("post.data.date.toISOString().slice(0, 10)", "2024-01-01"),
            ("post.id.replace(/^notes\\/\\d+_/, '').replace('.', '-')", "My-Post"),
            ("post.id.replace(/([a-z]+)\\/(\\d+)/, '$2x$1')", "2024xnotes_My.Post"),
            ("post.id.slice(6).slice(-4)", "Post"),
            ("post.id.substring(0, post.id.indexOf('/'))", "notes"),
            ("first + '-' + post.data.tags.length", "a-2"),
            ("head", "notes"),
            ("tail.join('/') || undefined", "2024_My.Post"),
            ("post.data.tags.slice(2).join('/') || undefined", "undefined"),
            ("post.data.slug ?? post.id.split('/')[0]", "notes"),
            ("post.id === 'x' ? undefined : (post.id as string)!.startsWith('notes')", "true"),
            ("import.meta.env.PROD ? !post.data.draft : true", "false"),
            ("slugify(post.id)", "?"),
            ("post.id.localeCompare('x')", "?"),
            ("() => 1 +", "?"),
        ];
        for (expression, expected) in cases {
            assert_eq!(value(expression), expected, "{expression}");
        }
    }

    #[test]
    fn names_that_are_bound_to_each_other_are_unknown() {
        let code = ScriptCode::parse("const a = b + b; const b = a + a; const at = { it: a };");
        let names = code.bindings();
        let it = &code.properties("it")[0];
        assert_eq!(Evaluation::new(&ScriptValue::Undefined, &names, 0).value(it), None);
    }
}
