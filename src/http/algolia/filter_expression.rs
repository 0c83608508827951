//! The language of `filters`: `tags:rust AND (year >= 2020 OR categories:"Web Dev") AND NOT lang:de`.
//!
//! Supported are clauses, which `NOT` may exclude, and groups of them with `OR`, joined by `AND`.

use super::attributes::RecordAttribute;
use super::filters::quoted;
use super::numeric::{NumericOperator, parse_number, whole_range};
use crate::query::conditions::ConditionClause;

/// Maximum nesting of parentheses.
const MAX_DEPTH: usize = 16;

/// A parsed expression.
#[derive(Debug)]
enum FilterExpression {
    Clause(ConditionClause),
    All(Vec<FilterExpression>),
    Any(Vec<FilterExpression>),
}

/// Parses an expression as groups of alternatives, all of which apply. A blank one has no groups.
///
/// # Errors
/// Returns the reason if it is invalid or not supported.
pub(super) fn parse(text: &str) -> Result<Vec<Vec<ConditionClause>>, String> {
    let mut parser = ExpressionParser { rest: text.trim(), depth: 0 };
    if parser.rest.is_empty() {
        return Ok(Vec::new());
    }
    let expression = parser.any()?;
    if !parser.rest.is_empty() {
        return Err(format!(
            "expected AND or OR before {}, or quotes around a value with spaces",
            quoted(parser.rest)
        ));
    }
    groups(expression)
}

/// Returns the groups of an expression.
fn groups(expression: FilterExpression) -> Result<Vec<Vec<ConditionClause>>, String> {
    match expression {
        FilterExpression::Clause(clause) => Ok(vec![vec![clause]]),
        FilterExpression::Any(members) => {
            let mut group = Vec::new();
            for member in members {
                let mut of_member = groups(member)?;
                match of_member.pop() {
                    Some(alternatives) if of_member.is_empty() => group.extend(alternatives),
                    _ => {
                        return Err(
                            "AND within OR is not supported; AND binds more tightly than OR".to_owned()
                        );
                    }
                }
            }
            Ok(vec![group])
        }
        FilterExpression::All(members) => {
            let groups: Result<Vec<_>, String> = members.into_iter().map(groups).collect();
            Ok(groups?.into_iter().flatten().collect())
        }
    }
}

/// A recursive-descent parser.
struct ExpressionParser<'a> {
    /// The rest of the text, without leading space.
    rest: &'a str,
    depth: usize,
}

impl ExpressionParser<'_> {
    fn any(&mut self) -> Result<FilterExpression, String> {
        let mut members = vec![self.all()?];
        while self.take_word("OR") {
            members.push(self.all()?);
        }
        Ok(single_or(members, FilterExpression::Any))
    }

    fn all(&mut self) -> Result<FilterExpression, String> {
        let mut members = vec![self.member()?];
        while self.take_word("AND") {
            members.push(self.member()?);
        }
        Ok(single_or(members, FilterExpression::All))
    }

    /// Parses a clause, an excluded clause or a group in parentheses.
    fn member(&mut self) -> Result<FilterExpression, String> {
        if self.take_word("NOT") {
            if self.rest.starts_with('(') {
                return Err("NOT before parentheses is not supported; exclude each clause".to_owned());
            }
            let clause = self.clause()?;
            let is_excluded = !clause.is_excluded;
            return Ok(FilterExpression::Clause(ConditionClause { is_excluded, ..clause }));
        }
        if !self.take_sign("(") {
            return Ok(FilterExpression::Clause(self.clause()?));
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("expected at most {MAX_DEPTH} nested parentheses"));
        }
        let expression = self.any()?;
        if !self.take_sign(")") {
            return Err(format!("expected a closing parenthesis before {}", quoted(self.rest)));
        }
        self.depth -= 1;
        Ok(expression)
    }

    /// Parses `attribute:value`, `attribute:1 TO 2`, `attribute >= 1`, or a tag.
    fn clause(&mut self) -> Result<ConditionClause, String> {
        let at = self.rest;
        let name = self.text(&[':', '<', '>', '=', '!'])?;
        let attribute = || {
            let attribute = RecordAttribute::of_name(&name);
            attribute.map_err(|reason| format!("{}: {reason}", quoted(&name)))
        };
        if self.take_sign(":") {
            let attribute = attribute()?;
            let value = self.text(&[])?;
            if self.take_word("TO") {
                let to = self.text(&[])?;
                let (from, to) = parse_number(&value)
                    .zip(parse_number(&to))
                    .ok_or_else(|| format!("expected two numbers in {}", quoted(at)))?;
                let condition = attribute.range(whole_range(from, to))?;
                return Ok(ConditionClause { condition, is_excluded: false });
            }
            return Ok(ConditionClause { condition: attribute.condition(&value)?, is_excluded: false });
        }
        if let Some((comparison, after)) = NumericOperator::strip_from(self.rest) {
            self.rest = after.trim_start();
            let number = parse_number(&self.text(&[])?);
            let number = number.ok_or_else(|| format!("expected a number in {}", quoted(at)))?;
            return comparison.clause(attribute()?, number);
        }
        Ok(ConditionClause { condition: RecordAttribute::Tags.condition(&name)?, is_excluded: false })
    }

    /// Takes a text: in quotes, in which a backslash escapes a character, or up to a space, a parenthesis or a sign.
    fn text(&mut self, signs: &[char]) -> Result<String, String> {
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote else {
            let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')') || signs.contains(&c);
            let (text, after) = self.rest.split_at(self.rest.find(is_end).unwrap_or(self.rest.len()));
            if text.is_empty() {
                return Err(format!("expected a name or value before {}", quoted(self.rest)));
            }
            self.rest = after.trim_start();
            return Ok(text.to_owned());
        };
        let mut text = String::new();
        let mut is_escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                '\\' if !is_escaped => is_escaped = true,
                c if c == quote && !is_escaped => {
                    self.rest = self.rest[at + 1..].trim_start();
                    return Ok(text);
                }
                c => {
                    text.push(c);
                    is_escaped = false;
                }
            }
        }
        Err(format!("expected a closing quote after {}", quoted(self.rest)))
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let after = self.rest.strip_prefix(sign);
        self.rest = after.map_or(self.rest, str::trim_start);
        after.is_some()
    }

    /// Takes a keyword, unless it is the beginning of a longer word.
    fn take_word(&mut self, word: &str) -> bool {
        let is_end = |c: char| c.is_whitespace() || c == '(';
        let after = self.rest.strip_prefix(word).filter(|after| after.starts_with(is_end));
        self.rest = after.map_or(self.rest, str::trim_start);
        after.is_some()
    }
}

