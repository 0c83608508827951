//! What pages and feeds say about the blog: its name, its address and its language.

use crate::config::{host_of_url, limits};

/// The language of pages if the settings of the generator have none.
const DEFAULT_LANGUAGE: &str = "en";

/// The facts of a blog that its settings contain.
#[derive(Debug, Clone, Copy, Default)]
pub struct BlogFacts<'a> {
    /// The base URLs of the blog, the most important one first.
    pub base_urls: &'a [String],
    /// Its title.
    pub title: Option<&'a str>,
    /// The default language of its posts.
    pub language: Option<&'a str>,
}

/// The blog as its readers know it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Blog {
    /// The first words of its title, or the host of its URL.
    pub(super) name: String,
    /// The URL of its home page; `None` if its settings have no host.
    pub(super) home: Option<String>,
    /// The language of its pages.
    pub(super) language: String,
}

impl Blog {
    pub(super) fn new(facts: &BlogFacts<'_>) -> Self {
        let host = |url: &String| host_of_url(url).filter(|host| !host.is_empty()).map(str::to_owned);
        let home = facts.base_urls.iter().find(|url| host(url).is_some());
        let words = facts.title.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let name = if words.is_empty() { home.and_then(host) } else { Some(words) };
        let name = name.unwrap_or_else(|| "this blog".to_owned());
        Self {
            name: name.chars().take(limits::MAX_BLOG_NAME_CHARS).collect(),
            home: home.map(|url| format!("{}/", url.trim_end_matches('/'))),
            language: facts.language.unwrap_or(DEFAULT_LANGUAGE).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blog(title: Option<&str>, url: &str) -> Blog {
        let base_urls = [String::new(), url.to_owned()];
        Blog::new(&BlogFacts { base_urls: &base_urls, title, language: None })
    }

    #[test]
    fn the_name_is_the_title_or_else_the_host() {
        const URL: &str = "https://blog.example/a";
        assert_eq!(blog(Some(" The\n blog "), URL).name, "The blog");
        assert_eq!(blog(Some(" \n"), URL).name, "blog.example");
        assert_eq!(blog(None, "/a").name, "this blog");
        assert_eq!(blog(Some(&"ü".repeat(10_000)), URL).name.chars().count(), limits::MAX_BLOG_NAME_CHARS);
    }

    #[test]
    fn the_home_page_is_the_first_url_with_a_host() {
        assert_eq!(blog(None, "https://blog.example/a").home.as_deref(), Some("https://blog.example/a/"));
        assert_eq!(blog(None, "https://blog.example/").home.as_deref(), Some("https://blog.example/"));
        assert_eq!(blog(None, "/a").home, None);
    }
}
