//! mdBook: the chapters that `SUMMARY.md` lists, as `.html` files where they stand.

use std::path::Path;

use serde_json::{Map, Value};

use super::pattern::tidy_slashes;
use super::place::{Place, Placed, Placement, encode_path};
use super::project;
use super::settings::{Facts, Settings, absolute_base};
use crate::content::anchor::AnchorStyle;
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::inventory::Inventory;
use crate::content::skip_reason::SkipReason;
use crate::content::source_id::folder_and_stem;

/// The file that lists the chapters.
pub(super) const SUMMARY: &str = "SUMMARY.md";

/// mdBook's settings; none changes URLs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Rules {
    /// The rule of heading ids, which `output.html.smart-punctuation` decides.
    pub anchors: AnchorStyle,
    /// The keys of dates: chapters have none.
    pub date_keys: DateKeys,
}

/// Whether a site without settings is a book.
#[must_use]
pub(super) fn has_marks(site_dir: &Path) -> bool {
    site_dir.join("src").join(SUMMARY).is_file()
}

/// The rules and facts that a `book.toml` makes.
#[must_use]
pub fn read(settings: &Settings) -> (Rules, Facts) {
    let book = settings.data.table("book");
    let html = settings.data.table("output").table("html");
    let host = html.text("cname").map(|host| format!("https://{host}")).unwrap_or_default();
    let prefix = html.text("site-url").unwrap_or_default();
    let base = match absolute_base(&prefix) {
        base if base.is_empty() => format!("{host}{}", tidy_slashes(&prefix).trim_end_matches('/')),
        base => base,
    };
    let facts = Facts {
        base,
        language: Some(book.text("language").unwrap_or_else(|| "en".to_owned())),
        future: true,
        expired: true,
        content_folders: vec![project::folder_name(&book.text("src").unwrap_or_else(|| "src".to_owned()))],
        ..Facts::default()
    };
    let none = DateKeys { date: Vec::new(), publish: Vec::new(), expiry: Vec::new(), updated: Vec::new() };
    let is_smart = html.flag("smart-punctuation").or_else(|| html.flag("curly-quotes")) != Some(false);
    let anchors = if is_smart { AnchorStyle::MdBookSmart } else { AnchorStyle::MdBook };
    (Rules { anchors, date_keys: none }, facts)
}

/// The chapters in `SUMMARY.md`, their titles by path.
#[must_use]
pub(super) fn chapters(summary: &str) -> Data {
    let mut chapters = Map::new();
    for line in summary.lines() {
        let entry = line.trim_start().trim_start_matches(['-', '*', '+']).trim_start();
        let Some((title, target)) = entry.strip_prefix('[').and_then(|entry| entry.split_once("](")) else {
            continue;
        };
        let target = target.split_once(')').map_or("", |(target, _)| target).trim_matches(['<', '>', ' ']);
        let path = percent_encoding::percent_decode_str(target.trim_start_matches("./")).decode_utf8_lossy();
        if !path.is_empty() {
            chapters.insert(path.into_owned(), Value::String(title.replace(['`', '*'], "")));
        }
    }
    Data::from_value(&Value::Object(chapters)).unwrap_or_default().under("chapters")
}

/// The listed chapters, where there is a list.
fn listed(inventory: &Inventory, id: &str) -> Option<Data> {
    inventory
        .cascades_for(id)
        .find(|(file, _)| *file == SUMMARY)
        .map(|(_, cascade)| cascade.values.table("chapters"))
}

impl Rules {
    /// A chapter's title is that of the list.
    pub(super) fn inherit(id: &str, own: &mut Data, inventory: &Inventory) {
        let title = listed(inventory, id).and_then(|chapters| chapters.text(id));
        if let Some(title) = title {
            own.set_default("title", &Value::String(title));
        }
    }

    pub(super) fn place(file: &Placed<'_>) -> Placement {
        if listed(file.inventory, file.id).is_some_and(|chapters| chapters.get(file.id).is_none()) {
            return Placement::Skipped(SkipReason::NotAPage);
        }
        let (folder, stem) = folder_and_stem(file.id);
        let is_index = matches!(stem.to_ascii_lowercase().as_str(), "index" | "readme");
        let path = if is_index { format!("{folder}/") } else { format!("{folder}/{stem}.html") };
        Placement::Page(Place { path: encode_path(&tidy_slashes(&path)), ..Place::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    #[test]
    fn listed_chapters_are_pages() {
        let summary = "# Summary\n\n[Introduction](README.md)\n\n# Part\n\n- [First `one`](./first.md)\n  * [Deep](a/b%20c.md)\n- [Draft]()\n---\n[Index](a/README.md)\n";
        let mut inventory = Inventory::default();
        inventory.insert_data(SUMMARY, chapters(summary));
        let place = |id: &str| {
            let mut data = Data::default();
            Rules::inherit(id, &mut data, &inventory);
            let file = Placed {
                id,
                data: &data,
                date: None,
                inventory: &inventory,
                has_body: true,
                has_front_matter: false,
            };
            match Rules::place(&file) {
                Placement::Page(place) => {
                    format!("{} {}", place.path, data.text("title").unwrap_or_default())
                }
                Placement::Skipped(reason) => format!("{reason:?}"),
            }
        };
        let cases = [
            ("README.md", "/ Introduction"),
            ("first.md", "/first.html First one"),
            ("a/b c.md", "/a/b%20c.html Deep"),
            ("a/README.md", "/a/ Index"),
            ("unlisted.md", "NotAPage"),
        ];
        for (id, expected) in cases {
            assert_eq!(place(id), expected, "{id}");
        }
    }

    #[test]
    fn the_address_is_host_and_path() {
        for (toml, base) in [
            ("[output.html]\nsite-url = '/book/'", "/book"),
            ("[output.html]\nsite-url = '/book/'\ncname = 'a.org'", "https://a.org/book"),
            ("[output.html]\nsite-url = 'https://a.org/b/'", "https://a.org/b"),
            ("", ""),
        ] {
            let data = Data::parse(toml, DataFormat::Toml).unwrap();
            assert_eq!(read(&Settings { data, ..Settings::default() }).1.base, base, "{toml}");
        }
    }
}
