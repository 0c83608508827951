//! The settings of Starlight, a theme for documents: its title and languages.
//!
//! The rules are those of `utils/user-config.ts` and `utils/i18n.ts` of Starlight.

use serde_json::Value;

use crate::content::data::Data;
use crate::content::script::ParsedScript;

/// Settings of Starlight.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Starlight {
    /// The title of the site, in the default language.
    pub(super) title: Option<String>,
    /// Language of documents outside of the folders of languages.
    pub(super) language: Option<String>,
    /// Folders of languages, and their languages.
    pub(super) locales: Vec<(String, String)>,
}

impl Starlight {
    /// Reads the argument of the call `starlight({…})`.
    pub(super) fn read(script: &ParsedScript) -> Self {
        let config = script.argument_of("starlight");
        let locales = config.table("locales");
        let language_of = |key: &str| locales.table(key).text("lang");
        let of_folders = locales.keys().filter(|key| *key != "root");
        let folders: Vec<(String, String)> = of_folders
            .map(|key| (key.to_owned(), language_of(key).unwrap_or_else(|| key.to_owned())))
            .collect();
        let default = config.text("defaultLocale").filter(|key| key != "root");
        let has_root = locales.keys().any(|key| key == "root");
        let language = match default {
            Some(key) if !has_root => Some(language_of(&key).unwrap_or(key)),
            _ if has_root => language_of("root"),
            _ => None,
        };
        // A single language without a folder is English unless `locales` says another one.
        let language = language.or_else(|| Some("en".to_owned()));
        let title = match config.get("title") {
            Some(Value::Object(_)) => {
                let titles = config.table("title");
                language.as_ref().and_then(|language| titles.text(language)).or_else(|| first_text(&titles))
            }
            _ => config.text("title"),
        };
        Self { title, language, locales: folders }
    }
}

fn first_text(data: &Data) -> Option<String> {
    data.keys().find_map(|key| data.text(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_titles_and_languages() {
        let read = |text: &str| {
            let found = Starlight::read(&ParsedScript::parse(text));
            let folders: Vec<String> =
                found.locales.iter().map(|(path, lang)| format!("{path}={lang}")).collect();
            format!(
                "{} {} {}",
                found.title.unwrap_or_default(),
                found.language.unwrap_or_default(),
                folders.join(",")
            )
        };
        let cases = [
            ("export default { integrations: [starlight({ title: 'A' })] }", "A en "),
            (
                "export default { integrations: [starlight({ title: { en: 'A', fr: 'B' }, defaultLocale: 'fr', locales: { en: { label: 'English' }, fr: { label: 'x' } } })] }",
                "B fr en=en,fr=fr",
            ),
            (
                "const l = { root: { label: 'x', lang: 'pt-BR' }, 'zh-cn': { lang: 'zh-CN' } };\nexport default { integrations: [mdx(), starlight({ title: 'A', locales: l })] }",
                "A pt-BR zh-cn=zh-CN",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
