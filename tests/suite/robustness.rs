//! Any text is a post: the invariants of `tests/fuzz` on random texts, and front matter that survives a round trip.

use std::fs;
use std::path::Path;

use bloghound::content::ParsedSource;
use bloghound::content::{Data, DataFormat};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support::property_config;

#[path = "../fuzz/service_targets.rs"]
mod service_targets;
#[path = "../fuzz/targets.rs"]
mod targets;

/// Fragments that often break parsers, alone and in combination.
const SIGNS: [&str; 75] = [
    "\n", "\n\n", "\r\n", "\r", "\t", " ", "    ", "\u{feff}", "\u{ad}", "\u{200b}", "\u{301}", "\0",
    "\u{2028}", "ü", "a", "word ", "a b\n", "+++\n", "---\n", "---\r\n", "\n+++\n", "\n---\n", "{", "}",
    "{\"", "\":", "tags: [", "]", "\"", "'", "\"\"\"", "&a ", "*a", "|\n", "# ", "## A\n", "###", "\n===\n",
    "{#a}", "{: #a}\n", "{: .b}", "{:toc}\n", "{:", "{{<", ">}}", "{{%", "%}}", "{%", "%}", "{{", "}}",
    "```", "~~~", "`", "*", "**", "_", "~~", "\\", "[", "](", "![", "[^1]", "[^1]: ", "[a]: b\n", "|",
    "\n> ", "\n- ", "\n1. ", "\n: ", "<", "<!--", "<script>", "<div>\n", "&amp;",
];
const PHRASES: [&str; 21] = [
    "日本",
    "👩‍👩‍👧",
    "{\"a\": 1}",
    "title = \"A\"\n",
    "title: A\n",
    "{{< x >}}",
    "{{</* x */>}}",
    "{{< highlight go >}}",
    "{{< /highlight >}}",
    "{% raw %}",
    "{% endraw %}",
    "{% comment %}",
    "{% endcomment %}",
    "{% highlight go %}",
    "{% endhighlight %}",
    "{{ a(b=1) }}",
    "{% end %}",
    "{{/* a */}}",
    "| a |\n|---|\n",
    "<!--more-->",
    "</script>",
];
const PATTERNS: [&str; 16] = [
    ":",
    ":year",
    ":slug",
    ":slugorfilename",
    ":_",
    "/",
    "//",
    "\nyear=",
    "\nslug=",
    "=",
    "\n",
    ".html",
    "%2F",
    "ü",
    " ",
    "a",
];

fn fragments(target: &str) -> Vec<&'static str> {
    if target == "permalink" { PATTERNS.to_vec() } else { [&SIGNS[..], &PHRASES[..]].concat() }
}

