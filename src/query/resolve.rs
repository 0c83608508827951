//! A parsed query to what retrieval looks for: slots of patterns of terms.

use super::expansion::{Expander, Expansion};
use super::parser::{Node, ParsedQuery, SearchField, Unit};
use crate::analysis::{Analysis, TokenKind, is_stop_word};
use crate::config::limits;
use crate::index::{IndexError, TextField};

/// Terms at one place of a pattern, of which one is enough.
pub type Element = Vec<Expansion>;

/// One word, or the words of a phrase one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The places; never empty.
    pub elements: Vec<Element>,
    /// It has to stand in the title.
    pub in_title: bool,
}

impl Pattern {
    /// The fields in which it may stand.
    #[must_use]
    pub fn fields(&self) -> &'static [TextField] {
        searched_fields(self.in_title)
    }

    /// Whether no term of the index fits one of its places.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.elements.iter().any(Vec::is_empty)
    }
}

/// What a post without the slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// No hit: the reader asked for it with quotes or a field.
    Must,
    /// A lesser hit.
    Should,
    /// As good a hit: a stop word, or a compound whose words are slots already.
    May,
}

/// One thing that the query looks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// How it was typed.
    pub label: String,
    /// Ways to match it, of which one is enough.
    pub patterns: Vec<Pattern>,
    /// What a post without it is.
    pub need: Need,
    /// It is a stop word.
    pub is_stop_word: bool,
}

impl Slot {
    /// Whether no post can match it.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.patterns.iter().all(Pattern::is_hopeless)
    }
}

/// A query in terms of the index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResolvedQuery {
    /// What is looked for, in the order of the query.
    pub slots: Vec<Slot>,
    /// Posts that match one of these are no hits.
    pub excluded: Vec<Pattern>,
    /// Something was typed, but nothing with a letter or digit: no post can match it.
    pub is_unanswerable: bool,
    /// There were more words than are searched.
    pub is_cut: bool,
}

/// The fields in which words stand.
#[must_use]
pub fn searched_fields(in_title: bool) -> &'static [TextField] {
    if in_title { &[TextField::Title] } else { &TextField::ALL }
}

/// Finds the terms of a parsed query in the dictionary.
///
/// # Errors
/// When the dictionary cannot be read.
pub fn resolve(parsed: &ParsedQuery, expander: &Expander<'_>) -> Result<ResolvedQuery, IndexError> {
    let mut query = ResolvedQuery::default();
    let (mut wanted, mut excluded) = (Vec::new(), Vec::new());
    for node in &parsed.nodes {
        match node {
            Node::Not(inner) => excluded.extend(units(inner)),
            other => wanted.push(units(other)),
        }
    }
    wanted.retain(|alternatives| !alternatives.is_empty());
    for alternatives in &wanted {
        query.add_clause(alternatives, expander)?;
    }
    query.is_cut |= query.slots.len() > limits::MAX_QUERY_WORDS;
    query.slots.truncate(limits::MAX_QUERY_WORDS);
    query.is_unanswerable = query.slots.is_empty() && !wanted.is_empty();
    for unit in excluded {
        query.excluded.extend(excluded_pattern(unit, expander));
    }
    // A query of stop words alone means them.
    if query.slots.iter().all(|slot| slot.need == Need::May) {
        for slot in query.slots.iter_mut().filter(|slot| slot.is_stop_word) {
            slot.need = Need::Should;
        }
    }
    Ok(query)
}

/// The units of which one is enough.
fn units(node: &Node) -> Vec<&Unit> {
    match node {
        Node::Unit(unit) => vec![unit],
        Node::Any(nodes) => nodes.iter().flat_map(units).collect(),
        Node::Filter(_) | Node::Not(_) | Node::All(_) => Vec::new(),
    }
}

fn in_title(unit: &Unit) -> bool {
    unit.field == Some(SearchField::Title)
}

impl ResolvedQuery {
    fn add_clause(&mut self, alternatives: &[&Unit], expander: &Expander<'_>) -> Result<(), IndexError> {
        match alternatives {
            [unit] if !unit.is_phrase => self.add_words(unit, expander),
            alternatives => self.add_alternatives(alternatives, expander),
        }
    }

