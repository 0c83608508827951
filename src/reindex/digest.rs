//! Digests that detect changes of the settings and of each source file.

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::content::value_digest::{digest_of, time_zone};
use crate::content::{Generator, Site};
use crate::index::Digest;

/// The settings on which posts depend. A changed value requires a new index.
#[derive(Serialize)]
struct SiteSettings<'a> {
    generator: &'a Generator,
    base: &'a str,
    language: Option<&'a str>,
    #[serde(serialize_with = "time_zone")]
    time_zone: &'a TimeZone,
    permalinks: &'a [(String, String)],
}

/// Returns a fingerprint of the settings on which posts depend, as 32 hexadecimal digits.
///
/// It is a digest of values, which renaming a field or updating a dependency does not change.
#[must_use]
pub fn fingerprint(site: &Site) -> String {
    let settings = SiteSettings {
        generator: &site.generator,
        base: &site.base,
        language: site.language.as_deref(),
        time_zone: &site.time_zone,
        permalinks: &site.permalinks,
    };
    digest_of(&settings).to_hex()[..32].to_owned()
}

/// Returns the digest of a source file: of its bytes and its context, see [`Inventory::context`].
///
/// [`Inventory::context`]: crate::content::Inventory::context
pub(super) fn digest(bytes: &[u8], context: &blake3::Hash) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(bytes).update(context.as_bytes());
    let mut first = [0; size_of::<Digest>()];
    hasher.finalize_xof().fill(&mut first);
    Digest::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Overrides};
    use crate::content::Inventory;

    /// The fingerprint of a site with these files.
    fn fingerprint_of(files: &[(&str, &str)]) -> String {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let overrides = Overrides { site: dir.path().to_owned(), ..Overrides::default() };
        fingerprint(&Site::detect_without_content(&Config::load(overrides).unwrap()).unwrap())
    }

    #[test]
    fn fingerprints_of_fixed_sites_stay_the_same() {
        // Another fingerprint rebuilds every index of such a site: pin a new one only on purpose.
        let cases = [
            (
                "hugo.toml",
                "timeZone = 'Europe/Berlin'\n[permalinks]\nposts = '/:year/:slug/'\n[cascade]\nx = 1\n[cascade._target]\npath = '/a/**'\n",
            ),
            ("config.toml", "base_url = 'https://a.org'\n[languages.fr]\n"),
            (
                "_config.yml",
                "url: https://a.org\ntimezone: Asia/Tokyo\ndefaults:\n  - scope: {path: 'a/*'}\n    values: {layout: x}\n",
            ),
            ("_config.yml", "url: https://a.org\nnew_post_name: ':title.md'\ncategory_map: {a: b}\n"),
            ("mkdocs.yml", "site_url: https://a.org\nplugins: [blog]\nexclude_docs: /a/\n"),
            ("bloghound.toml", "generator = 'docusaurus'\n[urls]\npermalink = '/b/:slug/'\n"),
        ];
        let found = cases.map(|(name, text)| fingerprint_of(&[(name, text)])[..16].to_owned());
        let expected = [
            "d3ea1cf8898d54df",
            "fd0f51b1fd0934cd",
            "1a608d3818464004",
            "dded2b7b913e3471",
            "bbbd72c0f80692f8",
            "1f3b9c493b2d1c76",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_changed_setting_changes_the_fingerprint() {
        let cascade =
            |path: &str, value: &str| format!("[cascade]\nx = {value}\n[cascade._target]\npath = '{path}'\n");
        let (one, text, number) = (cascade("/a/**", "1"), cascade("/a/**", "'1'"), cascade("/a/**", "1.0"));
        let (yes, other_path) = (cascade("/a/**", "true"), cascade("/b/**", "1"));
        let scope = |path: &str, kind: &str| {
            format!("defaults:\n  - scope: {{path: '{path}', type: {kind}}}\n    values: {{a: b}}\n")
        };
        let (posts, pages, deep) = (scope("", "posts"), scope("", "pages"), scope("x/*", "posts"));
        let cases: [(&str, &[&str]); 8] = [
            (
                "hugo.toml",
                &["", "baseURL = 'https://a.org'", "languageCode = 'de'", "timeZone = 'Asia/Tokyo'"],
            ),
            ("hugo.toml", &["", "uglyURLs = true", "[uglyURLs]\na = true", "disablePathToLower = true"]),
            (
                "hugo.toml",
                &[
                    "",
                    "removePathAccents = true",
                    "[permalinks]\na = '/:slug/'",
                    "[permalinks.section]\na = '/:slug/'",
                ],
            ),
            (
                "hugo.toml",
                &["", "[languages.fr]", "[languages.fr]\ndisabled = true", "[frontmatter]\ndate = ['x']"],
            ),
            ("hugo.toml", &["", &one, &text, &number, &yes, &other_path]),
            (
                "_config.yml",
                &["", "permalink: pretty", "timezone: Asia/Tokyo", "exclude: [a]", &posts, &pages, &deep],
            ),
            ("mkdocs.yml", &["", "exclude_docs: /a/", "use_directory_urls: false", "plugins: [blog]"]),
            (
                "bloghound.toml",
                &[
                    "",
                    "generator = 'hugo'",
                    "generator = 'zola'",
                    "[urls]\npermalink = '/:slug/'",
                    "base_url = 'https://a.org'",
                ],
            ),
        ];
        for (name, texts) in cases {
            let distinct: std::collections::BTreeSet<String> =
                texts.iter().map(|text| fingerprint_of(&[(name, text)])).collect();
            assert_eq!(distinct.len(), texts.len(), "{name}: {texts:?}");
        }
    }

    #[test]
    fn a_digest_covers_the_bytes_and_the_context() {
        let (alone, mut bundled) = (Inventory::default(), Inventory::default());
        Generator::default().add_to_inventory(&mut bundled, "a/index.md", || None).unwrap();
        let of = |bytes: &[u8], inventory: &Inventory| digest(bytes, &inventory.context("a/x.md"));
        assert_eq!(of(b"x", &alone), of(b"x", &Inventory::default()));
        assert_ne!(of(b"x", &alone), of(b"y", &alone));
        assert_ne!(of(b"x", &alone), of(b"x", &bundled));
    }
}
