//! The sections of a post as results of their own.

use std::ops::Range;

use super::window::{SectionMatches, Window, WindowFinder, code_factor, sections_with_matches};
use super::{SnippetMaker, SnippetSource, section_url, title_marks};
use crate::config::limits;
use crate::index::IndexError;
use crate::index::post_store::{PostRecord, StoredSection};
use crate::query::present::response::Snippet;
use crate::query::rank::matches::{Match, PostMatches};
use crate::query::weights;

/// A section of a post that matches a query.
pub(crate) struct MatchedSection<'a> {
    /// 0 for the introduction, which is the title with the text before the first heading; from 1 in the order of the
    /// headings.
    pub(crate) number: usize,
    /// The score of its matches.
    score: f32,
    /// The stored section with its matches; `None` for an introduction without text.
    matches: Option<SectionMatches<'a>>,
}

/// A heading with its matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MarkedHeading {
    /// The level, from 1 to 6.
    pub(crate) level: u8,
    pub(crate) title: String,
    /// Byte ranges of the title that match.
    pub(crate) ranges: Vec<Range<usize>>,
}

/// What is shown of a section.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SectionExcerpt {
    /// The headings above the section and its own one, which is the last; none for the introduction.
    pub(crate) headings: Vec<MarkedHeading>,
    /// The id of the heading; empty without one.
    pub(crate) anchor: String,
    /// The URL of the post, with the anchor.
    pub(crate) url: String,
    /// The text that matches best, or else the beginning; `None` if the section has no text.
    pub(crate) snippet: Option<Snippet>,
    /// Whether the title or heading matches.
    pub(crate) is_title_match: bool,
}

/// Returns the number of sections of a post with this many headings, the introduction included.
pub(crate) fn count_sections(headings: usize) -> usize {
    headings + 1
}

/// Returns all sections of a post, in reading order.
///
/// # Errors
/// If the record is damaged.
pub(crate) fn all_sections<'a>(record: &PostRecord<'a>) -> Result<Vec<MatchedSection<'a>>, IndexError> {
    let mut sections = Vec::with_capacity(record.num_sections() + 1);
    for at in 0..record.num_sections() {
        let section = record.section(at)?;
        if at == 0 && section.level > 0 {
            sections.push(MatchedSection { number: 0, score: 0.0, matches: None });
        }
        let matches = Some(SectionMatches { section, in_heading: 0..0, in_content: 0..0 });
        sections.push(MatchedSection { number: sections.len(), score: 0.0, matches });
    }
    if sections.is_empty() {
        sections.push(MatchedSection { number: 0, score: 0.0, matches: None });
    }
    Ok(sections)
}

/// Returns the sections of a post that match, best first.
///
/// A section matches if it contains a query term and, together with the title of the post, as many as any section.
/// The title counts as the heading of the introduction. A post that matches in neither matches by its introduction.
///
/// # Errors
/// If the record is damaged.
pub(crate) fn matched_sections<'a>(
    record: &PostRecord<'a>,
    matches: &PostMatches,
    term_weights: &[f32],
) -> Result<Vec<MatchedSection<'a>>, IndexError> {
    let first_number = usize::from(record.num_sections() > 0 && record.section(0)?.level > 0);
    let mut sections = Vec::new();
    for section in sections_with_matches(record, &matches.text)? {
        let number = first_number + record.section_of(section.section.first_position);
        sections.push(MatchedSection { number, score: 0.0, matches: Some(section) });
    }
    let has_introduction = sections.first().is_some_and(|section| section.number == 0);
    if !has_introduction && (!matches.title.is_empty() || sections.is_empty()) {
        let stored = (first_number == 0 && record.num_sections() > 0).then(|| record.section(0));
        let section = stored.transpose()?;
        let own = section.map(|section| SectionMatches { section, in_heading: 0..0, in_content: 0..0 });
        sections.insert(0, MatchedSection { number: 0, score: 0.0, matches: own });
    }
    let title_terms = terms_of(&matches.title);
    let mut most = 0;
    let mut terms = Vec::with_capacity(sections.len());
    for section in &mut sections {
        let (in_heading, in_content) = section.matches_in(matches);
        let own = terms_of(in_heading) | terms_of(in_content);
        section.score = score(in_heading, in_content, term_weights);
        terms.push((own | title_terms).count_ones());
        most = most.max((own | title_terms).count_ones());
    }
    let mut terms = terms.into_iter();
    sections.retain(|_| terms.next() == Some(most));
    sections.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.number.cmp(&b.number)));
    Ok(sections)
}

