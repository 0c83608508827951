//! Stubs: pages that nobody looks for, because they redirect, tell that a page is missing, or are empty.

use super::data::Data;
use super::fields::FrontMatterFields;
use super::generator::Generator;
use super::generator::page::GeneratedPage;
use super::markdown::PostBody;
use super::skip_reason::SkipReason;

/// Keys of the target of a redirect, in lower case and without `_` and `-`.
const REDIRECT_KEYS: [&str; 6] =
    ["redirectto", "redirect", "redirecturl", "redirecttourl", "redirectlink", "redirectpage"];
/// Keys that name the template of a page.
const TEMPLATE_KEYS: [&str; 4] = ["layout", "type", "template", "page_template"];
/// Part of a page of HTML, in bytes, in which a redirect is looked for.
const MAX_HEAD_BYTES: usize = 4 << 10;
/// Names of pages that servers send for a missing page.
const ERROR_PAGES: [&str; 2] = ["404", "404.html"];

/// Returns why a page is a stub; `None` if it is a page to search. `text` is the file's text below the front matter, and
/// `body` what was read from it.
pub(super) fn stub_reason(
    generator: &Generator,
    data: &Data,
    page: &GeneratedPage,
    text: &str,
    body: &PostBody,
) -> Option<SkipReason> {
    let has_text =
        body.sections.iter().any(|section| section.heading.is_some() || !section.blocks.is_empty());
    if is_error_page(page) {
        Some(SkipReason::ErrorPage)
    } else if redirects(generator, data, text, has_text) {
        Some(SkipReason::Redirect)
    } else if !has_text && is_untitled(data) {
        Some(SkipReason::Empty)
    } else {
        None
    }
}

/// Returns whether the URL is that of the page for missing pages: in the root, or in the folder of a language.
fn is_error_page(page: &GeneratedPage) -> bool {
    let mut parts = page.path.split('/').filter(|part| !part.is_empty());
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    let is_language =
        |folder: &str| page.lang.as_deref().is_some_and(|lang| lang.eq_ignore_ascii_case(folder));
    let is_error = |name: Option<&str>| name.is_some_and(|name| ERROR_PAGES.contains(&name));
    match second {
        None => is_error(first),
        Some(_) => third.is_none() && first.is_some_and(is_language) && is_error(second),
    }
}

/// Returns whether the page only redirects. Jekyll's plugin and Zola replace a page with `redirect_to` by its redirect;
/// elsewhere a theme may show the text of such a page.
fn redirects(generator: &Generator, data: &Data, text: &str, has_text: bool) -> bool {
    let named_redirect = |key: &&str| {
        let name = data.text(key).unwrap_or_default().to_lowercase();
        let name =
            name.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default().to_owned();
        matches!(name.as_str(), "redirect" | "redirected" | "redirection")
    };
    let is_replaced = matches!(generator, Generator::Jekyll(_) | Generator::Zola(_))
        && !data.texts("redirect_to").is_empty();
    let has_target = |table: &Data| {
        let mut keys = table.keys().filter(|key| REDIRECT_KEYS.contains(&normalized(key).as_str()));
        keys.any(|key| table.texts(key).iter().any(|target| target.contains('/')))
    };
    let tables = || [data.clone(), data.table("params"), data.table("extra")];
    is_replaced
        || TEMPLATE_KEYS.iter().any(named_redirect)
        || has_refresh(text)
        || !has_text && tables().iter().any(has_target)
}

