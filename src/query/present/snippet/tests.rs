use super::*;

fn snippet(text: &str, word: &str, max_chars: usize) -> Snippet {
    let start = text.find(word).unwrap();
    let mut fragment = fragment(text, 0..text.len(), start..start + word.len(), max_chars);
    fragment.begins_in_code = begins_in_code(text, fragment.range.start).unwrap_or(false);
    render(text, &fragment, &[start..start + word.len()])
}

fn cut(text: &str, word: &str, max_chars: usize) -> String {
    snippet(text, word, max_chars).html
}

#[test]
fn begins_at_sentences_and_ends_at_words() {
    let text =
        "The first sentence is here. Then comes the second with a match in it, and it goes on for long.";
    assert_eq!(
        cut(text, "match", 60),
        "Then comes the second with a <mark>match</mark> in it, and it goes on…"
    );
    assert_eq!(cut("All of it fits", "fits", 50), "All of it <mark>fits</mark>");
    assert_eq!(cut("A\n  b\n\tmatch", "match", 50), "<mark>match</mark>");
}

#[test]
fn cuts_distant_sentences_at_clauses_or_words() {
    let text = format!("{}match {}", "word ".repeat(50), "tail ".repeat(50));
    let html = cut(&text, "match", 60);
    assert!(html.starts_with("…word ") && html.ends_with("tail…"), "{html}");
    let text = format!("{}as said, a match {}", "word ".repeat(50), "tail ".repeat(50));
    assert!(cut(&text, "match", 60).starts_with("…a <mark>match</mark> tail"));
}

#[test]
fn cuts_text_without_spaces_between_characters() {
    let text = format!("{}犬{}", "日".repeat(100), "本".repeat(100));
    let html = cut(&text, "犬", 40);
    assert!(html.contains("日<mark>犬</mark>本") && html.starts_with('…'), "{html}");
    assert!(cut("長い文章です、ここに犬がいます。", "犬", 12).starts_with("…ここに<mark>犬</mark>"));
}

#[test]
fn begins_right_to_left_text_at_sentences() {
    let html = cut("هل هذا سؤال؟ نعم هذا جواب طويل عن الكلب في البيت", "الكلب", 40);
    assert!(html.starts_with("نعم هذا جواب"), "{html}");
}

#[test]
fn marks_code_ranges() {
    let code = |text, word, max_chars| {
        let Snippet { text, code_ranges, .. } = snippet(text, word, max_chars);
        code_ranges.iter().map(|[start, end]| text[*start..*end].to_owned()).collect::<Vec<_>>()
    };
    let text = "Run this:\n\u{e}make  <all>\u{f}\nand wait for it.";
    assert_eq!(cut(text, "make", 100), "<mark>make</mark> &lt;all&gt; and wait for it.");
    assert_eq!(code(text, "make", 100), ["make <all>"]);
    assert_eq!(cut(text, "wait", 100), "and <mark>wait</mark> for it.");
    assert!(code(text, "wait", 100).is_empty());
    assert_eq!(code("cut here\u{f}\nprose", "here", 20), ["cut here"]);
    assert_eq!(code("cut here\u{f}\nprose", "here", 14), ["cut here"]);
}

/// Returns a snippet with the line breaks of its code.
fn lines(text: &str, word: &str, max_chars: usize) -> String {
    let Snippet { mut text, line_breaks, .. } = snippet(text, word, max_chars);
    for line in line_breaks.iter().rev() {
        text.replace_range(line.at..=line.at, &format!("\n{}", " ".repeat(line.indent)));
    }
    text
}

#[test]
fn keeps_the_lines_of_code() {
    let text = "Run\n this:\n\u{e}for x in y:\n\n\tprint( x  )\n\u{f}\nand wait for it.";
    assert_eq!(lines(text, "Run", 100), "Run this:\nfor x in y:\n    print( x )\nand wait for it.");
    // Prose has no lines, and neither has code without others.
    assert_eq!(lines("One\n two\n\nthree", "One", 100), "One two three");
    assert_eq!(lines("\u{e}  make all\u{f}", "make", 100), "make all");
    // The common indentation is left out, also that of a line whose beginning is.
    assert_eq!(lines("See\n\u{e}    if a:\n      b\u{f}\nend", "See", 100), "See\nif a:\n  b\nend");
    assert_eq!(lines("\u{e}    key: value\n      list:\n    other", "list", 24), "list:\nother");
    assert_eq!(lines("\u{e}if this_is_so:\n    word word b\n    c\u{f}", "b", 9), "…b\nc");
    let deep = format!("\u{e}a\n{}b", " ".repeat(1_000));
    assert_eq!(lines(&deep, "a", 2_000), format!("a\n{}b", " ".repeat(60)));
}

#[test]
fn percent_encodes_anchors_in_section_urls() {
    assert_eq!(section_url("/a/", "b \"c\""), "/a/#b%20%22c%22");
}

#[test]
fn begins_at_the_first_word_after_a_long_text_without_words() {
    // The section begins at byte 20 with 5,000 symbols, and its first word is at byte 5,020.
    assert_eq!(start_in_text(20, 4_096, Some(5_020..5_025)), 924);
    assert_eq!(start_in_text(20, 4_096, None), 0);
    assert_eq!(start_in_text(4_200, 4_096, Some(5_020..5_025)), 104);
}
