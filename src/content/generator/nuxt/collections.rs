//! The collections of Nuxt Content: which files of the content folder are published, and below which path.
//!
//! Sources: `content.config.ts` in the documentation of Nuxt Content 3, its `src/utils/source.ts`, and `content.ignores` of
//! Nuxt Content 2.

use std::borrow::Cow;
use std::path::Path;

use serde_json::Value;

use crate::content::data::Data;
use crate::content::generator::globs::GlobList;
use crate::content::generator::js_project;
use crate::content::script::ParsedScript;

/// The collections of a site.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct NuxtCollections {
    /// The sources of all collections; `None` if they are unknown, so that all files are published.
    pub sources: Option<Vec<NuxtSource>>,
    /// Starts of names that `content.ignores` of Nuxt Content 2 leaves out.
    pub ignored: Vec<String>,
}

/// A source of a collection: files, and the path below which they are published.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct NuxtSource {
    include: GlobList,
    exclude: GlobList,
    /// The start of the pattern, up to its first `*`.
    fixed: String,
    /// What replaces this start in paths.
    prefix: Option<String>,
    /// Whether the files are pages rather than data.
    is_page: bool,
}

impl NuxtCollections {
    /// Reads the collections in `content.config.ts`, and what `nuxt.config.ts` ignores.
    pub(super) fn read(site_dir: &Path, nuxt_config: &Data) -> Self {
        let script =
            js_project::script_text(site_dir, "content.config").map(|text| ParsedScript::parse(&text));
        let collections = script.map(|script| script.data().table("collections")).unwrap_or_default();
        let sources: Option<Vec<Vec<NuxtSource>>> =
            collections.entries().map(|(_, collection)| sources_of(collection)).collect();
        let sources = sources.map(|sources| sources.concat()).filter(|sources| !sources.is_empty());
        let ignored = nuxt_config.table("content").texts("ignores");
        Self { sources, ignored: ignored.into_iter().map(|start| start.replace('\\', "")).collect() }
    }

    /// Returns whether a collection publishes a file.
    pub(super) fn publish(&self, id: &str) -> bool {
        let is_ignored = |part: &str| self.ignored.iter().any(|start| part.starts_with(start.as_str()));
        let is_ignored = id.split('/').any(is_ignored);
        !is_ignored && (self.sources.is_none() || self.source_of(id).is_some())
    }

    /// Returns the path of a file in its collection.
    pub(super) fn path_of<'a>(&self, id: &'a str) -> Cow<'a, str> {
        let source = self.source_of(id);
        let below = source
            .and_then(|source| Some((source.prefix.as_ref()?, id.strip_prefix(source.fixed.as_str())?)));
        below.map_or(Cow::Borrowed(id), |(prefix, rest)| {
            Cow::Owned(format!("{}/{rest}", prefix.trim_matches('/')))
        })
    }

    fn source_of(&self, id: &str) -> Option<&NuxtSource> {
        self.sources.iter().flatten().find(|source| {
            source.is_page && source.include.matches(id) && !source.exclude.matches_part_of(id)
        })
    }
}

/// Returns the sources of a collection; `None` if they are computed.
fn sources_of(collection: &Value) -> Option<Vec<NuxtSource>> {
    let collection = Data::from_value(collection)?;
    let is_page = collection.text("type").is_none_or(|kind| kind == "page");
    match collection.get("source") {
        Some(Value::Array(items)) => items.iter().map(|item| source(item, is_page)).collect(),
        Some(item) => Some(vec![source(item, is_page)?]),
        None => Some(Vec::new()),
    }
}

/// Returns a source; `None` if its files are elsewhere or its pattern is computed.
fn source(value: &Value, is_page: bool) -> Option<NuxtSource> {
    let table = Data::from_value(value).unwrap_or_default();
    let pattern = match value {
        Value::String(pattern) => pattern.clone(),
        _ if table.keys().any(|key| matches!(key, "cwd" | "repository")) => return None,
        _ => table.text("include")?,
    };
    let fixed = pattern.split_once('*').map_or("", |(fixed, _)| fixed);
    Some(NuxtSource {
        fixed: if fixed.contains('{') { String::new() } else { fixed.to_owned() },
        include: GlobList::new([pattern]),
        exclude: GlobList::new(table.texts("exclude")),
        prefix: table.get("prefix").and_then(Value::as_str).map(str::to_owned),
        is_page,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    fn collections(config: &str, nuxt: &str) -> NuxtCollections {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("content.config.ts"), config).unwrap();
        NuxtCollections::read(dir.path(), &Data::parse(nuxt, DataFormat::Yaml).unwrap())
    }

    #[test]
    fn collections_decide_which_files_are_published() {
        let one = "export default defineContentConfig({ collections: { c: defineCollection(SOURCE) } })";
        let all = ["a.md", "blog/b.md", "blog/wip/c.md"];
        let cases: [(&str, &[&str]); 9] = [
            ("{ type: 'page', source: '**/*.md' }", &all),
            ("{ type: 'page', source: 'blog/*.md' }", &["blog/b.md"]),
            ("{ type: 'page', source: { include: '**', exclude: ['blog/wip/**'] } }", &["a.md", "blog/b.md"]),
            ("{ type: 'page', source: { include: '**', exclude: ['blog'] } }", &["a.md"]),
            ("{ type: 'page', source: [{ include: 'a.md' }, 'blog/wip/**'] }", &["a.md", "blog/wip/c.md"]),
            ("{ type: 'page', source: { include: '**/*.{md,yml}', prefix: '/' } }", &all),
            ("{ type: 'data', source: 'blog/**' }", &[]),
            ("{ type: 'page', source: pattern() }", &all),
            ("{ type: 'page' }", &all),
        ];
        for (source, expected) in cases {
            let collections = collections(&one.replace("SOURCE", source), "");
            let published: Vec<&str> = all.into_iter().filter(|id| collections.publish(id)).collect();
            assert_eq!(published, expected, "{source}");
        }
        assert!(collections("", "").publish("a.md"));
        let ignoring = collections("", "content: {ignores: ['\\\\.', hidden]}");
        assert!(!ignoring.publish("a/hidden-b.md") && ignoring.publish("a/b.md"));
    }

    #[test]
    fn a_prefix_replaces_the_start_of_the_pattern() {
        let config = "export default { collections: { a: defineCollection({ type: 'page', source: { include: 'en/**', prefix: '' } }), \
                      b: defineCollection({ type: 'page', source: { include: 'docs/**', prefix: '/help' } }), \
                      c: defineCollection({ type: 'page', source: 'blog/**' }) } }";
        let collections = collections(config, "");
        for (id, expected) in
            [("en/x.md", "/x.md"), ("docs/a/x.md", "help/a/x.md"), ("blog/x.md", "blog/x.md")]
        {
            assert_eq!(collections.path_of(id), expected, "{id}");
        }
    }
}