fn normalized(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// Returns whether a page of HTML begins with a redirect of the browser: `<meta http-equiv="refresh" …>`.
fn has_refresh(text: &str) -> bool {
    let head = &text[..text.floor_char_boundary(MAX_HEAD_BYTES)].to_ascii_lowercase();
    let mut tags = head.split("<meta").skip(1).filter_map(|rest| rest.split_once('>'));
    tags.any(|(tag, _)| tag.contains("http-equiv") && tag.contains("refresh") && tag.contains("url="))
}

/// Returns whether the front matter has no words that readers see.
fn is_untitled(data: &Data) -> bool {
    let fields = FrontMatterFields::new(data);
    let has_labels = || !fields.categories().is_empty() || !fields.names(&["tags", "tag"]).is_empty();
    fields.title().is_none() && fields.text(&["description", "summary", "excerpt"]).is_none() && !has_labels()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::generator::jekyll::JekyllRules;
    use crate::content::reading::{ReadOutcome, read_post};
    use crate::content::{Inventory, Site, VisibilityRules};

    /// Why the page is not indexed; empty if it is.
    fn reason(generator: Generator, id: &str, text: &str) -> String {
        let site = Site { generator, ..Site::default() };
        let rules =
            VisibilityRules { drafts: true, future: true, expired: true, now: jiff::Timestamp::UNIX_EPOCH };
        match read_post(id, text.as_bytes(), &Inventory::default(), &site, &rules) {
            ReadOutcome::Post(_) => String::new(),
            ReadOutcome::Skipped(reason) => format!("{reason:?}"),
            ReadOutcome::Failed(error) => error.to_string(),
        }
    }

    #[test]
    fn pages_that_only_redirect_are_not_searched() {
        let cases = [
            ("title: A\nredirect_to: /b/", "", "Redirect"),
            ("title: A\nredirect-to: [/b/]", "", "Redirect"),
            ("title: A\nredirectURL: https://b.example/", "", "Redirect"),
            ("title: A\nparams: {redirect_url: /b/}", "", "Redirect"),
            ("title: A\nlayout: redirect", "Moved to another place.", "Redirect"),
            ("title: A\ntype: layouts/redirect.html", "Moved.", "Redirect"),
            ("title: A", "<META http-equiv='Refresh' content='0; URL=/b/'>\n\nMoved.", "Redirect"),
            ("title: A", "`<meta http-equiv=\"x\">` is no redirect.", ""),
            ("title: A\nredirect_to: /b/", "A page of its own.", ""),
            ("title: A\nredirect: false", "", ""),
            ("title: A\nredirect_from: /b/", "", ""),
            ("title: A\nlayout: redirects-explained", "Text.", ""),
        ];
        for (front_matter, text, expected) in cases {
            let file = format!("---\n{front_matter}\n---\n{text}\n");
            assert_eq!(reason(Generator::default(), "a.md", &file), expected, "{file}");
        }
        let replaced = "---\ntitle: A\nredirect_to: /b/\n---\nThe plugin replaces this text.\n";
        assert_eq!(reason(Generator::Jekyll(JekyllRules::default()), "a.md", replaced), "Redirect");
    }

    #[test]
    fn pages_for_missing_pages_are_not_searched() {
        for (id, expected) in
            [("404.md", "ErrorPage"), ("404/index.md", "ErrorPage"), ("notes/404.md", ""), ("4040.md", "")]
        {
            assert_eq!(
                reason(Generator::default(), id, "---\ntitle: Lost\n---\nNothing here.\n"),
                expected,
                "{id}"
            );
        }
        let own = "---\ntitle: Lost\npermalink: /404.html\n---\nNothing here.\n";
        assert_eq!(reason(Generator::Jekyll(JekyllRules::default()), "lost.md", own), "ErrorPage");
        let page = |path: &str| GeneratedPage {
            path: path.to_owned(),
            lang: Some("de".to_owned()),
            ..GeneratedPage::default()
        };
        assert!(is_error_page(&page("/de/404.html")) && is_error_page(&page("/404/")));
        assert!(!is_error_page(&page("/fr/404/")) && !is_error_page(&page("/")));
    }

    #[test]
    fn files_without_a_title_and_without_a_word_are_not_searched() {
        for (text, expected) in [
            ("", "Empty"),
            ("---\nweight: 1\n---\n", "Empty"),
            ("---\n---\n<!-- later -->\n", "Empty"),
            ("---\ntitle: T\n---\n", ""),
            ("---\ndescription: D\n---\n", ""),
            ("---\ntags: [t]\n---\n", ""),
            ("# Heading\n", ""),
            ("A word.\n", ""),
            ("```\ncode\n```\n", ""),
        ] {
            assert_eq!(reason(Generator::default(), "a.md", text), expected, "{text:?}");
        }
    }
}
