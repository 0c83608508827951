//! Goldmark as Hugo configures it: the text of a heading from which its id is made.
//!
//! Hugo 0.168 takes the last line of the heading: its text and code, of each emphasis, link or image only the text or code
//! at its start, and nothing of HTML, footnote marks and bare URLs. Values were compared with those of Hugo 0.168.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{Event, LinkType, Tag};
use regex::Regex;

use super::anchor::AnchorStyle;

/// Bare URLs at the start of a text (`extension/linkify.go` of Goldmark).
static BARE_URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let host = r"[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-z]+";
    let path = r#"(?:[/#?][-a-zA-Z0-9@:%_+.~#$!?&/=();,'">^{}\[\]`]*)?"#;
    Regex::new(&format!(r"\A(?:(?:https?|ftp)://{host}(?::\d+)?{path}|www\.{host}{path})")).ok()
});
/// E-mail addresses at the start of a text.
static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\A[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+").ok()
});

/// The settings of Goldmark in Hugo that decide heading ids (gohugo.io/configuration/markup).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct GoldmarkSettings {
    /// `parser.autoHeadingID` and `parser.autoHeadingIDType`.
    pub ids: AnchorStyle,
    /// `parser.attribute.title`: whether `{#id}` after a heading sets its id.
    pub has_heading_ids: bool,
    /// `parser.autoDefinitionTermID`: whether the terms of definition lists have ids, too.
    pub has_term_ids: bool,
    /// `extensions.typographer`: whether hyphens become dashes, and quotes curly ones.
    pub is_smart: bool,
    /// `extensions.typographer.enDash` and `emDash`: what ids have for two and for three hyphens.
    pub dashes: [KeptInIds; 2],
    /// `extensions.linkify`: whether bare URLs are links.
    pub links_urls: bool,
}

impl Default for GoldmarkSettings {
    fn default() -> Self {
        Self {
            ids: AnchorStyle::Goldmark,
            has_heading_ids: true,
            has_term_ids: false,
            is_smart: true,
            dashes: [kept_in_ids("–"), kept_in_ids("—")],
            links_urls: true,
        }
    }
}

/// The text of a heading from which its id is made, collected from the events of its inline Markdown.
#[derive(Debug)]
pub(super) struct IdText {
    settings: GoldmarkSettings,
    text: String,
    /// Text since the last event that is not text.
    run: String,
    /// Number of open elements.
    depth: usize,
    /// Number of open links.
    links: usize,
    /// Whether the start of the outermost open element is complete.
    is_start_complete: bool,
}

impl IdText {
    pub(super) fn new(settings: GoldmarkSettings) -> Self {
        Self {
            settings,
            text: String::new(),
            run: String::new(),
            depth: 0,
            links: 0,
            is_start_complete: false,
        }
    }

    /// Adds an event; `source` is the Markdown of the whole text.
    pub(super) fn read(&mut self, event: &Event<'_>, source: &str, range: Range<usize>) {
        match event {
            Event::Text(text) => {
                // Goldmark does not resolve numeric references here.
                let raw = source.get(range).filter(|raw| raw.starts_with("&#"));
                self.run.push_str(raw.unwrap_or(text));
            }
            Event::Code(code) => {
                self.end_run();
                if !self.is_start_complete || self.depth == 0 {
                    self.text.push_str(code);
                    self.is_start_complete = true;
                }
            }
            Event::Start(tag) => self.open(tag),
            Event::End(_) => {
                self.end_run();
                self.is_start_complete = true;
                self.depth = self.depth.saturating_sub(1);
                self.links = self.links.min(self.depth);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.end_run();
                self.text.clear();
                self.is_start_complete = true;
            }
            _ => {
                self.end_run();
                self.is_start_complete = true;
            }
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        self.end_run();
        if self.depth == 0 {
            self.is_start_complete = false;
        }
        self.depth += 1;
        if let Tag::Link { link_type, .. } | Tag::Image { link_type, .. } = tag {
            self.links += 1;
            self.is_start_complete |= matches!(link_type, LinkType::Autolink | LinkType::Email);
        }
    }

    /// Ends a run of text: adds what the id has of it.
    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.is_empty() || self.depth > 0 && self.is_start_complete {
            return;
        }
        let is_linked = self.settings.links_urls && self.links == 0;
        if self.depth == 0 {
            let text = if is_linked { without_urls(&run) } else { run };
            let dashes = self.settings.dashes;
            self.text.push_str(&if self.settings.is_smart { with_dashes(&text, dashes) } else { text });
            return;
        }
        let mut end = run.len();
        if is_linked {
            end = end.min(url_at_or_after(&run, 0).map_or(end, |url| url.start));
        }
        if self.settings.is_smart {
            end = end.min(first_replaced(&run));
        }
        self.text.push_str(&run[..end]);
        self.is_start_complete = true;
    }

