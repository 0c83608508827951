//! Texts that took minutes or hours when a step of reading or indexing took quadratic time.

#[path = "../../benches/scaling/texts.rs"]
mod texts;

use std::time::{Duration, Instant};

use bloghound::content::template::Dialect;
use bloghound::content::{
    Inventory, ParsedSource, ReadOutcome, Site, VisibilityRules, parse_html, parse_markdown, read_post,
};
use texts::{BODIES, FRONT_MATTERS, HostileText, PAGES};

/// Far more than linear time takes on a busy machine, and far less than quadratic time.
const PATIENCE: Duration = Duration::from_mins(2);
/// Size of the texts that had taken quadratic time.
const LARGE_BYTES: usize = 4 << 20;
/// Size of all other texts.
const SMALL_BYTES: usize = 32 << 10;

fn text(texts: &[HostileText], name: &str, bytes: usize) -> String {
    let (_, text) = texts.iter().find(|(other, _)| *other == name).expect(name);
    text(bytes)
}

fn read(text: &str) -> ReadOutcome {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let rules = VisibilityRules { drafts: true, future: true, expired: true, now };
    read_post("a.md", text.as_bytes(), &Inventory::default(), &Site::default(), &rules)
}

fn assert_in_time<T>(name: &str, run: impl FnOnce() -> T) {
    let started = Instant::now();
    run();
    let elapsed = started.elapsed();
    assert!(elapsed < PATIENCE, "{name} took {elapsed:?}");
}

#[test]
fn bodies_that_took_quadratic_time_take_linear_time() {
    let names = [
        "repeated heading ids",
        "repeated ids in pairs",
        "headings of code",
        "code blocks before blank lines",
        "code blocks before spaces",
        "nested lists on a line, lines",
        "nested quotes on a line, lines",
        "attributes",
        "inline attributes",
    ];
    for name in names {
        assert_in_time(name, || read(&text(BODIES, name, LARGE_BYTES)));
    }
    for name in ["a long heading with attribute lists", "a long underline with attribute lists"] {
        assert_in_time(name, || parse_markdown(&text(BODIES, name, LARGE_BYTES), Dialect::Jekyll));
    }
    assert_in_time("headings of code", || {
        parse_markdown(&text(BODIES, "headings of code", LARGE_BYTES), Dialect::Hexo)
    });
    for name in ["attributes of one tag", "attributes without spaces"] {
        assert_in_time(name, || parse_html(&text(PAGES, name, LARGE_BYTES)));
    }
}

#[test]
fn front_matter_that_took_quadratic_time_takes_linear_time() {
    for name in ["a title of ampersands", "a cascade", "keys of toml"] {
        assert_in_time(name, || read(&text(FRONT_MATTERS, name, LARGE_BYTES)));
    }
}

#[test]
fn every_hostile_text_is_read() {
    for (name, text) in BODIES {
        let text = text(SMALL_BYTES);
        assert_in_time(name, || (read(&text), parse_html(&text)));
    }
    for (name, text) in FRONT_MATTERS {
        let text = text(SMALL_BYTES);
        assert_in_time(name, || (ParsedSource::parse(&text).is_ok(), read(&text)));
    }
    for (name, text) in PAGES {
        assert_in_time(name, || parse_html(&text(SMALL_BYTES)));
    }
}
