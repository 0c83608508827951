//! Snippets: the best spans of a hit's text and their sections, however long the post is.

use bloghound::engine::Engine;
use bloghound::query::{Hit, RawRequest};

use crate::support::{TestSite, post};

/// The best hit, with numbers of fragments and of other sections.
fn best(engine: &Engine, query: &str, fragments: usize, sections: usize) -> Hit {
    let raw = RawRequest {
        q: query.to_owned(),
        fragments: Some(fragments.to_string()),
        sections: Some(sections.to_string()),
        ..RawRequest::default()
    };
    engine.search(&raw.validate().unwrap()).unwrap().hits.swap_remove(0)
}

fn filler(words: usize) -> String {
    let words: Vec<String> = (0..words).map(|n| format!("filler{}", n % 97)).collect();
    words.join(" ") + " .\n\n"
}

/// A post that contains the words next to each other once, far down, and apart elsewhere.
fn long_post() -> TestSite {
    let body = format!(
        "Apples are mentioned here. {0}\n## Trees\n\n{0}Some apples fall. {0}\n## Pies and more\n\n{0}Nothing beats a \
         good apple pie with cinnamon. {0}\n## Cinnamon\n\nIt grows on trees. {0}\n## Nothing\n\n{0}",
        filler(400)
    );
    let site = TestSite::new();
    site.write_post("long", &post("A long story", "2024-01-01", &body));
    site
}

#[test]
fn finds_the_best_span_far_down_and_starts_it_at_a_sentence() {
    let hit = best(&long_post().engine(), "apple pie", 1, 0);
    assert!(hit.snippet.text.starts_with("Nothing beats a good apple pie"), "{}", hit.snippet.text);
    assert!(hit.snippet.text.ends_with('…'));
    assert_eq!(hit.section.unwrap().anchor, "pies-and-more");
    assert!(hit.fragments.is_empty() && hit.sections.is_empty());
}

#[test]
fn fragments_do_not_overlap_the_snippet() {
    let hit = best(&long_post().engine(), "apples", 3, 0);
    assert_eq!(hit.fragments.len(), 2, "{:?}", hit.fragments);
    let all: Vec<&str> =
        hit.fragments.iter().chain([&hit.snippet]).map(|snippet| snippet.text.as_str()).collect();
    for words in ["Apples are mentioned", "Some apples fall", "good apple pie"] {
        assert_eq!(all.iter().filter(|text| text.contains(words)).count(), 1, "{words}: {all:?}");
    }
    assert!(hit.fragments.iter().all(|fragment| fragment.html.contains("<mark>")));
}

#[test]
fn other_matching_sections_have_their_own_links_and_snippets() {
    let hit = best(&long_post().engine(), "cinnamon pie apples", 1, 3);
    assert_eq!(hit.section.as_ref().unwrap().anchor, "pies-and-more");
    let others: Vec<&str> = hit.sections.iter().map(|other| other.section.anchor.as_str()).collect();
    assert_eq!(others, ["trees", "cinnamon"]);
    let cinnamon = &hit.sections[1];
    assert_eq!(cinnamon.section.title_html, "<mark>Cinnamon</mark>");
    assert!(cinnamon.snippet.text.starts_with("It grows on trees."), "{}", cinnamon.snippet.text);
    assert!(cinnamon.section.url.ends_with("/long/#cinnamon") && cinnamon.section.level == 2);
}

#[test]
fn shows_the_description_for_a_match_in_the_title_only() {
    let site = TestSite::new();
    let text =
        "+++\ntitle = 'Zeppelins'\ndate = 2024-01-01\ndescription = 'Of ships & air.'\n+++\n\nOther words.\n";
    site.write_post("air", text);
    let hit = best(&site.engine(), "zeppelins", 3, 3);
    assert_eq!(
        (hit.snippet.text.as_str(), hit.snippet.html.as_str()),
        ("Of ships & air.", "Of ships &amp; air.")
    );
    assert_eq!(hit.title_html, "<mark>Zeppelins</mark>");
    assert!(hit.section.is_none() && hit.fragments.is_empty() && hit.sections.is_empty());
}

#[test]
fn marks_code_in_snippets_that_start_within_code() {
    let lines: Vec<String> = (0..300).map(|n| format!("let value{n} = call{n}();\n")).collect();
    let listing = lines.concat();
    let site = TestSite::new();
    site.write_post(
        "code",
        &post("Listing", "2024-01-01", &format!("Prose first.\n\n```rust\n{listing}```\n\nProse last.")),
    );
    let engine = site.engine();
    let hit = best(&engine, "call150", 1, 0);
    let [[start, end]] = hit.snippet.code_ranges[..] else { panic!("{:?}", hit.snippet) };
    assert!(hit.snippet.text[start..end].contains("let value150 = call150();"), "{}", hit.snippet.text);
    let hit = best(&engine, "first", 1, 0);
    let [[start, _], ..] = hit.snippet.code_ranges[..] else { panic!("{:?}", hit.snippet) };
    assert_eq!(&hit.snippet.text[..start].trim(), &"Prose first.");
}