    /// Adds text.
    pub(super) fn push(&mut self, text: &str) {
        self.run.push_str(text);
    }

    /// Returns the text.
    pub(super) fn finish(mut self) -> String {
        self.end_run();
        self.text
    }
}

/// Returns the text without the bare URLs and e-mail addresses that Goldmark makes links.
fn without_urls(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut end = 0;
    while let Some(url) = url_at_or_after(text, end) {
        plain.push_str(&text[end..url.start]);
        end = url.end;
    }
    plain + &text[end..]
}

/// Returns the first bare URL or e-mail address from `start` on.
fn url_at_or_after(text: &str, start: usize) -> Option<Range<usize>> {
    if !text.contains("://") && !text.contains("www.") && !text.contains('@') {
        return None;
    }
    let follows = |at: usize| {
        let before = text[..at].chars().next_back();
        before.is_none_or(|before| before.is_whitespace() || "*_~(\"'".contains(before))
    };
    let starts = text.char_indices().map(|(at, _)| at).filter(|at| *at >= start && follows(*at));
    let length = |rest: &str| {
        let find = |regex: &Option<Regex>| regex.as_ref()?.find(rest).map(|found| found.as_str());
        let url = find(&BARE_URL).or_else(|| find(&EMAIL))?;
        let url = url.strip_suffix('.').unwrap_or(url);
        let unopened = url.matches(')').count().saturating_sub(url.matches('(').count());
        let closing = url.len() - url.trim_end_matches(')').len();
        Some(url.len() - unopened.min(closing))
    };
    starts.into_iter().find_map(|at| Some(at..at + length(&text[at..])?))
}

/// What heading ids make of a replacement of the typographer: its hyphens and spaces, `!` for what they leave out, and zeros.
pub(crate) type KeptInIds = [u8; 8];

/// Returns what heading ids make of a replacement; a dash and its entity are left out.
pub(crate) fn kept_in_ids(replacement: &str) -> KeptInIds {
    let mut kept = KeptInIds::default();
    let mut bytes = replacement.bytes().map(|byte| if matches!(byte, b'-' | b' ') { byte } else { b'!' });
    let mut last = 0;
    for place in &mut kept {
        let Some(byte) = bytes.find(|byte| *byte != b'!' || last != b'!') else { break };
        (*place, last) = (byte, byte);
    }
    kept
}

/// Returns the text with `em_dash` for three hyphens, else with `en_dash` for two.
fn with_dashes(text: &str, [en_dash, em_dash]: [KeptInIds; 2]) -> String {
    let dash = |kept: KeptInIds| -> String {
        kept.into_iter().take_while(|byte| *byte != 0).map(char::from).collect()
    };
    let en_dash = dash(en_dash);
    let parts = text.split("---").map(|part| part.replace("--", &en_dash));
    parts.collect::<Vec<_>>().join(&dash(em_dash))
}

