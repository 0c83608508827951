//! Heading anchors as the generators make them.

use std::collections::{HashMap, HashSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::char::is_combining_mark;

use super::slugs;

/// The rules by which ids of headings are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum AnchorStyle {
    /// Headings have no ids.
    None,
    /// Goldmark in Hugo.
    Goldmark,
    /// kramdown's GitHub mode.
    Kramdown,
    /// Zola.
    Zola,
    /// `github-slugger`.
    GitHub,
    /// `github-slugger` behind Astro's typographer, which makes a dash of `--`.
    Astro,
    /// `github-slugger`, but first-level headings have no ids.
    Docusaurus,
    /// `hexo-renderer-marked`.
    Hexo,
    /// markdown-it-anchor.
    MarkdownItAnchor,
    /// markdown-it-anchor with Eleventy's `slugify`.
    MarkdownItSlugify,
    /// Eleventy's `IdAttributePlugin`.
    EleventyIds,
    /// Nuxt's MDC.
    Nuxt,
    /// Python-Markdown.
    Python,
    /// Python-Markdown, keeping all letters.
    PythonUnicode,
    /// Python-Markdown with the slugs of `PyMdown` Extensions.
    PyMdown,
    /// mdBook.
    MdBook,
    /// mdBook behind its typographer, which makes dashes of hyphens.
    MdBookSmart,
}

/// What `encodeURIComponent` encodes.
const URI_COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Hands out the anchors of one page, each only once.
#[derive(Debug)]
pub struct Anchors {
    style: AnchorStyle,
    used: HashSet<String>,
    /// How often a base was given; numbers count on from here, so that the next free one is near.
    counts: HashMap<String, usize>,
}

impl Anchors {
    /// Returns an empty set for a page whose ids follow `style`.
    #[must_use]
    pub fn new(style: AnchorStyle) -> Self {
        Self { style, used: HashSet::new(), counts: HashMap::new() }
    }

    /// The anchor of a heading without one of its own, from its level, its Markdown source and its
    /// plain text; a number is added to one that is taken. Empty where the generator gives none.
    pub fn generate(&mut self, level: u8, source: &str, text: &str) -> String {
        let base = match self.style {
            AnchorStyle::None => return String::new(),
            AnchorStyle::Docusaurus if level == 1 => return String::new(),
            AnchorStyle::Goldmark => {
                let anchor = plain(source.trim(), false);
                if anchor.is_empty() { "heading".to_owned() } else { anchor }
            }
            // kramdown makes dashes of hyphens before it makes the anchor.
            AnchorStyle::Kramdown => plain(&text.replace("---", "").replace("--", ""), true),
            AnchorStyle::Zola => slug::slugify(text),
            AnchorStyle::GitHub | AnchorStyle::Docusaurus => slugs::github(text),
            AnchorStyle::Astro => slugs::github(&outside_code(source, text, |prose| {
                without_dashes(prose, |length| length == 2)
            })),
            AnchorStyle::Hexo => slugs::hexo(&outside_code(source, text, smartened)),
            AnchorStyle::MarkdownItAnchor => {
                let words: Vec<&str> = text.split_whitespace().collect();
                utf8_percent_encode(&words.join("-").to_lowercase(), URI_COMPONENT).to_string()
            }
            AnchorStyle::MarkdownItSlugify | AnchorStyle::EleventyIds => slugs::sindresorhus(text),
            AnchorStyle::Nuxt => return self.of_nuxt(text),
            AnchorStyle::Python => slugs::python_markdown(text, false),
            AnchorStyle::PythonUnicode => slugs::python_markdown(text, true),
            AnchorStyle::PyMdown => slugs::pymdownx(text),
            AnchorStyle::MdBook => slugs::mdbook(text),
            AnchorStyle::MdBookSmart => {
                slugs::mdbook(&outside_code(source, text, |prose| without_dashes(prose, |_| true)))
            }
        };
        self.unique(base)
    }

