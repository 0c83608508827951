//! Encoding of the byte ranges of the positions in a text block.
//!
//! Most positions are the next run of letters and digits in the text: of these only the number is stored.
//! Other ranges take a byte: the gap since the end of the previous range (three bits) and the length
//! (five bits).

use std::ops::Range;

use crate::index::varint::{self, LEB128_BITS};

/// Largest gap and length that fit into one byte.
const MAX_SHORT_GAP: usize = 7;
const MAX_SHORT_LEN: usize = 30;
/// Precedes the number of positions that are runs of letters and digits.
const RUNS: u8 = 0x1f;
/// Precedes a gap and a length as variable-length integers.
const LONG: u8 = 0xff;
/// Minimum number of runs that are stored as a count.
const MIN_RUNS: usize = 2;
/// Average bytes of text per position, a low estimate.
const USUAL_BYTES: usize = 5;

/// Encodes byte ranges in ascending order; `text` begins at byte `start`.
#[must_use]
pub(super) fn encode_positions(start: usize, text: &str, positions: &[Range<usize>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(positions.len() / 4);
    let (mut at, mut end) = (0, start);
    while let Some(range) = positions.get(at) {
        let mut expected = end;
        let runs = positions[at..].iter().take_while(|range| {
            let is_run = is_next_run(start, text, expected, range);
            expected = range.end;
            is_run
        });
        let runs = runs.count();
        if runs >= MIN_RUNS {
            bytes.push(RUNS);
            push_number(&mut bytes, runs);
            at += runs;
            end = positions[at - 1].end;
            continue;
        }
        let (gap, len) = (range.start.saturating_sub(end), range.len());
        if gap <= MAX_SHORT_GAP && len <= MAX_SHORT_LEN {
            #[expect(clippy::cast_possible_truncation, reason = "eight bits, by the bounds above")]
            bytes.push((gap << 5 | len) as u8);
        } else {
            bytes.push(LONG);
            push_number(&mut bytes, gap);
            push_number(&mut bytes, len);
        }
        at += 1;
        end = range.end;
    }
    bytes
}

/// Decodes the output of [`encode_positions`], as byte ranges within `text`. Returns fewer ranges if the
/// bytes are damaged.
pub(super) fn decode_positions(text: &str, bytes: &[u8]) -> Vec<Range<u32>> {
    let mut positions = Vec::with_capacity(text.len() / USUAL_BYTES);
    let (mut at, mut end) = (0, 0);
    while decode_next(text, bytes, &mut at, &mut end, &mut positions).is_some() {}
    positions
}

/// Decodes one explicit range or a count of runs at the offset `at` of `bytes`; `None` at the end.
fn decode_next(
    text: &str,
    bytes: &[u8],
    at: &mut usize,
    end: &mut usize,
    positions: &mut Vec<Range<u32>>,
) -> Option<()> {
    let first = *bytes.get(*at)?;
    *at += 1;
    let last = *end;
    let mut push = |range: Range<usize>| {
        *end = range.end;
        positions.push(u32::try_from(range.start).ok()?..u32::try_from(range.end).ok()?);
        Some(range.end)
    };
    let (gap, len) = match first {
        RUNS => {
            let mut from = last;
            for _ in 0..read_number(bytes, at)? {
                from = push(run_after(0, text, from)?)?;
            }
            return Some(());
        }
        LONG => (read_number(bytes, at)?, read_number(bytes, at)?),
        _ => (usize::from(first >> 5), usize::from(first & 31)),
    };
    let from = last.checked_add(gap)?;
    push(from..from.checked_add(len)?)?;
    Some(())
}

/// Returns whether `range` is the next run of letters and digits at or after `from`. It reads no further than
/// `range`, because in text without spaces a run is long.
fn is_next_run(start: usize, text: &str, from: usize, range: &Range<usize>) -> bool {
    let part = |from: usize, to: usize| text.get(from.checked_sub(start)?..to.checked_sub(start)?);
    let (Some(gap), Some(run)) = (part(from, range.start), part(range.start, range.end)) else {
        return false;
    };
    let behind = text[range.end - start..].chars().next();
    !run.is_empty()
        && run.chars().all(char::is_alphanumeric)
        && !gap.contains(char::is_alphanumeric)
        && !behind.is_some_and(char::is_alphanumeric)
}

/// Returns the next run of letters and digits at or after `from`.
fn run_after(start: usize, text: &str, from: usize) -> Option<Range<usize>> {
    let from = from.checked_sub(start)?;
    let first = find(text, from, CharClass::Alphanumeric).filter(|first| *first < text.len())?;
    let end = find(text, first, CharClass::Other)?;
    Some(start + first..start + end)
}

/// Whether a character belongs to a run of letters and digits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CharClass {
    Alphanumeric,
    Other,
}

