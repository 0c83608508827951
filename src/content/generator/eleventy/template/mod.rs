//! Permalinks and computed values that are Liquid or Nunjucks templates, as far as they can be rendered without the
//! site's code.

mod dates;
mod expression;
mod filter_arguments;
mod filters;
mod scope;
mod syntax;
mod text_filters;
mod value;

use std::cell::RefCell;

use serde_json::Value;

pub(super) use self::dates::{SiteFilter, strftime_of_tokens};
use self::scope::TemplateScope;
pub(super) use self::scope::{TemplateContext, TemplateEngine, TemplateSettings, Unevaluated};
use self::syntax::{TemplateNode, parse_nodes};
use self::value::TemplateValue;
use crate::config::limits;

impl TemplateContext<'_> {
    /// Renders a template.
    ///
    /// # Errors
    /// If it uses anything that only Eleventy can evaluate.
    pub(super) fn render(&self, template: &str, engine: TemplateEngine) -> Result<String, Unevaluated> {
        match engine {
            TemplateEngine::Other if template.contains(['{', '<', '$', '#']) => {
                return Err(Unevaluated::new("another template language"));
            }
            TemplateEngine::Off | TemplateEngine::Other => return Ok(template.to_owned()),
            TemplateEngine::Liquid | TemplateEngine::Nunjucks => {}
        }
        let nodes = parse_nodes(template)?;
        let scope = TemplateScope { context: self, engine, assigned: RefCell::default() };
        let mut renderer = TemplateRenderer { nodes: &nodes, at: 0, scope: &scope, depth: 0 };
        let mut text = String::with_capacity(template.len());
        match renderer.render_until(&[], true, &mut text)? {
            None => Ok(text),
            Some(name) => Err(Unevaluated::new(format!("the tag `{name}`"))),
        }
    }
}

/// A position in the nodes of a template.
struct TemplateRenderer<'a> {
    nodes: &'a [TemplateNode<'a>],
    at: usize,
    scope: &'a TemplateScope<'a>,
    depth: usize,
}

