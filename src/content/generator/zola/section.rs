//! What Zola's sections, the `_index` files, say about the pages in and below their folders.

use crate::content::cascade::Cascade;
use crate::content::data::Data;
use crate::content::date::PostDate;
use crate::content::generator::page::PageSource;
use crate::content::inventory::Inventory;

/// The keys that concern all pages in and below the folder of a section, with the value that does.
const OF_ALL: [(&str, bool); 2] = [("draft", true), ("in_search_index", false)];
/// The keys that concern the pages of the section itself.
const OF_SECTION: [&str; 2] = ["sort_by", "transparent"];

/// Returns what a section's front matter says about the pages in and below its folder: whether they are drafts, which
/// Zola skips, whether they are left out of the search, and how they are sorted.
pub(crate) fn cascades(section: &Data) -> Vec<Cascade> {
    let mut values = Data::default();
    let of_all = OF_ALL.iter().filter(|(key, flag)| section.flag(key) == Some(*flag)).map(|(key, _)| key);
    for key in of_all.chain(&OF_SECTION) {
        if let Some(value) = section.get(key) {
            values.set_default(key, value);
        }
    }
    if values.is_empty() { Vec::new() } else { vec![Cascade::for_all(values)] }
}

/// Passes on the values of a section that concern all pages in and below its folder.
pub(super) fn pass_on(section: &Data, page: &mut Data) {
    let values = OF_ALL.iter().filter_map(|(key, _)| Some((*key, section.get(key)?)));
    let mut passed = Data::default();
    passed.set_defaults(values);
    page.override_with(&passed);
}

/// Returns whether a page gets no file: it is in a section, and all of its sections are sorted by a key that it does not
/// have. Below a transparent section, the page is in the section above, too.
///
/// Source: `Library::populate_sections` and `sort_pages`. Only the sorted pages of sections, and the pages outside of all
/// sections, are rendered.
pub(super) fn leaves_out(
    file: &PageSource<'_>,
    folder: &str,
    language: Option<&str>,
    date_in_name: Option<PostDate>,
) -> bool {
    let mut folder = folder;
    let mut is_left_out = false;
    while let Some(section) = section_of(file.inventory, folder, language) {
        is_left_out = !can_be_sorted(file, section.text("sort_by").as_deref(), date_in_name);
        if !is_left_out || section.flag("transparent") != Some(true) || folder.is_empty() {
            break;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    is_left_out
}

/// Returns the values of the section of a folder that concern its own pages; `None` if the folder is no section.
fn section_of(inventory: &Inventory, folder: &str, language: Option<&str>) -> Option<Data> {
    let name = language.map_or_else(|| "_index.md".to_owned(), |language| format!("_index.{language}.md"));
    let id = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
    let mut cascades = inventory.cascades_of(folder, &name).into_iter();
    let values = cascades.find(|(source, _)| *source == id).map(|(_, cascade)| cascade.values.clone());
    values.or_else(|| inventory.contains(&id).then(Data::default))
}

fn can_be_sorted(file: &PageSource<'_>, sort_by: Option<&str>, date_in_name: Option<PostDate>) -> bool {
    let has_date = file.date.or(date_in_name).is_some();
    match sort_by {
        Some("date") => has_date,
        Some("update_date") => has_date || file.data.get("updated").is_some(),
        Some("title" | "title_bytes") => file.data.get("title").is_some(),
        Some("weight") => file.data.get("weight").is_some(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;
    use crate::content::date::parse_date;
    use crate::content::inventory::SectionValues;

    fn data(toml: &str) -> Data {
        Data::parse(toml, DataFormat::Toml).unwrap()
    }

    #[test]
    fn sections_pass_on_that_they_are_drafts_or_not_searched() {
        let passed = |toml: &str| {
            let mut page = data("title = 'A'\ndraft = false");
            for cascade in &cascades(&data(toml)) {
                pass_on(&cascade.values, &mut page);
            }
            (page.flag("draft"), page.flag("in_search_index"), page.get("sort_by").is_some())
        };
        assert_eq!(
            passed("draft = true\nin_search_index = false\nsort_by = 'date'"),
            (Some(true), Some(false), false)
        );
        assert_eq!(passed("draft = false\nin_search_index = true"), (Some(false), None, false));
        assert!(cascades(&data("title = 'A'\ndraft = false")).is_empty());
    }

    #[test]
    fn pages_without_the_sort_key_of_their_section_are_left_out() {
        let sections = [
            ("_index.md", "sort_by = 'title'"),
            ("blog/_index.md", "sort_by = 'date'"),
            ("blog/2024/_index.md", "sort_by = 'date'\ntransparent = true"),
            ("blog/_index.fr.md", ""),
            ("notes/_index.md", "sort_by = 'weight'\ntransparent = true"),
            ("docs/_index.md", "sort_by = 'update_date'"),
        ];
        let mut inventory = Inventory::default();
        for (id, toml) in sections {
            let values = SectionValues { cascades: cascades(&data(toml)), ..SectionValues::default() };
            inventory.insert_section(id, values);
        }
        let day = parse_date("2024-01-02");
        for (folder, language, toml, date, expected) in [
            ("blog", None, "", None, true),
            ("blog", None, "", day, false),
            ("blog", Some("fr"), "", None, false),
            ("blog", Some("de"), "", None, false),
            ("blog/2024", None, "", None, true),
            ("blog/2024", None, "", day, false),
            ("notes", None, "", None, true),
            ("notes", None, "weight = 1", None, false),
            ("notes", None, "title = 'A'", None, false),
            ("notes/deep", None, "", None, false),
            ("docs", None, "updated = 2024-01-02", None, false),
            ("docs", None, "", None, true),
            ("", None, "", None, true),
        ] {
            let page = data(toml);
            let file = PageSource::complete("x.md", &page, &inventory);
            assert_eq!(
                leaves_out(&file, folder, language, date),
                expected,
                "{folder} {language:?} {toml} {date:?}"
            );
        }
    }
}