/// Returns the offset of the first character of the class at or after `at`, or the end of the text. `None` if `at` is
/// not at a character boundary.
fn find(text: &str, mut at: usize, class: CharClass) -> Option<usize> {
    let is_of_word = class == CharClass::Alphanumeric;
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii() {
            if byte.is_ascii_alphanumeric() == is_of_word {
                return Some(at);
            }
            at += 1;
        } else {
            let letter = text.get(at..)?.chars().next()?;
            if letter.is_alphanumeric() == is_of_word {
                return Some(at);
            }
            at += letter.len_utf8();
        }
    }
    Some(at)
}

fn push_number(bytes: &mut Vec<u8>, number: usize) {
    varint::write::<LEB128_BITS>(number, |byte| bytes.push(byte));
}

fn read_number(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let (number, len) = varint::read::<LEB128_BITS>(bytes.get(*at..)?.iter().copied())?;
    *at += len;
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn relative(range: Range<usize>, start: usize) -> Range<u32> {
        u32::try_from(range.start - start).unwrap()..u32::try_from(range.end - start).unwrap()
    }

    #[test]
    fn runs_of_letters_and_digits_take_two_bytes() {
        let text = "One, two 3—four ünf don't 日本 end";
        let words = ["One", "two", "3", "four", "ünf", "don't", "日", "本", "end"];
        let mut at = 0;
        let range = |word: &&str| {
            let start = at + text[at..].find(*word).unwrap();
            at = start + word.len();
            start + 50..at + 50
        };
        let ranges: Vec<Range<usize>> = words.iter().map(range).collect();
        let bytes = encode_positions(50, text, &ranges);
        assert_eq!(bytes.len(), 2 + 4, "{bytes:?}");
        let ranges: Vec<Range<u32>> = ranges.into_iter().map(|range| relative(range, 50)).collect();
        assert_eq!(decode_positions(text, &bytes), ranges);
    }

    proptest! {
        #[test]
        fn decode_reverses_encode(
            start in 0usize..1000,
            text in "[a-z ,.é日-]{0,300}",
            steps in prop::collection::vec((0usize..40, 0usize..40), 0..100),
        ) {
            let mut ranges: Vec<Range<usize>> = Vec::new();
            let mut end = start;
            for (gap, len) in steps {
                match run_after(start, &text, end).filter(|_| len % 2 == 0) {
                    Some(run) => ranges.push(run),
                    None => ranges.push(end + gap..end + gap + len),
                }
                end = ranges.last().map_or(end, |range| range.end);
            }
            let bytes = encode_positions(start, &text, &ranges);
            let ranges: Vec<Range<u32>> = ranges.into_iter().map(|range| relative(range, start)).collect();
            prop_assert_eq!(decode_positions(&text, &bytes), ranges);
        }

        #[test]
        fn decoding_accepts_arbitrary_bytes(text in ".{0,100}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let positions = decode_positions(&text, &bytes);
            prop_assert!(positions.len() <= text.len() + bytes.len());
        }
    }
}
