//! Hugo's permalink patterns: the values of their tokens.

use jiff::civil::DateTime;

use super::sanitize::Sanitizer;
use super::sections::Sections;
use super::tokens::{fill_pattern, slice_of};
use crate::content::date::PostDate;
use percent_encoding::percent_decode_str;

/// The values of a page for the tokens of a permalink pattern.
pub(super) struct PermalinkValues<'a> {
    pub(super) date: Option<PostDate>,
    /// The title in the front matter; empty if it has none.
    pub(super) title: &'a str,
    /// The slug in the front matter, or in a file name with a date.
    pub(super) slug: Option<&'a str>,
    /// The name of the file, or of the bundle's folder.
    pub(super) name: &'a str,
    /// Whether the page is that of a folder.
    pub(super) is_branch: bool,
    /// The folder that contains the page; for the page of a folder, the folder.
    pub(super) folder: &'a str,
    pub(super) sections: Sections<'a>,
    pub(super) sanitizer: Sanitizer,
}

impl PermalinkValues<'_> {
    /// Returns the path of a pattern, not yet sanitized (`createTargetPathDescriptor` in Hugo's `hugolib/page__paths.go`).
    pub(super) fn fill(&self, pattern: &str) -> String {
        let pattern = pattern.replace("\\:", "\0");
        let date = self.date.map_or(DateTime::constant(1, 1, 1, 0, 0, 0, 0), PostDate::civil);
        let path = fill_pattern(&pattern, |token, slice| self.value(token, slice, date), date);
        // Hugo unescapes the path as if it were a query.
        let path = path.replace('\0', ":").replace('+', " ");
        percent_decode_str(&path).decode_utf8_lossy().into_owned()
    }

    /// Returns the value of a token (gohugo.io/configuration/permalinks); `None` for an unknown token.
    fn value(&self, token: &str, slice: Option<&str>, date: DateTime) -> Option<String> {
        let urlize = |text: &str| self.sanitizer.path(text);
        let time = |format: &str| Some(date.strftime(format).to_string());
        let file_name = || if self.is_branch { String::new() } else { urlize(self.name) };
        let slug = || self.slug.map(urlize);
        if let Some(slice) = slice {
            return match token {
                "sections" => Some(slice_of(&self.sections_path(), slice)),
                "sectionslugs" => Some(slice_of(&self.section_slugs().join("/"), slice)),
                _ => None,
            };
        }
        match token {
            "year" => time("%-Y"),
            "month" => time("%m"),
            "monthname" => time("%B"),
            "day" => time("%d"),
            "weekday" => time("%w"),
            "weekdayname" => time("%A"),
            "yearday" => time("%-j"),
            "section" => Some(self.folder.split('/').next().unwrap_or_default().to_owned()),
            "sections" => Some(self.sections_path()),
            "sectionslug" => Some(self.section_slugs().into_iter().next().unwrap_or_default()),
            "sectionslugs" => Some(self.section_slugs().join("/")),
            "title" => Some(urlize(self.title)),
            "slug" => Some(slug().unwrap_or_else(|| urlize(self.title))),
            "slugorfilename" => Some(slug().unwrap_or_else(file_name)),
            "slugorcontentbasename" => Some(slug().unwrap_or_else(|| urlize(self.name))),
            "filename" => Some(file_name()),
            "contentbasename" => Some(urlize(self.name)),
            _ => None,
        }
    }

    fn sections_path(&self) -> String {
        self.sections.nearest(self.folder).to_owned()
    }

    fn section_slugs(&self) -> Vec<String> {
        let texts = self.sections.slugs_or_titles(self.sections.nearest(self.folder));
        texts.iter().map(|text| self.sanitizer.path(text)).collect()
    }
}
