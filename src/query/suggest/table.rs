//! All suggestions of a snapshot in memory, best first.
//!
//! The index keeps the suggestions as terms of its dictionaries; the table counts their living posts
//! over all segments, so that the order does not hang on how the index came to be. It is made once a
//! snapshot, when the first reader types.

use std::collections::HashMap;

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, SegmentReader, TERMINATED};
use unicode_normalization::char::is_combining_mark;

use crate::index::SuggestionTerm;
use crate::index::key::is_blankless;
use crate::index::{IndexError, Snapshot, SuggestionKind};

/// Posts that must have a phrase before it is suggested.
const MIN_PHRASE_POSTS: u32 = 2;
/// Characters of a text without blanks by which its places are found.
pub(super) const RUN_CHARS: usize = 6;
/// Longer phrases that are compared with a phrase that begins them.
const MAX_LONGER: usize = 64;

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its folded words, see [`crate::index::key`].
    pub(crate) key: Box<str>,
    /// As written.
    pub(crate) text: Box<str>,
    /// The anchor of a heading.
    pub(crate) anchor: Box<str>,
    /// What it is.
    pub(crate) kind: SuggestionKind,
    /// Posts that have it.
    pub(crate) posts: u32,
    /// The only post that has this title or heading.
    pub(crate) source: Option<DocAddress>,
}

impl Entry {
    /// Whether it names one place of the blog, rather than words to search for.
    pub(crate) fn is_place(&self) -> bool {
        matches!(self.kind, SuggestionKind::Title | SuggestionKind::Heading)
    }
}

/// The suggestions and the words by which they are found.
#[derive(Debug, Default)]
pub(crate) struct Completions {
    /// Most popular first, then the shortest, then by text: a lower number is a better suggestion.
    pub(crate) entries: Vec<Entry>,
    /// Numbers of the entries in the order of their keys.
    pub(crate) by_key: Vec<u32>,
    /// The words in order; of a text without blanks, what follows each of its characters.
    pub(crate) words: Vec<Box<str>>,
    /// For each word and one past the last, where its entries begin in `occurrences`.
    offsets: Vec<u32>,
    occurrences: Vec<u32>,
}

impl Completions {
    /// Reads the suggestions of all posts of a snapshot.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub(crate) fn read(snapshot: &Snapshot) -> Result<Self, IndexError> {
        Ok(Self::new(without_beginnings(read_entries(snapshot)?)))
    }

    fn new(mut by_key: Vec<Entry>) -> Self {
        by_key.sort_by(|a, b| {
            let length = |entry: &Entry| entry.key.chars().count();
            b.posts.cmp(&a.posts).then_with(|| length(a).cmp(&length(b))).then_with(|| a.key.cmp(&b.key))
        });
        let entries = by_key;
        let mut by_key: Vec<u32> = (0..).take(entries.len()).collect();
        by_key.sort_unstable_by(|a, b| entries[*a as usize].key.cmp(&entries[*b as usize].key));
        let mut lists: HashMap<&str, Vec<u32>> = HashMap::new();
        for (number, entry) in (0..).zip(&entries) {
            each_word(&entry.key, |word| {
                let list = lists.entry(word).or_default();
                if list.last() != Some(&number) {
                    list.push(number);
                }
            });
        }
        let mut lists: Vec<(&str, Vec<u32>)> = lists.into_iter().collect();
        lists.sort_unstable_by_key(|(word, _)| *word);
        let (mut words, mut offsets, mut occurrences) = (Vec::new(), vec![0], Vec::new());
        for (word, list) in lists {
            words.push(word.into());
            occurrences.extend(list);
            offsets.push(u32::try_from(occurrences.len()).unwrap_or(u32::MAX));
        }
        Self { entries, by_key, words, offsets, occurrences }
    }

    /// The entries that have the word with this number, best first.
    pub(crate) fn entries_of_word(&self, word: usize) -> &[u32] {
        &self.occurrences[self.offsets[word] as usize..self.offsets[word + 1] as usize]
    }
}

