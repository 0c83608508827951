//! Peculiarities of bodies, of whole files and of their names.

use std::time::{Duration, Instant};

use bloghound::engine::Engine;

use super::{code, failure, headings, hugo, jekyll, post, post_of, prose, warnings, with_body};
use crate::support::{SearchText, TestSite};

/// The ids of the posts that contain all words of the query.
fn full_hits(engine: &Engine, query: &str) -> Vec<String> {
    let hits = engine.search_text(query).hits.into_iter().filter(|hit| hit.missing.is_empty());
    hits.map(|hit| hit.id).collect()
}

#[test]
fn reads_headings_as_markdown_does() {
    let cases: [(&str, &[&str]); 9] = [
        ("One\n===\n\nTwo\n---\n", &["1 One #one", "2 Two #two"]),
        ("#hash\n\n#1 in line\n\n####### seven\n", &[]),
        ("# A\n\n# B\n\n# A\n", &["1 A #a", "1 B #b", "1 A #a-1"]),
        ("## Own {#mine}\n\n### Other {#o .c k=v}\n", &["2 Own #mine", "3 Other #o"]),
        ("## Closed ##\n\n##\tTab\n", &["2 Closed #closed", "2 Tab #tab"]),
        ("```\n# no\n```\n\n~~~ sh\n# no\n~~~\n\n    # no\n\n- x\n\n      # no\n", &[]),
        ("```sh  \n# no\n```  \n\n## Yes\n", &["2 Yes #yes"]),
        ("> ## Quoted\n\n- ## Listed\n", &["2 Quoted #quoted", "2 Listed #listed"]),
        ("## A [link](x) `code` &amp; *em*\n", &["2 A link code & em #a-link-code--em"]),
    ];
    for (body, expected) in cases {
        assert_eq!(headings(&with_body(body)), expected, "{body:?}");
    }
    let kramdown =
        "---\ntitle: T\n---\nIntro.\n{: .lead}\n\n## Yum\n{: #yum}\n\n*a*{:.b} c\n\n* TOC\n{:toc}\n";
    let post = post_of(jekyll(), "a.md", kramdown);
    assert_eq!((headings(&post), prose(&post)), (vec!["2 Yum #yum".to_owned()], "Intro.¶a c¶TOC".to_owned()));
}

#[test]
fn warns_about_an_unclosed_fence_and_indexes_its_text() {
    let post =
        post("---\ntitle: T\n---\nText.\n\n```sh\nls\n```\n\n```sh\n\nfind me ```sh\n```sh\nand `me`\n");
    assert_eq!(code(&post), ["ls", "\nfind me ```sh\n```sh\nand `me`"]);
    assert_eq!(
        warnings(&post),
        ["10: unclosed code block: ```sh makes everything below it code; add a closing line ```"]
    );
}

