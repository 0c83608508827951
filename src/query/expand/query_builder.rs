//! The query builder: syntax tree to query terms and requirements.

use super::edit_distance::MatchMode;
use super::expanded_query::{
    ExpandedQuery, Expansion, Occur, Pattern, QueryTerm, Requirement, TermAlternatives,
};
use super::expander::Expander;
use crate::analysis::QueryWord;
use crate::config::limits;
use crate::index::{IndexError, TextField};
use crate::query::language::syntax_tree::{Literal, Node, ParsedQuery, SearchField};
use crate::query::synonyms::Synonyms;

/// The fields searched for words without a field.
const ALL_FIELDS: &[TextField] = &TextField::ALL;
/// The fields searched for excluded words; a match in labels or the URL is too weak to exclude a post.
const EXCLUSION_FIELDS: &[TextField] =
    &[TextField::Title, TextField::Headings, TextField::Description, TextField::Body, TextField::Code];

/// A query word without operators or field, which may be joined with its neighbours or have synonyms.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlainWord {
    pub(super) term: usize,
    pub(super) folded: String,
    /// Whether it directly follows the previous plain word.
    pub(super) is_adjacent: bool,
}

/// Expands a parsed query to the terms of the dictionary.
///
/// # Errors
/// If the dictionary cannot be read.
pub(crate) fn expand_query(
    parsed: &ParsedQuery,
    expander: &Expander<'_>,
    synonyms: &Synonyms,
) -> Result<ExpandedQuery, IndexError> {
    let mut builder = QueryBuilder::new(expander);
    for node in &parsed.nodes {
        builder.add_top_level(node)?;
    }
    builder.add_variants(synonyms)?;
    let mut query = builder.finish();
    let is_filter = |node: &Node| match node {
        Node::Filter(_) => true,
        Node::Not(inner) => matches!(**inner, Node::Filter(_)),
        _ => false,
    };
    let has_words = parsed.nodes.iter().any(|node| !is_filter(node));
    query.is_unsearchable = query.terms.is_empty() && query.requirements.is_empty() && has_words;
    query.look_up_postings(expander.snapshot)?;
    // A query that consists of stop words only searches for them.
    if !query.terms.iter().any(QueryTerm::is_required_or_expected) {
        for term in query.terms.iter_mut().filter(|term| term.is_stop_word && term.occur == Occur::May) {
            term.occur = Occur::Should;
        }
    }
    Ok(query)
}

/// Builds an [`ExpandedQuery`].
pub(super) struct QueryBuilder<'a> {
    pub(super) expander: &'a Expander<'a>,
    pub(super) query: ExpandedQuery,
    pub(super) plain: Vec<PlainWord>,
    /// Whether the previous node was plain words.
    previous_is_plain: bool,
}

/// Whether a node is required to match or excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Polarity {
    Positive,
    Negative,
}

impl<'a> QueryBuilder<'a> {
    pub(super) fn new(expander: &'a Expander<'a>) -> Self {
        Self { expander, query: ExpandedQuery::default(), plain: Vec::new(), previous_is_plain: false }
    }

    pub(super) fn finish(self) -> ExpandedQuery {
        self.query
    }

    /// Adds a top-level node. Top-level filters are ignored here: the search filters apply them.
    pub(super) fn add_top_level(&mut self, node: &Node) -> Result<(), IndexError> {
        match node {
            Node::Literal(literal) if !literal.is_phrase => return self.add_words(literal),
            Node::Literal(literal) => self.add_alternatives(&[literal])?,
            Node::Filter(_) => {}
            Node::Any(nodes) => match literals(nodes) {
                Some(literals) => self.add_alternatives(&literals)?,
                None => self.require(node)?,
            },
            Node::Not(inner) if matches!(**inner, Node::Filter(_)) => {}
            Node::All(_) | Node::Not(_) => self.require(node)?,
        }
        self.previous_is_plain = false;
        Ok(())
    }

    /// Adds a query term, or counts a repetition. Returns its index, or `None` if the limit is reached.
    fn add_term(&mut self, term: QueryTerm) -> Option<usize> {
        let is_same = |known: &QueryTerm| {
            known.patterns == term.patterns
                && (known.occur, known.scoring) == (term.occur, term.scoring)
                && known.label == term.label
        };
        if let Some(at) = self.query.terms.iter().position(is_same) {
            self.query.terms[at].count = self.query.terms[at].count.saturating_add(1);
            return Some(at);
        }
        if self.query.terms.len() >= limits::MAX_QUERY_TERMS {
            self.query.has_dropped_words = true;
            return None;
        }
        self.query.terms.push(term);
        Some(self.query.terms.len() - 1)
    }

    /// Records a typed `*` that matched more words than are searched. For unfinished words that is normal.
    fn note_truncated_prefix(&mut self, literal: &Literal) {
        if self.expander.is_truncated.take()
            && literal.is_prefix
            && !self.query.truncated_prefixes.contains(&literal.text)
        {
            self.query.truncated_prefixes.push(literal.text.clone());
        }
    }

