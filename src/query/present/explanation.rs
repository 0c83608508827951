//! Explanations: the parts of a hit's score, with reasons in words.

use tantivy::DocAddress;
use tantivy::schema::IndexRecordOption;

use super::response::{Explanation, FieldCount, ScorePart, WordMatch};
use crate::analysis::MARKERS;
use crate::config::limits;
use crate::index::{IndexError, TextField};
use crate::query::context::Context;
use crate::query::expand::expanded_query::{ExpandedQuery, Expansion, Occur, Pattern, QueryTerm};
use crate::query::rank::features::{Bonus, Features, QueryShape, ScoreParts, score_parts};
use crate::query::rank::top_hits::RankedHit;
use crate::query::retrieve::postings::{NumberedSegment, seek};

/// Explains the score of a hit.
pub(crate) fn explain(
    context: &Context<'_>,
    query: &ExpandedQuery,
    shape: &QueryShape,
    ranked: &RankedHit,
) -> Result<Explanation, IndexError> {
    context.cancellation.check()?;
    let mut words = Vec::new();
    for (term, weight) in query.terms.iter().zip(&shape.term_weights).filter(|(term, _)| term.scoring) {
        words.push(word_match(context, ranked.candidate.address, term, *weight)?);
    }
    let Some(features) = &ranked.features else {
        let reason = "not reranked: the order is not by relevance, or the hit is too far down".to_owned();
        let parts = vec![ScorePart { name: "words", value: ranked.score, reason }];
        return Ok(Explanation { parts, words });
    };
    let ScoreParts { words: value, bonuses } = score_parts(ranked.candidate.score, features, context.weights);
    let mut parts = vec![ScorePart { name: "words", value, reason: words_reason(&words, ranked, query) }];
    for (bonus, value) in Bonus::ALL.into_iter().zip(bonuses) {
        if value > 0.0 {
            parts.push(ScorePart { name: name(bonus), value, reason: reason(bonus, features) });
        }
    }
    Ok(Explanation { parts, words })
}

/// Lists the fields and forms in which the post has the words, and the words that it misses.
fn words_reason(words: &[WordMatch], ranked: &RankedHit, query: &ExpandedQuery) -> String {
    let found = words.iter().filter(|word| !word.found.is_empty());
    let found = found.map(|word| {
        let fields: Vec<String> =
            word.found.iter().map(|found| format!("{} {}×", found.field, found.count)).collect();
        let forms =
            if word.forms.is_empty() { String::new() } else { format!(" as {}", word.forms.join(", ")) };
        format!("\"{}\"{forms} ({})", word.word, fields.join(", "))
    });
    let mut reason = found.collect::<Vec<_>>().join("; ");
    let terms = query.terms.iter().enumerate().filter(|(_, term)| term.occur == Occur::Should);
    let missing = terms.filter(|(at, _)| ranked.candidate.matched & 1 << at == 0);
    let missing: Vec<String> = missing.map(|(_, term)| format!("\"{}\"", term.label)).collect();
    if !missing.is_empty() {
        reason = format!("{reason}; reduced for the missing {}", missing.join(", "));
    }
    reason
}

fn name(bonus: Bonus) -> &'static str {
    match bonus {
        Bonus::Title => "title",
        Bonus::TitleExact => "title_exact",
        Bonus::Heading => "heading",
        Bonus::Proximity => "proximity",
        Bonus::Recency => "recency",
    }
}

fn reason(bonus: Bonus, features: &Features) -> String {
    let percent = |share: f32| format!("{:.0} %", share * 100.0);
    match bonus {
        Bonus::Title if features.title_coverage > 0.99 => "the title has all the words".to_owned(),
        Bonus::Title => {
            format!("the title covers {} of the weight of the words", percent(features.title_coverage))
        }
        Bonus::TitleExact if features.title_same > 0.0 => "the title is the query, word for word".to_owned(),
        Bonus::TitleExact => {
            format!("title match {} (the query and nothing else = 100 %)", percent(features.title_exact))
        }
        Bonus::Heading => {
            format!(
                "best heading match {} (the query and nothing else = 100 %)",
                percent(features.heading_exact)
            )
        }
        Bonus::Proximity if features.proximity > 0.99 => {
            "the words are side by side, in the order of the query".to_owned()
        }
        Bonus::Proximity => {
            format!("proximity {} (side by side = 100 %)", percent(features.proximity))
        }
        Bonus::Recency => format!("recency {} (newest post = 100 %)", percent(features.recency)),
    }
}

/// Counts the matches of a query term in each field of a post.
fn word_match(
    context: &Context<'_>,
    address: DocAddress,
    term: &QueryTerm,
    weight: f32,
) -> Result<WordMatch, IndexError> {
    let ord = address.segment_ord as usize;
    let segment = NumberedSegment { open: &context.snapshot.open_segments()[ord], ord };
    let mut counts = [0_u32; TextField::ALL.len()];
    let mut forms: Vec<String> = Vec::new();
    for pattern in &term.patterns {
        for field in pattern.fields {
            let mut starts = Vec::new();
            segment.each_position(pattern, *field, &[address.doc_id], |found| {
                starts.extend_from_slice(found.positions);
            })?;
            starts.sort_unstable();
            starts.dedup();
            counts[field.index()] += u32::try_from(starts.len()).unwrap_or(u32::MAX);
        }
        if let [element] = pattern.elements.as_slice() {
            for expansion in element.iter().filter(|expansion| !expansion.term.starts_with(MARKERS)) {
                if forms.len() < limits::MAX_EXPLAINED_FORMS
                    && has_term(segment, pattern, expansion, address)?
                {
                    forms.push(expansion.term.clone());
                }
            }
        }
    }
    let found = TextField::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0);
    Ok(WordMatch {
        word: term.label.clone(),
        weight,
        forms,
        found: found.map(|(field, count)| FieldCount { field: display_name(field), count }).collect(),
    })
}

/// Returns whether the post has the term in one of the pattern's fields.
fn has_term(
    segment: NumberedSegment<'_>,
    pattern: &Pattern,
    expansion: &Expansion,
    address: DocAddress,
) -> Result<bool, IndexError> {
    for field in pattern.fields {
        let postings = segment.postings(*field, expansion, IndexRecordOption::Basic)?;
        if postings.is_some_and(|mut postings| seek(&mut postings, address.doc_id) == address.doc_id) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the name of a field in explanations.
fn display_name(field: TextField) -> &'static str {
    match field {
        TextField::Title => "title",
        TextField::Headings => "headings",
        TextField::Labels => "tags",
        TextField::Description => "description",
        TextField::Body => "text",
        TextField::Code => "code",
        TextField::Url => "url",
    }
}
