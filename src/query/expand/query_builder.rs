//! The units of a query to slots.

use super::expanded_query::{Element, Expansion, Need, Pattern, Requirement, ResolvedQuery, Slot};
use super::expander::Expander;
use crate::analysis::QueryWord;
use crate::config::limits;
use crate::index::{IndexError, TextField};
use crate::query::language::syntax_tree::{Node, ParsedQuery, SearchField, Unit};
use crate::query::synonyms::Synonyms;

/// Where words stand that are looked for without a field.
const ANYWHERE: &[TextField] = &TextField::ALL;
/// Where words that are not wanted must not stand: what a post is filed under says little of it.
const IN_TEXT: &[TextField] =
    &[TextField::Title, TextField::Headings, TextField::Description, TextField::Body, TextField::Code];

/// A word of the query that may be joined with its neighbours, or have synonyms.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlainWord {
    pub(super) slot: usize,
    pub(super) surface: String,
    /// It follows the word before it in the query.
    pub(super) follows: bool,
}

/// Finds the terms of a parsed query in the dictionary.
///
/// # Errors
/// When the dictionary cannot be read.
pub(crate) fn resolve(
    parsed: &ParsedQuery,
    expander: &Expander<'_>,
    synonyms: &Synonyms,
) -> Result<ResolvedQuery, IndexError> {
    let mut builder = Builder::new(expander);
    for node in &parsed.nodes {
        builder.add_wanted(node)?;
    }
    builder.add_variants(synonyms)?;
    let mut query = builder.finish();
    let is_condition = |node: &Node| match node {
        Node::Filter(_) => true,
        Node::Not(inner) => matches!(**inner, Node::Filter(_)),
        _ => false,
    };
    let has_words = parsed.nodes.iter().any(|node| !is_condition(node));
    query.is_unanswerable = query.slots.is_empty() && query.requirements.is_empty() && has_words;
    query.find_lists(expander.snapshot)?;
    // A query of stop words alone means them.
    if !query.slots.iter().any(|slot| matches!(slot.need, Need::Must | Need::Should)) {
        for slot in query.slots.iter_mut().filter(|slot| slot.is_stop_word && slot.need == Need::May) {
            slot.need = Need::Should;
        }
    }
    Ok(query)
}

/// Puts a [`ResolvedQuery`] together.
pub(super) struct Builder<'a> {
    pub(super) expander: &'a Expander<'a>,
    pub(super) query: ResolvedQuery,
    pub(super) plain: Vec<PlainWord>,
    /// The last node was plain words.
    goes_on: bool,
}

/// Whether what is looked for is wanted or must not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Wanted,
    Excluded,
}

impl<'a> Builder<'a> {
    pub(super) fn new(expander: &'a Expander<'a>) -> Self {
        Self { expander, query: ResolvedQuery::default(), plain: Vec::new(), goes_on: false }
    }

    pub(super) fn finish(self) -> ResolvedQuery {
        self.query
    }

    /// Adds a node of the query's top. Filters there are conditions already.
    pub(super) fn add_wanted(&mut self, node: &Node) -> Result<(), IndexError> {
        match node {
            Node::Unit(unit) if !unit.is_phrase => return self.add_words(unit),
            Node::Unit(unit) => self.add_one_of(&[unit])?,
            Node::Filter(_) => {}
            Node::Any(nodes) => match units(nodes) {
                Some(units) => self.add_one_of(&units)?,
                None => self.require(node)?,
            },
            Node::Not(inner) if matches!(**inner, Node::Filter(_)) => {}
            Node::All(_) | Node::Not(_) => self.require(node)?,
        }
        self.goes_on = false;
        Ok(())
    }

    /// Adds a slot, or takes note of a repetition; `None` where there is no more room.
    fn push(&mut self, slot: Slot) -> Option<usize> {
        let is_same = |known: &Slot| {
            known.patterns == slot.patterns && known.need == slot.need && known.label == slot.label
        };
        if let Some(at) = self.query.slots.iter().position(is_same) {
            self.query.slots[at].count = self.query.slots[at].count.saturating_add(1);
            return Some(at);
        }
        if self.query.slots.len() >= limits::MAX_QUERY_SLOTS {
            self.query.is_cut = true;
            return None;
        }
        self.query.slots.push(slot);
        Some(self.query.slots.len() - 1)
    }