    /// Adds a query term for each word of a literal and each compound that its words form.
    fn add_words(&mut self, literal: &Literal) -> Result<(), IndexError> {
        let mut words = self.expander.analyzer.analyze(&literal.text).words;
        if self.query.terms.len() + words.len() > limits::MAX_QUERY_TERMS {
            // Drop redundant terms first: a Chinese question has twice as many character pairs as words.
            words.retain(|word| !word.is_optional);
        }
        let last = words.iter().rposition(|word| !word.folded.is_empty());
        let occur = if literal.field.is_some() { Occur::Must } else { Occur::Should };
        for (at, word) in words.iter().enumerate() {
            // Text without spaces can contain hundreds of words joined by punctuation.
            if !word.folded.is_empty() && self.query.sequence.len() >= limits::MAX_QUERY_WORDS {
                self.query.has_dropped_words = true;
                continue;
            }
            if word.is_stop_word && occur == Occur::Should && self.has_enough_stop_words() {
                self.query.has_dropped_stop_words = true;
                continue;
            }
            let is_last = Some(at) == last && word.range.end == literal.text.len();
            let mode = if is_last { mode_of(literal) } else { MatchMode::Whole };
            let Some(term) = self.add_word_term(literal, word, mode, occur)? else { break };
            if word.folded.is_empty() {
                continue;
            }
            self.query.sequence.push(term);
            if literal.field.is_none() {
                let folded = word.folded.clone();
                self.plain.push(PlainWord { term, folded, is_adjacent: self.previous_is_plain });
                self.previous_is_plain = true;
            }
        }
        self.note_truncated_prefix(literal);
        Ok(())
    }

    fn has_enough_stop_words(&self) -> bool {
        self.query.terms.iter().filter(|term| term.is_stop_word).count() >= limits::MAX_STOP_WORDS
    }

    fn add_word_term(
        &mut self,
        literal: &Literal,
        word: &QueryWord,
        mode: MatchMode,
        occur: Occur,
    ) -> Result<Option<usize>, IndexError> {
        let expanded = self.expander.expand(word, mode)?;
        let is_optional = word.is_optional && (occur == Occur::Should || !word.is_stop_word);
        let start = literal.range.start;
        Ok(self.add_term(QueryTerm {
            label: literal.text[word.range.clone()].to_owned(),
            patterns: vec![Pattern {
                elements: vec![expanded.expansions],
                fields: fields(literal),
                quality: 1.0,
            }],
            occur: if is_optional { Occur::May } else { occur },
            scoring: true,
            is_stop_word: word.is_stop_word,
            count: 1,
            range: start + word.range.start..start + word.range.end,
            correction: expanded.correction,
        }))
    }

    /// Adds one query term for a phrase or for the alternatives of an `OR`.
    fn add_alternatives(&mut self, literals: &[&Literal]) -> Result<(), IndexError> {
        let mut patterns = Vec::with_capacity(literals.len());
        let mut correction = None;
        for literal in literals {
            let (pattern, corrected) = self.pattern(literal)?;
            self.note_truncated_prefix(literal);
            patterns.extend(pattern);
            correction = correction.or(corrected).filter(|_| literals.len() == 1);
        }
        if patterns.is_empty() {
            return Ok(());
        }
        let labels: Vec<&str> = literals.iter().map(|literal| literal.text.as_str()).collect();
        let is_required = literals.iter().any(|literal| literal.is_phrase || literal.field.is_some());
        let range = if let [literal] = literals { literal.range.clone() } else { 0..0 };
        self.add_term(QueryTerm {
            label: labels.join(" OR "),
            patterns,
            occur: if is_required { Occur::Must } else { Occur::Should },
            scoring: true,
            is_stop_word: false,
            count: 1,
            range,
            correction,
        });
        Ok(())
    }

    /// Returns the pattern of a literal, with a correction if its word matches no post. A single word has all
    /// its forms; the words of a phrase match exactly.
    fn pattern(&mut self, literal: &Literal) -> Result<(Option<Pattern>, Option<String>), IndexError> {
        let analysis = self.expander.analyzer.analyze(&literal.text);
        let count = analysis.folded_words.len();
        let last_word =
            analysis.words.iter().rfind(|word| Some(&word.folded) == analysis.folded_words.last());
        let mut elements: Vec<TermAlternatives> = Vec::with_capacity(count);
        let mut correction = None;
        self.query.has_dropped_words |= count > limits::MAX_QUERY_WORDS;
        for (at, folded) in analysis.folded_words.iter().enumerate().take(limits::MAX_QUERY_WORDS) {
            let is_last = at + 1 == count;
            let is_exact = literal.is_phrase || count > 1;
            elements.push(match last_word {
                Some(word) if is_last && !is_exact => {
                    let expanded = self.expander.expand(word, mode_of(literal))?;
                    correction = expanded.correction;
                    expanded.expansions
                }
                Some(word) if is_last && mode_of(literal) == MatchMode::Prefix => {
                    self.expander.expand_prefix(word)?
                }
                _ => vec![Expansion::new(folded.clone(), 1.0)],
            });
        }
        let pattern = Pattern { elements, fields: fields(literal), quality: 1.0 };
        Ok(((!pattern.elements.is_empty()).then_some(pattern), correction))
    }