    fn unique(&mut self, base: String) -> String {
        match self.style {
            // These count how often a slug came, whatever else has become of the numbered one.
            AnchorStyle::Hexo | AnchorStyle::EleventyIds => {
                let count = self.counts.entry(base.clone()).or_default();
                *count += 1;
                let first = usize::from(self.style == AnchorStyle::EleventyIds);
                return if *count == 1 { base } else { format!("{base}-{}", *count - 1 + first) };
            }
            AnchorStyle::Python | AnchorStyle::PythonUnicode | AnchorStyle::PyMdown => {
                return self.numbered(&base, "_");
            }
            AnchorStyle::GitHub | AnchorStyle::Astro | AnchorStyle::Docusaurus => {}
            _ if base.is_empty() => return base,
            _ => {}
        }
        self.numbered(&base, "-")
    }

    /// The base where it is free, else with the first number that makes it so. Python counts on from the
    /// number that stands there, and gives nothing empty.
    fn numbered(&mut self, base: &str, separator: &str) -> String {
        let is_python = separator == "_";
        if !(is_python && base.is_empty()) && self.used.insert(base.to_owned()) {
            return base.to_owned();
        }
        let counted = base.rsplit_once('_').and_then(|(stem, number)| Some((stem, number.parse().ok()?)));
        let (stem, from) = counted.filter(|_| is_python).unwrap_or((base, 0));
        let count = self.counts.entry(stem.to_owned()).or_default();
        *count = from.max(*count);
        loop {
            *count += 1;
            let anchor = format!("{stem}{separator}{count}");
            if self.used.insert(anchor.clone()) {
                return anchor;
            }
        }
    }

    /// Nuxt tidies what github-slugger gave, numbers and all.
    fn of_nuxt(&mut self, text: &str) -> String {
        let slug = self.numbered(&slugs::github(text), "-");
        let tidy: Vec<&str> = slug.split('-').filter(|part| !part.is_empty()).collect();
        let tidy = tidy.join("-");
        if tidy.starts_with(|c: char| c.is_ascii_digit()) { format!("_{tidy}") } else { tidy }
    }

    /// Takes note of an anchor that the writer gave, so that no generated one equals it; whether it
    /// was free.
    pub fn reserve(&mut self, anchor: &str) -> bool {
        self.used.insert(anchor.to_owned())
    }
}

/// Letters and digits in lower case, `_` and `-` kept, spaces as `-`, the rest left out: Goldmark's
/// rule in Hugo (`autoHeadingIDType = "github"`), and that of kramdown's GitHub mode, Jekyll's
/// default, which keeps combining marks too.
fn plain(heading: &str, keeps_marks: bool) -> String {
    let mut anchor = String::with_capacity(heading.len());
    for c in heading.chars() {
        match c {
            ' ' | '-' => anchor.push('-'),
            '_' => anchor.push('_'),
            _ if c.is_alphanumeric() => anchor.extend(c.to_lowercase()),
            _ if keeps_marks && is_combining_mark(c) => anchor.push(c),
            _ => {}
        }
    }
    anchor
}

/// The plain text of a heading, with `change` made of what is no code in its source.
fn outside_code(source: &str, text: &str, change: impl Fn(&str) -> String) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    for code in source.split('`').skip(1).step_by(2).filter(|code| !code.is_empty()) {
        let Some((before, after)) = rest.split_once(code) else { continue };
        changed.extend([change(before).as_str(), code]);
        rest = after;
    }
    changed + &change(rest)
}

/// The text without the hyphens that become dashes: so many next to each other.
fn without_dashes(text: &str, becomes_dash: impl Fn(usize) -> bool) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut end = 0;
    for run in dashes(text) {
        plain.push_str(&text[end..run.start]);
        if !becomes_dash(run.len()) {
            plain.push_str(&text[run.clone()]);
        }
        end = run.end;
    }
    plain + &text[end..]
}