    /// Notes where a trailing `*` stood for more words than are looked for. While typing that is usual.
    fn note_cut(&mut self, unit: &Unit) {
        if self.expander.is_cut.take() && unit.is_prefix && !self.query.cut_prefixes.contains(&unit.text) {
            self.query.cut_prefixes.push(unit.text.clone());
        }
    }

    /// The words of one unit: a slot each, and one for each compound that they make.
    fn add_words(&mut self, unit: &Unit) -> Result<(), IndexError> {
        let mut words = self.expander.analyzer.analyze(&unit.text).words;
        if self.query.slots.len() + words.len() > limits::MAX_QUERY_SLOTS {
            // What others cover goes first: a question in Chinese has twice as many pairs as words.
            words.retain(|word| !word.is_optional);
        }
        let last = words.iter().rposition(|word| !word.surface.is_empty());
        let need = if unit.field.is_some() { Need::Must } else { Need::Should };
        for (at, word) in words.iter().enumerate() {
            // One word between blanks may be hundreds of words joined by marks.
            if !word.surface.is_empty() && self.query.sequence.len() >= limits::MAX_QUERY_WORDS {
                self.query.is_cut = true;
                continue;
            }
            if word.is_stop_word && need == Need::Should && self.has_enough_stop_words() {
                self.query.has_cut_stop_words = true;
                continue;
            }
            let is_open = is_open(unit) && Some(at) == last && word.range.end == unit.text.len();
            let Some(slot) = self.word_slot(unit, word, is_open, need)? else { break };
            if word.surface.is_empty() {
                continue;
            }
            self.query.sequence.push(slot);
            if unit.field.is_none() {
                let surface = word.surface.clone();
                self.plain.push(PlainWord { slot, surface, follows: self.goes_on });
                self.goes_on = true;
            }
        }
        self.note_cut(unit);
        Ok(())
    }

    fn has_enough_stop_words(&self) -> bool {
        self.query.slots.iter().filter(|slot| slot.is_stop_word).count() >= limits::MAX_STOP_WORDS
    }

    fn word_slot(
        &mut self,
        unit: &Unit,
        word: &QueryWord,
        is_open: bool,
        need: Need,
    ) -> Result<Option<usize>, IndexError> {
        let expanded = self.expander.expand(word, is_open)?;
        let is_optional = word.is_optional && (need == Need::Should || !word.is_stop_word);
        let start = unit.range.start;
        Ok(self.push(Slot {
            label: unit.text[word.range.clone()].to_owned(),
            patterns: vec![Pattern { elements: vec![expanded.terms], fields: fields(unit), quality: 1.0 }],
            need: if is_optional { Need::May } else { need },
            is_stop_word: word.is_stop_word,
            count: 1,
            range: start + word.range.start..start + word.range.end,
            correction: expanded.correction,
        }))
    }

    /// One slot for a phrase, or for units of which one is enough.
    fn add_one_of(&mut self, units: &[&Unit]) -> Result<(), IndexError> {
        let mut patterns = Vec::with_capacity(units.len());
        let mut correction = None;
        for unit in units {
            let (pattern, corrected) = self.pattern(unit)?;
            self.note_cut(unit);
            patterns.extend(pattern);
            correction = correction.or(corrected).filter(|_| units.len() == 1);
        }
        if patterns.is_empty() {
            return Ok(());
        }
        let labels: Vec<&str> = units.iter().map(|unit| unit.text.as_str()).collect();
        let is_demanded = units.iter().any(|unit| unit.is_phrase || unit.field.is_some());
        let range = if let [unit] = units { unit.range.clone() } else { 0..0 };
        self.push(Slot {
            label: labels.join(" OR "),
            patterns,
            need: if is_demanded { Need::Must } else { Need::Should },
            is_stop_word: false,
            count: 1,
            range,
            correction,
        });
        Ok(())
    }

    /// The unit as one pattern: a word in all its forms, or several as they are, one after the other.
    fn pattern(&mut self, unit: &Unit) -> Result<(Option<Pattern>, Option<String>), IndexError> {
        let analysis = self.expander.analyzer.analyze(&unit.text);
        let count = analysis.surfaces.len();
        let last_word = analysis.words.iter().rfind(|word| Some(&word.surface) == analysis.surfaces.last());
        let mut elements: Vec<Element> = Vec::with_capacity(count);
        let mut correction = None;
        self.query.is_cut |= count > limits::MAX_QUERY_WORDS;
        for (at, surface) in analysis.surfaces.iter().enumerate().take(limits::MAX_QUERY_WORDS) {
            let is_last = at + 1 == count;
            let is_exact = unit.is_phrase || count > 1;
            elements.push(match last_word {
                Some(word) if is_last && !is_exact => {
                    let expanded = self.expander.expand(word, is_open(unit))?;
                    correction = expanded.correction;
                    expanded.terms
                }
                Some(word) if is_last && is_open(unit) => self.expander.begin(word)?,
                _ => vec![Expansion::new(surface.clone(), 1.0)],
            });
        }
        let pattern = Pattern { elements, fields: fields(unit), quality: 1.0 };
        Ok(((!pattern.elements.is_empty()).then_some(pattern), correction))
    }

