//! Slugs of names, titles and headings, by the rules of the libraries that the generators use.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

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

/// Returns the slug of `@sindresorhus/slugify`, Eleventy's default: transliterated to ASCII, in lower case.
pub(crate) fn sindresorhus(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ä' | 'Ä' => plain.push_str("ae"),
            'ö' | 'Ö' => plain.push_str("oe"),
            'ü' | 'Ü' => plain.push_str("ue"),
            '&' => plain.push_str(" and "),
            '’' => plain.push('\''),
            c if c.is_ascii() => plain.push(c.to_ascii_lowercase()),
            c if is_transliterated(c) => plain.push_str(&slug::slugify(c.to_string())),
            _ => plain.push(' '),
        }
    }
    // `don't` becomes `dont`, not `don-t`.
    for ending in ["'t", "'s"] {
        let is_last = plain.ends_with(ending);
        plain = plain.replace(&format!("{ending} "), &format!("{} ", &ending[1..]));
        if is_last {
            plain.truncate(plain.len() - ending.len());
            plain.push_str(&ending[1..]);
        }
    }
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
    for c in text.trim().chars() {
        match c {
            '-' | '_' => slug.push(c),
            c if c.is_whitespace() => slug.push('-'),
            c if c.is_alphanumeric() => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    slug
}

/// Returns the slug of the npm package `slugify`, which Nuxt Content uses for paths.
pub(crate) fn npm_slugify(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => plain.push_str("and"),
            '$' => plain.push_str("dollar"),
            '%' => plain.push_str("percent"),
            '|' => plain.push_str("or"),
            '<' => plain.push_str("less"),
            '>' => plain.push_str("greater"),
            c if c.is_ascii_alphanumeric() || c.is_whitespace() || "-_.~*+()'\"!:@".contains(c) => {
                plain.push(c);
            }
            c if is_transliterated(c) => plain.push_str(&slug::slugify(c.to_string())),
            _ => {}
        }
    }
    joined(plain.to_lowercase().split(|c: char| c.is_whitespace() || c == '-'))
}

/// Returns whether the libraries transliterate a letter to Latin; they do not for East Asian scripts.
fn is_transliterated(c: char) -> bool {
    c.is_alphabetic() && ('\u{80}'..'\u{2000}').contains(&c)
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
}
