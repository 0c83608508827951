//! What the templates of a page can use, and the names that a template itself assigns.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use super::dates::SiteFilter;
use super::value::TemplateValue;
use crate::content::data::Data;
use crate::content::date::PostDate;
use crate::content::generator::eleventy::cascade::{GlobalData, is_computed};
use crate::content::source_id::folder_and_stem;

/// A language of templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum TemplateEngine {
    /// Liquid, Eleventy's default for Markdown and HTML.
    Liquid,
    /// Nunjucks.
    Nunjucks,
    /// None: a permalink is used as it is written.
    Off,
    /// Another language, such as JavaScript or Handlebars.
    Other,
}

impl TemplateEngine {
    /// Returns the engine with this name of Eleventy.
    #[must_use]
    pub(crate) fn named(name: &str) -> Self {
        match name.split(',').next().unwrap_or(name).trim() {
            "liquid" => Self::Liquid,
            "njk" => Self::Nunjucks,
            "false" | "html" | "md" | "" => Self::Off,
            _ => Self::Other,
        }
    }
}

/// Why a template cannot be rendered: what it uses, such as "the filter `stamp`".
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unevaluated(pub(crate) String);

impl Unevaluated {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

/// What the templates of all pages can use.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct TemplateSettings {
    /// `dir.input`; the data file for all content has the name of this folder.
    pub(crate) input: String,
    /// Global data, which all pages inherit.
    pub(crate) global: GlobalData,
    /// The filters that the configuration defines.
    pub(crate) filters: BTreeMap<String, SiteFilter>,
}

/// The values that the templates of a page can use.
#[derive(Clone, Copy)]
pub(crate) struct TemplateContext<'a> {
    /// The site's settings.
    pub(crate) settings: &'a TemplateSettings,
    /// Path of the page's source file below the content directory.
    pub(crate) id: &'a str,
    /// The page's data.
    pub(crate) data: &'a Data,
    /// The page's date.
    pub(crate) date: Option<PostDate>,
}

/// A context with the names that the template itself assigns.
pub(super) struct TemplateScope<'a> {
    pub(super) context: &'a TemplateContext<'a>,
    pub(super) engine: TemplateEngine,
    pub(super) assigned: RefCell<HashMap<String, TemplateValue>>,
}

impl TemplateScope<'_> {
    /// Returns the value of a path such as `page.date`; nil if there is none.
    pub(super) fn variable(&self, path: &str) -> Result<TemplateValue, Unevaluated> {
        let mut keys = path.split('.');
        let first = keys.next().unwrap_or(path);
        let unknown = || Unevaluated::new(format!("the value `{path}`"));
        let assigned = self.assigned.borrow().get(first).cloned();
        let mut value = match (first, assigned) {
            (_, Some(value)) => value,
            ("page", None) => return self.page_value(path).ok_or_else(unknown),
            ("collections" | "eleventy" | "pkg", None) => return Err(unknown()),
            (_, None) => {
                let data = self.context.data;
                let own = data.entries().find(|(key, _)| *key == first).map(|(_, value)| value);
                match own.or_else(|| self.context.settings.global.value(first)) {
                    Some(value) => TemplateValue::from_json(value),
                    None if self.is_unknown(first) => return Err(unknown()),
                    None => TemplateValue::Nil,
                }
            }
        };
        for key in keys {
            value = value.member(key);
        }
        Ok(value)
    }

    fn is_unknown(&self, name: &str) -> bool {
        is_computed(self.context.data, name) || self.context.settings.global.computes(name)
    }

    fn page_value(&self, path: &str) -> Option<TemplateValue> {
        let TemplateContext { id, settings, .. } = *self.context;
        // A first folder of one letter counts as `.`: see `cleanInputPath` of `TemplateFileSlug.js`.
        let slug_path =
            id.split_once('/').filter(|(first, _)| first.chars().count() == 1).map_or(id, |(_, rest)| rest);
        let (folder, stem) = folder_and_stem(slug_path);
        let bare = without_date(stem);
        Some(TemplateValue::text(match path {
            "page.date" => return self.context.date.map(TemplateValue::Date),
            "page.fileSlug" if bare == "index" => {
                without_date(folder.rsplit('/').next().unwrap_or_default()).to_owned()
            }
            "page.fileSlug" => bare.to_owned(),
            "page.filePathStem" if folder.is_empty() => format!("/{bare}"),
            "page.filePathStem" => format!("/{folder}/{bare}"),
            "page.outputFileExtension" => "html".to_owned(),
            "page.inputPath" if settings.input.is_empty() => format!("./{id}"),
            "page.inputPath" => format!("./{}/{id}", settings.input),
            _ => return None,
        }))
    }
}

/// Returns the part of a name that follows its date, or the whole name if it has none.
///
/// Source: `TemplateFileSlug.js` of Eleventy.
pub(crate) fn without_date(name: &str) -> &str {
    let is_date = |at: usize| {
        name.get(at..at + 11).is_some_and(|text| {
            text.bytes().zip("0000-00-00-".bytes()).all(|(byte, wanted)| match wanted {
                b'-' => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
        })
    };
    (0..name.len()).find(|at| is_date(*at)).map_or(name, |at| &name[at + 11..])
}
