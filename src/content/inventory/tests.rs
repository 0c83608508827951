use super::*;
use crate::content::cascade::of_front_matter;
use crate::content::front_matter::ParsedSource;

fn inventory(files: &[(&str, &str)]) -> Inventory {
    let mut inventory = Inventory::default();
    for (id, text) in files {
        if is_section_index(id) {
            let data = ParsedSource::parse(text).unwrap().data;
            let section = SectionValues {
                title: data.text("title"),
                slug: data.text("slug"),
                cascades: of_front_matter(&data).unwrap(),
            };
            inventory.insert_section(id, section);
        } else {
            inventory.insert_page(id);
        }
    }
    inventory
}

#[test]
fn an_index_file_is_a_list_only_with_other_files_below() {
    let files =
        ["_index.md", "ai/_index.md", "ai/one/_index.md", "about/_index.md", "posts/a.md", "ai-x/b.md"];
    let inventory = inventory(&files.map(|id| (id, "")));
    let lists: Vec<_> = files.iter().filter(|id| inventory.is_list(id)).collect();
    assert_eq!(lists, [&"_index.md", &"ai/_index.md"]);
}

#[test]
fn the_first_folder_is_the_category_and_its_title_the_category_name() {
    let section = "+++\ntitle = 'Artificial Intelligence'\n+++\n";
    let mut inventory =
        inventory(&[("ai/_index.md", section), ("ai/x/_index.md", ""), ("my-notes/y.md", "")]);
    let name = |inventory: &Inventory, id| inventory.category(id, "", "en").map(|category| category.name);
    assert_eq!(name(&inventory, "ai/x/_index.md").as_deref(), Some("Artificial Intelligence"));
    assert_eq!(name(&inventory, "my-notes/y.md").as_deref(), Some("My notes"));
    assert_eq!(name(&inventory, "ai/_index.md"), None);
    assert_eq!(name(&inventory, "root.md"), None);
    inventory.remove("ai/_index.md");
    assert_eq!(name(&inventory, "ai/x/_index.md").as_deref(), Some("Ai"));
}

#[test]
fn pages_below_finds_files_and_folders_but_no_common_prefix() {
    let inventory = inventory(&[("a/x.md", ""), ("a/y/z.md", ""), ("a-b/x.md", ""), ("a.md", "")]);
    let below = |path| inventory.pages_below(path).collect::<Vec<_>>();
    assert_eq!(below("a"), ["a/x.md", "a/y/z.md"]);
    assert_eq!(below("a/y/z.md"), ["a/y/z.md"]);
    assert_eq!(below("").len(), 4);
    assert!(below("b").is_empty());
}

#[test]
fn prefers_the_section_title_in_the_language_of_the_post() {
    let files = [
        ("news/_index.md", "---\ntitle: News\n---\n"),
        ("news/_index.fr.md", "---\ntitle: Nouvelles\n---\n"),
    ];
    let inventory = inventory(&files);
    let name = |lang| inventory.category("news/x.md", "", lang).map(|category| category.name);
    assert_eq!(name("fr").as_deref(), Some("Nouvelles"));
    assert_eq!(name("en").as_deref(), Some("News"));
    assert!(!inventory.is_list("news/_index.md"));
}

#[test]
fn files_in_a_bundle_are_its_resources() {
    let inventory = inventory(&[
        ("a/index.md", ""),
        ("a/x.md", ""),
        ("a/b/y.md", ""),
        ("c/index.fr.md", ""),
        ("d.md", ""),
    ]);
    let bundled: Vec<_> = inventory.pages_below("").filter(|id| inventory.is_bundled(id)).collect();
    assert_eq!(bundled, ["a/b/y.md", "a/x.md"]);
    let dependents =
        |ids: &[&'static str]| inventory.dependents(ids.iter().copied()).into_iter().collect::<Vec<_>>();
    assert_eq!(dependents(&["a/index.md"]), ["a/b/y.md", "a/index.md", "a/x.md"]);
    assert_eq!(dependents(&["a/b/y.md"]), ["a/index.md"]);
    assert_eq!(dependents(&["a/b/index.md", "a/index.md"]), ["a/b/y.md", "a/index.md", "a/x.md"]);
}

#[test]
fn values_of_the_nearest_folder_come_first() {
    let section = |x| format!("---\ncascade:\n  x: {x}\n---\n");
    let inventory =
        inventory(&[("_index.md", &section("root")), ("a/b/_index.md", &section("near")), ("a/b/c.md", "")]);
    let values: Vec<_> =
        inventory.cascades_for("a/b/c.md").filter_map(|(_, cascade)| cascade.values.text("x")).collect();
    assert_eq!(values, ["near", "root"]);
    assert_eq!(inventory.cascades_for("a/c.md").count(), 1);
}

#[test]
fn the_context_of_a_post_is_a_digest_of_values() {
    let section = |title: &str, cascade: &str| format!("---\ntitle: {title}\ncascade: {cascade}\n---\n");
    let files = [section("A", "{x: 1}"), section("B", "{x: 1}"), section("A", "{x: '1'}")];
    let of = |files: &[(&str, &str)]| inventory(files).context("a/x.md").to_hex()[..16].to_owned();
    let contexts = [
        of(&[]),
        of(&[("a/index.md", "")]),
        of(&[("a/_index.md", &files[0])]),
        of(&[("a/_index.md", &files[1])]),
        of(&[("a/_index.md", &files[2])]),
        of(&[("_index.md", &files[0])]),
        of(&[("a/_index.md", "---\ntitle: A\nslug: x\n---\n")]),
        of(&[("a/_index.md", "---\ntitle: A\nslug: y\n---\n")]),
    ];
    let distinct: BTreeSet<&String> = contexts.iter().collect();
    assert_eq!(distinct.len(), contexts.len(), "{contexts:?}");
    // A changed digest makes every such post be read again: change it only on purpose.
    assert_eq!(contexts[2], "99d3925e9dc93f71");
}