    /// The words of one unit: a slot each, and one for each compound that they make.
    fn add_words(&mut self, unit: &Unit, expander: &Expander<'_>) -> Result<(), IndexError> {
        let analysis = expander.analyzer.analyze(&unit.text);
        let words = surface_words(&analysis);
        let need = if in_title(unit) { Need::Must } else { Need::Should };
        let last = words.len().wrapping_sub(1);
        // One word between blanks may be hundreds of words joined by marks.
        let room = limits::MAX_QUERY_WORDS.saturating_sub(self.slots.len());
        self.is_cut |= words.len() > room;
        for (at, word) in words.iter().enumerate().take(room) {
            let fields = searched_fields(in_title(unit));
            let ends_unit = analysis.positions[word.position].end == unit.text.len();
            let terms = expander.expand(
                word.term,
                (unit.is_open || unit.is_prefix) && at == last && ends_unit,
                fields,
            )?;
            let is_stop_word = is_stop_word(word.term);
            self.slots.push(Slot {
                label: unit.text[analysis.positions[word.position].clone()].to_owned(),
                patterns: vec![Pattern { elements: vec![terms], in_title: in_title(unit) }],
                need: if is_stop_word && need == Need::Should { Need::May } else { need },
                is_stop_word,
            });
        }
        for token in analysis.tokens.iter().filter(|token| token.kind == TokenKind::Compound) {
            let expansion = Expansion { span: token.span, ..Expansion::new(token.term.clone(), 1.0) };
            self.slots.push(Slot {
                label: token.term.clone(),
                patterns: vec![Pattern { elements: vec![vec![expansion]], in_title: in_title(unit) }],
                need: Need::May,
                is_stop_word: false,
            });
        }
        Ok(())
    }

    /// One slot for phrases and for units joined by `OR`.
    fn add_alternatives(&mut self, units: &[&Unit], expander: &Expander<'_>) -> Result<(), IndexError> {
        let mut patterns = Vec::new();
        for unit in units {
            let analysis = expander.analyzer.analyze(&unit.text);
            let words = surface_words(&analysis);
            let fields = searched_fields(in_title(unit));
            let last = words.len().wrapping_sub(1);
            let mut elements = Vec::with_capacity(words.len());
            self.is_cut |= words.len() > limits::MAX_QUERY_WORDS;
            for (at, word) in words.iter().enumerate().take(limits::MAX_QUERY_WORDS) {
                let is_open = (unit.is_open || unit.is_prefix) && at == last;
                let is_exact = unit.is_phrase || words.len() > 1;
                elements.push(if is_exact && !is_open {
                    vec![Expansion::new(word.term.to_owned(), 1.0)]
                } else {
                    expander.expand(word.term, is_open, fields)?
                });
            }
            if !elements.is_empty() {
                patterns.push(Pattern { elements, in_title: in_title(unit) });
            }
        }
        if !patterns.is_empty() {
            let labels: Vec<&str> = units.iter().map(|unit| unit.text.as_str()).collect();
            let is_demanded = units.iter().any(|unit| unit.is_phrase || in_title(unit));
            let need = if is_demanded { Need::Must } else { Need::Should };
            self.slots.push(Slot { label: labels.join(" OR "), patterns, need, is_stop_word: false });
        }
        Ok(())
    }
}

/// A word is left out with its inflections; several words together, as a phrase.
fn excluded_pattern(unit: &Unit, expander: &Expander<'_>) -> Option<Pattern> {
    let analysis = expander.analyzer.analyze(&unit.text);
    let words = surface_words(&analysis);
    let elements: Vec<Element> = match words.as_slice() {
        [] => return None,
        [word] if !unit.is_phrase => vec![expander.inflections(word.term)],
        words => words.iter().map(|word| vec![Expansion::new(word.term.to_owned(), 1.0)]).collect(),
    };
    Some(Pattern { elements, in_title: in_title(unit) })
}

struct SurfaceWord<'a> {
    term: &'a str,
    position: usize,
}

fn surface_words(analysis: &Analysis) -> Vec<SurfaceWord<'_>> {
    let surfaces = analysis.tokens.iter().filter(|token| token.kind == TokenKind::Surface);
    surfaces.map(|token| SurfaceWord { term: &token.term, position: token.position as usize }).collect()
}
