//! Grouping: one hit for the translations and copies of a post.

use bloghound::query::{Hit, RawRequest, SearchResponse};

use crate::support::{SearchText, TestSite};

/// A sentence that makes texts long enough for their fingerprints to differ.
const LONG: &str = "The oven has to be hot before the loaf goes in, and it has to stay hot while the crust forms, \
                    which takes longer than most people think when they bake their first loaf at home. Steam helps \
                    the crust, a stone keeps the heat, and patience does the rest of the work for the baker.";

fn site() -> TestSite {
    let site = TestSite::new();
    let post = |title: &str, more: &str, text: &str| {
        format!("+++\ntitle = '{title}'\ndate = 2024-01-01\n{more}\n+++\n\n{text}\n")
    };
    site.write_post(
        "en/bread",
        &post("Bread, baked", "lang = 'en'\ntranslationKey = 'bread'", "Sourdough here."),
    );
    site.write_post(
        "de/brot",
        &post("Brot", "lang = 'de'\ntranslationKey = 'bread'", "Sourdough und Geduld."),
    );
    site.write_post("fr/pain", &post("Pain", "lang = 'fr'\ntranslationKey = 'bread'", "Sourdough, encore."));
    site.write_post("en/starter", &post("Starter", "lang = 'en'", "Sourdough, alone."));
    site.write_post("copies/first", &post("Heat", "lang = 'en'", LONG));
    site.write_post("copies/second", &post("Heat, again", "lang = 'en'", LONG));
    site
}

fn grouped(site: &TestSite, query: &str, lang: Option<&str>) -> SearchResponse {
    let raw = RawRequest {
        q: query.to_owned(),
        group: Some("translations".to_owned()),
        lang: lang.map(str::to_owned),
        ..RawRequest::default()
    };
    site.engine().search(&raw.validate().unwrap()).unwrap()
}

fn ids(hits: &[Hit]) -> Vec<&str> {
    let mut ids: Vec<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn lists_translations_separately_unless_grouped() {
    let site = site();
    let all = site.engine().search_text("sourdough");
    assert_eq!(all.total, 4);
    assert!(all.hits.iter().all(|hit| hit.versions.is_empty()));
    let answer = grouped(&site, "sourdough", None);
    assert_eq!((answer.total, answer.hits.len()), (2, 2));
    let bread = answer.hits.iter().find(|hit| !hit.versions.is_empty()).unwrap();
    assert_eq!(bread.versions.len(), 2);
}

#[test]
fn shows_the_version_in_the_readers_language() {
    let site = site();
    for (lang, expected) in [
        ("de", ["de/brot/_index.md", "en/starter/_index.md"]),
        ("de-AT", ["de/brot/_index.md", "en/starter/_index.md"]),
        ("en", ["en/bread/_index.md", "en/starter/_index.md"]),
    ] {
        let answer = grouped(&site, "sourdough", Some(lang));
        assert_eq!(ids(&answer.hits), expected, "{lang}");
    }
    let answer = grouped(&site, "sourdough", Some("de"));
    let brot = answer.hits.iter().find(|hit| hit.lang == "de").unwrap();
    let langs: Vec<&str> = brot.versions.iter().map(|version| version.lang.as_str()).collect();
    assert_eq!(langs, ["en", "fr"]);
    assert!(brot.versions.iter().all(|version| version.url.starts_with('/') || version.url.contains("://")));
    assert_eq!(answer.hits.len(), 2, "posts without a translation stay in their language");
}

#[test]
fn groups_copies_but_not_other_posts() {
    let site = site();
    let answer = grouped(&site, "crust", None);
    assert_eq!(answer.total, 1);
    assert_eq!(answer.hits[0].versions.len(), 1);
    assert_eq!(
        grouped(&site, "bread", None).hits[0].versions.len(),
        0,
        "only versions that match are listed"
    );
}

#[test]
fn filters_by_language_without_grouping() {
    let site = site();
    let raw = RawRequest { q: "sourdough".into(), lang: Some("de".into()), ..RawRequest::default() };
    let answer = site.engine().search(&raw.validate().unwrap()).unwrap();
    assert_eq!(ids(&answer.hits), ["de/brot/_index.md"]);
}
