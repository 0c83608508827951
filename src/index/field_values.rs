//! Encoding of a post's attributes as field values.

use percent_encoding::percent_decode_str;
use tantivy::fieldnorm::FieldNormReader;

use super::schema::TextField;
use crate::content::Category;

/// Returns the column value of a heading: its first position and its length in positions.
#[must_use]
pub(crate) fn pack_heading(first_position: u32, len: u32) -> u64 {
    u64::from(first_position) << 32 | u64::from(len)
}

/// Returns the first position and the length in positions of a packed heading.
#[must_use]
pub(crate) fn unpack_heading(packed: u64) -> (u32, u32) {
    #[expect(clippy::cast_possible_truncation, reason = "takes the two halves apart")]
    let halves = ((packed >> 32) as u32, packed as u32);
    halves
}

/// Returns the key by which names of categories, tags, authors and series are compared: the folded words, joined
/// by hyphens. `CI/CD`, `ci-cd` and `Ci cd` have the same key; `c++` and `c#` have keys other than `c`.
#[must_use]
pub(crate) fn filter_key(name: &str) -> String {
    let folded = crate::analysis::fold::fold(name);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '#'))
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() { folded } else { words.join("-") }
}

/// Bits of an encoded length.
const CODE_BITS: usize = 8;

/// Returns the column value of the token counts of all full-text fields, one byte each, rounded down
/// as Tantivy rounds field norms.
#[must_use]
pub(crate) fn pack_lengths(lengths: &[u32; TextField::ALL.len()]) -> u64 {
    let codes = lengths.iter().map(|length| u64::from(FieldNormReader::fieldnorm_to_id(*length)));
    codes.rev().fold(0, |packed, code| packed << CODE_BITS | code)
}

/// Returns the text of [`TextField::Labels`]: names of categories, tags and keywords, one per line.
pub(crate) fn labels(categories: &[Category], tags: &[String], keywords: &[String]) -> String {
    let categories = categories.iter().map(|category| category.name.as_str());
    let names = tags.iter().chain(keywords).map(String::as_str);
    categories.chain(names).collect::<Vec<_>>().join("\n")
}

/// Returns the text of [`TextField::Url`]: the decoded URL without its scheme, split into words.
pub(crate) fn words_of_url(url: &str) -> String {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    percent_decode_str(path).decode_utf8_lossy().replace(['/', '-', '_', '.'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filter_keys_ignore_case_diacritics_and_separators() {
        for name in ["CI/CD", "ci-cd", " Ci  cd "] {
            assert_eq!(filter_key(name), "ci-cd");
        }
        assert_eq!(filter_key("Génie"), "genie");
        assert_eq!(filter_key("C++"), "c++");
        assert_eq!(filter_key("!"), "!");
    }

    #[test]
    fn unpack_heading_reverses_pack_heading() {
        assert_eq!(unpack_heading(pack_heading(70_000, 9)), (70_000, 9));
    }
}