#[test]
fn indexes_the_text_that_readers_see() {
    let cases = [
        ("See [the docs][d] and [d].\n\n[d]: https://x.org \"Title\"\n", "See the docs and d."),
        ("A claim[^1] and [^n].\n\n[^1]: Its *proof*.\n[^n]:\n    More.\n", "A claim and .¶Its proof.¶More."),
        ("| a | b |\n|:--|--:|\n| `c` | d\\|e |\n", "a b¶c d|e"),
        ("See [[Other page]].", "See [[Other page]]."),
        ("So $a_b + c_d$ and\n\n$$\n\\frac{x_1}{y_2}\n$$\n", "So $a_b + c_d$ and¶$$ \\frac{x_1}{y_2} $$"),
        (
            "<div class=\"x\">\n  <p>In <b>HTML</b></p>\n</div>\n\n<details><summary>More</summary>\n\nHidden *text*\n\n</details>",
            "In HTML¶More¶Hidden text",
        ),
        ("A<!-- no -->B\n\n<!--\nno\n\nno\n-->\n\nC", "AB¶C"),
        ("<script>\nlet no = '<p>';\n\nno();\n</script>\n<style>\n.no {}\n\n.no {}\n</style>\n\nYes", "Yes"),
        ("<SCRIPT type=module>no</SCRIPT>\n\nYes <Style>no</Style>!", "Yes !"),
        ("> [!NOTE]\n> Mind the gap.\n", "Mind the gap."),
        ("> [!WARNING] Own title\n> Mind.\n", "[!WARNING] Own title Mind."),
        ("{{< note >}}\nMind *it*.\n{{< /note >}}\n", "Mind it."),
        ("Use {{</* ref \"x\" */>}} here.", "Use {{< ref \"x\" >}} here."),
        ("Write `{{ .Title }}` here.", "Write {{ .Title }} here."),
        ("One\u{2028}two\u{85}three\u{c}four", "One two three four"),
    ];
    for (body, expected) in cases {
        assert_eq!(prose(&with_body(body)), expected, "{body:?}");
    }
    let post = with_body("First.\n\n<!--more-->\n\n```go\n{{ .Values.x }}\n```\n");
    assert_eq!((post.summary.as_deref(), code(&post)), (Some("First."), vec!["{{ .Values.x }}"]));
    let liquid = "---\ntitle: T\n---\n{% if x %}A{% endif %} {{ page.x }}\n\n```\n{% raw %}{{ kept }}{% endraw %}\n```\n";
    let post = post_of(jekyll(), "a.md", liquid);
    assert_eq!((prose(&post).as_str(), code(&post)), ("A", vec!["{{ kept }}"]));
}

#[test]
fn does_not_index_data_as_text() {
    let data = "iVBORw0KGgo/".repeat(3_000);
    let cases = [
        format!("One ![picture](data:image/png;base64,{data}) two"),
        format!("One ![picture][p] two\n\n[p]: data:image/png;base64,{data}\n"),
        format!("One ![picture][p] two\n\n[p]: <data:image/png;base64,{data}>\n"),
        format!("One <img alt=picture src=\"data:image/png;base64,{data}\"> two"),
        format!("<p>One\n<img alt=picture src='data:image/png;base64,{data}'>\ntwo</p>"),
        format!("One picture two\n\n```css\na {{ background: url(data:image/png;base64,{data}) }}\n```\n"),
        format!("One picture two data:image/png;base64,{data}"),
    ];
    for body in cases {
        let post = with_body(&body);
        assert!(prose(&post).replace("  ", " ").starts_with("One picture two"), "{}", prose(&post));
        assert!(!format!("{post:?}").contains("iVBOR"), "{}", &body[..80]);
    }
}

#[test]
fn finds_visually_identical_spellings() {
    let site = TestSite::with_posts(&[
        (
            "a/soft",
            "Soft",
            "A trans\u{ad}former and a zero\u{200b}width and a join\u{2060}er, \u{feff}marked.",
        ),
        ("a/nfd", "Cafe\u{301} mu\u{308}de", "Text ここで か\u{3099}."),
        ("a/wide", "ＦＵＬＬ ｗｉｄｅ １２３", "Ｋｕｂｅ Text ﾃｽﾄ"),
        ("a/cjk", "日本語の記事", "東京で検索する。한국어 문서 中文搜索"),
        ("a/long", "Long", &format!("{} short {}", "x".repeat(250), "日".repeat(250))),
    ]);
    let engine = site.engine();
    let cases = [
        ("transformer", "soft"),
        ("zerowidth", "soft"),
        ("joiner", "soft"),
        ("marked", "soft"),
        ("trans\u{ad}former", "soft"),
        ("café müde", "nfd"),
        ("cafe\u{301} mu\u{308}de", "nfd"),
        ("が", "nfd"),
        ("full wide 123", "wide"),
        ("ｋｕｂｅ", "wide"),
        ("テスト", "wide"),
        ("日本語", "cjk"),
        ("検索", "cjk"),
        ("문서", "cjk"),
        ("short", "long"),
    ];
    for (query, expected) in cases {
        assert_eq!(full_hits(&engine, query), [format!("a/{expected}/_index.md")], "{query:?}");
    }
    assert!(full_hits(&engine, &"x".repeat(250)).is_empty());
}