    /// Adds a requirement for a group or an exclusion.
    fn require(&mut self, node: &Node) -> Result<(), IndexError> {
        let requirement = self.requirement(node, Polarity::Positive)?;
        self.query.requirements.extend(requirement);
        Ok(())
    }

    fn requirement(&mut self, node: &Node, polarity: Polarity) -> Result<Option<Requirement>, IndexError> {
        Ok(match node {
            Node::Literal(literal) => self.required_literal(literal, polarity)?.map(Requirement::Term),
            Node::Filter(filter) => {
                self.query.filters.push(filter.clone());
                Some(Requirement::Filter(self.query.filters.len() - 1))
            }
            Node::Not(inner) => {
                let other =
                    if polarity == Polarity::Positive { Polarity::Negative } else { Polarity::Positive };
                self.requirement(inner, other)?.map(|inner| Requirement::Not(Box::new(inner)))
            }
            Node::All(nodes) => joined(self.requirements(nodes, polarity)?, Requirement::All),
            Node::Any(nodes) => joined(self.requirements(nodes, polarity)?, Requirement::Any),
        })
    }

    fn requirements(&mut self, nodes: &[Node], polarity: Polarity) -> Result<Vec<Requirement>, IndexError> {
        let mut found = Vec::with_capacity(nodes.len());
        for node in nodes {
            found.extend(self.requirement(node, polarity)?);
        }
        Ok(found)
    }

    /// Adds the query term of a literal inside a group or exclusion; literals without a letter or digit are
    /// ignored.
    fn required_literal(
        &mut self,
        literal: &Literal,
        polarity: Polarity,
    ) -> Result<Option<usize>, IndexError> {
        let (pattern, correction) = match polarity {
            Polarity::Positive => self.pattern(literal)?,
            Polarity::Negative => (self.excluded_pattern(literal)?, None),
        };
        self.note_truncated_prefix(literal);
        let Some(pattern) = pattern else { return Ok(None) };
        let is_excluded = polarity == Polarity::Negative;
        Ok(self.add_term(QueryTerm {
            label: literal.text.clone(),
            patterns: vec![pattern],
            occur: Occur::May,
            scoring: !is_excluded,
            is_stop_word: false,
            count: 1,
            range: literal.range.clone(),
            correction,
        }))
    }

    /// Returns the pattern of an excluded literal: a single word with its inflections, several words as a
    /// phrase.
    fn excluded_pattern(&self, literal: &Literal) -> Result<Option<Pattern>, IndexError> {
        let analysis = self.expander.analyzer.analyze(&literal.text);
        let elements: Vec<TermAlternatives> = match (analysis.folded_words.as_slice(), analysis.words.first())
        {
            ([], _) => return Ok(None),
            ([_], Some(word)) if literal.is_prefix => vec![self.expander.expand_prefix(word)?],
            ([_], Some(word)) if !literal.is_phrase => vec![self.expander.word_forms(word)],
            (folded_words, _) => {
                folded_words.iter().map(|word| vec![Expansion::new(word.clone(), 1.0)]).collect()
            }
        };
        let fields = if literal.field.is_some() { fields(literal) } else { EXCLUSION_FIELDS };
        Ok(Some(Pattern { elements, fields, quality: 1.0 }))
    }
}

/// Returns the nodes as literals, or `None` if any of them is something else.
fn literals(nodes: &[Node]) -> Option<Vec<&Literal>> {
    let mut literals = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Node::Literal(literal) = node else { return None };
        literals.push(literal);
    }
    Some(literals)
}

fn joined(mut members: Vec<Requirement>, join: fn(Vec<Requirement>) -> Requirement) -> Option<Requirement> {
    if members.len() > 1 { Some(join(members)) } else { members.pop() }
}

/// Returns whether the last word of the literal also matches as a prefix.
fn mode_of(literal: &Literal) -> MatchMode {
    if literal.is_unfinished || literal.is_prefix { MatchMode::Prefix } else { MatchMode::Whole }
}

fn fields(literal: &Literal) -> &'static [TextField] {
    match literal.field {
        None => ALL_FIELDS,
        Some(SearchField::Title) => &[TextField::Title],
        Some(SearchField::Heading) => &[TextField::Headings],
        Some(SearchField::Code) => &[TextField::Code],
    }
}
