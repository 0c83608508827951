use super::*;
use crate::content::section::Block;

fn prose(markdown: &str) -> String {
    let body = parse_markdown(markdown, Dialect::Hugo);
    body.sections.iter().flat_map(Section::prose).collect::<Vec<_>>().join("\n")
}

#[test]
fn headings_start_sections_with_hugo_anchors() {
    let text =
        "Intro.\n\n## A & `b`\n\nOne.\n\n### A & `b`\n\nSetext *head*\n====\n\nTwo.\n\n## Own {#mine}\n";
    let body = parse_markdown(text, Dialect::Hugo);
    let headings: Vec<_> = body
        .sections
        .iter()
        .map(|s| s.heading.as_ref().map(|h| (h.text.as_str(), h.level, h.anchor.as_str())))
        .collect();
    let expected = [
        None,
        Some(("A & b", 2, "a--b")),
        Some(("A & b", 3, "a--b-1")),
        Some(("Setext head", 1, "setext-head")),
        Some(("Own", 2, "mine")),
    ];
    assert_eq!(headings, expected);
    assert_eq!(body.sections[3].blocks, [Block::Prose("Two.".to_owned())]);
}

#[test]
fn code_is_a_separate_block_and_its_comments_are_not_headings() {
    let body = parse_markdown(
        "Run:\n\n```bash title=x\n# a comment\nls -l\n```\n\nDone.\n\n    # indented\n",
        Dialect::Hugo,
    );
    let code = |language: Option<&str>, text: &str| Block::Code {
        language: language.map(Into::into),
        text: text.into(),
    };
    let expected = [
        Block::Prose("Run:".to_owned()),
        code(Some("bash"), "# a comment\nls -l"),
        Block::Prose("Done.".to_owned()),
        code(None, "# indented"),
    ];
    assert_eq!(body.sections.len(), 1);
    assert_eq!(body.sections[0].blocks, expected);
}

#[test]
fn keeps_visible_text_and_drops_markup() {
    let cases = [
        ("A **bold** [link](https://x.org \"t\") and `code`.", "A bold link and code."),
        ("See ![the *big* picture](a.png).", "See the big picture ."),
        ("<div class=\"x\">Shown &amp; seen</div>\n\nMore", "Shown & seen\nMore"),
        ("<script>\nalert(1)\n\nalert(2)\n</script>\n\nText <b>in</b> <!-- no --> tags", "Text in tags"),
        ("One <script>alert(1)</script> two", "One two"),
        ("See <img src=x alt='a &amp; b'>", "See a & b"),
        ("<style>p { color: red }</style>\n\nX", "X"),
        ("<!-- hidden -->\n\nX\\*Y &lt;z&gt;", "X*Y <z>"),
        ("{{< youtube abc >}}\n\nText", "Text"),
        ("> [!NOTE]\n> Mind.", "Mind."),
        ("| a | b |\n|---|---|\n| c | d |\n", "a b\nc d"),
        ("- one\n- [x] two\n\nNote[^1].\n\n[^1]: The note.", "one\ntwo\nNote.\nThe note."),
    ];
    for (markdown, expected) in cases {
        assert_eq!(prose(markdown), expected, "{markdown:?}");
    }
}

#[test]
fn reports_unclosed_fences_and_duplicate_heading_ids() {
    let parse = |text| parse_markdown(text, Dialect::Hugo);
    for (text, opening, mark) in [("Text\n\n```sh\nls\n", "```sh", "```"), ("~~~~ \n```\n", "~~~~", "~~~~")] {
        let fence = parse(text).unclosed_fence.unwrap();
        assert_eq!((fence.opening.as_str(), fence.mark()), (opening, mark));
    }
    for closed in
        ["```\nls\n```\n", "```\nls\n```  \n\n", "````\n```\n````", "    code", "```\nx\n```\n\nEnd"]
    {
        assert_eq!(parse(closed).unclosed_fence, None, "{closed:?}");
    }
    assert_eq!(parse("# A {#x}\n\n# B {#x}\n\n# C {#y}\n").repeated_ids, ["x"]);
}

#[test]
fn the_divider_ends_the_summary() {
    let body = parse_markdown("First.\n\nSecond.\n\n<!--more-->\n\nThird.", Dialect::Hugo);
    assert_eq!(body.summary.as_deref(), Some("First.\nSecond."));
    assert_eq!(parse_markdown("No divider", Dialect::Hugo).summary, None);
}
