//! Request to ranked results.
//!
//! A query's text is taken apart ([`parser`]), its words become terms of the dictionary
//! ([`vocabulary`], [`expansion`], [`mod@resolve`]), posts are found and scored by frequencies
//! ([`retrieval`]), the best of them again by the places of their matches ([`mod@matches`],
//! [`ranking`]), and the hits of the page get their snippets ([`snippet`]). [`suggest`] completes
//! what is being typed, [`related`] finds the posts closest to one. Nothing here writes.

pub mod correction;
pub mod expansion;
pub mod explanation;
pub mod facet;
pub mod filter;
pub mod grouping;
mod hit;
mod identity;
pub mod markup;
pub mod matches;
pub mod moment;
pub mod number_set;
pub mod order;
mod page;
pub mod parser;
pub mod postings;
pub mod ranking;
pub mod related;
pub mod request;
pub mod resolve;
pub mod response;
pub mod retrieval;
mod scorer;
pub mod snippet;
pub mod suggest;
pub mod tally;
pub mod typo_distance;
pub mod vocabulary;
pub mod weights;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Instant;

pub use request::{FacetField, Grouping, RawRequest, RequestError, SearchRequest, Sort};
pub use resolve::Synonyms;
pub use response::{Hit, SearchResponse};
pub use weights::Weights;

use crate::analysis::{QueryAnalyzer, SiteAnalyzer};
use crate::config::{TypoLimits, limits};
use crate::content::language::primary_language;
use crate::index::{IndexError, Snapshot};
use correction::correct;
use expansion::Expander;
use facet::FacetCount;
use filter::Conditions;
use grouping::{Versions, describe, group};
use hit::make_hit;
use order::Order;
use page::ranked_page;
use parser::FilterField;
use resolve::{Need, ResolvedQuery, Slot, resolve};
use retrieval::{Candidate, Retrieved, retrieve};

/// Seconds of a day.
const DAY_S: f64 = 86_400.0;

/// What a search looks at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The posts.
    pub snapshot: &'a Snapshot,
    /// The analysis of queries for the languages of the posts.
    pub analyzer: &'a SiteAnalyzer,
    /// Names that mean the same.
    pub synonyms: &'a Synonyms,
    /// The constants of ranking.
    pub weights: &'a Weights,
    /// How many typos words may have.
    pub typos: TypoLimits,
    /// Days in which half of what a post gains by being new is lost.
    pub recency_half_life_days: u32,
    /// Length that a snippet aims at, in characters.
    pub snippet_chars: usize,
}

impl Context<'_> {
    fn expander<'a>(&'a self, analyzer: &'a QueryAnalyzer<'a>, request: &SearchRequest) -> Expander<'a> {
        let max = request.typos.unwrap_or(self.typos.max).min(self.typos.max);
        Expander {
            snapshot: self.snapshot,
            analyzer,
            weights: self.weights,
            typos: TypoLimits { max, ..self.typos },
            guesses: Cell::new(limits::MAX_GUESSED_WORDS),
            expansions: Cell::new(limits::MAX_QUERY_EXPANSIONS),
            is_cut: Cell::new(false),
        }
    }

    /// 1 for a post as new as the newest one, halved with each half-life; 0 without a date. It hangs on
    /// the posts alone: time that passes does not change the order.
    fn recency(&self, order: &Order<'_>, candidate: &Candidate) -> f32 {
        if order.is_evergreen(candidate) {
            return 1.0;
        }
        let (Some(newest), Some(date)) = (self.snapshot.newest(), order.date(candidate)) else { return 0.0 };
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an age")]
        let half_lives =
            (newest.saturating_sub(date) as f64 / DAY_S / f64::from(self.recency_half_life_days)) as f32;
        (-half_lives).exp2()
    }
}

/// Answers a request.
///
/// # Errors
/// When the index cannot be read; never because of the query's text.
pub fn search(context: &Context<'_>, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
    let started = Instant::now();
    let asked = asked_language(request);
    let analyzer = asked.as_ref().unwrap_or(context.analyzer).for_query(&request.query);
    let expander = context.expander(&analyzer, request);
    let Plan { query, conditions, mut warnings } = plan(context, request, &expander)?;
    let (retrieved, versions) = find(context, request, &query, &conditions)?;
    warnings.extend(loose_phrases(&query, retrieved.loose));
    let facets = count_facets(context, request, &query, &conditions, &retrieved.candidates)?;
    let total = retrieved.candidates.len();
    let page = ranked_page(context, request, &query, retrieved)?;
    if request.explain && page.hits.len() > limits::MAX_EXPLAINED {
        warnings.push(format!("only the first {} hits of a page are explained", limits::MAX_EXPLAINED));
    }
    let hits = page.hits.iter().enumerate().map(|(at, ranked)| {
        let is_explained = request.explain && at < limits::MAX_EXPLAINED;
        make_hit(context, (request, is_explained), &query, &page.shape, ranked)
    });
    let hits: Result<Vec<Hit>, IndexError> = hits.collect();
    let mut hits = hits?;
    for (hit, ranked) in hits.iter_mut().zip(&page.hits) {
        if let Some(others) = versions.get(&ranked.candidate.address) {
            hit.versions = describe(context.snapshot, others)?;
        }
    }
    Ok(SearchResponse {
        query: request.query.clone(),
        corrected: correct(&request.query, &query, &expander, total)?,
        total,
        page: request.page,
        limit: request.limit,
        took_us: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        generation: context.snapshot.generation().to_owned(),
        warnings,
        hits,
        facets,
    })
}

