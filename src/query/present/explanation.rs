//! What a hit's score is made of, in words for a writer.

use tantivy::DocAddress;
use tantivy::schema::IndexRecordOption;

use super::response::{Explanation, FieldCount, Part, WordMatch};
use crate::analysis::MARKERS;
use crate::index::{IndexError, TextField};
use crate::query::context::Context;
use crate::query::expand::expanded_query::Expansion;
use crate::query::expand::expanded_query::{Need, Pattern, ResolvedQuery, Slot};
use crate::query::rank::features::{Bonus, Features, QueryShape, score_parts};
use crate::query::rank::top_hits::RankedHit;
use crate::query::retrieve::postings::{Segment, seek};

/// Forms of a word that are named.
const MAX_FORMS: usize = 5;

/// Explains a hit.
pub(super) fn explain(
    context: &Context<'_>,
    query: &ResolvedQuery,
    shape: &QueryShape,
    ranked: &RankedHit,
) -> Result<Explanation, IndexError> {
    let mut words = Vec::new();
    for (slot, worth) in query.slots.iter().zip(&shape.worths).filter(|(slot, _)| slot.need != Need::Never) {
        words.push(word_match(context, ranked.candidate.address, slot, *worth)?);
    }
    let Some(features) = &ranked.features else {
        let reason =
            "the order is not by relevance, or the hit is too far down to be ranked closely".to_owned();
        let parts = vec![Part { name: "words", value: ranked.score, reason }];
        return Ok(Explanation { parts, words });
    };
    let (value, bonuses) = score_parts(ranked.candidate.score, features, context.weights);
    let mut parts = vec![Part { name: "words", value, reason: words_reason(&words, ranked, query) }];
    for (bonus, value) in Bonus::ALL.into_iter().zip(bonuses) {
        if value > 0.0 {
            parts.push(Part { name: name(bonus), value, reason: reason(bonus, features) });
        }
    }
    Ok(Explanation { parts, words })
}

fn words_reason(words: &[WordMatch], ranked: &RankedHit, query: &ResolvedQuery) -> String {
    let found = words.iter().filter(|word| !word.found.is_empty());
    let found = found.map(|word| {
        let places: Vec<String> =
            word.found.iter().map(|place| format!("{} {}×", place.field, place.count)).collect();
        let forms =
            if word.forms.is_empty() { String::new() } else { format!(" as {}", word.forms.join(", ")) };
        format!("\"{}\"{forms} ({})", word.word, places.join(", "))
    });
    let mut reason = found.collect::<Vec<_>>().join("; ");
    let slots = query.slots.iter().enumerate().filter(|(_, slot)| slot.need == Need::Should);
    let missing = slots.filter(|(at, _)| ranked.candidate.matched & 1 << at == 0);
    let missing: Vec<String> = missing.map(|(_, slot)| format!("\"{}\"", slot.label)).collect();
    if !missing.is_empty() {
        reason = format!("{reason}; less, because {} is missing", missing.join(", "));
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
            format!("the title has {} of what the words are worth", percent(features.title_coverage))
        }
        Bonus::TitleExact if features.title_same > 0.0 => "the title is the query, word for word".to_owned(),
        Bonus::TitleExact => {
            format!("the title and the query have {} in common", percent(features.title_exact))
        }
        Bonus::Heading => {
            format!("the best heading and the query have {} in common", percent(features.heading_exact))
        }
        Bonus::Proximity if features.proximity > 0.99 => {
            "the words stand side by side, in the order of the query".to_owned()
        }
        Bonus::Proximity => {
            format!("the words stand near to each other: {} of side by side", percent(features.proximity))
        }
        Bonus::Recency => format!("the post is as new as {} of the newest one", percent(features.recency)),
    }
}

fn word_match(
    context: &Context<'_>,
    address: DocAddress,
    slot: &Slot,
    worth: f32,
) -> Result<WordMatch, IndexError> {
    let number = address.segment_ord as usize;
    let segment = Segment { open: &context.snapshot.open_segments()[number], number };
    let mut counts = [0_u32; TextField::ALL.len()];
    let mut forms: Vec<String> = Vec::new();
    for pattern in &slot.patterns {
        for field in pattern.fields {
            let mut starts = Vec::new();
            segment.each_place(pattern, *field, &[address.doc_id], |_, positions, _, _| {
                starts.extend_from_slice(positions);
            })?;
            starts.sort_unstable();
            starts.dedup();
            counts[field.index()] += u32::try_from(starts.len()).unwrap_or(u32::MAX);
        }
        if let [element] = pattern.elements.as_slice() {
            for expansion in element.iter().filter(|expansion| !expansion.term.starts_with(MARKERS)) {
                if forms.len() < MAX_FORMS && has_term(segment, pattern, expansion, address)? {
                    forms.push(expansion.term.clone());
                }
            }
        }
    }
    let found = TextField::ALL.into_iter().zip(counts).filter(|(_, count)| *count > 0);
    Ok(WordMatch {
        word: slot.label.clone(),
        worth,
        forms,
        found: found.map(|(field, count)| FieldCount { field: part_of_post(field), count }).collect(),
    })
}

/// Whether the post has the term in one of the pattern's fields.
fn has_term(
    segment: Segment<'_>,
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

/// How a writer calls a field.
fn part_of_post(field: TextField) -> &'static str {
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