/// Where two and more hyphens stand next to each other.
fn dashes(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find("--")?;
        let length = text[start..].len() - text[start..].trim_start_matches('-').len();
        at = start + length;
        Some(start..at)
    })
}

/// The marks that marked's typographer makes of plain ones.
fn smartened(text: &str) -> String {
    let mut smart = String::with_capacity(text.len());
    let plain = text.replace("---", "—").replace("--", "–").replace("...", "…");
    for c in plain.chars() {
        let opens =
            smart.chars().next_back().is_none_or(|last| last.is_whitespace() || "-—/([{\"‘".contains(last));
        smart.push(match c {
            '\'' if opens => '‘',
            '\'' => '’',
            '"' if opens => '“',
            '"' => '”',
            c => c,
        });
    }
    smart
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(style: AnchorStyle, headings: &[&str]) -> Vec<String> {
        let mut anchors = Anchors::new(style);
        headings.iter().map(|heading| anchors.generate(2, heading, &heading.replace('`', ""))).collect()
    }

    #[test]
    fn anchors_follow_goldmark() {
        let cases = [
            ("Manual Testing", "manual-testing"),
            ("What's `kubectl get`?", "whats-kubectl-get"),
            ("AI & DevOps", "ai--devops"),
            ("snake_case -- dashes", "snake_case----dashes"),
            ("Über Größe 2", "über-größe-2"),
            ("日本語", "日本語"),
            ("?!", "heading"),
        ];
        for (source, expected) in cases {
            assert_eq!(Anchors::new(AnchorStyle::Goldmark).generate(2, source, source), expected);
        }
    }

    #[test]
    fn an_anchor_is_given_once() {
        let mut anchors = Anchors::new(AnchorStyle::Goldmark);
        anchors.reserve("setup");
        let given: Vec<_> = ["Setup", "Setup", "Setup 1"].iter().map(|h| anchors.generate(2, h, h)).collect();
        assert_eq!(given, ["setup-1", "setup-2", "setup-1-1"]);
    }

    #[test]
    fn each_style_numbers_its_own_way() {
        let headings = ["A b", "A b", "A b", "!?", "!?"];
        let cases = [
            (AnchorStyle::Docusaurus, ["a-b", "a-b-1", "a-b-2", "", "-1"]),
            (AnchorStyle::EleventyIds, ["a-b", "a-b-2", "a-b-3", "", "-2"]),
            (AnchorStyle::MarkdownItAnchor, ["a-b", "a-b-1", "a-b-2", "!%3F", "!%3F-1"]),
            (AnchorStyle::None, ["", "", "", "", ""]),
            (AnchorStyle::Hexo, ["A-b", "A-b-1", "A-b-2", "", "-1"]),
            (AnchorStyle::Python, ["a-b", "a-b_1", "a-b_2", "_1", "_2"]),
            (AnchorStyle::Nuxt, ["a-b", "a-b-1", "a-b-2", "", "_1"]),
        ];
        for (style, expected) in cases {
            assert_eq!(anchors(style, &headings), expected, "{style:?}");
        }
        assert_eq!(Anchors::new(AnchorStyle::Docusaurus).generate(1, "A", "A"), "");
        assert_eq!(anchors(AnchorStyle::Python, &["a_1", "a_1", "a"]), ["a_1", "a_2", "a"]);
        assert_eq!(anchors(AnchorStyle::Nuxt, &["2 -- x"]), ["_2-x"]);
    }

    #[test]
    fn typographers_go_before() {
        let headings = ["1 -- `a --flag` --- b"];
        assert_eq!(anchors(AnchorStyle::Astro, &headings), ["1--a---flag-----b"]);
        let smart = anchors(AnchorStyle::MdBookSmart, &headings);
        assert_eq!(smart, ["1--a---flag--b"]);
        assert_eq!(smartened("\"a\" 'b' -- it's... ---"), "“a” ‘b’ – it’s… —");
    }
}