    /// What must hold beside the words: groups, and what must not be there.
    fn require(&mut self, node: &Node) -> Result<(), IndexError> {
        let requirement = self.requirement(node, Wish::Wanted)?;
        self.query.requirements.extend(requirement);
        Ok(())
    }

    fn requirement(&mut self, node: &Node, wish: Wish) -> Result<Option<Requirement>, IndexError> {
        Ok(match node {
            Node::Unit(unit) => self.required_unit(unit, wish)?.map(Requirement::Slot),
            Node::Filter(filter) => {
                self.query.filters.push(filter.clone());
                Some(Requirement::Filter(self.query.filters.len() - 1))
            }
            Node::Not(inner) => {
                let other = if wish == Wish::Wanted { Wish::Excluded } else { Wish::Wanted };
                self.requirement(inner, other)?.map(|inner| Requirement::Not(Box::new(inner)))
            }
            Node::All(nodes) => group(self.requirements(nodes, wish)?, Requirement::All),
            Node::Any(nodes) => group(self.requirements(nodes, wish)?, Requirement::Any),
        })
    }

    fn requirements(&mut self, nodes: &[Node], wish: Wish) -> Result<Vec<Requirement>, IndexError> {
        let mut found = Vec::with_capacity(nodes.len());
        for node in nodes {
            found.extend(self.requirement(node, wish)?);
        }
        Ok(found)
    }

    /// The slot of a unit in a group, or of one that is not wanted; what has no letter is not required.
    fn required_unit(&mut self, unit: &Unit, wish: Wish) -> Result<Option<usize>, IndexError> {
        let (pattern, correction) = match wish {
            Wish::Wanted => self.pattern(unit)?,
            Wish::Excluded => (self.excluded_pattern(unit)?, None),
        };
        self.note_cut(unit);
        let Some(pattern) = pattern else { return Ok(None) };
        let need = if wish == Wish::Wanted { Need::May } else { Need::Never };
        Ok(self.push(Slot {
            label: unit.text.clone(),
            patterns: vec![pattern],
            need,
            is_stop_word: false,
            count: 1,
            range: unit.range.clone(),
            correction,
        }))
    }

    /// A word is left out with its inflections; several words together, as a phrase.
    fn excluded_pattern(&self, unit: &Unit) -> Result<Option<Pattern>, IndexError> {
        let analysis = self.expander.analyzer.analyze(&unit.text);
        let elements: Vec<Element> = match (analysis.surfaces.as_slice(), analysis.words.first()) {
            ([], _) => return Ok(None),
            ([_], Some(word)) if unit.is_prefix => vec![self.expander.begin(word)?],
            ([_], Some(word)) if !unit.is_phrase => vec![self.expander.inflections(word)],
            (surfaces, _) => surfaces.iter().map(|word| vec![Expansion::new(word.clone(), 1.0)]).collect(),
        };
        let fields = if unit.field.is_some() { fields(unit) } else { IN_TEXT };
        Ok(Some(Pattern { elements, fields, quality: 1.0 }))
    }
}

/// The nodes as units, if that is what all of them are.
fn units(nodes: &[Node]) -> Option<Vec<&Unit>> {
    let mut units = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Node::Unit(unit) = node else { return None };
        units.push(unit);
    }
    Some(units)
}

fn group(mut members: Vec<Requirement>, join: fn(Vec<Requirement>) -> Requirement) -> Option<Requirement> {
    if members.len() > 1 { Some(join(members)) } else { members.pop() }
}

fn is_open(unit: &Unit) -> bool {
    unit.is_open || unit.is_prefix
}

fn fields(unit: &Unit) -> &'static [TextField] {
    match unit.field {
        None => ANYWHERE,
        Some(SearchField::Title) => &[TextField::Title],
        Some(SearchField::Heading) => &[TextField::Headings],
        Some(SearchField::Code) => &[TextField::Code],
    }
}
