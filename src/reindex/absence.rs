//! Explains why nothing was found to search.

use super::report::IndexingReport;
use crate::content::plural::plural;
use crate::content::site::hint_at_sites_below;
use crate::content::{Generator, Site};

/// Returns where posts were looked for, why there are none, and what to do; `None` if there are posts or pages.
#[must_use]
pub fn explain_absence(site: &Site, report: &IndexingReport) -> Option<String> {
    if report.posts + report.pages > 0 {
        return None;
    }
    let generator = match &site.generator {
        Generator::Unknown(_) => "no generator was recognized".to_owned(),
        known => format!("the generator is {}", known.name()),
    };
    let folders: Vec<String> = site.content_folders().map(|folder| folder.display().to_string()).collect();
    let failed = match report.failed.len() {
        0 => String::new(),
        failed => plural(failed, "file that cannot be read"),
    };
    let left_out = [report.skipped.to_string(), failed];
    let left_out: Vec<String> = left_out.into_iter().filter(|part| !part.is_empty()).collect();
    let left_out = if left_out.is_empty() {
        "no file at all".to_owned()
    } else {
        format!("only {}", left_out.join(", "))
    };
    let remedy = if !report.failed.is_empty() {
        "fix the files as their messages say"
    } else if report.skipped.draft + report.skipped.future > 0 {
        "publish one, or pass --drafts or --future to search what is not published yet"
    } else {
        "pass the site's root with --site DIR, or the folder with the Markdown files with --content DIR"
    };
    Some(format!(
        "no posts or pages were found in {} ({generator}), {left_out}; {remedy}; `bloghound posts --skipped` lists the files \
         with the reasons{}",
        folders.join(" and "),
        hint_at_sites_below(&site.links.site_dir)
    ))
}
