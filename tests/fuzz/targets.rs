//! Invariants of the parsers for any input: the bodies of the fuzz targets.
//!
//! The fuzzers (`fuzz_targets/`) and the test suite (`tests/suite/robustness.rs`) both include this
//! file, so that each invariant is written once.

use std::collections::{HashMap, HashSet};

use bloghound::content::generator::pattern::{fill, normalize_slashes};
use bloghound::content::template::Dialect;
use bloghound::content::{
    AnchorStyle, Block, Data, DataError, DataFormat, ParsedSource, Section, parse_html, parse_markdown,
};

/// The targets; each has a folder of seeds and a dictionary of this name.
pub(crate) const TARGETS: [&str; 3] = ["front_matter", "markdown", "permalink"];

const FORMATS: [DataFormat; 3] = [DataFormat::Toml, DataFormat::Yaml, DataFormat::Json];
/// The dialects of Markdown; those with plugins have some of the anchors that the plugins make.
pub(crate) const DIALECTS: [Dialect; 13] = [
    Dialect::Hugo,
    Dialect::Zola,
    Dialect::Jekyll,
    Dialect::Hexo,
    Dialect::Eleventy(AnchorStyle::EleventyIds),
    Dialect::Docusaurus,
    Dialect::Nuxt,
    Dialect::ZolaIds(AnchorStyle::ZolaSafe),
    Dialect::MkDocs { anchors: AnchorStyle::Python, has_icons: false },
    Dialect::MkDocs { anchors: AnchorStyle::PyMdown, has_icons: true },
    Dialect::MdBook(AnchorStyle::MdBookSmart),
    Dialect::Plain(AnchorStyle::Astro),
    Dialect::Mdx(AnchorStyle::MarkdownItAnchor),
];

/// Panics if an invariant of the target does not hold for `text`.
pub(crate) fn check(target: &str, text: &str) {
    match target {
        "front_matter" => front_matter(text),
        "markdown" => markdown(text),
        "permalink" => permalink(text),
        _ => panic!("{target} is none of {TARGETS:?}"),
    }
}

fn front_matter(text: &str) {
    for format in FORMATS {
        match Data::parse(text, format) {
            Ok(data) => values_are_found_and_trimmed(&data),
            Err(error) => error_line_is_in_the_text(text, &error),
        }
    }
    match ParsedSource::parse(text) {
        Ok(source) => splitting_loses_nothing(text, &source),
        Err(error) => error_line_is_in_the_text(text, &error),
    }
}

fn values_are_found_and_trimmed(data: &Data) {
    for key in data.keys() {
        let has_value = data.get(key).is_some();
        let other_case = data.get(&key.to_ascii_uppercase()).is_some();
        let is_ambiguous = data.keys().filter(|other| other.eq_ignore_ascii_case(key)).count() > 1;
        assert!(has_value == other_case || is_ambiguous, "the case of {key:?} matters");
        let texts = data.texts(key).into_iter().chain(data.text(key));
        for text in texts {
            assert!(has_value && !text.is_empty() && text == text.trim(), "{key:?} is {text:?}");
        }
    }
}

fn error_line_is_in_the_text(text: &str, error: &DataError) {
    let breaks = text.matches(['\n', '\r']).count();
    assert!(
        (1..=breaks + 1).contains(&error.line),
        "line {} of {}: {}",
        error.line,
        breaks + 1,
        error.message
    );
    assert!(!error.message.trim().is_empty() && !error.message.contains('\n'), "{:?}", error.message);
}

