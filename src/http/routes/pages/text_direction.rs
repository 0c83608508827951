//! The direction of a language's script.

use crate::content::language_tag::has_same_primary;

/// Languages whose script is written from right to left.
const RIGHT_TO_LEFT: [&str; 13] =
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "syr", "ug", "ur", "yi"];

/// Returns the value of the attribute `dir` for a language, such as `ar` or `fa-IR`.
pub(super) fn text_direction(lang: &str) -> &'static str {
    if RIGHT_TO_LEFT.iter().any(|known| has_same_primary(known, lang)) { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_primary_language_decides() {
        for lang in ["ar", "fa-IR", "HE", "ur_PK"] {
            assert_eq!(text_direction(lang), "rtl", "{lang}");
        }
        for lang in ["", "en", "az", "arn", "zh-Hant"] {
            assert_eq!(text_direction(lang), "ltr", "{lang}");
        }
    }
}
