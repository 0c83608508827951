//! Tests of encoding and reading post records.

use super::*;
use crate::analysis::{Analyzer, Lexicon};
use crate::content::{Block, Heading, PostKind, Section};
use crate::index::error::IndexError;
use crate::index::text_layout::TextLayout;
use proptest::prelude::*;
use tantivy::DocAddress;

fn post() -> StoredPost {
    StoredPost {
        id: "a/index.md".into(),
        kind: PostKind::Post,
        url: "/a/".into(),
        title: "Ä title".into(),
        description: String::new(),
        own_description: false,
        keywords: Vec::new(),
        categories: Vec::new(),
        tags: vec!["x".into()],
        date: crate::content::date::parse_date("2024-11-11T23:30:00-05:00"),
        authors: Vec::new(),
        series: Vec::new(),
        updated: None,
        image: Some("a.png".into()),
        reading_minutes: 3,
        lang: "en".into(),
    }
}

fn source<'a>(codec: &'a Codec, cache: &'a TextBlockCache) -> BlockSource<'a> {
    BlockSource { codec, cache, post: DocAddress::new(0, 0) }
}

fn section(heading: &str, prose: String) -> Section {
    let heading = Heading { text: heading.into(), level: 3, anchor: heading.to_lowercase() };
    Section { heading: Some(heading), blocks: vec![Block::Prose(prose)] }
}

#[test]
fn a_record_returns_the_stored_post_sections_and_text() {
    let prose: Vec<String> = (0..2_000).map(|n| format!("word{n}")).collect();
    let sections = [section("First", prose[..1_000].join(" ")), section("Second", prose[1_000..].join(" "))];
    let layout = TextLayout::new(&sections, &Analyzer::new("en"), &mut Lexicon::default());
    let codec = Codec::new(Vec::new());
    let bytes = encode(&post(), &layout, &[], &codec).unwrap();
    let cache = TextBlockCache::default();
    let record = PostRecord::new(&bytes, source(&codec, &cache)).unwrap();
    assert_eq!(record.post().unwrap(), post());
    assert!(record.num_blocks() > 10 && bytes.len() * 2 < layout.text.len(), "{} bytes", bytes.len());
    for (n, section) in layout.sections.iter().enumerate() {
        let stored = record.section(n).unwrap();
        assert_eq!(
            (stored.title, stored.anchor, stored.level),
            (["First", "Second"][n], &*section.anchor, 3)
        );
        assert_eq!(stored.first_position, section.first_position);
        assert_eq!(record.section_of(section.content_position + 7), n);
    }
    let first = layout.sections[1].content_position;
    for n in [0, 1, 500, 999] {
        let block = record.block_of(first + n);
        let text_span = record.text_span(block..block + 1).unwrap();
        let range = text_span.range_of(first + n).unwrap();
        assert_eq!(
            text_span.text[range.start - text_span.start..range.end - text_span.start],
            prose[1_000 + n as usize]
        );
    }
}

#[test]
fn text_spans_grow_in_both_directions() {
    let layout = TextLayout::new(
        &[section("A", "some words of prose ".repeat(400))],
        &Analyzer::new("en"),
        &mut Lexicon::default(),
    );
    let codec = Codec::new(Vec::new());
    let bytes = encode(&post(), &layout, &[], &codec).unwrap();
    let cache = TextBlockCache::default();
    let record = PostRecord::new(&bytes, source(&codec, &cache)).unwrap();
    let mut middle = record.text_span(2..3).unwrap();
    let first_position = record.block(2).unwrap().first_position;
    middle.append(record.block(3).unwrap());
    let range = middle.range_of(first_position + 3).unwrap();
    middle.prepend(record.block(1).unwrap());
    let whole = record.text_span(1..4).unwrap();
    assert_eq!((&middle.text, middle.start, &middle.blocks), (&whole.text, whole.start, &whole.blocks));
    assert_eq!(middle.range_of(first_position + 3), Some(range.clone()));
    assert_eq!(whole.range_of(first_position + 3), Some(range));
    assert!(matches!(record.text_span(90..91), Err(IndexError::Damaged)));
}

#[test]
fn an_empty_post_has_an_empty_text() {
    let layout = TextLayout::new(&[], &Analyzer::new("en"), &mut Lexicon::default());
    let codec = Codec::new(Vec::new());
    let bytes = encode(&post(), &layout, &[], &codec).unwrap();
    let cache = TextBlockCache::default();
    let record = PostRecord::new(&bytes, source(&codec, &cache)).unwrap();
    assert_eq!(record.text().unwrap(), "");
    assert_eq!(record.num_sections(), 0);
}

proptest! {
    #[test]
    fn damaged_records_return_errors_instead_of_panicking(at in 0usize..400, byte in any::<u8>(), cut in 0usize..400) {
        let layout = TextLayout::new(&[section("A", "some words of prose ".repeat(200))], &Analyzer::new("en"), &mut Lexicon::default());
        let codec = Codec::new(Vec::new());
        let mut bytes = encode(&post(), &layout, &[], &codec).unwrap();
        let at = at.min(bytes.len() - 1);
        bytes[at] = byte;
        bytes.truncate(bytes.len() - cut.min(bytes.len()));
        let cache = TextBlockCache::default();
        if let Ok(record) = PostRecord::new(&bytes, source(&codec, &cache)) {
            let _ = record.post();
            for n in 0..record.num_sections().min(100) {
                let _ = record.section(n);
            }
            for n in 0..record.num_blocks().min(100) {
                let _ = record.text_span(n..n + 1);
            }
            let _ = (record.section_of(70), record.block_of(70), record.positions_of(200), record.bytes_of(200));
        }
    }
}

#[test]
fn a_record_returns_the_words_of_a_long_post() {
    let sections = [section("First", "Flour and water.".to_owned())];
    let layout = TextLayout::new(&sections, &Analyzer::new("en"), &mut Lexicon::default());
    let (codec, cache) = (Codec::new(Vec::new()), TextBlockCache::default());
    let words: Vec<(String, u32)> = (0..5_000).map(|n| (format!("word{n}"), n)).collect();
    for words in [&words[..], &[]] {
        let bytes = encode(&post(), &layout, words, &codec).unwrap();
        let record = PostRecord::new(&bytes, source(&codec, &cache)).unwrap();
        assert_eq!(record.words().unwrap().unwrap_or_default(), words);
        assert_eq!((record.post().unwrap(), record.num_sections()), (post(), 1));
        assert_eq!(record.text().unwrap().trim_end(), "Flour and water.");
    }
}