fn splitting_loses_nothing(text: &str, source: &ParsedSource) {
    let body_start = text.len() - source.body.len();
    assert_eq!(&text[body_start..], source.body, "the body is not the end of the text");
    if !source.has_front_matter {
        assert!(source.front_matter.is_empty() && source.data == Data::default());
        assert!(
            ["", "\u{feff}"].contains(&&text[..body_start]),
            "lost before the body: {:?}",
            &text[..body_start]
        );
        return;
    }
    // The position of this slice, not of an equal text.
    let start = source.front_matter.as_ptr().addr() - text.as_ptr().addr();
    let end = start + source.front_matter.len();
    let (before, between) = (&text[..start], &text[end..body_start]);
    assert_eq!(&text[start..end], source.front_matter);
    assert_eq!(source.front_matter_line, 1 + before.matches('\n').count());

    let blank = [' ', '\t', '\r', '\n', '\u{feff}'];
    let opening = before.trim_start_matches(blank);
    let fences = [
        ("", ""),
        ("+++", "+++"),
        ("---", "---"),
        ("---", "..."),
        ("---yaml", "---"),
        ("---toml", "---"),
        ("---json", "---"),
    ];
    let found = (opening.trim_end(), between.trim_end());
    assert!(fences.contains(&found), "the fences differ, or something is lost: {found:?}");
    let is_json = opening.is_empty();
    assert!(!is_json || source.front_matter.starts_with('{'), "without a fence: {:?}", source.front_matter);
    assert!(is_json || (opening.ends_with('\n') && opening.matches('\n').count() == 1), "{opening:?}");
    // The closing delimiter is one line: all blank lines below it belong to the body.
    assert!(!is_json || between.is_empty(), "lost before the body: {between:?}");
    let is_line = between.matches('\n').count() == 1 && between.ends_with('\n');
    assert!(is_json || is_line || source.body.is_empty(), "lost before the body: {between:?}");
    for key in source.data.keys() {
        assert!(source.line_of_key(key) >= source.front_matter_line);
    }
}

fn markdown(text: &str) {
    for dialect in DIALECTS {
        let document = parse_markdown(text, dialect);
        no_part_is_blank(&document.sections);
        if let Some(summary) = &document.summary {
            assert!(summary.split('\n').all(is_trimmed), "{summary:?}");
        }
        anchors_are_unique(text, dialect, &document.sections);
        parsed_text_is_in_the_source(text, dialect, &document.sections);
        leading_heading_does_not_change_the_rest(text, dialect, &document.sections);
        letters_and_digits_are_kept(text, dialect);
    }
    no_part_is_blank(&parse_html(text));
}

fn is_trimmed(line: &str) -> bool {
    !line.is_empty() && line == words(line).join(" ")
}

fn no_part_is_blank(sections: &[Section]) {
    for (number, section) in sections.iter().enumerate() {
        assert!(!section.is_empty());
        assert!(number == 0 || section.heading.is_some(), "section {number} has no heading");
        if let Some(heading) = &section.heading {
            assert!(heading.text.is_empty() || is_trimmed(&heading.text), "{heading:?}");
            assert!((1..=6).contains(&heading.level), "{heading:?}");
        }
        for block in &section.blocks {
            match block {
                Block::Prose(text) => assert!(text.split('\n').all(is_trimmed), "{text:?}"),
                Block::Code { text, language } => {
                    assert!(!text.trim().is_empty() && text == text.trim_end(), "{text:?}");
                    assert!(language.as_ref().is_none_or(|language| !language.is_empty()));
                }
            }
        }
    }
}

/// An anchor occurs twice only if the author wrote it, so that the text contains it.
fn anchors_are_unique(text: &str, dialect: Dialect, sections: &[Section]) {
    // These generators do not check whether a generated anchor is taken.
    let repeats =
        [AnchorStyle::Hexo, AnchorStyle::EleventyIds, AnchorStyle::Nuxt].contains(&dialect.anchors());
    // A shortcode can be in the middle of an anchor, and HTML sets anchors by attributes.
    if repeats || ["{{", "{%", "<"].iter().any(|sign| text.contains(sign)) {
        return;
    }
    let mut seen = HashSet::new();
    for heading in sections.iter().filter_map(|section| section.heading.as_ref()) {
        let anchor = heading.anchor.as_str();
        let is_given = || text.contains(&format!("#{anchor}"));
        assert!(anchor.is_empty() || seen.insert(anchor) || is_given(), "#{anchor} is there twice");
    }
}

