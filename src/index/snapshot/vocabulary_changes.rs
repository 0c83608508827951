//! Derives the vocabulary of a commit from that of an earlier one by reading only added and removed posts.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use tantivy::index::SegmentId;
use tantivy::{DocAddress, DocId};

use super::Snapshot;
use super::segment::OpenSegment;
use super::vocabulary::{PostCounts, SnapshotVocabulary};
use crate::analysis::{Analyzer, Lexicon, MARKERS, TermId, Token, TokenKind};
use crate::config::limits;
use crate::index::error::IndexError;
use crate::index::field_values::{labels, words_of_url};
use crate::index::post_store::{PostRecord, StoredPost};

impl Snapshot {
    /// Derives the vocabulary of this commit from that of an earlier one. Returns `false` if the earlier one is
    /// not in memory or too many posts have changed; then the vocabulary is read on first use.
    ///
    /// # Errors
    /// If a post cannot be read.
    pub fn derive_vocabulary_from(&self, earlier: &Self) -> Result<bool, IndexError> {
        if let Some(known) = earlier.vocabulary.get()
            && let Some(words) = words_after(earlier, known, self)?
        {
            return Ok(self.vocabulary.set(words).is_ok());
        }
        Ok(false)
    }
}

/// Returns the vocabulary of `new`, given that of `old`; `None` if too many posts have changed.
fn words_after(
    old: &Snapshot,
    words: &SnapshotVocabulary,
    new: &Snapshot,
) -> Result<Option<SnapshotVocabulary>, IndexError> {
    let PostChanges { removed, added } = changes(old, new)?;
    if removed.len() + added.len() > limits::MAX_VOCABULARY_CHANGES {
        return Ok(None);
    }
    let mut reader = WordReader::default();
    let mut changed: BTreeMap<String, [i64; 3]> = BTreeMap::new();
    let changed_posts = removed.iter().map(|at| (old, at, -1)).chain(added.iter().map(|at| (new, at, 1)));
    for (snapshot, address, sign) in changed_posts {
        for (word, PostCounts { posts, titles, headings }) in reader.read(&snapshot.record(*address)?)? {
            let sums = match changed.get_mut(word) {
                Some(sums) => sums,
                None => changed.entry(word.to_owned()).or_default(),
            };
            for (sum, count) in sums.iter_mut().zip([posts, titles, headings]) {
                *sum += sign * i64::from(count);
            }
        }
    }
    let add = |count: u32, change: i64| u32::try_from(i64::from(count) + change).unwrap_or(0);
    let changed = changed.iter().map(|(word, [posts, titles, headings])| {
        let counts = words.counts_of(word);
        let counts = PostCounts {
            posts: add(counts.posts, *posts),
            titles: add(counts.titles, *titles),
            headings: add(counts.headings, *headings),
        };
        (word.as_str(), counts)
    });
    Ok(Some(words.with(changed)))
}

/// The posts that differ between two commits. A replaced post is removed and added.
struct PostChanges {
    /// Posts that only the earlier commit has.
    removed: Vec<DocAddress>,
    /// Posts that only the later commit has.
    added: Vec<DocAddress>,
}

/// Returns the posts that differ between two commits. A post that a merge copied unchanged to another segment is not
/// among them.
fn changes(old: &Snapshot, new: &Snapshot) -> Result<PostChanges, IndexError> {
    let by_id = |snapshot: &Snapshot| -> HashMap<SegmentId, usize> {
        let segments = snapshot.open_segments().iter().enumerate();
        segments.map(|(number, segment)| (segment.reader().segment_id(), number)).collect()
    };
    let (of_old, of_new) = (by_id(old), by_id(new));
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let mut moved: HashMap<String, DocAddress> = HashMap::new();
    for (number, segment) in old.open_segments().iter().enumerate() {
        let kept = of_new.get(&segment.reader().segment_id()).map(|number| &new.open_segments()[*number]);
        for doc in segment.reader().doc_ids_alive() {
            match kept {
                Some(kept) if !kept.reader().is_deleted(doc) => {}
                Some(_) => removed.push(address(number, doc)),
                None => {
                    moved.insert(old.id(address(number, doc))?, address(number, doc));
                }
            }
        }
    }
    for (number, segment) in new.open_segments().iter().enumerate() {
        if of_old.contains_key(&segment.reader().segment_id()) {
            continue;
        }
        for doc in segment.reader().doc_ids_alive() {
            let id = new.id(address(number, doc))?;
            match moved.remove(&id) {
                Some(before)
                    if is_copy(&old.open_segments()[before.segment_ord as usize], before, segment, doc) => {}
                before => {
                    removed.extend(before);
                    added.push(address(number, doc));
                }
            }
        }
    }
    removed.extend(moved.into_values());
    Ok(PostChanges { removed, added })
}

fn address(segment: usize, doc: DocId) -> DocAddress {
    DocAddress::new(u32::try_from(segment).unwrap_or(u32::MAX), doc)
}

fn is_copy(old: &OpenSegment, before: DocAddress, new: &OpenSegment, doc: DocId) -> bool {
    let record = old.records.bytes(before.doc_id);
    record.is_some() && record == new.records.bytes(doc)
}

/// Reads the words of posts from their stored records.
#[derive(Default)]
struct WordReader {
    /// Analyzers by language.
    analyzers: HashMap<String, Analyzer>,
    lexicon: Lexicon,
}

impl WordReader {
    /// Returns the distinct words of a post, with a count of 1 where they occur.
    fn read(&mut self, record: &PostRecord<'_>) -> Result<Vec<(&str, PostCounts)>, IndexError> {
        self.lexicon.clear_if_large();
        let post = record.post()?;
        let sections = (0..record.num_sections()).map(|at| Ok(record.section(at)?.title));
        let headings: Vec<&str> = sections.collect::<Result<_, IndexError>>()?;
        let text = record.text()?;
        let StoredPost { title, description, own_description, lang, .. } = &post;
        let labels = labels(&post.categories, &post.tags, &post.keywords);
        let url = words_of_url(&post.url);
        let description = if *own_description { description } else { "" };
        let analyzer = self.analyzers.entry(lang.clone()).or_insert_with(|| Analyzer::new(lang));
        let mut counts: HashMap<TermId, PostCounts, RandomState> = HashMap::default();
        let mut add = |tokens: &[Token], field: fn(&mut PostCounts) -> &mut u32| {
            for token in tokens {
                let counts = counts.entry(token.term).or_default();
                if token.kind == TokenKind::Folded {
                    counts.posts = 1;
                }
                *field(counts) = 1;
            }
        };
        add(&analyzer.analyze(title, &mut self.lexicon).tokens, |counts| &mut counts.titles);
        for heading in headings {
            add(&analyzer.analyze(heading, &mut self.lexicon).tokens, |counts| &mut counts.headings);
        }
        for text in [labels.as_str(), description, &url, &text] {
            let mut tokens = analyzer.analyze(text, &mut self.lexicon).tokens;
            tokens.retain(|token| token.kind == TokenKind::Folded);
            add(&tokens, |counts| &mut counts.posts);
        }
        let words = counts.into_iter().map(|(term, counts)| (self.lexicon.term(term), counts));
        Ok(words.filter(|(word, _)| !word.starts_with(MARKERS)).collect())
    }
}
