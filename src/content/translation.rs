//! Translation keys, by which posts find their translations.

use super::language_tag::has_same_primary;

/// Returns the key that a post shares with its translations and with no other post.
///
/// It is `translationKey` from the front matter, else the generator's key, else the path of the file
/// without its extension and without its language. The language is a folder (`de/posts/x.md`) or a part of
/// the name (`posts/x.de.md`), and is removed only if it is the language of the post.
pub(crate) fn translation_key(
    from_front_matter: Option<String>,
    from_generator: Option<String>,
    id: &str,
    lang: &str,
) -> String {
    if let Some(key) = from_front_matter {
        return key;
    }
    let path =
        from_generator.unwrap_or_else(|| without_name_language(without_extension(id), lang).to_owned());
    without_language_folder(&path, lang)
}

fn without_extension(id: &str) -> &str {
    match id.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => stem,
        _ => id,
    }
}

/// Removes the language from a file name: `posts/x.de` gives `posts/x` for a post in German.
fn without_name_language<'a>(stem: &'a str, lang: &str) -> &'a str {
    match stem.rsplit_once('.') {
        Some((rest, part)) if names_language(part, lang) && !rest.ends_with('/') && !rest.is_empty() => rest,
        _ => stem,
    }
}

/// Removes the first folder named after the language: `de/posts/x` gives `posts/x` for a post in German.
fn without_language_folder(path: &str, lang: &str) -> String {
    let mut is_first = true;
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut key: String = folders
        .split('/')
        .filter(|folder| {
            let is_removed = is_first && names_language(folder, lang);
            is_first &= !is_removed;
            !is_removed && !folder.is_empty()
        })
        .flat_map(|folder| [folder, "/"])
        .collect();
    key.push_str(name);
    key
}

/// Returns whether `part` is a tag of the language, perhaps of another region: `de`, `zh_cn`, `pt-BR`.
fn names_language(part: &str, lang: &str) -> bool {
    let is_tag = part.len() <= 10
        && part.split(['-', '_']).enumerate().all(|(at, subtag)| {
            let length = if at == 0 { 2..=3 } else { 2..=4 };
            length.contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    is_tag && has_same_primary(part, lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, lang: &str) -> String {
        translation_key(None, None, id, lang)
    }

    #[test]
    fn removes_the_language_from_folders_and_names() {
        let cases = [
            ("en/news/_posts/2020-01-01-x.md", "en", "news/_posts/2020-01-01-x"),
            ("ja/news/_posts/2020-01-01-x.md", "ja", "news/_posts/2020-01-01-x"),
            ("zh_cn/news/x.md", "zh", "news/x"),
            ("zh_cn/news/x.md", "zh-cn", "news/x"),
            ("pt-BR/x.md", "pt", "x"),
            ("pt/x.md", "pt-BR", "x"),
            ("posts/x.pt-br.md", "pt-br", "posts/x"),
            ("posts/x.zh_TW.md", "zh-TW", "posts/x"),
            ("es-419/x.md", "es-419", "x"),
            ("zh-Hans/x.md", "zh-Hans", "x"),
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
    fn keeps_other_folders_and_name_parts() {
        let cases = [
            ("de/x.md", "en", "de/x"),
            ("it/tools.md", "en", "it/tools"),
            ("posts/v1.2.md", "en", "posts/v1.2"),
            ("posts/x.js.md", "en", "posts/x.js"),
            ("posts/x.min.md", "en", "posts/x.min"),
            ("config.md", "en", "config"),
            ("posts/x.de.md", "", "posts/x.de"),
            ("en.md", "en", "en"),
            ("en/en/x.md", "en", "en/x"),
            ("english/x.md", "en", "english/x"),
        ];
        for (id, lang, expected) in cases {
            assert_eq!(key(id, lang), expected, "{id}");
        }
    }

    #[test]
    fn prefers_the_front_matter_then_the_generator() {
        let given = |text: &str| Some(text.to_owned());
        assert_eq!(translation_key(given("k"), given("g"), "x.md", "en"), "k");
        assert_eq!(translation_key(None, given("posts/x"), "x.md", "en"), "posts/x");
        // Hugo's default language may be a plain folder that no setting names.
        assert_eq!(translation_key(None, given("de/posts/x"), "x.md", "de"), "posts/x");
    }
}