/// Returns the offset of the first character that Goldmark's typographer replaces; the length of the text if there is none.
fn first_replaced(text: &str) -> usize {
    let is_replaced = |(at, c): (usize, char)| {
        let rest = &text[at..];
        let is_open = |next: char| !next.is_whitespace();
        match c {
            '\'' => true,
            '"' => {
                let before = text[..at].chars().next_back();
                before.is_none_or(|before| !before.is_alphanumeric())
                    && rest[1..].chars().next().is_some_and(is_open)
            }
            _ => ["--", "...", "<<", ">>"].iter().any(|mark| rest.starts_with(mark)),
        }
    };
    text.char_indices().find(|found| is_replaced(*found)).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::template::Dialect;
    use crate::content::{parse_markdown, template};

    fn ids(markdown: &str, settings: GoldmarkSettings) -> Vec<String> {
        let dialect = template::Dialect::HugoWith(settings);
        let sections = parse_markdown(markdown, dialect).sections;
        sections.into_iter().filter_map(|section| Some(section.heading?.anchor)).collect()
    }

    fn id(heading: &str) -> String {
        ids(&format!("{heading}\n\n[pot]: /pot\n\n[^1]: Note.\n"), GoldmarkSettings::default()).concat()
    }

    #[test]
    fn ids_are_made_of_the_rendered_text() {
        for (heading, expected) in [
            ("## Tea -- or --- none ---- here", "tea--or--none---here"),
            ("## It's \"fine\" ... (c)", "its-fine--c"),
            ("## A &ndash; b &amp; caf&eacute; &#233;", "a--b--café-233"),
            ("## Two  spaces\tand a tab", "two--spacesand-a-tab"),
            ("## Code `a--b  &amp;` here", "code-a--b--amp-here"),
            ("## H<sub>2</sub>O <br> x<!-- c -->", "h2o--x"),
            ("## How long?[^1] Now", "how-long-now"),
            ("## snake_case \\_x\\_ *a*_b_", "snake_case-_x_-ab"),
            ("## See https://k.example/pots, and www.k.example. Now", "see--and--now"),
            ("## Write me@k.example or a@b (http://k.example/a(b))", "write--or-ab-"),
            ("## xhttp://k.example HTTP://K.EXAMPLE", "xhttpkexample-httpkexample"),
            ("## See <https://k.example/a> now", "see--now"),
            ("First\nsecond line\n===", "second-line"),
            ("*First\nsecond* line\n===", "line"),
            ("## --- a --", "-a-"),
            ("## --", "heading"),
            ("## GET /pots/{id}", "get-potsid"),
            ("## A {b} ##", "a-b"),
            ("## A {.b}", "a"),
            ("## 😀", "heading"),
            ("## `*`", "heading"),
            ("## https://k.example/", ""),
            ("## [^1]", ""),
        ] {
            assert_eq!(id(heading), expected, "{heading}");
        }
    }

    #[test]
    fn of_links_and_emphasis_only_the_start_counts() {
        for (heading, expected) in [
            ("## [one `two` three](/x) end", "one--end"),
            ("## [*one* two](/x) end", "one-end"),
            ("## [`one`](/x) end", "one-end"),
            ("## **one *two* three** end", "one--end"),
            ("## ![a cat *big*](x.png) asleep", "a-cat--asleep"),
            ("## [![alt](x.png)](/y) end", "alt-end"),
            ("## [pot] and [pots][pot]", "pot-and-pots"),
            ("## [What's new](/x) end", "what-end"),
            ("## [say \"hi\"](/x) 5", "say--5"),
            ("## [5\" disk](/x)", "5-disk"),
            ("## [a -- b](/x) end", "a--end"),
            ("## **see http://k.example now** end", "see--end"),
            ("## [a http://k.example b](/x) end", "a-httpkexample-b-end"),
            ("## [a <b>x</b> c](/x) end", "a--end"),
        ] {
            assert_eq!(id(heading), expected, "{heading}");
        }
    }

    #[test]
    fn settings_change_the_text_and_the_ids() {
        let plain = GoldmarkSettings::default();
        let text = "## It's -- a b, see https://k.example/x\n\n## Own {#mine}\n";
        let bare = GoldmarkSettings { is_smart: false, links_urls: false, ..plain };
        let blackfriday = GoldmarkSettings { ids: AnchorStyle::Blackfriday, ..plain };
        let without_attributes = GoldmarkSettings { has_heading_ids: false, ..plain };
        for (settings, expected) in [
            (plain, ["its--a-b-see", "mine"]),
            (bare, ["its----a-b-see-httpskexamplex", "mine"]),
            (blackfriday, ["it-s-a-b-see", "mine"]),
            (without_attributes, ["its--a-b-see", "own-mine"]),
        ] {
            assert_eq!(ids(text, settings), expected, "{settings:?}");
        }
        let dashes = |[en_dash, em_dash]: [&str; 2]| GoldmarkSettings {
            dashes: [kept_in_ids(en_dash), kept_in_ids(em_dash)],
            ..plain
        };
        for (replacements, expected) in [
            (["--", "&mdash;"], ["--hot-a----b", "c-d-e"]),
            (["–", "---"], ["hot-a--b", "c----d-e"]),
            ([" - ", " – "], ["--hot-a-----b", "c---d-e"]),
        ] {
            let text = "## --hot a -- b\n\n## c ---d-e\n";
            assert_eq!(ids(text, dashes(replacements)), expected, "{replacements:?}");
        }
        let terms = "Options\n: One.\n\n*The* `end`\n: Two.\n\n## Options\n\n## The end\n";
        assert_eq!(ids(terms, plain), ["options", "the-end"]);
        let with_terms = GoldmarkSettings { has_term_ids: true, ..plain };
        assert_eq!(ids(terms, with_terms), ["options-1", "the-end-1"]);
        assert_eq!(Dialect::Hugo.anchors(), AnchorStyle::Goldmark);
    }
}
