//! Words of scripts that are written without blanks, by ICU's dictionaries and models.

use std::ops::Range;
use std::sync::LazyLock;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

/// The byte ranges of the words of a text; together they are all of it.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    static SEGMENTER: LazyLock<WordSegmenterBorrowed<'static>> = LazyLock::new(|| {
        if std::env::var_os("BH_DICT").is_some() {
            WordSegmenter::new_dictionary(WordBreakInvariantOptions::default())
        } else {
            WordSegmenter::new_auto(WordBreakInvariantOptions::default())
        }
    });
    let mut start = 0;
    SEGMENTER.segment_str(text).filter_map(move |end| {
        let word = start..end;
        start = end;
        (!word.is_empty()).then_some(word)
    })
}