fn single_or(
    mut members: Vec<FilterExpression>,
    group: impl FnOnce(Vec<FilterExpression>) -> FilterExpression,
) -> FilterExpression {
    if members.len() > 1 {
        return group(members);
    }
    members.pop().unwrap_or(FilterExpression::All(Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::conditions::Condition;

    /// The groups as text.
    fn described(text: &str) -> Result<String, String> {
        let clause = |clause: &ConditionClause| {
            let value = match &clause.condition {
                Condition::Category(name) => format!("category {name}"),
                Condition::CategoryPath(path) => format!("path {path}"),
                Condition::Tag(name) => format!("tag {name}"),
                Condition::Author(name) => format!("author {name}"),
                Condition::Series(name) => format!("series {name}"),
                Condition::Lang(tag) => format!("lang {tag}"),
                Condition::Dates(range) | Condition::WrittenDates(range) => format!("dates {range:?}"),
            };
            if clause.is_excluded { format!("not {value}") } else { value }
        };
        let group = |group: &Vec<ConditionClause>| group.iter().map(clause).collect::<Vec<_>>().join(" | ");
        parse(text).map(|groups| groups.iter().map(group).collect::<Vec<_>>().join(" & "))
    }

    #[test]
    fn clauses_are_joined_by_and_with_alternatives_by_or() {
        let cases = [
            ("", ""),
            ("tags:rust", "tag rust"),
            ("rust", "tag rust"),
            ("\"web dev\"", "tag web dev"),
            ("categories:\"A \\\"B\\\" C\" AND tags:'it\\'s'", "category A \"B\" C & tag it's"),
            ("NOT tags:a", "not tag a"),
            ("(tags:a OR tags:b) AND NOT lang:de", "tag a | tag b & not lang de"),
            ("((tags:a))", "tag a"),
            ("tags:a OR (tags:b OR NOT tags:c)", "tag a | tag b | not tag c"),
            ("tags:a AND (tags:b AND (tags:c OR tags:d))", "tag a & tag b & tag c | tag d"),
            ("date_timestamp:1 TO 2", "dates 1..=2"),
            (
                "date_timestamp >= 1 AND date_timestamp<5",
                "dates 1..=9223372036854775807 & dates -9223372036854775808..=4",
            ),
            ("NOT date_timestamp != 5", "dates 5..=5"),
            ("hierarchicalCategories.lvl1:\"A > B\"", "path A > B"),
            ("tags:ANDROID AND tags:ORM AND NOTE", "tag ANDROID & tag ORM & tag NOTE"),
            ("tags:C++ AND tags:a:b", "tag C++ & tag a:b"),
        ];
        for (text, expected) in cases {
            assert_eq!(described(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn other_expressions_are_errors() {
        let deep = format!("{}tags:a{}", "(".repeat(50), ")".repeat(50));
        let cases = [
            ("tags:a OR tags:b AND tags:c", "AND within OR"),
            ("NOT (tags:a OR tags:b)", "NOT before parentheses"),
            ("tags:web dev", "quotes around a value with spaces"),
            ("tags:", "a name or value"),
            ("(tags:a", "a closing parenthesis"),
            ("tags:a)", "AND or OR before"),
            ("tags:\"a", "a closing quote"),
            ("price:1", "unknown attribute"),
            ("year > x", "a number"),
            ("year:x TO 5", "two numbers"),
            ("tags > 5", "not a number"),
            (&deep, "nested parentheses"),
            ("()", "a name or value"),
        ];
        for (text, expected) in cases {
            let message = described(text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
