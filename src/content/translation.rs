//! Which posts are translations of each other.

use super::language::primary_language;

/// What a post has in common with its translations, and only with them: what its front matter says
/// (`translationKey`), else what the site's generator says, else the path of its file without the
/// extension and without its language, be that a folder (`de/posts/x.md`) or a part of the name
/// (`posts/x.de.md`). A folder or a part counts only where it names the language that the post is in.
#[must_use]
pub fn translation_key(
    in_front_matter: Option<String>,
    of_generator: Option<String>,
    id: &str,
    lang: &str,
) -> String {
    if let Some(key) = in_front_matter {
        return key;
    }
    let path = of_generator.unwrap_or_else(|| without_name_language(without_extension(id), lang).to_owned());
    without_language_folder(&path, lang)
}

fn without_extension(id: &str) -> &str {
    match id.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => stem,
        _ => id,
    }
}

/// `posts/x` of `posts/x.de`, for a post in German.
fn without_name_language<'a>(stem: &'a str, lang: &str) -> &'a str {
    match stem.rsplit_once('.') {
        Some((rest, part)) if names_language(part, lang) && !rest.ends_with('/') && !rest.is_empty() => rest,
        _ => stem,
    }
}

/// `posts/x` of `de/posts/x`, for a post in German; only the first such folder goes.
fn without_language_folder(path: &str, lang: &str) -> String {
    let mut is_left = true;
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut key: String = folders
        .split('/')
        .filter(|folder| {
            let goes = is_left && names_language(folder, lang);
            is_left &= !goes;
            !goes && !folder.is_empty()
        })
        .flat_map(|folder| [folder, "/"])
        .collect();
    key.push_str(name);
    key
}

/// Whether it is a language tag (`de`, `zh_cn`, `pt-BR`) of this language.
fn names_language(part: &str, lang: &str) -> bool {
    let is_tag = part.len() <= 10
        && part.split(['-', '_']).enumerate().all(|(at, subtag)| {
            let length = if at == 0 { 2..=3 } else { 2..=4 };
            length.contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    is_tag && !lang.is_empty() && primary_language(part) == lang
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, lang: &str) -> String {
        translation_key(None, None, id, lang)
    }

    #[test]
    fn folders_and_names_of_the_language_go() {
        let cases = [
            ("en/news/_posts/2020-01-01-x.md", "en", "news/_posts/2020-01-01-x"),
            ("ja/news/_posts/2020-01-01-x.md", "ja", "news/_posts/2020-01-01-x"),
            ("zh_cn/news/x.md", "zh", "news/x"),
            ("pt-BR/x.md", "pt", "x"),
            ("posts/x.de.md", "de", "posts/x"),
            ("posts/x.md", "en", "posts/x"),
            ("posts/x/index.de.md", "de", "posts/x/index"),
            ("blog/de/x.md", "de", "blog/x"),
        ];
        for (id, lang, expected) in cases {
            assert_eq!(key(id, lang), expected, "{id}");
        }
    }

    #[test]
    fn what_is_not_the_language_stays() {
        let cases = [
            ("de/x.md", "en", "de/x"),
            ("it/tools.md", "en", "it/tools"),
            ("posts/v1.2.md", "en", "posts/v1.2"),
            ("posts/x.js.md", "en", "posts/x.js"),
            ("en.md", "en", "en"),
            ("en/en/x.md", "en", "en/x"),
            ("english/x.md", "en", "english/x"),
        ];
        for (id, lang, expected) in cases {
            assert_eq!(key(id, lang), expected, "{id}");
        }
    }

    #[test]
    fn front_matter_and_generator_come_first() {
        let given = |text: &str| Some(text.to_owned());
        assert_eq!(translation_key(given("k"), given("g"), "x.md", "en"), "k");
        assert_eq!(translation_key(None, given("posts/x"), "x.md", "en"), "posts/x");
        // Hugo's default language may be a plain folder that no setting names.
        assert_eq!(translation_key(None, given("de/posts/x"), "x.md", "de"), "posts/x");
    }
}