impl<'a> TemplateRenderer<'a> {
    /// Renders nodes up to a tag in `ends`, whose name is returned; only an active part is evaluated and printed.
    fn render_until(
        &mut self,
        ends: &[&str],
        is_active: bool,
        out: &mut String,
    ) -> Result<Option<&'a str>, Unevaluated> {
        while let Some(node) = self.nodes.get(self.at) {
            match node {
                TemplateNode::Tag(name, _) if ends.contains(name) => return Ok(Some(name)),
                TemplateNode::Text(text) if is_active => out.push_str(text),
                TemplateNode::Output(expression) if is_active => out.push_str(&self.printed(expression)?),
                TemplateNode::Tag(name, arguments) => {
                    self.at += 1;
                    self.render_tag(name, arguments, is_active, out)?;
                    continue;
                }
                TemplateNode::Text(_) | TemplateNode::Output(_) => {}
            }
            self.at += 1;
        }
        Ok(None)
    }

    fn printed(&self, expression: &str) -> Result<String, Unevaluated> {
        let evaluated = expression::evaluate(expression, self.scope)?;
        let text = match evaluated.value.as_list() {
            Some(_) if self.scope.engine == TemplateEngine::Nunjucks => {
                filters::apply(&evaluated.value, "join", &[TemplateValue::text(",")], self.scope)?.printed()
            }
            _ => evaluated.value.printed(),
        };
        let text = text.ok_or_else(|| Unevaluated::new(format!("`{expression}` as text")))?;
        let is_escaped = self.scope.engine == TemplateEngine::Nunjucks && !evaluated.is_safe;
        Ok(if is_escaped { filters::escape_html(&text) } else { text })
    }

    fn is_true(&self, expression: &str) -> Result<bool, Unevaluated> {
        let value = expression::evaluate(expression, self.scope)?.value;
        Ok(if self.scope.engine == TemplateEngine::Nunjucks { value.is_truthy() } else { value.is_set() })
    }

    fn render_tag(
        &mut self,
        name: &str,
        arguments: &str,
        is_active: bool,
        out: &mut String,
    ) -> Result<(), Unevaluated> {
        self.depth += 1;
        if self.depth > limits::MAX_TEMPLATE_DEPTH {
            return Err(Unevaluated::new("deeply nested tags"));
        }
        match name {
            "assign" | "set" if arguments.contains('=') => {
                if is_active {
                    let (name, expression) = arguments.split_once('=').unwrap_or_default();
                    let value = expression::evaluate(expression, self.scope)?.value;
                    self.scope.assigned.borrow_mut().insert(name.trim().to_owned(), value);
                }
            }
            "capture" | "set" => {
                let mut text = String::new();
                let end = if name == "set" { "endset" } else { "endcapture" };
                self.render_until(&[end], is_active, &mut text)?;
                self.close(end)?;
                let name = arguments.trim_matches(['"', '\'', ' ']).to_owned();
                self.scope.assigned.borrow_mut().insert(name, TemplateValue::text(text));
            }
            "echo" if is_active => out.push_str(&self.printed(arguments)?),
            "if" | "unless" => self.render_condition(name, arguments, is_active, out)?,
            "case" => self.render_case(arguments, is_active, out)?,
            _ => return Err(Unevaluated::new(format!("the tag `{name}`"))),
        }
        self.depth -= 1;
        Ok(())
    }

    fn close(&mut self, end: &str) -> Result<(), Unevaluated> {
        match self.nodes.get(self.at) {
            Some(TemplateNode::Tag(name, _)) if *name == end => {
                self.at += 1;
                Ok(())
            }
            _ => Err(Unevaluated::new("an unclosed tag")),
        }
    }

    fn render_condition(
        &mut self,
        name: &str,
        condition: &str,
        is_active: bool,
        out: &mut String,
    ) -> Result<(), Unevaluated> {
        let end = if name == "if" { "endif" } else { "endunless" };
        let mut is_chosen = is_active && (self.is_true(condition)? == (name == "if"));
        let mut was_chosen = is_chosen;
        loop {
            let next = self.render_until(&["elsif", "elif", "elseif", "else", end], is_chosen, out)?;
            let Some(TemplateNode::Tag(_, condition)) = self.nodes.get(self.at) else { break };
            match next {
                Some(next) if next == end => break,
                Some("else") => is_chosen = is_active && !was_chosen,
                _ => is_chosen = is_active && !was_chosen && self.is_true(condition)?,
            }
            was_chosen |= is_chosen;
            self.at += 1;
        }
        self.close(end)
    }

    fn render_case(&mut self, subject: &str, is_active: bool, out: &mut String) -> Result<(), Unevaluated> {
        let value =
            if is_active { expression::evaluate(subject, self.scope)?.value } else { TemplateValue::Nil };
        // Text before the first branch is not printed.
        let (mut is_chosen, mut was_chosen) = (false, false);
        loop {
            self.render_until(&["when", "else", "endcase"], is_chosen, out)?;
            match self.nodes.get(self.at) {
                Some(TemplateNode::Tag("when", wanted)) => {
                    is_chosen = false;
                    for wanted in wanted.split(',').flat_map(|wanted| wanted.split(" or ")) {
                        is_chosen |=
                            is_active && expression::evaluate(wanted, self.scope)?.value.equals(&value);
                    }
                    was_chosen |= is_chosen;
                }
                Some(TemplateNode::Tag("else", _)) => is_chosen = is_active && !was_chosen,
                _ => break,
            }
            self.at += 1;
        }
        self.close("endcase")
    }
}

/// Returns a value of the page as text, for templates that print it; `None` if it is not a text.
pub(super) fn text_of(value: &Value) -> Option<String> {
    TemplateValue::from_json(value).printed()
}

#[cfg(test)]
mod tests;