/// Visits the words of a key; of a text without blanks, what follows each of its characters.
fn each_word<'a>(key: &'a str, mut visit: impl FnMut(&'a str)) {
    for chunk in key.split(' ') {
        if !chunk.starts_with(is_blankless) {
            visit(chunk);
            continue;
        }
        for (start, c) in chunk.char_indices() {
            if !is_combining_mark(c) {
                visit(cut(&chunk[start..], RUN_CHARS));
            }
        }
    }
}

/// The first characters of a text.
pub(super) fn cut(text: &str, max_chars: usize) -> &str {
    text.char_indices().nth(max_chars).map_or(text, |(end, _)| &text[..end])
}

/// Leaves out phrases that only begin another one: `argo` where all its posts have `argo cd`. The
/// entries are in the order of their keys.
fn without_beginnings(entries: Vec<Entry>) -> Vec<Entry> {
    let is_beginning = |at: usize, entry: &Entry| {
        let longer = entries[at + 1..].iter().take(MAX_LONGER);
        let goes_on = |rest: &str| rest.starts_with(' ') || rest.starts_with(is_blankless);
        let mut longer =
            longer.take_while(|longer| longer.key.strip_prefix(&*entry.key).is_some_and(goes_on));
        longer.any(|longer| longer.kind != SuggestionKind::Heading && longer.posts == entry.posts)
    };
    let goes: Vec<bool> = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| entry.kind == SuggestionKind::Phrase && is_beginning(at, entry))
        .collect();
    entries.into_iter().zip(goes).filter(|(_, goes)| !goes).map(|(entry, _)| entry).collect()
}

/// One written form of a suggestion: its term in each of the segments that have it.
struct Form {
    kind: SuggestionKind,
    text: Box<str>,
    anchor: Box<str>,
    places: Vec<(usize, TermInfo)>,
}

impl Form {
    fn posts_with_deleted(&self) -> u32 {
        self.places.iter().map(|(_, info)| info.doc_freq).sum()
    }
}

/// All suggestions in the order of their keys, one a key.
fn read_entries(snapshot: &Snapshot) -> Result<Vec<Entry>, IndexError> {
    let field = snapshot.fields().suggestions;
    let indexes: Result<Vec<_>, _> =
        snapshot.segments().iter().map(|segment| segment.inverted_index(field)).collect();
    let indexes = indexes?;
    let mut streams = Vec::with_capacity(indexes.len());
    for (at, index) in indexes.iter().enumerate() {
        let mut stream = index.terms().stream()?;
        if stream.advance() {
            streams.push((at, stream));
        }
    }
    let mut entries = Vec::new();
    let mut group = Group::default();
    while let Some(term) = streams.iter().map(|(_, stream)| stream.key()).min().map(<[u8]>::to_vec) {
        let mut places = Vec::new();
        streams.retain_mut(|(at, stream)| {
            if stream.key() != term {
                return true;
            }
            places.push((*at, stream.value().clone()));
            stream.advance()
        });
        let Some(parsed) = SuggestionTerm::parse(&term) else { continue };
        if *group.key != *parsed.key {
            let done = std::mem::replace(&mut group, Group { key: parsed.key.into(), forms: Vec::new() });
            entries.extend(done.entry(snapshot)?);
        }
        let (text, anchor) = (parsed.text.into(), parsed.anchor.into());
        group.forms.push(Form { kind: parsed.kind, text, anchor, places });
    }
    entries.extend(group.entry(snapshot)?);
    Ok(entries)
}

/// All forms of one key.
#[derive(Default)]
struct Group {
    key: Box<str>,
    forms: Vec<Form>,
}

/// What is known of one kind of a group: the form that most posts have, and how many have any.
struct OfKind {
    best: Form,
    best_posts: u32,
    posts: u32,
    source: Option<DocAddress>,
}

