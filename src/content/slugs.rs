//! Slugs of names, titles and headings, by the rules of the libraries that the generators use.

mod transliteration;

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use self::transliteration::{slugify_replacement, transliterate};

/// The end of a contraction or possessive, whose apostrophe `@sindresorhus/slugify` drops.
static CONTRACTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"([a-zA-Z0-9]+)'([ts])(\s|$)").ok());

/// Returns the slug of `github-slugger`: lowercase letters, digits, `_` and `-`. Spaces become `-`; other
/// characters are removed.
pub(crate) fn github(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' => slug.push('-'),
            '-' | '_' => slug.push(c),
            _ if c.is_alphanumeric() || is_combining_mark(c) => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    slug
}

/// Returns the slug of `hexo-util`: Latin letters lose their diacritics, each run of special characters
/// becomes `-`, and the case is kept.
pub(crate) fn hexo(text: &str) -> String {
    let is_special = |c: char| c.is_whitespace() || c.is_ascii_punctuation();
    let plain: String = text.chars().filter(|c| !c.is_ascii_control()).flat_map(without_marks).collect();
    joined(plain.split(is_special))
}

/// Returns the slug of `@sindresorhus/slugify` 2, Eleventy's filter `slugify`: transliterated to ASCII, in lower case.
pub(crate) fn sindresorhus(text: &str) -> String {
    let own = text.replace('\u{1f984}', " unicorn ").replace('\u{2665}', " love ");
    let plain = transliterate(&own).replace('&', " and ").to_lowercase();
    // `don't` becomes `dont`, not `don-t`.
    let plain = CONTRACTION.as_ref().map_or(plain.as_str().into(), |end| end.replace_all(&plain, "$1$2$3"));
    joined(plain.split(|c: char| !c.is_ascii_alphanumeric()))
}

/// The letters that a slug of Python-Markdown keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlugLetters {
    /// ASCII letters; others are reduced to their ASCII base letter or removed.
    Ascii,
    /// All letters.
    Unicode,
}

/// Returns the slug of Python-Markdown, in lower case; each run of spaces and hyphens becomes `-`.
pub(crate) fn python_markdown(text: &str, letters: SlugLetters) -> String {
    let is_kept = |c: &char| is_word(*c) || c.is_whitespace() || *c == '-';
    let plain: String = match letters {
        SlugLetters::Unicode => text.chars().filter(is_kept).collect(),
        SlugLetters::Ascii => text.nfkd().filter(|c| c.is_ascii() && is_kept(c)).collect(),
    };
    let plain = plain.trim().to_lowercase();
    let mut slug = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '-' => {}
            c if c.is_whitespace() => {}
            c => {
                slug.push(c);
                continue;
            }
        }
        if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug
}

/// Returns the slug of `pymdownx.slugs`, as Material for `MkDocs` uses it: in lower case, each space becomes `-`.
pub(crate) fn pymdownx(text: &str) -> String {
    let plain = text.nfc().collect::<String>().trim().to_lowercase();
    plain
        .chars()
        .filter(|c| is_word(*c) || matches!(c, '-' | ' '))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// Returns the slug of mdBook: as [`github`], but all whitespace becomes `-` and combining marks are removed.
pub(crate) fn mdbook(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().to_lowercase().chars() {
        match c {
            '-' | '_' => slug.push(c),
            c if c.is_whitespace() => slug.push('-'),
            c if c.is_alphanumeric() => slug.push(c),
            _ => {}
        }
    }
    slug
}

/// Returns the slug of the npm package `slugify` in lower case, which Nuxt Content uses for paths and Eleventy for its
/// filter `slug`.
pub(crate) fn npm_slugify(text: &str) -> String {
    let is_kept = |c: &char| c.is_ascii_alphanumeric() || c.is_whitespace() || "$*_+~.()'\"!-:@".contains(*c);
    let mut plain = String::with_capacity(text.len());
    for c in text.nfc() {
        match slugify_replacement(c) {
            Some("-") => plain.push(' '),
            Some(replacement) => plain.extend(replacement.chars().filter(is_kept)),
            None if c == '-' => plain.push(' '),
            None => plain.extend(Some(c).filter(is_kept)),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase()
}

/// Joins the words that are not empty with hyphens.
fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// Returns whether `\w` of Python's regular expressions matches `c`.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns a Latin letter without its diacritics; other characters are unchanged.
fn without_marks(c: char) -> impl Iterator<Item = char> {
    let plain = match c {
        'ß' => "s",
        'ø' => "o",
        'Ø' => "O",
        'đ' => "d",
        'Đ' => "D",
        'ł' => "l",
        'Ł' => "L",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ı' => "i",
        _ => "",
    };
    let base = c.nfd().next().filter(char::is_ascii_alphabetic);
    let own = plain.is_empty().then(|| base.unwrap_or(c));
    plain.chars().chain(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_library_has_its_own_rule() {
        let text = "Don't *Ünï çödé* 日本 & A_b -- 1.2";
        assert_eq!(github(text), "dont-ünï-çödé-日本--a_b----12");
        assert_eq!(hexo(text), "Don-t-Uni-code-日本-A-b-1-2");
        assert_eq!(sindresorhus("Don't go: Über A & b's 日本 🎉x"), "dont-go-ueber-a-and-bs-x");
        assert_eq!(python_markdown(text, SlugLetters::Ascii), "dont-uni-code-a_b-12");
        assert_eq!(python_markdown(text, SlugLetters::Unicode), "dont-ünï-çödé-日本-a_b-12");
        assert_eq!(pymdownx(text), "dont-ünï-çödé-日本--a_b----12");
        assert_eq!(mdbook(text), "dont-ünï-çödé-日本--a_b----12");
        assert_eq!(npm_slugify("My Post_é & co."), "my-post_e-and-co.");
    }

    #[test]
    fn slugs_of_npm_packages_transliterate_by_their_tables() {
        let cases = [
            ("Aunt's jam (hot)!", "aunt's-jam-(hot)!", "aunts-jam-hot"),
            ("Übermut & Größe", "ubermut-and-grosse", "uebermut-and-groesse"),
            ("Łódź – 50%", "lodz-50percent", "lodz-50"),
            ("Привет, мир", "privet-mir", "privet-mir"),
            ("a — b… c", "a-b...-c", "a-b-c"),
            ("日本 x", "x", "x"),
            ("C++ & C#: \"x\"", "c++-and-c:-\"x\"", "c-and-c-x"),
            ("it's 't", "it's-'t", "its-t"),
            ("don'ts can't", "don'ts-can't", "don-ts-cant"),
            ("-a--b- c", "a-b-c", "a-b-c"),
        ];
        for (text, slug, slugify) in cases {
            assert_eq!((npm_slugify(text).as_str(), sindresorhus(text).as_str()), (slug, slugify), "{text}");
        }
    }
}
