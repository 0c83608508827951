//! Permalinks and computed values that are Liquid or Nunjucks templates, as far as they can be rendered without the
//! site's code.

mod dates;
mod expression;
mod filters;
mod syntax;
mod text_filters;
mod value;

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::Value;

pub(super) use self::dates::{SiteFilter, strftime_of_tokens};
use self::syntax::{TemplateNode, parse_nodes};
use self::value::TemplateValue;
use super::EleventyRules;
use super::cascade::is_computed;
use crate::config::limits;
use crate::content::data::Data;
use crate::content::date::PostDate;
use crate::content::source_id::folder_and_stem;

/// A language of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum TemplateEngine {
    /// Liquid, Eleventy's default for Markdown and HTML.
    Liquid,
    /// Nunjucks.
    Nunjucks,
    /// None: a permalink is used as it is written.
    Off,
    /// Another language, such as JavaScript or Handlebars.
    Other,
}

impl TemplateEngine {
    /// Returns the engine with this name of Eleventy.
    #[must_use]
    pub(super) fn named(name: &str) -> Self {
        match name.split(',').next().unwrap_or(name).trim() {
            "liquid" => Self::Liquid,
            "njk" => Self::Nunjucks,
            "false" | "html" | "md" | "" => Self::Off,
            _ => Self::Other,
        }
    }
}

/// Why a template cannot be rendered: what it uses, such as "the filter `stamp`".
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unevaluated(pub(super) String);

impl Unevaluated {
    fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

/// The values that the templates of a page can use.
#[derive(Clone, Copy)]
pub(super) struct TemplateContext<'a> {
    /// The site's settings.
    pub(super) rules: &'a EleventyRules,
    /// Path of the page's source file below the content directory.
    pub(super) id: &'a str,
    /// The page's data.
    pub(super) data: &'a Data,
    /// The page's date.
    pub(super) date: Option<PostDate>,
}

/// A context with the names that the template itself assigns.
struct TemplateScope<'a> {
    context: &'a TemplateContext<'a>,
    engine: TemplateEngine,
    assigned: RefCell<HashMap<String, TemplateValue>>,
}

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

impl TemplateScope<'_> {
    /// Returns the value of a path such as `page.date`; nil if there is none.
    fn variable(&self, path: &str) -> Result<TemplateValue, Unevaluated> {
        let mut keys = path.split('.');
        let first = keys.next().unwrap_or(path);
        let unknown = || Unevaluated::new(format!("the value `{path}`"));
        let assigned = self.assigned.borrow().get(first).cloned();
        let mut value = match (first, assigned) {
            (_, Some(value)) => value,
            ("page", None) => return self.page_value(path).ok_or_else(unknown),
            ("collections" | "eleventy" | "pkg", None) => return Err(unknown()),
            (_, None) => {
                let data = self.context.data;
                let own = data.entries().find(|(key, _)| *key == first).map(|(_, value)| value);
                match own.or_else(|| self.context.rules.global.value(first)) {
                    Some(value) => TemplateValue::from_json(value),
                    None if self.is_unknown(first) => return Err(unknown()),
                    None => TemplateValue::Nil,
                }
            }
        };
        for key in keys {
            value = value.member(key);
        }
        Ok(value)
    }

    fn is_unknown(&self, name: &str) -> bool {
        is_computed(self.context.data, name) || self.context.rules.global.computes(name)
    }

    fn page_value(&self, path: &str) -> Option<TemplateValue> {
        let TemplateContext { id, rules, .. } = *self.context;
        // A first folder of one letter counts as `.`: see `cleanInputPath` of `TemplateFileSlug.js`.
        let slug_path =
            id.split_once('/').filter(|(first, _)| first.chars().count() == 1).map_or(id, |(_, rest)| rest);
        let (folder, stem) = folder_and_stem(slug_path);
        let bare = without_date(stem);
        Some(TemplateValue::text(match path {
            "page.date" => return self.context.date.map(TemplateValue::Date),
            "page.fileSlug" if bare == "index" => {
                without_date(folder.rsplit('/').next().unwrap_or_default()).to_owned()
            }
            "page.fileSlug" => bare.to_owned(),
            "page.filePathStem" if folder.is_empty() => format!("/{bare}"),
            "page.filePathStem" => format!("/{folder}/{bare}"),
            "page.outputFileExtension" => "html".to_owned(),
            "page.inputPath" if rules.input.is_empty() => format!("./{id}"),
            "page.inputPath" => format!("./{}/{id}", rules.input),
            _ => return None,
        }))
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

/// Returns the part of a name that follows its date, or the whole name if it has none.
///
/// Source: `TemplateFileSlug.js` of Eleventy.
pub(super) fn without_date(name: &str) -> &str {
    let is_date = |at: usize| {
        name.get(at..at + 11).is_some_and(|text| {
            text.bytes().zip("0000-00-00-".bytes()).all(|(byte, wanted)| match wanted {
                b'-' => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
        })
    };
    (0..name.len()).find(|at| is_date(*at)).map_or(name, |at| &name[at + 11..])
}

#[cfg(test)]
mod tests;