/// The parsed text is contained in the source, in the same order.
fn parsed_text_is_in_the_source(text: &str, dialect: Dialect, sections: &[Section]) {
    let read: String = sections.iter().flat_map(texts).collect();
    assert!(read.len() <= 3 * text.len() + 64, "{} bytes of {}", read.len(), text.len());

    // Entities and NUL are replaced, HTML moves text, `highlight` and `code` become fences, summary dividers become
    // Hugo's, and an attribute list can follow something that is not a heading.
    let changes =
        ["&", "<", "\0", "highlight", "code", "truncate", "more"].iter().any(|sign| text.contains(sign))
            || (dialect == Dialect::Jekyll && text.contains("{:"));
    if !changes {
        let mut source = text.chars();
        let invented = read.chars().find(|c| !c.is_whitespace() && !source.any(|other| other == *c));
        assert_eq!(invented, None, "{dialect:?}: not in the text, or not in this order");
    }
}

/// A heading at the start is parsed first and does not change what follows.
fn leading_heading_does_not_change_the_rest(text: &str, dialect: Dialect, sections: &[Section]) {
    const HEADING: &str = "A heading of 5 words";
    let mut document = parse_markdown(&format!("# {HEADING}\n\n{text}"), dialect);
    let first = document.sections[0].heading.take();
    assert_eq!(first.map(|heading| heading.text).as_deref(), Some(HEADING));
    document.sections.retain(|section| !section.is_empty());
    assert_eq!(document.sections, sections, "{dialect:?}: differs below a heading");
}

/// All letters and digits in paragraphs are kept, however they are indented.
fn letters_and_digits_are_kept(text: &str, dialect: Dialect) {
    let plain: String =
        text.chars().map(|c| if c.is_alphanumeric() || c == '\n' { c } else { ' ' }).collect();
    // In MDX, these words start JavaScript.
    if plain.lines().any(|line| line.starts_with("import ") || line.starts_with("export ")) {
        return;
    }
    let document = parse_markdown(&plain, dialect);
    let read: Vec<&str> = document.sections.iter().flat_map(texts).flat_map(words).collect();
    assert_eq!(read, words(&plain), "{dialect:?}");
}

fn texts(section: &Section) -> impl Iterator<Item = &str> {
    let heading = section.heading.iter().map(|heading| heading.text.as_str());
    heading.chain(section.blocks.iter().map(|block| match block {
        Block::Prose(text) | Block::Code { text, .. } => text.as_str(),
    }))
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// The first line is the pattern, the others are `token=value`.
fn permalink(text: &str) {
    let mut lines = text.split('\n');
    let pattern = lines.next().unwrap_or_default();
    let values: HashMap<&str, &str> = lines.filter_map(|line| line.split_once('=')).collect();

    let path = fill(pattern, |token| values.get(token).map(|value| (*value).to_owned()));
    let longest = values.values().map(|value| value.len()).max().unwrap_or(0);
    let tokens = pattern.matches(':').count();
    assert!(path.len() <= pattern.len() + tokens * longest, "{} bytes", path.len());
    let before = pattern.split(':').next().unwrap_or_default();
    assert!(path.starts_with(before), "{path:?} does not begin as its pattern");
    assert_eq!(fill(pattern, |_| None), pattern, "changed without a value");
    assert_eq!(fill(pattern, |token| Some(format!(":{token}"))), pattern, "changed by its own tokens");
    let without = pattern.replace(':', "");
    assert_eq!(fill(&without, |_| Some("value".to_owned())), without, "changed without a token");

    for path in [path.as_str(), pattern, text] {
        let tidy = normalize_slashes(path);
        assert!(tidy.starts_with('/') && !tidy.contains("//"), "{tidy:?}");
        assert_eq!(normalize_slashes(&tidy), tidy, "not the same once more");
        assert!(path_parts(path).eq(path_parts(&tidy)), "{path:?} has other parts than {tidy:?}");
        let has_parts = path_parts(path).next().is_some();
        assert_eq!(tidy.ends_with('/'), path.ends_with('/') || !has_parts, "{path:?} ends unlike {tidy:?}");
    }
}

fn path_parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}