#[test]
fn parses_large_posts_in_bounded_time() {
    let paragraph = "Some *words* of a [long](x) post with `code` and <b>tags</b>.";
    let cases = [
        paragraph.repeat(1_000_000 / paragraph.len()),
        "word ".repeat(200_000),
        "x".repeat(1_000_000),
        "日".repeat(300_000),
        format!("| {} |\n|---|\n", "a ".repeat(500_000)),
        format!("# {}", "head ".repeat(200_000)),
        format!("```\n{}", "a".repeat(1_000_000)),
        format!("{paragraph}\n\n").repeat(3_000),
        "[a](".repeat(250_000),
        "<p>x".repeat(250_000),
    ];
    for body in cases {
        let begin = Instant::now();
        let post = with_body(&body);
        assert!(begin.elapsed() < Duration::from_secs(10), "{:?} for {}", begin.elapsed(), &body[..30]);
        assert!(!post.sections.is_empty(), "{}", &body[..30]);
    }
}

#[test]
fn indexes_the_others_despite_an_unreadable_post() {
    let site = TestSite::with_posts(&[("a/good", "Good", "Readable.")]);
    site.write("content/a/latin.md", b"---\ntitle: Caf\xe9\n---\nText\n");
    site.write("content/a/Case.md", "---\ntitle: Upper\n---\nTwin\n");
    site.write("content/a/case.md", "---\ntitle: Lower\n---\nTwin\n");
    let report = site.reindex();
    let messages: Vec<String> = report.failed.iter().map(ToString::to_string).collect();
    assert_eq!(messages, ["a/latin.md:2: invalid UTF-8: byte 0xe9; save the file as UTF-8"]);
    let engine = site.engine();
    assert_eq!(full_hits(&engine, "readable"), ["a/good/_index.md"]);
    assert_eq!(full_hits(&engine, "twin").len(), 2, "paths that differ in case only are two posts");
    assert!(failure(b"\xff\xfe-\0-\0-\0").contains("invalid UTF-8: byte 0xff"));
}

#[test]
fn makes_hugos_urls_of_file_names() {
    let cases = [
        ("x/my first post.md", "/x/my-first-post/"),
        ("x/v1.2.3-rc.md", "/x/v1.2.3-rc/"),
        ("x/MyPost.md", "/x/mypost/"),
        ("X Y/Über Größe.md", "/x-y/%C3%BCber-gr%C3%B6%C3%9Fe/"),
        ("x/日本語.md", "/x/%E6%97%A5%E6%9C%AC%E8%AA%9E/"),
        ("x/what?why&how=1!.md", "/x/whatwhyhow1/"),
        ("x/c#-and-c++.md", "/x/c%23-and-c++/"),
        ("x/it's (50%) [new].md", "/x/its-50-new/"),
        ("x/A.MD", "/x/a/"),
    ];
    for (id, expected) in cases {
        assert_eq!(post_of(hugo(), id, "---\ntitle: A\n---\n").url, expected, "{id}");
    }
}

#[test]
fn takes_the_language_from_the_file_name() {
    let site = TestSite::new();
    site.write("hugo.toml", "baseURL = 'https://b.org/'\n[languages.en]\n[languages.fr]\n");
    site.write("content/a/x.md", "---\ntitle: Word\n---\nplain\n");
    site.write("content/a/x.fr.md", "---\ntitle: Mot\n---\nplain\n");
    let hits = site.engine().search_text("plain").hits;
    let mut found: Vec<_> = hits.into_iter().map(|hit| format!("{} {}", hit.id, hit.url)).collect();
    found.sort();
    assert_eq!(found, ["a/x.fr.md https://b.org/fr/a/x/", "a/x.md https://b.org/a/x/"]);
}