/// The seeds of the fuzzer.
fn seeds(target: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(target);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

fn random_text(target: &str) -> impl Strategy<Value = String> + use<> {
    let fragment = || select(fragments(target)).prop_map(str::to_owned);
    let part = prop_oneof![
        12 => fragment(),
        2 => "[a-z ]{0,12}",
        1 => "\\PC{0,6}",
        1 => (fragment(), 1..400_usize).prop_map(|(fragment, times)| fragment.repeat(times)),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

/// A seed of which some ranges are removed or replaced by fragments or by other ranges of it.
fn mutated_seed(target: &str) -> impl Strategy<Value = String> + use<> {
    let replacement = prop_oneof![
        1 => Just(Replacement::Nothing),
        3 => select(fragments(target)).prop_map(Replacement::Fragment),
        1 => (any::<Index>(), 0..40_usize).prop_map(|(at, length)| Replacement::Range(at, length)),
    ];
    let edit = (any::<Index>(), 0..12_usize, replacement);
    (select(seeds(target)), prop::collection::vec(edit, 1..8)).prop_map(|(seed, edits)| {
        let mut text: Vec<char> = seed.chars().collect();
        for (at, length, replacement) in edits {
            let range = |at: Index, length: usize| {
                let start = at.index(text.len() + 1);
                start..(start + length).min(text.len())
            };
            let new: Vec<char> = match replacement {
                Replacement::Nothing => Vec::new(),
                Replacement::Fragment(fragment) => fragment.chars().collect(),
                Replacement::Range(at, length) => text[range(at, length)].to_vec(),
            };
            let replaced = range(at, length);
            text.splice(replaced, new);
        }
        text.into_iter().collect()
    })
}

#[derive(Debug, Clone)]
enum Replacement {
    Nothing,
    Fragment(&'static str),
    Range(Index, usize),
}

#[test]
fn invariants_hold_for_the_seeds() {
    for target in targets::TARGETS {
        let seeds = seeds(target);
        assert!(seeds.len() > 2, "{target} has no seeds");
        for seed in seeds {
            targets::check(target, &seed);
        }
    }
}

#[test]
fn invariants_hold_for_the_seeds_of_settings_and_requests() {
    for target in service_targets::SERVICE_TARGETS {
        let seeds = seeds(target);
        assert!(seeds.len() > 2, "{target} has no seeds");
        for seed in seeds {
            service_targets::check_service(target, &seed);
        }
    }
}

#[test]
fn invariants_hold_for_repeated_fragments() {
    for target in targets::TARGETS {
        for fragment in fragments(target) {
            targets::check(target, &fragment.repeat(2_000));
        }
    }
}

/// A value in the syntax of JSON that is valid in each notation.
fn value() -> impl Strategy<Value = String> {
    let text = "[a-z:#{}\\[\\]|>&*!%@,'\"\\\\=+\\-_ üß日\u{ad}]{0,16}|\\+\\+\\+|---|true|1";
    let quoted = || text.prop_map(|text| serde_json::Value::from(text).to_string());
    prop_oneof![
        3 => quoted(),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => any::<bool>().prop_map(|flag| flag.to_string()),
        1 => prop::collection::vec(quoted(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
    ]
}

/// Front matter with keys and values in a notation.
fn write(format: DataFormat, entries: &[(String, String)], newline: &str) -> String {
    let entries = |between: &str| -> Vec<String> {
        entries.iter().map(|(key, value)| format!("{key}{between}{value}")).collect()
    };
    match format {
        DataFormat::Toml => entries(" = ").join(newline) + newline,
        DataFormat::Yaml => entries(": ").join(newline) + newline,
        DataFormat::Json => {
            let entries = entries("\": ").join(&format!(",{newline}\""));
            format!("{{{newline}\"{entries}{newline}}}")
        }
    }
}

/// A source file with front matter and a body.
fn join(format: DataFormat, front_matter: &str, body: &str, newline: &str) -> String {
    match format {
        DataFormat::Toml => format!("+++{newline}{front_matter}+++{newline}{body}"),
        DataFormat::Yaml => format!("---{newline}{front_matter}---{newline}{body}"),
        DataFormat::Json => format!("{front_matter}{body}"),
    }
}

proptest! {
    #![proptest_config(property_config())]

    #[test]
    fn invariants_hold_for_random_source_files(text in random_text("front_matter")) {
        targets::check("front_matter", &text);
    }

    #[test]
    fn invariants_hold_for_mutated_source_files(text in mutated_seed("front_matter")) {
        targets::check("front_matter", &text);
    }

    #[test]
    fn invariants_hold_for_random_markdown(text in random_text("markdown")) {
        targets::check("markdown", &text);
    }

    #[test]
    fn invariants_hold_for_mutated_markdown(text in mutated_seed("markdown")) {
        targets::check("markdown", &text);
    }

    #[test]
    fn invariants_hold_for_settings(changed in mutated_seed("settings")) {
        service_targets::check_service("settings", &changed);
    }

    #[test]
    fn invariants_hold_for_requests(changed in mutated_seed("http_request")) {
        service_targets::check_service("http_request", &changed);
    }

    #[test]
    fn invariants_hold_for_permalinks(text in random_text("permalink"), changed in mutated_seed("permalink")) {
        targets::check("permalink", &text);
        targets::check("permalink", &changed);
    }

    #[test]
    fn splits_what_was_joined_without_loss(
        entries in prop::collection::btree_map("[a-z][a-z0-9_]{0,8}", value(), 1..6),
        body in prop_oneof![random_text("markdown"), Just(String::new())],
        before in "\u{feff}?([ \t]{0,2}\r?\n){0,3}",
        newline in select(vec!["\n", "\r\n"]),
    ) {
        let entries: Vec<(String, String)> = entries.into_iter().collect();
        let mut read: Vec<Data> = Vec::new();
        for format in [DataFormat::Toml, DataFormat::Yaml, DataFormat::Json] {
            let front_matter = write(format, &entries, newline);
            let text = format!("{before}{}", join(format, &front_matter, &body, newline));
            let source = ParsedSource::parse(&text).unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
            prop_assert!(source.has_front_matter);
            prop_assert_eq!(source.front_matter, front_matter);
            prop_assert_eq!(source.body, &body);
            read.push(source.data);
        }
        prop_assert_eq!(read[0].keys().count(), entries.len());
        prop_assert_eq!(&read[0], &read[1], "TOML and YAML differ");
        prop_assert_eq!(&read[0], &read[2], "TOML and JSON differ");
    }
}