/// The ids of the hits of a request, in order: what [`search`] finds, without what is shown of it.
///
/// # Errors
/// When the index cannot be read; never because of the query's text.
pub fn rank(context: &Context<'_>, request: &SearchRequest) -> Result<Vec<String>, IndexError> {
    let asked = asked_language(request);
    let analyzer = asked.as_ref().unwrap_or(context.analyzer).for_query(&request.query);
    let Plan { query, conditions, .. } = plan(context, request, &context.expander(&analyzer, request))?;
    let (retrieved, _) = find(context, request, &query, &conditions)?;
    let page = ranked_page(context, request, &query, retrieved)?;
    page.hits.iter().map(|ranked| context.snapshot.id(ranked.candidate.address)).collect()
}

/// The analysis for the one language that is searched, where only one is.
fn asked_language(request: &SearchRequest) -> Option<SiteAnalyzer> {
    let lang = request.lang.as_ref().filter(|_| request.group == Grouping::None)?;
    Some(SiteAnalyzer::for_languages(&[primary_language(lang)]))
}

/// What is looked for.
struct Plan {
    query: ResolvedQuery,
    conditions: Conditions,
    warnings: Vec<String>,
}

fn plan(context: &Context<'_>, request: &SearchRequest, expander: &Expander<'_>) -> Result<Plan, IndexError> {
    let parsed = parser::parse(&request.query);
    let query = resolve(&parsed, expander, context.synonyms)?;
    let conditions = Conditions::new(request, &parsed.nodes);
    let mut warnings = parsed.warnings;
    if query.is_cut && !warnings.contains(&parser::too_many_words()) {
        warnings.push(parser::too_many_words());
    }
    if query.has_cut_stop_words {
        let most = limits::MAX_STOP_WORDS;
        warnings
            .push(format!("only the first {most} of the words that stand nearly everywhere are searched"));
    }
    let cut = query.cut_prefixes.iter();
    warnings
        .extend(cut.map(|text| format!("`{text}*` stands for the most frequent words that begin so only")));
    warnings.extend(hopeless_slots(&query));
    Ok(Plan { query, conditions, warnings })
}

/// Finds the posts that match, versions of one post grouped where that is asked for.
fn find(
    context: &Context<'_>,
    request: &SearchRequest,
    query: &ResolvedQuery,
    conditions: &Conditions,
) -> Result<(Retrieved, Versions), IndexError> {
    let retrieved = retrieve(context, query, conditions)?;
    match request.group {
        Grouping::None => Ok((retrieved, Versions::new())),
        Grouping::Translations => group(context, retrieved, request.lang.as_deref()),
    }
}

/// Counts the hits by each field that was asked for; a filter on the field itself does not count.
fn count_facets(
    context: &Context<'_>,
    request: &SearchRequest,
    query: &ResolvedQuery,
    conditions: &Conditions,
    candidates: &[Candidate],
) -> Result<BTreeMap<&'static str, Vec<FacetCount>>, IndexError> {
    let mut facets = BTreeMap::new();
    for field in &request.facets {
        let (name, others) = match field {
            FacetField::Category => ("category", conditions.without(FilterField::Category)),
            FacetField::Tag => ("tag", conditions.without(FilterField::Tag)),
            FacetField::Year => ("year", None),
        };
        let counts = match others {
            Some(others) => {
                let (found, _) = find(context, request, query, &others)?;
                facet::count(context, &found.candidates, *field)?
            }
            None => facet::count(context, candidates, *field)?,
        };
        facets.insert(name, counts);
    }
    Ok(facets)
}

/// Tells the reader of words that occur nowhere.
fn hopeless_slots(query: &ResolvedQuery) -> impl Iterator<Item = String> + '_ {
    let is_hopeless = |slot: &&Slot| slot.is_hopeless() && matches!(slot.need, Need::Must | Need::Should);
    let wanted = query.slots.iter().filter(|slot| matches!(slot.need, Need::Must | Need::Should));
    let all_are = wanted.clone().all(Slot::is_hopeless);
    wanted.filter(is_hopeless).map(move |slot| {
        let hint = if slot.need == Need::Must || all_are { "" } else { "; it was left out" };
        format!("\"{}\" occurs in no post{hint}", slot.label)
    })
}

/// Tells the reader of phrases that are not looked for word by word.
fn loose_phrases(query: &ResolvedQuery, loose: u64) -> impl Iterator<Item = String> + '_ {
    let slots = query.slots.iter().enumerate().filter(move |(at, _)| loose & 1 << at != 0);
    slots.map(|(_, slot)| {
        format!("\"{}\" is too common to be looked for as a phrase; its words may stand anywhere", slot.label)
    })
}