impl Group {
    /// The group as one suggestion; `None` where no living post has it, or too few.
    fn entry(self, snapshot: &Snapshot) -> Result<Option<Entry>, IndexError> {
        let is_phrase = self.forms.iter().all(|form| form.kind == SuggestionKind::Phrase);
        let most: u32 = self.forms.iter().map(Form::posts_with_deleted).sum();
        if is_phrase && most < MIN_PHRASE_POSTS {
            return Ok(None);
        }
        let mut kinds: Vec<OfKind> = Vec::new();
        for form in self.forms {
            let (posts, source) = living_posts(snapshot, &form)?;
            if posts == 0 {
                continue;
            }
            match kinds.iter_mut().find(|known| known.best.kind == form.kind) {
                None => kinds.push(OfKind { best: form, best_posts: posts, posts, source }),
                Some(known) => {
                    // Forms come in order: of equals the first stays.
                    if posts > known.best_posts {
                        (known.best, known.best_posts) = (form, posts);
                    }
                    known.posts += posts;
                    known.source = None;
                }
            }
        }
        let posts = kinds.iter().map(|kind| kind.posts).max().unwrap_or(0);
        // Words that several posts use are more than the heading of one section.
        let order = |kind: &OfKind| match kind.best.kind {
            SuggestionKind::Phrase if kind.posts >= MIN_PHRASE_POSTS => (2, kind.best.kind),
            SuggestionKind::Phrase => (4, kind.best.kind),
            SuggestionKind::Heading => (3, kind.best.kind),
            _ => (1, kind.best.kind),
        };
        let best = kinds.into_iter().min_by_key(order);
        let best = best.filter(|of| of.best.kind != SuggestionKind::Phrase || posts >= MIN_PHRASE_POSTS);
        Ok(best.map(|of| Entry {
            key: self.key,
            text: of.best.text,
            anchor: of.best.anchor,
            kind: of.best.kind,
            posts,
            source: of.source,
        }))
    }
}

/// How many living posts have the form, and the post where it is one.
fn living_posts(snapshot: &Snapshot, form: &Form) -> Result<(u32, Option<DocAddress>), IndexError> {
    let is_place = matches!(form.kind, SuggestionKind::Title | SuggestionKind::Heading);
    let (mut posts, mut source) = (0, None);
    for (ord, info) in &form.places {
        let segment: &SegmentReader = &snapshot.segments()[*ord];
        let alive = segment.alive_bitset();
        if alive.is_none() && (!is_place || info.doc_freq > 1) {
            posts += info.doc_freq;
            continue;
        }
        let index = segment.inverted_index(snapshot.fields().suggestions)?;
        let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        while postings.doc() != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(postings.doc())) {
                posts += 1;
                source = Some(DocAddress::new(u32::try_from(*ord).unwrap_or(u32::MAX), postings.doc()));
            }
            postings.advance();
        }
    }
    Ok((posts, source.filter(|_| is_place && posts == 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str, kind: SuggestionKind, posts: u32) -> Entry {
        Entry { key: text.into(), text: text.into(), anchor: "".into(), kind, posts, source: None }
    }

    #[test]
    fn popular_and_short_ones_come_first() {
        let phrase = |text, posts| entry(text, SuggestionKind::Phrase, posts);
        let table = Completions::new(vec![phrase("b c", 2), phrase("a", 2), phrase("z", 9), phrase("b", 2)]);
        let order: Vec<&str> = table.entries.iter().map(|entry| &*entry.key).collect();
        assert_eq!(order, ["z", "a", "b", "b c"]);
        let b = table.words.iter().position(|word| &**word == "b").unwrap();
        assert_eq!(table.entries_of_word(b), [2, 3]);
    }

    #[test]
    fn beginnings_of_phrases_with_the_same_posts_go() {
        let phrase = |text, posts| entry(text, SuggestionKind::Phrase, posts);
        let title = entry("deploy", SuggestionKind::Title, 1);
        let entries = vec![
            phrase("argo", 3),
            phrase("argo cd", 3),
            title,
            phrase("deploy it", 1),
            phrase("go", 4),
            phrase("go mod", 2),
            phrase("gold", 4),
        ];
        let left = without_beginnings(entries);
        let left: Vec<&str> = left.iter().map(|entry| &*entry.key).collect();
        assert_eq!(left, ["argo cd", "deploy", "deploy it", "go", "go mod", "gold"]);
    }

    #[test]
    fn texts_without_blanks_are_found_at_every_character() {
        let mut words = Vec::new();
        each_word("ruby 日本語", |word| words.push(word));
        assert_eq!(words, ["ruby", "日本語", "本語", "語"]);
    }
}
