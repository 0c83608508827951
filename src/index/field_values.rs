//! How a post's attributes are written as field values.

use percent_encoding::percent_decode_str;
use tantivy::fieldnorm::FieldNormReader;

use super::schema::TextField;
use crate::content::Category;

/// A heading's place as a column value.
#[must_use]
pub(crate) fn pack_heading(first_position: u32, len: u32) -> u64 {
    u64::from(first_position) << 32 | u64::from(len)
}

/// First position and length of a packed heading.
#[must_use]
pub(crate) fn unpack_heading(packed: u64) -> (u32, u32) {
    #[expect(clippy::cast_possible_truncation, reason = "takes the two halves apart")]
    let halves = ((packed >> 32) as u32, packed as u32);
    halves
}

/// The form in which names of categories, tags and authors are compared: folded, words joined by one
/// hyphen, so that `CI/CD`, `ci-cd` and `Ci cd` are one; `c++` and `c#` differ from `c`.
#[must_use]
pub(crate) fn filter_key(name: &str) -> String {
    let folded = crate::analysis::fold::fold(name);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '#'))
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() { folded } else { words.join("-") }
}

/// Bits of a length.
const CODE_BITS: usize = 8;

/// The lengths of a post's fields as a column value.
#[must_use]
pub(crate) fn pack_lengths(lengths: &[u32; TextField::ALL.len()]) -> u64 {
    let codes = lengths.iter().map(|length| u64::from(FieldNormReader::fieldnorm_to_id(*length)));
    codes.rev().fold(0, |packed, code| packed << CODE_BITS | code)
}

/// Names of categories and tags, and what else the writer wants the post found by, a line each.
pub(crate) fn labels(categories: &[Category], tags: &[String], keywords: &[String]) -> String {
    let categories = categories.iter().map(|category| category.name.as_str());
    let names = tags.iter().chain(keywords).map(String::as_str);
    categories.chain(names).collect::<Vec<_>>().join("\n")
}

/// A URL without its scheme, decoded, with blanks for the marks that join its words.
pub(crate) fn words_of_url(url: &str) -> String {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    percent_decode_str(path).decode_utf8_lossy().replace(['/', '-', '_', '.'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_by_their_words() {
        for name in ["CI/CD", "ci-cd", " Ci  cd "] {
            assert_eq!(filter_key(name), "ci-cd");
        }
        assert_eq!(filter_key("Génie"), "genie");
        assert_eq!(filter_key("C++"), "c++");
        assert_eq!(filter_key("!"), "!");
    }

    #[test]
    fn headings_pack_and_unpack() {
        assert_eq!(unpack_heading(pack_heading(70_000, 9)), (70_000, 9));
    }
}
