//! Preprocessors in the configuration that leave pages out, as the documentation of Eleventy shows for drafts:
//! `addPreprocessor("drafts", "*", (data) => { if (data.draft) return false; })`.

use std::sync::LazyLock;

use regex::Regex;

use crate::content::data::Data;

/// The start of a preprocessor, with its file extensions and the name of its data.
static PREPROCESSOR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let start = r#"addPreprocessor\(\s*["'`][^"'`]*["'`]\s*,\s*["'`]([^"'`]*)["'`]\s*,\s*"#;
    Regex::new(&format!(r"{start}(?:async\s*)?(?:function\s*\w*\s*)?\(?\s*(\w+)")).ok()
});
/// A condition that leads to `return false` at once.
static CONDITION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"if\s*\(([^{};]*)\)\s*\{?\s*return\s+false").ok());
/// A value of the page in a condition, with the comparison after it.
static OPERAND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let value = r#"(!\s*)?\b(\w+)\??(?:\.(\w+)|\[["'](\w+)["']\])"#;
    Regex::new(&format!(
        r#"{value}(?:\s*([!=]==?)\s*(?:["'`]([^"'`]*)["'`]|(true|false)))?\s*(&&|\|\||\)|$)"#
    ))
    .ok()
});

/// A rule by which the site leaves pages out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct HideRule {
    /// Extensions of the files; empty for all.
    extensions: Vec<String>,
    /// The key whose value decides.
    key: String,
    /// The value that hides the page; `None` for any that counts as true in JavaScript.
    value: Option<String>,
    /// Whether all other values hide the page instead.
    is_negated: bool,
}

impl HideRule {
    /// Returns whether the rule hides a page.
    pub(super) fn hides(&self, extension: &str, data: &Data) -> bool {
        if !self.extensions.is_empty() && !self.extensions.iter().any(|own| own == extension) {
            return false;
        }
        let text = data.text(&self.key).unwrap_or_default();
        let is_one = match &self.value {
            Some(value) => text == *value,
            None => data.get(&self.key).is_some_and(|value| {
                !matches!(value, serde_json::Value::Bool(false)) && text != "0" && *value != *""
            }),
        };
        is_one != self.is_negated
    }
}

/// Returns the rules of the preprocessors in a script.
pub(super) fn hide_rules(text: &str) -> Vec<HideRule> {
    let (Some(preprocessor), Some(condition), Some(operand)) = (&*PREPROCESSOR, &*CONDITION, &*OPERAND)
    else {
        return Vec::new();
    };
    let mut rules = Vec::new();
    for found in preprocessor.captures_iter(text) {
        let (Some(extensions), Some(data)) = (found.get(1), found.get(2)) else { continue };
        let code = call_of(&text[data.end()..]);
        let extensions: Vec<String> =
            extensions.as_str().split(',').map(|one| one.trim().to_owned()).collect();
        let is_all = extensions.iter().any(|one| one == "*");
        for condition in condition.captures_iter(code).filter_map(|captures| captures.get(1)) {
            for captures in operand.captures_iter(condition.as_str()) {
                if captures.get(2).map(|name| name.as_str()) != Some(data.as_str()) {
                    continue;
                }
                let key = captures.get(3).or_else(|| captures.get(4));
                let text = captures.get(6).map(|text| text.as_str().to_owned());
                let flag = captures.get(7).map(|flag| flag.as_str());
                let operator_negates =
                    captures.get(5).is_some_and(|operator| operator.as_str().starts_with('!'));
                let is_negated = captures.get(1).is_some() != operator_negates;
                rules.push(HideRule {
                    extensions: if is_all { Vec::new() } else { extensions.clone() },
                    key: key.map(|key| key.as_str().to_owned()).unwrap_or_default(),
                    value: text,
                    is_negated: is_negated != (flag == Some("false")),
                });
            }
        }
    }
    rules
}

/// Returns whether a preprocessor compares dates, so that it leaves out posts of the future.
pub(super) fn hides_future(text: &str) -> bool {
    let Some(preprocessor) = &*PREPROCESSOR else { return false };
    preprocessor.find_iter(text).any(|found| {
        let code = call_of(&text[found.end()..]);
        let names_now = ["new Date()", "Date.now()", "new Date ", "now"].iter().any(|now| code.contains(now));
        code.contains("return false") && code.contains(".date") && names_now && code.contains(['<', '>'])
    })
}

/// Returns the code up to the parenthesis that closes the call around it.
fn call_of(code: &str) -> &str {
    let mut depth = 1_usize;
    // The parameter list is open, if the parameters are in parentheses; its end does not end the call.
    let mut has_body = false;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '{' => {
                depth += 1;
                has_body = true;
            }
            ')' | '}' => depth = depth.saturating_sub(1),
            ';' if depth == 0 && has_body => return &code[..at],
            _ => {}
        }
        if depth == 0 && has_body && code[at + c.len_utf8()..].trim_start().starts_with(';') {
            return &code[..at];
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn hides(script: &str, front_matter: &str) -> bool {
        let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
        hide_rules(script).iter().any(|rule| rule.hides("md", &data))
    }

    #[test]
    fn preprocessors_leave_pages_out() {
        let truthy = "c.addPreprocessor('drafts', '*', (data) => { if (data.wip) { return false; } });";
        let build = "c.addPreprocessor(\"d\", \"*\", (data, content) => { if (data.wip && process.env.X === 'y') return false });";
        let equal = "c.addPreprocessor('d', 'njk,md', function (data) { if (data.status === 'draft') return false; });";
        let other = "c.addPreprocessor('d', '*', data => { if (data.status !== 'live') return false; });";
        let not = "c.addPreprocessor('d', '*', data => { if (!data.ready) return false; });";
        let html = "c.addPreprocessor('d', 'html', data => { if (data.wip) return false; });";
        let early = "c.addPreprocessor('d', '*', data => { if (!data.wip) return; return true });";
        let elsewhere = "if (data.wip) return false; c.addPreprocessor('d', '*', data => {}); if (data.wip) return false;";
        let cases = [
            (truthy, "wip: true", true),
            (truthy, "wip: yes please", true),
            (truthy, "wip: false", false),
            (truthy, "wip: 0", false),
            (truthy, "a: 1", false),
            (build, "wip: true", true),
            (build, "a: 1", false),
            (equal, "status: draft", true),
            (equal, "status: live", false),
            (other, "status: draft", true),
            (other, "status: live", false),
            (not, "a: 1", true),
            (not, "ready: true", false),
            (html, "wip: true", false),
            (early, "a: 1", false),
            (elsewhere, "wip: true", false),
            ("", "wip: true", false),
        ];
        for (script, front_matter, expected) in cases {
            assert_eq!(hides(script, front_matter), expected, "{script}: {front_matter}");
        }
        assert!(hides_future(
            "c.addPreprocessor('f', '*', (data) => { if (data.page.date > new Date()) return false; });"
        ));
        assert!(!hides_future(truthy));
    }
}