impl MatchedSection<'_> {
    /// Returns its matches in the heading and in the content.
    fn matches_in<'m>(&self, matches: &'m PostMatches) -> (&'m [Match], &'m [Match]) {
        let own = self.matches.as_ref();
        let in_heading = own.map_or(0..0, |own| own.in_heading.clone());
        let in_content = own.map_or(0..0, |own| own.in_content.clone());
        let in_heading = if self.number == 0 { &matches.title[..] } else { &matches.text[in_heading] };
        (in_heading, &matches.text[in_content])
    }
}

/// Returns the query terms of the matches, as bits.
fn terms_of(matches: &[Match]) -> u64 {
    matches.iter().fold(0, |terms, found| terms | 1 << found.term)
}

/// Returns the score of the best match of each query term. A match in the heading counts in addition, so that the
/// sections about a word precede those that mention it.
fn score(in_heading: &[Match], in_content: &[Match], term_weights: &[f32]) -> f32 {
    let mut best = [[0.0_f32; 2]; u64::BITS as usize];
    let in_heading = in_heading.iter().map(|found| (found, 0, weights::SNIPPET_HEADING));
    let in_content = in_content.iter().map(|found| (found, 1, code_factor(found)));
    for (found, part, factor) in in_heading.chain(in_content) {
        let weight = term_weights.get(found.term).copied().unwrap_or_default();
        let best = &mut best[found.term][part];
        *best = best.max(weight * found.quality * factor);
    }
    best.iter().flatten().sum()
}

/// Makes the excerpt of a section, with a snippet of about `max_chars` characters.
///
/// # Errors
/// If the text of the post cannot be read.
pub(crate) fn section_excerpt(
    source: SnippetSource<'_>,
    matches: &PostMatches,
    term_weights: &[f32],
    max_chars: usize,
    section: &MatchedSection<'_>,
) -> Result<SectionExcerpt, IndexError> {
    let is_title_match = !section.matches_in(matches).0.is_empty();
    let Some(SectionMatches { section: stored, in_heading, in_content }) = &section.matches else {
        let snippet = Some(SnippetMaker::description_of(source, max_chars));
        let (headings, anchor, url) = (Vec::new(), String::new(), source.url.to_owned());
        return Ok(SectionExcerpt { headings, anchor, url, snippet, is_title_match });
    };
    let own =
        [SectionMatches { section: *stored, in_heading: in_heading.clone(), in_content: in_content.clone() }];
    let width = u32::try_from(source.record.positions_of(max_chars).max(1)).unwrap_or(u32::MAX);
    let finder = WindowFinder::new(matches, term_weights, width, &own);
    let beginning = || Window { section: 0, matches: in_content.start..in_content.start, score: 0.0 };
    let window = finder.best(|_| true).unwrap_or_else(beginning);
    let maker = SnippetMaker { source, finder: &finder, max_chars };
    let has_text = source.record.num_blocks() > 0;
    let snippet = if has_text { maker.snippet(&window)? } else { None };
    let mut headings = headings_above(source.record, stored)?;
    if stored.level > 0 {
        let ranges = title_marks(stored.title, stored.first_position, &matches.text[in_heading.clone()]);
        headings.push(MarkedHeading { level: stored.level, title: stored.title.to_owned(), ranges });
    }
    let anchor = stored.anchor.to_owned();
    let url = if anchor.is_empty() { source.url.to_owned() } else { section_url(source.url, &anchor) };
    Ok(SectionExcerpt { headings, anchor, url, snippet, is_title_match })
}

/// Returns the headings to which a section belongs, from the outermost.
fn headings_above(
    record: &PostRecord<'_>,
    section: &StoredSection<'_>,
) -> Result<Vec<MarkedHeading>, IndexError> {
    let mut above = Vec::new();
    let mut level = section.level;
    let before = (0..record.section_of(section.first_position)).rev();
    for at in before.take(limits::MAX_SECTIONS_ABOVE) {
        if level <= 1 {
            break;
        }
        let StoredSection { title, level: other, .. } = record.section(at)?;
        if (1..level).contains(&other) {
            level = other;
            above.push(MarkedHeading { level, title: title.to_owned(), ranges: Vec::new() });
        }
    }
    above.reverse();
    Ok(above)
}
